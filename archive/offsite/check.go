package offsite

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// readBack reads a file at a medium and tells what is wrong with it. An error is one of the
// medium as a whole.
func (c *Copier) readBack(ctx context.Context, p place.Place, path string, bytes int64, want string, read func(int64)) (archive.CopyFault, error) {
	e, err := p.Stat(ctx, path)
	switch kind := archive.KindOf(err); {
	case kind == archive.NotFound:
		return archive.CopyMissing, nil
	case kind == archive.Unavailable || kind == archive.Stopped:
		return "", err
	case err != nil:
		return archive.CopyUnreadable, nil
	case e.Odd || e.Bytes != bytes:
		return archive.CopyChanged, nil
	}
	in, err := p.Open(ctx, path)
	if err != nil {
		return faultOf(err)
	}
	defer in.Close()
	sum := newSum()
	n, err := pass(ctx, sum, in, read)
	var bad *source
	if errors.As(err, &bad) {
		// Whether one file cannot be read or the medium is gone, the medium itself knows.
		if _, _, gone := p.Space(ctx); archive.KindOf(gone) == archive.Unavailable {
			return "", gone
		}
		return archive.CopyUnreadable, nil
	}
	if err != nil {
		return "", err
	}
	if n != bytes || sum.hex() != want {
		return archive.CopyChanged, nil
	}
	return archive.CopyGood, nil
}

func faultOf(err error) (archive.CopyFault, error) {
	switch archive.KindOf(err) {
	case archive.NotFound:
		return archive.CopyMissing, nil
	case archive.Unavailable, archive.Stopped:
		return "", err
	}
	return archive.CopyUnreadable, nil
}

// CheckOptions change how copies are checked; the zero value reads all that are connected.
type CheckOptions struct {
	Rolling  bool  // those first that were not read for the longest time, until Files or Bytes is reached
	Files    int   // 0: no limit
	Bytes    int64 // 0: no limit
	Progress func(Progress)
}

// Checked is the outcome of a check. Each list is whole.
type Checked struct {
	Checked    int
	OK         int
	Bytes      int64
	Missing    []Finding
	Changed    []Finding
	Unreadable []Finding
	Extra      []Finding   // lies there and nobody knows it; looked for by a whole check alone
	Away       []Connected // media that are not connected
	AwayFiles  int         // copies on them
	NotCopied  int         // originals that the target does not have
	Millis     int64
}

// Damaged tells whether a copy is missing, changed or unreadable.
func (v Checked) Damaged() bool { return len(v.Missing)+len(v.Changed)+len(v.Unreadable) > 0 }

// Finding is a copy that is not as it should be.
type Finding struct {
	File archive.ID // 0: not known
	Root archive.ID
	Path string // at the target
	Disk int    // number of the medium
}

// Check reads copies back and compares them with the catalogue. What it found is noted as it
// goes: after one that was cut off, the next begins with what was not read. A copy that is missing is copied again by the next run;
// one that is changed or unreadable waits for Repair. Errors: Unavailable with ErrNotConnected when no medium is
// there, or the medium went away; Busy; Stopped.
func (c *Copier) Check(ctx context.Context, actor archive.Actor, t archive.Target, opt CheckOptions) (Checked, error) {
	begun := c.millis()
	v := Checked{}
	err := c.check(ctx, actor, t, opt, begun, &v)
	v.Millis = c.millis() - begun
	return v, archive.Wrap("check copies", t.Name, err)
}

func (c *Copier) check(ctx context.Context, actor archive.Actor, t archive.Target, opt CheckOptions, begun int64, v *Checked) error {
	media, err := c.Media(ctx, t)
	if err != nil {
		return err
	}
	totals, err := c.opt.Catalogue.CopyTotals(ctx, t.ID)
	if err != nil {
		return err
	}
	if err := c.opt.Catalogue.DoubtChecks(ctx, t.ID, begun); err != nil {
		return err
	}
	there := 0
	for _, m := range media {
		if m.At == "" {
			v.Away = append(v.Away, m)
			continue
		}
		there++
		if err := c.checkMedium(ctx, actor, m, opt, begun, totals, v); err != nil {
			return err
		}
	}
	if there == 0 {
		return archive.WrapAs(archive.Unavailable, "open target", t.Name, ErrNotConnected)
	}
	after, err := c.opt.Catalogue.CopyTotals(ctx, t.ID)
	v.NotCopied = after.Files - after.Copied
	return err
}

// checkMedium reads the copies on one medium.
func (c *Copier) checkMedium(ctx context.Context, actor archive.Actor, m Connected, opt CheckOptions, begun int64, totals store.CopyTotals, v *Checked) error {
	s, err := c.enter(ctx, m)
	if err != nil {
		return err
	}
	defer s.leave()
	if _, err := s.ready(ctx, opt.Progress); err != nil {
		return err
	}
	before := *v
	started := c.millis()
	if err := s.readAll(ctx, opt, begun, totals, v); err != nil {
		return err
	}
	if !opt.Rolling {
		if err := s.extras(ctx, v); err != nil {
			return err
		}
	}
	one := archive.CarrierCheck{Carrier: m.Carrier.ID, Time: c.millis(), By: actor.ID, Method: archive.CheckFull, Files: v.Checked - before.Checked,
		Bytes: v.Bytes - before.Bytes, Millis: c.millis() - started, Faults: v.faults() - before.faults()}
	if opt.Rolling {
		one.Method = archive.CheckSample
	}
	if _, err := c.opt.Catalogue.Do(ctx, actor, archive.OpMediumCheck, func(tx *store.Tx) error { return tx.AddCarrierCheck(&one) }); err != nil {
		return err
	}
	if !opt.Rolling && one.Faults == 0 {
		s.known.Verified = one.Time
		return c.opt.Catalogue.SetCarrierState(ctx, s.known)
	}
	return nil
}

func (v Checked) faults() int { return len(v.Missing) + len(v.Changed) + len(v.Unreadable) }

// readAll reads copies, the longest unread first, some at once.
func (s *session) readAll(ctx context.Context, opt CheckOptions, begun int64, totals store.CopyTotals, v *Checked) error {
	cat, target := s.c.opt.Catalogue, s.m.Target.ID
	b := &bar{say: opt.Progress, now: Progress{Phase: "check", Of: totals.Copied, OfBy: totals.CopyBytes}}
	var read atomic.Int64
	start := v.Bytes
	last := archive.FileCopy{Checked: -1}
	for {
		list, err := cat.CopiesDue(ctx, target, []archive.ID{s.m.Carrier.ID}, begun, last, lotFiles/4)
		if err != nil || len(list) == 0 {
			return err
		}
		last = list[len(list)-1].FileCopy
		if opt.Files > 0 {
			list = list[:min(len(list), max(0, opt.Files-v.Checked))]
		}
		results := make([]archive.FileCopy, len(list))
		work, stop := errgroup.WithContext(ctx)
		work.SetLimit(copiers)
		for i, one := range list {
			work.Go(func() error {
				fault, err := s.c.readBack(stop, s.p, pathOf(one.File, one.FileCopy.Path), one.FileCopy.Bytes, one.FileCopy.SHA256,
					func(n int64) { read.Add(n) })
				results[i] = archive.FileCopy{File: one.File.ID, Checked: s.c.millis(), Fault: fault}
				return err
			})
		}
		if err := work.Wait(); err != nil {
			return err
		}
		if err := cat.NoteChecked(ctx, target, results); err != nil {
			return err
		}
		s.c.opt.Step(stepChecked)
		for i, r := range results {
			v.take(list[i], r.Fault, s.m.Carrier.Number)
		}
		v.Bytes = start + read.Load()
		b.show(v.Checked, v.Bytes)
		if opt.Files > 0 && v.Checked >= opt.Files || opt.Bytes > 0 && v.Bytes >= opt.Bytes {
			return nil
		}
	}
}

func (v *Checked) take(one store.CopyOf, fault archive.CopyFault, disk int) {
	f := Finding{File: one.File.ID, Root: one.Root, Path: pathOf(one.File, one.FileCopy.Path), Disk: disk}
	v.Checked++
	switch fault {
	case archive.CopyGood:
		v.OK++
	case archive.CopyMissing:
		v.Missing = append(v.Missing, f)
	case archive.CopyChanged:
		v.Changed = append(v.Changed, f)
	default:
		v.Unreadable = append(v.Unreadable, f)
	}
}

// extras looks for what lies among the copies and is none.
func (s *session) extras(ctx context.Context, v *Checked) error {
	var chunk []place.Entry
	flush := func() error {
		paths := map[archive.ID][]string{}
		for _, e := range chunk {
			root, below, ok := rootOf(e.Path)
			if ok && !e.Odd {
				paths[root] = append(paths[root], below)
				continue
			}
			v.Extra = append(v.Extra, Finding{Path: e.Path, Disk: s.m.Carrier.Number})
		}
		for root, want := range paths {
			found, err := s.c.opt.Catalogue.CopiesAt(ctx, s.m.Target.ID, root, want)
			if err != nil {
				return err
			}
			for _, below := range want {
				if one, ok := found[below]; !ok || one.Carrier != s.m.Carrier.ID {
					v.Extra = append(v.Extra, Finding{Root: root, Path: archive.CopyFolder(root) + below, Disk: s.m.Carrier.Number})
				}
			}
		}
		chunk = chunk[:0]
		return nil
	}
	for _, dir := range []string{mastersDir, rootsDir} {
		for e, err := range s.p.Walk(ctx, dir[:len(dir)-1], "") {
			if err != nil {
				return archive.Wrap("look for other files", e.Path, err)
			}
			if chunk = append(chunk, e); len(chunk) == 4*lotFiles {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}
