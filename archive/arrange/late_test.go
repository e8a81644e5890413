package arrange_test

import (
	"fmt"
	"testing"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/store"
)

// Into a filed class a record can be put behind the last alone; into an accessioned one not at
// all.
func TestALateRecordIsPutInBehindTheLast(t *testing.T) {
	onBoth(t, func(w *world) {
		const y = "Z109-WS·2011-Y-BGS-"
		s := w.series("Z109-WS", "item22")
		list := w.items(s, y, 4)
		w.carry(w.a.File(ctx, []string{y}))
		late := func(n int) (*arrange.Plan, error) {
			return w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: fmt.Sprintf("%s%04d", y, n), Title: "晚到"}})
		}
		plan, err := late(3)
		w.refused(arrange.IsFiled, y+"0005", plan, err)
		plan, err = late(6)
		w.refused(arrange.IsFiled, y+"0005", plan, err)
		plan, err = late(5)
		if err == nil && len(plan.Moves) > 0 {
			t.Errorf("others move: %+v", plan.Moves)
		}
		w.carry(plan, err)
		if got := w.titles(y); len(got) != 5 || got[4] != "5 晚到" || w.code(list[3].ID) != y+"0004" {
			t.Errorf("the class is %q", got)
		}
		w.carry(w.a.Accession(ctx, []string{y}))
		plan, err = late(6)
		w.refused(arrange.IsAccessioned, "", plan, err)
	})
}

// The codes of volumes in several 目录 do not begin with that of their series: classes are
// found by name all the same, and read for the series alone.
func TestVolumesInSeveralCatalogues(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "vol94")
		w.volume(s, "Z109-001-0001", 3)
		w.volume(s, "Z109-002-0002", 2)
		other := w.series("Z109-ZP", "photo02")
		w.do(func(tx *store.Tx) error {
			photo := archive.NewRecord(archive.KindPhoto)
			h := photo.Common()
			h.Parent, h.Code, h.Title = other.ID, "Z109-Y-001-0001", "照片"
			return tx.Add(photo)
		})
		list, err := w.a.Numberings(ctx, "Z109-WS", func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range list {
			got = append(got, fmt.Sprintf("%s %d", n.Prefix, n.N))
		}
		if want := "[Z109-001- 1 Z109-001-0001- 3 Z109-002- 1 Z109-002-0002- 2]"; fmt.Sprint(got) != want {
			t.Errorf("the classes are %v, want %s", got, want)
		}
		w.carry(w.a.Renumber(ctx, "Z109-002", arrange.ByNumber))
		if got := w.titles("Z109-002-0001"); len(got) != 2 {
			t.Errorf("the inside of the volume has %q", got)
		}
	})
}
