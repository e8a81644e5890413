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

// filledRecords is how many records the ops of FillLog add, and go on to edit.
const filledRecords = 900_000

// FillLog writes the log of a station that has logged nothing yet, and the records that it
// leaves, into a catalogue in a file that no one has open, as doc/archive-home.md defines
// it and in a thousandth of the time that as many real writes take. changes says how many
// changes the nth op has.
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
	f := filler{random: rand.NewChaCha8([32]byte{1}), digest: make([]byte, sha256.Size), at: make([]state, filledRecords)}
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
	if err := f.writeRecords(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

type filler struct {
	random     *rand.ChaCha8
	op, change *sql.Stmt
	digest     []byte // of the op before
	buf        []byte
	at         []state // of the records
}

// state is what a record is at; the zero state is not there.
type state struct{ number, seq int }

func (s state) title() string {
	return fmt.Sprintf("关于做好一九八五年防汛抗旱工作的通知 %d", s.number)
}
func (s state) year() int     { return 1985 + s.number%2 }
func (s state) docNo() string { return fmt.Sprintf("青政发〔1985〕%d号", s.seq) }

func (s state) logged() string {
	return fmt.Sprintf(`"title":"%s","year":%d,"doc_no":"%s"}`, s.title(), s.year(), s.docNo())
}

const firstRecord = 1000

// writeRecords writes the records as the log leaves them.
func (f *filler) writeRecords(ctx context.Context, tx *sql.Tx) (err error) {
	holding, err := tx.PrepareContext(ctx, `INSERT INTO holding (id, kind, parent, fonds, series, code, code_sort, title, title_pinyin, date, date_sort,
		year, retention, opening, access_class, rev, born) VALUES ($1, 'item', 2, 1, 2, '', x'', $2, x'', '', x'', $3, '', '', 0, 1, 0)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, holding.Close()) }()
	item, err := tx.PrepareContext(ctx, `INSERT INTO item (id, number, box, author, doc_no, persons, page_count, page_no, note)
		VALUES ($1, '', NULL, '', $2, '', 0, '', '')`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, item.Close()) }()
	for i, s := range f.at {
		if s.number == 0 {
			continue
		}
		if _, err := holding.Exec(firstRecord+i, s.title(), s.year()); err != nil {
			return err
		}
		if _, err := item.Exec(firstRecord+i, s.docNo()); err != nil {
			return err
		}
	}
	return nil
}

// write writes an op that adds records, and edits those that are there.
func (f *filler) write(number int, id archive.ID, at int64, changes int) error {
	const kind, noun = string(archive.OpHoldingEdit), "item"
	actor := archive.ID(1 + number%7)
	root := [sha256.Size]byte{}
	for seq := 1; seq <= changes; seq++ {
		n := (number*31 + seq) % filledRecords
		record := int64(firstRecord + n)
		now := state{number, seq}
		before, after := "", `{"kind":"item","parent":"2","fonds":"1","series":"2",`+now.logged()
		if was := f.at[n]; was.number != 0 {
			before, after = "{"+was.logged(), "{"+now.logged()
		}
		f.at[n] = now
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
		if _, err := f.change.Exec(int64(id), seq, noun, record, sql.NullString{String: before, Valid: before != ""}, after, salt, digest[:]); err != nil {
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
