package ingest_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
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
