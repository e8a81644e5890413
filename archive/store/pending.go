package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lantai/archive"
)

// longLease is how long a long write may be silent before another process may take
// it for dead and roll it back.
const longLease = 10 * time.Minute

// Long is a long write under a pending op. It is for one goroutine.
type Long struct {
	c  *Catalogue
	op archive.ID
}

const (
	beginPending = `INSERT INTO op (id, actor, station, number, time, kind, changes, digest, prev)
		VALUES ($1, $2, $3, NULL, $4, $5, 0, NULL, NULL)`
	addPending  = `INSERT INTO pending (op, lease, root) VALUES ($1, $2, $3)`
	readPending = `SELECT o.actor, o.station, o.time, o.kind, o.changes, p.root
		FROM pending p JOIN op o ON o.id = p.op WHERE p.op = $1 AND p.lease > 0`
	setPending   = `UPDATE pending SET lease = $1, root = $2 WHERE op = $3`
	setChanges   = `UPDATE op SET changes = $1 WHERE id = $2`
	dropPending  = `DELETE FROM pending WHERE op = $1`
	dropOp       = `DELETE FROM op WHERE id = $1`
	makeLive     = `UPDATE op SET number = $1, digest = $2, prev = $3 WHERE id = $4`
	countPending = `INSERT INTO tally (node, kind, access_class, n)
		SELECT p.node, p.kind, p.access_class, p.n FROM tally_pending p WHERE p.op = $1
		ON CONFLICT (node, kind, access_class) DO UPDATE SET n = tally.n + excluded.n`
	dropPendingCount = `DELETE FROM tally_pending WHERE op = $1`
	deadPending      = `SELECT op FROM pending WHERE lease < $1`
	doomPending      = `UPDATE pending SET lease = 0 WHERE op = $1`
	lastChanges      = `SELECT seq, noun, id FROM change WHERE op = $1 ORDER BY seq DESC LIMIT 500`
	dropChange       = `DELETE FROM change WHERE op = $1 AND seq = $2`
)

// Begin starts a long write. What its chunks add is invisible until Finish, also to
// other processes; a crash takes it back, at an Open after its lease of ten minutes.
func (c *Catalogue) Begin(ctx context.Context, actor archive.Actor, kind archive.OpKind) (*Long, error) {
	l := &Long{c: c}
	err := c.inTx(ctx, func(t *Tx, _ link) error {
		l.op = t.NewID()
		if _, err := t.tx.ExecContext(ctx, beginPending, int64(l.op), int64(actor.ID), c.station, c.millis(), string(kind)); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, addPending, int64(l.op), c.leaseEnd(), make([]byte, digestSize))
		return err
	})
	return l, fault(opWords(kind), "", err)
}

func (c *Catalogue) leaseEnd() int64 { return c.millis() + longLease.Milliseconds() }

// inPending opens a Tx that goes on with the op.
func (l *Long) inPending(ctx context.Context, fn func(t *Tx, o loggedOp, root []byte, prev link) error) error {
	return l.c.inTx(ctx, func(t *Tx, prev link) error {
		o := loggedOp{Op: archive.Op{ID: l.op}}
		var root []byte
		err := t.tx.QueryRowContext(ctx, readPending, int64(l.op)).Scan(&o.Actor, &o.Station, &o.Time, &o.Kind, &o.changes, &root)
		if errors.Is(err, sql.ErrNoRows) {
			return archive.Errorf(archive.Conflict, "go on with long write", l.op.String(), "it has ended or was taken back")
		}
		if err != nil {
			return err
		}
		t.op, t.long, t.seq = l.op, true, o.changes
		return fn(t, o, root, prev)
	})
}

// Chunk commits fn as one part of the long write. fn may add rows, not change any;
// keep it to about 50 ms, since others wait.
func (l *Long) Chunk(ctx context.Context, fn func(*Tx) error) error {
	return fault("go on with long write", l.op.String(), l.inPending(ctx, func(t *Tx, _ loggedOp, root []byte, _ link) error {
		if err := fn(t); err != nil {
			return err
		}
		if err := t.flush(); err != nil {
			return err
		}
		if err := t.writeChanges(); err != nil {
			return err
		}
		if _, err := t.tx.ExecContext(ctx, setChanges, t.seq, int64(l.op)); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, setPending, l.c.leaseEnd(), t.foldChanges(root), int64(l.op))
		return err
	}))
}

// Finish makes all that was added visible at once and returns the op; zero if nothing
// was.
func (l *Long) Finish(ctx context.Context) (archive.ID, error) {
	op := l.op
	err := l.inPending(ctx, func(t *Tx, o loggedOp, root []byte, prev link) error {
		for _, q := range []string{countPending, dropPendingCount, dropPending} {
			if _, err := t.tx.ExecContext(ctx, q, int64(l.op)); err != nil {
				return err
			}
		}
		if o.changes == 0 {
			op = 0
			_, err := t.tx.ExecContext(ctx, dropOp, int64(l.op))
			return err
		}
		o.Prev = prev.digest
		digest := opDigest(o.Op, prev.number+1, o.changes, root)
		if _, err := t.tx.ExecContext(ctx, makeLive, prev.number+1, digest, o.Prev, int64(l.op)); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, setStation, int64(t.last), prev.number+1, digest, l.c.station)
		return err
	})
	if err != nil {
		return 0, fault("finish long write", l.op.String(), err)
	}
	return op, nil
}

// Abandon takes back all that was added. A long write that has ended is left alone.
func (l *Long) Abandon(ctx context.Context) error {
	return fault("take back long write", l.op.String(), l.c.rollBack(ctx, l.op))
}

// rollBackLeftovers takes back the long writes of processes that are gone.
func (c *Catalogue) rollBackLeftovers(ctx context.Context) error {
	dead, err := ids(ctx, c.cat.read, deadPending, c.millis())
	for _, op := range dead {
		if err := c.rollBack(ctx, op); err != nil {
			return err
		}
	}
	return err
}

// rollBack deletes what a pending op added, last first, in steps; cut off, it is taken
// up again by the next one. The first step makes sure that the op never goes on.
func (c *Catalogue) rollBack(ctx context.Context, op archive.ID) error {
	for done := false; !done; {
		if err := c.inTx(ctx, func(t *Tx, _ link) error {
			res, err := t.tx.ExecContext(ctx, doomPending, int64(op))
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				done = true
				return err
			}
			more, err := t.dropStep(op)
			if err != nil || more {
				return err
			}
			done = true
			for _, q := range []string{dropPendingCount, dropPending, dropOp} {
				if _, err := t.tx.ExecContext(ctx, q, int64(op)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// dropStep deletes the rows of an op's last changes, and tells whether there were any.
func (t *Tx) dropStep(op archive.ID) (bool, error) {
	var list []archive.Change
	if err := rows(t.ctx, t.tx, lastChanges, []any{int64(op)}, func(r *sql.Rows) error {
		var ch archive.Change
		err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID)
		list = append(list, ch)
		return err
	}); err != nil {
		return false, err
	}
	for _, ch := range list {
		for _, table := range tablesOf(ch.Noun) {
			if _, err := t.tx.ExecContext(t.ctx, "DELETE FROM "+table+" WHERE id = $1", int64(ch.ID)); err != nil {
				return false, err
			}
		}
		if _, err := t.tx.ExecContext(t.ctx, dropChange, int64(op), ch.Seq); err != nil {
			return false, err
		}
	}
	return len(list) > 0, nil
}

// tablesOf gives the tables that have rows of a noun, those that refer to others first.
func tablesOf(noun string) []string {
	switch noun {
	case nounFile, nounPage, nounBatch:
		return []string{noun}
	case nounRoot:
		return []string{"storage_root"}
	}
	return []string{blankSheet(archive.HoldingKind(noun)).table, "holding"}
}
