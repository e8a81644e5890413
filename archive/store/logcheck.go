package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"maps"
	"math"
	"slices"
	"sync"

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

	// Of rows of the tables, which are held against the log where that is whole.
	RowAltered LogFault = "row-altered" // it is not as the log left it
	RowMissing LogFault = "row-missing" // the log added it and never removed it
	RowForged  LogFault = "row-forged"  // the log never added it, or removed it
	RowEmptied LogFault = "row-emptied" // it stands, and its values in the log were taken away as if it had been purged
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

// BadOp is the first op of a log that does not fit. Op is zero where none is there. Where a
// row of a table does not fit, it is the last op that stated the row, and zero for none.
type BadOp struct {
	Op      archive.ID
	Station int
	Number  int
	Fault   LogFault
	Row     *BadRow // nil: the log itself does not fit
}

// LogCheck is what a walk along the log found.
type LogCheck struct {
	Ops     int      // that fit
	Purged  int      // of their changes, how many have no values any more: their digests alone stand for them
	Bad     *BadOp   // the first that does not fit; nil: all of them do, and the tables are as they left them
	Rows    []BadRow // of the tables that do not fit, the first hundred at most
	Earlier []Head   // ops with a time before that of the one before them: the clock was set back
}

// mostEarlier bounds how many are listed.
const mostEarlier = 100

// add puts what was found farther along behind what was found so far.
func (c *LogCheck) add(next LogCheck) {
	c.Ops, c.Purged, c.Bad = c.Ops+next.Ops, c.Purged+next.Purged, next.Bad
	c.Earlier = append(c.Earlier, next.Earlier...)
	c.Earlier = c.Earlier[:min(len(c.Earlier), mostEarlier)]
}

const (
	stationEnds = `SELECT station, number, digest FROM station ORDER BY station`
	nextStation = `SELECT MIN(o.station) FROM op o WHERE o.station > $1 AND o.number IS NOT NULL`
	logHeads    = `SELECT s.station, s.number, s.digest, o.id, o.time FROM station s JOIN op o ON o.station = s.station AND o.number = s.number
		ORDER BY s.station`
	strayOp  = `SELECT o.id, o.number FROM op o WHERE o.station = $1 AND o.number < 1 ORDER BY o.number LIMIT 1`
	digestAt = `SELECT o.digest FROM op o WHERE o.station = $1 AND o.number = $2`
	midOfLog = `SELECT o.digest, (SELECT MAX(x.time) FROM op x WHERE x.station = $1 AND x.number <= $2),
			(SELECT MAX(y.id) FROM op y WHERE y.station = $3 AND y.number <= $4)
		FROM op o WHERE o.station = $5 AND o.number = $6`
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

// Misfits tells of heads that were kept whether the log has them: "", OpMissing or
// HeadDiffers for each. It reads one row for each, and so says nothing of what lies between.
func (c *Catalogue) Misfits(ctx context.Context, kept []Head) ([]LogFault, error) {
	list := make([]LogFault, len(kept))
	for i, h := range kept {
		var digest []byte
		err := c.cat.read.QueryRowContext(ctx, digestAt, h.Station, h.Number).Scan(&digest)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			list[i] = OpMissing
		case err != nil:
			return nil, fault("read log", "", err)
		case hex.EncodeToString(digest) != h.Digest:
			list[i] = HeadDiffers
		}
	}
	return list, nil
}

// CheckLog walks every station's chain of digests, and holds it against heads that were
// kept elsewhere, and the tables against the log. Changes whose values were purged count by
// the digests that stayed. progress, which may be nil, is told now and then. One check runs
// at a time.
func (c *Catalogue) CheckLog(ctx context.Context, kept []Head, progress func(archive.Progress)) (LogCheck, error) {
	c.checking.Lock()
	defer c.checking.Unlock()
	var check LogCheck
	err := c.snapshot(ctx, func(db querier) error {
		ends, err := logEnds(ctx, db, kept)
		if err != nil {
			return err
		}
		told := teller{progress: progress}
		for _, e := range ends {
			told.total += e.number
		}
		beside, stop := context.WithCancel(ctx)
		defer stop()
		tables := c.newHeldCheck()
		if err := tables.begin(beside, db); err != nil {
			return err
		}
		defer tables.close(stop)
		for _, station := range slices.Sorted(maps.Keys(ends)) {
			found, err := c.checkStation(ctx, db, station, ends[station], kept, &told, tables.log)
			if check.add(found); err != nil || check.Bad != nil {
				return err
			}
		}
		check.Rows, err = tables.end(ctx, db)
		if len(check.Rows) > 0 {
			row := &check.Rows[0]
			check.Bad = &BadOp{Op: row.Op, Station: row.Station, Number: row.Number, Fault: row.Fault, Row: row}
		}
		return err
	})
	return check, fault("verify log", "", err)
}

// logEnds gives the end of the log of every station that has one, should have one, or has
// ops without being known.
func logEnds(ctx context.Context, db querier, kept []Head) (map[int]link, error) {
	ends := map[int]link{}
	for _, h := range kept {
		ends[h.Station] = link{digest: make([]byte, digestSize)}
	}
	for last := int64(math.MinInt64); ; {
		var next sql.NullInt64
		if err := db.QueryRowContext(ctx, nextStation, last).Scan(&next); err != nil {
			return nil, err
		}
		if !next.Valid {
			break
		}
		last = next.Int64
		ends[int(last)] = link{digest: make([]byte, digestSize)}
	}
	err := rows(ctx, db, stationEnds, nil, func(r *sql.Rows) error {
		var station int
		var e link
		err := r.Scan(&station, &e.number, &e.digest)
		ends[station] = e
		return err
	})
	return ends, err
}

// halved is from how many ops on a log is walked from its middle on, too.
const halved = 20_000

// checkStation walks one station's log: a long one in two halves side by side. The second
// begins with the digest that stands at the middle, which the first half proves.
func (c *Catalogue) checkStation(ctx context.Context, db querier, station int, end link, kept []Head, told *teller, said *heldSum) (LogCheck, error) {
	var stray archive.ID
	var number int
	err := db.QueryRowContext(ctx, strayOp, station).Scan(&stray, &number)
	if err == nil {
		return LogCheck{Bad: &BadOp{Op: stray, Station: station, Number: number, Fault: OpOutOfOrder}}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return LogCheck{}, err
	}
	whole := newLogWalk(station, kept, told, said)
	mid := end.number / 2
	if end.number < halved {
		mid = 0
	}
	second, err := whole.from(ctx, db, mid)
	if err != nil {
		return LogCheck{}, err
	}
	if second == nil {
		if err := whole.walk(ctx, db, end.number); err != nil {
			return whole.found, err
		}
		return whole.ended(ctx, db, end)
	}
	var failed error
	both, stop := context.WithCancel(ctx)
	defer stop()
	var first sync.WaitGroup
	first.Go(func() {
		// What it reads was there when the other half's state was taken, and does not change.
		failed = c.snapshot(both, func(db querier) error { return whole.walk(both, db, mid) })
		if failed != nil || whole.found.Bad != nil {
			stop()
		}
	})
	err = second.walk(both, db, end.number)
	if err != nil {
		stop()
	}
	first.Wait()
	check := whole.found
	switch {
	case check.Bad != nil:
		return check, nil
	case whole.prev.number < mid && failed == nil && err == nil:
		check.Bad = &BadOp{Station: station, Number: whole.prev.number + 1, Fault: OpMissing}
		return check, nil
	case failed != nil && (err == nil || errors.Is(failed, ctx.Err())):
		return check, failed
	case err != nil:
		return check, err
	}
	said.join(second.said)
	rest, err := second.ended(ctx, db, end)
	check.add(rest)
	return check, err
}

// VerifyLog is CheckLog for those who want no more than whether it fits: it returns how
// many ops there are, or Damaged with the first that does not fit.
func (c *Catalogue) VerifyLog(ctx context.Context) (ops int, err error) {
	check, err := c.CheckLog(ctx, nil, nil)
	if err == nil && check.Bad != nil {
		b := check.Bad
		err = archive.Errorf(archive.Damaged, "verify log", b.Op.String(), "op %d of station %d: %s", b.Number, b.Station, b.Fault)
		if b.Row != nil {
			err = archive.Errorf(archive.Damaged, "verify log", b.Op.String(), "op %d of station %d: %s: %+v", b.Number, b.Station, b.Fault, *b.Row)
		}
	}
	return check.Ops, err
}

// teller tells how far the halves have come together.
type teller struct {
	progress func(archive.Progress)
	mu       sync.Mutex
	done     int
	total    int
}

func (t *teller) tell(more int) {
	if t.progress == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done += more
	t.progress(archive.Progress{Done: t.done, Total: t.total})
}
