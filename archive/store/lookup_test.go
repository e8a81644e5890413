package store_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func TestLookingUpCodesAndBatches(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		a := w.item(town.items.ID, "K-1·甲-0001", "甲", func(i *archive.Item) { i.Access = 1 })
		b := w.item(town.items.ID, "K-1·甲-0002", "乙")
		w.item(town.items.ID, "K-2-0001", "丙")
		codes := func(sight access.Sight, prefix string, limit int) (got string) {
			t.Helper()
			for _, h := range must(w.HoldingsLike(ctx, sight, prefix, limit))(w) {
				got += h.Title
			}
			return got
		}
		for _, c := range []struct {
			sight  access.Sight
			prefix string
			limit  int
			want   string
		}{{all, "K-", 9, "甲乙丙"}, {all, "K-1·甲-", 9, "甲乙"}, {all, "K-", 2, "甲乙"}, {all, "X", 9, ""}, {access.Only(0), "K-", 9, "乙丙"}} {
			if got := codes(c.sight, c.prefix, c.limit); got != c.want {
				t.Errorf("codes like %q: %q, want %q", c.prefix, got, c.want)
			}
		}
		p := w.pages(town, "x.tif", 4, 0)
		w.pages(town, "y.tif", 1, b.ID)
		w.do(func(tx *store.Tx) error {
			if err := tx.LinkPages(p[:1], a.ID); err != nil {
				return err
			}
			if err := tx.RefusePage(p[1], archive.ReasonDamaged, ""); err != nil {
				return err
			}
			return tx.RefuseInput(store.RefusedInput{Batch: town.batch.ID, Path: "z.pdf", Reason: archive.ReasonUnsupported})
		})
		got := must(w.BatchCounts(ctx, all, []archive.ID{town.batch.ID, 7}))(w)
		if want := (store.BatchCount{Files: 2, Pages: 5, Unlinked: 3, Refused: 1, NotTaken: 1}); len(got) != 1 || got[town.batch.ID] != want {
			t.Errorf("counts: %+v, want %+v", got, want)
		}
		if got := must(w.UnlinkedByBatch(ctx, all))(w); len(got) != 1 || got[town.batch.ID] != 3 {
			t.Errorf("unlinked: %v", got)
		}
		if got := must(w.UnlinkedByBatch(ctx, access.Only(5)))(w); len(got) != 0 {
			t.Errorf("unlinked under a sight: %v", got)
		}
		if got := must(w.BatchCounts(ctx, access.Only(0), []archive.ID{town.batch.ID}))(w)[town.batch.ID]; got.Pages != 4 {
			t.Errorf("counts under a sight: %+v", got)
		}
	})
}
