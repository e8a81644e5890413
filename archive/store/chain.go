package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"

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
	sum := sha256.Sum256(appendChange(nil, ch.Op, ch.Seq, ch.Noun, ch.ID, ch.Before, ch.After, salt))
	return sum[:]
}

// appendChange appends what the digest of a change is made of.
func appendChange[T ~string | ~[]byte](b []byte, op archive.ID, seq int, noun T, id archive.ID, before, after T, salt []byte) []byte {
	b = append(append(b, "lantai change 1\n"...), salt...)
	b = appendInts(b, int64(op), int64(seq))
	b = appendInts(appendText(b, noun), int64(id))
	return appendText(appendText(b, before), after)
}

// opDigest is SHA-256 over the op and the running digest of its changes.
func opDigest(o archive.Op, number, changes int, root []byte) []byte {
	sum := sha256.Sum256(appendOp(nil, o, number, changes, root))
	return sum[:]
}

// appendOp appends what the digest of an op is made of.
func appendOp(b []byte, o archive.Op, number, changes int, root []byte) []byte {
	b = append(append(b, "lantai op 1\n"...), o.Prev...)
	b = appendInts(b, int64(o.ID), int64(o.Actor), int64(o.Station), int64(number), o.Time)
	b = appendInts(appendText(b, string(o.Kind)), int64(changes))
	return append(b, root...)
}

func appendInts(b []byte, list ...int64) []byte {
	for _, v := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(v)) //nolint:gosec // the same bits: how the digest has integers
	}
	return b
}

func appendText[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(appendInts(b, int64(len(s))), s...)
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

// snapshot runs fn on one state of the catalogue.
func (c *Catalogue) snapshot(ctx context.Context, fn func(querier) error) error {
	tx, err := c.cat.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(tx)
}
