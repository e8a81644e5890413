package ingest_test

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
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

// A file that is new is read once on its way in; one that may be there is told by its
// content, also when it changed.
func TestNewFilesAreReadOnce(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	dir := t.TempDir()
	noise := image.NewGray(image.Rect(0, 0, 3000, 3000))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(random.Uint32())
	}
	data := asPNG(t, noise)
	put(t, dir, "1.png", data)
	take := func() (ingest.Report, int) {
		before := bytesRead(t)
		r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r, bytesRead(t) - before
	}
	r, read := take()
	if r.Received != 1 || runtime.GOOS == "linux" && (read < len(data) || read > len(data)*3/2) {
		t.Errorf("%+v: %d bytes read for a file of %d", r, read, len(data))
	}
	if r, _ = take(); r.Received != 0 || r.Already != 1 {
		t.Errorf("again: %+v", r)
	}
	put(t, dir, "1.png", asPNG(t, drawn(t, "another")))
	if r, _ = take(); r.Received != 1 || r.Already != 0 {
		t.Errorf("changed: %+v", r)
	}
}

// bytesRead is how many bytes this process has read so far; 0 where the system does not tell.
func bytesRead(t *testing.T) int {
	t.Helper()
	n := 0
	if runtime.GOOS == "linux" {
		data, err := os.ReadFile("/proc/self/io")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Sscanf(string(data), "rchar: %d", &n)
	}
	return n
}
