package offsite

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// RunOptions change how a run works; the zero value copies as fast as it can.
type RunOptions struct {
	Progress func(Progress)                               // called now and then
	Hold     func(ctx context.Context) error              // asked before each group of files; an error ends the run there, as one that goes on next time
	Pace     func(ctx context.Context, bytes int64) error // told of each block that was copied; may wait
	Slow     bool                                         // at the lowest priority
}

// Held is the cause of a Stopped error when a run was to go on another time: Because of its
// hours, or because a person has it rest.
type Held struct{ Because Why }

// Error gives the English form.
func (h *Held) Error() string { return "it goes on another time: " + string(h.Because) }

// Report is the outcome of a run.
type Report struct {
	Copied   int       `json:"copied"`
	Already  int       `json:"already"`
	Bytes    int64     `json:"bytes"` // of those copied
	Failed   []Failure `json:"failed"`
	Complete bool      `json:"complete"` // all that may be copied lies at the target
	Waiting  Waiting   `json:"waiting"`
	Away     []Away    `json:"away"`           // storage roots that are not connected
	Full     []int     `json:"full,omitempty"` // numbers of media that became full
	Snapshot string    `json:"snapshot"`       // folder of the newest catalogue at the target
	Millis   int64     `json:"ms"`

	away  map[archive.ID]int
	began time.Time
	noted bool
	bad   []archive.File // originals whose content is not what was received
	op    archive.ID     // of the run in the log
}

// Away is a storage root that is not connected, with what waits there.
type Away struct {
	Root  archive.ID `json:"root"`
	Label string     `json:"label"`
	Files int        `json:"files"`
}

func newReport() Report {
	return Report{Failed: []Failure{}, Away: []Away{}, away: map[archive.ID]int{}}
}

// fail notes a file that was not copied. Where its root is absent it only waits.
func (r *Report) fail(f archive.File, err error) {
	if errors.Is(err, archive.ErrRootAbsent) {
		r.away[f.Root]++
		return
	}
	if archive.KindOf(err) == archive.Damaged {
		r.bad = append(r.bad, f)
	}
	r.Failed = append(r.Failed, Failure{Path: f.Path, Reason: reasonOf(err), File: f.ID, Detail: err.Error()})
}

// Run copies what a target does not have, and the catalogue and texts as they are now. One that is
// cut off, by whatever, is simply run again. Errors: Unavailable with ErrNotConnected; Busy while another
// copies there; NoSpace when all its media are full; Stopped. The report says what was done in any case.
func (c *Copier) Run(ctx context.Context, actor archive.Actor, t archive.Target, opt RunOptions) (Report, error) {
	begun := c.opt.Now()
	r := newReport()
	r.began = begun
	settings, err := ReadSettings(t)
	if err == nil {
		opt.Pace = paceOf(settings.Limit, opt.Pace)
		err = c.remember(ctx, t, func(h History) History { h.Begun, h.Open = begun.UnixMilli(), true; return h })
	}
	if err != nil {
		return r, archive.Wrap("copy to target", t.Name, err)
	}
	err = c.run(ctx, actor, t, opt, &r)
	r.Millis = c.opt.Now().Sub(begun).Milliseconds()
	for root, n := range r.away {
		r.Waiting.Away += n
		r.Away = append(r.Away, Away{Root: root, Label: c.rootLabel(ctx, root), Files: n})
	}
	r.Waiting.Failed = len(r.Failed)
	r.Complete = r.Complete && err == nil // the catalogue belongs to it
	if err != nil && !r.noted {
		err = errors.Join(err, c.note(context.WithoutCancel(ctx), actor, t, &r, err))
	}
	end := context.WithoutCancel(ctx)
	err = errors.Join(err, c.ended(end, t, err), c.damaged(end, r.bad))
	return r, archive.Wrap("copy to target", t.Name, err)
}

// damaged notes originals that were found damaged at home while they were copied.
func (c *Copier) damaged(ctx context.Context, files []archive.File) error {
	if len(files) == 0 {
		return nil
	}
	ids := make([]archive.ID, len(files))
	checks := make([]archive.FileCheck, len(files))
	for i, f := range files {
		ids[i] = f.ID
		checks[i] = archive.FileCheck{File: f.ID, SHA256: f.SHA256, Checked: c.millis(), Fault: archive.CopyChanged}
	}
	known, err := c.opt.Catalogue.FixityOf(ctx, ids)
	if err != nil {
		return err
	}
	_, err = c.opt.Catalogue.Do(ctx, archive.Actor{}, archive.OpFixity, func(tx *store.Tx) error {
		for _, one := range checks {
			if was, ok := known[one.File]; ok && was.Fault != one.Fault {
				if err := tx.Observe(one.File, map[string]string{"was": string(was.Fault), "fault": string(one.Fault)}); err != nil {
					return err
				}
			}
		}
		return tx.NoteFixity(checks)
	})
	return err
}

// note writes into the log what a run has done.
func (c *Copier) note(ctx context.Context, actor archive.Actor, t archive.Target, r *Report, ended error) error {
	r.noted = true
	var err error
	r.op, err = c.opt.Catalogue.Do(ctx, actor, archive.OpBackup, func(tx *store.Tx) error {
		return tx.Observe(t.ID, map[string]string{"target": t.Name, "copied": strconv.Itoa(r.Copied), "bytes": strconv.FormatInt(r.Bytes, 10),
			"failed": strconv.Itoa(len(r.Failed)), "complete": strconv.FormatBool(r.Complete), "ended": string(archive.KindOf(ended)), "ms": strconv.FormatInt(c.opt.Now().Sub(r.began).Milliseconds(), 10)})
	})
	return err
}

func (c *Copier) rootLabel(ctx context.Context, id archive.ID) string {
	roots, err := c.opt.Catalogue.Roots(ctx)
	if err != nil {
		return ""
	}
	for _, r := range roots {
		if r.ID == id {
			return r.Label
		}
	}
	return ""
}

func (c *Copier) run(ctx context.Context, actor archive.Actor, t archive.Target, opt RunOptions, r *Report) error {
	media, err := c.Media(ctx, t)
	if err != nil {
		return err
	}
	start := c.millis()
	before, err := c.opt.Catalogue.CopyTotals(ctx, t.ID)
	if err != nil {
		return err
	}
	r.Already = before.Copied
	var full error
	for _, m := range media {
		if m.At == "" || m.Carrier.Full != 0 {
			continue
		}
		err := c.runOn(ctx, actor, m, opt, start, r)
		if archive.KindOf(err) != archive.NoSpace {
			return err
		}
		full = err
		r.Full = append(r.Full, m.Carrier.Number)
		if t.Kind != archive.TargetDisks {
			return err
		}
		m.Carrier.Full = 1
		if _, err := c.opt.Catalogue.Do(ctx, actor, archive.OpMediumEdit, func(tx *store.Tx) error { return tx.SetCarrier(m.Carrier) }); err != nil {
			return err
		}
	}
	if full != nil {
		return full
	}
	return archive.WrapAs(archive.Unavailable, "open target", t.Name, ErrNotConnected)
}

// runOn copies to one medium until nothing is left to copy or it is full.
func (c *Copier) runOn(ctx context.Context, actor archive.Actor, m Connected, opt RunOptions, start int64, r *Report) error {
	s, err := c.enter(ctx, m)
	if err != nil {
		return err
	}
	defer s.leave()
	s.slow = opt.Slow
	looked, err := s.ready(ctx, opt.Progress)
	if err != nil {
		return err
	}
	if looked {
		n, err := c.opt.Catalogue.CopyTotals(ctx, m.Target.ID)
		if err != nil {
			return err
		}
		r.Already = n.Copied - r.Copied
	}
	fault := s.copyAll(ctx, opt, r)
	if k := archive.KindOf(fault); fault != nil && k != archive.NoSpace {
		return fault
	}
	if err := s.finish(ctx, actor, start, fault, r); err != nil {
		return errors.Join(fault, err)
	}
	return fault
}

// copyAll copies lot after lot: while one is made durable, the next is written.
func (s *session) copyAll(ctx context.Context, opt RunOptions, r *Report) error {
	totals, err := s.c.opt.Catalogue.CopyTotals(ctx, s.m.Target.ID)
	if err != nil || totals.Copied == totals.Files {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var done atomic.Int64
	bar := &bar{say: opt.Progress, now: Progress{Phase: "copy", Of: totals.Files - totals.Copied, OfBy: totals.Bytes - totals.CopyBytes}}
	lots := make(chan *lot)
	failures := make(chan failedFile, 1)
	finished := make(chan error, 1)
	go func() {
		defer close(lots)
		finished <- s.writeLots(ctx, opt, func(n int64) {
			done.Add(n)
			if opt.Pace != nil {
				_ = opt.Pace(ctx, n) // whoever copies sees that ctx ended
			}
		}, lots, failures)
	}()
	var fault error
	for open := true; open; {
		select {
		case f := <-failures:
			r.fail(f.file, f.err)
		case l, ok := <-lots:
			if open = ok; !ok {
				break
			}
			if fault != nil {
				l.pack.Abandon()
				break
			}
			if fault = s.settle(ctx, l, r); fault != nil {
				stop(fault)
			}
			bar.show(r.Copied+len(r.Failed), done.Load())
		}
	}
	err = <-finished
	for len(failures) > 0 {
		f := <-failures
		r.fail(f.file, f.err)
	}
	if fault != nil {
		return fault
	}
	return err
}

type failedFile struct {
	file archive.File
	err  error
}

// writeLots writes what the target does not have, lot after lot.
func (s *session) writeLots(ctx context.Context, opt RunOptions, wrote func(int64), lots chan<- *lot, failures chan<- failedFile) error {
	var after archive.ID
	for {
		files, err := s.c.opt.Catalogue.ToCopy(ctx, s.m.Target.ID, after, 4*lotFiles)
		if err != nil || len(files) == 0 {
			return err
		}
		after = files[len(files)-1].ID
		for len(files) > 0 {
			if opt.Hold != nil {
				if err := opt.Hold(ctx); err != nil {
					return err
				}
			}
			n, err := s.portion(ctx, files)
			if err != nil {
				return err
			}
			l, err := s.write(ctx, files[:n], wrote, func(f archive.File, err error) { failures <- failedFile{f, err} })
			if err != nil {
				return err
			}
			files = files[n:]
			select {
			case lots <- l:
			case <-ctx.Done():
				l.pack.Abandon()
				return archive.Wrap("copy originals", "", context.Cause(ctx))
			}
		}
	}
}

// portion tells how many of some files make a lot: as many as there is room for besides
// what the catalogue needs. NoSpace when there is none for the first.
func (s *session) portion(ctx context.Context, files []archive.File) (n int, err error) {
	free, _, err := s.p.Space(ctx)
	if err != nil {
		return 0, err
	}
	most := s.c.opt.GroupBytes
	if free >= 0 {
		most = min(most, free-s.c.reserve())
		if files[0].Bytes > free-s.c.reserve() {
			return 0, archive.Errorf(archive.NoSpace, "copy originals", s.m.At, "%d bytes free, %d wanted", free, files[0].Bytes)
		}
	}
	var bytes int64
	for n < len(files) && n < lotFiles && (n == 0 || bytes+files[n].Bytes <= most) {
		bytes += files[n].Bytes
		n++
	}
	return n, nil
}

// bar tells of progress, ten times a second at most.
type bar struct {
	say  func(Progress)
	now  Progress
	last time.Time
}

func (b *bar) show(files int, bytes int64) {
	b.now.Files, b.now.Bytes = files, bytes
	if at := time.Now(); b.say != nil && at.Sub(b.last) > 100*time.Millisecond {
		b.last = at
		b.say(b.now)
	}
}
