package ingest

import (
	"context"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// chunkPages is about how many pages are written in one transaction: some 20 ms.
const chunkPages = 100

// Carry carries a plan out, some holdings at a time, each of them whole. What was
// changed by others since the plan was made is left as it is and listed. When ctx ends,
// what was done stays and the report comes with a Stopped error; planning and carrying
// again does the rest.
func (l *Linker) Carry(ctx context.Context, actor archive.Actor, p *LinkPlan, progress func(archive.Progress)) (LinkReport, error) {
	const op = "link pages"
	r := p.Report()
	r.Linked = 0
	r.Mismatches = slices.Clone(r.Mismatches)
	done := 0
	for units := range chunks(p.Units) {
		if err := ctx.Err(); err != nil {
			return r, archive.Wrap(op, "", err)
		}
		began := time.Now()
		id, moved, changed, err := l.chunk(ctx, actor, units)
		if err != nil {
			return r, archive.Wrap(op, units[0].Code, err)
		}
		if id != 0 {
			r.Ops = append(r.Ops, id)
		}
		r.Linked += moved
		r.Mismatches = append(r.Mismatches, changed...)
		for _, u := range units {
			done += u.Moved
		}
		if progress != nil {
			progress(archive.Progress{Phase: PhaseLink, Done: done, Total: p.Linked})
		}
		// Other processes poll for the lock of the database: leave them a gap to find.
		if err := pause(ctx, time.Since(began)); err != nil {
			return r, archive.Wrap(op, "", err)
		}
	}
	sortMismatches(r.Mismatches)
	return r, nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// chunks gives the units that are to be linked, as many as fit one transaction.
func chunks(units []LinkUnit) func(yield func([]LinkUnit) bool) {
	return func(yield func([]LinkUnit) bool) {
		var part []LinkUnit
		pages := 0
		for _, u := range units {
			if u.Held || u.Moved == 0 {
				continue
			}
			size := 0
			for _, a := range u.Arrange {
				size += len(a.Pages)
			}
			if len(part) > 0 && pages+size > chunkPages {
				if !yield(part) {
					return
				}
				part, pages = nil, 0
			}
			part, pages = append(part, u), pages+size
		}
		if len(part) > 0 {
			yield(part)
		}
	}
}

func (l *Linker) chunk(ctx context.Context, actor archive.Actor, units []LinkUnit) (op archive.ID, moved int, changed []Mismatch, err error) {
	l.step(stepLinkBegun)
	op, err = l.Catalogue.Do(ctx, actor, archive.OpPageLink, func(tx *store.Tx) error {
		moved, changed = 0, nil
		for _, u := range units {
			n, err := tx.Arrange(u.Arrange)
			kind := MismatchChanged
			switch archive.KindOf(err) {
			case "":
				moved += n
			case archive.NotAllowed:
				kind = MismatchSecret
				fallthrough
			case archive.Conflict, archive.NotFound:
				changed = append(changed, Mismatch{Code: u.Code, Kind: kind, Expected: u.Moved, Holding: u.Arrange[0].Holding})
			default:
				return err
			}
		}
		return nil
	})
	l.step(stepLinkDone)
	return op, moved, changed, err
}

func (l *Linker) step(name string) {
	if l.Step != nil {
		l.Step(name)
	}
}

// LinkFate is what becomes of a page.
type LinkFate string

// The fates of a page.
const (
	FateLink      LinkFate = "link"      // comes into the holding
	FateStay      LinkFate = "stay"      // lies there already
	FateHeld      LinkFate = "held"      // left where it is: a contradiction is listed
	FateUnmatched LinkFate = "unmatched" // leads to nothing
	FateTwice     LinkFate = "twice"     // several records claim it
)

// LinkRow is one line of a plan in full.
type LinkRow struct {
	Fate    LinkFate
	Path    string
	Code    string     // of the holding; may be empty
	Ordinal int        // in the holding; 0: none
	Page    archive.ID // zero: a path that is no page's
}

// Rows walks a plan line by line: its units by 档号 and their pages in order, then what
// matched nothing and what is claimed twice. An error of fn ends it.
func (l *Linker) Rows(ctx context.Context, p *LinkPlan, fn func(LinkRow) error) error {
	for units := range slices.Chunk(p.Units, 64) {
		if err := l.unitRows(ctx, units, fn); err != nil {
			return archive.Wrap("list plan", "", err)
		}
	}
	for _, u := range p.Unmatched {
		if err := fn(LinkRow{Fate: FateUnmatched, Path: u.Path, Code: u.Code}); err != nil {
			return err
		}
	}
	for _, c := range p.ClaimedTwice {
		for _, code := range c.Codes {
			if err := fn(LinkRow{Fate: FateTwice, Path: c.Path, Code: code}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Linker) unitRows(ctx context.Context, units []LinkUnit, fn func(LinkRow) error) error {
	var holdings, pages []archive.ID
	for _, u := range units {
		for _, a := range u.Arrange {
			holdings, pages = append(holdings, a.Holding), append(pages, a.Pages...)
		}
	}
	paged, err := l.Catalogue.PagedByID(ctx, all, holdings)
	if err != nil {
		return err
	}
	images, err := l.Catalogue.Images(ctx, all, pages)
	if err != nil {
		return err
	}
	byID := make(map[archive.ID]store.Image, len(images))
	for _, i := range images {
		byID[i.Page] = i
	}
	for _, u := range units {
		for _, a := range u.Arrange {
			for n, id := range a.Pages {
				if err := fn(planRow(u, a, n, byID[id], paged[a.Holding].Code)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// planRow is the line of the nth page of a holding in a unit. code is the holding's.
func planRow(u LinkUnit, a store.Arrangement, n int, i store.Image, code string) LinkRow {
	row := LinkRow{Fate: FateLink, Path: i.Source, Code: code, Ordinal: n + 1, Page: a.Pages[n]}
	switch {
	case u.Held:
		row.Fate, row.Ordinal = FateHeld, i.Ordinal
		if a.Holding == 0 {
			row.Code, row.Ordinal = u.Code, 0
		}
	case i.Holding == a.Holding:
		row.Fate = FateStay
	}
	return row
}
