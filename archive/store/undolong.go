package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"lantai/archive"
)

// nounOp names the op that a long undo takes back, in its first change.
const nounOp = "op"

// undoStep is how many changes one step of a long undo looks at.
const undoStep = 200

// mostRest is how many changes, besides added and removed holdings, a long undo takes
// back: they are done in one transaction.
const mostRest = 50_000

const (
	changesBelow = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch
		WHERE ch.op = $1 AND ch.seq < $2 ORDER BY ch.seq DESC LIMIT $3`
	lyingAfter = `SELECT (SELECT COUNT(*) FROM holding h WHERE h.parent = $1 AND h.born <> $2)
		+ (SELECT COUNT(*) FROM page p WHERE p.holding = $1)
		+ (SELECT COUNT(*) FROM item i JOIN holding x ON x.id = i.id WHERE i.box = $1 AND x.born <> $2)`
	rebear    = `UPDATE holding SET born = $1 WHERE id = $2 AND born <> $1`
	hideAdded = `INSERT INTO pending (op, lease, root) VALUES ($1, 0, $2)`
)

// longUndo is an undo in steps. What the op added is looked at and logged step by step;
// in the last transaction the op becomes pending again, so that all of it is gone at
// once, and is deleted after that. Holdings that are kept are noted as born of no op.
// A crash before the last transaction leaves everything as it was, a crash after it
// leaves rows that nobody sees to the next one who opens the catalogue.
type longUndo struct {
	c      *Catalogue
	op     archive.ID
	kept   []archive.Change
	rest   []archive.Change                // to be undone in the last transaction
	extras map[archive.ID][]archive.Change // of holdings whose own change is still to come
	gone   int                             // added holdings that go
	back   archive.ID                      // the removed holding that came back last
}

func (c *Catalogue) undoLong(ctx context.Context, actor archive.Actor, op archive.ID, n int, progress func(archive.Progress)) (undone archive.ID, kept []archive.Change, err error) {
	if err := c.rollBackLeftovers(ctx); err != nil {
		return 0, nil, fault("undo", op.String(), err)
	}
	long, err := c.Begin(ctx, actor, opUndo)
	if err != nil {
		return 0, nil, err
	}
	u := &longUndo{c: c, op: op, extras: map[archive.ID][]archive.Change{}}
	if undone, err = u.run(ctx, long, n, progress); err != nil {
		return 0, nil, errors.Join(err, long.Abandon(context.WithoutCancel(ctx)))
	}
	if undone == 0 {
		return 0, u.kept, nil
	}
	// What is not deleted now is deleted when the catalogue is opened next.
	if err := c.rollBack(context.WithoutCancel(ctx), op); err != nil {
		return undone, u.kept, fault("clear away what was undone", op.String(), err)
	}
	return undone, u.kept, nil
}

func (u *longUndo) run(ctx context.Context, long *Long, n int, progress func(archive.Progress)) (archive.ID, error) {
	if err := long.Chunk(ctx, func(t *Tx) error { return t.log(nounOp, u.op, "", `{"undone":true}`) }); err != nil {
		return 0, err
	}
	for below := n + 1; below > 1; {
		if err := long.Chunk(ctx, func(t *Tx) (err error) {
			below, err = u.step(t, below)
			return err
		}); err != nil {
			return 0, err
		}
		progress(archive.Progress{Phase: "undo", Done: n + 1 - below, Total: n})
	}
	for _, list := range u.extras {
		u.rest = append(u.rest, list...)
	}
	if len(u.rest) > mostRest {
		return 0, archive.Errorf(archive.Invalid, "undo", u.op.String(), "it changed %d rows; %d can be taken back at once", len(u.rest), mostRest)
	}
	if u.gone == 0 && u.back == 0 && len(u.rest) == 0 {
		return 0, long.Abandon(ctx)
	}
	before := len(u.kept)
	return long.FinishWith(ctx, func(t *Tx) error {
		kept, err := t.takeBackAll(u.rest)
		if err != nil {
			return err
		}
		u.kept = append(u.kept[:before], kept...)
		if u.gone == 0 {
			return nil
		}
		clear(t.chains)
		_, err = t.tx.ExecContext(ctx, hideAdded, int64(u.op), make([]byte, digestSize))
		return err
	})
}

// step looks at the changes below a seq and returns from which one on all is done.
func (u *longUndo) step(t *Tx, below int) (int, error) {
	var list []archive.Change
	if err := rows(t.ctx, t.tx, changesBelow, []any{int64(u.op), below, undoStep}, func(r *sql.Rows) error {
		ch := archive.Change{Op: u.op}
		var before, after sql.NullString
		err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID, &before, &after)
		ch.Before, ch.After = before.String, after.String
		list = append(list, ch)
		return err
	}); err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 1, nil
	}
	for _, ch := range list {
		if err := u.one(t, ch); err != nil {
			return 0, err
		}
	}
	return list[len(list)-1].Seq, nil
}

func (u *longUndo) one(t *Tx, ch archive.Change) error {
	switch {
	case ch.Noun == nounOp:
		return nil
	case ch.Before == "" && ch.After == "": // purged
		u.kept = append(u.kept, ch)
		return nil
	case ch.Noun == nounExtra && ch.ID == u.back:
		return u.fieldsBack(t, ch)
	case ch.Noun == nounExtra && ch.Before == "":
		u.extras[ch.ID] = append(u.extras[ch.ID], ch)
		return nil
	case isHolding(ch.Noun) && ch.Before == "":
		return u.added(t, ch)
	case isHolding(ch.Noun) && ch.After == "":
		done, err := t.takeBackRemoved(ch)
		switch {
		case err != nil:
			return err
		case done:
			u.back = ch.ID
		default:
			u.kept = append(u.kept, ch)
		}
		return nil
	}
	u.rest = append(u.rest, ch)
	return nil
}

// fieldsBack gives a holding that came back its own fields.
func (u *longUndo) fieldsBack(t *Tx, ch archive.Change) error {
	fields := map[string]string{}
	if err := json.Unmarshal([]byte(ch.Before), &fields); err != nil {
		return err
	}
	if err := t.writeExtra(ch.ID, fields); err != nil {
		return err
	}
	return t.log(nounExtra, ch.ID, "", ch.Before)
}

// added decides about a holding that the op added, and logs that it goes.
func (u *longUndo) added(t *Tx, ch archive.Change) error {
	extras := u.extras[ch.ID]
	delete(u.extras, ch.ID)
	goes, err := u.unchanged(t, ch, extras)
	if err != nil {
		return err
	}
	if !goes {
		u.kept = append(append(u.kept, extras...), ch)
		_, err := t.tx.ExecContext(t.ctx, rebear, 0, int64(ch.ID))
		return err
	}
	if _, err := t.tx.ExecContext(t.ctx, rebear, int64(u.op), int64(ch.ID)); err != nil {
		return err
	}
	at, err := t.chain(ch.ID)
	if err != nil {
		return err
	}
	u.gone++
	t.countHolding(-1, at)
	t.mark(nounHolding, ch.ID, urgencyEdit)
	for _, x := range extras {
		if err := t.log(nounExtra, ch.ID, x.After, ""); err != nil {
			return err
		}
	}
	return t.log(ch.Noun, ch.ID, ch.After, "")
}

// unchanged tells whether a holding is as the op left it, with nothing in it but what
// goes too.
func (u *longUndo) unchanged(t *Tx, ch archive.Change, extras []archive.Change) (bool, error) {
	s, err := t.sheet(ch.ID)
	switch archive.KindOf(err) {
	case "":
	case archive.NotFound:
		return false, nil
	default:
		return false, err
	}
	now, err := s.columns().filled()
	if err != nil || now != ch.After {
		return false, err
	}
	fields, err := t.extra(ch.ID)
	if err != nil {
		return false, err
	}
	logged := ""
	if len(extras) == 1 {
		logged = extras[0].After
	}
	if fieldsObject(fields) != logged {
		return false, nil
	}
	var n int
	err = t.tx.QueryRowContext(t.ctx, lyingAfter, int64(ch.ID), int64(u.op)).Scan(&n)
	return n == 0, err
}
