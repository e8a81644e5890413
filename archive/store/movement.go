package store

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
)

// AddMovement adds a line to the ledger of a fonds and fills in its id.
func (t *Tx) AddMovement(m *archive.Movement) error {
	const doing = "add movement"
	at, err := t.chain(m.Fonds)
	switch {
	case err != nil:
		return err
	case at.kind != archive.KindFonds:
		return archive.Errorf(archive.Invalid, doing, m.Fonds.String(), "a %s has no ledger", at.kind)
	case m.Quantity < 0:
		return archive.Errorf(archive.Invalid, doing, m.Document, "a quantity of %d", m.Quantity)
	}
	return t.addBeside(besideMovement(m))
}

// Movements lists the ledger of a fonds, or for zero of all, by fonds and year.
func (c *Catalogue) Movements(ctx context.Context, sight access.Sight, fonds archive.ID) ([]archive.Movement, error) {
	where, args := "b.fonds IN (SELECT h.id FROM holding h WHERE h.parent IS NULL AND {see h})", []any(nil)
	if fonds != 0 {
		where, args = "b.fonds = $1 AND b.fonds IN (SELECT h.id FROM holding h WHERE {see h})", []any{int64(fonds)}
	}
	var list []archive.Movement
	var m archive.Movement
	err := listBeside(ctx, c.cat.read, besideMovement(&m), sighted(where, sight)+" ORDER BY b.fonds, b.year, b.unit, b.id", args,
		func() { list = append(list, m) })
	return list, err
}
