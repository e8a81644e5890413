package store

import (
	"context"
	"database/sql"
	"math"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// OpFilter says which ops are meant; what is zero does not count.
type OpFilter struct {
	Actor   *archive.ID
	Kinds   []archive.OpKind
	From    int64      // Unix milliseconds: not before
	To      int64      // before
	Subject archive.ID // a record: done to it, or to a page of it
}

const (
	opRow       = `SELECT o.id, o.actor, o.station, o.number, o.time, o.kind, o.changes, o.digest, o.prev FROM op o WHERE o.number IS NOT NULL`
	opID        = `SELECT o.id FROM op o WHERE o.number IS NOT NULL`
	someOps     = opRow + ` AND o.id IN ({keys})`
	opsInTime   = `SELECT MIN(o.id), MAX(o.id) FROM op o WHERE o.time >= $1 AND o.time < $2`
	opsOfRecord = ` AND o.id IN (SELECT x.op FROM change x WHERE x.id = ? UNION SELECT y.op FROM change y JOIN page p ON p.id = y.id WHERE p.holding = ?)`
	beginnings  = `SELECT ch.op, ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch WHERE ch.op IN ({keys}) AND ch.seq < 4 ORDER BY ch.op, ch.seq`
	partOfOps   = `SELECT ch.op, ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch WHERE ch.op IN ({keys}) ORDER BY ch.op, ch.seq`
	partOfOp    = `SELECT ch.op, ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch WHERE ch.op = $1 AND ch.seq > $2 ORDER BY ch.seq LIMIT $3`
	nextKind    = `SELECT MIN(o.kind) FROM op o WHERE o.kind > $1`
	nextActor   = `SELECT MIN(o.actor) FROM op o WHERE o.actor > $1`
)

// where adds the filter to a query over op, the newest first. ok is false where nothing can fit.
func (c *Catalogue) where(ctx context.Context, query string, f OpFilter, before archive.ID, limit int) (q clauses, ok bool, err error) {
	high := int64(math.MaxInt64)
	if before != 0 {
		high = int64(before)
	}
	q.add(query+` AND o.id < ?`, high)
	if f.From != 0 || f.To != 0 {
		to := f.To
		if to == 0 {
			to = math.MaxInt64
		}
		// An id is as old as its op, unless a clock was set: the index says between which ids the time lies.
		var low, high sql.NullInt64
		if err := c.cat.read.QueryRowContext(ctx, opsInTime, f.From, to).Scan(&low, &high); err != nil || !low.Valid {
			return q, false, err
		}
		q.add(` AND o.id >= ? AND o.id <= ? AND o.time >= ? AND o.time < ?`, low.Int64, high.Int64, f.From, to)
	}
	if f.Actor != nil {
		q.add(` AND o.actor = ?`, int64(*f.Actor))
	}
	if len(f.Kinds) > 0 {
		args := make([]any, len(f.Kinds))
		for i, k := range f.Kinds {
			args[i] = string(k)
		}
		q.add(` AND o.kind IN (?`+strings.Repeat(`, ?`, len(args)-1)+`)`, args...)
	}
	if f.Subject != 0 {
		q.add(opsOfRecord, int64(f.Subject), int64(f.Subject))
	}
	q.add(` ORDER BY o.id DESC LIMIT ?`, limit)
	return q, true, nil
}

// OpIDs lists the ids of ops, the newest first; before is the id to go on from, zero at first.
func (c *Catalogue) OpIDs(ctx context.Context, f OpFilter, before archive.ID, limit int) ([]archive.ID, error) {
	q, ok, err := c.where(ctx, opID, f, before, limit)
	if err != nil || !ok {
		return nil, fault("list ops", "", err)
	}
	list, err := ids(ctx, c.cat.read, q.text.String(), q.args...)
	return list, fault("list ops", "", err)
}

// OpsWhere lists ops, the newest first; before is the id to go on from, zero at first.
func (c *Catalogue) OpsWhere(ctx context.Context, f OpFilter, before archive.ID, limit int) ([]archive.Op, error) {
	q, ok, err := c.where(ctx, opRow, f, before, limit)
	if err != nil || !ok {
		return nil, fault("list ops", "", err)
	}
	var list []archive.Op
	err = rows(ctx, c.cat.read, q.text.String(), q.args, func(r *sql.Rows) error {
		o, err := scanOp(r)
		list = append(list, o)
		return err
	})
	return list, fault("list ops", "", err)
}

// OpsByID reads ops, in the order of the ids; those that are not there are left out.
func (c *Catalogue) OpsByID(ctx context.Context, ids []archive.ID) ([]archive.Op, error) {
	found := map[archive.ID]archive.Op{}
	err := each(ctx, c.cat.read, someOps, ids, func(r *sql.Rows) error {
		o, err := scanOp(r)
		found[o.ID] = o
		return err
	})
	return inOrder(ids, found), fault("read ops", "", err)
}

func scanOp(r *sql.Rows) (archive.Op, error) {
	var o archive.Op
	err := r.Scan(&o.ID, &o.Actor, &o.Station, &o.Number, &o.Time, &o.Kind, &o.Changes, &o.Digest, &o.Prev)
	return o, err
}

// OpKinds lists the kinds of the ops that there are.
func (c *Catalogue) OpKinds(ctx context.Context) (list []archive.OpKind, err error) {
	for last := ""; ; {
		var next sql.NullString
		if err := c.cat.read.QueryRowContext(ctx, nextKind, last).Scan(&next); err != nil || !next.Valid {
			return list, fault("list kinds of ops", "", err)
		}
		last = next.String
		list = append(list, archive.OpKind(last))
	}
}

// OpActors lists who did what there is.
func (c *Catalogue) OpActors(ctx context.Context) (list []archive.ID, err error) {
	for last := int64(-1); ; {
		var next sql.NullInt64
		if err := c.cat.read.QueryRowContext(ctx, nextActor, last).Scan(&next); err != nil || !next.Valid {
			return list, fault("list actors", "", err)
		}
		last = next.Int64
		list = append(list, archive.ID(last))
	}
}

// FirstChanges gives the first changes of an op, as Changes does.
func (c *Catalogue) FirstChanges(ctx context.Context, sight access.Sight, op archive.ID, limit int) ([]archive.Change, error) {
	var list []archive.Change
	err := rows(ctx, c.cat.read, partOfOp, []any{int64(op), 0, limit}, func(r *sql.Rows) error {
		ch, err := scanChange(r)
		list = append(list, ch)
		return err
	})
	return c.seen(ctx, sight, list, err)
}

// Beginnings gives the first three changes of each of some ops, as Changes does.
func (c *Catalogue) Beginnings(ctx context.Context, sight access.Sight, ops []archive.ID) (map[archive.ID][]archive.Change, error) {
	list, err := c.changesOf(ctx, sight, beginnings, ops)
	of := make(map[archive.ID][]archive.Change, len(ops))
	for _, ch := range list {
		of[ch.Op] = append(of[ch.Op], ch)
	}
	return of, err
}

func (c *Catalogue) changesOf(ctx context.Context, sight access.Sight, query string, ops []archive.ID) ([]archive.Change, error) {
	var list []archive.Change
	err := each(ctx, c.cat.read, query, ops, func(r *sql.Rows) error {
		ch, err := scanChange(r)
		list = append(list, ch)
		return err
	})
	return c.seen(ctx, sight, list, err)
}

func scanChange(r *sql.Rows) (archive.Change, error) {
	var ch archive.Change
	var before, after sql.NullString
	err := r.Scan(&ch.Op, &ch.Seq, &ch.Noun, &ch.ID, &before, &after)
	ch.Before, ch.After = before.String, after.String
	return ch, err
}

func (c *Catalogue) seen(ctx context.Context, sight access.Sight, list []archive.Change, err error) ([]archive.Change, error) {
	if err != nil || sight.Everything() {
		return list, fault("list changes", "", err)
	}
	return c.seenChanges(ctx, sight, list)
}

// eachChanges is how many changes EachChange has in hand at most.
const eachChanges = 2000

// EachChange passes ops and their changes by, the newest op first, as many of the changes of
// a long one at a time as memory may hold; more than one call may have the same op. The
// list is the function's to keep.
func (c *Catalogue) EachChange(ctx context.Context, sight access.Sight, f OpFilter, pass func([]archive.Op, []archive.Change) error) error {
	for before := archive.ID(0); ; {
		ops, err := c.OpsWhere(ctx, f, before, 500)
		if err != nil || len(ops) == 0 {
			return err
		}
		before = ops[len(ops)-1].ID
		for len(ops) > 0 {
			n, sum := 0, 0
			for n < len(ops) && (n == 0 || sum+ops[n].Changes <= eachChanges) {
				sum, n = sum+ops[n].Changes, n+1
			}
			if err := c.passChanges(ctx, sight, ops[:n], sum, pass); err != nil {
				return err
			}
			ops = ops[n:]
		}
	}
}

func (c *Catalogue) passChanges(ctx context.Context, sight access.Sight, ops []archive.Op, sum int, pass func([]archive.Op, []archive.Change) error) error {
	if sum <= eachChanges {
		keys := make([]archive.ID, len(ops))
		for i, o := range ops {
			keys[i] = o.ID
		}
		list, err := c.changesOf(ctx, sight, partOfOps, keys)
		if err != nil {
			return err
		}
		return pass(ops, list)
	}
	for last := 0; ; {
		var part []archive.Change
		err := rows(ctx, c.cat.read, partOfOp, []any{int64(ops[0].ID), last, eachChanges}, func(r *sql.Rows) error {
			ch, err := scanChange(r)
			part, last = append(part, ch), ch.Seq
			return err
		})
		n := len(part)
		if part, err = c.seen(ctx, sight, part, err); err != nil || n == 0 {
			return err
		}
		if err := pass(ops, part); err != nil {
			return err
		}
	}
}
