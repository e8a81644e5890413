package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

// longLog is so many ops that a log is walked from both ends of its halves.
const longLog = 21_001

// filled makes a long log, and gives where it is and a function that opens it.
func filled(t *testing.T) store.Options {
	t.Helper()
	o := storetest.SQLite(t)
	o.Station = 1
	c, err := store.Open(ctx, o)
	if err == nil {
		err = c.Close()
	}
	if err == nil {
		err = storetest.FillLog(ctx, o.Catalogue, longLog, func(n int) int {
			if n%5000 == 0 {
				return 700
			}
			return 1 + n%2
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func checkLog(t *testing.T, o store.Options, progress func(archive.Progress)) (store.LogCheck, error) {
	t.Helper()
	c, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.CheckLog(ctx, nil, progress)
}

// The log that FillLog writes by the words of doc/archive-home.md fits what the program
// reads, and what is altered is found in either half and where they meet.
func TestLongLogIsWalkedInHalves(t *testing.T) {
	o := filled(t)
	last := archive.Progress{}
	got, err := checkLog(t, o, func(p archive.Progress) {
		if p.Done < last.Done {
			t.Errorf("progress goes back: %+v after %+v", p, last)
		}
		last = p
	})
	if err != nil || got.Bad != nil || got.Ops != longLog || last.Done != longLog || last.Total != longLog {
		t.Fatalf("%+v, %v; told %+v", got, err, last)
	}
	const mid = longLog / 2
	alter := func(query string, args ...any) {
		t.Helper()
		db, err := sql.Open("sqlite3", o.Catalogue)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, numbers := range [][]int{{1}, {mid - 1}, {mid}, {mid + 1}, {mid + 2}, {longLog}, {999, longLog}, {1000, 1001}, {mid, mid + 1}, {5000}} {
		for _, n := range numbers {
			alter(`UPDATE op SET time = time + 1 WHERE number = ?`, n)
		}
		got, err := checkLog(t, o, nil)
		if err != nil || got.Bad == nil || got.Bad.Number != numbers[0] || got.Bad.Fault != store.OpAltered || got.Ops != numbers[0]-1 {
			t.Errorf("altered %v: found %+v after %d, %v", numbers, got.Bad, got.Ops, err)
		}
		for _, n := range numbers {
			alter(`UPDATE op SET time = time - 1 WHERE number = ?`, n)
		}
	}
	// A digest that was exchanged at the middle begins the second half wrongly, too.
	alter(`UPDATE op SET digest = zeroblob(32) WHERE number = ?`, mid)
	if got, err := checkLog(t, o, nil); err != nil || got.Bad == nil || got.Bad.Number != mid || got.Bad.Fault != store.OpAltered {
		t.Errorf("digest at the middle: %+v, %v", got.Bad, err)
	}
	alter(`UPDATE op SET digest = (SELECT prev FROM op WHERE number = ?) WHERE number = ?`, mid+1, mid)
	for _, n := range []int{mid, mid + 1, 12} {
		alter(`UPDATE op SET number = NULL WHERE number = ?`, n)
		want := min(n, mid)
		if got, err := checkLog(t, o, nil); err != nil || got.Bad == nil || got.Bad.Number != want || got.Bad.Fault != store.OpMissing {
			t.Errorf("%d gone: %+v, %v", n, got.Bad, err)
		}
	}
}

// A check that is stopped says so, and found nothing.
func TestCheckOfTheLogStops(t *testing.T) {
	c, err := store.Open(ctx, filled(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	stopping, stop := context.WithCancel(ctx)
	_, err = c.CheckLog(stopping, nil, func(archive.Progress) { stop() })
	if archive.KindOf(err) != archive.Stopped {
		t.Errorf("%v", err)
	}
	if n, err := c.VerifyLog(ctx); err != nil || n != longLog {
		t.Errorf("again: %d, %v", n, err)
	}
}

// A file that is damaged is an error, not an op that does not fit.
func TestCheckOfADamagedFile(t *testing.T) {
	o := filled(t)
	c, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f, err := os.OpenFile(o.Catalogue, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err == nil {
		// The last part of the file has pages of changes.
		_, err = f.WriteAt(make([]byte, 64<<10), info.Size()-256<<10)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if check, err := c.CheckLog(ctx, nil, nil); err == nil && check.Bad == nil {
		t.Errorf("damage was not found")
	}
}
