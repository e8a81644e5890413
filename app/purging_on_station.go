package app

import (
	"context"
	"slices"

	"lantai/app/people"
	"lantai/app/purging"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// purges are the purges of the open archive: one person asks at a record, another agrees on
// the screen 用户权限.
type purges struct{ station *station.Station }

const wantsPurge = "purge"

// Plan looks what would go with the records of some 档号.
func (s purges) Plan(ctx context.Context, codes []string) (purging.Plan, error) {
	if err := s.station.Allow(ctx, wantsPurge, access.Destroy); err != nil {
		return purging.Plan{}, err
	}
	plan, err := s.station.PlanPurge(ctx, s.station.Sight(), codes)
	if err != nil {
		return purging.Plan{}, err
	}
	return s.shown(ctx, plan), nil
}

// shown is a plan for whoever acts.
func (s purges) shown(ctx context.Context, p ingest.PurgePlan) purging.Plan {
	return purging.Plan{Roots: p.Roots, Records: p.Records, Pages: p.Pages, Loose: p.Loose, Texts: p.Texts, Files: p.Files, Bytes: p.Bytes,
		Shared: p.Shared, Copies: p.Copies, Media: p.Media, Barred: s.station.MayDestroy(ctx, s.station.Actor(), p)}
}

// Ask notes that whoever acts asks for what they have seen.
func (s purges) Ask(ctx context.Context, codes []string, seen purging.Plan, reason string) error {
	plan, err := s.station.PlanPurge(ctx, s.station.Sight(), codes)
	if err != nil {
		return err
	}
	if !seen.Same(plan.Records, plan.Pages, plan.Files, plan.Bytes) {
		return archive.Errorf(archive.Conflict, "ask for a purge", "", "it has changed since it was looked at")
	}
	_, err = s.station.AskPurge(ctx, s.station.Actor(), plan, reason)
	return err
}

// Purges lists what was asked for, and what holds purged records still.
func (s purges) Purges(ctx context.Context) (people.Purges, error) {
	out := people.Purges{Self: s.station.Actor().ID}
	if err := s.station.Allow(ctx, wantsPurge, access.Destroy); err != nil {
		return out, err
	}
	cat, sight := s.station.Catalogue, s.station.Sight()
	list, err := cat.Purges(ctx, sight, "")
	if err != nil {
		return out, err
	}
	if out.Media, err = cat.Media(ctx, sight, true); err != nil {
		return out, err
	}
	known, err := cat.People(ctx)
	if err != nil {
		return out, err
	}
	out.Alone = len(known) == 0
	names := make(map[archive.ID]string, len(known))
	for _, p := range known {
		names[p.ID] = p.Name
	}
	for _, p := range list {
		out.List = append(out.List, people.Purge{Purge: p, By: words.Who(p.Actor, names), Second: words.Who(p.Second, names)})
	}
	slices.SortStableFunc(out.List, func(a, b people.Purge) int { return order(a) - order(b) })
	return out, nil
}

// order puts what waits for somebody before what has ended.
func order(p people.Purge) int {
	switch {
	case p.State == archive.PurgeAsked, p.State.Going():
		return 0
	}
	return 1
}

// PlanOf looks what a purge that was asked for would take now.
func (s purges) PlanOf(ctx context.Context, purge archive.ID) (purging.Plan, error) {
	if err := s.station.Allow(ctx, wantsPurge, access.Destroy); err != nil {
		return purging.Plan{}, err
	}
	plan, err := s.station.PlanOf(ctx, s.station.Sight(), purge)
	if err != nil {
		return purging.Plan{}, err
	}
	return s.shown(ctx, plan), nil
}

// Agree carries a purge out, or goes on with one that did not end.
func (s purges) Agree(ctx context.Context, purge archive.ID, progress func(archive.Progress)) (archive.Purge, error) {
	return s.station.AgreePurge(ctx, s.station.Actor(), purge, progress)
}

// Withdraw has nothing done.
func (s purges) Withdraw(ctx context.Context, purge archive.ID) error {
	return s.station.WithdrawPurge(ctx, s.station.Actor(), purge)
}

// Cleared notes that nothing of a purged record is on a medium any more.
func (s purges) Cleared(ctx context.Context, number int, note string) error {
	_, err := s.station.ClearMedium(ctx, s.station.Actor(), number, note)
	return err
}

// purgeDoor leads from records to asking for their purge; nil with the end of a key that
// says why whoever acts cannot.
func (p *Program) purgeDoor() (ask func(codes []string), not string) {
	switch {
	case !p.People:
		return nil, "alone"
	case p.Rights != nil && !p.Rights.Can(access.Destroy):
		return nil, "role"
	}
	d := purging.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, Archive: purges{p.Station}}
	return func(codes []string) { purging.Ask(d, codes) }, ""
}
