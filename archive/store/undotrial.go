package store

import (
	"context"
	"errors"

	"lantai/archive"
)

// errTried rolls back what was only tried.
var errTried = errors.New("only tried")

// UndoTrial tells what Undo would do with an op, and does nothing. fn is told of each
// change whether it would be taken back; the fields of the site's own go with the holding
// that the op added. Others may write meanwhile: it takes the way in short steps.
func (c *Catalogue) UndoTrial(ctx context.Context, op archive.ID, progress func(archive.Progress), fn func(ch archive.Change, goes bool)) error {
	o, err := c.undoable(ctx, "try undo", op)
	if err != nil {
		return err
	}
	if o.Changes > undoAtOnce {
		return c.tryLong(ctx, op, o.Changes, progress, fn)
	}
	return c.tryAll(ctx, op, fn, func(t *Tx) ([]archive.Change, error) { return t.changesOf(op) })
}

// tryOut runs fn in a transaction that is rolled back.
func (c *Catalogue) tryOut(ctx context.Context, op archive.ID, fn func(*Tx) error) error {
	err := c.inTx(ctx, func(t *Tx, _ link) error {
		t.op = t.NewID()
		if err := fn(t); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return fault("try undo", op.String(), err)
}

// tryAll undoes changes at once, and tells which could be.
func (c *Catalogue) tryAll(ctx context.Context, op archive.ID, fn func(archive.Change, bool), list func(*Tx) ([]archive.Change, error)) error {
	for spared := map[archive.ID]bool{}; ; {
		var changes, kept []archive.Change
		err := c.tryOut(ctx, op, func(t *Tx) (err error) {
			if changes, err = list(t); err == nil {
				kept, err = t.takeBackAll(changes, spared)
			}
			return err
		})
		if again(err, spared) {
			continue
		}
		if err == nil {
			tell(changes, kept, fn)
		}
		return err
	}
}

// tell tells of changes whether they are among those kept.
func tell(changes, kept []archive.Change, fn func(archive.Change, bool)) {
	left := make(map[int]bool, len(kept))
	for _, ch := range kept {
		left[ch.Seq] = true
	}
	for _, ch := range changes {
		if ch.Noun != nounOp {
			fn(ch, !left[ch.Seq])
		}
	}
}

func (c *Catalogue) tryLong(ctx context.Context, op archive.ID, n int, progress func(archive.Progress), fn func(archive.Change, bool)) error {
	u := newLongUndo(c, op)
	var err error
	if u.whole, err = c.recodes(ctx, op); err != nil {
		return err
	}
	for below := n + 1; below > 1; {
		var list []archive.Change
		kept, rest := len(u.kept), len(u.rest)
		if err := c.tryOut(ctx, op, func(t *Tx) (err error) {
			list, below, err = u.step(t, below)
			return err
		}); err != nil {
			return err
		}
		tell(u.decided(list, u.rest[rest:]), u.kept[kept:], fn)
		progress(archive.Progress{Phase: "undo", Done: n + 1 - below, Total: n})
	}
	if err := u.gather(); err != nil || len(u.rest) == 0 {
		return err
	}
	return c.tryAll(ctx, op, fn, func(*Tx) ([]archive.Change, error) { return u.rest, nil })
}

// decided gives those of a step's changes about which nothing is to be decided later.
func (u *longUndo) decided(list, rest []archive.Change) (out []archive.Change) {
	later := make(map[int]bool, len(rest))
	for _, ch := range rest {
		later[ch.Seq] = true
	}
	for _, ch := range list {
		if !later[ch.Seq] && (ch.Noun != nounExtra || ch.Before != "") {
			out = append(out, ch)
		}
	}
	return out
}
