package offsite_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
)

func works() []work {
	return []work{
		{name: "first run", role: "run", prepare: func(w *world, _ archive.Target) { w.dropState() }, after: allCopied},
		{name: "run", role: "run", damage: tornList, after: allCopied},
		{name: "reconcile", role: "run", damage: editedList, after: allCopied},
		{name: "check", role: "check", prepare: func(w *world, t archive.Target) { w.run(t) }, damage: oneChangedOneMissing, after: toldAndCopiedAgain},
		{name: "repair", role: "repair", prepare: twoFoundBad, after: mendedAndNothingLost},
		{name: "restore", role: "restore", prepare: func(w *world, t archive.Target) { w.run(t) }, after: allCopied},
	}
}

// dropState has the archive know of a target that nothing was copied to yet.
func (w *world) dropState() {
	w.Helper()
	w.receive(paths("first", 3)...)
}

// tornList leaves half a line behind the list, as a run that was cut off does.
func tornList(t *testing.T, dir string, _ []string) {
	appendTo(t, filepath.Join(dir, offsite.ManifestFile), "0123456789abcdef0123456789abc")
}

// editedList changes one digest in the list.
func editedList(t *testing.T, dir string, _ []string) {
	name := filepath.Join(dir, offsite.ManifestFile)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[3] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func oneChangedOneMissing(t *testing.T, dir string, list []string) {
	flip(t, filepath.Join(dir, "masters", filepath.FromSlash(list[1])))
	if err := os.Remove(filepath.Join(dir, "masters", filepath.FromSlash(list[2]))); err != nil {
		t.Fatal(err)
	}
}

// twoFoundBad has a check find two copies that are not as they were.
func twoFoundBad(w *world, t archive.Target) {
	w.Helper()
	w.run(t)
	for _, path := range paths("a", 8)[1:3] {
		flip(w.T, filepath.Join(t.Address, "masters", filepath.FromSlash(path)))
	}
	if v := w.check(t); len(v.Changed) != 2 {
		w.Fatalf("check: %+v", v)
	}
}

// mendedAndNothingLost wants that another repair ends well, and that the bad copies lie aside.
func mendedAndNothingLost(w *world, target archive.Target, dir string, list []string) {
	w.Helper()
	if r := w.repairCopies(target); r.Left() > 0 {
		w.Errorf("repair: %+v", r)
	}
	kept := map[string]bool{}
	for _, sum := range under(w.files(dir), "_damaged/") {
		kept[sum] = true
	}
	for _, path := range list[1:3] {
		b := content(path)
		b[len(b)/2] ^= 1
		if !kept[sumOf(b)] {
			w.Errorf("what was bad of %s is gone", path)
		}
	}
	allCopied(w, target, dir, list)
}

// allCopied wants that a following run ends well, and that everything is true then.
func allCopied(w *world, target archive.Target, dir string, _ []string) {
	w.Helper()
	before, err := w.cat.CopyTotals(ctx, target.ID)
	if err != nil {
		w.Fatal(err)
	}
	r := w.run(target)
	w.complete(target, dir)
	if r.Already+r.Copied != before.Files || !r.Complete || len(r.Failed) > 0 {
		w.Errorf("%d may be copied, and the run says %+v", before.Files, r)
	}
	if v := w.check(target); v.OK != before.Files || v.Damaged() || len(v.Extra) > 0 || v.NotCopied != 0 {
		w.Errorf("check: %+v", v)
	}
	w.restores(dir)
}

// complete wants that catalogue, state and list of a target agree that everything lies there.
func (w *world) complete(target archive.Target, dir string) {
	w.Helper()
	n, err := w.cat.CopyTotals(ctx, target.ID)
	if err != nil || n.Copied != n.Files || n.CopyBytes != n.Bytes {
		w.Errorf("counted %+v, %v", n, err)
	}
	var s offsite.State
	b, err := os.ReadFile(filepath.Join(dir, offsite.StateFile))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || !s.Complete || s.Looking || s.Files != n.Files || s.Bytes != n.Bytes || s.Through == 0 {
		w.Errorf("the state is %+v, %v; there are %d files", s, err, n.Files)
	}
	if lines := w.sums(dir); lines != n.Files {
		w.Errorf("the list has %d lines for %d files", lines, n.Files)
	}
	if p, err := w.copier.Plan(ctx, target); err != nil || p.Files != 0 || p.Look {
		w.Errorf("plan: %+v, %v", p, err)
	}
	if check, err := w.cat.CheckLog(ctx, nil, nil); err != nil || check.Bad != nil {
		w.Errorf("the log: %+v, %v", check, err)
	}
}

// toldAndCopiedAgain wants that a check tells the copy that was changed, and that the one that was missing comes again.
func toldAndCopiedAgain(w *world, target archive.Target, _ string, list []string) {
	w.Helper()
	v := w.check(target)
	if len(v.Changed) != 1 || v.Changed[0].Path != "masters/"+list[1] || len(v.Extra) > 0 || v.NotCopied != 1 {
		w.Errorf("check: %+v", v)
	}
	if r := w.run(target); r.Copied != 1 || r.Complete {
		w.Errorf("run: %+v", r)
	}
	if v := w.check(target); len(v.Changed) != 1 || v.OK != v.Checked-1 || v.NotCopied != 0 {
		w.Errorf("check: %+v", v)
	}
}
