package ingest

import (
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
)

// LinkLines are the lines of a plan, one list for each fate. It keeps places alone, 12
// bytes a page, so that a window of a plan of millions is read without walking it.
type LinkLines struct {
	plan  *LinkPlan
	pages map[LinkFate][]place
}

// place is where a page stands in a plan.
type place struct{ unit, arranged, page int32 }

// Lines sorts the lines of a plan by fate. The catalogue is asked only about units of
// which some pages move and others lie there already.
func (l *Linker) Lines(ctx context.Context, p *LinkPlan) (*LinkLines, error) {
	n := &LinkLines{plan: p, pages: map[LinkFate][]place{}}
	for i := range p.Units {
		if err := ctx.Err(); err != nil {
			return nil, archive.Wrap("list plan", "", err)
		}
		u, size := &p.Units[i], 0
		for _, a := range u.Arrange {
			size += len(a.Pages)
		}
		var in map[archive.ID]archive.ID
		if !u.Held && u.Moved > 0 && u.Moved < size {
			var err error
			if in, err = l.lying(ctx, u); err != nil {
				return nil, archive.Wrap("list plan", u.Code, err)
			}
		}
		for j, a := range u.Arrange {
			for k, page := range a.Pages {
				fate := FateLink
				switch {
				case u.Held:
					fate = FateHeld
				case u.Moved == 0, in != nil && in[page] == a.Holding:
					fate = FateStay
				}
				n.pages[fate] = append(n.pages[fate], place{int32(i), int32(j), int32(k)})
			}
		}
	}
	return n, nil
}

// lying tells in which holdings the pages of a unit lie now.
func (l *Linker) lying(ctx context.Context, u *LinkUnit) (map[archive.ID]archive.ID, error) {
	in := map[archive.ID]archive.ID{}
	for _, a := range u.Arrange {
		images, err := l.Catalogue.Images(ctx, l.Sight, a.Pages)
		if err != nil {
			return nil, err
		}
		for _, i := range images {
			in[i.Page] = i.Holding
		}
	}
	return in, nil
}

// Count tells how many lines of a fate there are: of pages, of paths that match nothing,
// or of files that are claimed twice.
func (n *LinkLines) Count(fate LinkFate) int {
	switch fate {
	case FateUnmatched:
		return len(n.plan.Unmatched)
	case FateTwice:
		return len(n.plan.ClaimedTwice)
	}
	return len(n.pages[fate])
}

// LinesAt reads some lines of a fate, by their places from 0; a place behind the last has a
// zero row. The fate is the plan's, also when the plan has been carried out since. A file
// that is claimed twice is one line with all its 档号.
func (l *Linker) LinesAt(ctx context.Context, n *LinkLines, fate LinkFate, at []int) ([]LinkRow, error) {
	rows := make([]LinkRow, len(at))
	var holdings, pages []archive.ID
	for i, k := range at {
		switch {
		case k < 0 || k >= n.Count(fate):
		case fate == FateUnmatched:
			rows[i] = LinkRow{Fate: fate, Path: n.plan.Unmatched[k].Path, Code: n.plan.Unmatched[k].Code}
		case fate == FateTwice:
			rows[i] = LinkRow{Fate: fate, Path: n.plan.ClaimedTwice[k].Path, Code: strings.Join(n.plan.ClaimedTwice[k].Codes, "  ")}
		default:
			_, a, page := n.at(fate, k)
			holdings, pages = append(holdings, a.Holding), append(pages, a.Pages[page])
		}
	}
	if len(pages) == 0 {
		return rows, nil
	}
	slices.Sort(holdings)
	paged, err := l.Catalogue.PagedByID(ctx, l.Sight, slices.Compact(holdings))
	if err != nil {
		return nil, err
	}
	images, err := l.Catalogue.Images(ctx, l.Sight, pages)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.ID]store.Image, len(images))
	for _, i := range images {
		byID[i.Page] = i
	}
	for i, k := range at {
		if k < 0 || k >= n.Count(fate) {
			continue
		}
		u, a, page := n.at(fate, k)
		rows[i] = planRow(u, a, page, byID[a.Pages[page]], paged[a.Holding].Code)
		rows[i].Fate = fate
	}
	return rows, nil
}

func (n *LinkLines) at(fate LinkFate, k int) (LinkUnit, store.Arrangement, int) {
	p := n.pages[fate][k]
	u := n.plan.Units[p.unit]
	return u, u.Arrange[p.arranged], int(p.page)
}
