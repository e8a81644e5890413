package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

func besideDrill(v *archive.Drill) beside {
	return beside{nounDrill, &v.ID, columns{{"target", &v.Target}, {"time", &v.Time}, {"drilled_by", &v.By}, {"seed", &v.Seed}, {"media", &v.Media},
		{"snapshot", &v.Snapshot}, {"volumes", &v.Volumes}, {"files", &v.Files}, {"bytes", &v.Bytes}, {"faults", &v.Faults}, {"texts", &v.Texts},
		{"millis", &v.Millis}, {"outcome", &v.Outcome}, {"note", &v.Note}}, nil}
}

// AddDrill notes a drill and fills in its id.
func (t *Tx) AddDrill(v *archive.Drill) error { return t.addBeside(besideDrill(v)) }

// Drills lists the drills of a target, the newest first; of all targets with zero.
func (c *Catalogue) Drills(ctx context.Context, target archive.ID) ([]archive.Drill, error) {
	where, args := "1 = 1 ORDER BY b.time DESC, b.id DESC", []any(nil)
	if target != 0 {
		where, args = "b.target = $1 ORDER BY b.time DESC, b.id DESC", []any{int64(target)}
	}
	var list []archive.Drill
	var v archive.Drill
	err := listBeside(ctx, c.cat.read, besideDrill(&v), where, args, func() { list = append(list, v) })
	return list, err
}

const lastProven = `SELECT COALESCE(MAX(d.time), 0) FROM drill d WHERE d.target = $1 AND d.outcome = 'proven'`

// LastProven tells when a drill last proved that the copies at a target come back, Unix
// milliseconds; zero: never.
func (c *Catalogue) LastProven(ctx context.Context, target archive.ID) (int64, error) {
	var at int64
	err := c.cat.read.QueryRowContext(ctx, lastProven, int64(target)).Scan(&at)
	return at, fault("find drill", target.String(), err)
}

// Unit is what is kept and brought back as one: a container, or a record in none.
type Unit struct {
	Fonds, ID archive.ID
	Single    bool // a record that lies in no container
}

// Pages lie on a volume itself or on what is in it, which lies no deeper.
const pagedUnits = `SELECT h.fonds, h.id, 0 FROM holding h WHERE h.kind IN ('volume', 'box', 'album') AND {live h}
		AND (EXISTS (SELECT 1 FROM page p WHERE p.holding = h.id) OR EXISTS (SELECT 1 FROM holding i JOIN page q ON q.holding = i.id WHERE i.parent = h.id))
	UNION ALL SELECT h.fonds, h.id, 1 FROM holding h LEFT JOIN holding up ON up.id = h.parent WHERE h.kind NOT IN ('fonds', 'series', 'volume', 'box', 'album')
		AND (up.kind IS NULL OR up.kind NOT IN ('volume', 'box', 'album')) AND {live h} AND EXISTS (SELECT 1 FROM page p WHERE p.holding = h.id)
	ORDER BY 1, 2`

// PagedUnits lists what has pages: containers, and records that lie in none; by fonds.
func (c *Catalogue) PagedUnits(ctx context.Context) ([]Unit, error) {
	var list []Unit
	err := rows(ctx, c.cat.read, sighted(pagedUnits, access.All()), nil, func(r *sql.Rows) error {
		var u Unit
		var single int
		err := r.Scan(&u.Fonds, &u.ID, &single)
		u.Single = single == 1
		list = append(list, u)
		return err
	})
	return list, fault("list volumes", "", err)
}

const filesOfHolding = `WITH RECURSIVE below (id) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT h.id FROM holding h JOIN below b ON h.parent = b.id)
	SELECT DISTINCT p.file FROM below b JOIN page p ON p.holding = b.id ORDER BY 1`

// FilesOf lists the originals that have a page in a record or in what lies in it.
func (c *Catalogue) FilesOf(ctx context.Context, holding archive.ID) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, filesOfHolding, int64(holding))
	return list, fault("list originals", holding.String(), err)
}
