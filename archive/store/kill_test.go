package store_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// workerDir names the environment variable that makes the test program a process
// which writes until it is killed.
const workerDir = "LANTAI_STORE_WORKER_DIR"

// longItems is how many items each long write of the worker adds, in chunks.
const longItems = 60

func workerOptions(dir string) store.Options {
	return store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1}
}

// workUntilKilled does every kind of write in turn, in an archive that has a fonds.
func workUntilKilled(dir string) error {
	c, err := store.Open(ctx, workerOptions(dir))
	if err != nil {
		return err
	}
	fonds, err := c.FondsByNumber(ctx, all, "K")
	if err != nil {
		return err
	}
	series, err := c.SeriesOf(ctx, all, fonds.ID)
	if err != nil {
		return err
	}
	fmt.Println("at work")
	for n := 0; ; n++ {
		var page archive.ID
		if _, err := c.Do(ctx, actor, "receive", func(tx *store.Tx) error {
			f := archive.File{Path: fmt.Sprintf("%d/%d.tif", os.Getpid(), n)}
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			pages := []archive.Page{{File: f.ID}}
			err := tx.AddPages(pages)
			page = pages[0].ID
			return err
		}); err != nil {
			return err
		}
		for i := range 3 {
			if err := c.Correct(ctx, actor, page, fmt.Sprint("改", i)); err != nil {
				return err
			}
		}
		if err := addLong(c, series[0].ID, fmt.Sprintf("%d-%d", os.Getpid(), n)); err != nil {
			return err
		}
	}
}

func addLong(c *store.Catalogue, series archive.ID, group string) error {
	long, err := c.Begin(ctx, actor, "import")
	if err != nil {
		return err
	}
	for i := range longItems {
		if err := long.Chunk(ctx, func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: series, Code: fmt.Sprintf("%s-%d", group, i), Title: group}})
		}); err != nil {
			return err
		}
	}
	_, err = long.Finish(ctx)
	return err
}

func TestAKilledWriterLeavesAWholeCatalogue(t *testing.T) {
	dir := t.TempDir()
	open(t, workerOptions(dir), func(w *world) {
		w.do(func(tx *store.Tx) error {
			f := archive.Fonds{Holding: archive.Holding{Code: "K"}}
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
			return tx.AddSeries(&archive.Series{Holding: archive.Holding{Parent: f.ID, Code: "K-1"}})
		})
	})
	for n := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), workerDir+"="+dir)
		cmd.Stderr = os.Stderr
		said, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(said).ReadString('\n')
		if err != nil && err != io.EOF || line != "at work\n" {
			t.Fatalf("the worker says %q, %v", line, err)
		}
		<-time.After(time.Duration(rand.IntN(400)) * time.Millisecond) // when it is killed is the point
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		checkWhole(t, dir, n)
		if t.Failed() {
			return
		}
	}
}

// checkWhole opens what a killed writer left, an hour later.
func checkWhole(t *testing.T, dir string, n int) {
	t.Helper()
	opt := workerOptions(dir)
	opt.Now = func() time.Time { return time.Now().Add(time.Duration(n+1) * time.Hour) }
	c, err := store.Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Catalogue: c, opt: opt}
	defer c.Close()
	if _, err := w.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
	number := func(db *sql.DB, query string) (n int) {
		t.Helper()
		if err := db.QueryRow(query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, db := range []*sql.DB{w.records(), w.texts()} {
		var whole string
		if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&whole); err != nil || whole != "ok" {
			t.Errorf("integrity: %s, %v", whole, err)
		}
	}
	if n := number(w.records(), `SELECT COUNT(*) FROM pragma_foreign_key_check`); n != 0 {
		t.Errorf("%d rows refer to nothing", n)
	}
	if n := number(w.records(), fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT title FROM holding WHERE kind = 'item' GROUP BY title HAVING COUNT(*) <> %d)`, longItems)); n != 0 {
		t.Errorf("%d long writes are there in part", n)
	}
	items, pages := number(w.records(), `SELECT COUNT(*) FROM item`), number(w.records(), `SELECT COUNT(*) FROM page`)
	if got := must(w.Totals(ctx, all, 0))(w); got.Items != items || got.Pages != pages || got.Unlinked != pages {
		t.Errorf("counted %+v; there are %d items, %d pages", got, items, pages)
	}
	if n := number(w.texts(), `SELECT COUNT(*) FROM correction WHERE settled = 0`); n != 0 {
		t.Errorf("%d corrections unsettled", n)
	}
	logged := w.numbers(w.records(), `SELECT id FROM op WHERE kind = 'text.correct'`)
	for _, op := range w.numbers(w.texts(), `SELECT op FROM correction`) {
		if !slices.Contains(logged, op) {
			t.Errorf("a correction that no op logs: %d", op)
		}
	}
}

// numbers reads a column.
func (w *world) numbers(db *sql.DB, query string) (list []int64) {
	w.Helper()
	rows, err := db.Query(query)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			w.Fatal(err)
		}
		list = append(list, n)
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return list
}
