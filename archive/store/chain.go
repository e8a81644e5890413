package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"
	"strconv"

	"lantai/archive"
)

const (
	digestSize = sha256.Size
	saltSize   = 16
)

// change is an archive.Change with the salt and digest that stand in the log.
type change struct {
	archive.Change
	salt, digest []byte
}

func newChange(ch archive.Change) (change, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return change{}, err
	}
	return change{ch, salt, changeDigest(ch, salt)}, nil
}

// changeDigest is SHA-256 over salt and values, as doc/archive-home.md defines it. Who
// has neither the values nor the salt learns nothing from it.
func changeDigest(ch archive.Change, salt []byte) []byte {
	h := sha256.New()
	h.Write([]byte("lantai change 1\n"))
	h.Write(salt)
	writeInt(h, int64(ch.Op))
	writeInt(h, int64(ch.Seq))
	writeText(h, ch.Noun)
	writeInt(h, int64(ch.ID))
	writeText(h, ch.Before)
	writeText(h, ch.After)
	return h.Sum(nil)
}

// opDigest is SHA-256 over the op and the running digest of its changes.
func opDigest(o archive.Op, number, changes int, root []byte) []byte {
	h := sha256.New()
	h.Write([]byte("lantai op 1\n"))
	h.Write(o.Prev)
	for _, v := range []int64{int64(o.ID), int64(o.Actor), int64(o.Station), int64(number), o.Time} {
		writeInt(h, v)
	}
	writeText(h, string(o.Kind))
	writeInt(h, int64(changes))
	h.Write(root)
	return h.Sum(nil)
}

func writeInt(h hash.Hash, v int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(v))
	h.Write(b[:])
}

func writeText(h hash.Hash, s string) {
	writeInt(h, int64(len(s)))
	h.Write([]byte(s))
}

// foldChanges runs the digests of this transaction's changes into root.
func (t *Tx) foldChanges(root []byte) []byte {
	for _, ch := range t.changes {
		root = fold(root, ch.digest)
	}
	return root
}

func fold(root, digest []byte) []byte {
	sum := sha256.Sum256(append(bytes.Clone(root), digest...))
	return sum[:]
}

const (
	stationEnds = `SELECT station, number, digest FROM station ORDER BY station`
	chainOps    = `SELECT id, actor, number, time, kind, changes, digest, prev FROM op
		WHERE station = $1 AND number > $2 ORDER BY number LIMIT 500`
	chainChanges = `SELECT seq, noun, id, before, after, salt, digest FROM change WHERE op = $1 ORDER BY seq`
)

// VerifyLog walks every station's chain of digests and returns how many ops it holds.
// It returns Damaged with the first op that does not fit. Changes whose values were
// purged count by the digests that stayed.
func (c *Catalogue) VerifyLog(ctx context.Context) (ops int, err error) {
	const doing = "verify log"
	err = c.snapshot(ctx, func(db querier) error {
		type end struct {
			station int
			link
		}
		var ends []end
		if err := rows(ctx, db, stationEnds, nil, func(r *sql.Rows) error {
			var e end
			if err := r.Scan(&e.station, &e.number, &e.digest); err != nil {
				return err
			}
			ends = append(ends, e)
			return nil
		}); err != nil {
			return err
		}
		for _, e := range ends {
			n, err := verifyChain(ctx, db, e.station, e.link)
			if err != nil {
				return err
			}
			ops += n
		}
		return nil
	})
	return ops, fault(doing, "", err)
}

// snapshot runs fn on one state of the catalogue.
func (c *Catalogue) snapshot(ctx context.Context, fn func(querier) error) error {
	tx, err := c.cat.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(tx)
}

type loggedOp struct {
	archive.Op
	number, changes int
}

func verifyChain(ctx context.Context, db querier, station int, end link) (int, error) {
	prev := link{digest: make([]byte, digestSize)}
	for prev.number < end.number {
		var ops []loggedOp
		if err := rows(ctx, db, chainOps, []any{station, prev.number}, func(r *sql.Rows) error {
			o := loggedOp{Op: archive.Op{Station: station}}
			if err := r.Scan(&o.ID, &o.Actor, &o.number, &o.Time, &o.Kind, &o.changes, &o.Digest, &o.Prev); err != nil {
				return err
			}
			ops = append(ops, o)
			return nil
		}); err != nil {
			return 0, err
		}
		if len(ops) == 0 {
			return 0, brokenChain(station, prev.number+1, 0)
		}
		for _, o := range ops {
			root, n, err := verifyChanges(ctx, db, o.ID)
			if err != nil {
				return 0, err
			}
			if o.number != prev.number+1 || n != o.changes || root == nil || !bytes.Equal(o.Prev, prev.digest) ||
				!bytes.Equal(o.Digest, opDigest(o.Op, o.number, o.changes, root)) {
				return 0, brokenChain(station, prev.number+1, o.ID)
			}
			prev = link{o.number, o.Digest}
		}
	}
	if prev.number != end.number || !bytes.Equal(prev.digest, end.digest) {
		return 0, brokenChain(station, end.number, 0)
	}
	return end.number, nil
}

// verifyChanges runs the digests of an op's changes together; root is nil when a
// change does not fit its digest.
func verifyChanges(ctx context.Context, db querier, op archive.ID) (root []byte, n int, err error) {
	root = make([]byte, digestSize)
	err = rows(ctx, db, chainChanges, []any{int64(op)}, func(r *sql.Rows) error {
		var ch change
		var before, after sql.NullString
		if err := r.Scan(&ch.Seq, &ch.Noun, &ch.ID, &before, &after, &ch.salt, &ch.digest); err != nil {
			return err
		}
		n++
		ch.Op, ch.Before, ch.After = op, before.String, after.String
		if ch.Seq != n || ch.salt != nil && !bytes.Equal(ch.digest, changeDigest(ch.Change, ch.salt)) {
			root = nil
		}
		if root != nil {
			root = fold(root, ch.digest)
		}
		return nil
	})
	return root, n, err
}

func brokenChain(station, number int, op archive.ID) error {
	return archive.Errorf(archive.Damaged, "verify log", op.String(), "op %s of station %s is missing or was altered",
		strconv.Itoa(number), strconv.Itoa(station))
}
