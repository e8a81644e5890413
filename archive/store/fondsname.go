package store

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
)

// AddFondsName adds a name that the creator of a fonds had, and fills in its id.
func (t *Tx) AddFondsName(n *archive.FondsName) error {
	if n.Name == "" {
		return archive.Errorf(archive.Invalid, "add former name", "name", "the name is empty")
	}
	return t.addBeside(besideFondsName(n))
}

// ChangeFondsName writes what differs from a former name as it stands.
func (t *Tx) ChangeFondsName(n *archive.FondsName) error {
	if n.Name == "" {
		return archive.Errorf(archive.Invalid, "change former name", "name", "the name is empty")
	}
	return t.changeBeside(besideFondsName(n))
}

// RemoveFondsName takes a former name away.
func (t *Tx) RemoveFondsName(id archive.ID) error { return t.dropBeside(nounFondsName, id) }

// FondsNames lists the names of a fonds in the order in which they were borne.
func (c *Catalogue) FondsNames(ctx context.Context, sight access.Sight, fonds archive.ID) ([]archive.FondsName, error) {
	var list []archive.FondsName
	var n archive.FondsName
	err := listBeside(ctx, c.cat.read, besideFondsName(&n),
		sighted("b.fonds = $1 AND b.fonds IN (SELECT h.id FROM holding h WHERE {holding h}) ORDER BY b.date_begin, b.id", sight), []any{int64(fonds)},
		func() { list = append(list, n) })
	return list, err
}
