package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

var (
	ctx   = context.Background()
	all   = access.All()
	actor = archive.LocalActor()
)

// world is a catalogue with the fonds 0001 (series by item and of photographs), C038 (a
// catalogue by volume) and J019 (volumes of 2022).
type world struct {
	testing.TB
	*store.Catalogue
	dir string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOf(t, archive.NotSecret)
}

// newWorldOf is a world of a class.
func newWorldOf(t testing.TB, class archive.Secrecy) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir()}
	w.Catalogue = openClassed(t, w.dir, class)
	w.furnish()
	return w
}

func openClassed(t testing.TB, dir string, class archive.Secrecy) *store.Catalogue {
	t.Helper()
	c, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1, Class: class})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (w *world) furnish() {
	w.Helper()
	if _, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error {
		for _, f := range []struct{ no, series, scheme string }{{"0001", "WS", "item22"}, {"0001", "ZP", "photo02"}, {"C038", "001", "vol94"}, {"J019", "KU", "vol13"}} {
			fonds := archive.Fonds{Holding: archive.Holding{Code: f.no, Title: "全宗" + f.no}}
			if held, err := w.FondsByNumber(ctx, all, f.no); err == nil {
				fonds = held
			} else if f.series != "ZP" {
				if err := tx.AddFonds(&fonds); err != nil {
					return err
				}
			}
			if f.series == "ZP" {
				continue
			}
			scheme, _ := refcode.Builtin(f.scheme)
			s := archive.Series{Holding: archive.Holding{Parent: fonds.ID, Code: f.no + "-" + f.series, Title: f.series}, Category: f.series, Method: scheme.Method, Scheme: scheme.JSON()}
			if err := tx.AddSeries(&s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
	fonds, err := w.FondsByNumber(ctx, all, "0001")
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error {
		scheme, _ := refcode.Builtin("photo02")
		return tx.AddSeries(&archive.Series{Holding: archive.Holding{Parent: fonds.ID, Code: "0001-ZP", Title: "照片"}, Category: "ZP", Method: scheme.Method, Scheme: scheme.JSON()})
	}); err != nil {
		w.Fatal(err)
	}
}

// file writes a table.
func (w *world) file(name, content string) string {
	w.Helper()
	path := filepath.Join(w.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.Fatal(err)
	}
	return path
}

// take imports a file with the mapping that is proposed, changed by edit.
func (w *world) take(path string, o exchange.Options, edit ...func(*exchange.Mapping)) exchange.Report {
	w.Helper()
	r, err := w.tryTake(path, o, edit...)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) tryTake(path string, o exchange.Options, edit ...func(*exchange.Mapping)) (exchange.Report, error) {
	w.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC) }
	}
	f, err := exchange.Open(ctx, path, sheet.Options{})
	if err != nil {
		return exchange.Report{}, err
	}
	defer f.Close()
	p, err := f.Preview("", 10)
	if err != nil {
		return exchange.Report{}, err
	}
	for _, e := range edit {
		e(&p.Mapping)
	}
	return exchange.Import(ctx, w.Catalogue, actor, f, p.Mapping, o)
}

// item finds an item by its code.
func (w *world) item(code string) archive.Item {
	w.Helper()
	h, err := w.HoldingByCode(ctx, all, code)
	if err != nil {
		w.Fatal(err)
	}
	i, err := w.Item(ctx, all, h.ID)
	if err != nil {
		w.Fatal(err)
	}
	return i
}

func (w *world) volume(code string) archive.Container {
	w.Helper()
	h, err := w.HoldingByCode(ctx, all, code)
	if err != nil {
		w.Fatal(err)
	}
	v, err := w.Container(ctx, all, h.ID)
	if err != nil {
		w.Fatal(err)
	}
	return v
}

func (w *world) extra(id archive.ID) map[string]string {
	w.Helper()
	m, err := w.Extras(ctx, all, []archive.ID{id})
	if err != nil {
		w.Fatal(err)
	}
	return m[id]
}

func reasons(r exchange.Report) map[int][]exchange.Reason {
	m := map[int][]exchange.Reason{}
	for _, x := range r.Rejects {
		m[x.Row] = append(m[x.Row], x.Reason)
	}
	return m
}

func (w *world) counts(r exchange.Report, added, already, updated, rejected, skipped int) {
	w.Helper()
	got := []int{r.Added, r.Already, r.Updated, r.Rejected, r.Skipped}
	if !slices.Equal(got, []int{added, already, updated, rejected, skipped}) || r.Rows != added+already+updated+rejected+skipped {
		w.Errorf("added, already, updated, rejected, skipped = %v of %d; rejects %+v", got, r.Rows, r.Rejects)
	}
}
