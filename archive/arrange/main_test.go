package arrange_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

var (
	ctx   = context.Background()
	all   = access.All()
	actor = archive.LocalActor()
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(workerDir); dir != "" {
		fmt.Fprintln(os.Stderr, workUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(storetest.Main(m))
}

// world is one fresh catalogue with a fonds.
type world struct {
	*testing.T
	cat   *store.Catalogue
	a     *arrange.Arranger
	fonds archive.Fonds
}

// onBoth runs a test on either engine, each time with a catalogue of its own.
func onBoth(t *testing.T, test func(w *world)) {
	t.Run("sqlite", func(t *testing.T) { test(newWorld(t, storetest.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(newWorld(t, storetest.Postgres(t))) })
}

func newWorld(t *testing.T, opt store.Options) *world {
	t.Helper()
	var ms atomic.Int64
	ms.Store(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC).UnixMilli())
	opt.Station, opt.Now = 1, func() time.Time { return time.UnixMilli(ms.Add(1)) }
	c, err := store.Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	w := &world{T: t, cat: c, a: arrange.New(c, opt.Now)}
	w.fonds.Code, w.fonds.Title, w.fonds.DateBegin = "Z109", "办公室", "19500101"
	w.do(func(tx *store.Tx) error { return tx.AddFonds(&w.fonds) })
	return w
}

func (w *world) do(fn func(*store.Tx) error) archive.ID {
	w.Helper()
	op, err := w.cat.Do(ctx, actor, "test", fn)
	if err != nil {
		w.Fatal(err)
	}
	return op
}

func (w *world) series(code, scheme string) archive.Series {
	w.Helper()
	s, ok := refcode.Builtin(scheme)
	if !ok {
		w.Fatal(scheme)
	}
	_, class, _ := strings.Cut(code, "-")
	v := archive.Series{Holding: archive.Holding{Parent: w.fonds.ID, Code: code, Title: code}, Category: class, Method: s.Method, Scheme: s.JSON(), Holds: refcode.HoldsOf(class)}
	w.do(func(tx *store.Tx) error { return tx.AddSeries(&v) })
	return v
}

// items adds documents to a class by item, numbered from 1, dated from the first of the year on.
func (w *world) items(s archive.Series, prefix string, n int) []archive.Item {
	w.Helper()
	scheme, err := refcode.Read(s.Scheme)
	if err != nil {
		w.Fatal(err)
	}
	list := make([]archive.Item, n)
	w.do(func(tx *store.Tx) error {
		for i := range list {
			code := fmt.Sprintf("%s%04d", prefix, i+1)
			v, err := scheme.Parse(code)
			if err != nil {
				return err
			}
			list[i] = archive.Item{Holding: archive.Holding{Parent: s.ID, Kind: scheme.KindIn(s.Holds, code), Code: code, Title: fmt.Sprintf("%s 之 %d", prefix, i+1),
				Date: fmt.Sprintf("2011%02d%02d", i/25%12+1, i%25+1), Year: 2011, Retention: v[refcode.Retention]}, Number: fmt.Sprintf("%04d", i+1)}
			if err := tx.AddItem(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list
}

// volume adds a volume with n items of two pages each.
func (w *world) volume(s archive.Series, code string, n int) (archive.Container, []archive.Item) {
	w.Helper()
	v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: s.ID, Code: code, Title: code, Retention: "永久"},
		Number: code[strings.LastIndex(code, "-")+1:], ItemCount: n, PageCount: 2 * n}
	list := make([]archive.Item, n)
	w.do(func(tx *store.Tx) error {
		if err := tx.AddContainer(&v); err != nil {
			return err
		}
		for i := range list {
			list[i] = archive.Item{Holding: archive.Holding{Parent: v.ID, Code: fmt.Sprintf("%s-%03d", code, i+1), Title: fmt.Sprintf("%s 件 %d", code, i+1)},
				Number: fmt.Sprintf("%03d", i+1), PageCount: 2, PageNo: fmt.Sprintf("%d-%d", 2*i+1, 2*i+2)}
			if err := tx.AddItem(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return v, list
}

// carry carries a plan out that must not be refused.
func (w *world) carry(plan *arrange.Plan, err error) archive.ID {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	op, err := w.a.Carry(ctx, actor, plan)
	if err != nil {
		w.Fatalf("%v: %+v", err, plan.Refused)
	}
	return op
}

func (w *world) undo(op archive.ID) {
	w.Helper()
	if _, kept, err := w.cat.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
		w.Fatalf("undo: kept %+v, %v", kept, err)
	}
}

// refused wants a plan to be refused for a reason, by the plan and by Carry.
func (w *world) refused(why arrange.Why, want string, plan *arrange.Plan, err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	if len(plan.Refused) == 0 || plan.Refused[0].Why != why || want != "" && plan.Refused[0].Want != want {
		w.Fatalf("refused for %+v, want %s %s", plan.Refused, why, want)
	}
	if _, err := w.a.Carry(ctx, actor, plan); archive.KindOf(err) != archive.NotAllowed {
		w.Fatalf("carried out: %v", err)
	}
}

// state is every record with its code, parent and fields, as text.
func (w *world) state() map[archive.ID]string {
	w.Helper()
	found := map[archive.ID]string{}
	for after := ""; ; {
		list, err := w.cat.CodesFrom(ctx, all, "", after, 500)
		if err != nil {
			w.Fatal(err)
		}
		for _, h := range list {
			after = h.Code
			r, err := w.cat.Record(ctx, all, h.ID)
			if err != nil {
				w.Fatal(err)
			}
			r.Common().Rev = 0
			found[h.ID] = fmt.Sprintf("%+v", r)
		}
		if len(list) < 500 {
			return found
		}
	}
}

func (w *world) code(id archive.ID) string {
	w.Helper()
	h, err := w.cat.Holding(ctx, all, id)
	if err != nil {
		w.Fatal(err)
	}
	return h.Code
}

// titles lists the titles of a class by number.
func (w *world) titles(class string) (list []string) {
	w.Helper()
	c, err := w.a.Class(ctx, class)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range c.Entries {
		list = append(list, fmt.Sprintf("%d %s", e.Number, e.Title))
	}
	return list
}
