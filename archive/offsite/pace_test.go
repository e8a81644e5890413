package offsite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// set changes the settings of a target.
func (w *world) set(t *archive.Target, s offsite.Settings) {
	w.Helper()
	if err := w.copier.SetSettings(ctx, actor, t, s); err != nil {
		w.Fatal(err)
	}
}

func (w *world) history(t archive.Target) offsite.History {
	w.Helper()
	h, err := w.copier.History(ctx, t.ID)
	if err != nil {
		w.Fatal(err)
	}
	return h
}

// A run that is held ends behind a group of files, and the next one goes on there.
func TestRunIsHeld(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 40)...)
	target, dir := w.target("异地")
	w.opt.GroupBytes = 500_000
	w.copier = offsite.New(w.opt)
	asked := 0
	r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{Hold: func(context.Context) error {
		if asked++; asked == 3 {
			return archive.WrapAs(archive.Stopped, "copy to target", target.Name, &offsite.Held{Because: offsite.WhyHours})
		}
		return nil
	}})
	var held *offsite.Held
	if !errors.As(err, &held) || archive.KindOf(err) != archive.Stopped || r.Copied == 0 || r.Copied >= 40 {
		t.Fatalf("%+v, %v", r, err)
	}
	if h := w.history(target); !h.Open || h.Done != 0 || h.Failed != 0 {
		t.Errorf("held: %+v", h)
	}
	again := w.run(target)
	if again.Copied != 40-r.Copied || again.Already != r.Copied || !again.Complete {
		t.Errorf("first %+v, then %+v", r, again)
	}
	if h := w.history(target); h.Open || h.Done == 0 {
		t.Errorf("ended: %+v", h)
	}
	if n := w.sums(dir); n != 40 {
		t.Errorf("the list has %d files", n)
	}
}

// A failure is kept until a run succeeds.
func TestFailureIsKept(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 5)...)
	target, dir := w.target("异地")
	if err := os.Rename(dir, dir+" away"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); !errors.Is(err, offsite.ErrNotConnected) {
		t.Fatal(err)
	}
	if h := w.history(target); !h.Open || h.Failed != 0 {
		t.Errorf("a disk that is away is no failure: %+v", h)
	}
	if err := os.Rename(dir+" away", dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lantai-state.json"), []byte(`{"format": 99}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.TooNew {
		t.Fatal(err)
	}
	if h := w.history(target); h.Failed == 0 || h.Kind != archive.TooNew || h.Message == "" {
		t.Errorf("failed: %+v", h)
	}
	if err := os.Remove(filepath.Join(dir, "lantai-state.json")); err != nil {
		t.Fatal(err)
	}
	w.run(target)
	if h := w.history(target); h.Failed != 0 || h.Open {
		t.Errorf("and then not: %+v", h)
	}
}

// An original that is found damaged while it is copied is known as such at home.
func TestDamagedWhileCopied(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 5)...)
	w.change(filepath.Join(w.home.Masters(), filepath.FromSlash(paths("a", 5)[2])))
	target, _ := w.target("异地")
	if r := w.run(target); len(r.Failed) != 1 || r.Copied != 4 {
		t.Fatalf("%+v", r)
	}
	faults, err := w.cat.FixityFaults(ctx)
	if err != nil || faults[archive.CopyChanged] != 1 || len(faults) != 1 {
		t.Errorf("%v, %v", faults, err)
	}
}

// A limit holds for what is copied and for what is read back.
func TestLimit(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 20)...) // about 2 MB
	target, _ := w.target("异地")
	w.set(&target, offsite.Settings{Limit: 1 << 20})
	takes := func(what string, bytes int64, do func()) {
		t.Helper()
		began := time.Now()
		do()
		least := time.Duration(float64(bytes-1<<20) / (1 << 20) * float64(time.Second))
		if took := time.Since(began); bytes < 3<<19 || took < least {
			t.Errorf("%s %d bytes took %s, and not %s", what, bytes, took, least)
		}
	}
	var bytes int64
	for _, f := range paths("a", 20) {
		bytes += int64(len(content(f)))
	}
	takes("copying", bytes, func() { w.run(target) })
	takes("checking", bytes, func() { w.check(target) })
}

// A rolling check begins on the disk with what was not read for the longest time, and ends
// where it was to.
func TestRollingOverDisks(t *testing.T) {
	w := newWorld(t)
	d := newDisks(t, 2)
	d.connect(0)
	d.connect(1)
	w.opt.Volumes, w.opt.Open = d.volumes, d.open
	w.copier = offsite.New(w.opt)
	target := archive.Target{Name: "轮换盘", Kind: archive.TargetDisks}
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	media := make([]archive.Carrier, 2)
	add := func(i int) {
		if err := w.copier.AddMedium(ctx, actor, target, d.dir(i), &media[i]); err != nil {
			t.Fatal(err)
		}
	}
	add(0)
	w.receive(paths("a", 10)...)
	w.run(target)
	media[0].Full = 1
	w.do(archive.OpMediumEdit, func(tx *store.Tx) error { return tx.SetCarrier(media[0]) })
	add(1)
	w.receive(paths("b", 10)...)
	w.run(target)
	roll := func(opt offsite.CheckOptions) offsite.Checked {
		t.Helper()
		opt.Rolling = true
		v, err := w.copier.Check(ctx, actor, target, opt)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	checks := func(i int) (files int) {
		t.Helper()
		list, err := w.cat.CarrierChecks(ctx, media[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			files += c.Files
		}
		return files
	}
	if v := roll(offsite.CheckOptions{Files: 10}); v.OK != 10 || checks(0) != 10 || checks(1) != 0 {
		t.Errorf("first: %+v; %d and %d", v, checks(0), checks(1))
	}
	if v := roll(offsite.CheckOptions{Files: 4}); v.OK != 4 || checks(0) != 10 || checks(1) != 4 {
		t.Errorf("second: %+v; %d and %d", v, checks(0), checks(1))
	}
	if v := roll(offsite.CheckOptions{Bytes: 1}); v.OK != 1 || checks(1) != 5 {
		t.Errorf("of bytes: %+v", v)
	}
}
