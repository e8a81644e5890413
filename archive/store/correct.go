package store

import (
	"context"
	"database/sql"
	"errors"

	"lantai/archive"
)

const (
	nounText  = "text"
	opCorrect = archive.OpKind("text.correct")
)

const (
	readCorrection = `SELECT c.text FROM correction c WHERE c.page = $1`
	putCorrection  = `INSERT INTO correction (page, text, op, actor, time, before, settled)
		VALUES ($1, $2, $3, $4, $5, $6, 0)
		ON CONFLICT (page) DO UPDATE SET text = excluded.text, op = excluded.op, actor = excluded.actor,
			time = excluded.time, before = excluded.before, settled = 0`
	restoreCorrection = `UPDATE correction SET text = $1, before = NULL, settled = 1 WHERE page = $2 AND op = $3`
	dropCorrection    = `DELETE FROM correction WHERE page = $1 AND op = $2`
	settleCorrection  = `UPDATE correction SET settled = 1, before = NULL WHERE page = $1 AND op = $2`
	openCorrections   = `SELECT c.page, c.text, c.op, c.actor, c.before FROM correction c WHERE c.settled = 0 ORDER BY c.page`
	opThere           = `SELECT COUNT(*) FROM op WHERE id = $1`
	rebindCorrection  = `UPDATE correction SET op = $1 WHERE page = $2 AND op = $3`
)

// correction is one text by a person, on its way into both databases.
type correction struct {
	page   archive.ID
	text   string
	op     archive.ID
	actor  archive.ID
	before sql.NullString
}

// Correct sets a person's text of a page, logs it, and puts the page on the index's
// feed. The recognised text stays. The correction goes to the text database within the
// catalogue's transaction and is settled after it; what a crash left unsettled is
// logged at the next Open.
func (c *Catalogue) Correct(ctx context.Context, actor archive.Actor, page archive.ID, text string) error {
	const doing = "correct text"
	n := correction{page: page, text: cleaned(text), actor: actor.ID}
	written := false
	op, err := c.Do(ctx, actor, opCorrect, func(t *Tx) error {
		p, err := t.page(doing, page)
		if err == nil {
			err = notQuarantined(doing, p)
		}
		if err == nil {
			err = t.touchPage(doing, p)
		}
		if err != nil {
			return err
		}
		n.op = t.op
		err = c.text.read.QueryRowContext(ctx, readCorrection, int64(page)).Scan(&n.before)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fault(doing, page.String(), err)
		}
		if n.before.Valid && n.before.String == n.text {
			return nil
		}
		if err := t.logCorrection(n); err != nil {
			return err
		}
		written = true
		_, err = c.text.write.ExecContext(ctx, putCorrection, int64(page), n.text, int64(t.op), int64(actor.ID),
			max(c.millis(), t.op.Time().UnixMilli()), n.before)
		return fault(doing, page.String(), err)
	})
	if err != nil {
		if written {
			err = errors.Join(err, c.takeBackCorrection(context.WithoutCancel(ctx), n))
		}
		return err
	}
	if op == 0 {
		return nil
	}
	_, err = c.text.write.ExecContext(ctx, settleCorrection, int64(page), int64(n.op))
	return fault(doing, page.String(), err)
}

func (t *Tx) logCorrection(n correction) error {
	before := ""
	if n.before.Valid {
		var err error
		if before, err = (columns{{"corrected", &n.before.String}}).object(func(int) bool { return true }); err != nil {
			return err
		}
	}
	after, err := (columns{{"corrected", &n.text}}).object(func(int) bool { return true })
	if err != nil {
		return err
	}
	t.mark(nounPage, n.page, urgencyEdit)
	return t.log(nounText, n.page, before, after)
}

// takeBackCorrection puts the text back as it was after the catalogue did not commit.
// When this fails too, the next Open logs the correction instead.
func (c *Catalogue) takeBackCorrection(ctx context.Context, n correction) error {
	var err error
	if n.before.Valid {
		_, err = c.text.write.ExecContext(ctx, restoreCorrection, n.before.String, int64(n.page), int64(n.op))
	} else {
		_, err = c.text.write.ExecContext(ctx, dropCorrection, int64(n.page), int64(n.op))
	}
	return fault("take back correction", n.page.String(), err)
}

// settleCorrections finishes what a crash between the two databases cut off. It looks
// for each op behind the station's other writers, so that a correction which another
// process is just writing is not logged twice.
func (c *Catalogue) settleCorrections(ctx context.Context) error {
	var open []correction
	if err := rows(ctx, c.text.read, openCorrections, nil, func(r *sql.Rows) error {
		var n correction
		err := r.Scan(&n.page, &n.text, &n.op, &n.actor, &n.before)
		open = append(open, n)
		return err
	}); err != nil {
		return err
	}
	for _, n := range open {
		if c.many && n.op.Station() != c.station {
			continue // that station is at work, or does it when it starts
		}
		was := n.op
		op, err := c.Do(ctx, archive.Actor{ID: n.actor}, opCorrect, func(t *Tx) error {
			var there int
			if err := t.tx.QueryRowContext(ctx, opThere, int64(was)).Scan(&there); err != nil || there > 0 {
				return err
			}
			return t.logCorrection(n)
		})
		if err != nil {
			return err
		}
		if op != 0 {
			if _, err := c.text.write.ExecContext(ctx, rebindCorrection, int64(op), int64(n.page), int64(was)); err != nil {
				return err
			}
			was = op
		}
		if _, err := c.text.write.ExecContext(ctx, settleCorrection, int64(n.page), int64(was)); err != nil {
			return err
		}
	}
	return nil
}
