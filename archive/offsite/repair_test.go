package offsite_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// repairCopies repairs a target, and wants no error.
func (w *world) repairCopies(t archive.Target) offsite.Repaired {
	w.Helper()
	var r offsite.Repaired
	if err := w.copier.RepairCopies(ctx, actor, t, nil, &r); err != nil {
		w.Fatal(err)
	}
	return r
}

// outcomes gives what came of each path.
func outcomes(list []offsite.Mending) map[string]offsite.Mended {
	m := map[string]offsite.Mended{}
	for _, one := range list {
		m[strings.TrimPrefix(one.Path, "masters/")] = one.Outcome
	}
	return m
}

func TestBadCopiesAreReplaced(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 10)
	w.receive(list...)
	target, dir := w.target("异地")
	w.run(target)
	w.move(list[6], "J001/2011-D30/1-0001.jpg")
	w.run(target)
	at := func(i int) string { return filepath.Join(dir, "masters", filepath.FromSlash(list[i])) }
	for _, i := range []int{0, 1, 3, 4, 5, 6} {
		w.change(at(i))
	}
	if err := os.Truncate(at(1), 10); err != nil {
		t.Fatal(err)
	}
	w.change(filepath.Join(w.home.Masters(), filepath.FromSlash(list[3]))) // damaged at home too
	bad := w.files(dir)
	if v := w.check(target); len(v.Changed) != 6 {
		t.Fatalf("check: %+v", v)
	}
	w.change(at(4)) // somebody has mended it by hand: the bit is as it was
	if err := os.Remove(at(5)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(at(5), "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := w.repairCopies(target)
	want := map[string]offsite.Mended{list[0]: offsite.MendedBack, list[1]: offsite.MendedBack, list[6]: offsite.MendedBack,
		list[3]: offsite.MendedNoHome, list[4]: offsite.MendedGood, list[5]: offsite.MendedBlocked}
	if got := outcomes(r.Copies); !equalMaps(got, want) || r.Left() != 2 {
		t.Errorf("got %v\nwant %v", got, want)
	}
	now := w.files(dir)
	for _, m := range r.Copies {
		if m.Outcome == offsite.MendedBack && (now[m.Aside] != bad[m.Path] || !strings.HasPrefix(m.Aside, "_damaged/")) {
			t.Errorf("what was bad of %s is not in %s", m.Path, m.Aside)
		}
	}
	v := w.check(target)
	if v.OK != 8 || len(v.Extra) != 0 && !strings.HasSuffix(v.Extra[0].Path, "/x") {
		t.Errorf("check afterwards: %+v", v)
	}
	ops, err := w.cat.OpsWhere(ctx, store.OpFilter{Kinds: []archive.OpKind{archive.OpRepair}}, 0, 10)
	if err != nil || len(ops) != 1 || ops[0].Changes != 6 {
		t.Errorf("in the log: %+v, %v", ops, err)
	}
	// With a good original and the place free again, all is well.
	if err := os.RemoveAll(at(5)); err != nil {
		t.Fatal(err)
	}
	w.change(filepath.Join(w.home.Masters(), filepath.FromSlash(list[3])))
	w.check(target)
	w.repairCopies(target)
	if r := w.run(target); !r.Complete {
		t.Errorf("a run afterwards: %+v", r)
	}
	if n := w.sums(dir); n < 10 {
		t.Errorf("the list has %d files", n)
	}
	if v := w.check(target); v.OK != 10 || v.Damaged() {
		t.Errorf("check at the end: %+v", v)
	}
	w.restores(dir)
}

func equalMaps[K comparable, V comparable](a, b map[K]V) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// An original comes back from the first target that has it as it was received.
func TestOriginalsComeBack(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 8)
	w.receive(list...)
	root, outside := w.addRoot("旧盘", paths("r", 2)...)
	first, firstDir := w.target("一")
	second, secondDir := w.target("二")
	w.run(first)
	w.run(second)
	home := func(i int) string { return filepath.Join(w.home.Masters(), filepath.FromSlash(list[i])) }
	copyOf := func(dir string, i int) string { return filepath.Join(dir, "masters", filepath.FromSlash(list[i])) }
	w.change(home(0))
	if err := os.Remove(home(1)); err != nil {
		t.Fatal(err)
	}
	w.change(home(2))
	w.change(copyOf(firstDir, 2)) // the second has it
	w.change(home(3))
	w.change(copyOf(firstDir, 3))
	w.change(copyOf(secondDir, 3)) // nobody has it
	w.change(filepath.Join(outside, filepath.FromSlash(paths("r", 2)[0])))
	before := w.files(outside)
	var bad []archive.File
	for i := range 5 { // the last is not damaged at all
		bad = append(bad, w.file(list[i]))
	}
	f, err := w.cat.FileByPath(ctx, all, root, paths("r", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(home(0))
	if err != nil {
		t.Fatal(err)
	}
	var r offsite.Repaired
	if err := w.copier.RepairOriginals(ctx, actor, append(bad, f), []archive.Target{first, second}, nil, &r); err != nil {
		t.Fatal(err)
	}
	got := make([]offsite.Mended, len(r.Originals))
	for i, m := range r.Originals {
		got[i] = m.Outcome
	}
	if want := []offsite.Mended{"mended", "mended", "mended", "no-copy", "good", "outside"}; !slices.Equal(got, want) {
		t.Fatalf("%v: %+v", got, r.Originals)
	}
	if from := r.Originals[2].From; !strings.HasPrefix(from, "二 1号: masters/") {
		t.Errorf("the third came from %q", from)
	}
	if from := r.Originals[5].From; !strings.HasPrefix(from, "一 1号: roots/") {
		t.Errorf("a good copy of what lies outside is in %q", from)
	}
	for i := range 3 {
		if b, err := os.ReadFile(home(i)); err != nil || string(b) != string(content(list[i])) {
			t.Errorf("%s is not back: %v", list[i], err)
		}
	}
	if kept, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(r.Originals[0].Aside))); err != nil || string(kept) != string(was) {
		t.Errorf("what was there before is not aside: %v", err)
	}
	if after := w.files(outside); !equalMaps(before, after) {
		t.Error("something was written to the storage root")
	}
	// The first target's bad copy is known now, and is replaced from what came back.
	if r := w.repairCopies(first); outcomes(r.Copies)[list[2]] != offsite.MendedBack || outcomes(r.Copies)[list[3]] != offsite.MendedNoHome {
		t.Errorf("%+v", r.Copies)
	}
}

// addRoot adds a storage root with some originals.
func (w *world) addRoot(label string, paths ...string) (archive.ID, string) {
	w.Helper()
	dir := filepath.Join(w.TempDir(), label)
	r := store.Root{Label: label, Path: dir}
	w.do("root.add", func(tx *store.Tx) error { return tx.AddRoot(&r) })
	for _, path := range paths {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			w.Fatal(err)
		}
		if err := os.WriteFile(name, content(path), 0o644); err != nil {
			w.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			w.Fatal(err)
		}
		f := archive.File{Root: r.ID, Path: path, Bytes: info.Size(), SHA256: sumOf(content(path)), Format: "jpeg", Modified: info.ModTime().UnixMilli()}
		w.do("file.add", func(tx *store.Tx) error {
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			return tx.AddPages([]archive.Page{{File: f.ID}})
		})
	}
	return r.ID, dir
}
