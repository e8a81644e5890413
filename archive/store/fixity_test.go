package store_test

import (
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// never is a time that no check is before.
const never = int64(1) << 62

func pathsOf(list []store.CheckedFile) (paths []string) {
	for _, f := range list {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestFixity(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.pages(town, "a", 1, town.volume.ID)
		w.pages(town, "b", 1, town.volume.ID)
		w.pages(town, "c", 1, town.volume.ID)
		root := w.root("disk")
		adopted := w.adopted(root, town.volume.ID, "d/", 3)
		due := func(root archive.ID, since int64) []store.CheckedFile {
			return must(w.FixityDue(ctx, root, since, store.CheckedFile{}, 10))(w)
		}
		// What has a digest was read when it came; what has none is not to be checked.
		if got := pathsOf(due(0, never)); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("masters: %v", got)
		}
		if got := due(root, never); len(got) > 0 {
			t.Errorf("not hashed, and due: %+v", got)
		}
		w.do(func(tx *store.Tx) error {
			for _, a := range adopted[:2] {
				if _, err := tx.HashFile(must(w.File(ctx, all, a.File.ID))(w), sum(a.File.Path), ""); err != nil {
					return err
				}
			}
			return nil
		})
		hashed := due(root, never)
		if got := pathsOf(hashed); !slices.Equal(got, []string{"d/000.jpg", "d/001.jpg"}) {
			t.Errorf("on the root: %v", got)
		}

		// The longest unread first; a fault stands until the file is found good.
		list := due(0, never)
		at := list[2].Checked + 1
		note := func(checks ...archive.FileCheck) {
			t.Helper()
			w.do(func(tx *store.Tx) error { return tx.NoteFixity(checks) })
		}
		note(archive.FileCheck{File: list[0].ID, SHA256: list[0].SHA256, Checked: at, Fault: archive.CopyChanged},
			archive.FileCheck{File: list[1].ID, SHA256: sum("another"), Checked: at, Fault: archive.CopyMissing})
		if got := pathsOf(due(0, never)); !slices.Equal(got, []string{"b", "c", "a"}) {
			t.Errorf("after a check: %v", got)
		}
		if got := pathsOf(must(w.FixityDue(ctx, 0, never, due(0, never)[0], 1))(w)); !slices.Equal(got, []string{"c"}) {
			t.Errorf("behind the first: %v", got)
		}
		if n := must(w.FixityBefore(ctx, 0, at))(w); n.Files != 2 || n.Bytes != 14 {
			t.Errorf("before: %+v", n)
		}
		if n := must(w.FixityTotals(ctx))(w); n[0].Files != 3 || n[root].Files != 2 {
			t.Errorf("totals: %+v", n)
		}
		if n := must(w.FixityFaults(ctx))(w); len(n) != 1 || n[archive.CopyChanged] != 1 {
			t.Errorf("faults: %v", n)
		}
		if bad := must(w.FixityFaulty(ctx, never, 0, 10))(w); len(bad) != 1 || bad[0].Path != "a" || bad[0].Fault != archive.CopyChanged {
			t.Errorf("faulty: %+v", bad)
		}
		if bad := must(w.FixityFaulty(ctx, at, 0, 10))(w); len(bad) > 0 {
			t.Errorf("looked at since, and given: %+v", bad)
		}
		note(archive.FileCheck{File: list[0].ID, SHA256: list[0].SHA256, Checked: at + 1})
		if n := must(w.FixityFaults(ctx))(w); len(n) > 0 {
			t.Errorf("good again: %v", n)
		}

		// One that is accepted with another content has no check until it is hashed again.
		w.do(func(tx *store.Tx) error { return tx.SetFound(archive.FoundChanged, adopted[0].File.ID) })
		w.do(func(tx *store.Tx) error { return tx.AcceptFile(adopted[0].File.ID, 9, 9) })
		if got := pathsOf(due(root, never)); !slices.Equal(got, []string{"d/001.jpg"}) {
			t.Errorf("accepted anew: %v", got)
		}

		// A whole check: what was found faulty meanwhile stays so.
		whole := at + 10
		note(archive.FileCheck{File: list[1].ID, SHA256: list[1].SHA256, Checked: whole, Fault: archive.CopyUnreadable})
		if err := w.NoteSound(ctx, 0, whole); err != nil {
			t.Fatal(err)
		}
		if n := must(w.FixityFaults(ctx))(w); n[archive.CopyUnreadable] != 1 || len(due(0, whole)) > 0 {
			t.Errorf("after a whole check: %v, %+v", n, due(0, whole))
		}
		if len(due(root, never)) != 1 || due(root, never)[0].Checked != hashed[1].Checked {
			t.Error("a check of masters/ counted for a root")
		}

		// A clock that was ahead does not keep files from being checked.
		if err := w.FixityAhead(ctx, 0, at); err != nil {
			t.Fatal(err)
		}
		if got := due(0, at); len(got) != 3 {
			t.Errorf("dated back: %+v", got)
		}
	})
}

// What an older program took in is filled in, with its receipt as its first check.
func TestFillFixity(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		for _, path := range []string{"a", "b", "c"} {
			w.pages(town, path, 1, town.volume.ID)
		}
		before := must(w.FixityDue(ctx, 0, never, store.CheckedFile{}, 10))(w)
		w.exec(w.records(), `DELETE FROM fixity WHERE file = `+before[1].ID.String())
		for range 2 {
			if err := w.FillFixity(ctx); err != nil {
				t.Fatal(err)
			}
			after := must(w.FixityDue(ctx, 0, never, store.CheckedFile{}, 10))(w)
			if len(after) != 3 || !slices.ContainsFunc(after, func(f store.CheckedFile) bool { return f.Path == "b" && f.Checked == f.Received }) {
				t.Errorf("filled: %+v", after)
			}
		}
	})
}
