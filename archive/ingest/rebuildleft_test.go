package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"lantai/archive/access"
	"lantai/archive/vault"
)

// What cannot be made again is kept and counted: originals on a disk that is away, and
// those that are not as they were registered.
func TestRebuildKeepsWhatItCannotMake(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	put(t, dir, "loose/a.jpg", asJPEG(t, drawn(t, "the first sheet")))
	put(t, dir, "loose/b.jpg", asJPEG(t, drawn(t, "the second sheet")))
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	w.adopt(dir)
	w.drain()
	ctx := t.Context()
	images := map[string]string{}
	for name, p := range w.pages() {
		i, err := w.pipe.AccessImage(ctx, access.All(), p.ID)
		if err != nil {
			t.Fatal(name, err)
		}
		images[name] = i.Path
	}
	kept := func() {
		t.Helper()
		for name, p := range w.pages() {
			if i, err := w.pipe.AccessImage(ctx, access.All(), p.ID); err != nil || i.Path != images[name] {
				t.Errorf("the image of %s is %s, had been %s: %v", name, i.Path, images[name], err)
			}
		}
	}
	if h, err := w.pipe.Hash(ctx, 0, nil); err != nil || h.Files != len(images) || len(h.Absent) != 0 {
		t.Errorf("hashing: %+v, %v", h, err)
	}
	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	if h, err := w.pipe.Hash(ctx, 0, nil); err != nil || len(h.Absent) != 1 {
		t.Errorf("hashing with nothing left to hash, and the disk away: %+v, %v", h, err)
	}
	if left, err := w.pipe.RebuildDerived(ctx, nil); err != nil || left != len(images) {
		t.Errorf("%d left while the disk is away, want %d: %v", left, len(images), err)
	}
	kept()
	if err := os.Rename(dir+"-away", dir); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "loose/a.jpg", asJPEG(t, drawn(t, "another sheet under an old name")))
	before, err := os.Stat(images["loose/a.jpg"])
	if err != nil {
		t.Fatal(err)
	}
	if left, err := w.pipe.RebuildDerived(ctx, nil); err != nil || left != 1 {
		t.Errorf("%d left with one original changed: %v", left, err)
	}
	if now, err := os.Stat(images["loose/a.jpg"]); err != nil || !os.SameFile(before, now) {
		t.Errorf("the image of a changed original was made again: %v", err)
	}
	kept()
}
