package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

// Tx is the writing side of a catalogue inside Do. It is for one goroutine.
type Tx struct {
	ctx context.Context
	tx  *sql.Tx
	c   *Catalogue
	ids *archive.IDs

	who     access.Actor
	op      archive.ID // of what is logged here
	last    archive.ID // the last id made
	changes []change
	seq     int  // of the op's changes so far, in earlier chunks too
	long    bool // a chunk of a pending op: rows are added, never changed

	tally  map[tallyKey]int
	marks  map[markKey]int
	chains map[archive.ID]chain
	lifted map[archive.ID]string     // codes that are on their way to other holdings
	read   map[archive.ID]sheet      // holdings that were read ahead and are still so
	roots  map[archive.ID]archive.ID // of files
	rules  *ruleSet                  // of the queue's order; nil: not read yet
}

const (
	// The row of the station is what its writers queue for, so that ids and the
	// chain of digests have one order on either engine.
	lockStation = `UPDATE station SET last_id = last_id WHERE station = $1 RETURNING last_id, number, digest`
	setStation  = `UPDATE station SET last_id = $1, number = $2, digest = $3 WHERE station = $4`
	setLastID   = `UPDATE station SET last_id = $1 WHERE station = $2`
	insertOp    = `INSERT INTO op (id, actor, station, number, time, kind, changes, digest, prev)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// Do runs fn as one transaction and logs it as one op, whose id it returns; zero if
// nothing was written that is logged. An error from fn rolls everything back. fn must
// not use the catalogue outside its Tx to write, and should be short: others wait.
func (c *Catalogue) Do(ctx context.Context, actor archive.Actor, kind archive.OpKind, fn func(*Tx) error) (archive.ID, error) {
	who, err := c.enter(ctx, actor, kind)
	if err != nil {
		return 0, err
	}
	var op archive.ID
	err = c.inTx(ctx, func(t *Tx, prev link) error {
		t.who, t.op = who, t.NewID()
		if err := fn(t); err != nil {
			return err
		}
		if err := t.flush(); err != nil {
			return err
		}
		if len(t.changes) == 0 {
			return nil
		}
		root := t.foldChanges(make([]byte, digestSize))
		o := archive.Op{ID: t.op, Actor: actor.ID, Station: c.station, Time: c.millis(), Kind: kind, Prev: prev.digest}
		o.Digest = opDigest(o, prev.number+1, t.seq, root)
		if _, err := t.tx.ExecContext(ctx, insertOp, int64(o.ID), int64(o.Actor), o.Station, prev.number+1, o.Time,
			string(o.Kind), t.seq, o.Digest, o.Prev); err != nil {
			return err
		}
		if err := t.writeChanges(); err != nil {
			return err
		}
		op = o.ID
		_, err := t.tx.ExecContext(ctx, setStation, int64(t.last), prev.number+1, o.Digest, c.station)
		return err
	})
	if err != nil {
		return 0, fault(opWords(kind), "", err)
	}
	return op, nil
}

// opWords turns the kind of an op into the verb phrase of an error.
func opWords(kind archive.OpKind) string { return "write " + string(kind) }

// link is the end of a station's chain.
type link struct {
	number int
	digest []byte
}

// inTx opens a Tx behind every other writer of the station.
func (c *Catalogue) inTx(ctx context.Context, fn func(*Tx, link) error) error {
	return c.cat.transact(ctx, func(tx *sql.Tx) error {
		var last int64
		var prev link
		if err := tx.QueryRowContext(ctx, lockStation, c.station).Scan(&last, &prev.number, &prev.digest); err != nil {
			return err
		}
		gen, err := archive.NewIDs(c.station, c.now, archive.ID(last))
		if err != nil {
			return err
		}
		t := &Tx{
			ctx: ctx, tx: tx, c: c, who: access.Everyone(), ids: gen, last: archive.ID(last),
			tally: map[tallyKey]int{}, marks: map[markKey]int{}, chains: map[archive.ID]chain{},
			roots: map[archive.ID]archive.ID{}, lifted: map[archive.ID]string{}, read: map[archive.ID]sheet{},
		}
		if err := fn(t, prev); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, setLastID, int64(t.last), c.station)
		return err
	})
}

// Context is the context of the Do.
func (t *Tx) Context() context.Context { return t.ctx }

// NewID makes an id of this station.
func (t *Tx) NewID() archive.ID {
	t.last = t.ids.Next()
	return t.last
}

// flush writes what was gathered: counts and marks, each in one order, so that two
// stations never wait for each other crosswise.
func (t *Tx) flush() error {
	if err := t.writeTally(); err != nil {
		return err
	}
	return t.writeMarks()
}

// log notes a change of the op. before is "" for a new row, after for a removed one.
func (t *Tx) log(noun string, id archive.ID, before, after string) error {
	t.seq++
	ch, err := newChange(archive.Change{Op: t.op, Seq: t.seq, Noun: noun, ID: id, Before: before, After: after})
	if err != nil {
		return err
	}
	t.changes = append(t.changes, ch)
	return nil
}

// writeChanges writes what was logged since the last time.
func (t *Tx) writeChanges() error {
	names := []string{"op", "seq", "noun", "id", "before", "after", "salt", "digest"}
	return insertMany(t.ctx, t.tx, "change", "", names, len(t.changes), func(i int, args []any) []any {
		ch := &t.changes[i]
		return append(args, int64(t.op), ch.Seq, ch.Noun, int64(ch.ID), nullText(ch.Before), nullText(ch.After), ch.salt, ch.digest)
	})
}

func nullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// settled refuses what a pending op may not do.
func (t *Tx) settled(doing string) error {
	if t.long {
		return archive.Errorf(archive.Invalid, doing, "", "a long write adds rows and changes none")
	}
	return nil
}
