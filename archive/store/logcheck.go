package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"

	"lantai/archive"
)

// LogFault is how an op of the log does not fit.
type LogFault string

// The faults.
const (
	OpMissing     LogFault = "missing"        // its number is not there
	OpAltered     LogFault = "altered"        // it is not what its digest was made of
	OpOutOfOrder  LogFault = "out-of-order"   // it does not follow the one before
	ChangeAltered LogFault = "change-altered" // a row it changed is missing, added or altered
	LogCutOff     LogFault = "cut-off"        // the log goes on behind its end, or ends before it
	HeadDiffers   LogFault = "head-differs"   // a head that was kept elsewhere says otherwise
)

// Head is the end of a station's log at some time. Kept on paper or on another disk, it
// proves that the log up to it was not written anew.
type Head struct {
	Station int
	Number  int // of the op, counted from 1 at each station
	Op      archive.ID
	Time    int64 // Unix milliseconds, UTC
	Digest  string
}

// BadOp is the first op of a log that does not fit. Op is zero where none is there.
type BadOp struct {
	Op      archive.ID
	Station int
	Number  int
	Fault   LogFault
}

// LogCheck is what a walk along the log found.
type LogCheck struct {
	Ops     int    // that fit
	Bad     *BadOp // nil: all of them do
	Earlier []Head // ops with a time before that of the one before them: the clock was set back
}

// mostEarlier bounds how many are listed.
const mostEarlier = 100

const (
	stationEnds = `SELECT station, number, digest FROM station ORDER BY station`
	logHeads    = `SELECT s.station, s.number, s.digest, o.id, o.time FROM station s JOIN op o ON o.station = s.station AND o.number = s.number
		ORDER BY s.station`
	wholeLog = `SELECT o.id, o.actor, o.number, o.time, o.kind, o.changes, o.digest, o.prev,
			COALESCE(ch.seq, 0), COALESCE(ch.noun, ''), COALESCE(ch.id, 0), ch.before, ch.after, ch.salt, ch.digest
		FROM op o LEFT JOIN change ch ON ch.op = o.id WHERE o.station = $1 AND o.number > 0 ORDER BY o.number, ch.seq`
)

// Heads gives the end of every station's log.
func (c *Catalogue) Heads(ctx context.Context) ([]Head, error) {
	var list []Head
	err := rows(ctx, c.cat.read, logHeads, nil, func(r *sql.Rows) error {
		var h Head
		var digest []byte
		err := r.Scan(&h.Station, &h.Number, &digest, &h.Op, &h.Time)
		h.Digest = hex.EncodeToString(digest)
		list = append(list, h)
		return err
	})
	return list, fault("read log", "", err)
}

// CheckLog walks every station's chain of digests, and holds it against heads that were
// kept elsewhere. Changes whose values were purged count by the digests that stayed.
// progress, which may be nil, is told now and then.
func (c *Catalogue) CheckLog(ctx context.Context, kept []Head, progress func(archive.Progress)) (LogCheck, error) {
	const doing = "verify log"
	var check LogCheck
	err := c.snapshot(ctx, func(db querier) error {
		ends := map[int]link{}
		var stations []int
		total := 0
		if err := rows(ctx, db, stationEnds, nil, func(r *sql.Rows) error {
			var station int
			var e link
			err := r.Scan(&station, &e.number, &e.digest)
			stations, ends[station] = append(stations, station), e
			total += e.number
			return err
		}); err != nil {
			return err
		}
		for _, station := range stations {
			w := logWalk{check: &check, station: station, end: ends[station], kept: kept,
				prev: link{digest: make([]byte, digestSize)}, tell: func(done int) {
					if progress != nil {
						progress(archive.Progress{Done: done, Total: total})
					}
				}}
			if err := w.walk(ctx, db); err != nil || check.Bad != nil {
				return err
			}
		}
		return nil
	})
	return check, fault(doing, "", err)
}

// VerifyLog is CheckLog for those who want no more than whether it fits: it returns how
// many ops there are, or Damaged with the first that does not fit.
func (c *Catalogue) VerifyLog(ctx context.Context) (ops int, err error) {
	check, err := c.CheckLog(ctx, nil, nil)
	if err == nil && check.Bad != nil {
		b := check.Bad
		err = archive.Errorf(archive.Damaged, "verify log", b.Op.String(), "op %d of station %d: %s", b.Number, b.Station, b.Fault)
	}
	return check.Ops, err
}

// logWalk goes along the log of one station.
type logWalk struct {
	check   *LogCheck
	station int
	end     link
	kept    []Head
	tell    func(done int)

	prev link       // the last op that fits
	time int64      // the latest so far
	last archive.ID // the highest so far

	o       archive.Op // in hand; its number is 0 before the first
	number  int
	root    []byte // running digest of its changes; nil: one does not fit
	changes int    // seen of it
}

// tellEvery is after how many ops progress is told.
const tellEvery = 5000

func (w *logWalk) walk(ctx context.Context, db querier) error {
	err := rows(ctx, db, wholeLog, []any{w.station}, func(r *sql.Rows) error {
		if w.check.Bad != nil {
			return nil
		}
		o := archive.Op{Station: w.station}
		var ch change
		var number int
		var before, after sql.NullString
		if err := r.Scan(&o.ID, &o.Actor, &number, &o.Time, &o.Kind, &o.Changes, &o.Digest, &o.Prev,
			&ch.Seq, &ch.Noun, &ch.ID, &before, &after, &ch.salt, &ch.digest); err != nil {
			return err
		}
		if number != w.number {
			w.endOp()
			w.o, w.number, w.root, w.changes = o, number, make([]byte, digestSize), 0
		}
		if ch.Seq != 0 {
			ch.Op, ch.Before, ch.After = o.ID, before.String, after.String
			w.addChange(ch)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.endOp()
	switch {
	case w.check.Bad != nil:
	case w.prev.number < w.end.number:
		w.bad(0, w.prev.number+1, OpMissing)
	case w.prev.number > w.end.number || !bytes.Equal(w.prev.digest, w.end.digest):
		w.bad(w.o.ID, w.prev.number, LogCutOff)
	}
	for _, h := range w.kept {
		if h.Station == w.station && h.Number > w.prev.number && w.check.Bad == nil {
			w.bad(0, w.prev.number+1, OpMissing)
		}
	}
	return nil
}

func (w *logWalk) bad(op archive.ID, number int, f LogFault) {
	w.check.Bad = &BadOp{Op: op, Station: w.station, Number: number, Fault: f}
}

func (w *logWalk) addChange(ch change) {
	w.changes++
	if ch.Seq != w.changes || ch.salt != nil && !bytes.Equal(ch.digest, changeDigest(ch.Change, ch.salt)) {
		w.root = nil
	}
	if w.root != nil {
		w.root = fold(w.root, ch.digest)
	}
}

// endOp holds the op in hand against the one before and against its digest.
func (w *logWalk) endOp() {
	switch {
	case w.number == 0 || w.check.Bad != nil:
		return
	case w.number != w.prev.number+1:
		w.bad(0, w.prev.number+1, OpMissing)
		return
	case w.root == nil || w.changes != w.o.Changes:
		w.bad(w.o.ID, w.number, ChangeAltered)
		return
	case !bytes.Equal(w.o.Prev, w.prev.digest):
		w.bad(w.o.ID, w.number, OpOutOfOrder)
		return
	case !bytes.Equal(w.o.Digest, opDigest(w.o, w.number, w.changes, w.root)):
		w.bad(w.o.ID, w.number, OpAltered)
		return
	}
	for _, h := range w.kept {
		if h.Station == w.station && h.Number == w.number && h.Digest != hex.EncodeToString(w.o.Digest) {
			w.bad(w.o.ID, w.number, HeadDiffers)
			return
		}
	}
	// A long write has the time of its beginning, and an id from then too.
	if w.o.Time < w.time && w.o.ID > w.last && len(w.check.Earlier) < mostEarlier {
		w.check.Earlier = append(w.check.Earlier, Head{Station: w.station, Number: w.number, Op: w.o.ID, Time: w.o.Time, Digest: hex.EncodeToString(w.o.Digest)})
	}
	w.time, w.last = max(w.time, w.o.Time), max(w.last, w.o.ID)
	w.prev = link{w.number, w.o.Digest}
	if w.check.Ops++; w.check.Ops%tellEvery == 0 {
		w.tell(w.check.Ops)
	}
}
