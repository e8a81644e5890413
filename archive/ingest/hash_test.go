package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/vault"
)

func TestHash(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	disk(t, dir)
	put(t, dir, "odd\nname\\.jpg", asJPEG(t, drawn(t, "odd")))
	put(t, dir, "changes.jpg", asJPEG(t, drawn(t, "before")))
	put(t, dir, "goes.jpg", asJPEG(t, drawn(t, "gone")))
	large := make([]byte, 5<<20)
	copy(large, asJPEG(t, drawn(t, "with a long tail")))
	put(t, dir, "large.jpg", large)
	before := listing(t, dir)
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	w.item(code)
	root := w.adopt(dir).Root
	if after := listing(t, dir); after != before {
		t.Errorf("the disk was changed:\n%s", after)
	}
	put(t, dir, "changes.jpg", asJPEG(t, drawn(t, "after", "it")))
	if err := os.Remove(filepath.Join(dir, "goes.jpg")); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var last ingest.HashStatus
	h, err := w.pipe.Hash(ctx, root, func(s ingest.HashStatus) { last = s })
	if err != nil || h.Files != 8 || len(h.Changed) != 1 || h.Changed[0].Path != "changes.jpg" || len(h.Vanished) != 1 {
		t.Errorf("hashed %+v, %v", h, err)
	}
	if last.Files != 10 || last.Hashed != 8 || last.BytesPerSecond == 0 || !last.Running {
		t.Errorf("told %+v", last)
	}
	for f, err := range w.cat.RootFiles(ctx, access.All(), root) {
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		sum := sha256.Sum256(data)
		if f.Found == archive.FoundAsRegistered && (f.SHA256 != hex.EncodeToString(sum[:]) || f.State != archive.FileStored) {
			t.Errorf("%s: %s %s", f.Path, f.State, f.SHA256)
		}
	}
	pages := w.pages()
	if p := pages["loose/two.jpg#1"]; p.Frame != 1 || p.Width == 0 {
		t.Errorf("the fax under the name of a photograph has %+v", p)
	}
	if p := pages["loose/a.jpg"]; p.Width != 900 {
		t.Errorf("a page is %d wide after it was read", p.Width)
	}
	check := exec.Command("sha256sum", "--check", "--quiet", w.path("manifests/"+vault.RootList(root)))
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
	if again, err := w.pipe.Hash(ctx, 0, nil); err != nil || again.Files != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// Images of a page that was worked on before its original was hashed are found again.
func TestHashingLeavesImagesAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	put(t, dir, "a.jpg", asJPEG(t, drawn(t, "a sheet that is hashed late")))
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	w.adopt(dir)
	w.drain()
	ctx := context.Background()
	page := w.pages()["a.jpg"]
	first, err := w.pipe.AccessImage(ctx, access.All(), page.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.pipe.Hash(ctx, 0, nil); err != nil {
		t.Fatal(err)
	}
	if left, err := w.pipe.RebuildDerived(ctx, nil); err != nil || left != 0 {
		t.Fatal(left, err)
	}
	info, err := os.Stat(first.Path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.pipe.AccessImage(ctx, access.All(), page.ID)
	now, _ := os.Stat(again.Path)
	if err != nil || again.Path != first.Path || !os.SameFile(info, now) {
		t.Errorf("%s, then %s, %v", first.Path, again.Path, err)
	}
}

// Somebody who asks for digests now does not wait for the background, which goes slowly
// while the desk is in use.
func TestHashNowOvertakesTheBackground(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	for i := range 300 {
		data := append(asJPEG(t, image.NewGray(image.Rect(0, 0, 8, 8))), make([]byte, i*100)...)
		put(t, dir, fmt.Sprintf("%03d.jpg", i), data)
	}
	first := make(chan struct{}, 1)
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) {
		o.Step = func(name string) {
			if name == "hash:rows-committed" {
				select {
				case first <- struct{}{}:
				default:
				}
			}
		}
	})
	w.adopt(dir)
	w.pipe.Touch()
	ctx := context.Background()
	slow := make(chan ingest.Hashed, 1)
	go func() {
		h, err := w.pipe.HashSlowly(ctx)
		if err != nil && archive.KindOf(err) != archive.Busy {
			t.Error(err)
		}
		slow <- h
	}()
	<-first
	now, err := w.pipe.Hash(ctx, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if before := <-slow; before.Files == 0 || before.Files+now.Files != 300 {
		t.Errorf("%d in the background, %d now", before.Files, now.Files)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := w.pipe.HashSlowly(stopped); archive.KindOf(err) != "" && archive.KindOf(err) != archive.Stopped {
		t.Error(err)
	}
}
