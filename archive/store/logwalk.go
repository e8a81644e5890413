package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"lantai/archive"
)

const (
	opsOfLog = `SELECT o.id, o.actor, o.number, o.time, o.kind, o.changes, o.digest, o.prev FROM op o
		WHERE o.station = $1 AND o.number > $2 AND o.number <= $3 ORDER BY o.number LIMIT $4`
	changesOfLog = `SELECT o.number, ch.seq, ch.noun, ch.id, ch.before, ch.after, ch.salt, ch.digest FROM op o JOIN change ch ON ch.op = o.id
		WHERE o.station = $1 AND o.number >= $2 AND o.number <= $3 ORDER BY o.number, ch.seq`
	opBehind = `SELECT o.id FROM op o WHERE o.station = $1 AND o.number > $2 ORDER BY o.number LIMIT 1`
)

// walkedOps is how many ops are in hand; their changes pass by one by one.
const walkedOps = 1000

// walkedOp is an op in hand. Its bytes are used again for another.
type walkedOp struct {
	archive.Op
	number int
	kind   []byte
}

// logWalk goes along a stretch of the log of one station.
type logWalk struct {
	station  int
	heads    map[int][]string // kept elsewhere, by number
	farthest int              // of them
	told     *teller
	said     *heldSum // of the tables, what the changes say
	found    LogCheck

	prev   link       // the last op that fits
	lastOp archive.ID // its id
	time   int64      // the latest so far
	last   archive.ID // the highest so far

	ops     []walkedOp
	at      int    // the op among them whose changes come
	root    []byte // running digest of its changes
	fits    bool   // they are what their digests say
	changes int    // seen of it
	purged  int    // of them
	buf     []byte
}

func newLogWalk(station int, kept []Head, told *teller, said *heldSum) *logWalk {
	w := &logWalk{station: station, heads: map[int][]string{}, told: told, said: said, prev: link{digest: make([]byte, digestSize)},
		ops: make([]walkedOp, walkedOps), root: make([]byte, digestSize)}
	for _, h := range kept {
		if h.Station == station {
			w.heads[h.Number] = append(w.heads[h.Number], h.Digest)
			w.farthest = max(w.farthest, h.Number)
		}
	}
	return w
}

// from gives a walk that goes on behind an op, as if w had come there; nil where it does
// not stand.
func (w *logWalk) from(ctx context.Context, db querier, number int) (*logWalk, error) {
	if number == 0 {
		return nil, nil
	}
	next := newLogWalk(w.station, nil, w.told, newHeldSum(w.said.held, w.said.seed))
	next.heads, next.farthest, next.prev.number = w.heads, w.farthest, number
	found := false
	err := rows(ctx, db, midOfLog, []any{w.station, number, w.station, number, w.station, number}, func(r *sql.Rows) error {
		found = true
		return r.Scan(&next.prev.digest, &next.time, &next.last)
	})
	if err != nil || !found {
		return nil, err
	}
	return next, nil
}

// walk goes on to an op's number, or behind it to the end of the log if that is the end.
func (w *logWalk) walk(ctx context.Context, db querier, upTo int) error {
	for w.found.Bad == nil {
		n := 0
		if err := rows(ctx, db, opsOfLog, []any{w.station, w.prev.number, upTo, walkedOps}, func(r *sql.Rows) error {
			n++
			return w.ops[n-1].scan(r, w.station)
		}); err != nil || n == 0 {
			return err
		}
		w.ops = w.ops[:n]
		w.begin(0)
		before := w.found.Ops
		ch := walkedChange{}
		err := rows(ctx, db, changesOfLog, []any{w.station, w.ops[0].number, w.ops[n-1].number}, func(r *sql.Rows) error {
			if w.found.Bad != nil {
				return errEnough
			}
			if err := ch.scan(r); err != nil {
				return err
			}
			for w.found.Bad == nil && w.at < n && int64(w.ops[w.at].number) < ch.number {
				w.endOp()
			}
			if w.found.Bad == nil && w.at < n {
				w.addChange(&ch)
			}
			return nil
		})
		if err != nil && err != errEnough {
			return err
		}
		for w.at < n && w.found.Bad == nil {
			w.endOp()
		}
		w.ops = w.ops[:walkedOps]
		w.told.tell(w.found.Ops - before)
	}
	return nil
}

// errEnough ends a reading whose rest does not matter.
var errEnough = errors.New("enough was read")

// scan reads a row of opsOfLog.
func (o *walkedOp) scan(r *sql.Rows, station int) error {
	var id, actor, number, at, changes any // as the driver has them: into a number they would go through a text
	var kind, digest, prev sql.RawBytes
	if err := r.Scan(&id, &actor, &number, &at, &kind, &changes, &digest, &prev); err != nil {
		return err
	}
	o.Station = station
	o.kind, o.Digest, o.Prev = append(o.kind[:0], kind...), append(o.Digest[:0], digest...), append(o.Prev[:0], prev...)
	if string(o.Kind) != string(o.kind) {
		o.Kind = archive.OpKind(o.kind)
	}
	var n, c int64
	if err := numbers([]any{id, actor, number, at, changes}, (*int64)(&o.ID), (*int64)(&o.Actor), &n, &o.Time, &c); err != nil {
		return err
	}
	o.number, o.Changes = int(n), int(c)
	return nil
}

// walkedChange is a change as it passes by; its bytes are the driver's until the next one.
type walkedChange struct {
	number, seq               int64
	id                        int64
	noun                      sql.RawBytes
	before, after, salt, hash sql.RawBytes
}

// scan reads a row of changesOfLog.
func (ch *walkedChange) scan(r *sql.Rows) error {
	var number, seq, id any
	if err := r.Scan(&number, &seq, &ch.noun, &id, &ch.before, &ch.after, &ch.salt, &ch.hash); err != nil {
		return err
	}
	return numbers([]any{number, seq, id}, &ch.number, &ch.seq, &ch.id)
}

// numbers puts values that drivers give into numbers.
func numbers(values []any, into ...*int64) error {
	for i, v := range values {
		n, ok := v.(int64)
		if !ok {
			return fmt.Errorf("%v is no number", v)
		}
		*into[i] = n
	}
	return nil
}

func (w *logWalk) bad(op archive.ID, number int, f LogFault) {
	w.found.Bad = &BadOp{Op: op, Station: w.station, Number: number, Fault: f}
}

// begin goes to an op in hand.
func (w *logWalk) begin(at int) {
	w.at, w.fits, w.changes, w.purged = at, true, 0, 0
	clear(w.root)
}

func (w *logWalk) addChange(ch *walkedChange) {
	w.changes++
	switch {
	case ch.seq != int64(w.changes):
		w.fits = false
	case ch.salt != nil:
		w.buf = appendChange(w.buf[:0], w.ops[w.at].ID, w.changes, ch.noun, archive.ID(ch.id), ch.before, ch.after, ch.salt)
		sum := sha256.Sum256(w.buf)
		w.fits = w.fits && bytes.Equal(ch.hash, sum[:])
	case ch.before != nil || ch.after != nil: // a purge leaves none
		w.fits = false
	default:
		w.purged++
	}
	w.said.change(int64(w.ops[w.at].ID), ch.id, ch.noun, ch.before, ch.after)
	w.buf = append(append(w.buf[:0], w.root...), ch.hash...)
	sum := sha256.Sum256(w.buf)
	copy(w.root, sum[:])
}

// endOp holds the op in hand against the one before and against its digest, and goes to
// the next.
func (w *logWalk) endOp() {
	o := &w.ops[w.at]
	switch {
	case o.number != w.prev.number+1:
		w.bad(0, w.prev.number+1, OpMissing)
		return
	case !w.fits || w.changes != o.Changes:
		w.bad(o.ID, o.number, ChangeAltered)
		return
	case !bytes.Equal(o.Prev, w.prev.digest):
		w.bad(o.ID, o.number, OpOutOfOrder)
		return
	}
	w.buf = appendOp(w.buf[:0], o.Op, o.number, w.changes, w.root)
	if sum := sha256.Sum256(w.buf); !bytes.Equal(o.Digest, sum[:]) {
		w.bad(o.ID, o.number, OpAltered)
		return
	}
	for _, digest := range w.heads[o.number] {
		if digest != hex.EncodeToString(o.Digest) {
			w.bad(o.ID, o.number, HeadDiffers)
			return
		}
	}
	// A long write has the time of its beginning, and an id from then too.
	if o.Time < w.time && o.ID > w.last && len(w.found.Earlier) < mostEarlier {
		w.found.Earlier = append(w.found.Earlier, Head{Station: w.station, Number: o.number, Op: o.ID, Time: o.Time, Digest: hex.EncodeToString(o.Digest)})
	}
	w.time, w.last = max(w.time, o.Time), max(w.last, o.ID)
	w.prev.number, w.prev.digest = o.number, append(w.prev.digest[:0], o.Digest...)
	w.lastOp = o.ID
	w.found.Ops, w.found.Purged = w.found.Ops+1, w.found.Purged+w.purged
	w.begin(w.at + 1)
}

// ended says whether the log ends where its station says, and reaches what was kept elsewhere.
func (w *logWalk) ended(ctx context.Context, db querier, end link) (LogCheck, error) {
	if w.found.Bad != nil {
		return w.found, nil
	}
	var beyond archive.ID
	err := db.QueryRowContext(ctx, opBehind, w.station, end.number).Scan(&beyond)
	switch {
	case err == nil && w.prev.number == end.number:
		w.bad(beyond, end.number+1, LogCutOff)
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return w.found, err
	case w.prev.number < end.number, w.farthest > end.number && bytes.Equal(w.prev.digest, end.digest):
		w.bad(0, w.prev.number+1, OpMissing)
	case !bytes.Equal(w.prev.digest, end.digest):
		w.bad(w.lastOp, w.prev.number, LogCutOff)
	}
	return w.found, nil
}
