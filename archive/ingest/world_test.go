package ingest_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
	"lantai/archive/refcode"
	"lantai/archive/store"
	"lantai/archive/vault"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// world is an archive in a folder with a pipeline.
type world struct {
	t     *testing.T
	dir   string
	cat   *store.Catalogue
	vault *vault.Vault
	index *shelfOfCards
	pipe  *ingest.Pipeline
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// newWorld opens the archive in dir, making it first where needed.
func newWorld(t *testing.T, dir string, change func(*ingest.Options)) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, dir: dir, index: &shelfOfCards{pages: map[archive.ID]archive.IndexPage{}}}
	if err := os.MkdirAll(w.path("derived"), 0o755); err != nil {
		t.Fatal(err)
	}
	var err error
	w.cat, err = store.Open(ctx, store.Options{Catalogue: w.path("catalogue.db"), Text: w.path("text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.cat.Close() })
	if w.vault, err = vault.Open(w.path("masters"), w.path("manifests"), vault.Options{}); err != nil {
		t.Fatal(err)
	}
	engine, err := ocr.FindTesseract(ctx, ocr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opt := ingest.Options{Catalogue: w.cat, Vault: w.vault, Derived: w.path("derived"), Index: w.index,
		Tools: ingest.Tools{Engine: engine, Languages: "eng"}}
	if change != nil {
		change(&opt)
	}
	if w.pipe, err = ingest.New(ctx, opt); err != nil {
		t.Fatal(err)
	}
	return w
}

// shelfOfCards is the simplest index: a card for each page.
type shelfOfCards struct {
	mu    sync.Mutex
	pages map[archive.ID]archive.IndexPage
	put   chan archive.IndexPage // when not nil, told of every card
}

func (s *shelfOfCards) Put(_ context.Context, b archive.IndexBatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range b.Pages {
		s.pages[p.ID] = p
		if s.put != nil {
			s.put <- p
		}
	}
	for _, id := range b.RemovePages {
		delete(s.pages, id)
	}
	return nil
}

// find gives the pages whose text has the words.
func (s *shelfOfCards) find(words string) (ids []archive.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, p := range s.pages {
		if strings.Contains(p.Text, words) {
			ids = append(ids, id)
		}
	}
	return ids
}

// item registers a fonds and series, once, and adds an item.
func (w *world) item(code string) archive.Item {
	w.t.Helper()
	ctx := context.Background()
	scheme, _ := refcode.Builtin("item22")
	v, err := scheme.Parse(code)
	if err != nil {
		w.t.Fatal(err)
	}
	it := archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Code: code, Title: "Minutes"}}
	_, err = w.cat.Do(ctx, archive.LocalActor(), archive.OpHoldingAdd, func(tx *store.Tx) error {
		f, err := w.cat.FondsByNumber(ctx, access.All(), v[refcode.FondsNo])
		s := archive.Series{Holding: archive.Holding{Kind: archive.KindSeries}}
		if archive.KindOf(err) == archive.NotFound {
			f = archive.Fonds{Holding: archive.Holding{Kind: archive.KindFonds, Code: v[refcode.FondsNo], Title: "Office"}}
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
			s = archive.Series{Holding: archive.Holding{Kind: archive.KindSeries, Parent: f.ID, Code: f.Code + "-WS", Title: "Files"},
				Category: "WS", Method: archive.ByItem, Scheme: scheme.JSON()}
			if err := tx.AddSeries(&s); err != nil {
				return err
			}
		} else {
			list, err := w.cat.SeriesOf(ctx, access.All(), f.ID)
			if err != nil {
				return err
			}
			s = list[0]
		}
		it.Parent = s.ID
		return tx.AddItem(&it)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return it
}

// ingest takes a folder in and fails on any fault.
func (w *world) ingest(dir string) ingest.Report {
	w.t.Helper()
	r, err := w.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// pages gives all pages by the path they came from, "path#frame" beyond the first.
func (w *world) pages() map[string]archive.Page {
	w.t.Helper()
	ctx := context.Background()
	out := map[string]archive.Page{}
	for f, err := range w.cat.AllFiles(ctx, access.All()) {
		if err != nil {
			w.t.Fatal(err)
		}
		list, err := w.cat.PagesOfFile(ctx, access.All(), f.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, p := range list {
			key := f.Source
			if p.Frame > 0 {
				key += "#" + string(rune('0'+p.Frame))
			}
			out[key] = p
		}
	}
	return out
}

func (w *world) text(id archive.ID) archive.PageText {
	w.t.Helper()
	text, err := w.cat.Text(context.Background(), access.All(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// leftovers lists what no archive at rest has: unfinished and temporary files.
func (w *world) leftovers() (out []string) {
	_ = filepath.WalkDir(w.dir, func(p string, d fs.DirEntry, err error) error {
		inWork := strings.Contains(p, filepath.Join("derived", "work")+string(filepath.Separator))
		if err == nil && !d.IsDir() && (inWork || strings.HasSuffix(p, ".part")) {
			out = append(out, p)
		}
		return nil
	})
	return out
}

// drawn is an image of lines of text, black on white, at 300 dpi.
func drawn(t *testing.T, lines ...string) *image.Gray {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 11, DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, 900, 120+70*len(lines)))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for i, line := range lines {
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: face, Dot: fixed.P(60, 100+70*i)}
		d.DrawString(line)
	}
	return img
}

// put writes a file below dir, making its folders.
func put(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
