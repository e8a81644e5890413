package store_test

import (
	"fmt"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

func schemeJSON(t testing.TB, name string) string {
	t.Helper()
	s, ok := refcode.Builtin(name)
	if !ok {
		t.Fatal(name)
	}
	return s.JSON()
}

func TestARemovedVolumeComesBackWhole(t *testing.T) {
	for name, n := range map[string]int{"few": 3, "many": 300} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(w *world) {
				town := w.town()
				var items []archive.Item
				w.do(func(tx *store.Tx) error {
					for i := range n {
						item := archive.Item{Holding: archive.Holding{Parent: town.volume.ID, Code: fmt.Sprintf("J001-KJ-001-%03d", i+1), Title: "图"}, Box: town.box.ID}
						if err := tx.AddItem(&item); err != nil {
							return err
						}
						items = append(items, item)
					}
					if err := tx.SetExtra(items[0].ID, map[string]string{"案由": "水库"}); err != nil {
						return err
					}
					return tx.AddAlias(archive.CodeAlias{Holding: items[1].ID, Code: "OLD", Reason: "更正"})
				})
				pages := append(w.pages(town, "v.tif", 2, town.volume.ID), w.pages(town, "i.tif", 3, items[0].ID)...)
				before := must(w.Totals(ctx, all, 0))(w)
				var gone, loose int
				op, err := w.Do(ctx, actor, archive.OpHoldingRemove, func(tx *store.Tx) (err error) {
					gone, loose, err = tx.RemoveTree([]archive.Holding{town.volume.Holding})
					return err
				})
				if err != nil || gone != n+1 || loose != 5 {
					t.Fatalf("%d records, %d pages, %v", gone, loose, err)
				}
				for _, p := range pages {
					if at := must(w.Page(ctx, all, p))(w); at.Holding != 0 {
						t.Errorf("page in %s", at.Holding)
					}
				}
				list := must(w.Removals(ctx, all, 0, 10))(w)
				if len(list) != 1 || list[0].Op != op || list[0].Records != n+1 || list[0].Pages != 5 || list[0].Restored ||
					len(list[0].Roots) != 1 || list[0].Roots[0].Code != town.volume.Code || list[0].Actor != actor.ID {
					t.Fatalf("%+v", list)
				}
				if seen := must(w.Removals(ctx, access.Only(9), 0, 10))(w); len(seen) != 0 {
					t.Errorf("seen without the right: %+v", seen)
				}
				events := must(w.History(ctx, all, items[0].ID, 0, 10))(w)
				if len(events) != 2 || events[0].Kind != archive.OpHoldingRemove {
					t.Errorf("history of what is gone: %+v", events)
				}
				taken := w.item(town.items.ID, items[2].Code, "另一件")
				if got := must(w.Taken(ctx, op))(w); len(got) != 1 || got[items[2].Code].ID != taken.ID {
					t.Errorf("taken: %+v", got)
				}
				w.do(func(tx *store.Tx) error { return tx.Remove(taken.ID, taken.Rev) })
				if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) != 0 {
					t.Fatalf("kept %d, %v", len(kept), err)
				}
				if got := must(w.Removal(ctx, all, op))(w); !got.Restored {
					t.Errorf("%+v", got)
				}
				back := must(w.Item(ctx, all, items[0].ID))(w)
				if back.Code != items[0].Code || back.Parent != town.volume.ID || back.Box != town.box.ID {
					t.Errorf("%+v", back)
				}
				if x := must(w.Extras(ctx, all, []archive.ID{back.ID}))(w); x[back.ID]["案由"] != "水库" {
					t.Errorf("%+v", x)
				}
				if h := must(w.HoldingByCode(ctx, all, "OLD"))(w); h.ID != items[1].ID {
					t.Errorf("%+v", h)
				}
				for i, p := range pages {
					at := must(w.Page(ctx, all, p))(w)
					if want := []archive.ID{town.volume.ID, items[0].ID}[min(i/2, 1)]; at.Holding != want {
						t.Errorf("page %d in %s", i, at.Holding)
					}
				}
				if after := must(w.Totals(ctx, all, 0))(w); !equalJSON(after, before) {
					t.Errorf("counted %+v, before %+v", after, before)
				}
				must(w.VerifyLog(ctx))(w)
			})
		})
	}
}

func TestWhatStoodInARemovedBoxStays(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "B-1", "在盒中", func(i *archive.Item) { i.Box = town.box.ID })
		op, err := w.Do(ctx, actor, archive.OpHoldingRemove, func(tx *store.Tx) error {
			_, _, err := tx.RemoveTree([]archive.Holding{town.box.Holding})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := must(w.Item(ctx, all, item.ID))(w); got.Box != 0 {
			t.Errorf("%+v", got)
		}
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) != 0 {
			t.Fatalf("kept %+v, %v", kept, err)
		}
		if got := must(w.Item(ctx, all, item.ID))(w); got.Box != town.box.ID {
			t.Errorf("%+v", got)
		}
		stale := town.box.Holding
		w.refuses(archive.Conflict, func(tx *store.Tx) error {
			stale.Rev = 7
			_, _, err := tx.RemoveTree([]archive.Holding{stale})
			return err
		})
	})
}

func TestHistoryOfARecord(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "H-1", "初题", func(i *archive.Item) { i.Access = 3 })
		for n := range 4 {
			item.Title = fmt.Sprint("题", n)
			w.do(func(tx *store.Tx) error {
				if err := tx.Update(&item); err != nil {
					return err
				}
				return tx.SetExtra(item.ID, map[string]string{"案由": fmt.Sprint(n)})
			})
		}
		w.item(town.items.ID, "H-2", "别的")
		if _, err := w.Do(ctx, actor, archive.OpCodeCorrect, func(tx *store.Tx) error {
			item.Code = "H-3"
			if err := tx.Recode([]archive.Record{&item}); err != nil {
				return err
			}
			return tx.AddAlias(archive.CodeAlias{Holding: item.ID, Code: "H-1", Reason: "原号有误"})
		}); err != nil {
			t.Fatal(err)
		}
		list := must(w.History(ctx, all, item.ID, 0, 99))(w)
		if len(list) != 6 || list[0].Reason != "原号有误" || list[0].Changes[0].Before != `{"code":"H-1"}` || list[0].Changes[0].After != `{"code":"H-3"}` ||
			len(list[1].Changes) != 2 || !strings.Contains(list[1].Changes[0].After, "题3") || list[5].Changes[0].Before != "" || list[5].Actor != actor.ID || list[5].Time == 0 {
			t.Errorf("%+v", list)
		}
		older := must(w.History(ctx, all, item.ID, list[1].Op, 2))(w)
		if len(older) != 2 || older[0].Op != list[2].Op {
			t.Errorf("%+v", older)
		}
		if _, err := w.History(ctx, access.Only(0), item.ID, 0, 9); archive.KindOf(err) != archive.NotFound {
			t.Errorf("read without the right: %v", err)
		}
		if _, err := w.History(ctx, all, 12345, 0, 9); archive.KindOf(err) != archive.NotFound {
			t.Errorf("history of nothing: %v", err)
		}
	})
}
