package fixity

import (
	"context"
	"errors"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// Alarm is what somebody has to look at.
type Alarm struct {
	Missing    int `json:"missing"` // originals, when they were last looked at
	Changed    int `json:"changed"`
	Unreadable int `json:"unreadable"`
	Late       int `json:"late"` // not read in the cycle, which should be over by now
	Away       int `json:"away"` // of those, on storage roots that are not connected
}

// Damaged is how many originals are not as they were received.
func (a Alarm) Damaged() int { return a.Missing + a.Changed + a.Unreadable }

// Status is how far the check of the originals has come. Times are Unix milliseconds, 0 for
// never and not known.
type Status struct {
	Settings
	Alarm
	Files, Read      int // originals with a digest, and those read in the cycle
	Bytes, ReadBytes int64
	Begun            int64        // of the cycle
	Ended            int64        // when all that could be were read
	Until            int64        // when the next cycle begins
	Ends             int64        // when all will be read, as it has gone until now
	Overdue          store.Amount // not read for longer than the period
	Waiting          store.Amount // left in the cycle on storage roots that are not connected
	Speed            float64      // bytes a second in the background, as last measured
	Running          bool         // the background has read within a minute
	Last             *Ended       // the cycle before; nil: there is none
}

// Alarm tells what somebody has to look at, from the catalogue, in no time worth mentioning
// while nothing is late.
func (c *Checker) Alarm(ctx context.Context) (Alarm, error) {
	s, err := c.Settings(ctx)
	if err != nil {
		return Alarm{}, err
	}
	now, err := c.read(ctx)
	if err != nil {
		return Alarm{}, err
	}
	return c.alarm(ctx, s, now)
}

func (c *Checker) alarm(ctx context.Context, s Settings, now cycle) (Alarm, error) {
	faults, err := c.opt.Catalogue.FixityFaults(ctx)
	a := Alarm{Missing: faults[archive.CopyMissing], Changed: faults[archive.CopyChanged], Unreadable: faults[archive.CopyUnreadable]}
	if err != nil || s.Days == 0 || now.Begun == 0 || now.Ended != 0 || c.now()-now.Begun < s.Period().Milliseconds() {
		return a, err
	}
	left, waiting, err := c.left(ctx, now.Begun)
	a.Late, a.Away = left.Files, waiting.Files
	return a, err
}

// left counts what was not read since a time, and how much of that is on roots that are
// not connected.
func (c *Checker) left(ctx context.Context, since int64) (left, waiting store.Amount, err error) {
	roots, err := c.roots(ctx)
	if err != nil {
		return left, waiting, err
	}
	for _, root := range roots {
		n, err := c.opt.Catalogue.FixityBefore(ctx, root, since)
		if err != nil {
			return left, waiting, err
		}
		left.Files, left.Bytes = left.Files+n.Files, left.Bytes+n.Bytes
		if root == 0 || n.Files == 0 {
			continue
		}
		switch _, err := c.opt.Originals.Dir(ctx, root); {
		case errors.Is(err, archive.ErrRootAbsent):
			waiting.Files, waiting.Bytes = waiting.Files+n.Files, waiting.Bytes+n.Bytes
		case err != nil:
			return left, waiting, err
		}
	}
	return left, waiting, nil
}

// isRunning is how long after the last note the background counts as at work.
const isRunning = time.Minute

// Status counts how far the check has come.
func (c *Checker) Status(ctx context.Context) (Status, error) {
	var out Status
	var err error
	if out.Settings, err = c.Settings(ctx); err != nil {
		return out, err
	}
	now, err := c.read(ctx)
	if err != nil {
		return out, err
	}
	if out.Alarm, err = c.alarm(ctx, out.Settings, now); err != nil {
		return out, err
	}
	totals, err := c.opt.Catalogue.FixityTotals(ctx)
	if err != nil {
		return out, err
	}
	for _, n := range totals {
		out.Files, out.Bytes = out.Files+n.Files, out.Bytes+n.Bytes
	}
	at := c.now()
	if out.Days > 0 {
		if out.Overdue, _, err = c.left(ctx, at-out.Period().Milliseconds()); err != nil {
			return out, err
		}
	}
	out.Begun, out.Ended, out.Speed, out.Last = now.Begun, now.Ended, now.Speed, now.Last
	out.Running = now.At != 0 && at-now.At < isRunning.Milliseconds() && now.Ended == 0
	if now.Begun == 0 {
		return out, nil
	}
	if out.Days > 0 {
		out.Until = now.Begun + out.Period().Milliseconds()
	}
	left, waiting, err := c.left(ctx, now.Begun)
	out.Read, out.ReadBytes, out.Waiting = out.Files-left.Files, out.Bytes-left.Bytes, waiting
	out.Ends = now.ends(at, left.Bytes-waiting.Bytes, out.ReadBytes)
	return out, err
}

// ends tells when all will be read: as the days went until now, with the hours in which the
// computer was off; on the first day by the speed alone.
func (n cycle) ends(at, left, read int64) int64 {
	const day = float64(24 * time.Hour / time.Millisecond)
	elapsed := float64(at - n.Begun)
	switch {
	case n.Ended != 0 || left <= 0:
		return 0
	case elapsed >= day && read > 0:
		return at + int64(float64(left)*elapsed/float64(read))
	case n.Speed > 0:
		return at + int64(float64(left)/n.Speed*1000)
	}
	return 0
}

// Damaged gives some of the originals that were found missing, changed or unreadable, in
// the order they came, behind one.
func (c *Checker) Damaged(ctx context.Context, after archive.ID, limit int) ([]Fault, error) {
	const never = int64(1) << 62
	list, err := c.opt.Catalogue.FixityFaulty(ctx, never, after, limit)
	faults := make([]Fault, len(list))
	for i, f := range list {
		faults[i] = Fault{File: f.File, Is: f.Fault, Since: f.Checked}
	}
	return faults, err
}

// NoteWhole notes a check of all originals of a root (zero: masters/) that began at a time
// and found only these damaged.
func (c *Checker) NoteWhole(ctx context.Context, root archive.ID, began time.Time, damaged []archive.FileCheck) error {
	at, was := began.UnixMilli(), map[archive.ID]archive.CopyFault{}
	for i := range damaged {
		damaged[i].Checked, was[damaged[i].File] = at, archive.CopyGood
	}
	for after := archive.ID(0); ; {
		list, err := c.opt.Catalogue.FixityFaulty(ctx, at, after, portionFiles)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		for _, f := range list {
			after = f.ID
			if _, still := was[f.ID]; !still && f.Root == root {
				damaged = append(damaged, archive.FileCheck{File: f.ID, SHA256: f.SHA256, Checked: at})
			}
			was[f.ID] = f.Fault
		}
	}
	if _, err := c.opt.Catalogue.Do(ctx, archive.Actor{}, archive.OpFixity, func(tx *store.Tx) error { return noteChecks(tx, damaged, was) }); err != nil {
		return archive.Wrap("note check of originals", root.String(), err)
	}
	return c.opt.Catalogue.NoteSound(ctx, root, at)
}

// noteChecks writes what was found; what became damaged, or good again, is in the log of
// changes.
func noteChecks(tx *store.Tx, checks []archive.FileCheck, was map[archive.ID]archive.CopyFault) error {
	if err := tx.NoteFixity(checks); err != nil {
		return err
	}
	for _, one := range checks {
		if was[one.File] == one.Fault {
			continue
		}
		if err := tx.Observe(one.File, map[string]string{"was": string(was[one.File]), "fault": string(one.Fault)}); err != nil {
			return err
		}
	}
	return nil
}
