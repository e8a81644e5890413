package store

import (
	"context"
	"math"

	"lantai/archive"
	"lantai/archive/access"
)

// AddApproval lets somebody give a closed record out, and fills in the approval's id.
func (t *Tx) AddApproval(a *archive.Approval) error { return t.addBeside(besideApproval(a)) }

// RemoveApproval takes an approval back.
func (t *Tx) RemoveApproval(id archive.ID) error { return t.dropBeside(nounApproval, id) }

// Approvals lists approvals that hold at a time (Unix milliseconds), of records that may
// be seen; of one person, or zero for all.
func (c *Catalogue) Approvals(ctx context.Context, sight access.Sight, person archive.ID, at int64) ([]archive.Approval, error) {
	where := "(b.until = 0 OR b.until > $1) AND b.person >= $2 AND b.person <= $3 AND b.holding IN (SELECT h.id FROM holding h WHERE {holding h}) ORDER BY b.id"
	from, to := int64(person), int64(person)
	if person == 0 {
		to = math.MaxInt64
	}
	var list []archive.Approval
	var a archive.Approval
	err := listBeside(ctx, c.cat.read, besideApproval(&a), sighted(where, sight), []any{at, from, to}, func() { list = append(list, a) })
	return list, err
}

const ownBatches = `SELECT b.id FROM batch b JOIN op o ON o.id = b.born WHERE o.actor = $1 AND b.born NOT IN (SELECT op FROM pending)`

// BatchesBy lists the batches that a person received.
func (c *Catalogue) BatchesBy(ctx context.Context, person archive.ID) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, ownBatches, int64(person))
	return list, fault("list batches", person.String(), err)
}
