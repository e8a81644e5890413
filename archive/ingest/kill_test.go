//go:build torture && unix

package ingest_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
	"lantai/archive/store"
	"lantai/archive/vault"
	"lantai/search"
)

// killPages is how many pages a delivery has that is killed.
const killPages = 60

// station is the whole of an archive with its real index.
type station struct {
	cat   *store.Catalogue
	index *search.Index
	pipe  *ingest.Pipeline
}

func openStation(dir string, step func(string)) (*station, error) {
	ctx := context.Background()
	var s station
	var err error
	s.cat, err = store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), vault.Options{Step: step})
	if err != nil {
		return nil, err
	}
	if s.index, err = search.Open(filepath.Join(dir, "index"), s.cat, search.Options{}); err != nil {
		return nil, err
	}
	if s.index.NeedsRebuild() {
		if err := s.cat.MarkAll(ctx); err != nil {
			return nil, err
		}
	}
	engine, err := ocr.FindTesseract(ctx, ocr.Options{})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "derived"), 0o755); err != nil {
		return nil, err
	}
	s.pipe, err = ingest.New(ctx, ingest.Options{Catalogue: s.cat, Vault: v, Derived: filepath.Join(dir, "derived"),
		Index: s.index, Tools: ingest.Tools{Engine: engine, Languages: "eng"}, Step: step})
	return &s, err
}

func (s *station) close() error {
	if err := s.pipe.Close(); err != nil {
		return err
	}
	if err := s.index.Close(); err != nil {
		return err
	}
	return s.cat.Close()
}

// TestIngestInAChild is the process that the others kill.
func TestIngestInAChild(t *testing.T) {
	home := os.Getenv(killHome)
	if home == "" {
		t.Log("does its work for TestKilled")
		return
	}
	s, err := openStation(home, dying())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: os.Getenv(killSource), Text: true}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
}

// killDelivery has 60 small pages, some linked, some damaged, some with their text, some
// no images, and a double-layer PDF.
func killDelivery(t *testing.T) string {
	dir := t.TempDir()
	for i := range killPages {
		img := drawn(t, fmt.Sprintf("sheet number %d", 100+i))
		switch {
		case i%10 == 7:
			put(t, dir, fmt.Sprintf("loose/%d.jpg", i), asJPEG(t, img)[:3000])
		case i%3 == 0:
			put(t, dir, fmt.Sprintf("%s/%d.png", code, i), asPNG(t, img))
		default:
			put(t, dir, fmt.Sprintf("loose/%d.jpg", i), asJPEG(t, img))
		}
	}
	put(t, dir, code+"/1.txt", []byte("no image"))
	put(t, dir, "loose/2.txt", []byte("number 102 as delivered"))
	put(t, dir, "loose/4.txt", []byte("number 104 as delivered"))
	put(t, dir, "loose/layers.pdf", doubleLayer(t, drawn(t, "first page of two"), drawn(t, "last page of two")))
	return dir
}

// state writes down all that must be equal after every way to get there. Ids and
// times are left out.
func state(t *testing.T, home string) string {
	t.Helper()
	ctx := context.Background()
	s, err := openStation(home, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	w := &world{t: t, dir: home, cat: s.cat, pipe: s.pipe}
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	batches, err := s.cat.Batches(ctx, access.All(), 100)
	if err != nil || len(batches) != 1 {
		t.Fatalf("%d batches, %v", len(batches), err)
	}
	batch := batches[0].ID.String()
	plain := func(s string) string { return strings.ReplaceAll(s, batch, "BATCH") }
	say("batch ended %v", batches[0].Ended != 0)
	for f, err := range s.cat.AllFiles(ctx, access.All()) {
		if err != nil {
			t.Fatal(err)
		}
		say("file %s %s %d %s %s %s", f.Source, plain(f.Path), f.Bytes, f.SHA256, f.Format, f.State)
	}
	for name, p := range w.pages() {
		say("page %s linked %v ordinal %d %s %s %d×%d %s %s", name, p.Holding != 0, p.Ordinal, p.Stage, p.Reason, p.Width, p.Height, p.Recipe, p.MadeFrom)
		if p.Stage == archive.StageIndexed {
			text := w.text(p.ID)
			say("text %s %q %v %s", name, text.Plain, text.Words, text.MadeFrom)
			if _, err := w.pipe.AccessImage(ctx, access.All(), p.ID); err != nil {
				t.Error(err)
			}
		}
	}
	refused, err := s.cat.RefusedInputs(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refused {
		say("refused %s %s", r.Path, r.Reason)
	}
	for i := range killPages {
		q, err := search.Parse(fmt.Sprintf(`"number %d"`, 100+i))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.index.Search(ctx, access.All(), q, search.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		say("hits %d: %d of %d", i, r.Total, r.Searched)
	}
	lines = append(lines, trees(t, home, plain)...)
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// trees lists originals and lists with their content, and counts derived images.
func trees(t *testing.T, home string, plain func(string) string) (lines []string) {
	derived := 0
	err := filepath.WalkDir(home, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(home, p)
		switch top, _, _ := strings.Cut(filepath.ToSlash(rel), "/"); top {
		case "masters", "manifests":
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if top == "manifests" {
				data = []byte(plain(string(data)))
			}
			lines = append(lines, fmt.Sprintf("disk %s %x", plain(filepath.ToSlash(rel)), sha256.Sum256(data)))
		case "derived":
			derived++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(lines, fmt.Sprintf("derived %d", derived))
}

// compare fails with the lines that differ.
func compare(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, l := range g {
		if !slices.Contains(w, l) {
			t.Errorf("+ %s", l)
		}
	}
	for _, l := range w {
		if !slices.Contains(g, l) {
			t.Errorf("- %s", l)
		}
	}
}

// newHome makes an archive with the item that pages link to.
func newHome(t *testing.T) string {
	home := t.TempDir()
	w := newWorld(t, home, nil)
	w.item(code)
	if err := w.cat.Close(); err != nil {
		t.Fatal(err)
	}
	return home
}

// TestKilled kills an ingest at thirty random moments and at every named boundary,
// goes on with it, and compares with one that nobody disturbed.
func TestKilled(t *testing.T) {
	source := killDelivery(t)
	calm := newHome(t)
	began := time.Now()
	victim{test: "TestIngestInAChild", home: calm, source: source}.run(t)
	whole := time.Since(began)
	want := state(t, calm)
	t.Logf("an undisturbed ingest takes %v", whole)

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	goOn := func(t *testing.T, home string) {
		if (victim{test: "TestIngestInAChild", home: home, source: source}).run(t) {
			t.Fatal("nobody killed it")
		}
		compare(t, state(t, home), want)
		if left := (&world{dir: home}).leftovers(); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
	for i := range 30 {
		after := 1 + time.Duration(random.Int64N(int64(whole)))
		t.Run(fmt.Sprintf("moment %d", i), func(t *testing.T) {
			home := newHome(t)
			if !(victim{test: "TestIngestInAChild", home: home, source: source, after: after}).run(t) {
				t.Logf("done before %v", after)
			}
			goOn(t, home)
		})
	}
	for _, name := range append(ingest.Steps(), vault.Steps()...) {
		if strings.HasPrefix(name, "move:") {
			continue // nothing moves when a folder is received
		}
		count := 1
		if slices.Contains([]string{"batch:original-stored", "enhance:images-written", "enhance:row-committed", "receive:writing",
			"receive:named", "recognise:read", "recognise:text-saved", "recognise:row-committed", "index:put"}, name) {
			count += random.IntN(3)
		}
		t.Run(name, func(t *testing.T) {
			home := newHome(t)
			if !(victim{test: "TestIngestInAChild", home: home, source: source, step: name, count: count}).run(t) {
				t.Errorf("never came by the %d. time", count)
			}
			goOn(t, home)
		})
	}
}
