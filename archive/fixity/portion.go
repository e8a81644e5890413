package fixity

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// How much is read between two notes in the catalogue: what a process that is killed has to
// read again.
const (
	portionFiles = 128
	portionBytes = 256 << 20
	portionTime  = 20 * time.Second
)

// portion reads some originals and notes what was found. It tells how many of them it has
// done with, at least one.
func (p *pass) portion(ctx context.Context, list []store.CheckedFile, now *cycle) (done int, err error) {
	var got reading
	p.faulty = make(map[archive.ID]archive.CopyFault, len(list))
	if !p.slow {
		got = p.readAll(ctx, list)
	} else { // the catalogue is not written at the lowest priority: others would wait for it
		var work sync.WaitGroup
		work.Go(func() {
			defer vault.Lowest()()
			got = p.readAll(ctx, list)
		})
		work.Wait()
	}
	p.c.opt.Step(stepRead)
	// What was read is noted even when the work was stopped.
	if err := p.note(context.WithoutCancel(ctx), list, got.checks, got.details, now); err != nil {
		return got.done, errors.Join(got.fault, err)
	}
	return got.done, got.fault
}

// reading is what came of reading a portion.
type reading struct {
	checks  []archive.FileCheck
	details []string
	done    int
	fault   error // that ended it
}

// readAll reads originals until the portion is full.
func (p *pass) readAll(ctx context.Context, list []store.CheckedFile) reading {
	var got reading
	began, bytes := time.Now(), p.out.Bytes
	for _, f := range list {
		got.done++
		if !slices.Contains(p.roots, f.Root) {
			continue
		}
		p.faulty[f.ID] = f.Fault
		is, detail, err := p.look(ctx, f.File)
		switch {
		case err == nil && is != "":
			got.checks = append(got.checks, archive.FileCheck{File: f.ID, SHA256: f.SHA256, Checked: p.c.now(), Fault: faultOf(is)})
			got.details = append(got.details, detail)
		case errors.Is(err, archive.ErrRootAbsent):
			p.away(f.Root)
		case archive.KindOf(err) == archive.Busy: // it is moved just now, and stays due
		case err != nil:
			got.fault = err
		}
		if got.fault != nil || time.Since(began) > portionTime || p.out.Bytes-bytes > portionBytes ||
			p.limit.Bytes > 0 && p.out.Bytes >= p.limit.Bytes {
			break
		}
	}
	return got
}

// look reads one original. One that is not as it should be is read a second time by what the
// catalogue says of it then: it may have been moved or accepted anew meanwhile. An empty outcome is one that is
// gone from the catalogue, or another.
func (p *pass) look(ctx context.Context, f archive.File) (vault.Outcome, string, error) {
	is, detail, err := p.c.opt.Originals.Inspect(ctx, f, p.pace)
	if err != nil || is == vault.Good {
		return is, detail, err
	}
	known, err := p.c.opt.Catalogue.FixityOf(ctx, []archive.ID{f.ID})
	now, ok := known[f.ID]
	if err != nil || !ok || now.SHA256 != f.SHA256 {
		return "", "", err
	}
	if now.Path == f.Path && is == vault.Missing {
		return is, detail, nil
	}
	return p.c.opt.Originals.Inspect(ctx, now.File, p.pace)
}

func faultOf(is vault.Outcome) archive.CopyFault {
	switch is {
	case vault.Good:
		return archive.CopyGood
	case vault.Missing:
		return archive.CopyMissing
	case vault.Changed:
		return archive.CopyChanged
	}
	return archive.CopyUnreadable
}

// slowness is how long the background rests for each second that it read, while others
// need the disk.
const slowness = 4

// pace counts what was read, and rests.
func (p *pass) pace(ctx context.Context, bytes int, took time.Duration) error {
	p.out.Bytes += int64(bytes)
	if !p.slow {
		return ctx.Err()
	}
	if p.limiter != nil {
		if err := p.limiter.WaitN(ctx, bytes); err != nil {
			return err
		}
	}
	if !p.c.opt.Busy() {
		return ctx.Err()
	}
	t := time.NewTimer(slowness * took)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note writes what was found of a portion.
func (p *pass) note(ctx context.Context, list []store.CheckedFile, checks []archive.FileCheck, details []string, now *cycle) error {
	if p.slow {
		if spent := time.Since(p.began).Seconds(); spent > 1 {
			now.Speed, now.At = float64(p.out.Bytes)/spent, p.c.now()
		}
	}
	_, err := p.c.opt.Catalogue.Do(ctx, archive.Actor{}, archive.OpFixity, func(tx *store.Tx) error {
		if err := noteChecks(tx, checks, p.faulty); err != nil {
			return err
		}
		return remember(tx, *now)
	})
	if err != nil {
		return err
	}
	p.c.opt.Step(stepNoted)
	byID := make(map[archive.ID]archive.File, len(list))
	for _, f := range list {
		byID[f.ID] = f.File
	}
	for i, one := range checks {
		p.out.Files++
		switch {
		case one.Fault != archive.CopyGood:
			p.out.Faults = append(p.out.Faults, Fault{byID[one.File], one.Fault, details[i], one.Checked})
		case p.faulty[one.File] != archive.CopyGood:
			p.out.Mended++
			p.out.Good++
		default:
			p.out.Good++
		}
	}
	if p.progress != nil {
		p.progress(archive.Progress{Phase: "verify", Done: p.out.Files, Total: max(p.total, p.out.Files)})
	}
	return nil
}

// limiterOf gives a limiter for a speed, the one there is when it is of that speed.
func limiterOf(speed int64, now *rate.Limiter) *rate.Limiter {
	switch {
	case speed == 0:
		return nil
	case now != nil && now.Limit() == rate.Limit(speed):
		return now
	}
	return rate.NewLimiter(rate.Limit(speed), 1<<20)
}
