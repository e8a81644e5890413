package store

import (
	"slices"

	"lantai/archive"
)

// Arrangement is all that lies in a holding, in order.
type Arrangement struct {
	Holding archive.ID
	Pages   []archive.ID
}

// Arrange puts pages into several holdings at once (挂接): afterwards each of them has
// exactly the pages given, in that order. Each page is written once, however many
// holdings it passes between, and only if its place changes. It returns how many pages
// came into another holding than they lay in.
//
// Nothing is written, and the error is a Conflict, when the pages do not lie as they
// must: a page is in a holding that is not among those given, or one of the holdings
// has a page that is not among those given. The Tx can be used on after that.
func (t *Tx) Arrange(list []Arrangement) (moved int, err error) {
	const doing = "link pages"
	if err := t.settled(doing); err != nil {
		return 0, err
	}
	held := map[archive.ID]pageRow{} // what lies in the holdings now
	for i, a := range list {
		if slices.ContainsFunc(list[:i], func(b Arrangement) bool { return b.Holding == a.Holding }) {
			return 0, archive.Errorf(archive.Invalid, doing, a.Holding.String(), "the holding is given twice")
		}
		if _, err := t.mayHoldPages(doing, a.Holding); err != nil {
			return 0, err
		}
		pages, err := t.pagesIn(doing, a.Holding)
		if err != nil {
			return 0, err
		}
		for _, p := range pages {
			held[p.ID] = p
		}
	}
	given := make(map[archive.ID]pageRow, len(held))
	for _, a := range list {
		for _, id := range a.Pages {
			if _, twice := given[id]; twice {
				return 0, archive.Errorf(archive.Invalid, doing, id.String(), "the page is given twice")
			}
			p, inside := held[id]
			if !inside {
				if p, err = t.page(doing, id); err != nil {
					return 0, err
				}
				if p.Holding != 0 {
					return 0, archive.Errorf(archive.Conflict, doing, id.String(), "the page was linked elsewhere meanwhile")
				}
			}
			given[id] = p
		}
	}
	for id := range held {
		if _, ok := given[id]; !ok {
			return 0, archive.Errorf(archive.Conflict, doing, id.String(), "the page was linked meanwhile")
		}
	}
	return t.arrange(doing, list, given)
}

func (t *Tx) arrange(doing string, list []Arrangement, given map[archive.ID]pageRow) (moved int, err error) {
	for _, a := range list {
		for n, id := range a.Pages {
			old := given[id]
			to := old
			to.Holding, to.Ordinal = a.Holding, n+1
			if err := t.placePage(doing, old, to); err != nil {
				return 0, err
			}
			if old.Holding != a.Holding {
				moved++
			}
		}
	}
	return moved, nil
}
