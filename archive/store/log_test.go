package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func TestEveryDoIsLogged(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "G-1", "一", func(i *archive.Item) { i.Year = 1999 })
		before := item
		item.Title, item.Year, item.DocNo = "二", 0, "三号"
		op := w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		got := must(w.Changes(ctx, all, op))(w)
		want := archive.Change{Op: op, Seq: 1, Noun: "item", ID: item.ID,
			Before: `{"title":"一","year":1999,"doc_no":""}`, After: `{"title":"二","year":0,"doc_no":"三号"}`}
		if !slices.Equal(got, []archive.Change{want}) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if again := w.do(func(tx *store.Tx) error { return tx.Update(&item) }); again != 0 {
			t.Error("an update of nothing left an op")
		}
		ops := must(w.Ops(ctx, 0, 2))(w)
		if len(ops) != 2 || ops[0].ID != op || ops[0].Actor != actor.ID || ops[0].Station != 1 || ops[0].Kind != "test" {
			t.Errorf("ops %+v", ops)
		}
		if string(ops[0].Prev) != string(ops[1].Digest) {
			t.Error("the digests do not chain")
		}
		if older := must(w.Ops(ctx, ops[1].ID, 9))(w); len(older) != 1 {
			t.Errorf("before that: %+v", older)
		}
		if seen := must(w.Changes(ctx, access.Only(9), op))(w); len(seen) != 0 {
			t.Errorf("seen without the right: %+v", seen)
		}
		if seen := must(w.Changes(ctx, access.Only(0), op))(w); len(seen) != 1 {
			t.Errorf("seen: %+v", seen)
		}
		// What fails leaves nothing.
		w.refuses(archive.Conflict, func(tx *store.Tx) error {
			if err := tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "G-2"}}); err != nil {
				return err
			}
			return tx.Update(&before)
		})
		if _, err := w.HoldingByCode(ctx, all, "G-2"); archive.KindOf(err) != archive.NotFound {
			t.Errorf("half a Do: %v", err)
		}
		if n := must(w.VerifyLog(ctx))(w); n != 3 {
			t.Errorf("%d ops verified", n)
		}
	})
}

func TestTamperingWithTheLogShows(t *testing.T) {
	for name, query := range map[string]string{
		"value":            `UPDATE change SET after = REPLACE(after, '一', '二') WHERE noun = 'item'`,
		"actor":            `UPDATE op SET actor = 5 WHERE kind = 'test' AND number = 2`,
		"change gone":      `DELETE FROM change WHERE noun = 'item'`,
		"last op gone":     `DELETE FROM op WHERE number = 3`,
		"op in the middle": `UPDATE op SET number = 9 WHERE number = 2`,
		"end of chain":     `UPDATE station SET number = 2`,
		"prev":             `UPDATE op SET prev = digest WHERE number = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(w *world) {
				town := w.town()
				w.item(town.items.ID, "T-1", "一")
				w.tampered = true
				w.do(func(tx *store.Tx) error { return tx.Set("a", "b") })
				if n := must(w.VerifyLog(ctx))(w); n != 3 {
					t.Fatalf("%d ops", n)
				}
				db := w.records()
				if strings.HasPrefix(query, "DELETE FROM op") {
					w.exec(db, `DELETE FROM change WHERE noun = 'setting'`)
				}
				w.exec(db, query)
				if _, err := w.VerifyLog(ctx); archive.KindOf(err) != archive.Damaged {
					t.Errorf("got %v, want damaged", err)
				}
			})
		})
	}
}

func TestTheChainOutlivesAPurge(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.item(town.items.ID, "P-1", "一")
		item := w.item(town.items.ID, "P-2", "二")
		w.exec(w.records(), `UPDATE change SET before = NULL, after = NULL, salt = NULL WHERE id = `+item.ID.String())
		if check, err := w.CheckLog(ctx, nil, nil); err != nil || check.Ops != 3 || check.Bad == nil || check.Bad.Fault != store.RowEmptied || check.Bad.Row.ID != item.ID {
			t.Errorf("emptied, though the record stands: %+v, %v", check.Bad, err)
		}
		for _, table := range []string{"item", "holding"} {
			w.exec(w.records(), `DELETE FROM `+table+` WHERE id = `+item.ID.String())
		}
		if check, err := w.CheckLog(ctx, nil, nil); err != nil || check.Ops != 3 || check.Bad == nil || check.Bad.Fault != store.RowEmptied || check.Bad.Row.ID != item.ID {
			t.Errorf("emptied without a purge: %+v, %v", check, err)
		}
		w.tampered = true
	})
}

func TestUndo(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "U-1", "一", func(i *archive.Item) { i.Box = town.box.ID })
		first := item
		undo := func(op archive.ID, kept int) archive.ID {
			t.Helper()
			undone, left, err := w.Undo(ctx, actor, op)
			if err != nil || len(left) != kept || (undone == 0) != (kept > 0) {
				t.Fatalf("undo: op %s, kept %+v, %v", undone, left, err)
			}
			return undone
		}
		item.Title, item.Access, item.Box = "二", 4, 0
		op := w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		undone := undo(op, 0)
		first.Rev = 3
		if got := must(w.Item(ctx, all, item.ID))(w); got != first {
			t.Errorf("got %+v, want %+v", got, first)
		}
		undo(undone, 0) // redo
		item.Rev = 4
		if got := must(w.Item(ctx, all, item.ID))(w); got != item {
			t.Errorf("redone: got %+v, want %+v", got, item)
		}
		item.Title = "三"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		undo(op, 1) // changed since
		if got := must(w.Item(ctx, all, item.ID))(w); got != item {
			t.Errorf("changed since, yet written over: %+v", got)
		}

		p := w.pages(town, "u.tif", 3, 0)
		link := w.do(func(tx *store.Tx) error { return tx.LinkPages(p, item.ID) })
		undo(link, 0)
		if got := must(w.UnlinkedPages(ctx, all, 0))(w); !slices.Equal(got, p) {
			t.Errorf("unlinked again: %v", got)
		}
		w.do(func(tx *store.Tx) error { return tx.LinkPages(p, item.ID) })
		away := w.do(func(tx *store.Tx) error { return tx.UnlinkPages(p[:1]) })
		undo(away, 0)
		if got := w.places(item.ID); !slices.Equal(got, p) {
			t.Errorf("linked again: %v, want %v", got, p)
		}

		var added archive.Item
		add := w.do(func(tx *store.Tx) error {
			added = archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "U-2"}}
			return tx.AddItem(&added)
		})
		gone := undo(add, 0)
		if _, err := w.Item(ctx, all, added.ID); archive.KindOf(err) != archive.NotFound {
			t.Errorf("still there: %v", err)
		}
		undo(gone, 0)
		if got := must(w.Item(ctx, all, added.ID))(w); got != added {
			t.Errorf("back: %+v, want %+v", got, added)
		}

		w.do(func(tx *store.Tx) error { return tx.Set("k", "1") })
		set := w.do(func(tx *store.Tx) error { return tx.Set("k", "2") })
		undo(set, 0)
		if got := must(w.Setting(ctx, "k"))(w); got != "1" {
			t.Errorf("setting %q", got)
		}
		if _, _, err := w.Undo(ctx, actor, 77); archive.KindOf(err) != archive.NotFound {
			t.Errorf("no such op: %v", err)
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestALongWriteShowsAllAtOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		live := w.item(town.items.ID, "X-0", "活")
		w.drain()
		other := w.another(w.opt)
		before := must(other.Totals(ctx, all, 0))(w)
		long := must(w.Begin(ctx, actor, "import"))(w)
		var items []archive.ID
		var pages []archive.Page
		for n := range 3 {
			if err := long.Chunk(ctx, func(tx *store.Tx) error {
				i := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "X-" + string(rune('1'+n)), Title: "批"}}
				if err := tx.AddItem(&i); err != nil {
					return err
				}
				items = append(items, i.ID)
				f := archive.File{Path: i.Code, SHA256: sum(i.Code), Batch: town.batch.ID}
				if err := tx.AddFile(&f); err != nil {
					return err
				}
				pages = []archive.Page{{File: f.ID, Holding: i.ID}, {File: f.ID, Frame: 1, Holding: live.ID}}
				return tx.AddPages(pages)
			}); err != nil {
				t.Fatal(err)
			}
		}
		list := store.List{Parent: town.items.ID, Kinds: []archive.HoldingKind{archive.KindItem}}
		for name, c := range map[string]*store.Catalogue{"the writer": w.Catalogue, "another": other} {
			if got := must(c.Children(ctx, all, list))(w); len(got) != 1 {
				t.Errorf("%s sees %v", name, got)
			}
			if got := must(c.Totals(ctx, all, 0))(w); !equalJSON(got, before) {
				t.Errorf("%s counts %+v", name, got)
			}
			if got := must(c.PagesOf(ctx, all, live.ID))(w); len(got) != 0 {
				t.Errorf("%s sees pages %v", name, got)
			}
			if got := must(c.ClaimPages(ctx, archive.StageReceived, 9, time.Minute))(w); len(got) != 0 {
				t.Errorf("%s claims %v", name, got)
			}
			if _, err := c.FileByPath(ctx, all, 0, "X-1"); archive.KindOf(err) != archive.NotFound {
				t.Errorf("%s finds the file: %v", name, err)
			}
			if f := must(c.IndexFeed(ctx, 9))(w); !f.Empty() {
				t.Errorf("%s feeds %+v", name, f.Batch)
			}
		}
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.LinkPages(nil, items[0]) })
		if err := long.Chunk(ctx, func(tx *store.Tx) error { return tx.Update(&live) }); archive.KindOf(err) != archive.Invalid {
			t.Errorf("a change in a long write: %v", err)
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
		w.item(town.items.ID, "X-9", "后") // the desk goes on meanwhile
		op := must(long.Finish(ctx))(w)
		if got := must(other.Children(ctx, all, list))(w); len(got) != 5 {
			t.Errorf("after the end: %v", got)
		}
		if got := must(other.Totals(ctx, all, 0))(w); got.Items != before.Items+4 || got.Pages != before.Pages+6 {
			t.Errorf("counts %+v", got)
		}
		if got := len(must(w.Changes(ctx, all, op))(w)); got != 12 {
			t.Errorf("%d changes", got)
		}
		w.places(live.ID)
		if _, items := w.drain(); items != 4 {
			t.Errorf("fed %d holdings", items)
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
		if err := long.Chunk(ctx, func(*store.Tx) error { return nil }); archive.KindOf(err) != archive.Conflict {
			t.Errorf("a chunk after the end: %v", err)
		}
		if err := long.Abandon(ctx); err != nil {
			t.Error(err)
		}
		if got := must(other.Children(ctx, all, list))(w); len(got) != 5 {
			t.Errorf("taken back after its end: %v", got)
		}
	})
}

func TestALongWriteOfADeadProcessIsTakenBack(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		before := must(w.Totals(ctx, all, 0))(w)
		long := must(w.Begin(ctx, actor, "import"))(w)
		add := func(code string) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				i := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: code}}
				if err := tx.AddItem(&i); err != nil {
					return err
				}
				f := archive.File{Path: code}
				if err := tx.AddFile(&f); err != nil {
					return err
				}
				return tx.AddPages([]archive.Page{{File: f.ID, Holding: i.ID}})
			}
		}
		for n := range 400 { // more than one step of the way back
			if err := long.Chunk(ctx, add("D-"+time.Duration(n).String())); err != nil {
				t.Fatal(err)
			}
			if n == 1 && w.opt.Postgres != "" {
				break
			}
		}
		w.another(w.opt) // its lease runs: nothing is taken back
		if err := long.Chunk(ctx, add("D-x")); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		w.another(w.opt)
		if err := long.Chunk(ctx, add("D-y")); archive.KindOf(err) != archive.Conflict {
			t.Errorf("it went on after it was taken back: %v", err)
		}
		var left int
		for _, table := range []string{"pending", "tally_pending", "page", "file", "item"} {
			var n int
			if err := w.records().QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
				t.Fatal(err)
			}
			left += n
		}
		if left != 0 {
			t.Errorf("%d rows left", left)
		}
		if got := must(w.Totals(ctx, all, 0))(w); !equalJSON(got, before) {
			t.Errorf("counts %+v", got)
		}
		w.item(town.items.ID, "D-1ns", "空") // its code is free again
		if n := must(w.VerifyLog(ctx))(w); n != 2 {
			t.Errorf("%d ops", n)
		}
	})
}

func TestTwoProcessesNeverMakeTheSameID(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		stopped := w.opt
		now := w.clock.Now()
		stopped.Now = func() time.Time { return now }
		a, b := w.another(stopped), w.another(stopped)
		seen := map[archive.ID]bool{}
		for n := range 10 {
			for _, c := range []*store.Catalogue{a, b} {
				i := archive.Item{Holding: archive.Holding{Parent: town.items.ID}}
				if _, err := c.Do(ctx, actor, "add", func(tx *store.Tx) error { return tx.AddItem(&i) }); err != nil {
					t.Fatal(err)
				}
				if seen[i.ID] || i.ID.Station() != 1 {
					t.Fatalf("id %s in round %d", i.ID, n)
				}
				seen[i.ID] = true
			}
		}
	})
}

// What cannot be cleared away of a write that was cut off does not keep the archive shut.
func TestLeftoversDoNotShutTheArchive(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		long := must(w.Begin(ctx, actor, "import"))(w)
		item := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "L-1", Title: "一"}}
		if err := long.Chunk(ctx, func(tx *store.Tx) error { return tx.AddItem(&item) }); err != nil {
			w.Fatal(err)
		}
		// As a fault of the program would leave it: something refers to the row.
		if _, err := w.records().Exec(`INSERT INTO code_alias (id, holding, code, reason) VALUES (1, $1, 'L-0', '')`, int64(item.ID)); err != nil {
			w.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		again := w.another(w.opt)
		if again.Leftovers() == nil {
			w.Error("nothing is said of what is left")
		}
		if _, err := again.HoldingByCode(ctx, all, "L-1"); archive.KindOf(err) != archive.NotFound {
			w.Errorf("what is left is seen: %v", err)
		}
		if _, err := w.records().Exec(`DELETE FROM code_alias WHERE id = 1`); err != nil {
			w.Fatal(err)
		}
		if err := w.another(w.opt).Leftovers(); err != nil {
			w.Error(err)
		}
	})
}
