package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// asTIFF writes grey frames without compression (TIFF 6.0).
func asTIFF(frames ...*image.Gray) []byte {
	le := binary.LittleEndian
	out := []byte("II*\x00\x00\x00\x00\x00")
	link := 4 // where the offset of the next directory goes
	for _, f := range frames {
		w, h := f.Bounds().Dx(), f.Bounds().Dy()
		data := len(out)
		out = append(out, f.Pix[:w*h]...)
		if len(out)%2 == 1 {
			out = append(out, 0)
		}
		le.PutUint32(out[link:], uint32(len(out)))
		tags := [][2]uint32{{256, uint32(w)}, {257, uint32(h)}, {258, 8}, {259, 1}, {262, 1}, {273, uint32(data)}, {277, 1}, {278, uint32(h)}, {279, uint32(w * h)}}
		out = le.AppendUint16(out, uint16(len(tags)))
		for _, t := range tags {
			out = le.AppendUint16(out, uint16(t[0]))
			out = le.AppendUint16(out, 4) // LONG
			out = le.AppendUint32(out, 1)
			out = le.AppendUint32(out, t[1])
		}
		link = len(out)
		out = le.AppendUint32(out, 0)
	}
	return out
}

// listing is all that could change on a root: names, sizes, times and rights.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		fmt.Fprintln(&b, rel, info.Mode(), info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// disk is a folder of scans as a digitising firm leaves them.
func disk(t *testing.T, dir string) {
	t.Helper()
	put(t, dir, code+"/"+code+"-0001.jpg", asJPEG(t, drawn(t, "minutes of the council")))
	put(t, dir, code+"/"+code+"-0002.tif", asTIFF(drawn(t, "second sheet obverse"), drawn(t, "second sheet reverse")))
	put(t, dir, code+"/"+code+"-0003.png", asPNG(t, drawn(t, "third sheet of minutes")))
	put(t, dir, "loose/a.jpg", asJPEG(t, drawn(t, "a loose sheet")))
	put(t, dir, "loose/broken.jpg", asJPEG(t, drawn(t, "cut"))[:900])
	put(t, dir, "loose/empty.jpg", nil)
	put(t, dir, "loose/read me.txt", []byte("no image"))
	put(t, dir, "loose/two.jpg", asTIFF(drawn(t, "a fax of two"), drawn(t, "its other page"))) // under the wrong name
}

// freshly has roots looked for each time anew.
func freshly(o *vault.RootOptions) func(*ingest.Options) {
	return func(opt *ingest.Options) {
		o.Fresh = 1
		opt.Originals = vault.NewOriginals(opt.Vault, ingest.Registry(opt.Catalogue), *o)
	}
}

func (w *world) adopt(dir string) ingest.Adopted {
	w.t.Helper()
	r, err := w.pipe.Adopt(context.Background(), archive.LocalActor(), ingest.Adoption{Dir: dir}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) drain() {
	w.t.Helper()
	if err := w.pipe.Drain(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func TestAdopt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	disk(t, dir)
	before := listing(t, dir)
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	item := w.item(code)
	r := w.adopt(dir)
	if r.Registered != 6 || r.Pages != 7 || r.Unfiled != 3 || r.NotTaken != 2 || !r.RootAdded || r.Already != 0 {
		t.Errorf("adopted: %+v", r)
	}
	pages, err := w.cat.PagesOf(context.Background(), access.All(), item.ID)
	if err != nil || len(pages) != 4 {
		t.Fatalf("%d pages in the item, %v", len(pages), err)
	}
	for i, p := range pages {
		if p.Ordinal != i+1 {
			t.Errorf("page %d has the ordinal %d", i, p.Ordinal)
		}
	}
	// A page that nobody has worked on can be looked at.
	img, err := w.pipe.AccessImage(context.Background(), access.All(), pages[0].ID)
	if err != nil || img.Width == 0 || decoded(t, img.Path).Bounds().Dx() != img.Width {
		t.Errorf("image %+v, %v", img, err)
	}
	w.drain()
	if got := w.index.find("second sheet reverse"); len(got) != 1 || got[0] != pages[2].ID {
		t.Errorf("found %v", got)
	}
	if p := w.pages()["loose/broken.jpg"]; p.Stage != archive.StageRefused || p.Reason != archive.ReasonDamaged {
		t.Errorf("broken: %s %s", p.Stage, p.Reason)
	}
	f, err := w.cat.FileByPath(context.Background(), access.All(), r.Root, "loose/a.jpg")
	if err != nil || f.State != archive.FileUnhashed || f.SHA256 != "" || f.Modified == 0 {
		t.Errorf("file %+v, %v", f, err)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the disk was changed:\n%s", after)
	}
	if again := w.adopt(dir); again.Registered != 0 || again.Already != 6 || again.RootAdded || again.Batch != 0 || again.NotTaken != 2 {
		t.Errorf("again: %+v", again)
	}
	if inside := w.adopt(filepath.Join(dir, "loose")); inside.Root != r.Root || inside.Registered != 0 || inside.Already != 3 {
		t.Errorf("a folder of it: %+v", inside)
	}
}

func TestAdoptedFilesThatChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	for i := range 4 {
		put(t, dir, fmt.Sprintf("%d.jpg", i), asJPEG(t, drawn(t, fmt.Sprintf("sheet number %d", 100+i))))
	}
	w := newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	root := w.adopt(dir).Root
	put(t, dir, "0.jpg", asTIFF(drawn(t, "another sheet", "altogether"), drawn(t, "and its back"))) // under the name of a photograph
	aside := filepath.Join(t.TempDir(), "1.jpg")
	if err := os.Rename(filepath.Join(dir, "1.jpg"), aside); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "4.jpg", asJPEG(t, drawn(t, "sheet number 104")))
	hour := time.Now().Add(-time.Hour).Truncate(time.Second)
	info, _ := os.Stat(filepath.Join(dir, "2.jpg"))
	if err := os.Chtimes(filepath.Join(dir, "2.jpg"), hour, info.ModTime().Add(time.Hour)); err != nil { // the clock of another season
		t.Fatal(err)
	}
	if r := w.adopt(dir); r.Registered != 1 || r.Already != 3 || r.Changed != 1 || r.Vanished != 1 {
		t.Fatalf("again: %+v", r)
	}
	n, err := w.cat.RootCounts(context.Background(), []archive.ID{root})
	if c := n[root]; err != nil || c.Files != 5 || c.Changed != 1 || c.Vanished != 1 {
		t.Errorf("counted %+v, %v", c, err)
	}
	w.drain()
	pages := w.pages()
	if pages["0.jpg"].Reason != archive.ReasonAltered || pages["1.jpg"].Reason != archive.ReasonVanished || pages["2.jpg"].Stage != archive.StageIndexed {
		t.Errorf("0: %+v\n1: %+v\n2: %+v", pages["0.jpg"], pages["1.jpg"], pages["2.jpg"])
	}
	if n, err := w.pipe.Accept(context.Background(), archive.LocalActor(), root); n != 1 || err != nil {
		t.Fatalf("accepted %d, %v", n, err)
	}
	w.drain()
	if got := append(w.index.find("altogether"), w.index.find("and its back")...); len(got) != 2 {
		t.Errorf("the accepted sheet is found as %v", got)
	}
	// What is back as it was is no longer vanished.
	if err := os.Rename(aside, filepath.Join(dir, "1.jpg")); err != nil {
		t.Fatal(err)
	}
	if r := w.adopt(dir); r.Vanished != 0 || r.Changed != 0 || r.Registered != 0 {
		t.Errorf("back: %+v", r)
	}
	w.drain()
	if p := w.pages()["1.jpg"]; p.Stage != archive.StageIndexed {
		t.Errorf("the page that is back is %s", p.Stage)
	}
}

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
	if err := w.pipe.RebuildDerived(ctx, nil); err != nil {
		t.Fatal(err)
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
