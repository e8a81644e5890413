package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

// longLease is how long a long write may be silent before another process may take
// it for dead and roll it back; it is renewed every longBeat, also while the writer
// rests.
const (
	longLease = 30 * time.Second
	longBeat  = 5 * time.Second
)

// Long is a long write under a pending op. It is for one goroutine.
type Long struct {
	c    *Catalogue
	who  access.Actor
	op   archive.ID
	stop context.CancelFunc // of what renews the lease
}

// Op is the id of the op that the write will be once it is live.
func (l *Long) Op() archive.ID { return l.op }

const (
	beginPending = `INSERT INTO op (id, actor, station, number, time, kind, changes, digest, prev)
		VALUES ($1, $2, $3, NULL, $4, $5, 0, NULL, NULL)`
	addPending  = `INSERT INTO pending (op, lease, root) VALUES ($1, $2, $3)`
	readPending = `SELECT o.actor, o.station, o.time, o.kind, o.Changes, p.root
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
	beatPending      = `UPDATE pending SET lease = $1 WHERE op = $2 AND lease > 0`
	leasesOf         = `SELECT p.op, p.lease FROM pending p JOIN op o ON o.id = p.op WHERE o.kind = $1 AND p.lease > 0 ORDER BY p.op`
)

// Begin starts a long write. What its chunks add is invisible until Finish, also to
// other processes; a crash takes it back, at an Open or [Catalogue.Alone] after its
// lease of half a minute.
func (c *Catalogue) Begin(ctx context.Context, actor archive.Actor, kind archive.OpKind) (*Long, error) {
	l := &Long{c: c, stop: func() {}}
	var err error
	if l.who, err = c.enter(ctx, actor, kind); err != nil {
		return nil, err
	}
	err = c.inTx(ctx, func(t *Tx, _ link) error {
		l.op = t.NewID()
		if _, err := t.tx.ExecContext(ctx, beginPending, int64(l.op), int64(actor.ID), c.station, c.millis(), string(kind)); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, addPending, int64(l.op), c.leaseEnd(), make([]byte, digestSize))
		return err
	})
	if err == nil && c.beats {
		var beating context.Context
		beating, l.stop = context.WithCancel(context.Background())
		go l.beat(beating)
	}
	return l, fault(opWords(kind), "", err)
}

// beat renews the lease until the write ends. A beat that fails is left to the next:
// the lease outlasts several.
func (l *Long) beat(ctx context.Context) {
	tick := time.NewTicker(longBeat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = l.c.cat.write.ExecContext(ctx, beatPending, l.c.leaseEnd(), int64(l.op))
		case <-ctx.Done():
			return
		}
	}
}

// Alone takes back the long writes of a kind that a crash cut off, so that their codes
// are free again; it waits for as long as their leases run. It is Busy when one of
// them goes on.
func (c *Catalogue) Alone(ctx context.Context, kind archive.OpKind) error {
	const doing = "start long write"
	var first map[archive.ID]int64
	for {
		if left, err := c.rollBackLeftovers(ctx); left != nil || err != nil {
			return fault(doing, string(kind), errors.Join(left, err))
		}
		now := map[archive.ID]int64{}
		if err := rows(ctx, c.cat.read, leasesOf, []any{string(kind)}, func(r *sql.Rows) error {
			var op archive.ID
			var lease int64
			err := r.Scan(&op, &lease)
			now[op] = lease
			return err
		}); err != nil {
			return fault(doing, string(kind), err)
		}
		if len(now) == 0 {
			return nil
		}
		if first == nil {
			first = now
		}
		for op, lease := range now {
			if was, ok := first[op]; !ok || lease != was {
				return archive.Errorf(archive.Busy, doing, op.String(), "another one goes on")
			}
		}
		select {
		case <-time.After(longBeat / 10):
		case <-ctx.Done():
			return fault(doing, string(kind), ctx.Err())
		}
	}
}

func (c *Catalogue) leaseEnd() int64 { return c.millis() + longLease.Milliseconds() }

// inPending opens a Tx that goes on with the op.
func (l *Long) inPending(ctx context.Context, fn func(t *Tx, o archive.Op, root []byte, prev link) error) error {
	return l.c.inTx(ctx, func(t *Tx, prev link) error {
		o := archive.Op{ID: l.op}
		var root []byte
		err := t.tx.QueryRowContext(ctx, readPending, int64(l.op)).Scan(&o.Actor, &o.Station, &o.Time, &o.Kind, &o.Changes, &root)
		if errors.Is(err, sql.ErrNoRows) {
			return archive.Errorf(archive.Conflict, "go on with long write", l.op.String(), "it has ended or was taken back")
		}
		if err != nil {
			return err
		}
		t.who, t.op, t.long, t.seq = l.who, l.op, true, o.Changes
		return fn(t, o, root, prev)
	})
}

// Chunk commits fn as one part of the long write. fn may add rows, not change any;
// keep it to about 50 ms, since others wait.
func (l *Long) Chunk(ctx context.Context, fn func(*Tx) error) error {
	return fault("go on with long write", l.op.String(), l.inPending(ctx, func(t *Tx, _ archive.Op, root []byte, _ link) error {
		if err := fn(t); err != nil {
			return err
		}
		_, err := l.write(t, root)
		return err
	}))
}

// write puts what a chunk did into the catalogue and gives the running digest.
func (l *Long) write(t *Tx, root []byte) ([]byte, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	if err := t.writeChanges(); err != nil {
		return nil, err
	}
	if _, err := t.tx.ExecContext(t.ctx, setChanges, t.seq, int64(l.op)); err != nil {
		return nil, err
	}
	root = t.foldChanges(root)
	_, err := t.tx.ExecContext(t.ctx, setPending, l.c.leaseEnd(), root, int64(l.op))
	return root, err
}

// Finish makes all that was added visible at once and returns the op; zero if nothing
// was.
func (l *Long) Finish(ctx context.Context) (archive.ID, error) { return l.FinishWith(ctx, nil) }

// FinishWith is Finish with a last part in the same transaction, which may change and
// remove rows too: what it does and what was added become visible together. Others wait
// meanwhile.
func (l *Long) FinishWith(ctx context.Context, last func(*Tx) error) (archive.ID, error) {
	op := l.op
	err := l.inPending(ctx, func(t *Tx, o archive.Op, root []byte, prev link) error {
		if last != nil {
			t.long = false
			if err := last(t); err != nil {
				return err
			}
			var err error
			if root, err = l.write(t, root); err != nil {
				return err
			}
			o.Changes = t.seq
		}
		for _, q := range []string{countPending, dropPendingCount, dropPending} {
			if _, err := t.tx.ExecContext(ctx, q, int64(l.op)); err != nil {
				return err
			}
		}
		if o.Changes == 0 {
			op = 0
			_, err := t.tx.ExecContext(ctx, dropOp, int64(l.op))
			return err
		}
		o.Prev = prev.digest
		digest := opDigest(o, prev.number+1, o.Changes, root)
		if _, err := t.tx.ExecContext(ctx, makeLive, prev.number+1, digest, o.Prev, int64(l.op)); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx, setStation, int64(t.last), prev.number+1, digest, l.c.station)
		return err
	})
	if err != nil {
		return 0, fault("finish long write", l.op.String(), err)
	}
	l.stop()
	return op, nil
}
