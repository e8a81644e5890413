package store

import (
	"database/sql"
	"errors"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	moveStage = `UPDATE page SET stage = $1, searchable = $2, claim = 0, lease = 0
		WHERE id = $3 AND stage = $4 AND (claim = 0 OR claim = $5 OR lease < $6)
		RETURNING holding, access_class, searchable, root`
	pageSearchable = `SELECT p.stage, p.searchable FROM page p WHERE p.id = $1 AND {live p}`
	setMade        = `UPDATE page SET width = $1, height = $2, dpi = $3, recipe = $4, made_from = $5 WHERE id = $6`
	setPriority    = `UPDATE page SET priority = $1 WHERE id = $2`
)

// SetStage moves a page on. It returns Conflict unless the page is at from, and Busy
// while another process's claim on it runs. The claim ends. A page that becomes
// recognised goes on the index's feed. For StageRefused there is RefusePage, for
// StageQuarantined Quarantine.
func (t *Tx) SetStage(page archive.ID, from, to archive.Stage) error {
	const doing = "move page on"
	if err := t.settled(doing); err != nil {
		return err
	}
	if !slices.Contains(archive.Stages(), to) || aside(to) || aside(from) {
		return archive.Errorf(archive.Invalid, doing, page.String(), "from %q to %q", from, to)
	}
	old := pageRow{Page: archive.Page{ID: page, Stage: from}}
	var was archive.Stage
	err := t.tx.QueryRowContext(t.ctx, sighted(pageSearchable, access.All()), int64(page)).Scan(&was, flag{&old.searchable})
	if err != nil {
		return fault(doing, page.String(), err)
	}
	if was != from {
		return archive.Errorf(archive.Conflict, doing, page.String(), "it is %s, not %s", was, from)
	}
	now := old
	now.Stage, now.searchable = to, old.searchable || to == archive.StageIndexed
	err = t.tx.QueryRowContext(t.ctx, moveStage, string(to), flagged(now.searchable), int64(page), string(from),
		t.c.token, t.c.millis()).Scan(nullID{&now.Holding}, &now.Access, flag{&now.searchable}, &now.root)
	if errors.Is(err, sql.ErrNoRows) {
		return archive.Errorf(archive.Busy, doing, page.String(), "another process works on it")
	}
	if err != nil {
		return fault(doing, page.String(), err)
	}
	old.Holding, old.Access, old.root = now.Holding, now.Access, now.root
	if to == archive.StageRecognised {
		t.mark(nounPage, page, urgencyNew)
	}
	return t.recount(old, now)
}

// aside tells whether a page at a stage stands outside the queue.
func aside(s archive.Stage) bool {
	return s == archive.StageRefused || s == archive.StageQuarantined
}

// SetMade notes what enhancing made of a page. It leaves no op.
func (t *Tx) SetMade(page archive.ID, m Made) error {
	const doing = "note page image"
	if err := t.settled(doing); err != nil {
		return err
	}
	if err := (columns{{"recipe", &m.Recipe}, {"made_from", &m.MadeFrom}}).check(doing); err != nil {
		return err
	}
	return t.one(doing, page, setMade, m.Width, m.Height, m.DPI, m.Recipe, m.MadeFrom, int64(page))
}

// one runs a statement that has to meet a row.
func (t *Tx) one(doing string, id archive.ID, query string, args ...any) error {
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return fault(doing, id.String(), err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	return fault(doing, id.String(), err)
}

// SetRecipe sets a recipe by hand, and sends the page back to be enhanced again. Until
// that is done it is found by its old text.
func (t *Tx) SetRecipe(page archive.ID, recipe string) error {
	return t.rework("set recipe", page, func(p *pageRow) error {
		p.Recipe, p.Stage, p.Reason, p.Detail = recipe, archive.StageReceived, "", ""
		return nil
	})
}

// SetPriority orders the queue: lower goes first, zero is usual. It leaves no op.
func (t *Tx) SetPriority(pages []archive.ID, priority int) error {
	for _, id := range pages {
		if err := t.one("set priority", id, setPriority, priority, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// RefusePage takes a page out of the queue, with the reason.
func (t *Tx) RefusePage(page archive.ID, reason archive.Reason, detail string) error {
	return t.rework("refuse page", page, func(p *pageRow) error {
		if reason == "" {
			return archive.Errorf(archive.Invalid, "refuse page", page.String(), "no reason given")
		}
		p.Stage, p.Reason, p.Detail = archive.StageRefused, reason, cleaned(detail)
		return nil
	})
}

// Retry puts refused pages back to the start of the queue and tells how many were.
func (t *Tx) Retry(pages []archive.ID) (int, error) {
	n := 0
	for _, id := range pages {
		err := t.rework("try page again", id, func(p *pageRow) error {
			if p.Stage == archive.StageRefused {
				p.Stage, p.Reason, p.Detail = archive.StageReceived, "", ""
				n++
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Again puts a page back to the start of the queue, wherever it stands. Until it has come
// through it is found by its old text.
func (t *Tx) Again(page archive.ID) error {
	return t.rework("work on page again", page, func(p *pageRow) error {
		p.Stage, p.Reason, p.Detail = archive.StageReceived, "", ""
		return nil
	})
}

// rework writes what edit does to the work columns of a page, and ends its claim.
func (t *Tx) rework(doing string, page archive.ID, edit func(*pageRow) error) error {
	if err := t.settled(doing); err != nil {
		return err
	}
	old, err := t.page(doing, page)
	if err == nil {
		err = notQuarantined(doing, old)
	}
	if err == nil {
		err = t.touchPage(doing, old)
	}
	if err != nil {
		return err
	}
	now := old
	if err := edit(&now); err != nil {
		return err
	}
	return t.reworked(doing, old, now)
}

func (t *Tx) reworked(doing string, old, now pageRow) error {
	if err := now.work().check(doing); err != nil {
		return err
	}
	before, after, which, err := differing(old.work(), now.work())
	if err != nil || len(which) == 0 {
		return fault(doing, old.ID.String(), err)
	}
	if err := update(t.ctx, t.tx, "page", old.ID, now.work(), which, "rev", old.Rev+1, "claim", 0, "lease", 0); err != nil {
		return fault(doing, old.ID.String(), err)
	}
	if err := t.recount(old, now); err != nil {
		return err
	}
	return t.log(nounPage, old.ID, before, after)
}
