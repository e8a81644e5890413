package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"lantai/archive"
)

// filledStation is the station whose ops FillLog writes.
const filledStation = 1

// FillLog writes the log of a station that has logged nothing yet into a catalogue in a
// file that no one has open, as doc/archive-home.md defines it and in a thousandth of the
// time that as many real writes take. changes says how many changes the nth op has.
func FillLog(ctx context.Context, catalogue string, ops int, changes func(n int) int) (err error) {
	db, err := sql.Open("sqlite3", "file:"+catalogue+"?_synchronous=OFF&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	f := filler{random: rand.NewChaCha8([32]byte{1}), digest: make([]byte, sha256.Size)}
	if f.op, err = tx.PrepareContext(ctx, `INSERT INTO op (id, actor, station, number, time, kind, changes, digest, prev)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.op.Close()) }()
	if f.change, err = tx.PrepareContext(ctx, `INSERT INTO change (op, seq, noun, id, before, after, salt, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.change.Close()) }()
	now := time.Date(2024, 1, 2, 8, 0, 0, 0, time.UTC)
	ids, err := archive.NewIDs(filledStation, func() time.Time { return now }, 0)
	if err != nil {
		return err
	}
	var last archive.ID
	for n := 1; n <= ops; n++ {
		now = now.Add(30 * time.Second)
		last = ids.Next()
		if err := f.write(n, last, now.UnixMilli(), changes(n)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE station SET last_id = $1, number = $2, digest = $3 WHERE station = $4`,
		int64(last), ops, f.digest, filledStation); err != nil {
		return err
	}
	return tx.Commit()
}

type filler struct {
	random     *rand.ChaCha8
	op, change *sql.Stmt
	digest     []byte // of the op before
	buf        []byte
}

// write writes an op that edits records.
func (f *filler) write(number int, id archive.ID, at int64, changes int) error {
	const kind, noun = string(archive.OpHoldingEdit), "item"
	actor := archive.ID(1 + number%7)
	root := [sha256.Size]byte{}
	for seq := 1; seq <= changes; seq++ {
		record := int64(1000 + (number*31+seq)%900_000)
		before := fmt.Sprintf(`{"title":"关于一九八五年防汛抗旱工作的通知 %d","year":1985,"doc_no":""}`, number)
		after := fmt.Sprintf(`{"title":"关于做好一九八五年防汛抗旱工作的通知 %d","year":1986,"doc_no":"青政发〔1985〕%d号"}`, number, seq)
		salt := make([]byte, 16)
		_, _ = f.random.Read(salt) // never fails
		f.buf = append(append(f.buf[:0], "lantai change 1\n"...), salt...)
		f.ints(int64(id), int64(seq))
		f.text(noun)
		f.ints(record)
		f.text(before)
		f.text(after)
		digest := sha256.Sum256(f.buf)
		root = sha256.Sum256(append(root[:], digest[:]...))
		if _, err := f.change.Exec(int64(id), seq, noun, record, before, after, salt, digest[:]); err != nil {
			return err
		}
	}
	f.buf = append(append(f.buf[:0], "lantai op 1\n"...), f.digest...)
	f.ints(int64(id), int64(actor), filledStation, int64(number), at)
	f.text(kind)
	f.ints(int64(changes))
	digest := sha256.Sum256(append(f.buf, root[:]...))
	_, err := f.op.Exec(int64(id), int64(actor), filledStation, number, at, kind, changes, digest[:], f.digest)
	f.digest = digest[:]
	return err
}

func (f *filler) ints(list ...int64) {
	for _, v := range list {
		f.buf = binary.BigEndian.AppendUint64(f.buf, uint64(v))
	}
}

func (f *filler) text(s string) {
	f.ints(int64(len(s)))
	f.buf = append(f.buf, s...)
}
