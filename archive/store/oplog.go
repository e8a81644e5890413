package store

import (
	"context"
	"database/sql"
	"math"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	newestOps = `SELECT o.id, o.actor, o.station, o.time, o.kind, o.digest, o.prev FROM op o
		WHERE o.number IS NOT NULL AND o.id < $1 ORDER BY o.id DESC LIMIT $2`
	opChanges = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.op = $1 AND o.number IS NOT NULL ORDER BY ch.seq`
)

// Ops lists the newest ops first; before is the id to go on from, zero at first.
func (c *Catalogue) Ops(ctx context.Context, before archive.ID, limit int) ([]archive.Op, error) {
	from := int64(before)
	if before == 0 {
		from = math.MaxInt64
	}
	var list []archive.Op
	err := rows(ctx, c.cat.read, newestOps, []any{from, limit}, func(r *sql.Rows) error {
		var o archive.Op
		err := r.Scan(&o.ID, &o.Actor, &o.Station, &o.Time, &o.Kind, &o.Digest, &o.Prev)
		list = append(list, o)
		return err
	})
	return list, fault("list ops", "", err)
}

// Changes lists what an op did, of holdings, pages and texts that may be seen. Other
// rows, and those that are gone, show to a Sight of everything alone.
func (c *Catalogue) Changes(ctx context.Context, sight access.Sight, op archive.ID) ([]archive.Change, error) {
	var list []archive.Change
	err := rows(ctx, c.cat.read, opChanges, []any{int64(op)}, func(r *sql.Rows) error {
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

const seenHoldings = `SELECT h.id FROM holding h WHERE h.id IN ({keys}) AND {see h}`

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
		if seen[ch.ID] {
			visible = append(visible, ch)
		}
	}
	return visible, nil
}
