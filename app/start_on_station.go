package app

import (
	"context"
	"sync"
	"time"

	"lantai/app/describing"
	"lantai/app/start"
	"lantai/archive"
	"lantai/archive/audit"
	"lantai/archive/station"
)

// archiveState tells the screen 工作台 how the archive stands, from tallies and counts
// that the index keeps.
type archiveState struct {
	station *station.Station
	drafts  describing.Drafts
	secrecy *secrecyCounts
	copies  *copyCounts
}

// secrecyCounts remembers how many records are above the class of the archive, and how many
// terms of secrecy have passed. Both change by day rather than by minute, and in an archive
// of full size counting takes a part of a second.
type secrecyCounts struct {
	mu            sync.Mutex
	counted       time.Time
	above, passed int
}

// countedFor is how long the counts are good.
const countedFor = 5 * time.Minute

func (c *secrecyCounts) count(ctx context.Context, s *station.Station) (above, passed int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.Sub(c.counted) < countedFor {
		return c.above, c.passed, nil
	}
	if c.above, err = s.Catalogue.AboveClass(ctx, s.Sight()); err != nil {
		return 0, 0, err
	}
	if s.Home.Class() > archive.NotSecret {
		if c.passed, err = s.Catalogue.SecrecyPassed(ctx, s.Sight(), now); err != nil {
			return 0, 0, err
		}
	}
	c.counted = now
	return c.above, c.passed, nil
}

// copyCounts remembers how the copies stand: in an archive of full size counting what is not
// copied takes a part of a second.
type copyCounts struct {
	mu      sync.Mutex
	counted time.Time
	last    archive.ID // newest op on copies then
	copies  *start.Copies
}

// count tells how the copies stand to whoever may know.
func (c *copyCounts) count(ctx context.Context, s *station.Station) (*start.Copies, error) {
	if may, err := s.SeesCopies(ctx); err != nil || !may {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ops, err := s.Catalogue.Ops(ctx, 0, 1, archive.OpTargetAdd, archive.OpTargetEdit, archive.OpMediumAdd, archive.OpMediumEdit, archive.OpMediumCheck,
		archive.OpBackup, archive.OpRepair)
	if err != nil {
		return nil, err
	}
	var last archive.ID
	if len(ops) > 0 {
		last = ops[0].ID
	}
	now := time.Now()
	if c.copies != nil && c.last == last && now.Sub(c.counted) < countedFor {
		return c.copies, nil
	}
	k, err := s.CopiesKept(ctx)
	if err != nil {
		return nil, err
	}
	out := &start.Copies{Targets: len(k.Targets)}
	for _, t := range k.Targets {
		out.Faulty += t.Faulty
		if t.Set == archive.SetUse {
			continue
		}
		if missing := max(t.Of-t.Files, 0); out.Offsite == 0 || missing < out.Missing {
			out.Missing = missing
		}
		out.Offsite++
		out.Through = max(out.Through, t.Through)
	}
	for _, m := range k.Media {
		if m.NextCheck != 0 && m.NextCheck <= now.UnixMilli() {
			out.Due++
		}
	}
	c.copies, c.last, c.counted = out, last, now
	return out, nil
}

// Copies counts what the backup has.
func (a archiveState) Copies(ctx context.Context) (*start.Copies, error) {
	return a.copies.count(ctx, a.station)
}

// State reads the tallies and asks the pipeline.
func (a archiveState) State(ctx context.Context) (start.State, error) {
	t, err := a.station.Catalogue.Totals(ctx, a.station.Sight(), 0)
	if err != nil {
		return start.State{}, err
	}
	now := start.State{Fonds: t.Fonds, Items: t.Items, Pages: t.Pages, Searchable: t.Searchable, Unlinked: t.Unlinked,
		Refused: t.Stages[archive.StageRefused], Waiting: waiting(t)}
	matters, err := a.station.Quarantines(ctx, a.station.Sight(), false)
	if err != nil {
		return now, err
	}
	now.Secret = len(matters)
	if now.AboveClass, now.Declassify, err = a.secrecy.count(ctx, a.station); err != nil {
		return now, err
	}
	if now.NotTaken, err = a.station.Catalogue.NotTaken(ctx, a.station.Sight()); err != nil {
		return now, err
	}
	if now.Away, err = away(ctx, a.station); err != nil {
		return now, err
	}
	now.Waiting = max(now.Waiting-now.Away, 0)
	alarm, err := a.station.Fixity().Alarm(ctx)
	if err != nil {
		return now, err
	}
	now.Damaged, now.Late, now.LateAway = alarm.Damaged(), alarm.Late, alarm.Away
	cut, err := a.station.Unfinished(ctx)
	if err != nil {
		return now, err
	}
	now.Unfinished = len(cut)
	edits, err := a.drafts.Edits()
	if err != nil {
		return now, err
	}
	now.Unsaved = len(edits)
	kept := a.logState(ctx)
	now.Clock = clockSays(kept)
	for _, m := range kept.Misfits {
		now.Log = append(now.Log, misfitSays(m))
	}
	n, err := searched(ctx, a.station)
	if err != nil {
		return now, err
	}
	now.Behind = max(t.Searchable-n, 0)
	if a.station.Pipeline == nil {
		return now, nil
	}
	s := a.station.Pipeline.Status()
	now.Left, now.Paused, now.Fault = s.Left, s.Paused, s.Fault
	if noEngine(a.station) {
		now.NoEngine = s.Waits
	}
	return now, nil
}

// anotherDisk is how long the page waits for another disk with heads of the log.
const anotherDisk = 300 * time.Millisecond

func (a archiveState) logState(ctx context.Context) audit.State {
	ctx, cancel := context.WithTimeout(ctx, anotherDisk)
	defer cancel()
	return a.station.LogState(ctx)
}

// newStart makes the screen 工作台.
func newStart(p *Program) Screen {
	return start.New(start.Deps{Runner: p.Runner, Window: p.Shell.Window(), Open: p.Shell.Open,
		Archive: archiveState{p.Station, draftsOf(p), &secrecyCounts{}, &copyCounts{}}, Name: p.Station.Home.Name(), Has: p.Shell.Has})
}
