package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"hash"

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
	binary.BigEndian.PutUint64(b[:], uint64(v)) //nolint:gosec // the same bits: how the digest has integers
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

// snapshot runs fn on one state of the catalogue.
func (c *Catalogue) snapshot(ctx context.Context, fn func(querier) error) error {
	tx, err := c.cat.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return fn(tx)
}
