package offsite_test

import (
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 8, 0, 0, 0, time.UTC) }

// setClock sets the world's clock.
func (w *world) setClock(t time.Time) { w.clock = func() time.Time { return t } }

func (w *world) medium(t archive.Target) archive.Carrier {
	w.Helper()
	list, err := w.cat.Carriers(ctx, t.ID)
	if err != nil || len(list) == 0 {
		w.Fatalf("media: %v, %v", list, err)
	}
	return list[0]
}

func TestKindOfMedium(t *testing.T) {
	for _, c := range []struct {
		target archive.TargetKind
		typ    string
		want   offsite.MediumKind
	}{
		{archive.TargetDisks, "", offsite.MediumDisk}, {archive.TargetDisks, "移动硬盘", offsite.MediumDisk}, {archive.TargetDisks, "LTO-8", offsite.MediumTape},
		{archive.TargetDisks, "档案级光盘", offsite.MediumOptical}, {archive.TargetDisks, "磁带", offsite.MediumTape}, {archive.TargetDisks, "bd-r", offsite.MediumOptical},
		{archive.TargetFolder, "", offsite.MediumOnline}, {archive.TargetSFTP, "", offsite.MediumOnline}, {archive.TargetFolder, "硬盘", offsite.MediumDisk},
		{archive.TargetFolder, "NAS", offsite.MediumOnline}, {archive.TargetDisks, "什么", offsite.MediumDisk},
	} {
		if got := offsite.KindOf(c.target, archive.Carrier{Type: c.typ}); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.target, c.typ, got, c.want)
		}
	}
}

// The next check follows from the last by the kind of medium; one with faults stays due, and a few files are no check.
func TestNextCheckFollows(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 30)...)
	w.setClock(day(2026, 1, 31))
	target, dir := w.target("异地")
	next := func(want time.Time) {
		t.Helper()
		if got := w.medium(target).NextCheck; got != want.UnixMilli() {
			t.Errorf("next check %s, want %s", time.UnixMilli(got).UTC(), want)
		}
	}
	next(day(2026, 7, 31)) // it runs: half a year
	w.run(target)
	m := w.medium(target)
	m.Type = "移动硬盘"
	if err := w.copier.SetMedium(ctx, actor, m); err != nil {
		t.Fatal(err)
	}
	w.setClock(day(2026, 3, 1))
	w.check(target)
	next(day(2027, 3, 1))
	sample := func(n int) {
		t.Helper()
		if _, err := w.copier.Check(ctx, actor, target, offsite.CheckOptions{Rolling: true, Files: n}); err != nil {
			t.Fatal(err)
		}
	}
	w.setClock(day(2026, 4, 1))
	sample(2) // 2 of 30 are too few
	next(day(2027, 3, 1))
	sample(3)
	next(day(2027, 4, 1))
	due := func(at time.Time) (list []string) {
		t.Helper()
		reminders, err := w.copier.Due(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reminders {
			list = append(list, r.Kind+" "+r.Method)
		}
		return list
	}
	if got := due(day(2026, 12, 1)); len(got) != 0 {
		t.Errorf("due: %v", got)
	}
	if got := due(day(2027, 5, 1)); len(got) != 2 || got[0] != "medium full" || got[1] != "drill " { // two samples were read since all was
		t.Errorf("due: %v", got)
	}
	w.change(dir + "/masters/" + paths("a", 1)[0])
	w.setClock(day(2026, 5, 1))
	w.check(target)
	next(day(2026, 5, 1))
	if got := due(day(2026, 5, 1)); len(got) != 1 || got[0] != "medium sample" {
		t.Errorf("with faults: %v", got)
	}
	if err := w.copier.NoteCheck(ctx, actor, target, w.medium(target), archive.CarrierCheck{Method: "SMART", Note: "通电正常"}); err != nil {
		t.Fatal(err)
	}
	next(day(2027, 5, 1))
	if checks, err := w.cat.CarrierChecks(ctx, m.ID); err != nil || len(checks) != 5 || checks[0].Method != "SMART" || checks[1].Faults != 1 {
		t.Errorf("checks: %+v, %v", checks, err)
	}
	care := offsite.ShippedCare()
	care.Months[offsite.MediumDisk] = 3
	if err := w.copier.SetCare(ctx, actor, care); err != nil {
		t.Fatal(err)
	}
	w.repairCopies(target)
	w.setClock(day(2026, 6, 1))
	w.check(target)
	next(day(2026, 9, 1))
	care.Months[offsite.MediumDisk] = 0
	if err := w.copier.SetCare(ctx, actor, care); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a check every 0 months: %v", err)
	}
}

// What lay on a retired disk is copied to another.
func TestRetiredDisksAreCopiedElsewhere(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 12)...)
	target := archive.Target{Name: "硬盘组", Kind: archive.TargetDisks}
	disks := newDisks(t, 2)
	w.opt.Volumes, w.opt.Open = disks.volumes, disks.open
	w.copier = offsite.New(w.opt)
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		disks.connect(i)
		if err := w.copier.AddMedium(ctx, actor, target, disks.dir(i), &archive.Carrier{Type: "硬盘"}); err != nil {
			t.Fatal(err)
		}
	}
	disks.disconnect(1)
	w.run(target)
	first := w.medium(target)
	before := w.files(disks.dir(0))
	if n, err := w.copier.Retire(ctx, actor, target, first, "坏道"); err != nil || n != 12 {
		t.Fatalf("%d copies forgotten, %v", n, err)
	}
	if _, err := w.copier.Retire(ctx, actor, target, w.medium(target), ""); archive.KindOf(err) != archive.Conflict {
		t.Errorf("again: %v", err)
	}
	if after := w.files(disks.dir(0)); !equalMaps(before, after) {
		t.Error("what lies on the retired disk was changed")
	}
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("a run with the retired disk alone: %v", err)
	}
	disks.connect(1)
	if r := w.run(target); r.Copied != 12 || !r.Complete {
		t.Errorf("%+v", r)
	}
	w.restores(disks.dir(1))
}

// A folder is given up with its only medium.
func TestRetiringAFolderGivesItsTargetUp(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 2)...)
	target, _ := w.target("异地")
	w.run(target)
	if _, err := w.copier.Retire(ctx, actor, target, w.medium(target), ""); err != nil {
		t.Fatal(err)
	}
	if list, err := w.copier.Status(ctx); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
