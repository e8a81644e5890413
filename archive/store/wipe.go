package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"lantai/archive"
)

// SQLite overwrites what is deleted (secure_delete), but where rows move from one page of
// the file to another it leaves the old copy in the space that the page no longer uses,
// and a later deletion overwrites the row's own place alone. So after a purge the unused
// space of all pages is overwritten, past SQLite: bytes that no reader ever looks at.
// VACUUM would do it too, with twice the space of the file and all writers waiting.

const (
	wipeSlice = 16 << 20 // bytes in one go, while writers wait
	wipeTries = 50       // to find the write-ahead log empty
)

// wiper overwrites the unused space of one file.
type wiper struct {
	one  sync.Mutex
	db   *sql.DB // its writer
	abs  string
	raw  rawFile // opened once: see openRaw
	page int     // size of a page
	use  int     // of its bytes that may be used
	free map[uint32]bool
}

// wipe goes through the file slice by slice. Each slice is overwritten while the
// write-ahead log is empty and nobody can write, and then something is committed, so that
// no connection goes on with a copy of an old page.
func (w *wiper) wipe(ctx context.Context) error {
	w.one.Lock()
	defer w.one.Unlock()
	if w.raw == nil {
		raw, err := openRaw(w.abs)
		if err != nil {
			return err
		}
		w.raw = raw
	}
	for at, size := int64(0), int64(1); at < size; at += wipeSlice {
		info, err := os.Stat(w.abs)
		if err != nil {
			return err
		}
		size = info.Size()
		if err := w.slice(ctx, at, min(wipeSlice, size-at)); err != nil {
			return err
		}
	}
	return checkpointSQLite(ctx, w.db, w.abs)
}

func (w *wiper) slice(ctx context.Context, at, length int64) error {
	for range wipeTries {
		if err := checkpointSQLite(ctx, w.db, w.abs); err != nil {
			return err
		}
		done, err := w.whileEmpty(ctx, func() error { return w.overwrite(at, length) })
		if done || err != nil {
			return err
		}
	}
	return archive.Errorf(archive.Busy, "overwrite deleted content", w.abs, "others write all the time")
}

// whileEmpty runs fn as the only writer, unless somebody has written since the write-ahead
// log was emptied.
func (w *wiper) whileEmpty(ctx context.Context, fn func() error) (done bool, err error) {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if info, err := os.Stat(w.abs + "-wal"); err == nil && info.Size() > 0 {
		return false, nil
	}
	if err := fn(); err != nil {
		return false, err
	}
	// This connection forgets its pages, others do at the next commit of another.
	var version int
	if _, err := tx.ExecContext(ctx, `PRAGMA shrink_memory`); err != nil {
		return false, err
	}
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

func (w *wiper) overwrite(at, length int64) error {
	if err := w.readHeader(); err != nil {
		return err
	}
	buf := make([]byte, length)
	n, err := w.raw.ReadAt(buf, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	changed := false
	for off := 0; off+w.page <= n; off += w.page {
		number := uint32((at+int64(off))/int64(w.page)) + 1 //nolint:gosec // SQLite numbers its pages so
		if number == 1 {                                    // has the header and the names of tables alone
			continue
		}
		page := buf[off : off+w.page]
		for _, s := range w.unused(number, page) {
			if !blank(page[s.from:s.to]) {
				clear(page[s.from:s.to])
				if _, err := w.raw.WriteAt(page[s.from:s.to], at+int64(off+s.from)); err != nil {
					return err
				}
				changed = true
			}
		}
	}
	if !changed {
		return nil
	}
	return w.raw.Sync()
}

// readHeader reads the size of pages and which pages are free, as the file format of
// SQLite has them (https://sqlite.org/fileformat.html, 1.3 and 1.5).
func (w *wiper) readHeader() error {
	var h [100]byte
	if _, err := w.raw.ReadAt(h[:], 0); err != nil {
		return err
	}
	if w.page = int(binary.BigEndian.Uint16(h[16:])); w.page == 1 {
		w.page = 1 << 16
	}
	if w.page < 512 || wipeSlice%w.page != 0 {
		return fmt.Errorf("pages of %d bytes", w.page)
	}
	w.use = w.page - int(h[20])
	w.free = map[uint32]bool{}
	left := int(binary.BigEndian.Uint32(h[36:]))
	page := make([]byte, w.page)
	for trunk := binary.BigEndian.Uint32(h[32:]); trunk != 0 && left > 0; left-- {
		if _, err := w.raw.ReadAt(page, int64(trunk-1)*int64(w.page)); err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint32(page[4:]))
		if n > w.use/4-2 {
			return fmt.Errorf("%d free pages in one list", n)
		}
		for i := range n {
			w.free[binary.BigEndian.Uint32(page[8+4*i:])] = true
			left--
		}
		trunk = binary.BigEndian.Uint32(page)
	}
	return nil
}

// span is a part of a page.
type span struct{ from, to int }

// unused gives the parts of a page that hold nothing: a free page as a whole; of a page
// of a tree the gap between the pointers to its cells and the cells, and the free blocks
// between these but for their four bytes of list. A page that does not look like one of a
// tree is one of a long value or of the list of free pages, and is left alone.
func (w *wiper) unused(number uint32, page []byte) []span {
	if w.free[number] {
		return []span{{0, w.use}}
	}
	header := 8
	switch page[0] {
	case 0x02, 0x05:
		header = 12
	case 0x0a, 0x0d:
	default:
		return nil
	}
	cells := int(binary.BigEndian.Uint16(page[3:]))
	content := int(binary.BigEndian.Uint16(page[5:]))
	if content == 0 {
		content = 1 << 16
	}
	gap := header + 2*cells
	if gap > content || content > w.use {
		return nil
	}
	for i := range cells {
		if at := int(binary.BigEndian.Uint16(page[header+2*i:])); at < content || at >= w.use {
			return nil
		}
	}
	list := []span{{gap, content}}
	for at, last := int(binary.BigEndian.Uint16(page[1:])), 0; at != 0; {
		if at < content || at <= last || at+4 > w.use {
			return nil
		}
		size := int(binary.BigEndian.Uint16(page[at+2:]))
		if size < 4 || at+size > w.use {
			return nil
		}
		list = append(list, span{at + 4, at + size})
		last, at = at, int(binary.BigEndian.Uint16(page[at:]))
	}
	return list
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// rawFile is a database file past SQLite.
type rawFile interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}
