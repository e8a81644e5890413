package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

const scanBytes = 2 << 20

// copied is what one round of copying, checking and restoring took, and what the rivals took.
type copied struct {
	copy, cp, check, openssl, restore durations
}

// offsiteCopy measures copying files of the size of scans until they are durable, reading them back and restoring
// them, each beside its rival just before, with nothing in memory where the system allows that.
func offsiteCopy(dir string, n, rounds int) error {
	fmt.Fprintf(os.Stderr, "writing %d files of 2 MB …\n", n)
	a, err := newOffsiteArchive(filepath.Join(dir, "copy"))
	if err != nil {
		return err
	}
	defer a.cat.Close()
	defer os.RemoveAll(a.home)
	if err := a.fill(n, scanBytes); err != nil {
		return err
	}
	cold := "nothing in memory"
	if !forgetCaches() {
		cold = "what was read stays in memory"
	}
	mb := float64(n) * scanBytes / (1 << 20)
	fmt.Printf("%s%d files of 2 MB, %s; MB/s, lantai beside its rival\n", pad("copying", 14), n, cold)
	var c copied
	for round := range rounds {
		most, err := a.round(filepath.Join(dir, fmt.Sprintf("round-%d", round)), n, &c)
		if err != nil {
			return err
		}
		last := func(d durations) float64 { return mb / d[len(d)-1].Seconds() }
		fmt.Printf("%scopy %.0f, cp and sync -f %.0f; check %.0f, openssl %.0f; restore %.0f; RssAnon at most %d MB\n", pad(fmt.Sprintf("round %d", round+1), 14),
			last(c.copy), last(c.cp), last(c.check), last(c.openssl), last(c.restore), most>>20)
	}
	for _, r := range []struct {
		name         string
		ours, theirs durations
		goal         float64
	}{{"copy", c.copy, c.cp, goalCopy}, {"check", c.check, c.openssl, goalCheck}, {"restore", c.restore, c.copy, goalRestore}} {
		ratio := slices.Min(r.theirs).Seconds() / slices.Min(r.ours).Seconds()
		var each []float64 // of neighbours in time, which share what else the machine does
		for i := range r.ours {
			each = append(each, r.theirs[i].Seconds()/r.ours[i].Seconds())
		}
		slices.Sort(each)
		fmt.Printf("%sbest %.0f MB/s: %.2f of the rival's best %.0f, goal %.2f %s; median of the rounds %.2f\n", pad(r.name, 14), mb/slices.Min(r.ours).Seconds(),
			ratio, mb/slices.Min(r.theirs).Seconds(), r.goal, met(ratio >= r.goal), each[len(each)/2])
	}
	return nil
}

// round measures each once, in folders of its own that are removed again.
func (a *offsiteArchive) round(dir string, n int, c *copied) (most int64, err error) {
	at := filepath.Join(dir, "target")
	t, err := a.target(at)
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	rival := filepath.Join(dir, "cp")
	forgetCaches()
	took, err := command("sh", "-c", `cp -r "$0" "$1" && sync -f "$1"`, filepath.Join(a.home, "masters"), rival)
	if err != nil {
		return 0, err
	}
	c.cp = append(c.cp, took)
	if err := os.RemoveAll(rival); err != nil {
		return 0, err
	}
	copier := offsite.New(a.opt)
	memory := watchMemory()
	if err := timed(&c.copy, func() error {
		r, err := copier.Run(a.ctx, archive.LocalActor(), t, offsite.RunOptions{})
		if err == nil && (r.Copied != n || !r.Complete) {
			err = fmt.Errorf("%d of %d were copied", r.Copied, n)
		}
		return err
	}); err != nil {
		return 0, err
	}
	names, err := filepath.Glob(filepath.Join(at, "masters/*/*/*/*"))
	if err != nil || len(names) != n {
		return 0, fmt.Errorf("%d of %d lie there: %w", len(names), n, err)
	}
	if err := timed(&c.openssl, func() error { _, err := openssl(names); return err }); err != nil {
		return 0, err
	}
	if err := timed(&c.check, func() error {
		v, err := copier.Check(a.ctx, archive.LocalActor(), t, offsite.CheckOptions{})
		if err == nil && v.OK != n {
			err = fmt.Errorf("%d of %d are good", v.OK, n)
		}
		return err
	}); err != nil {
		return 0, err
	}
	err = timed(&c.restore, func() error { return restoreFrom(a.ctx, at, filepath.Join(dir, "again"), n) })
	return memory(), err
}

func restoreFrom(ctx context.Context, at, into string, n int) error {
	p, err := place.OpenFolder(at)
	if err != nil {
		return err
	}
	defer p.Close()
	r, err := offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: into})
	if err == nil && r.Files != n {
		err = fmt.Errorf("%d of %d came back", r.Files, n)
	}
	return err
}

// timed measures fn with nothing in memory.
func timed(into *durations, fn func() error) error {
	forgetCaches()
	began := time.Now()
	err := fn()
	*into = append(*into, time.Since(began))
	return err
}
