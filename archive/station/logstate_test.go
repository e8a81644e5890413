package station_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"lantai/archive"
	"lantai/archive/audit"
	"lantai/archive/station"
	"lantai/archive/store"
)

// noon is a day in the middle of the life of these archives.
var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.Local)

func at(t time.Time) station.Options {
	return station.Options{Light: true, Now: func() time.Time { return t }}
}

// writeAt writes some ops on a day.
func writeAt(t *testing.T, dir string, when time.Time, times int) {
	t.Helper()
	s := open(t, dir, at(when))
	for i := range times {
		if _, err := s.Catalogue.Do(context.Background(), archive.LocalActor(), archive.OpSettingEdit, func(tx *store.Tx) error {
			return tx.Set("note", fmt.Sprint(time.Now(), i))
		}); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, s)
}

func stateAt(t *testing.T, dir string, when time.Time) audit.State {
	t.Helper()
	s := open(t, dir, at(when))
	defer shut(t, s)
	return s.LogState(context.Background())
}

func headLines(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Fields(strings.ReplaceAll(string(b), "\t", "|"))
}

// yesterday has a file look as if it was written the day before.
func yesterday(t *testing.T, file string, now time.Time) {
	t.Helper()
	day := now.Add(-24 * time.Hour)
	if err := os.Chtimes(file, day, day); err != nil {
		t.Fatal(err)
	}
}

func TestHeadsAreKeptOnceADay(t *testing.T) {
	dir, disk := newHome(t), t.TempDir()
	file := filepath.Join(dir, "log", "heads.tsv")
	now := time.Now() // days are told by the file's time
	if got := stateAt(t, dir, now); len(got.Misfits) > 0 || got.Clock != "" || len(headLines(t, file)) > 0 {
		t.Errorf("of a new archive: %+v", got)
	}
	writeAt(t, dir, now, 3)
	if got := headLines(t, file); len(got) != 1 || !strings.HasPrefix(got[0], "1|3|") {
		t.Fatalf("after the first day: %v", got)
	}
	writeAt(t, dir, now, 2)
	if got := headLines(t, file); len(got) != 1 {
		t.Errorf("twice on a day: %v", got)
	}
	s := open(t, dir, at(now))
	if err := s.KeepHeadsIn(context.Background(), archive.LocalActor(), disk); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	there, err := filepath.Glob(filepath.Join(disk, "heads-*.tsv"))
	if err != nil || len(there) != 1 || len(headLines(t, there[0])) != 2 {
		t.Fatalf("on the other disk: %v, %v", there, err)
	}
	// The disk is away for a day, and catches up.
	if err := os.Rename(disk, disk+"-away"); err != nil {
		t.Fatal(err)
	}
	yesterday(t, file, now)
	writeAt(t, dir, now, 1)
	if got := stateAt(t, dir, now); !got.Away || got.Folder != disk || len(got.Misfits) > 0 {
		t.Errorf("away: %+v", got)
	}
	if err := os.Rename(disk+"-away", disk); err != nil {
		t.Fatal(err)
	}
	// The power failed while a line was written.
	for _, name := range []string{file, there[0]} {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(f, "1\t9\t12")
		f.Close()
	}
	yesterday(t, file, now)
	writeAt(t, dir, now, 1)
	mine, other := headLines(t, file), headLines(t, there[0])
	if len(mine) != 5 || len(other) != 5 || mine[4] != other[4] || mine[2] != other[3] {
		t.Errorf("in the home\n%v\nelsewhere\n%v", mine, other)
	}
	if got := stateAt(t, dir, now); got.Away || len(got.Misfits) > 0 {
		t.Errorf("back: %+v", got)
	}
	s = open(t, dir, at(now))
	defer shut(t, s)
	if err := s.KeepHeadsIn(context.Background(), archive.LocalActor(), filepath.Join(disk, "nowhere")); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// copyFile puts a copy of a closed catalogue somewhere.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A catalogue that was exchanged for an older copy, or edited by hand, is known by the
// heads in the home, and by those on another disk when the home's are gone; nobody is kept from reading.
func TestAnExchangedCatalogueIsTold(t *testing.T) {
	dir, disk := newHome(t), t.TempDir()
	catalogue, old := filepath.Join(dir, "catalogue.db"), filepath.Join(t.TempDir(), "old.db")
	file := filepath.Join(dir, "log", "heads.tsv")
	now := time.Now()
	s := open(t, dir, at(now))
	if err := s.KeepHeadsIn(context.Background(), archive.LocalActor(), disk); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	writeAt(t, dir, now, 2)
	copyFile(t, catalogue, old)
	yesterday(t, file, now)
	writeAt(t, dir, now, 3)
	mine := headLines(t, file)
	if got := stateAt(t, dir, now); len(got.Misfits) > 0 {
		t.Fatalf("untouched: %+v", got)
	}
	whole := filepath.Join(t.TempDir(), "whole.db")
	copyFile(t, catalogue, whole)
	gone := filepath.Join(t.TempDir(), "heads.tsv")

	copyFile(t, old, catalogue)
	got := stateAt(t, dir, now)
	if len(got.Misfits) != 1 || got.Misfits[0].Fault != store.OpMissing || got.Misfits[0].Head.Number != 6 {
		t.Errorf("an older copy: %+v", got)
	}
	// Written in, it ends behind the head, but is not what it was.
	yesterday(t, file, now)
	writeAt(t, dir, now, 9)
	if got = stateAt(t, dir, now); len(got.Misfits) != 1 || got.Misfits[0].Fault != store.HeadDiffers {
		t.Errorf("an older copy that was gone on with: %+v", got)
	}
	if len(headLines(t, file)) != len(mine) {
		t.Error("a head was kept of a log that does not fit")
	}
	copyFile(t, file, gone)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got = stateAt(t, dir, now); len(got.Misfits) != 1 || filepath.Dir(got.Misfits[0].File) != disk {
		t.Errorf("with the home's heads gone: %+v", got)
	}
	copyFile(t, gone, file)

	// A person says that there is a good reason: it is logged, and over.
	s = open(t, dir, at(now))
	if err := s.AcceptLog(context.Background(), archive.LocalActor()); err != nil {
		t.Fatal(err)
	}
	ops, err := s.Catalogue.Ops(context.Background(), 0, 1)
	if err != nil || ops[0].Kind != audit.OpAccept {
		t.Errorf("the log does not say so: %+v, %v", ops, err)
	}
	shut(t, s)
	if got = stateAt(t, dir, now); len(got.Misfits) > 0 {
		t.Errorf("accepted: %+v", got)
	}

	// By hand: the last op of the untouched catalogue is another person's.
	copyFile(t, whole, catalogue)
	copyFile(t, gone, file)
	db, err := sql.Open("sqlite3", catalogue)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE op SET digest = zeroblob(32) WHERE number = 6`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if got = stateAt(t, dir, now); len(got.Misfits) == 0 || got.Misfits[0].Fault != store.HeadDiffers || got.Misfits[0].File != file {
		t.Errorf("edited by hand: %+v", got)
	}
}

// A whole home that was put back from a copy is known by the other disk alone, whose heads stay
// the newest until a person accepts it; a full check names the first entry that is gone.
func TestAHomePutBackIsTold(t *testing.T) {
	dir, disk := newHome(t), t.TempDir()
	catalogue, file := filepath.Join(dir, "catalogue.db"), filepath.Join(dir, "log", "heads.tsv")
	now := time.Now()
	s := open(t, dir, at(now))
	if err := s.KeepHeadsIn(context.Background(), archive.LocalActor(), disk); err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	old := t.TempDir()
	copyFile(t, catalogue, filepath.Join(old, "catalogue.db"))
	copyFile(t, file, filepath.Join(old, "heads.tsv"))
	yesterday(t, file, now)
	writeAt(t, dir, now, 4)
	there, err := filepath.Glob(filepath.Join(disk, "heads-*.tsv"))
	if err != nil || len(there) != 1 {
		t.Fatalf("%v, %v", there, err)
	}
	before := headLines(t, there[0])

	copyFile(t, filepath.Join(old, "catalogue.db"), catalogue)
	copyFile(t, filepath.Join(old, "heads.tsv"), file)
	yesterday(t, file, now)
	writeAt(t, dir, now, 1) // a command that is quicker than the disk must not write over the evidence
	if got := headLines(t, there[0]); len(got) != len(before) {
		t.Errorf("on the other disk: %v, before: %v", got, before)
	}
	s = open(t, dir, at(now))
	defer shut(t, s)
	if got := s.LogState(context.Background()); len(got.Misfits) != 1 || got.Misfits[0].File != there[0] {
		t.Fatalf("%+v", got)
	}
	if err := s.KeepHeads(context.Background()); archive.KindOf(err) != archive.Damaged {
		t.Errorf("keeping: %v", err)
	}
	check, held, err := s.CheckLog(context.Background(), nil, nil)
	if err != nil || held < 2 || check.Bad == nil || check.Bad.Fault != store.OpMissing || check.Bad.Number != 3 {
		t.Errorf("%+v of %d heads, %v", check.Bad, held, err)
	}
	if err := s.AcceptLog(context.Background(), archive.LocalActor()); err != nil {
		t.Fatal(err)
	}
	if check, _, err = s.CheckLog(context.Background(), nil, nil); err != nil || check.Bad != nil {
		t.Errorf("accepted: %+v, %v", check.Bad, err)
	}
	if got := headLines(t, there[0]); len(got) != len(before)+1 {
		t.Errorf("accepted, on the other disk: %v", got)
	}
}

func TestAWrongClockIsTold(t *testing.T) {
	dir := newHome(t)
	writeAt(t, dir, noon, 1)
	for when, want := range map[time.Time]audit.Clock{
		noon.Add(time.Hour):                            "",
		noon.Add(-time.Minute):                         "", // a computer's clock is set by a minute or so
		noon.AddDate(0, 0, -1):                         audit.ClockBack,
		time.Date(1980, 1, 1, 0, 3, 0, 0, time.UTC):    audit.ClockUnset,
		time.Date(2019, 12, 30, 23, 0, 0, 0, time.UTC): audit.ClockUnset,
	} {
		if got := stateAt(t, dir, when); got.Clock != want {
			t.Errorf("at %v: %+v", when, got)
		}
	}
}

// Holding the log against its heads costs a start nothing that anybody notices.
func TestHoldingTheLogIsQuick(t *testing.T) {
	dir := newHome(t)
	writeAt(t, dir, noon, 200)
	s := open(t, dir, at(noon))
	defer shut(t, s)
	k := audit.Keeper{Catalogue: s.Catalogue, Station: 1, File: filepath.Join(dir, "log", "heads.tsv"), Now: func() time.Time { return noon }}
	least := time.Hour
	for range 20 {
		begun := time.Now()
		if _, err := k.Hold(context.Background()); err != nil {
			t.Fatal(err)
		}
		least = min(least, time.Since(begun))
	}
	if least > 5*time.Millisecond {
		t.Errorf("%v at best", least)
	}
	t.Logf("%v at best", least)
}
