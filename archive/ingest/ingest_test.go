package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/enhance"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
	"lantai/archive/store"
)

const code = "Z109-WS·2011-Y-BGS-0001"

// delivery makes a folder with a linked item, loose pages and things that cannot be
// taken.
func delivery(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "delivery 一")
	put(t, dir, code+"/2.jpg", asJPEG(t, drawn(t, "second sheet", "of the minutes")))
	put(t, dir, code+"/10.png", asPNG(t, drawn(t, "tenth sheet", "of the minutes")))
	put(t, dir, code+"/1.png", asPNG(t, drawn(t, "first sheet", "of the minutes")))
	put(t, dir, "loose/a.png", asPNG(t, drawn(t, "loose letter", "from nobody")))
	put(t, dir, "loose/cut.jpg", asJPEG(t, drawn(t, "cut off", "at the end"))[:4000])
	put(t, dir, "loose/notes.doc", []byte("no image"))
	put(t, dir, "loose/nothing.tif", nil)
	put(t, dir, "loose/Thumbs.db", []byte("x"))
	put(t, dir, ".DS_Store", []byte("x"))
	if err := os.Symlink(filepath.Join(dir, "loose", "a.png"), filepath.Join(dir, "loose", "link.png")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestIngestFolder(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	item := w.item(code)
	dir := delivery(t)
	var seen []archive.Progress
	r, err := w.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir},
		func(p archive.Progress) { seen = append(seen, p) })
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]archive.Reason{"loose/cut.jpg": archive.ReasonDamaged, "loose/notes.doc": archive.ReasonUnsupported,
		"loose/nothing.tif": archive.ReasonEmpty, "loose/link.png": archive.ReasonUnsupported}
	for _, f := range r.Refused {
		if want[f.Path] != f.Reason {
			t.Errorf("refused %s: %s %s", f.Path, f.Reason, f.Detail)
		}
		delete(want, f.Path)
	}
	if len(want) > 0 {
		t.Errorf("not refused: %v", want)
	}
	if r.Received != 5 || r.Already != 0 || r.Unfiled != 2 || r.Pages != 5 {
		t.Errorf("%+v", r)
	}
	if last := seen[len(seen)-1]; last.Done != last.Total || last.Phase != ingest.PhaseReceive {
		t.Errorf("last progress %+v", last)
	}

	linked, err := w.cat.PagesOf(context.Background(), access.All(), item.ID)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, p := range linked {
		order = append(order, strings.Fields(w.text(p.ID).Plain)[0])
		if p.Stage != archive.StageIndexed {
			t.Errorf("page %d at %s", p.Ordinal, p.Stage)
		}
	}
	if !slices.Equal(order, []string{"first", "second", "tenth"}) {
		t.Errorf("pages in the order %v", order)
	}
	if len(w.index.find("of the minutes")) != 3 || len(w.index.find("loose letter")) != 1 {
		t.Errorf("index: %+v", w.index.pages)
	}
	w.checkMasters(dir)
	w.checkImages(w.pages())
	if left := w.leftovers(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}

	again := w.ingest(dir)
	if again.Received != 0 || again.Already != 5 || len(again.Refused) != 4 {
		t.Errorf("again: %+v", again)
	}
	if n := len(w.pages()); n != 5 {
		t.Errorf("%d pages after the second time", n)
	}
}

// checkMasters compares every original with its source.
func (w *world) checkMasters(dir string) {
	w.t.Helper()
	for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
		if err != nil {
			w.t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, f.Source))
		if err != nil {
			w.t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(w.path("masters"), f.Path))
		if err != nil || !bytes.Equal(got, want) {
			w.t.Errorf("master %s differs from %s: %v", f.Path, f.Source, err)
		}
	}
}

// checkImages opens the derived images of pages that were not refused.
func (w *world) checkImages(pages map[string]archive.Page) {
	w.t.Helper()
	for name, p := range pages {
		if p.Stage == archive.StageRefused {
			continue
		}
		img, err := w.pipe.AccessImage(context.Background(), access.All(), p.ID)
		if err != nil {
			w.t.Errorf("%s: %v", name, err)
			continue
		}
		if got := decoded(w.t, img.Path).Bounds(); got.Dx() != img.Width || got.Dy() != img.Height {
			w.t.Errorf("%s: access image %v, announced %d×%d", name, got, img.Width, img.Height)
		}
		small, err := w.pipe.Thumbnail(context.Background(), access.All(), p.ID)
		if err != nil {
			w.t.Errorf("%s: %v", name, err)
		} else if b := decoded(w.t, small.Path).Bounds(); max(b.Dx(), b.Dy()) > 320 {
			w.t.Errorf("%s: thumbnail %v", name, b)
		}
	}
}

func decoded(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestSameNameOtherContent(t *testing.T) {
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) { o.Tools = ingest.Tools{} })
	w.item(code)
	dir := t.TempDir()
	put(t, dir, code+"/1.png", asPNG(t, drawn(t, "one")))
	if r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil || r.Received != 1 {
		t.Fatal(r, err)
	}
	put(t, dir, code+"/1.png", asPNG(t, drawn(t, "another")))
	put(t, dir, code+"/2.png", asPNG(t, drawn(t, "two")))
	r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
	if err != nil || r.Received != 1 || len(r.Refused) != 1 || r.Refused[0].Reason != archive.ReasonConflict {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: w.dir}, nil); archive.KindOf(err) != archive.Invalid {
		t.Errorf("the archive received itself: %v", err)
	}
}

// TestTurnedPage stands a page on its head: it is read all the same, and the boxes
// lie on the upright page.
func TestTurnedPage(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	var lines []string
	for i := range 9 {
		lines = append(lines, fmt.Sprintf("Paragraph %d speaks of grain", i+1))
	}
	upright := drawn(t, lines...)
	b := upright.Bounds()
	turned := image.NewGray(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			turned.SetGray(b.Dx()-1-x, b.Dy()-1-y, upright.GrayAt(x, y))
		}
	}
	dir := t.TempDir()
	put(t, dir, "head.png", asPNG(t, turned))
	w.ingest(dir)
	p := w.pages()["head.png"]
	r, err := enhance.ParseRecipe(p.Recipe)
	if err != nil || r.Turn != 180 || r.Manual != 0 {
		t.Fatalf("recipe %s, %v", p.Recipe, err)
	}
	text := w.text(p.ID)
	if !strings.HasPrefix(text.Plain, "Paragraph 1 speaks of grain") {
		t.Fatalf("text %q", text.Plain)
	}
	first := text.Words[0].Box
	if !image.Rect(first.X, first.Y, first.X+first.W, first.Y+first.H).In(image.Rect(40, 50, 420, 130)) {
		t.Errorf("first word at %+v", first)
	}
	w.checkImages(w.pages())
}

func TestStopAndGoOn(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	for i := range 6 {
		put(t, dir, fmt.Sprintf("%d.png", i), asPNG(t, drawn(t, fmt.Sprintf("sheet number %d", i))))
	}
	ctx, stop := context.WithCancel(context.Background())
	w := newWorld(t, home, func(o *ingest.Options) {
		n := 0
		o.Step = func(name string) {
			if name == "recognise:row-committed" {
				if n++; n == 2 {
					stop()
				}
			}
		}
		o.Tools.Workers = 1
	})
	_, err := w.pipe.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
	if archive.KindOf(err) != archive.Stopped {
		t.Fatalf("stopped run ended with %v", err)
	}
	if left := w.leftovers(); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := w.pipe.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	for name, p := range w.pages() {
		if p.Stage != archive.StageIndexed {
			t.Errorf("%s at %s", name, p.Stage)
		}
	}
	if n := len(w.index.find("sheet number")); n != 6 {
		t.Errorf("%d pages found", n)
	}
}

func TestWithoutEngine(t *testing.T) {
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) { o.Tools = ingest.Tools{} })
	dir := t.TempDir()
	put(t, dir, "a.png", asPNG(t, drawn(t, "waiting page")))
	_, err := w.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
	if archive.KindOf(err) != archive.Unavailable {
		t.Fatalf("no engine: %v", err)
	}
	if p := w.pages()["a.png"]; p.Stage != archive.StageEnhanced {
		t.Fatalf("page at %s", p.Stage)
	}
	w.checkImages(w.pages())
	engine, err := ocr.FindTesseract(context.Background(), ocr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.pipe.Use(ingest.Tools{Engine: engine, Languages: "eng"})
	if err := w.pipe.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(w.index.find("waiting page")) != 1 {
		t.Error("the page cannot be found")
	}
}

func TestRetry(t *testing.T) {
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) { o.Tools = ingest.Tools{} })
	dir := t.TempDir()
	put(t, dir, "a.png", asPNG(t, drawn(t, "page")))
	if _, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil {
		t.Fatal(err)
	}
	masters, away := w.path("masters"), w.path("away")
	if err := os.Rename(masters, away); err != nil {
		t.Fatal(err)
	}
	_ = w.pipe.Drain(context.Background()) // no engine
	p := w.pages()["a.png"]
	if p.Stage != archive.StageRefused || p.Reason != archive.ReasonUnreadable {
		t.Fatalf("page at %s, %s", p.Stage, p.Reason)
	}
	os.RemoveAll(masters)
	if err := os.Rename(away, masters); err != nil {
		t.Fatal(err)
	}
	if n, err := w.pipe.Retry(context.Background(), archive.LocalActor(), []archive.ID{p.ID}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	_ = w.pipe.Drain(context.Background())
	if p := w.pages()["a.png"]; p.Stage != archive.StageEnhanced {
		t.Errorf("page at %s, %s %s", p.Stage, p.Reason, p.Detail)
	}
}

// TestRunningPipeline has it run while a person works: a correction and a link reach
// the index, pause and resume hold and let go, a second run is refused.
func TestRunningPipeline(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	w.index.put = make(chan archive.IndexPage, 100)
	item := w.item(code)
	dir := t.TempDir()
	put(t, dir, "a.png", asPNG(t, drawn(t, "original words")))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	w.pipe.Pause()
	go func() { ended <- w.pipe.Run(ctx) }()
	if _, err := w.pipe.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil {
		t.Fatal(err)
	}
	if s := w.pipe.Status(); !s.Paused {
		t.Errorf("%+v", s)
	}
	w.pipe.Resume()
	card := <-w.index.put
	if !strings.Contains(card.Text, "original words") || card.Item != 0 {
		t.Errorf("%+v", card)
	}
	if err := w.cat.Correct(ctx, archive.LocalActor(), card.ID, "corrected words"); err != nil {
		t.Fatal(err)
	}
	if card = <-w.index.put; card.Text != "corrected words" {
		t.Errorf("%+v", card)
	}
	if _, err := w.cat.Do(ctx, archive.LocalActor(), archive.OpPageLink, func(tx *store.Tx) error {
		return tx.LinkPages([]archive.ID{card.ID}, item.ID)
	}); err != nil {
		t.Fatal(err)
	}
	w.pipe.Wake()
	if card = <-w.index.put; card.Code != code {
		t.Errorf("%+v", card)
	}
	if err := w.pipe.Drain(ctx); err != nil { // Run does the work
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRebuild(t *testing.T) {
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) { o.Cap = 1 })
	dir := t.TempDir()
	for i := range 3 {
		put(t, dir, fmt.Sprintf("%d.png", i), asPNG(t, drawn(t, fmt.Sprintf("sheet number %d", i))))
	}
	w.ingest(dir)
	before := w.pages()
	// With a cap of nothing the images go as others come, and come back when asked for.
	w.checkImages(before)
	if left, err := w.pipe.RebuildDerived(context.Background(), nil); err != nil || left != 0 {
		t.Fatal(left, err)
	}
	for name, p := range w.pages() {
		if p != before[name] {
			t.Errorf("%s changed: %+v", name, p)
		}
	}
	fresh := &shelfOfCards{pages: map[archive.ID]archive.IndexPage{}}
	finished := false
	err := w.pipe.RebuildIndex(context.Background(), fresh, func() error {
		needs, err := w.pipe.NeedsRebuild(context.Background())
		if !needs || err != nil {
			t.Errorf("during the rebuild: %v, %v", needs, err)
		}
		finished = true
		return nil
	}, nil)
	if err != nil || !finished || len(fresh.find("sheet number")) != 3 {
		t.Errorf("%d pages in the fresh index, %v", len(fresh.pages), err)
	}
	if needs, err := w.pipe.NeedsRebuild(context.Background()); needs || err != nil {
		t.Errorf("after the rebuild: %v, %v", needs, err)
	}
}

func TestRecipeByHand(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	dir := t.TempDir()
	put(t, dir, "a.png", asPNG(t, drawn(t, "upright words")))
	w.ingest(dir)
	p := w.pages()["a.png"]
	r, err := enhance.ParseRecipe(p.Recipe)
	if err != nil {
		t.Fatal(err)
	}
	r.Turn, r.Manual = 90, enhance.FieldTurn
	if err := w.pipe.SetRecipe(context.Background(), archive.LocalActor(), p.ID, r); err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := w.pages()["a.png"]
	if got.Width != p.Height || got.Height != p.Width || got.MadeFrom == p.MadeFrom || got.Stage != archive.StageIndexed {
		t.Errorf("%+v, was %+v", got, p)
	}
	if text := w.text(p.ID); text.MadeFrom != got.MadeFrom {
		t.Errorf("text made from %s, page from %s", text.MadeFrom, got.MadeFrom)
	}
}
