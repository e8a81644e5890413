package store_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(workerDir); dir != "" {
		fmt.Fprintln(os.Stderr, workUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(storetest.Main(m))
}

// clock is a time that goes on by a millisecond each time it is asked.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) Now() time.Time          { return time.UnixMilli(c.ms.Add(1)) }
func (c *clock) Advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// world is one fresh catalogue.
type world struct {
	*testing.T
	*store.Catalogue
	opt   store.Options
	clock *clock

	tampered bool // its tables were changed past the program
}

var (
	ctx   = context.Background()
	all   = access.All()
	actor = archive.LocalActor()
)

// onBoth runs a test on either engine, each time with a catalogue of its own, and checks
// after it that the years of all series are counted right and the tables are as the log has them.
func onBoth(t *testing.T, do func(w *world)) { onBothOf(t, archive.NotSecret, do) }

// onBothOf is onBoth with catalogues that hold state secrets up to a class.
func onBothOf(t *testing.T, class archive.Secrecy, do func(w *world)) {
	test := func(w *world) {
		do(w)
		if !w.Failed() && !w.tampered {
			w.checkYears()
			w.checkTables()
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		opt := storetest.SQLite(t)
		opt.Class = class
		open(t, opt, test)
	})
	t.Run("postgres", func(t *testing.T) {
		opt := storetest.Postgres(t)
		opt.Class = class
		open(t, opt, test)
	})
}

func open(t *testing.T, opt store.Options, test func(w *world)) {
	clock := newClock()
	opt.Station, opt.Now = 1, clock.Now
	w := &world{T: t, opt: opt, clock: clock}
	w.Catalogue = w.another(opt)
	test(w)
}

// checkTables wants, after every test that has a catalogue, the tables to be as the log has them.
func (w *world) checkTables() {
	w.Helper()
	check, err := w.CheckLog(ctx, nil, nil)
	if err != nil || check.Bad != nil {
		w.Errorf("the tables are not as the log has them: %+v, %v", check.Rows, err)
	}
}

// another opens the same catalogue as a second process would.
func (w *world) another(opt store.Options) *store.Catalogue {
	w.Helper()
	c, err := store.Open(ctx, opt)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := c.Close(); err != nil {
			w.Error(err)
		}
	})
	return c
}

// do runs fn through the door and fails the test on an error.
func (w *world) do(fn func(tx *store.Tx) error) archive.ID {
	w.Helper()
	op, err := w.Do(ctx, actor, "test", fn)
	if err != nil {
		w.Fatal(err)
	}
	return op
}

// refuses runs fn through the door and wants an error of a kind.
func (w *world) refuses(kind archive.ErrorKind, fn func(tx *store.Tx) error) {
	w.Helper()
	op, err := w.Do(ctx, actor, "test", fn)
	if archive.KindOf(err) != kind || op != 0 {
		w.Fatalf("got op %s, error %v; want an error of kind %s", op, err, kind)
	}
}

// must unwraps a value that a test needs.
func must[V any](v V, err error) func(w *world) V {
	return func(w *world) V {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
		return v
	}
}

// town is a small archive: one fonds with a series by item and one by volume.
type town struct {
	fonds  archive.Fonds
	items  archive.Series
	vols   archive.Series
	volume archive.Container
	box    archive.Container
	batch  archive.Batch
}

func (w *world) town() town {
	w.Helper()
	var t town
	w.do(func(tx *store.Tx) error {
		t.fonds = archive.Fonds{Holding: archive.Holding{Code: "J001", Title: "县人民政府"}, Creator: "县人民政府"}
		if err := tx.AddFonds(&t.fonds); err != nil {
			return err
		}
		t.items = archive.Series{Holding: archive.Holding{Parent: t.fonds.ID, Code: "J001-WS", Title: "文书"}, Category: "WS", Method: archive.ByItem, Languages: "chi_sim+eng"}
		if err := tx.AddSeries(&t.items); err != nil {
			return err
		}
		t.vols = archive.Series{Holding: archive.Holding{Parent: t.fonds.ID, Code: "J001-KJ", Title: "科技"}, Category: "KJ", Method: archive.ByVolume}
		if err := tx.AddSeries(&t.vols); err != nil {
			return err
		}
		t.volume = archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: t.vols.ID, Code: "J001-KJ-001", Title: "水库图纸"}, Number: "001"}
		if err := tx.AddContainer(&t.volume); err != nil {
			return err
		}
		t.box = archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Parent: t.items.ID, Code: "J001-WS-盒1"}, Number: "1"}
		if err := tx.AddContainer(&t.box); err != nil {
			return err
		}
		t.batch = archive.Batch{Name: "第一批", Source: "/scans"}
		return tx.AddBatch(&t.batch)
	})
	return t
}

// item adds an item below parent.
func (w *world) item(parent archive.ID, code, title string, edit ...func(*archive.Item)) archive.Item {
	w.Helper()
	i := archive.Item{Holding: archive.Holding{Parent: parent, Code: code, Title: title}}
	for _, e := range edit {
		e(&i)
	}
	w.do(func(tx *store.Tx) error { return tx.AddItem(&i) })
	return i
}

// pages adds a file of n frames, linked to holding (or not, when zero).
func (w *world) pages(t town, path string, n int, holding archive.ID) []archive.ID {
	w.Helper()
	var list []archive.ID
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: path, Batch: t.batch.ID, Source: path, Bytes: 7, SHA256: sum(path), Format: "tiff"}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		pages := make([]archive.Page, n)
		for i := range pages {
			pages[i] = archive.Page{File: f.ID, Frame: i, Holding: holding}
		}
		if err := tx.AddPages(pages); err != nil {
			return err
		}
		for _, p := range pages {
			list = append(list, p.ID)
		}
		return nil
	})
	return list
}

// recognise gives pages a text and moves them to recognised.
func (w *world) recognise(text string, pages ...archive.ID) {
	w.Helper()
	for _, id := range pages {
		w.do(func(tx *store.Tx) error {
			if err := tx.SetMade(id, store.Made{Width: 10, Height: 20, DPI: 300, Recipe: "{}", MadeFrom: "m"}); err != nil {
				return err
			}
			return tx.SetStage(id, archive.StageReceived, archive.StageEnhanced)
		})
		if err := w.SaveText(ctx, archive.PageText{Page: id, Plain: text, Origin: archive.OriginRecognised, Engine: "e", MadeFrom: "m"}); err != nil {
			w.Fatal(err)
		}
		w.do(func(tx *store.Tx) error { return tx.SetStage(id, archive.StageEnhanced, archive.StageRecognised) })
	}
}
