package store_test

import (
	"fmt"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// What was written beside a holding after it was added keeps it when the op that added it
// is undone, however long that op was; and the catalogue can be opened afterwards.
func TestUndoKeepsWhatHasRowsBeside(t *testing.T) {
	for _, n := range []int{3, 700} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			onBoth(t, func(w *world) {
				ledger, named, plain := archive.Fonds{}, archive.Fonds{}, archive.Fonds{}
				var items []archive.Item
				op := w.longWith(func(tx *store.Tx) error {
					for k, f := range []*archive.Fonds{&ledger, &named, &plain} {
						f.Code = fmt.Sprintf("D%d", k+1)
						f.Title = f.Code
						if err := tx.AddFonds(f); err != nil {
							return err
						}
					}
					series := archive.Series{Holding: archive.Holding{Parent: plain.ID, Code: "D3-WS", Title: "文书"}, Category: "WS", Method: archive.ByItem}
					if err := tx.AddSeries(&series); err != nil {
						return err
					}
					for k := range n {
						i := archive.Item{Holding: archive.Holding{Parent: series.ID, Code: fmt.Sprintf("D3-WS-%04d", k+1), Title: "一"}}
						if err := tx.AddItem(&i); err != nil {
							return err
						}
						items = append(items, i)
					}
					return nil
				})
				w.do(func(tx *store.Tx) error {
					return tx.AddMovement(&archive.Movement{Fonds: ledger.ID, Year: 2018, Kind: archive.MovedIn, Unit: "volume", Quantity: 7, Document: "交接文据"})
				})
				w.do(func(tx *store.Tx) error {
					return tx.AddFondsName(&archive.FondsName{Fonds: named.ID, Name: "县人民委员会"})
				})
				group := archive.VirtualGroup{Name: "抗洪"}
				w.do(func(tx *store.Tx) error { return tx.AddGroup(&group) })
				w.do(func(tx *store.Tx) error { return tx.AddMembers(group.ID, []archive.ID{items[0].ID}) })

				_, kept, err := w.Undo(ctx, actor, op)
				if err != nil {
					t.Fatal(err)
				}
				// Two fonds; and the item of the group with the series and the fonds it lies in.
				if len(kept) != 5 {
					t.Errorf("kept %v", kept)
				}
				again := w.another(w.opt)
				if got := must(again.Movements(ctx, all, ledger.ID))(w); len(got) != 1 {
					t.Errorf("the ledger %v", got)
				}
				if got := must(again.FondsNames(ctx, all, named.ID))(w); len(got) != 1 {
					t.Errorf("former names %v", got)
				}
				if got := must(again.Members(ctx, all, group.ID))(w); len(got) != 1 {
					t.Errorf("members %v", got)
				}
				if _, err := again.Item(ctx, all, items[1].ID); archive.KindOf(err) != archive.NotFound {
					t.Errorf("an item that goes: %v", err)
				}
			})
		})
	}
}

// longWith does a long write in one chunk.
func (w *world) longWith(fn func(*store.Tx) error) archive.ID {
	w.Helper()
	long := must(w.Begin(ctx, actor, "import"))(w)
	if err := long.Chunk(ctx, fn); err != nil {
		w.Fatal(err)
	}
	return must(long.Finish(ctx))(w)
}
