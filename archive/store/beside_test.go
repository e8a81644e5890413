package store_test

import (
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func TestLedgerClosesEachYear(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		f := town.fonds.ID
		add := func(year int, kind archive.MovementKind, unit string, n int) (op archive.ID) {
			return w.do(func(tx *store.Tx) error {
				return tx.AddMovement(&archive.Movement{Fonds: f, Year: year, Kind: kind, Unit: unit, Quantity: n, Document: "交接文据"})
			})
		}
		add(2018, archive.MovedOpening, "volume", 100)
		add(2018, archive.MovedIn, "volume", 7)
		add(2018, archive.MovedIn, "volume", 3)
		add(2020, archive.MovedOut, "volume", 4)
		last := add(2020, archive.MovedDestroyed, "volume", 6)
		add(2019, archive.MovedIn, "item", 12)
		want := []store.LedgerLine{
			{Fonds: f, Unit: "item", Year: 2019, In: 12, Closed: 12},
			{Fonds: f, Unit: "volume", Year: 2018, Opened: 100, In: 10, Closed: 110},
			{Fonds: f, Unit: "volume", Year: 2020, Opened: 110, Out: 4, Destroyed: 6, Closed: 100},
		}
		if got := must(w.Ledger(ctx, all, 0, 0))(w); !slices.Equal(got, want) {
			w.Errorf("got %+v\nwant %+v", got, want)
		}
		if got := must(w.Ledger(ctx, all, f, 2019))(w); !slices.Equal(got, want[:2]) {
			w.Errorf("up to 2019: %+v", got)
		}
		for _, m := range []archive.Movement{{Fonds: f, Year: 20, Kind: archive.MovedIn, Unit: "volume", Quantity: 1},
			{Fonds: f, Year: 2020, Kind: "lost", Unit: "volume", Quantity: 1}, {Fonds: f, Year: 2020, Kind: archive.MovedIn, Unit: "volume"}} {
			w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.AddMovement(&m) })
		}
		w.refuses(archive.NotFound, func(tx *store.Tx) error {
			return tx.AddMovement(&archive.Movement{Fonds: 5, Year: 2020, Kind: archive.MovedIn, Unit: "volume", Quantity: 1})
		})
		if _, kept, err := w.Undo(ctx, actor, last); err != nil || len(kept) > 0 {
			w.Errorf("undo: %v, kept %v", err, kept)
		}
		lines := must(w.Movements(ctx, all, f))(w)
		if len(lines) != 5 {
			w.Errorf("%d lines after the undo", len(lines))
		}
		lines[0].Quantity = 90
		change := w.do(func(tx *store.Tx) error { return tx.ChangeMovement(&lines[0]) })
		gone := w.do(func(tx *store.Tx) error { return tx.RemoveMovement(lines[0].ID) })
		if _, kept, err := w.Undo(ctx, actor, change); err != nil || len(kept) != 1 {
			w.Errorf("undo of what changed since: %v, kept %v", err, kept)
		}
		for _, op := range []archive.ID{gone, change} {
			if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
				w.Errorf("undo: %v, kept %v", err, kept)
			}
		}
		if got := must(w.Movements(ctx, all, f))(w)[0]; got.Quantity != 100 {
			w.Errorf("%+v", got)
		}
	})
}

func TestNamesAndGroups(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		for _, n := range []archive.FondsName{{Name: "县革命委员会", DateBegin: "19680900", DateEnd: "19801200"}, {Name: "县人民委员会", DateBegin: "1955"}} {
			n.Fonds = town.fonds.ID
			w.do(func(tx *store.Tx) error { return tx.AddFondsName(&n) })
		}
		names := must(w.FondsNames(ctx, all, town.fonds.ID))(w)
		if len(names) != 2 || names[0].Name != "县人民委员会" {
			w.Errorf("names %+v", names)
		}
		a, b := w.item(town.items.ID, "G-1", "一"), w.item(town.items.ID, "G-2", "二")
		g := archive.VirtualGroup{Name: "抗洪"}
		w.do(func(tx *store.Tx) error { return tx.AddGroup(&g) })
		w.do(func(tx *store.Tx) error { return tx.AddMembers(g.ID, []archive.ID{b.ID, a.ID}) })
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.AddMembers(g.ID, []archive.ID{a.ID}) })
		if got := must(w.Members(ctx, all, g.ID))(w); !slices.Equal(got, []archive.ID{b.ID, a.ID}) {
			w.Errorf("members %v", got)
		}
		c := w.item(town.items.ID, "G-3", "三")
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.AddMembers(g.ID, []archive.ID{c.ID, c.ID}) })
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.AddMembers(g.ID, []archive.ID{c.ID, 12345}) })
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.AddMembers(12345, []archive.ID{c.ID}) })
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.RemoveMembers(g.ID, []archive.ID{a.ID, c.ID}) })
		out := w.do(func(tx *store.Tx) error { return tx.RemoveMembers(g.ID, []archive.ID{a.ID, b.ID}) })
		if got := must(w.Members(ctx, all, g.ID))(w); len(got) != 0 {
			w.Errorf("members %v", got)
		}
		if _, kept, err := w.Undo(ctx, actor, out); err != nil || len(kept) > 0 {
			w.Errorf("undo: %v, kept %v", err, kept)
		}
		// A record that is removed leaves the group, and comes back to it.
		op := w.do(func(tx *store.Tx) error { return tx.Remove(a.ID, a.Rev) })
		if got := must(w.Members(ctx, all, g.ID))(w); !slices.Equal(got, []archive.ID{b.ID}) {
			w.Errorf("members %v", got)
		}
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
			w.Errorf("undo: %v, kept %v", err, kept)
		}
		if got := must(w.Members(ctx, all, g.ID))(w); !slices.Equal(got, []archive.ID{b.ID, a.ID}) {
			w.Errorf("members %v", got)
		}
		gone := w.do(func(tx *store.Tx) error { return tx.RemoveGroup(g.ID) })
		if got := must(w.Groups(ctx, access.All()))(w); len(got) != 0 {
			w.Errorf("groups %v", got)
		}
		if _, kept, err := w.Undo(ctx, actor, gone); err != nil || len(kept) > 0 {
			w.Errorf("undo: %v, kept %v", err, kept)
		}
		if got := must(w.Members(ctx, all, g.ID))(w); len(got) != 2 {
			w.Errorf("members %v", got)
		}
	})
}
