package store_test

import (
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// Units are containers with pages on them or in them, and records with pages that lie in none.
func TestUnitsAndTheirFiles(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		inBox := w.item(town.box.ID, "J001-WS-1", "盒内")
		loose := w.item(town.items.ID, "J001-WS-2", "散件")
		w.item(town.items.ID, "J001-WS-3", "没有画幅")
		empty := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: town.vols.ID, Code: "J001-KJ-002", Title: "空卷"}, Number: "002"}
		w.do(func(tx *store.Tx) error { return tx.AddContainer(&empty) })
		for path, holding := range map[string]archive.ID{"a.tif": inBox.ID, "b.tif": loose.ID, "c.tif": town.volume.ID} {
			pages := w.pages(town, path, 2, 0)
			w.do(func(tx *store.Tx) error { return tx.LinkPages(pages, holding) })
		}
		w.pages(town, "none.tif", 1, 0)
		units := must(w.PagedUnits(ctx))(w)
		got := map[archive.ID]archive.ID{}
		for _, u := range units {
			got[u.ID] = u.Fonds
		}
		if len(units) != 3 || got[town.box.ID] != town.fonds.ID || got[loose.ID] != town.fonds.ID || got[town.volume.ID] != town.fonds.ID {
			t.Errorf("%v", units)
		}
		for _, c := range []struct {
			holding archive.ID
			paths   []string
		}{{town.fonds.ID, []string{"a.tif", "b.tif", "c.tif"}}, {town.items.ID, []string{"a.tif", "b.tif"}}, {town.box.ID, []string{"a.tif"}}, {inBox.ID, []string{"a.tif"}},
			{town.volume.ID, []string{"c.tif"}}, {empty.ID, nil}, {12345, nil}} {
			var paths []string
			for _, f := range must(w.Files(ctx, all, must(w.FilesOf(ctx, c.holding))(w)))(w) {
				paths = append(paths, f.Path)
			}
			slices.Sort(paths)
			if !slices.Equal(paths, c.paths) {
				t.Errorf("%d: %v, want %v", c.holding, paths, c.paths)
			}
		}
	})
}

func TestDrillsAreKept(t *testing.T) {
	onBoth(t, func(w *world) {
		target, _ := w.target("异地", 1)
		other, _ := w.target("另一处", 1)
		for i, one := range []archive.Drill{{Time: 300, Outcome: archive.DrillProven}, {Time: 400, Outcome: archive.DrillFailed, Faults: 2}, {Time: 100, Outcome: archive.DrillProven}} {
			one.Target, one.Seed, one.Volumes = target.ID, int64(i), `[]`
			w.do(func(tx *store.Tx) error { return tx.AddDrill(&one) })
		}
		list := must(w.Drills(ctx, target.ID))(w)
		if len(list) != 3 || list[0].Time != 400 || list[0].Faults != 2 || list[2].Seed != 2 || list[1].By != 0 {
			t.Errorf("%+v", list)
		}
		if at := must(w.LastProven(ctx, target.ID))(w); at != 300 {
			t.Errorf("proven at %d", at)
		}
		if at := must(w.LastProven(ctx, other.ID))(w); at != 0 {
			t.Errorf("proven at %d", at)
		}
		if n := len(must(w.Drills(ctx, other.ID))(w)); n != 0 {
			t.Errorf("%d drills", n)
		}
		// A drill is what happened: an undo leaves it.
		ops := must(w.Ops(ctx, 0, 1))(w)
		if _, kept, err := w.Undo(ctx, archive.LocalActor(), ops[0].ID); err == nil && len(kept) == 0 {
			t.Error("a drill was undone")
		}
		if _, err := w.Do(ctx, archive.LocalActor(), archive.OpDrill, func(tx *store.Tx) error { return tx.AddDrill(&archive.Drill{Target: 7}) }); archive.KindOf(err) != archive.NotFound {
			t.Errorf("of no target: %v", err)
		}
	})
}

func TestCopiesOfARetiredMediumAreForgotten(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.pages(town, "a.tif", 1, 0)
		w.pages(town, "b.tif", 1, 0)
		target, media := w.target("异地", 2)
		files := must(w.ToCopy(ctx, target.ID, 0, 10))(w)
		for i, f := range files {
			copies := []archive.FileCopy{{File: f.ID, Carrier: media[i].ID, Bytes: f.Bytes, Path: f.Path, SHA256: f.SHA256, Checked: 5, Fault: archive.CopyFault([]string{"", "changed"}[i])}}
			if _, err := w.AddCopies(ctx, target.ID, copies, archive.CarrierState{}); err != nil {
				t.Fatal(err)
			}
		}
		for i, m := range media {
			n, bytes, err := w.CopiesOn(ctx, m.ID)
			if err != nil || n != 1 || bytes != 7 {
				t.Errorf("%d copies, %d bytes, %v", n, bytes, err)
			}
			if n := must(w.CopiesFaultyOn(ctx, m.ID))(w); n != i {
				t.Errorf("%d faulty", n)
			}
		}
		w.do(func(tx *store.Tx) error {
			n, err := tx.ForgetCopies(media[1].ID)
			if n != 1 {
				t.Errorf("%d forgotten", n)
			}
			return err
		})
		if left := must(w.ToCopy(ctx, target.ID, 0, 10))(w); len(left) != 1 || left[0].ID != files[1].ID {
			t.Errorf("to copy: %v", left)
		}
	})
}
