package offsite_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

func TestCopiesArePlainFilesAndComeBack(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 30)...)
	target, dir := w.target("异地")
	plan, err := w.copier.Plan(ctx, target)
	if err != nil || plan.Files != 30 || plan.Already != 0 || plan.Look {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if r := w.run(target); r.Copied != 30 || r.Already != 0 || !r.Complete || r.Bytes != plan.Bytes || len(r.Failed) > 0 {
		t.Fatalf("first run: %+v", r)
	}
	if n := w.sums(dir); n != 30 {
		t.Errorf("the list has %d files", n)
	}
	copied := w.files(dir)
	if r := w.run(target); r.Copied != 0 || r.Already != 30 || !r.Complete {
		t.Errorf("nothing new: %+v", r)
	}
	if again := w.files(dir); !maps.Equal(again, copied) {
		for path := range again {
			if again[path] != copied[path] && !strings.HasPrefix(path, "_incoming/") && path != "lantai-state.json" {
				t.Errorf("a run with nothing new wrote %s", path)
			}
		}
	}
	// What moves at home stays where it is there.
	w.move("J001/2011-Y/盒0/a-0000.jpg", "J001/2011-D30/1-0001.jpg")
	w.receive(paths("b", 5)...)
	if r := w.run(target); r.Copied != 5 || r.Already != 30 {
		t.Errorf("five more: %+v", r)
	}
	if n := w.sums(dir); n != 35 {
		t.Errorf("the list has %d files", n)
	}
	moves, _ := os.ReadFile(filepath.Join(dir, "moves.tsv"))
	if !strings.Contains(string(moves), "\tmasters/J001/2011-Y/盒0/a-0000.jpg\tmasters/J001/2011-D30/1-0001.jpg\n") {
		t.Errorf("moves.tsv: %q", moves)
	}
	for _, list := range []string{"fonds/J001.sha256", "fonds/J002.sha256"} {
		if b, err := os.ReadFile(filepath.Join(dir, "manifests", list)); err != nil || !strings.Contains(string(b), "  masters/"+list[6:10]) {
			t.Errorf("%s: %v", list, err)
		}
	}
	if v := w.check(target); v.OK != 35 || v.Checked != 35 || v.Damaged() || len(v.Extra) > 0 || v.NotCopied != 0 {
		t.Errorf("check: %+v", v)
	}
	w.restores(dir)
}

// restores brings the archive back from a target and compares it.
func (w *world) restores(dirs ...string) *world {
	w.Helper()
	return w.restoresBut(nil, dirs...)
}

// restoresBut does so but for originals that were put aside, by their paths.
func (w *world) restoresBut(aside map[string]string, dirs ...string) *world {
	w.Helper()
	var from []place.Place
	for _, dir := range dirs {
		p, err := place.OpenFolder(dir)
		if err != nil {
			w.Fatal(err)
		}
		defer p.Close()
		from = append(from, p)
	}
	into := filepath.Join(quickDir(w.T), "again")
	r, err := offsite.Restore(ctx, offsite.RestoreOptions{From: from, Home: into})
	if err != nil || len(r.Missing)+len(r.Failed) > 0 {
		w.Fatalf("restore: %+v, %v", r, err)
	}
	want := w.files(w.home.Masters())
	for path := range aside {
		delete(want, path)
	}
	if got := w.files(filepath.Join(into, "masters")); !maps.Equal(got, want) {
		w.Errorf("restored %d originals, want %d", len(got), len(want))
	}
	again := openWorld(w.T, into, offsite.Options{})
	if check, err := again.cat.CheckLog(ctx, nil, nil); err != nil || check.Bad != nil {
		w.Errorf("the log of the restored archive: %+v, %v", check, err)
	}
	return again
}

// A target whose state file is gone, or that another home has written to, is looked at first.
func TestReconcile(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 20)...)
	target, dir := w.target("异地")
	w.run(target)
	w.move("J001/2011-Y/盒0/a-0000.jpg", "J001/2011-D30/1-0001.jpg")
	w.run(target)
	again := w.restores(dir)
	for _, damage := range []func() error{
		func() error { return os.Remove(filepath.Join(dir, "lantai-state.json")) },
		func() error { return os.Remove(filepath.Join(dir, "manifest-sha256.txt")) },
		func() error { return os.WriteFile(filepath.Join(dir, "lantai-state.json"), []byte("{"), 0o644) },
		func() error { // the home that was restored has copied there meanwhile
			_, err := again.copier.Run(ctx, actor, target, offsite.RunOptions{})
			return err
		},
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
		if err != nil || r.Copied != 0 || r.Already != 20 || !r.Complete {
			t.Errorf("%+v, %v", r, err)
		}
		if n := w.sums(dir); n != 20 {
			t.Errorf("the list has %d files", n)
		}
		if v := w.check(target); v.OK != 20 || v.Damaged() || len(v.Extra) > 0 {
			t.Errorf("check: %+v", v)
		}
	}
	w.restores(dir)
}

func TestCheckTellsWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 12)
	w.receive(list...)
	target, dir := w.target("异地")
	w.run(target)
	at := func(i int) string { return filepath.Join(dir, "masters", filepath.FromSlash(list[i])) }
	w.change(at(0))
	os.Chmod(at(1), 0o644)
	if err := errors.Join(os.Truncate(at(1), 10), os.Remove(at(2)), os.Rename(at(3), at(3)+".old"), os.Remove(at(4)), os.Mkdir(at(4), 0o755)); err != nil {
		t.Fatal(err)
	}
	v := w.check(target)
	names := func(list []offsite.Finding) (names []string) {
		for _, f := range list {
			names = append(names, strings.TrimPrefix(f.Path, "masters/"))
		}
		slices.Sort(names)
		return names
	}
	sorted := func(list ...string) []string { slices.Sort(list); return list }
	if got := names(v.Changed); !slices.Equal(got, sorted(list[0], list[1], list[4])) && !slices.Equal(got, sorted(list[0], list[1])) {
		t.Errorf("changed: %v", got)
	}
	if got := names(v.Missing); !slices.Contains(got, list[2]) || !slices.Contains(got, list[3]) {
		t.Errorf("missing: %v", got)
	}
	if got := names(v.Extra); !slices.Equal(got, []string{list[3] + ".old"}) {
		t.Errorf("extra: %v", got)
	}
	if err := os.Remove(at(4)); err != nil {
		t.Fatal(err)
	}
	r := w.run(target)
	if r.Complete || len(r.Failed) > 0 {
		t.Errorf("with changed copies: %+v", r)
	}
}

func TestOriginalsThatAreDamagedAreNotCopied(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 6)
	w.receive(list...)
	w.change(filepath.Join(w.home.Masters(), filepath.FromSlash(list[1])))
	if err := os.Remove(filepath.Join(w.home.Masters(), filepath.FromSlash(list[2]))); err != nil {
		t.Fatal(err)
	}
	target, dir := w.target("异地")
	r := w.run(target)
	if r.Copied != 4 || len(r.Failed) != 2 || r.Complete {
		t.Fatalf("%+v", r)
	}
	if n := w.sums(dir); n != 4 {
		t.Errorf("the list has %d files", n)
	}
	if got := under(w.files(dir), "masters/"); len(got) != 4 {
		t.Errorf("%d files", len(got))
	}
}

func TestDisksFillUpOneAfterAnother(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 40)...)
	target := archive.Target{Name: "硬盘组", Kind: archive.TargetDisks}
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	disks := newDisks(t, 3)
	w.opt.Volumes, w.opt.Open = disks.volumes, disks.open
	w.copier = offsite.New(w.opt)
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("without disks: %v", err)
	}
	for i := range 2 {
		disks.connect(i)
		if err := w.copier.AddMedium(ctx, actor, target, disks.dir(i), &archive.Carrier{Type: "硬盘"}); err != nil {
			t.Fatal(err)
		}
		disks.disconnect(i)
	}
	disks.connect(0)
	disks.hold(0, 2_000_000)
	r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
	if archive.KindOf(err) != archive.NoSpace || r.Copied == 0 || r.Copied == 40 || !slices.Equal(r.Full, []int{1}) {
		t.Fatalf("the first disk: %+v, %v", r, err)
	}
	first := r.Copied
	disks.disconnect(0)
	// A disk of something else does not count.
	disks.connect(2)
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("with the wrong disk: %v", err)
	}
	disks.connect(1)
	if r := w.run(target); r.Copied != 40-first || r.Already != first || !r.Complete {
		t.Errorf("the second disk: %+v", r)
	}
	if a, b := w.sums(disks.dir(0)), w.sums(disks.dir(1)); a != first || a+b != 40 {
		t.Errorf("%d and %d files listed", a, b)
	}
	// With one disk away its copies are not missing.
	if v := w.check(target); v.Checked != 40-first || v.Damaged() || len(v.Away) != 1 {
		t.Errorf("check with one disk: %+v", v)
	}
	w.restores(disks.dir(0), disks.dir(1))
	p, err := place.OpenFolder(disks.dir(1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	got, err := offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: filepath.Join(t.TempDir(), "part")})
	if err != nil || len(got.Missing) != first || !slices.Equal(got.Disks, []int{1}) {
		t.Errorf("restored from the second disk alone: %d missing, disks %v, %v", len(got.Missing), got.Disks, err)
	}
}

// Whatever happens in whatever order, a target has what the archive has, under its digests.
func TestCopiesAgainstAModel(t *testing.T) {
	w := newWorld(t)
	target, dir := w.target("异地")
	r := rand.New(rand.NewPCG(1, 2))
	have := map[string]string{} // path at home → path that its content follows from
	for round := range 12 {
		if r.IntN(3) > 0 || len(have) == 0 {
			list := paths(string(rune('a'+round)), 1+r.IntN(6))
			w.receive(list...)
			for _, p := range list {
				have[p] = p
			}
		}
		for from, of := range maps.Clone(have) {
			if r.IntN(6) == 0 {
				to := filepath.ToSlash(filepath.Join("J009/"+string(rune('a'+round)), filepath.Base(of)))
				w.move(from, to)
				have[to] = of
				delete(have, from)
			}
		}
		if r.IntN(2) == 0 {
			if got := w.run(target); !got.Complete {
				t.Fatalf("round %d: %+v", round, got)
			}
		}
	}
	w.run(target)
	got := under(w.files(dir), "masters/")
	want := map[string]bool{}
	for _, of := range have {
		want[sumOf(content(of))] = true
	}
	for path, sum := range got {
		if !want[sum] {
			t.Errorf("%s is no original", path)
		}
		delete(want, sum)
	}
	if len(want) > 0 {
		t.Errorf("%d originals are not there", len(want))
	}
	w.sums(dir)
	w.restores(dir)
	_ = store.Options{}
}
