package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	changesBack = `SELECT ch.seq, ch.noun, ch.id, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.op = $1 AND o.number IS NOT NULL ORDER BY ch.seq DESC`
	lyingIn = `SELECT (SELECT COUNT(*) FROM holding h WHERE h.parent = $1)
		+ (SELECT COUNT(*) FROM page p WHERE p.holding = $2) + (SELECT COUNT(*) FROM item i WHERE i.box = $3)
		+ (SELECT COUNT(*) FROM movement m WHERE m.fonds = $4)`
	dropExtra = `DELETE FROM extra WHERE holding = $1`
)

// Undo takes an op back by a new one, whose id it returns; zero if nothing could be
// undone. What was changed since, and what is never undone (the receipt of files, and
// corrections, which are corrected again), is left alone and listed in kept. The undo of
// a long write goes in steps and is seen all at once.
func (c *Catalogue) Undo(ctx context.Context, actor archive.Actor, op archive.ID) (undone archive.ID, kept []archive.Change, err error) {
	return c.UndoTelling(ctx, actor, op, func(archive.Progress) {})
}

// undoAtOnce is how many changes are undone in one transaction.
const undoAtOnce = 500

const changeCount = `SELECT changes, kind, actor FROM op WHERE id = $1 AND number IS NOT NULL`

// undoable reads an op that may be undone.
func (c *Catalogue) undoable(ctx context.Context, doing string, op archive.ID) (archive.Op, error) {
	o := archive.Op{ID: op}
	if err := c.cat.read.QueryRowContext(ctx, changeCount, int64(op)).Scan(&o.Changes, &o.Kind, &o.Actor); err != nil {
		return o, fault(doing, op.String(), err)
	}
	if o.Kind == archive.OpHoldingPurge {
		return o, archive.Errorf(archive.NotAllowed, doing, op.String(), "a purge is never undone")
	}
	return o, nil
}

// UndoTelling is Undo that tells how far it has come.
func (c *Catalogue) UndoTelling(ctx context.Context, actor archive.Actor, op archive.ID, progress func(archive.Progress)) (undone archive.ID, kept []archive.Change, err error) {
	o, err := c.undoable(ctx, "undo", op)
	if err != nil {
		return 0, nil, err
	}
	who, err := c.enter(ctx, actor, o.Kind) // it takes what the op itself took
	if err != nil {
		return 0, nil, err
	}
	if o.Changes > undoAtOnce {
		if !who.Anyone && len(who.Fonds) > 0 && o.Actor != actor.ID { // it goes by rows, not record by record
			return 0, nil, archive.WrapAs(archive.NotAllowed, "undo", op.String(), &access.Refusal{Action: access.Edit, Because: access.NotFonds})
		}
		return c.undoLong(ctx, actor, op, o.Changes, progress)
	}
	for spared := map[archive.ID]bool{}; ; {
		undone, err = c.Do(ctx, actor, archive.OpUndo, func(t *Tx) error {
			changes, err := t.changesOf(op)
			if err == nil {
				err = t.logUndone(op)
			}
			if err != nil {
				return err
			}
			if kept, err = t.takeBackAll(changes, spared); err == nil && len(t.changes) == 1 {
				return errNothing
			}
			return err
		})
		if !again(err, spared) {
			break
		}
	}
	if err != nil && !errors.Is(err, errNothing) {
		return 0, nil, err
	}
	return undone, kept, nil
}

// errNothing rolls an undo back that took nothing back.
var errNothing = errors.New("nothing to undo")

// logUndone notes which op an undo takes back, as its first change.
func (t *Tx) logUndone(op archive.ID) error { return t.log(nounOp, op, "", `{"undone":true}`) }

// takeBackAll undoes changes in the order given, but for those of spared holdings, and
// returns those that were kept. An error that is stuck names a holding to be spared too.
func (t *Tx) takeBackAll(changes []archive.Change, spared map[archive.ID]bool) (kept []archive.Change, err error) {
	if err := t.liftForUndo(changes, spared); err != nil {
		return nil, err
	}
	var touched []archive.ID
	for i, ch := range changes {
		if i%aheadAtOnce == 0 {
			if err := t.aheadOf(changes[i:min(i+aheadAtOnce, len(changes))]); err != nil {
				return nil, err
			}
		}
		done := false
		if !spared[ch.ID] {
			if done, err = t.takeBack(ch, &touched); err != nil {
				return nil, err
			}
		}
		if done {
			continue
		}
		if _, lifted := t.lifted[ch.ID]; lifted {
			return nil, stuck{ch.ID}
		}
		kept = append(kept, ch)
	}
	slices.Sort(touched)
	for _, h := range slices.Compact(touched) {
		if _, err := t.closeUp("undo", h, nil); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// aheadOf reads ahead the holdings that changes are about, and forgets those of before.
func (t *Tx) aheadOf(changes []archive.Change) error {
	clear(t.read)
	var list []archive.ID
	for _, ch := range changes {
		if isHolding(ch.Noun) {
			list = append(list, ch.ID)
		}
	}
	return t.ahead(list)
}

func (t *Tx) changesOf(op archive.ID) ([]archive.Change, error) {
	var list []archive.Change
	err := rows(t.ctx, t.tx, changesBack, []any{int64(op)}, func(r *sql.Rows) error {
		ch := archive.Change{Op: op}
		var before, after sql.NullString
		err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID, &before, &after)
		ch.Before, ch.After = before.String, after.String
		list = append(list, ch)
		return err
	})
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	return list, fault("undo", op.String(), err)
}

// takeBack undoes one change if the row is as the change left it. Holdings that pages
// came back to or left are added to touched.
func (t *Tx) takeBack(ch archive.Change, touched *[]archive.ID) (bool, error) {
	if ch.Before == "" && ch.After == "" { // purged
		return false, nil
	}
	switch ch.Noun {
	case nounFile, nounBatch, nounRoot, nounText, nounPurge, nounMedium, nounPerson, nounCredential, nounApproval, nounEvent,
		nounTarget, nounCarrier, nounCarrierCheck, nounDrill: // what is done for good, or given and taken
		return false, nil
	case nounPage:
		return t.takeBackPage(ch, touched)
	case nounSetting:
		return t.takeBackSetting(ch)
	case nounOp: // says what was undone, and is nothing itself
		return true, nil
	case nounExtra:
		return t.takeBackExtra(ch)
	}
	if _, ok := blankBeside(ch.Noun); ok {
		return t.takeBackBeside(ch)
	}
	switch {
	case ch.Before == "":
		return t.takeBackAdded(ch)
	case ch.After == "":
		return t.takeBackRemoved(ch)
	}
	old, err := t.sheet(ch.ID)
	if archive.KindOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if same, err := old.columns().match(ch.After); err != nil || !same {
		return false, err
	}
	now := blankSheet(old.h.Kind)
	if err := copySheet(now, old); err != nil {
		return false, err
	}
	if _, err := now.columns().apply(ch.Before); err != nil {
		return false, err
	}
	return keptOr(t.replaceHolding("undo", old, now))
}

// keptOr tells whether it was done; a rule that no longer allows it means: not done.
func keptOr(err error) (bool, error) {
	switch archive.KindOf(err) {
	case "":
		return true, nil
	case archive.Conflict, archive.Invalid, archive.NotFound, archive.NotAllowed:
		return false, nil
	}
	return false, err
}

func copySheet(to, from sheet) error {
	s, err := from.columns().object(func(int) bool { return true })
	if err != nil {
		return err
	}
	to.h.ID, to.h.Rev = from.h.ID, from.h.Rev
	_, err = to.columns().apply(s)
	return err
}

// match tells whether the columns have the values of a logged object.
func (c columns) match(object string) (bool, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &raw); err != nil {
		return false, err
	}
	for _, col := range c {
		want, ok := raw[col.name]
		if !ok {
			continue
		}
		have, err := json.Marshal(col.logged())
		if err != nil {
			return false, err
		}
		if string(have) != string(want) {
			return false, nil
		}
	}
	return true, nil
}

// apply sets the columns that a logged object has, and tells which.
func (c columns) apply(object string) ([]int, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &raw); err != nil {
		return nil, err
	}
	var which []int
	for i, col := range c {
		v, ok := raw[col.name]
		if !ok {
			continue
		}
		if err := col.set(v); err != nil {
			return nil, err
		}
		which = append(which, i)
	}
	return which, nil
}

func (t *Tx) takeBackAdded(ch archive.Change) (bool, error) {
	s, err := t.sheet(ch.ID)
	if archive.KindOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if now, err := s.columns().filled(); err != nil || now != ch.After {
		return false, err
	}
	// What the op gave it besides was taken back before it; what is there now came later.
	if fields, err := t.extra(ch.ID); err != nil || len(fields) > 0 {
		return false, err
	}
	if beside, err := t.standBeside([]archive.ID{ch.ID}); err != nil || len(beside) > 0 {
		return false, err
	}
	return keptOr(t.removeHolding("undo", s))
}

func (t *Tx) takeBackRemoved(ch archive.Change) (bool, error) {
	s := blankSheet(archive.HoldingKind(ch.Noun))
	if _, err := s.columns().apply(ch.Before); err != nil {
		return false, err
	}
	s.h.ID, s.h.Rev = ch.ID, 1
	if done, err := keptOr(t.place("undo", s)); !done {
		return false, err
	}
	if done, err := keptOr(t.insertHolding("undo", s)); !done {
		return false, err
	}
	after, err := s.columns().filled() // by the rules of today its class may be another
	if err != nil {
		return false, fault("undo", s.h.Code, err)
	}
	return true, t.log(ch.Noun, ch.ID, "", after)
}

// Remove takes away a holding in which nothing lies; otherwise Conflict. Rev must be
// the one that was read.
func (t *Tx) Remove(id archive.ID, rev int) error {
	const doing = "remove holding"
	if err := t.settled(doing); err != nil {
		return err
	}
	s, err := t.sheet(id)
	if err != nil {
		return err
	}
	if s.h.Rev != rev {
		return archive.Errorf(archive.Conflict, doing, s.h.Code, "changed since it was read")
	}
	return t.removeHolding(doing, s)
}

func (t *Tx) removeHolding(doing string, s sheet) error {
	id := int64(s.h.ID)
	var n int
	if err := t.tx.QueryRowContext(t.ctx, lyingIn, id, id, id, id).Scan(&n); err != nil {
		return fault(doing, s.h.Code, err)
	}
	if n > 0 {
		return archive.Errorf(archive.Conflict, doing, s.h.Code, "%d records lie in it", n)
	}
	before, err := s.columns().filled()
	if err != nil {
		return fault(doing, s.h.Code, err)
	}
	if err := t.leaveBeside(s.h.ID); err != nil {
		return err
	}
	fields, err := t.extra(s.h.ID)
	if err != nil {
		return err
	}
	if object := fieldsObject(fields); object != "" {
		if _, err := t.tx.ExecContext(t.ctx, dropExtra, id); err != nil {
			return fault(doing, s.h.Code, err)
		}
		if err := t.log(nounExtra, s.h.ID, object, ""); err != nil {
			return err
		}
	}
	if err := t.dropHolding(doing, s); err != nil {
		return err
	}
	return t.log(string(s.h.Kind), s.h.ID, before, "")
}

// dropHolding takes the rows of a holding away, with its count, without a word in the log.
func (t *Tx) dropHolding(doing string, s sheet) error {
	for _, p := range slices.Backward(append([]part{{table: "holding"}}, s.parts...)) {
		if _, err := t.tx.ExecContext(t.ctx, "DELETE FROM "+p.table+" WHERE id = $1", int64(s.h.ID)); err != nil { //nolint:gosec // a table of the program
			return fault(doing, s.h.Code, err)
		}
	}
	t.countHolding(-1, s.chain())
	delete(t.chains, s.h.ID)
	delete(t.read, s.h.ID)
	t.mark(nounHolding, s.h.ID, urgencyEdit)
	return nil
}

func (t *Tx) takeBackPage(ch archive.Change, touched *[]archive.ID) (bool, error) {
	if ch.Before == "" {
		return false, nil
	}
	old, err := t.page("undo", ch.ID)
	if archive.KindOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now := old
	placed, err := now.place().apply(ch.Before)
	if err != nil {
		return false, err
	}
	if len(placed) == 0 {
		return t.takeBackWork(ch, old)
	}
	if same, err := old.place().match(ch.After); err != nil || !same {
		return false, err
	}
	for _, h := range []archive.ID{old.Holding, now.Holding} {
		if h == 0 {
			continue
		}
		if _, err := t.chain(h); err != nil {
			return keptOr(err)
		}
		*touched = append(*touched, h)
	}
	return keptOr(t.placePage("undo", old, now))
}

// takeBackWork undoes a refusal, a retry or a recipe set by hand. A page that gets its
// earlier recipe back is enhanced again.
func (t *Tx) takeBackWork(ch archive.Change, old pageRow) (bool, error) {
	now, was := old, old
	if _, err := was.work().apply(ch.After); err != nil {
		return false, err
	}
	if _, err := now.work().apply(ch.Before); err != nil {
		return false, err
	}
	if quarantined := archive.StageQuarantined; old.Stage == quarantined || now.Stage == quarantined {
		return false, nil // a decision of its own brings it back
	}
	if was.Recipe != now.Recipe {
		if old.Recipe != was.Recipe {
			return false, nil
		}
		now.Stage, now.Reason, now.Detail = archive.StageReceived, "", ""
	} else if old != was {
		return false, nil
	}
	return keptOr(t.reworked("undo", old, now))
}

func (t *Tx) takeBackSetting(ch archive.Change) (bool, error) {
	var key, before, after string
	if _, err := settingColumns(&key, &before).apply(ch.Before); err != nil {
		return false, err
	}
	if _, err := settingColumns(&key, &after).apply(ch.After); err != nil {
		return false, err
	}
	now, err := setting(t.ctx, t.tx, key)
	if err != nil || now != after {
		return false, err
	}
	return keptOr(t.Set(key, before))
}
