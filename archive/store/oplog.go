package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	undoneOps = `SELECT ch.op, ch.id FROM change ch WHERE ch.op IN ({keys}) AND ch.seq = 1 AND ch.noun = 'op'`
	endsOf    = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.op = $1 AND o.number IS NOT NULL AND (ch.seq = 1 OR ch.seq = o.changes) ORDER BY ch.seq`
	opChanges = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.op = $1 AND o.number IS NOT NULL ORDER BY ch.seq`
)

// Ops lists the newest ops first, of some kinds or (none given) of all; before is the id to
// go on from, zero at first.
func (c *Catalogue) Ops(ctx context.Context, before archive.ID, limit int, kinds ...archive.OpKind) ([]archive.Op, error) {
	return c.OpsWhere(ctx, OpFilter{Kinds: kinds}, before, limit)
}

// UndoneBy tells which op each of some undos took back.
func (c *Catalogue) UndoneBy(ctx context.Context, undos []archive.ID) (of map[archive.ID]archive.ID, err error) {
	of = make(map[archive.ID]archive.ID, len(undos))
	err = each(ctx, c.cat.read, undoneOps, undos, func(r *sql.Rows) error {
		var undo, op archive.ID
		err := r.Scan(&undo, &op)
		of[undo] = op
		return err
	})
	return of, fault("list undone ops", "", err)
}

// Changes lists what an op did, of holdings, pages and texts that may be seen. Other
// rows, and those that are gone, show to a Sight of everything alone.
func (c *Catalogue) Changes(ctx context.Context, sight access.Sight, op archive.ID) ([]archive.Change, error) {
	return c.changes(ctx, sight, op, opChanges)
}

// Ends lists the first and the last change of an op, as Changes does.
func (c *Catalogue) Ends(ctx context.Context, sight access.Sight, op archive.ID) ([]archive.Change, error) {
	return c.changes(ctx, sight, op, endsOf)
}

func (c *Catalogue) changes(ctx context.Context, sight access.Sight, op archive.ID, query string) ([]archive.Change, error) {
	var list []archive.Change
	err := rows(ctx, c.cat.read, query, []any{int64(op)}, func(r *sql.Rows) error {
		ch := archive.Change{Op: op}
		var before, after sql.NullString
		err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID, &before, &after)
		ch.Before, ch.After = before.String, after.String
		list = append(list, ch)
		return err
	})
	if err != nil || sight.Everything() {
		return list, fault("list changes", op.String(), err)
	}
	return c.seenChanges(ctx, sight, list)
}

const seenHoldings = `SELECT h.id FROM holding h WHERE h.id IN ({keys}) AND {holding h}`

func (c *Catalogue) seenChanges(ctx context.Context, sight access.Sight, list []archive.Change) ([]archive.Change, error) {
	all := make([]archive.ID, len(list))
	for i, ch := range list {
		all[i] = ch.ID
	}
	// Ids are unique over all nouns.
	seen := map[archive.ID]bool{}
	for _, query := range []string{seenPages, seenHoldings} {
		if err := each(ctx, c.cat.read, sighted(query, sight), all, func(r *sql.Rows) error {
			var id archive.ID
			err := r.Scan(&id)
			seen[id] = true
			return err
		}); err != nil {
			return nil, fault("list changes", "", err)
		}
	}
	var visible []archive.Change
	for _, ch := range list {
		if seen[ch.ID] || sight.Audits() && ofTheOffice(ch.Noun) {
			visible = append(visible, ch)
		}
	}
	return visible, nil
}

// ofTheOffice tells whether a change is of who did what, and of nothing that stands in
// records.
func ofTheOffice(noun string) bool {
	switch noun {
	case nounEvent, nounPerson, nounCredential, nounOp, nounRoot:
		return true
	}
	return false
}
