package store

import (
	"database/sql"
	"slices"

	"lantai/archive"
)

// LinkPages puts pages into a holding, at its end, in the order given (挂接). They take
// on its access class. Pages that were in it before move to its end, so that giving
// all of them sets their order; the holdings that pages leave close up.
func (t *Tx) LinkPages(pages []archive.ID, holding archive.ID) error {
	const doing = "link pages"
	if _, err := t.mayHoldPages(doing, holding); err != nil {
		return err
	}
	return t.movePages(doing, pages, holding)
}

// UnlinkPages takes pages out of their holdings; those behind them move up. They keep
// their access class, and their ordinal is their place in the file again.
func (t *Tx) UnlinkPages(pages []archive.ID) error {
	return t.movePages("unlink pages", pages, 0)
}

func (t *Tx) movePages(doing string, pages []archive.ID, holding archive.ID) error {
	if err := t.settled(doing); err != nil {
		return err
	}
	moving := make(map[archive.ID]bool, len(pages))
	moved := make([]pageRow, len(pages))
	var touched []archive.ID
	for i, id := range pages {
		if moving[id] {
			return archive.Errorf(archive.Invalid, doing, id.String(), "the page is given twice")
		}
		moving[id] = true
		p, err := t.page(doing, id)
		if err == nil {
			err = notQuarantined(doing, p)
		}
		if err == nil {
			err = t.touchPage(doing, p)
		}
		if err != nil {
			return err
		}
		moved[i] = p
		if p.Holding != 0 && p.Holding != holding && !slices.Contains(touched, p.Holding) {
			touched = append(touched, p.Holding)
		}
	}
	for _, h := range touched {
		if _, err := t.closeUp(doing, h, moving); err != nil {
			return err
		}
	}
	var last int
	if holding != 0 {
		var err error
		if last, err = t.closeUp(doing, holding, moving); err != nil {
			return err
		}
	}
	for _, p := range moved {
		to := p
		to.Holding = holding
		if holding == 0 {
			to.Ordinal = p.Frame + 1
		} else {
			last++
			to.Ordinal = last
		}
		if err := t.placePage(doing, p, to); err != nil {
			return err
		}
	}
	return nil
}

// closeUp numbers the pages of a holding from 1 without gaps, leaving out those that
// are about to move, and returns how many there are.
func (t *Tx) closeUp(doing string, holding archive.ID, moving map[archive.ID]bool) (int, error) {
	list, err := t.pagesIn(doing, holding)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, p := range list {
		if moving[p.ID] {
			continue
		}
		n++
		to := p
		to.Ordinal = n
		if err := t.placePage(doing, p, to); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (t *Tx) pagesIn(doing string, holding archive.ID) ([]pageRow, error) {
	var list []pageRow
	err := rows(t.ctx, t.tx, pagesForWrite, []any{int64(holding), int64(t.op)}, func(r *sql.Rows) error {
		var p pageRow
		err := r.Scan(p.targets()...)
		list = append(list, p)
		return err
	})
	return list, fault(doing, holding.String(), err)
}

// placePage writes where a page is now, if that differs from where it was.
func (t *Tx) placePage(doing string, old, to pageRow) error {
	if to.Holding != 0 {
		at, err := t.chain(to.Holding)
		if err != nil {
			return err
		}
		if err := t.mayHold(doing, "", at); err != nil {
			return err
		}
		to.Access = at.class
	}
	before, after, which, err := differing(old.place(), to.place())
	if err != nil || len(which) == 0 {
		return fault(doing, old.ID.String(), err)
	}
	if err := update(t.ctx, t.tx, "page", old.ID, to.place(), which, "rev", old.Rev+1); err != nil {
		return fault(doing, old.ID.String(), err)
	}
	if err := t.recount(old, to); err != nil {
		return err
	}
	if err := t.requeuePage(doing, old, to); err != nil {
		return err
	}
	if to.inIndex() {
		t.mark(nounPage, old.ID, urgencyEdit)
	}
	return t.log(nounPage, old.ID, before, after)
}

func (t *Tx) recount(old, to pageRow) error {
	if err := t.countPage(-1, old.count()); err != nil {
		return err
	}
	return t.countPage(+1, to.count())
}
