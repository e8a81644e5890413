package fixity_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/fixity"
	"lantai/archive/vault"
)

func TestCycle(t *testing.T) {
	w := newWorld(t, 150)
	w.clock.pass(days(100))
	if s := w.status(); s.Begun != 0 || s.Files != 300 || s.Overdue.Files != 300 || s.Late != 0 {
		t.Errorf("before the first: %+v", s)
	}
	if r := w.slowly(); r.Files != 300 || r.Good != 300 || r.Bytes == 0 || len(r.Faults)+len(r.Away) > 0 {
		t.Fatalf("first cycle: %+v", r)
	}
	s := w.status()
	if s.Read != 300 || s.ReadBytes != s.Bytes || s.Ended == 0 || s.Overdue.Files != 0 || s.Last == nil || s.Last.Files != 300 || s.Last.Faults != 0 {
		t.Errorf("after the first: %+v", s)
	}
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("nothing is due, and %d were read", r.Files)
	}
	w.clock.pass(days(89))
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("a day too early %d were read", r.Files)
	}
	w.clock.pass(days(1))
	if r := w.slowly(); r.Files != 300 {
		t.Errorf("second cycle: %+v", r)
	}
	ops, err := w.cat.Ops(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	for _, op := range ops {
		if op.Kind == archive.OpFixity {
			ended++
		}
	}
	if ended != 2 {
		t.Errorf("the log has %d checks, and there were two cycles", ended)
	}
}

// What is wrong is told apart, stays known until it is mended, and is looked at again daily.
func TestDamage(t *testing.T) {
	w := newWorld(t, 10)
	w.flip(w.master(1))
	w.put(w.master(2), content("short"))
	for _, gone := range []string{w.master(3), filepath.Join(w.disk, "旧/0004.jpg")} {
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(w.master(5)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.master(5), 0o755); err != nil {
		t.Fatal(err)
	}
	r := w.slowly()
	if r.Files != 20 || r.Good != 15 || len(r.Faults) != 5 {
		t.Fatalf("%+v", r)
	}
	a, err := w.check.Alarm(ctx)
	if err != nil || a.Missing != 2 || a.Changed != 3 || a.Damaged() != 5 {
		t.Errorf("alarm: %+v, %v", a, err)
	}
	list, err := w.check.Damaged(ctx, 0, 100)
	if err != nil || len(list) != 5 || !slices.ContainsFunc(list, func(f fixity.Fault) bool {
		return f.Root == w.root && f.Path == "旧/0004.jpg" && f.Is == archive.CopyMissing
	}) {
		t.Errorf("damaged: %+v, %v", list, err)
	}

	w.put(w.master(1), content("J001/0001.jpg"))
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("within a day: %+v", r)
	}
	w.clock.pass(days(1))
	if r := w.slowly(); r.Files != 5 || r.Mended != 1 || len(r.Faults) != 4 {
		t.Errorf("a day later: %+v", r)
	}
	w.put(w.master(2), content("J001/0002.jpg"))
	if r := w.byHand(fixity.Limit{Files: 1}); r.Files != 5 || r.Mended != 1 {
		t.Errorf("by hand: %+v", r)
	}
	if s := w.status(); s.Missing != 2 || s.Changed != 1 {
		t.Errorf("%+v", s.Alarm)
	}
}

// A root that is not connected is no loss; what lies there is read when it comes back.
func TestAbsentRoot(t *testing.T) {
	w := newWorld(t, 10)
	away := w.disk + " away"
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(w.disk, away)
	if r := w.slowly(); r.Files != 10 || r.Good != 10 || !slices.Equal(r.Away, []archive.ID{w.root}) {
		t.Fatalf("%+v", r)
	}
	if s := w.status(); s.Waiting.Files != 10 || s.Ended != 0 || s.Damaged() != 0 || s.Late != 0 {
		t.Errorf("%+v", s)
	}
	w.clock.pass(days(91))
	if s := w.status(); s.Late != 10 || s.Away != 10 || s.Overdue.Files != 20 {
		t.Errorf("late: %+v", s)
	}
	w.slowly() // the cycle ends without them
	move(away, w.disk)
	if r := w.slowly(); r.Files != 20 || len(r.Away) > 0 {
		t.Errorf("back: %+v", r)
	}
	// The same for masters/, where a disk may not be mounted.
	move(w.masters(), w.masters()+" away")
	if err := os.Mkdir(w.masters(), 0o755); err != nil {
		t.Fatal(err)
	}
	if r := w.byHand(fixity.Limit{Files: 20}); r.Files != 10 || r.Good != 10 || !slices.Contains(r.Away, 0) {
		t.Errorf("masters/ away: %+v", r)
	}
}

// A root that drops away in the middle of a portion is no loss either.
func TestRootGoesMeanwhile(t *testing.T) {
	w := newWorld(t, 10)
	n := 0
	w.busy = func() {
		if n++; n == 14 {
			if err := os.Rename(w.disk, w.disk+" away"); err != nil {
				t.Error(err)
			}
		}
	}
	r := w.slowly()
	if len(r.Faults) > 0 || r.Files < 10 || r.Files == 20 || !slices.Equal(r.Away, []archive.ID{w.root}) {
		t.Errorf("%+v", r)
	}
}

// By hand those are read that were not for the longest time.
func TestPortionByHand(t *testing.T) {
	w := newWorld(t, 20)
	w.clock.pass(days(1))
	for range 4 {
		before := w.status().Read
		if r := w.byHand(fixity.Limit{Files: 10}); r.Files != 10 {
			t.Fatalf("%+v", r)
		}
		if s := w.status(); s.Read != before+10 {
			t.Errorf("%d read, then %d", before, s.Read)
		}
	}
	if s := w.status(); s.Read != 40 || s.Ended == 0 {
		t.Errorf("all four: %+v", s)
	}
	w.clock.pass(days(1))
	if r := w.byHand(fixity.Limit{Bytes: 2000}); r.Bytes < 2000 || r.Bytes > 3000 {
		t.Errorf("of bytes: %+v", r)
	}
	if r := w.byHand(fixity.Limit{}); r.Files != 0 {
		t.Errorf("the cycle has ended, and %d were read", r.Files)
	}
}

// A clock that is set back, or was ahead, makes nothing be read for ever, nor never again.
func TestClock(t *testing.T) {
	w := newWorld(t, 5)
	w.clock.set(2031, 1)
	w.byHand(fixity.Limit{Files: 5})
	w.clock.set(2024, 6)
	if r := w.slowly(); r.Files != 5 {
		t.Errorf("the other half: %+v", r)
	}
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("again: %+v", r)
	}
	w.clock.pass(days(91))
	if r := w.slowly(); r.Files != 10 {
		t.Errorf("the next cycle: %+v", r)
	}
	w.clock.set(2010, 1)
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("set back: %+v", r)
	}
	w.clock.set(2024, 12)
	if r := w.slowly(); r.Files != 10 {
		t.Errorf("set right: %+v", r)
	}
	if s := w.status(); s.Overdue.Files != 0 || s.Late != 0 {
		t.Errorf("%+v", s)
	}
}

// What moves while it is checked is not missing.
func TestMovingMeanwhile(t *testing.T) {
	w := newWorld(t, 3)
	f, err := w.cat.FileByPath(ctx, all, 0, "J001/0001.jpg")
	if err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(w.dir, "manifests", "moves.journal")
	if err := os.Rename(w.master(1), w.master(1)+"x"); err != nil {
		t.Fatal(err)
	}
	w.put(journal, nil)
	if r := w.slowly(); r.Files != 5 || len(r.Faults) > 0 {
		t.Errorf("moving: %+v", r)
	}
	if s := w.status(); s.Read != 5 || s.Ended != 0 {
		t.Errorf("%+v", s)
	}
	if err := os.Rename(w.master(1)+"x", w.master(1)); err != nil {
		t.Fatal(err)
	}
	os.Remove(journal)
	err = w.vault.Move(ctx, []vault.Rename{{From: f.Path, To: "J001/1.jpg", SHA256: f.SHA256}}, func([]vault.Rename) error {
		r, err := w.check.CheckSlowly(ctx)
		if len(r.Faults) > 0 {
			t.Errorf("while it has its new name: %+v", r.Faults)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWholeCheckIsNoted(t *testing.T) {
	w := newWorld(t, 5)
	w.flip(w.master(1))
	w.slowly()
	f, err := w.cat.FileByPath(ctx, all, 0, "J001/0002.jpg")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.pass(days(50))
	began := w.clock.Now()
	if err := w.check.NoteWhole(ctx, 0, began, []archive.FileCheck{{File: f.ID, SHA256: f.SHA256, Fault: archive.CopyMissing}}); err != nil {
		t.Fatal(err)
	}
	list, err := w.check.Damaged(ctx, 0, 10)
	if err != nil || len(list) != 1 || list[0].ID != f.ID || list[0].Since != began.UnixMilli() {
		t.Errorf("%+v, %v", list, err)
	}
	w.clock.pass(days(60))
	if s := w.status(); s.Overdue.Files != 5 {
		t.Errorf("those on the root alone are overdue: %+v", s.Overdue)
	}
}

func TestSettings(t *testing.T) {
	w := newWorld(t, 2)
	for _, bad := range []fixity.Settings{{Days: -1}, {Days: 4000}, {Days: 30, Speed: 10}} {
		if err := w.check.SetSettings(ctx, archive.LocalActor(), bad); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	want := fixity.Settings{Days: 0, Speed: 1 << 20}
	if err := w.check.SetSettings(ctx, archive.LocalActor(), want); err != nil {
		t.Fatal(err)
	}
	if s := w.status(); s.Settings != want {
		t.Errorf("%+v", s.Settings)
	}
	if r := w.slowly(); r.Files != 0 {
		t.Errorf("turned off, and %d were read", r.Files)
	}
}

func TestStopped(t *testing.T) {
	w := newWorld(t, 200)
	stopped, stop := context.WithCancel(ctx)
	w.steps = func(name string) {
		if name == "fixity:portion-noted" {
			stop()
		}
	}
	r, err := w.check.CheckSlowly(stopped)
	if archive.KindOf(err) != archive.Stopped || r.Files == 0 || r.Files == 400 {
		t.Fatalf("%+v, %v", r, err)
	}
	w.steps = func(string) {}
	if s := w.status(); s.Read != r.Files {
		t.Errorf("%d noted, %d read", s.Read, r.Files)
	}
	if again := w.slowly(); again.Files != 400-r.Files {
		t.Errorf("%d and %d", r.Files, again.Files)
	}
}

// A check that goes on for days keeps to what is set meanwhile.
func TestTurnedOffMeanwhile(t *testing.T) {
	w := newWorld(t, 100)
	w.steps = func(name string) {
		if name == "fixity:portion-noted" {
			if err := w.check.SetSettings(ctx, archive.LocalActor(), fixity.Settings{}); err != nil {
				t.Error(err)
			}
		}
	}
	if r := w.slowly(); r.Files == 0 || r.Files == 200 {
		t.Errorf("%d were read", r.Files)
	}
}
