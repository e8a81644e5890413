package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// Every filter gives what a walk over all ops with the same question gives, in parts of any size.
func TestOpsByFilter(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "F-1", "一")
		page := w.pages(town, "f.tif", 2, 0)
		w.do(func(tx *store.Tx) error { return tx.LinkPages(page, item.ID) })
		r := rand.New(rand.NewPCG(3, 4))
		for i := range 60 {
			who := archive.Actor{ID: archive.ID(r.IntN(4))}
			kind := archive.OpKind(fmt.Sprintf("kind.%d", r.IntN(3)))
			if _, err := w.Do(ctx, who, kind, func(tx *store.Tx) error {
				if i%6 == 0 {
					item.Title = fmt.Sprint("题名", i)
					return tx.Update(&item)
				}
				for k := range 1 + i%5 {
					if err := tx.Set(fmt.Sprint("key", k), fmt.Sprint(i)); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			// Clocks are set, also back.
			w.clock.Advance(time.Duration(r.IntN(3000)-500) * time.Second)
		}
		all60 := must(w.Ops(ctx, 0, 1000))(w)
		touched := map[archive.ID]bool{}
		for _, o := range all60 {
			for _, ch := range must(w.Changes(ctx, all, o.ID))(w) {
				touched[o.ID] = touched[o.ID] || ch.ID == item.ID || slices.Contains(page, ch.ID)
			}
		}
		for range 300 {
			var f store.OpFilter
			if r.IntN(3) == 0 {
				id := archive.ID(r.IntN(5))
				f.Actor = &id
			}
			for n := r.IntN(3); n > 0; n-- {
				f.Kinds = append(f.Kinds, archive.OpKind(fmt.Sprintf("kind.%d", r.IntN(4))))
			}
			if r.IntN(2) == 0 {
				f.From = all60[r.IntN(len(all60))].Time + int64(r.IntN(2))
			}
			if r.IntN(2) == 0 {
				f.To = all60[r.IntN(len(all60))].Time + int64(r.IntN(2))
			}
			if r.IntN(3) == 0 {
				f.Subject = item.ID
			}
			var want, got []archive.ID
			for _, o := range all60 {
				if (f.Actor == nil || *f.Actor == o.Actor) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, o.Kind)) &&
					o.Time >= f.From && (f.To == 0 || o.Time < f.To) && (f.Subject == 0 || touched[o.ID]) {
					want = append(want, o.ID)
				}
			}
			part := 1 + r.IntN(20)
			for before := archive.ID(0); ; {
				list := must(w.OpIDs(ctx, f, before, part))(w)
				if len(list) == 0 {
					break
				}
				got, before = append(got, list...), list[len(list)-1]
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v: got %v, want %v", f, got, want)
			}
		}
		if got := must(w.OpActors(ctx))(w); !slices.Equal(got, []archive.ID{0, 1, 2, 3}) {
			t.Errorf("actors %v", got)
		}
		if got := must(w.OpKinds(ctx))(w); !slices.Equal(got, []archive.OpKind{"kind.0", "kind.1", "kind.2", "test"}) {
			t.Errorf("kinds %v", got)
		}
		some := []archive.ID{all60[3].ID, 5, all60[1].ID}
		if got := must(w.OpsByID(ctx, some))(w); len(got) != 2 || got[0].ID != some[0] || got[1].Number != all60[1].Number {
			t.Errorf("by id: %+v", got)
		}
	})
}

// All changes pass by once, those of a long op in parts, and no more than may be seen.
func TestEachChange(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		secret := w.item(town.items.ID, "E-1", "密", func(i *archive.Item) { i.Access = 7 })
		w.item(town.items.ID, "E-2", "开")
		const many = 4500
		w.do(func(tx *store.Tx) error {
			for i := range many {
				if err := tx.Set(fmt.Sprint("key", i), "x"); err != nil {
					return err
				}
			}
			return nil
		})
		ops, changes, most, before := 0, 0, 0, archive.Change{}
		count := func(list []archive.Op, part []archive.Change) error {
			for _, ch := range part {
				if ch.Op == before.Op && ch.Seq <= before.Seq {
					t.Errorf("%+v after %+v", ch, before)
				}
				before = ch
			}
			ops, changes, most = ops+len(list), changes+len(part), max(most, len(part))
			return nil
		}
		if err := w.EachChange(ctx, all, store.OpFilter{}, count); err != nil {
			t.Fatal(err)
		}
		wanted := 0
		for _, o := range must(w.Ops(ctx, 0, 100))(w) {
			wanted += o.Changes
		}
		if changes != wanted || most > 2000 || ops < 4 {
			t.Errorf("%d changes of %d, %d at a time", changes, wanted, most)
		}
		if err := w.EachChange(ctx, access.Only(0), store.OpFilter{Subject: secret.ID}, func(_ []archive.Op, part []archive.Change) error {
			if len(part) > 0 {
				t.Errorf("seen: %+v", part)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		first := must(w.Beginnings(ctx, all, []archive.ID{before.Op}))(w)
		if len(first[before.Op]) == 0 || len(first[before.Op]) > 3 {
			t.Errorf("beginnings %+v", first)
		}
	})
}
