package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const opReconcile = archive.OpKind("page.reconcile")

const (
	stagesFrom = `SELECT p.id, p.stage, p.made_from FROM page p
		WHERE p.id > $1 AND p.stage IN ('enhanced', 'recognised', 'indexed') AND {live p} ORDER BY p.id LIMIT 2000`
	madeFrom      = `SELECT t.page, t.made_from FROM page_text t WHERE t.page >= $1 AND t.page <= $2`
	correctedFrom = `SELECT c.page FROM correction c WHERE c.page >= $1 AND c.page <= $2`
)

// staged is a page whose stage says something about its text.
type staged struct {
	id       archive.ID
	stage    archive.Stage
	madeFrom string
}

// Reconcile compares stages with texts after a crash or a restore: a page whose text
// is there moves on, one whose text is missing or of another recipe goes back to be
// recognised. Pages that another process works on are passed over. It reads in steps;
// others can write meanwhile.
func (c *Catalogue) Reconcile(ctx context.Context) (Reconciled, error) {
	var sum Reconciled
	for last := archive.ID(0); ; {
		pages, err := c.stagedPages(ctx, last)
		if err != nil || len(pages) == 0 {
			return sum, fault("reconcile texts", "", err)
		}
		first := pages[0].id
		last = pages[len(pages)-1].id
		made, corrected, err := c.textsMade(ctx, first, last)
		if err != nil {
			return sum, fault("reconcile texts", "", err)
		}
		var forward, back []staged
		for _, p := range pages {
			from, there := made[p.id]
			switch {
			case p.stage == archive.StageEnhanced && there && from == p.madeFrom && from != "":
				forward = append(forward, p)
			case p.stage != archive.StageEnhanced && (there && from != p.madeFrom || !there && !corrected[p.id]):
				back = append(back, p)
			}
		}
		n, err := c.restage(ctx, forward, archive.StageRecognised)
		sum.Forward += n
		if err != nil {
			return sum, err
		}
		n, err = c.restage(ctx, back, archive.StageEnhanced)
		sum.Back += n
		if err != nil {
			return sum, err
		}
	}
}

func (c *Catalogue) stagedPages(ctx context.Context, after archive.ID) ([]staged, error) {
	var list []staged
	err := rows(ctx, c.cat.read, sighted(stagesFrom, access.All()), []any{int64(after)}, func(r *sql.Rows) error {
		var p staged
		err := r.Scan(&p.id, &p.stage, &p.madeFrom)
		list = append(list, p)
		return err
	})
	return list, err
}

func (c *Catalogue) textsMade(ctx context.Context, first, last archive.ID) (map[archive.ID]string, map[archive.ID]bool, error) {
	made, corrected := map[archive.ID]string{}, map[archive.ID]bool{}
	args := []any{int64(first), int64(last)}
	err := rows(ctx, c.text.read, madeFrom, args, func(r *sql.Rows) error {
		var id archive.ID
		var from string
		err := r.Scan(&id, &from)
		made[id] = from
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = rows(ctx, c.text.read, correctedFrom, args, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		corrected[id] = true
		return err
	})
	return made, corrected, err
}

// restage moves pages that are still where they were, and counts those.
func (c *Catalogue) restage(ctx context.Context, pages []staged, to archive.Stage) (int, error) {
	if len(pages) == 0 {
		return 0, nil
	}
	n := 0
	_, err := c.Do(ctx, archive.LocalActor(), opReconcile, func(t *Tx) error {
		n = 0
		for _, p := range pages {
			err := t.SetStage(p.id, p.stage, to)
			switch archive.KindOf(err) {
			case "":
				n++
			case archive.Conflict, archive.Busy, archive.NotFound:
			default:
				return err
			}
		}
		return nil
	})
	return n, err
}
