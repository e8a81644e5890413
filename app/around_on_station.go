package app

import (
	"context"
	"slices"

	"lantai/app/groups"
	"lantai/app/ledger"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
	"lantai/archive/store"
)

// books is the ledger of the open archive, as the screen 馆藏台账 uses it.
type books struct{ station *station.Station }

// Read reads the whole ledger.
func (b books) Read(ctx context.Context) (ledger.Ledger, error) {
	cat, sight := b.station.Catalogue, b.station.Sight()
	var l ledger.Ledger
	fonds, err := cat.Fonds(ctx, sight)
	if err != nil {
		return l, err
	}
	for _, f := range fonds {
		l.Fonds = append(l.Fonds, f.Holding)
	}
	lines, err := cat.Ledger(ctx, sight, 0, 0)
	if err != nil {
		return l, err
	}
	for _, x := range lines {
		l.Lines = append(l.Lines, ledger.Line{Fonds: x.Fonds, Unit: x.Unit, Year: x.Year, Opened: x.Opened, In: x.In, Out: x.Out,
			Destroyed: x.Destroyed, Closed: x.Closed})
	}
	l.Movements, err = cat.Movements(ctx, sight, 0)
	return l, err
}

// Add registers a movement.
func (b books) Add(ctx context.Context, m archive.Movement) error {
	return b.do(ctx, func(tx *store.Tx) error { return tx.AddMovement(&m) })
}

// Remove takes a movement away.
func (b books) Remove(ctx context.Context, movement archive.ID) error {
	return b.do(ctx, func(tx *store.Tx) error { return tx.RemoveMovement(movement) })
}

func (b books) do(ctx context.Context, fn func(*store.Tx) error) error {
	_, err := b.station.Catalogue.Do(ctx, b.station.Actor(), archive.OpLedgerEdit, fn)
	return err
}

// grouping is the groups of the open archive, as the screen 专题 uses them.
type grouping struct{ station *station.Station }

// Groups lists the groups.
func (g grouping) Groups(ctx context.Context) ([]archive.VirtualGroup, error) {
	return g.station.Catalogue.Groups(ctx, g.station.Sight())
}

// Members lists the records of a group.
func (g grouping) Members(ctx context.Context, group archive.ID) ([]archive.ID, error) {
	return g.station.Catalogue.Members(ctx, g.station.Sight(), group)
}

// Rows reads records as the screen lists them.
func (g grouping) Rows(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	held, err := g.station.Catalogue.Holdings(ctx, g.station.Sight(), ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.ID]parts.Row, len(held))
	for _, h := range held {
		byID[h.ID] = parts.Row{Cells: []string{h.Code, h.Title, h.Date}}
	}
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		rows[i] = byID[id]
	}
	return rows, nil
}

// Add makes a group.
func (g grouping) Add(ctx context.Context, name, note string) (archive.VirtualGroup, error) {
	made := archive.VirtualGroup{Name: name, Note: note}
	return made, g.do(ctx, func(tx *store.Tx) error { return tx.AddGroup(&made) })
}

// Change writes name and note of a group.
func (g grouping) Change(ctx context.Context, group archive.VirtualGroup) error {
	return g.do(ctx, func(tx *store.Tx) error { return tx.ChangeGroup(&group) })
}

// Remove takes a group away.
func (g grouping) Remove(ctx context.Context, group archive.ID) error {
	return g.do(ctx, func(tx *store.Tx) error { return tx.RemoveGroup(group) })
}

// AddMembers puts records into a group, without those that are in it.
func (g grouping) AddMembers(ctx context.Context, group archive.ID, holdings []archive.ID) (int, error) {
	inside, err := g.Members(ctx, group)
	if err != nil {
		return 0, err
	}
	in := make(map[archive.ID]bool, len(inside))
	for _, id := range inside {
		in[id] = true
	}
	fresh := slices.DeleteFunc(slices.Clone(holdings), func(id archive.ID) bool {
		known := in[id]
		in[id] = true // twice among those that come is once
		return known
	})
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), g.do(ctx, func(tx *store.Tx) error { return tx.AddMembers(group, fresh) })
}

// RemoveMembers takes records out of a group.
func (g grouping) RemoveMembers(ctx context.Context, group archive.ID, holdings []archive.ID) error {
	return g.do(ctx, func(tx *store.Tx) error { return tx.RemoveMembers(group, holdings) })
}

func (g grouping) do(ctx context.Context, fn func(*store.Tx) error) error {
	_, err := g.station.Catalogue.Do(ctx, g.station.Actor(), archive.OpGroupEdit, fn)
	return err
}

// newLedger makes the screen 馆藏台账.
func newLedger(p *Program) Screen {
	return ledger.New(ledger.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, Archive: books{p.Station}, ReadOnly: !p.edits()})
}

// newGroups makes the screen 专题.
func newGroups(p *Program) Screen {
	return groups.New(groups.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, Archive: grouping{p.Station}, ReadOnly: !p.edits()})
}
