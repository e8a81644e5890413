package app

import (
	"context"
	"time"

	"lantai/app/describing"
	"lantai/app/start"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/station"
)

// archiveState tells the screen 工作台 how the archive stands, from tallies and counts
// that the index keeps.
type archiveState struct {
	station *station.Station
	drafts  describing.Drafts
}

// State reads the tallies and asks the pipeline.
func (a archiveState) State(ctx context.Context) (start.State, error) {
	t, err := a.station.Catalogue.Totals(ctx, access.All(), 0)
	if err != nil {
		return start.State{}, err
	}
	now := start.State{Fonds: t.Fonds, Items: t.Items, Pages: t.Pages, Searchable: t.Searchable, Unlinked: t.Unlinked,
		Refused: t.Stages[archive.StageRefused], Waiting: waiting(t)}
	matters, err := a.station.Quarantines(ctx, access.All(), false)
	if err != nil {
		return now, err
	}
	now.Secret = len(matters)
	if now.NotTaken, err = a.station.Catalogue.NotTaken(ctx, access.All()); err != nil {
		return now, err
	}
	if now.Away, err = away(ctx, a.station); err != nil {
		return now, err
	}
	now.Waiting = max(now.Waiting-now.Away, 0)
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
		Archive: archiveState{p.Station, draftsOf(p)}, Name: p.Station.Home.Name()})
}
