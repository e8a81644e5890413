package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

func TestAnAbsentRoot(t *testing.T) {
	mounts := t.TempDir()
	at := filepath.Join(mounts, "e", "scans")
	disk(t, at)
	put(t, at, code+"/"+code+"-0004.jpg", asJPEG(t, drawn(t, "the fourth")))
	volumes := []vault.Volume{{ID: "7", Top: filepath.Join(mounts, "e")}, {Top: filepath.Join(mounts, "g")}}
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{Volumes: func() ([]vault.Volume, error) { return volumes, nil }}))
	ctx := context.Background()
	item := w.item(code)
	w.adopt(at)
	roots, err := w.cat.Roots(ctx)
	if err != nil || len(roots) != 1 {
		t.Fatal(roots, err)
	}
	away := filepath.Join(mounts, "f")
	if err := os.Rename(filepath.Join(mounts, "e"), away); err != nil {
		t.Fatal(err)
	}
	mine := put(t, t.TempDir(), "mine.jpg", asJPEG(t, drawn(t, "a sheet of ours")))
	w.ingest(filepath.Dir(mine))
	if got := w.index.find("sheet of ours"); len(got) != 1 {
		t.Errorf("pages at home are not worked on: %v", got)
	}
	for name, p := range w.pages() {
		if name != "mine.jpg" && p.Stage != archive.StageReceived {
			t.Errorf("%s is %s %s while its root is away", name, p.Stage, p.Reason)
		}
	}
	b, err := ingest.Waiting(ctx, w.cat, []archive.ID{roots[0].ID}, time.Now())
	if err != nil || b.Waiting != 0 || b.Away != 8 {
		t.Errorf("waits %+v, %v", b, err)
	}
	pages, _ := w.cat.PagesOf(ctx, access.All(), item.ID)
	if _, err := w.pipe.AccessImage(ctx, access.All(), pages[0].ID); !errors.Is(err, archive.ErrRootAbsent) || archive.KindOf(err) != archive.Unavailable {
		t.Errorf("looking at a page of an absent root: %v", err)
	}
	if _, err := w.pipe.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: at}, nil); archive.KindOf(err) != archive.NotFound {
		t.Errorf("adopting what is away: %v", err)
	}
	if h, err := w.pipe.Hash(ctx, 0, nil); err != nil || len(h.Absent) != 1 || h.Files != 0 {
		t.Errorf("hashing what is away: %+v, %v", h, err)
	}
	// Under another letter it is the same root; so it is on a volume of another id.
	for i, letter := range []string{"f", "g"} {
		if i == 1 {
			if err := os.Rename(away, filepath.Join(mounts, "g")); err != nil {
				t.Fatal(err)
			}
		}
		volumes = []vault.Volume{{ID: "8", Top: filepath.Join(mounts, "e")}, {ID: "9", Top: filepath.Join(mounts, letter)}}
		_, err = w.cat.Do(ctx, archive.LocalActor(), "test", setWithin(roots[0], "scans"))
		if err != nil {
			t.Fatal(err)
		}
		if again := w.adopt(filepath.Join(mounts, letter, "scans")); again.RootAdded || again.Already != 7 || again.Vanished != 0 {
			t.Errorf("under %s: %+v", letter, again)
		}
	}
	w.drain()
	if got := w.index.find("the fourth"); len(got) != 1 {
		t.Errorf("after its root came back: %v", got)
	}
}

// setWithin notes where a root lies on its volume, as it would be of a volume's own.
func setWithin(r store.Root, within string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		r.Within = within
		return tx.SetRoot(r)
	}
}

// A root that drops away in the middle of work is away, and nothing else: what is done
// stays, and what is left is done when it is back.
func TestARootDropsAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	for i := range 2600 {
		put(t, dir, fmt.Sprintf("%d/%04d.jpg", i/100, i), asJPEG(t, image.NewGray(image.Rect(0, 0, 8, 8))))
	}
	put(t, dir, "z.tif", asTIFF(image.NewGray(image.Rect(0, 0, 8, 8))))
	at := ""
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) {
		o.Tools.Engine = nil
		freshly(&vault.RootOptions{})(o)
		o.Step = func(name string) {
			if name == at {
				at = ""
				if err := os.Rename(dir, dir+"-away"); err != nil {
					t.Error(err)
				}
			}
		}
	})
	ctx := context.Background()
	back := func() {
		t.Helper()
		if err := os.Rename(dir+"-away", dir); err != nil {
			t.Fatal(err)
		}
	}
	at = "adopt:rows-committed"
	r, err := w.pipe.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: dir}, nil)
	if !errors.Is(err, archive.ErrRootAbsent) || r.Registered == 0 || r.Vanished != 0 || r.NotTaken != 0 {
		t.Errorf("adopted %+v, %v", r, err)
	}
	back()
	if again := w.adopt(dir); again.Registered+r.Registered != 2601 || again.Vanished != 0 || again.Batch != r.Batch || again.RootAdded {
		t.Errorf("went on with %+v after %+v", again, r)
	}
	at = "hash:rows-committed"
	h, err := w.pipe.Hash(ctx, 0, nil)
	if err != nil || len(h.Absent) != 1 || h.Files == 0 || len(h.Vanished)+len(h.Unreadable)+len(h.Changed) != 0 {
		t.Errorf("hashed %+v, %v", h, err)
	}
	back()
	if again, err := w.pipe.Hash(ctx, 0, nil); err != nil || again.Files+h.Files != 2601 {
		t.Errorf("went on with %+v after %d, %v", again, h.Files, err)
	}
	at = "enhance:row-committed"
	if err := w.pipe.Drain(ctx); archive.KindOf(err) != archive.Unavailable && err != nil { // there is no engine
		t.Error(err)
	}
	for name, p := range w.pages() {
		if p.Stage != archive.StageReceived && p.Stage != archive.StageEnhanced {
			t.Fatalf("%s is %s %s", name, p.Stage, p.Reason)
		}
	}
	back()
	n, err := w.cat.RootCounts(ctx, []archive.ID{r.Root})
	if c := n[r.Root]; err != nil || c.Files != 2601 || c.Hashed != 2601 || c.Vanished+c.Changed != 0 {
		t.Errorf("counted %+v, %v", c, err)
	}
}
