package offsite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
)

// A disk is looked at before it is added: an empty one may be, one with files or a label may not,
// and nothing is written to it.
func TestLook(t *testing.T) {
	w := newWorld(t)
	blank, full, gone := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "gone")
	if err := os.WriteFile(filepath.Join(full, "photo.jpg"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := w.copier.Look(ctx, blank)
	if err != nil || b.Size <= 0 || b.Free > b.Size {
		t.Errorf("blank: %+v, %v", b, err)
	}
	if _, err := w.copier.Look(ctx, full); !errors.Is(err, offsite.ErrNotEmpty) {
		t.Errorf("full: %v", err)
	}
	if _, err := w.copier.Look(ctx, gone); err == nil {
		t.Error("gone: no error")
	}
	if left, _ := os.ReadDir(blank); len(left) != 0 {
		t.Errorf("looking wrote %v", left)
	}
	target := archive.Target{Name: "甲", Kind: archive.TargetFolder, Address: blank}
	medium, err := w.copier.AddTarget(ctx, actor, &target)
	if err != nil {
		t.Fatal(err)
	}
	var labelled *offsite.Labelled
	if _, err := w.copier.Look(ctx, blank); !errors.As(err, &labelled) {
		t.Errorf("a medium: %v", err)
	}

	// What people write down is changed, what the program keeps is not.
	medium.Keeping, medium.NextCheck, medium.Full, medium.Number = "3 号柜", 99, 1, 7
	if err := w.copier.Describe(ctx, actor, medium); err != nil {
		t.Fatal(err)
	}
	list, err := w.cat.Carriers(ctx, target.ID)
	if err != nil || len(list) != 1 || list[0].Keeping != "3 号柜" || list[0].NextCheck != 99 || list[0].Full != 0 || list[0].Number != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := w.copier.Describe(ctx, actor, archive.Carrier{ID: 5, Target: target.ID}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("no such medium: %v", err)
	}
}

// A plan tells how long copying would take by the speed of the last run to the same target.
func TestAPlanTellsTheTime(t *testing.T) {
	w := newWorld(t)
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	w.opt.Now = func() time.Time { now = now.Add(time.Second); return now }
	w.copier = offsite.New(w.opt)
	target := archive.Target{Name: "甲", Kind: archive.TargetFolder, Address: t.TempDir()}
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	w.receive("a/1.tif", "a/2.tif")
	if p, err := w.copier.Plan(ctx, target); err != nil || p.Files != 2 || p.Millis != 0 {
		t.Errorf("before: %+v, %v", p, err)
	}
	r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.receive("b/1.tif")
	p, err := w.copier.Plan(ctx, target)
	if err != nil || p.Millis <= 0 || p.Millis > r.Millis*p.Bytes/r.Bytes {
		t.Errorf("after %d bytes in %d ms: %+v, %v", r.Bytes, r.Millis, p, err)
	}
	known, err := w.copier.Known(ctx)
	if err != nil || len(known) != 1 || known[0].Files != 2 || known[0].Connected {
		t.Errorf("known: %+v, %v", known, err)
	}
	status, err := w.copier.Status(ctx)
	if err != nil || len(status) != 1 || !status[0].Connected {
		t.Errorf("status: %+v, %v", status, err)
	}
}
