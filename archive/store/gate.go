package store

import (
	"context"
	"database/sql"
	"errors"

	"lantai/archive"
	"lantai/archive/access"
)

// Gate is asked before every logged write who the actor is; an error refuses the write.
// What the actor then touches is held against their rights record by record.
type Gate func(ctx context.Context, actor archive.Actor, kind archive.OpKind) (access.Actor, error)

// Guard has all later writes pass a gate. It belongs before the catalogue is shared.
func (c *Catalogue) Guard(g Gate) { c.gate = g }

// enter asks the gate. The program's own work, which has no actor, passes.
func (c *Catalogue) enter(ctx context.Context, actor archive.Actor, kind archive.OpKind) (access.Actor, error) {
	if c.gate == nil || actor.ID == 0 {
		return access.Everyone(), nil
	}
	return c.gate(ctx, actor, kind)
}

// touch refuses a write to a record that the actor may not edit.
func (t *Tx) touch(doing string, at chain) error {
	if t.who.Anyone {
		return nil
	}
	return t.refuse(doing, access.Record{Kind: at.kind, Fonds: at.fonds, Class: at.class, IDs: []archive.ID{at.id, at.parent}})
}

const batchOfFile = `SELECT f.batch FROM file f WHERE f.id = $1`

// touchPage refuses a write to a page that the actor may not edit.
func (t *Tx) touchPage(doing string, p pageRow) error {
	if t.who.Anyone {
		return nil
	}
	r := access.Record{Class: p.Access}
	var batch archive.ID
	if err := t.tx.QueryRowContext(t.ctx, batchOfFile, int64(p.File)).Scan(nullID{&batch}); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fault(doing, p.ID.String(), err)
	}
	if batch != 0 {
		r.Batches = []archive.ID{batch}
	}
	if p.Holding != 0 {
		at, err := t.chain(p.Holding)
		if err != nil {
			return err
		}
		r.Kind, r.Fonds, r.IDs = at.kind, at.fonds, []archive.ID{at.id, at.parent}
	}
	return t.refuse(doing, r)
}

func (t *Tx) refuse(doing string, r access.Record) error {
	if d := access.May(t.who, access.Edit, r); !d.Allowed {
		return archive.WrapAs(archive.NotAllowed, doing, "", &access.Refusal{Action: access.Edit, Because: d.Because})
	}
	return nil
}
