package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
)

// A folder that is being received is not received a second time at once.
func TestOneFolderTwice(t *testing.T) {
	dir := t.TempDir()
	var w *world
	var second error
	w = newWorld(t, t.TempDir(), func(o *ingest.Options) {
		o.Step = func(name string) {
			if name == "batch:original-stored" && second == nil {
				_, second = w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: filepath.Join(dir, "..", filepath.Base(dir))}, nil)
			}
		}
	})
	put(t, dir, "1.png", asPNG(t, drawn(t, "one")))
	put(t, dir, "2.png", asPNG(t, drawn(t, "two")))
	for _, want := range []int{2, 0} {
		r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
		if err != nil || r.Received != want || archive.KindOf(second) != archive.Busy {
			t.Errorf("%+v %v, the second: %v", r, err, second)
		}
	}
}

// Several who ask for the same images at once all get them.
func TestImagesAskedForAtOnce(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	dir := t.TempDir()
	put(t, dir, "1.png", asPNG(t, drawn(t, "one")))
	w.ingest(dir)
	id := w.pages()["1.png"].ID
	for range 5 {
		if err := os.RemoveAll(w.path("derived")); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(w.path("derived/work"), 0o755); err != nil {
			t.Fatal(err)
		}
		var asking sync.WaitGroup
		for i := range 12 {
			asking.Go(func() {
				get := w.pipe.AccessImage
				if i%2 == 0 {
					get = w.pipe.Thumbnail
				}
				if got, err := get(context.Background(), access.All(), id); err != nil {
					t.Error(err)
				} else if _, err := os.Stat(got.Path); err != nil {
					t.Error(err)
				}
			})
		}
		asking.Wait()
	}
	if left := w.leftovers(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
