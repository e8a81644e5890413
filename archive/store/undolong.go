package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"lantai/archive"
)

// nounOp names the op that an undo takes back, in its first change.
const nounOp = "op"

// undoStep is how many changes one step of a long undo looks at.
const undoStep = 200

// mostRest is how many changes, besides added and removed holdings, a long undo takes
// back: they are done in one transaction.
const mostRest = 50_000

const (
	changesBelow = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch
		WHERE ch.op = $1 AND ch.seq < $2 ORDER BY ch.seq DESC LIMIT $3`
	lyingHoldings = `SELECT h.parent FROM holding h WHERE h.parent IN ({keys}) AND h.born <> {born}`
	lyingPages    = `SELECT p.holding FROM page p WHERE p.holding IN ({keys})`
	lyingItems    = `SELECT i.box FROM item i JOIN holding x ON x.id = i.id WHERE i.box IN ({keys}) AND x.born <> {born}`
	addedNow      = `SELECT h.id, h.born FROM holding h WHERE h.id IN ({keys})`
	ownNow        = `SELECT e.holding, e.field, e.value FROM extra e WHERE e.holding IN ({keys})`
	rivals        = `SELECT COUNT(*) FROM pending p WHERE p.op <> $1
		AND (SELECT c.id FROM change c WHERE c.op = p.op AND c.seq = 1 AND c.noun = 'op') = $2`
	rebear    = `UPDATE holding SET born = $1 WHERE id = $2 AND born <> $1`
	kindOfOp  = `SELECT o.kind FROM op o WHERE o.id = $1`
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
	holds  map[archive.ID]bool             // something that is kept lies in it
	now    addedState
	whole  bool // codes pass between its rows: all of it is taken back in the last transaction
}

func (c *Catalogue) undoLong(ctx context.Context, actor archive.Actor, op archive.ID, n int, progress func(archive.Progress)) (undone archive.ID, kept []archive.Change, err error) {
	if err := c.Alone(ctx, archive.OpUndo); err != nil {
		return 0, nil, err
	}
	long, err := c.Begin(ctx, actor, archive.OpUndo)
	if err != nil {
		return 0, nil, err
	}
	u := newLongUndo(c, op)
	if u.whole, err = c.recodes(ctx, op); err != nil {
		return 0, nil, errors.Join(err, long.Abandon(context.WithoutCancel(ctx)))
	}
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

func newLongUndo(c *Catalogue, op archive.ID) *longUndo {
	return &longUndo{c: c, op: op, extras: map[archive.ID][]archive.Change{}, holds: map[archive.ID]bool{}}
}

// recodes tells whether codes pass between the rows of an op.
func (c *Catalogue) recodes(ctx context.Context, op archive.ID) (bool, error) {
	var kind archive.OpKind
	err := c.cat.read.QueryRowContext(ctx, kindOfOp, int64(op)).Scan(&kind)
	return kind.Recodes(), fault("undo", op.String(), err)
}

func (u *longUndo) run(ctx context.Context, long *Long, n int, progress func(archive.Progress)) (archive.ID, error) {
	if err := long.Chunk(ctx, func(t *Tx) error { return t.logUndone(u.op) }); err != nil {
		return 0, err
	}
	for below := n + 1; below > 1; {
		if err := long.Chunk(ctx, func(t *Tx) (err error) {
			_, below, err = u.step(t, below)
			return err
		}); err != nil {
			return 0, err
		}
		progress(archive.Progress{Phase: "undo", Done: n + 1 - below, Total: n})
	}
	if err := u.gather(); err != nil {
		return 0, err
	}
	if u.gone == 0 && u.back == 0 && len(u.rest) == 0 {
		return 0, long.Abandon(ctx)
	}
	before := len(u.kept)
	for spared := map[archive.ID]bool{}; ; {
		undone, err := long.FinishWith(ctx, func(t *Tx) error {
			kept, err := t.takeBackAll(u.rest, spared)
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
		if !again(err, spared) {
			return undone, err
		}
	}
}

// gather has what belongs to no holding that goes wait for the last transaction.
func (u *longUndo) gather() error {
	for _, list := range u.extras {
		u.rest = append(u.rest, list...)
	}
	if len(u.rest) > mostRest {
		return archive.Errorf(archive.Invalid, "undo", u.op.String(), "it changed %d rows; %d can be taken back at once", len(u.rest), mostRest)
	}
	return nil
}

// step looks at some changes below a seq, and returns them and from which one on all is done.
func (u *longUndo) step(t *Tx, below int) (list []archive.Change, done int, err error) {
	if err := rows(t.ctx, t.tx, changesBelow, []any{int64(u.op), below, undoStep}, func(r *sql.Rows) error {
		ch := archive.Change{Op: u.op}
		var before, after sql.NullString
		err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID, &before, &after)
		ch.Before, ch.After = before.String, after.String
		list = append(list, ch)
		return err
	}); err != nil {
		return nil, 0, err
	}
	if len(list) == 0 {
		return nil, 1, nil
	}
	if err := u.look(t, list); err != nil {
		return nil, 0, err
	}
	for _, ch := range list {
		if err := u.one(t, ch); err != nil {
			return nil, 0, err
		}
	}
	return list, list[len(list)-1].Seq, nil
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
	case ch.Noun == nounExtra && ch.Before == "" && !u.whole:
		u.extras[ch.ID] = append(u.extras[ch.ID], ch)
		return nil
	case u.whole:
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
	goes := u.unchanged(ch, extras)
	born, held := u.now.born[ch.ID]
	if !goes {
		u.kept = append(append(u.kept, extras...), ch)
		if at, ok := u.now.chains[ch.ID]; ok {
			u.holds[at.parent], u.holds[at.box] = true, true
		}
		if !held || born != u.op {
			return nil
		}
		u.now.born[ch.ID] = 0
		_, err := t.tx.ExecContext(t.ctx, rebear, 0, int64(ch.ID))
		return err
	}
	if born != u.op { // an undo that was cut off had kept it
		if _, err := t.tx.ExecContext(t.ctx, rebear, int64(u.op), int64(ch.ID)); err != nil {
			return err
		}
	}
	u.gone++
	t.countHolding(-1, u.now.chains[ch.ID])
	t.mark(nounHolding, ch.ID, urgencyEdit)
	for _, x := range extras {
		if err := t.log(nounExtra, ch.ID, x.After, ""); err != nil {
			return err
		}
	}
	return t.log(ch.Noun, ch.ID, ch.After, "")
}

// addedState is how the holdings of one step stand.
type addedState struct {
	logged map[archive.ID]string // as the log would have them
	chains map[archive.ID]chain
	extras map[archive.ID]map[string]string
	born   map[archive.ID]archive.ID
	lying  map[archive.ID]bool // something lies in it that does not go too
}

// look reads how the holdings that the op added stand now. Children were added after
// what they lie in, so it is known of them already whether they go.
func (u *longUndo) look(t *Tx, list []archive.Change) error {
	var n int
	if err := t.tx.QueryRowContext(t.ctx, rivals, int64(t.op), int64(u.op)).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return archive.Errorf(archive.Busy, "undo", u.op.String(), "another undo of it goes on")
	}
	byKind := map[archive.HoldingKind][]archive.ID{}
	var all []archive.ID
	for _, ch := range list {
		if isHolding(ch.Noun) && ch.Before == "" && ch.After != "" {
			kind := archive.HoldingKind(ch.Noun)
			byKind[kind] = append(byKind[kind], ch.ID)
			all = append(all, ch.ID)
		}
	}
	u.now = addedState{map[archive.ID]string{}, map[archive.ID]chain{}, map[archive.ID]map[string]string{}, map[archive.ID]archive.ID{}, map[archive.ID]bool{}}
	for kind, ids := range byKind {
		if err := u.lookSheets(t, kind, ids); err != nil {
			return err
		}
	}
	if err := each(t.ctx, t.tx, addedNow, all, func(r *sql.Rows) error {
		var id, born archive.ID
		err := r.Scan(&id, &born)
		u.now.born[id] = born
		return err
	}); err != nil {
		return err
	}
	if err := each(t.ctx, t.tx, ownNow, all, func(r *sql.Rows) error {
		var id archive.ID
		var field, value string
		err := r.Scan(&id, &field, &value)
		if u.now.extras[id] == nil {
			u.now.extras[id] = map[string]string{}
		}
		u.now.extras[id][field] = value
		return err
	}); err != nil {
		return err
	}
	var err error
	u.now.lying, err = u.anyLying(t, all)
	return err
}

// lookSheets reads the holdings of one kind.
func (u *longUndo) lookSheets(t *Tx, kind archive.HoldingKind, ids []archive.ID) error {
	s := blankSheet(kind)
	q := s.query("h.id IN ({keys}) AND h.born NOT IN (SELECT op FROM pending WHERE op <> " + t.op.String() + ")")
	targets := s.targets()
	return each(t.ctx, t.tx, q, ids, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		logged, err := s.columns().filled()
		u.now.logged[s.h.ID], u.now.chains[s.h.ID] = logged, s.chain()
		return err
	})
}

// anyLying finds which of some holdings have something in them that does not go too.
func (u *longUndo) anyLying(t *Tx, ids []archive.ID) (map[archive.ID]bool, error) {
	found, err := t.standBeside(ids)
	if err != nil {
		return nil, err
	}
	for _, query := range []string{lyingHoldings, lyingPages, lyingItems} {
		query = strings.Replace(query, "{born}", u.op.String(), 1)
		if err := each(t.ctx, t.tx, query, ids, func(r *sql.Rows) error {
			var id archive.ID
			err := r.Scan(&id)
			found[id] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// unchanged tells whether a holding is as the op left it, with nothing in it but what
// goes too.
func (u *longUndo) unchanged(ch archive.Change, extras []archive.Change) bool {
	now, held := u.now.logged[ch.ID]
	logged := ""
	if len(extras) == 1 {
		logged = extras[0].After
	}
	return held && now == ch.After && fieldsObject(u.now.extras[ch.ID]) == logged && !u.now.lying[ch.ID] && !u.holds[ch.ID]
}
