package store

import (
	"context"
	"database/sql"
	"math"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// AddApproval lets somebody give a closed record out, and fills in the approval's id.
func (t *Tx) AddApproval(a *archive.Approval) error { return t.addBeside(besideApproval(a)) }

// RemoveApproval takes an approval back.
func (t *Tx) RemoveApproval(id archive.ID) error { return t.dropBeside(nounApproval, id) }

// Approvals lists approvals that hold at a time (Unix milliseconds), of records that may
// be seen; of one person, or zero for all. One that is not as the log of changes has it
// holds at no time: it was put into the table past the program.
func (c *Catalogue) Approvals(ctx context.Context, sight access.Sight, person archive.ID, at int64) ([]archive.Approval, error) {
	list, err := c.StandingApprovals(ctx, sight, person, at)
	if err != nil || len(list) == 0 {
		return list, err
	}
	return c.logged(ctx, list)
}

// StandingApprovals is Approvals as the table alone has them.
func (c *Catalogue) StandingApprovals(ctx context.Context, sight access.Sight, person archive.ID, at int64) ([]archive.Approval, error) {
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

const changesOfApprovals = `SELECT ch.id, ch.op, o.station, o.number, ch.noun, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
	WHERE ch.id IN ({keys}) AND ch.noun = 'approval' AND o.number IS NOT NULL ORDER BY ch.id, o.station, o.number, ch.seq`

// logged leaves those approvals that the log has as they stand.
func (c *Catalogue) logged(ctx context.Context, list []archive.Approval) ([]archive.Approval, error) {
	asked := make([]archive.ID, len(list))
	for i, a := range list {
		asked[i] = a.ID
	}
	changes := make(map[archive.ID][]rowChange, len(list))
	if err := each(ctx, c.cat.read, changesOfApprovals, asked, func(r *sql.Rows) error {
		var id archive.ID
		var ch rowChange
		err := r.Scan(&id, &ch.op, &ch.station, &ch.number, &ch.noun, &ch.before, &ch.after)
		changes[id] = append(changes[id], ch)
		return err
	}); err != nil {
		return nil, fault("check approvals", "", err)
	}
	j := heldJudge{held: c.held}
	return slices.DeleteFunc(list, func(a archive.Approval) bool {
		said, err := j.replay(inLogOrder(changes[a.ID]))
		if err != nil || said.emptied || said.last[keyRow] == "" {
			return true
		}
		return len(j.differing(said, standingRow{noun: nounApproval, values: c.held.values(besideApproval(&a)), fits: true})) > 0
	}), nil
}

const ownBatches = `SELECT b.id FROM batch b JOIN op o ON o.id = b.born WHERE o.actor = $1 AND b.born NOT IN (SELECT op FROM pending)`

// BatchesBy lists the batches that a person received.
func (c *Catalogue) BatchesBy(ctx context.Context, person archive.ID) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, ownBatches, int64(person))
	return list, fault("list batches", person.String(), err)
}
