package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

// Uncopied is what a target does not have of one storage root.
type Uncopied struct {
	Root  archive.ID // 0: masters/
	Files int
	Pages int
	Bytes int64
}

const uncopied = `SELECT f.root, COUNT(*), COALESCE(SUM(f.bytes), 0), COALESCE(SUM((SELECT COUNT(*) FROM page p WHERE p.file = f.id)), 0)
	FROM file f WHERE ` + copyable + ` AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.file = f.id AND c.target = $1)
	GROUP BY f.root ORDER BY f.root`

// Uncopied counts what may be copied and does not lie at a target, by storage root.
func (c *Catalogue) Uncopied(ctx context.Context, target archive.ID) ([]Uncopied, error) {
	var list []Uncopied
	err := rows(ctx, c.cat.read, sighted(uncopied, access.All()), []any{int64(target)}, func(r *sql.Rows) error {
		var u Uncopied
		err := r.Scan(&u.Root, &u.Files, &u.Bytes, &u.Pages)
		list = append(list, u)
		return err
	})
	return list, fault("count what is to be copied", target.String(), err)
}

const carrierVerdicts = `SELECT k.carrier, k.time, k.faults FROM carrier_check k
	WHERE NOT EXISTS (SELECT 1 FROM carrier_check l WHERE l.carrier = k.carrier AND (l.time > k.time OR l.time = k.time AND l.id > k.id))`

// LastChecks gives the newest check of each medium, without its words; those never checked
// have none.
func (c *Catalogue) LastChecks(ctx context.Context) (map[archive.ID]archive.CarrierCheck, error) {
	last := map[archive.ID]archive.CarrierCheck{}
	err := rows(ctx, c.cat.read, carrierVerdicts, nil, func(r *sql.Rows) error {
		var k archive.CarrierCheck
		err := r.Scan(&k.Carrier, &k.Time, &k.Faults)
		last[k.Carrier] = k
		return err
	})
	return last, fault("list checks of media", "", err)
}
