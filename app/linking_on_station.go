package app

import (
	"context"

	"lantai/app/intake"
	"lantai/archive"
	"lantai/archive/ingest"
)

// batchesOffered is how many receipts linking can be narrowed to.
const batchesOffered = 500

// LinkChoices lists receipts and fonds.
func (r receiving) LinkChoices(ctx context.Context) (c intake.LinkChoices, err error) {
	if c.Waiting, err = r.UnlinkedByBatch(ctx); err != nil {
		return c, err
	}
	if c.Batches, err = r.Batches(ctx, batchesOffered); err != nil {
		return c, err
	}
	fonds, err := r.station.Catalogue.Fonds(ctx, r.station.Sight())
	if err != nil {
		return c, err
	}
	for _, f := range fonds {
		c.Fonds = append(c.Fonds, f.Holding)
	}
	c.Separators, err = r.station.Catalogue.Setting(ctx, ingest.SettingSeparators)
	return c, err
}

// LinkFields lists the site's own fields.
func (r receiving) LinkFields(ctx context.Context) ([]string, error) {
	return r.station.Catalogue.ExtraFields(ctx)
}

// PlanLinks makes a plan, with its lines sorted by what becomes of them.
func (r receiving) PlanLinks(ctx context.Context, q ingest.LinkRequest, progress func(archive.Progress)) (*intake.Plan, error) {
	p, err := r.station.PlanLinks(ctx, q, progress)
	if err != nil {
		return nil, err
	}
	lines, err := r.station.LinkLines(ctx, p)
	return &intake.Plan{LinkPlan: p, Lines: lines}, err
}

// PlanRows reads a window of a plan.
func (r receiving) PlanRows(ctx context.Context, p *intake.Plan, fate ingest.LinkFate, at []int) ([]ingest.LinkRow, error) {
	return r.station.LinkLinesAt(ctx, p.Lines, fate, at)
}

// WalkPlan gives every line of a plan.
func (r receiving) WalkPlan(ctx context.Context, p *intake.Plan, fn func(ingest.LinkRow) error) error {
	return r.station.LinkRows(ctx, p.LinkPlan, fn)
}

// CarryLinks carries a plan out.
func (r receiving) CarryLinks(ctx context.Context, p *intake.Plan, progress func(archive.Progress)) (ingest.LinkReport, error) {
	return r.station.CarryLinks(ctx, r.station.Actor(), p.LinkPlan, progress)
}

// UndoLinks takes links back.
func (r receiving) UndoLinks(ctx context.Context, ops []archive.ID, progress func(archive.Progress)) (done, kept int, err error) {
	return undoLinks(ctx, r.station, ops, progress)
}

// SetSeparators keeps the separators as the archive's setting.
func (r receiving) SetSeparators(ctx context.Context, separators string) error {
	return r.station.SetSeparators(ctx, r.station.Actor(), separators)
}

// CheckLinks counts the linked images.
func (r receiving) CheckLinks(ctx context.Context, fonds archive.ID, progress func(archive.Progress)) (ingest.LinkCheck, error) {
	return r.station.CheckLinks(ctx, r.station.Sight(), fonds, progress)
}

// Titles gives the 题名 of records.
func (r receiving) Titles(ctx context.Context, ids []archive.ID) (map[archive.ID]string, error) {
	list, err := r.station.Catalogue.Holdings(ctx, r.station.Sight(), ids)
	titles := make(map[archive.ID]string, len(list))
	for _, h := range list {
		titles[h.ID] = h.Title
	}
	return titles, err
}

// Matters lists what was put aside.
func (r receiving) Matters(ctx context.Context, decided bool) ([]archive.Quarantine, error) {
	return r.station.Quarantines(ctx, r.station.Sight(), decided)
}

// Decide carries out what a person decided.
func (r receiving) Decide(ctx context.Context, matter archive.ID, secret bool, note string) ([]ingest.Removed, error) {
	return r.station.Decide(ctx, r.station.Actor(), matter, secret, note)
}
