package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// manyRows gives a volume and n-1 items in it, some with fields of the site's own.
func manyRows(tx *store.Tx, town town, prefix string, n int) []store.NewRow {
	v := &archive.Container{Holding: archive.Holding{ID: tx.NewID(), Kind: archive.KindVolume, Parent: town.vols.ID, Code: prefix, Title: "卷"}}
	list := []store.NewRow{{Record: v, Extra: map[string]string{"柜号": "3"}}}
	for i := 1; i < n; i++ {
		row := store.NewRow{Record: &archive.Item{Holding: archive.Holding{Parent: v.ID, Code: fmt.Sprintf("%s-%04d", prefix, i), Title: fmt.Sprintf("第%d件<&>\"", i), Date: "民国三十年"}, Box: town.box.ID}}
		if i%7 == 0 {
			row.Extra = map[string]string{"登记号": fmt.Sprint("D", i), "原号": prefix}
		}
		list = append(list, row)
	}
	return list
}

func TestAddRowsIsAddItemForMany(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		op := w.do(func(tx *store.Tx) error { return tx.AddRows(manyRows(tx, town, "J001-KJ-B", 150)) })
		one := w.do(func(tx *store.Tx) error {
			v, err := w.HoldingByCode(ctx, all, "J001-KJ-B")
			if err != nil {
				return err
			}
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: v.ID, Code: "J001-KJ-B-0150", Title: `第150件<&>"`, Date: "民国三十年"}, Box: town.box.ID})
		})
		bulk, single := must(w.Changes(ctx, all, op))(w), must(w.Changes(ctx, all, one))(w)
		if want := strings.ReplaceAll(single[0].After, "150", "149"); bulk[len(bulk)-1].After != want {
			t.Errorf("logged %s, want %s", bulk[len(bulk)-1].After, want)
		}
		v := must(w.HoldingByCode(ctx, all, "J001-KJ-B"))(w)
		if n := must(w.Counts(ctx, all, v.ID))(w); n.Holdings[archive.KindItem] != 150 {
			t.Errorf("counted %+v", n)
		}
		if n := must(w.Counts(ctx, all, town.box.ID))(w); n.Holdings[archive.KindItem] != 150 {
			t.Errorf("counted in the box %+v", n)
		}
		list := must(w.Children(ctx, all, store.List{Parent: v.ID, Order: []store.Order{{Field: "title"}}}))(w)
		items := must(w.Items(ctx, all, list))(w)
		extras := must(w.Extras(ctx, all, list))(w)
		if len(items) != 150 || len(extras) != 21 || extras[items[0].ID] != nil {
			t.Errorf("%d items, own fields %v", len(items), extras)
		}
		if names := must(w.ExtraFields(ctx))(w); !slices.Equal(names, []string{"原号", "柜号", "登记号"}) {
			t.Errorf("names %v", names)
		}
		if _, n := w.drain(); n != 157 { // and the town's six
			t.Logf("fed %d", n)
		}
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.AddRows(manyRows(tx, town, "J001-KJ-B", 2)) })
		w.refuses(archive.Conflict, func(tx *store.Tx) error {
			return tx.AddRows([]store.NewRow{{Record: &archive.Item{Holding: archive.Holding{Parent: v.ID, Code: "x"}}}, {Record: &archive.Item{Holding: archive.Holding{Parent: v.ID, Code: "x"}}}})
		})
		w.refuses(archive.Invalid, func(tx *store.Tx) error {
			return tx.AddRows([]store.NewRow{{Record: &archive.Item{Holding: archive.Holding{Parent: town.fonds.ID}}}})
		})
		w.refuses(archive.Invalid, func(tx *store.Tx) error {
			return tx.AddRows([]store.NewRow{{Record: &archive.Item{Holding: archive.Holding{Parent: v.ID}}, Extra: map[string]string{"": "x"}}})
		})
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
		if undone, kept, err := w.Undo(ctx, actor, one); undone == 0 || len(kept) > 0 || err != nil {
			t.Errorf("undo: %v %v", kept, err)
		}
		if undone, kept, err := w.Undo(ctx, actor, op); undone == 0 || len(kept) > 0 || err != nil {
			t.Errorf("undo: %v %v", kept, err)
		}
	})
}

func TestOwnFieldsAreChangedAndUndone(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "E-1", "一")
		set := func(fields map[string]string) archive.ID {
			return w.do(func(tx *store.Tx) error { return tx.SetExtra(item.ID, fields) })
		}
		have := func(want map[string]string) {
			t.Helper()
			if got := must(w.Extras(ctx, all, []archive.ID{item.ID}))(w)[item.ID]; !equalJSON(got, want) {
				t.Errorf("own fields %v, want %v", got, want)
			}
		}
		set(map[string]string{"甲": "1", "乙": "2"})
		op := set(map[string]string{"甲": "", "乙": "2", "丙": "3"})
		have(map[string]string{"乙": "2", "丙": "3"})
		if again := set(map[string]string{"丙": "3"}); again != 0 {
			t.Error("nothing changed left an op")
		}
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
			t.Fatalf("undo: %v %v", kept, err)
		}
		have(map[string]string{"甲": "1", "乙": "2"})
		gone := w.do(func(tx *store.Tx) error { return tx.Remove(item.ID, item.Rev) })
		if _, kept, err := w.Undo(ctx, actor, gone); err != nil || len(kept) > 0 {
			t.Fatalf("undo of the removal: %v %v", kept, err)
		}
		have(map[string]string{"甲": "1", "乙": "2"})
		w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.SetExtra(item.ID, map[string]string{"": "x"}) })
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

// longImport adds volumes of 100 rows under a pending op.
func (w *world) longImport(town town, prefix string, volumes int) archive.ID {
	w.Helper()
	long := must(w.Begin(ctx, actor, "import"))(w)
	for n := range volumes {
		if err := long.Chunk(ctx, func(tx *store.Tx) error {
			return tx.AddRows(manyRows(tx, town, fmt.Sprintf("%s%d", prefix, n), 100))
		}); err != nil {
			w.Fatal(err)
		}
	}
	return must(long.Finish(ctx))(w)
}

func TestUndoOfALongWrite(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		before := must(w.Totals(ctx, all, 0))(w)
		op := w.longImport(town, "U", 8)
		full := must(w.Totals(ctx, all, 0))(w)
		if full.Items != before.Items+8*99 {
			t.Fatalf("counted %+v", full)
		}
		// Since then: one item was changed, one got a page, one another field.
		edited := must(w.HoldingByCode(ctx, all, "U0-0005"))(w)
		w.do(func(tx *store.Tx) error {
			i := must(w.Item(ctx, all, edited.ID))(w)
			i.Title = "改"
			return tx.Update(&i)
		})
		paged := must(w.HoldingByCode(ctx, all, "U1-0007"))(w)
		w.pages(town, "p.tif", 1, paged.ID)
		noted := must(w.HoldingByCode(ctx, all, "U2-0014"))(w)
		w.do(func(tx *store.Tx) error { return tx.SetExtra(noted.ID, map[string]string{"登记号": "别的"}) })

		other := w.another(w.opt)
		seen := -1
		undone, kept, err := w.UndoTelling(ctx, actor, op, func(p archive.Progress) {
			// Until its end nothing of it is seen, and what it takes back stands still.
			n := must(other.Totals(ctx, all, 0))(w).Items
			if seen >= 0 && n != seen {
				t.Errorf("%d items in the middle, %d before", n, seen)
			}
			seen = n
			if p.Done < p.Total {
				i := must(other.Item(ctx, all, edited.ID))(w)
				i.Title = "再改"
				if _, err := other.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.Update(&i) }); archive.KindOf(err) != archive.Busy && i.Rev < 3 && p.Done > 700 {
					t.Errorf("changed while being undone: %v", err)
				}
			}
		})
		if err != nil || undone == 0 {
			t.Fatalf("undo: %s %v", undone, err)
		}
		keptHoldings := map[archive.ID]bool{}
		for _, ch := range kept {
			keptHoldings[ch.ID] = true
		}
		for _, code := range []string{"U0", "U1", "U2", "U0-0005", "U1-0007", "U2-0014"} {
			if h := must(w.HoldingByCode(ctx, all, code))(w); !keptHoldings[h.ID] {
				t.Errorf("%s stayed, but is not listed", code)
			}
			delete(keptHoldings, must(w.HoldingByCode(ctx, all, code))(w).ID)
		}
		if len(keptHoldings) != 0 {
			t.Errorf("listed, but gone: %v", keptHoldings)
		}
		w.whole(town, before.Items+3)
		// And back again: an undo of that size is undone like any other.
		if _, kept, err := w.Undo(ctx, actor, undone); err != nil || len(kept) > 0 {
			t.Fatalf("undo of the undo: %v %v", kept, err)
		}
		w.whole(town, full.Items)
		again := must(w.HoldingByCode(ctx, all, "U7-0007"))(w)
		if x := must(w.Extras(ctx, all, []archive.ID{again.ID}))(w)[again.ID]; x["登记号"] != "D7" {
			t.Errorf("its own fields did not come back: %v", x)
		}
	})
}

// whole checks counts against rows, the log, and that nothing is left pending.
func (w *world) whole(town town, items int) {
	w.Helper()
	var n, pending int
	if err := w.records().QueryRow("SELECT COUNT(*) FROM item").Scan(&n); err != nil {
		w.Fatal(err)
	}
	if err := w.records().QueryRow("SELECT COUNT(*) FROM pending").Scan(&pending); err != nil {
		w.Fatal(err)
	}
	got := must(w.Totals(ctx, all, 0))(w)
	box := must(w.Counts(ctx, all, town.box.ID))(w).Holdings[archive.KindItem]
	if n != items || got.Items != items || box != items || pending != 0 {
		w.Errorf("%d item rows, counted %d, in the box %d, want %d; %d pending", n, got.Items, box, items, pending)
	}
	if _, err := w.VerifyLog(ctx); err != nil {
		w.Error(err)
	}
}

// An undo that is cut off before its end changes nothing; after it, only rows that
// nobody sees are left, for the next one who opens the catalogue.
func TestUndoCutOff(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		op := w.longImport(town, "C", 8)
		items := must(w.Totals(ctx, all, 0))(w).Items
		stopping, stop := contextWithStop()
		steps := 0
		_, _, err := w.UndoTelling(stopping, actor, op, func(archive.Progress) {
			if steps++; steps == 3 {
				stop()
			}
		})
		if archive.KindOf(err) != archive.Stopped {
			t.Fatalf("got %v, want stopped", err)
		}
		w.whole(town, items)
		w.clock.Advance(time.Hour)
		if undone, kept, err := w.Undo(ctx, actor, op); undone == 0 || len(kept) > 0 || err != nil {
			t.Fatalf("%s %v %v", undone, kept, err)
		}
		w.whole(town, 0)
		if undone, kept, err := w.Undo(ctx, actor, op); undone != 0 || len(kept) == 0 || err != nil {
			t.Errorf("undone twice: %s, %d kept, %v", undone, len(kept), err)
		}
		w.longImport(town, "C", 8) // its codes are free
	})
}

func contextWithStop() (context.Context, context.CancelFunc) { return context.WithCancel(ctx) }

// One long write of a kind at a time: a living one is Busy, a dead one is taken back.
func TestAloneWaitsForTheDeadOnly(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		long := must(w.Begin(ctx, actor, "import"))(w)
		chunk := func() error {
			return long.Chunk(ctx, func(tx *store.Tx) error {
				return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: fmt.Sprint("A-", tx.NewID())}})
			})
		}
		other := w.another(w.opt)
		waiting := make(chan error)
		go func() { waiting <- other.Alone(ctx, "import") }()
		var err error
		for done := false; !done; {
			select {
			case err = <-waiting:
				done = true
			default:
				if cerr := chunk(); cerr != nil {
					t.Fatal(cerr)
				}
			}
		}
		if archive.KindOf(err) != archive.Busy {
			t.Errorf("beside a living one: %v", err)
		}
		if err := other.Alone(ctx, "something else"); err != nil {
			t.Errorf("beside another kind: %v", err)
		}
		w.clock.Advance(time.Hour)
		if err := other.Alone(ctx, "import"); err != nil {
			t.Errorf("behind a dead one: %v", err)
		}
		if err := chunk(); archive.KindOf(err) != archive.Conflict {
			t.Errorf("it goes on: %v", err)
		}
		w.whole(town, 0)
	})
}
