package store_test

import (
	"fmt"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// series adds a series whose codes a built-in scheme builds.
func (w *world) seriesOf(t town, code, scheme string) archive.Series {
	w.Helper()
	s := archive.Series{Holding: archive.Holding{Parent: t.fonds.ID, Code: code, Title: code}, Scheme: schemeJSON(w.T, scheme), Method: archive.ByItem}
	w.do(func(tx *store.Tx) error { return tx.AddSeries(&s) })
	return s
}

// codes reads the codes of records, in order.
func (w *world) codes(list []archive.Item) (codes []string) {
	w.Helper()
	for _, i := range list {
		codes = append(codes, must(w.Holding(ctx, all, i.ID))(w).Code)
	}
	return codes
}

func sameCodes(t *testing.T, when string, got, want []string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%s: %v, want %v", when, got, want)
	}
}

func TestCodesPassFromOneToAnother(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		var list []archive.Item
		var was []string
		for n := range 5 {
			list = append(list, w.item(town.items.ID, fmt.Sprintf("R-%d", n), "题"))
			was = append(was, list[n].Code)
		}
		page := w.pages(town, "r.tif", 1, list[0].ID)
		now := []string{"R-1", "R-2", "R-0", "R-4", "R-3"} // a ring of three, a swap
		op := w.do(func(tx *store.Tx) error {
			var changed []archive.Record
			for n := range list {
				list[n].Code = now[n]
				changed = append(changed, &list[n])
			}
			return tx.Recode(changed)
		})
		sameCodes(t, "recoded", w.codes(list), now)
		if at := must(w.Page(ctx, all, page[0]))(w); at.Holding != list[0].ID {
			t.Errorf("the page lies in %s", at.Holding)
		}
		if h := must(w.HoldingByCode(ctx, all, "R-0"))(w); h.ID != list[2].ID {
			t.Errorf("R-0 is %s", h.ID)
		}
		undone, kept, err := w.Undo(ctx, actor, op)
		if err != nil || len(kept) > 0 {
			t.Fatalf("undo: kept %+v, %v", kept, err)
		}
		sameCodes(t, "undone", w.codes(list), was)
		if _, kept, err := w.Undo(ctx, actor, undone); err != nil || len(kept) > 0 {
			t.Fatalf("redo: kept %+v, %v", kept, err)
		}
		sameCodes(t, "redone", w.codes(list), now)
		must(w.VerifyLog(ctx))(w)
	})
}

func TestRecodingIsWholeOrNotDone(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		a, b, c := w.item(town.items.ID, "R-1", "甲"), w.item(town.items.ID, "R-2", "乙"), w.item(town.items.ID, "R-3", "丙")
		try := func(kind archive.ErrorKind, codes ...string) {
			t.Helper()
			w.refuses(kind, func(tx *store.Tx) error {
				x, y := a, b
				x.Code, y.Code = codes[0], codes[1]
				return tx.Recode([]archive.Record{&x, &y})
			})
			sameCodes(t, "after a refusal", w.codes([]archive.Item{a, b, c}), []string{"R-1", "R-2", "R-3"})
		}
		try(archive.Conflict, "R-2", "R-3") // held by a third
		try(archive.Conflict, "R-9", "R-9") // twice the same
		stale := a
		stale.Rev = 0
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.Recode([]archive.Record{&stale}) })
	})
}

// An undo puts back what it can: what was changed since, and what would need its code, stays.
func TestUndoOfRecodingGoesRoundWhatChanged(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		a, b, c := w.item(town.items.ID, "R-1", "甲"), w.item(town.items.ID, "R-2", "乙"), w.item(town.items.ID, "R-3", "丙")
		op := w.do(func(tx *store.Tx) error {
			a.Code, b.Code, c.Code = "R-2", "R-3", "R-4"
			return tx.Recode([]archive.Record{&a, &b, &c})
		})
		late := w.item(town.items.ID, "R-1", "丁") // takes the code that became free
		undone, kept, err := w.Undo(ctx, actor, op)
		if err != nil || undone != 0 || len(kept) != 3 {
			t.Errorf("undone by %s, kept %d, %v: every code would need the one below it", undone, len(kept), err)
		}
		sameCodes(t, "nothing goes", w.codes([]archive.Item{late, a, b, c}), []string{"R-1", "R-2", "R-3", "R-4"})
		c.Code = "R-9"
		w.do(func(tx *store.Tx) error { return tx.Recode([]archive.Record{&c}) })
		w.do(func(tx *store.Tx) error { return tx.Remove(late.ID, late.Rev) })
		if _, kept, err = w.Undo(ctx, actor, op); err != nil || len(kept) != 1 || kept[0].ID != c.ID {
			t.Errorf("kept %+v, %v", kept, err)
		}
		sameCodes(t, "two go back", w.codes([]archive.Item{a, b, c}), []string{"R-1", "R-2", "R-9"})
	})
}

func TestUndoOfManyCodes(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		const n = 700 // more than is undone at once
		list := make([]archive.Item, n)
		w.do(func(tx *store.Tx) error {
			for i := range list {
				list[i] = archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: fmt.Sprintf("R-%d", i+1)}}
				if err := tx.AddItem(&list[i]); err != nil {
					return err
				}
			}
			return nil
		})
		was := w.codes(list)
		first := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "R-1", Title: "插件"}}
		gone := w.item(town.items.ID, "R-701", "撤出")
		op, err := w.Do(ctx, actor, archive.OpCodeInsert, func(tx *store.Tx) error {
			if err := tx.Remove(gone.ID, gone.Rev); err != nil {
				return err
			}
			changed := make([]archive.Record, n)
			for i := range list {
				list[i].Code = fmt.Sprintf("R-%d", i+2)
				changed[i] = &list[i]
			}
			if err := tx.Recode(changed); err != nil {
				return err
			}
			return tx.AddItem(&first)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
			t.Fatalf("kept %d, %v", len(kept), err)
		}
		sameCodes(t, "undone", w.codes(list), was)
		if h := must(w.HoldingByCode(ctx, all, "R-701"))(w); h.ID != gone.ID {
			t.Errorf("R-701 is %+v", h)
		}
		if _, err := w.Holding(ctx, all, first.ID); archive.KindOf(err) != archive.NotFound {
			t.Errorf("what was put in is there: %v", err)
		}
		must(w.VerifyLog(ctx))(w)
	})
}

func TestCodesOfAFiledClassStay(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.seriesOf(w.town(), "J001-WS2", "item22")
		item := w.item(s.ID, "J001-WS·2011-Y-BGS-0001", "甲")
		state := func(prefix string, arranged archive.Arranged) {
			t.Helper()
			w.do(func(tx *store.Tx) error { return tx.SetArranged(s.ID, prefix, arranged) })
		}
		item.Code = "J001-WS·2011-Y-BGS-0002"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		state("J001-WS·2011-Y-BGS-", archive.Filed)
		moved := item
		moved.Code = "J001-WS·2011-Y-BGS-0003"
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Update(&moved) })
		item.Title = "乙"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		for _, c := range []struct {
			prefixes []string
			want     archive.Arranged
		}{
			{[]string{"J001-WS·2011-Y-BGS-"}, archive.Filed}, {[]string{"J001-WS·2011-Y-"}, archive.Arranging},
			{[]string{"J001-WS·2012-Y-", "J001-WS·2011-Y-BGS-"}, archive.Filed}, {nil, archive.Arranging},
		} {
			if got := must(w.Arranged(ctx, s.ID, c.prefixes...))(w); got != c.want {
				t.Errorf("%v is %q, want %q", c.prefixes, got, c.want)
			}
		}
		state("J001-WS·2011-Y-BGS-", archive.Accessioned)
		if list := must(w.Numberings(ctx, s.ID))(w); len(list) != 1 || list[0].Arranged != archive.Accessioned {
			t.Errorf("%+v", list)
		}
		state("J001-WS·2011-Y-", archive.Filed) // what lies in it follows it
		if list := must(w.Numberings(ctx, s.ID))(w); len(list) != 1 || list[0].Prefix != "J001-WS·2011-Y-" {
			t.Errorf("%+v", list)
		}
	})
}

func TestFormerCodesLead(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		a, b := w.item(town.items.ID, "R-1", "甲"), w.item(town.items.ID, "R-2", "乙", func(i *archive.Item) { i.Access = 3 })
		w.do(func(tx *store.Tx) error {
			for _, one := range []archive.Item{a, b} {
				if err := tx.AddAlias(archive.CodeAlias{Holding: one.ID, Code: "OLD-" + one.Code, Reason: "更正"}); err != nil {
					return err
				}
			}
			return tx.AddAlias(archive.CodeAlias{Holding: a.ID, Code: "R-2", Reason: "更正"})
		})
		for code, want := range map[string]archive.ID{"R-1": a.ID, "OLD-R-1": a.ID, "R-2": b.ID, "OLD-R-2": b.ID} {
			if h := must(w.HoldingByCode(ctx, all, code))(w); h.ID != want {
				t.Errorf("%s leads to %s", code, h.Code)
			}
		}
		if _, err := w.HoldingByCode(ctx, access.Only(0), "OLD-R-2"); archive.KindOf(err) != archive.NotFound {
			t.Errorf("found without the right: %v", err)
		}
		found := must(w.HoldingsByCode(ctx, all, []string{"R-1", "OLD-R-1", "R-2", "none"}))(w)
		if len(found) != 3 || found["OLD-R-1"].ID != a.ID || found["R-2"].ID != b.ID {
			t.Errorf("%+v", found)
		}
		for feed := must(w.IndexFeed(ctx, 100))(w); ; feed = must(w.IndexFeed(ctx, 100))(w) {
			if feed.Empty() {
				break
			}
			for _, i := range feed.Batch.Items {
				if want := map[archive.ID]string{a.ID: "OLD-R-1 R-2", b.ID: "OLD-R-2"}[i.ID]; i.Former != want {
					t.Errorf("the index reads %q of %s, want %q", i.Former, i.Code, want)
				}
			}
			must(w.Indexed(ctx, feed))(w)
		}
		if list := must(w.Aliases(ctx, all, a.ID))(w); len(list) != 2 || list[0].Code != "R-2" || list[1].Reason != "更正" {
			t.Errorf("%+v", list)
		}
		walked := map[string]archive.ID{}
		if err := w.AllAliases(ctx, all, func(e store.CodeEntry) error { walked[e.Code] = e.ID; return nil }); err != nil || len(walked) != 3 {
			t.Errorf("%v, %v", walked, err)
		}
	})
}

func TestVacantNumbers(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.item(town.items.ID, "R-1", "甲")
		note := func(code, reason string) error {
			_, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error {
				return tx.SetVacancy(archive.Vacancy{Series: town.items.ID, Code: code, Reason: reason})
			})
			return err
		}
		if err := note("R-2", "作废"); err != nil {
			t.Fatal(err)
		}
		if err := note("R-1", "作废"); archive.KindOf(err) != archive.Conflict {
			t.Errorf("a number in use is vacant: %v", err)
		}
		if err := note("R-2", "重号作废"); err != nil {
			t.Fatal(err)
		}
		if list := must(w.Vacancies(ctx, "R-"))(w); len(list) != 1 || list[0].Reason != "重号作废" {
			t.Errorf("%+v", list)
		}
		if err := note("R-2", ""); err != nil {
			t.Fatal(err)
		}
		if list := must(w.Vacancies(ctx, "R-"))(w); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	})
}

func TestCodesInWindows(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		for n := range 7 {
			w.item(town.items.ID, fmt.Sprintf("Z-%d", n), "")
		}
		w.item(town.items.ID, "Z", "")
		w.item(town.items.ID, "ZZ-1", "")
		var got []string
		for after := ""; ; {
			list := must(w.CodesFrom(ctx, all, "Z-", after, 3, archive.KindItem, archive.KindPhoto))(w)
			if len(list) == 0 {
				break
			}
			for _, h := range list {
				got, after = append(got, h.Code), h.Code
			}
		}
		sameCodes(t, "windows", got, []string{"Z-0", "Z-1", "Z-2", "Z-3", "Z-4", "Z-5", "Z-6"})
		if list := must(w.CodesFrom(ctx, all, "Z-", "", 9, archive.KindVolume))(w); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	})
}
