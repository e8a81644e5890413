package store_test

import (
	"fmt"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// A trial says what the undo then does, and changes nothing: for an op of a few changes and
// for a long write.
func TestUndoTrial(t *testing.T) {
	for _, n := range []int{3, 700} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			onBoth(t, func(w *world) {
				town := w.town()
				volume := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: town.items.ID, Code: "V-1"}}
				var items []archive.Item
				long := must(w.Begin(ctx, actor, "import"))(w)
				if err := long.Chunk(ctx, func(tx *store.Tx) error { return tx.AddContainer(&volume) }); err != nil {
					w.Fatal(err)
				}
				for k := range n {
					if err := long.Chunk(ctx, func(tx *store.Tx) error {
						i := archive.Item{Holding: archive.Holding{Parent: volume.ID, Code: fmt.Sprintf("V-1-%04d", k+1), Title: "一"}}
						if err := tx.AddItem(&i); err != nil {
							return err
						}
						items = append(items, i)
						return nil
					}); err != nil {
						w.Fatal(err)
					}
				}
				op := must(long.Finish(ctx))(w)
				changed := items[n-1] // keeps the volume too
				changed.Title = "二"
				w.do(func(tx *store.Tx) error { return tx.Update(&changed) })

				before, totals := len(must(w.Ops(ctx, 0, 100))(w)), must(w.Totals(ctx, all, 0))(w)
				var goes, stays []archive.ID
				if err := w.UndoTrial(ctx, op, func(archive.Progress) {}, func(ch archive.Change, g bool) {
					if g {
						goes = append(goes, ch.ID)
					} else {
						stays = append(stays, ch.ID)
					}
				}); err != nil {
					w.Fatal(err)
				}
				if got := must(w.Totals(ctx, all, 0))(w); fmt.Sprint(got) != fmt.Sprint(totals) || len(must(w.Ops(ctx, 0, 100))(w)) != before {
					w.Errorf("the trial changed something: %v, had been %v", got, totals)
				}
				if _, err := w.Item(ctx, all, items[0].ID); err != nil {
					w.Errorf("an item after the trial: %v", err)
				}
				if want := []archive.ID{changed.ID, volume.ID}; len(goes) != n-1 || !slices.Equal(stays, want) {
					w.Errorf("%d would go and %v stay; want %d and %v", len(goes), stays, n-1, want)
				}
				undone, kept, err := w.Undo(ctx, actor, op)
				if err != nil || len(kept) != len(stays) {
					w.Errorf("undo kept %d: %v", len(kept), err)
				}
				if of := must(w.UndoneBy(ctx, []archive.ID{undone, op}))(w); len(of) != 1 || of[undone] != op {
					w.Errorf("undone: %v", of)
				}
				for _, id := range goes {
					if _, err := w.Item(ctx, all, id); archive.KindOf(err) != archive.NotFound {
						w.Fatalf("item %s is still there: %v", id, err)
					}
				}
				// What is gone cannot be undone once more.
				if again, kept, err := w.Undo(ctx, actor, op); again != 0 || len(kept) != n+1 || err != nil {
					w.Errorf("undone again: op %s, %d kept, %v", again, len(kept), err)
				}
			})
		})
	}
}

// Ops of some kinds are found among others, and an op shows its ends.
func TestOpsOfSomeKinds(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "K-1", "一")
		p := w.pages(town, "k.tif", 3, 0)
		link := must(w.Do(ctx, actor, archive.OpPageLink, func(tx *store.Tx) error { return tx.LinkPages(p, item.ID) }))(w)
		w.do(func(tx *store.Tx) error { return tx.Set("k", "1") })
		got := must(w.Ops(ctx, 0, 9, archive.OpPageLink, archive.OpUndo))(w)
		if len(got) != 1 || got[0].ID != link || got[0].Changes != 3 {
			w.Errorf("got %+v", got)
		}
		if ends := must(w.Ends(ctx, all, link))(w); len(ends) != 2 || ends[0].ID != p[0] || ends[1].ID != p[2] {
			w.Errorf("ends %+v", ends)
		}
		if older := must(w.Ops(ctx, link, 9, archive.OpPageLink))(w); len(older) != 0 {
			w.Errorf("before it: %+v", older)
		}
	})
}
