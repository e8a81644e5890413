package ingest_test

import (
	"context"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
)

// adoptText adopts a folder with its text layers, or without, and works off what waits.
func (w *world) adoptText(dir string, text bool) ingest.Adopted {
	w.t.Helper()
	ctx := context.Background()
	r, err := w.pipe.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: dir, Text: text}, nil)
	if err == nil {
		err = w.pipe.Drain(ctx)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) wantLayer(path, plain string) {
	w.t.Helper()
	p := w.pages()[path]
	text := w.text(p.ID)
	if text.Plain != plain || text.Origin != archive.OriginDelivered || text.MadeFrom != p.MadeFrom || p.Stage != archive.StageIndexed {
		w.t.Errorf("%s: %s %+v", path, p.Stage, text)
	}
}

// The text layers of PDF that are adopted in place are taken as those of copies are.
func TestAdoptedLayers(t *testing.T) {
	w, engine := counting(t, t.TempDir())
	w.item(code)
	dir := t.TempDir()
	put(t, dir, code+".pdf", doubleLayer(t, drawn(t, "alpha beta"), drawn(t, "second sheet")))
	put(t, dir, "loose/b.pdf", doubleLayer(t, drawn(t, "loose leaf")))
	r := w.adoptText(dir, true)
	if r.Registered != 2 || r.Pages != 3 || r.TextPages != 3 || r.NotTaken != 0 || len(r.Quarantined) != 0 {
		t.Errorf("%+v", r)
	}
	w.wantLayer(code+".pdf", "alpha beta\n")
	w.wantLayer(code+".pdf#1", "second sheet\n")
	w.wantLayer("loose/b.pdf", "loose leaf\n")
	if n := engine.pages.Load(); n != 0 || len(w.index.find("loose leaf")) != 1 {
		t.Errorf("%d pages recognised that brought their text, found %v", n, w.index.find("loose leaf"))
	}
	if r := w.adoptText(dir, true); r.Already != 2 || r.TextPages != 0 {
		t.Errorf("again: %+v", r)
	}
}

// Layers that are asked for later take the place of what was recognised meanwhile.
func TestAdoptedLayersComeLater(t *testing.T) {
	w, engine := counting(t, t.TempDir())
	dir := t.TempDir()
	put(t, dir, "a.pdf", doubleLayer(t, drawn(t, "from the layer")))
	if r := w.adoptText(dir, false); r.TextPages != 0 || r.Registered != 1 {
		t.Errorf("%+v", r)
	}
	before := engine.pages.Load()
	if before != 1 {
		t.Errorf("%d recognised", before)
	}
	if r := w.adoptText(dir, true); r.Already != 1 || r.TextPages != 1 {
		t.Errorf("%+v", r)
	}
	w.wantLayer("a.pdf", "from the layer\n")
	if n := engine.pages.Load() - before; n != 0 {
		t.Errorf("%d recognised again", n)
	}
}
