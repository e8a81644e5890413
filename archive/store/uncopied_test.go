package store_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// What a target does not have is counted by storage root, with its pages; the newest check of
// each medium is told.
func TestUncopied(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.pages(town, "a", 5, town.volume.ID)
		root := w.root("disk")
		adopted := w.adopted(root, town.volume.ID, "b/", 4)
		target, carriers := w.target("甲盘", 2)
		total := must(w.CopyTotals(ctx, target.ID))(w)
		list := must(w.Uncopied(ctx, target.ID))(w)
		if len(list) != 1 || list[0].Root != 0 || list[0].Files != total.Files || list[0].Bytes != total.Bytes || list[0].Pages < 5 {
			t.Errorf("before: %+v of %+v", list, total)
		}
		w.copyAll(target.ID, carriers[0].ID, 10)
		if list := must(w.Uncopied(ctx, target.ID))(w); len(list) != 0 {
			t.Errorf("all copied: %+v", list)
		}
		w.do(func(tx *store.Tx) error {
			f := must(w.File(ctx, all, adopted[0].File.ID))(w)
			_, err := tx.HashFile(f, sum(f.Path), "")
			return err
		})
		if list := must(w.Uncopied(ctx, target.ID))(w); len(list) != 1 || list[0].Root == 0 || list[0].Files != 1 || list[0].Pages != 1 {
			t.Errorf("on a root: %+v", list)
		}

		for n, at := range []int64{30, 50, 40} {
			one := archive.CarrierCheck{Carrier: carriers[1].ID, Time: at, Method: archive.CheckFull, Faults: n}
			w.do(func(tx *store.Tx) error { return tx.AddCarrierCheck(&one) })
		}
		last := must(w.LastChecks(ctx))(w)
		if len(last) != 1 || last[carriers[1].ID].Time != 50 || last[carriers[1].ID].Faults != 1 {
			t.Errorf("last checks: %+v", last)
		}
	})
}
