package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// offsitePlan measures plans in a copy of the catalogue of the annual figures, whose originals get
// digests: nothing copied yet, and everything copied.
func offsitePlan(dir, cache, scratch string, seed uint64, rounds int) error {
	if scratch == "" {
		if cache == "" {
			user, err := os.UserCacheDir()
			if err != nil {
				return err
			}
			cache = filepath.Join(user, "lantai-bench")
		}
		kept, err := keptDistrict(cache, seed, 1)
		if err != nil {
			return err
		}
		scratch = filepath.Join(dir, "catalogue.db")
		if err := copyFile(filepath.Join(kept, "catalogue.db"), scratch); err != nil {
			return err
		}
		defer os.Remove(scratch)
	}
	if err := sqlite(scratch, `DELETE FROM copy; DELETE FROM carrier_state; DELETE FROM carrier; DELETE FROM target;
		UPDATE file SET sha256 = randomblob(32), state = 'stored' WHERE sha256 IS NULL`); err != nil {
		return err
	}
	a, err := newOffsiteArchive(filepath.Join(dir, "plan"))
	if err != nil {
		return err
	}
	defer a.cat.Close()
	cat, err := store.Open(a.ctx, store.Options{Catalogue: scratch, Text: filepath.Join(dir, "text.db"), Station: 2})
	if err != nil {
		return err
	}
	defer cat.Close()
	a.opt.Catalogue, a.opt.Catalogued = cat, ""
	t, err := a.target(filepath.Join(dir, "异地"))
	if err != nil {
		return err
	}
	if _, err := a.runUntil(t, "state-written"); err != nil {
		return err
	}
	if err := planned("first plan", a, t, rounds, goalFirstPlan); err != nil {
		return err
	}
	if err := toCopy(a, t); err != nil {
		return err
	}
	if err := sqlite(scratch, fmt.Sprintf(`INSERT INTO copy SELECT f.id, %s, (SELECT MAX(id) FROM carrier), f.bytes, 1, '' FROM file f
		WHERE f.sha256 IS NOT NULL AND f.state <> 'quarantined' ORDER BY f.id`, t.ID)); err != nil {
		return err
	}
	return planned("nothing new", a, t, rounds, goalPlan)
}

// planned times plans, the first of each pair with nothing in memory.
func planned(name string, a *offsiteArchive, t archive.Target, rounds int, goal time.Duration) error {
	var cold, warm durations
	var plan offsite.Plan
	memory := watchMemory()
	for i := range 2 * rounds {
		into := &warm
		if i%2 == 0 && forgetCaches() {
			into = &cold
		}
		began := time.Now()
		var err error
		if plan, err = offsite.New(a.opt).Plan(a.ctx, t); err != nil {
			return err
		}
		*into = append(*into, time.Since(began))
	}
	most := memory()
	if plan.Look {
		return fmt.Errorf("the state is not what the catalogue knows")
	}
	line := fmt.Sprintf("%s%d to copy, %d there: warm %v", pad(name, 14), plan.Files, plan.Already, slices.Min(warm).Round(time.Millisecond))
	if len(cold) > 0 {
		line += fmt.Sprintf(", with nothing in memory %v", slices.Min(cold).Round(time.Millisecond))
	}
	best := slices.Min(warm)
	fmt.Printf("%s; goal %v %s; RssAnon at most %d MB, goal %d MB %s\n", line, goal, met(best <= goal), most>>20, goalPlanMemory, met(most <= goalPlanMemory<<20))
	return nil
}

// toCopy lists all that a run would copy, as it does.
func toCopy(a *offsiteArchive, t archive.Target) error {
	began, n := time.Now(), 0
	for last := archive.ID(0); ; {
		list, err := a.opt.Catalogue.ToCopy(a.ctx, t.ID, last, 2048)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		last, n = list[len(list)-1].ID, n+len(list)
	}
	took := time.Since(began)
	fmt.Printf("%s%d originals with their paths and digests, as a first run reads them while it copies: %v\n", pad("whole list", 14), n, took.Round(time.Millisecond))
	return nil
}

// sqlite changes a database that nobody has open for writing, and leaves nothing of it in the write-ahead log.
func sqlite(file, statements string) error {
	cmd := exec.Command("sqlite3", "-cmd", ".timeout 60000", file, statements+"; PRAGMA wal_checkpoint(TRUNCATE)")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// offsiteLook measures looking at a target of small files without its state file, beside rclone.
func offsiteLook(dir string, n, rounds int) error {
	fmt.Fprintf(os.Stderr, "writing %d files …\n", n)
	a, err := newOffsiteArchive(filepath.Join(dir, "look"))
	if err != nil {
		return err
	}
	defer a.cat.Close()
	defer os.RemoveAll(a.home)
	if err := a.fill(n, 64); err != nil {
		return err
	}
	at := filepath.Join(dir, "looked at")
	t, err := a.target(at)
	if err != nil {
		return err
	}
	defer os.RemoveAll(at)
	if _, err := a.runUntil(t, "state-written"); err != nil {
		return err
	}
	masters := filepath.Join(a.home, "masters")
	if _, err := command("cp", "-al", masters, filepath.Join(at, "masters")); err != nil { // a second name for each: the bytes are not looked at
		return err
	}
	var ours, theirs durations
	for range rounds {
		took, err := command("rclone", "check", "--size-only", "-q", masters, filepath.Join(at, "masters"))
		if err != nil {
			return err
		}
		theirs = append(theirs, took)
		if err := os.Remove(filepath.Join(at, offsite.StateFile)); err != nil {
			return err
		}
		memory := watchMemory()
		if took, err = a.runUntil(t, "reconciled"); err != nil {
			return err
		}
		ours = append(ours, took)
		totals, err := a.cat.CopyTotals(a.ctx, t.ID)
		if err != nil || totals.Copied != n {
			return fmt.Errorf("%d of %d files were found: %w", totals.Copied, n, err)
		}
		fmt.Printf("%s%d files in %v; rclone check --size-only %v; RssAnon at most %d MB\n", pad("look", 14), n, took.Round(time.Millisecond), theirs[len(theirs)-1].Round(time.Millisecond), memory()>>20)
	}
	ratio := slices.Min(ours).Seconds() / slices.Min(theirs).Seconds()
	fmt.Printf("%s%.2f of the time of rclone (best of each), goal %.1f %s\n", pad("", 14), ratio, goalReconcile, met(ratio <= goalReconcile))
	return nil
}
