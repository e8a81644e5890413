package store_test

import (
	"path/filepath"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// target adds a target with n media.
func (w *world) target(name string, n int) (archive.Target, []archive.Carrier) {
	w.Helper()
	target := archive.Target{Name: name, Kind: archive.TargetDisks, Set: archive.SetElsewhere}
	carriers := make([]archive.Carrier, n)
	w.do(func(tx *store.Tx) error { return tx.AddTarget(&target) })
	for i := range carriers {
		carriers[i] = archive.Carrier{Target: target.ID, Type: "硬盘"}
		w.do(func(tx *store.Tx) error { return tx.AddCarrier(&carriers[i]) })
	}
	return target, carriers
}

// copyAll notes all that a target does not have as copied to a medium.
func (w *world) copyAll(target archive.ID, carrier archive.ID, at int64) (paths []string) {
	w.Helper()
	list := must(w.ToCopy(ctx, target, 0, 1000))(w)
	copies := make([]archive.FileCopy, len(list))
	for i, f := range list {
		copies[i] = archive.FileCopy{File: f.ID, Carrier: carrier, Bytes: f.Bytes, Path: f.Path, SHA256: f.SHA256, Checked: at}
		paths = append(paths, f.Path)
	}
	if _, err := w.AddCopies(ctx, target, copies, archive.CarrierState{Carrier: carrier, Manifest: int64(len(list)), Digest: sum("state")}); err != nil {
		w.Fatal(err)
	}
	return paths
}

func TestCopies(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.pages(town, "a", 5, town.volume.ID)
		w.pages(town, "a2", 5, town.volume.ID)
		root := w.root("disk")
		adopted := w.adopted(root, town.volume.ID, "b/", 4)
		target, carriers := w.target("甲盘", 2)
		count := func() store.CopyTotals { return must(w.CopyTotals(ctx, target.ID))(w) }
		before := count()
		if before.Copied != 0 || before.Unhashed != 4 || before.Files == 0 {
			t.Fatalf("before: %+v", before)
		}
		w.copyAll(target.ID, carriers[0].ID, 10)
		w.do(func(tx *store.Tx) error {
			for _, a := range adopted[:2] {
				f := must(w.File(ctx, all, a.File.ID))(w)
				if _, err := tx.HashFile(f, sum(f.Path), ""); err != nil {
					return err
				}
			}
			return nil
		})
		if paths := w.copyAll(target.ID, carriers[1].ID, 20); !slices.Equal(paths, []string{"b/000.jpg", "b/001.jpg"}) {
			t.Errorf("later: %v", paths)
		}
		if n := count(); n.Copied != n.Files || n.CopyBytes != n.Bytes || n.Unhashed != 2 || n.Oldest != 10 {
			t.Errorf("all copied: %+v", n)
		}
		if s := must(w.CarrierState(ctx, carriers[1].ID))(w); s.Manifest != 2 || s.Digest != sum("state") {
			t.Errorf("state: %+v", s)
		}

		// A master that moves leaves its copy where it is; one that is accepted anew has none.
		first := must(w.ToCopy(ctx, 0, 0, 1))(w)[0]
		w.do(func(tx *store.Tx) error { return tx.MoveFile(first.ID, "elsewhere/1.tif") })
		w.do(func(tx *store.Tx) error { return tx.MoveFile(first.ID, "elsewhere/2.tif") })
		at := must(w.CopiesAt(ctx, target.ID, 0, []string{first.Path, "elsewhere/2.tif"}))(w)
		if len(at) != 1 || at[first.Path].File.Path != "elsewhere/2.tif" || at[first.Path].File.SHA256 != first.SHA256 {
			t.Errorf("at the target: %+v", at)
		}
		w.do(func(tx *store.Tx) error { return tx.SetFound(archive.FoundChanged, adopted[0].File.ID) })
		w.do(func(tx *store.Tx) error { return tx.AcceptFile(adopted[0].File.ID, 9, 9) })
		if of := must(w.CopiesOf(ctx, target.ID, []archive.ID{adopted[0].File.ID, adopted[1].File.ID}))(w); len(of) != 1 {
			t.Errorf("accepted anew: %+v", of)
		}

		// The longest unread first, on the media that are there.
		due := must(w.CopiesDue(ctx, target.ID, []archive.ID{carriers[0].ID, carriers[1].ID}, 100, archive.FileCopy{}, 1000))(w)
		if n := count(); len(due) != n.Copied || due[len(due)-1].ID != adopted[1].File.ID {
			t.Errorf("%d due of %+v", len(due), n)
		}
		if due := must(w.CopiesDue(ctx, target.ID, []archive.ID{carriers[1].ID}, 100, archive.FileCopy{}, 1000))(w); len(due) != 1 {
			t.Errorf("%d due on the second", len(due))
		}
		if err := w.NoteChecked(ctx, target.ID, []archive.FileCopy{{File: due[0].ID, Checked: 50, Fault: archive.CopyChanged},
			{File: due[1].ID, Checked: 50, Fault: archive.CopyMissing}}); err != nil {
			t.Fatal(err)
		}
		if n := count(); n.Faulty != 1 || n.Copied != n.Files-1 {
			t.Errorf("after the check: %+v", n)
		}
		if bad := must(w.CopiesFaulty(ctx, target.ID, 0, 10))(w); len(bad) != 1 || bad[0].Fault != archive.CopyChanged {
			t.Errorf("faulty: %+v", bad)
		}
		w.do(func(tx *store.Tx) error { return tx.DropCopies(carriers[0].ID) })
		if n := count(); n.Copied != 1 {
			t.Errorf("a medium lost: %+v", n)
		}
	})
}

func TestSnapshot(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		pages := w.pages(town, "a", 5, town.volume.ID)
		w.recognise("第一", pages[:2]...)
		dir := t.TempDir()
		cat, text := filepath.Join(dir, "catalogue.db"), filepath.Join(dir, "text.db")
		if err := w.Snapshot(ctx, cat); err != nil {
			t.Fatal(err)
		}
		if err := w.SnapshotTexts(ctx, text, 0); err != nil {
			t.Fatal(err)
		}
		since := w.clock.Now().UnixMilli()
		w.recognise("第二", pages[2:4]...)
		later := filepath.Join(dir, "text-later.db")
		if err := w.SnapshotTexts(ctx, later, since); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{cat, text, later} {
			if n := w.numbers(w.raw("sqlite3", file), `SELECT COUNT(*) FROM sqlite_master WHERE sql LIKE '%STRICT%'`); n[0] != 0 {
				t.Errorf("%s: %d tables are strict", file, n[0])
			}
		}
		if n := w.numbers(w.raw("sqlite3", later), `SELECT page FROM page_text ORDER BY page`); !slices.Equal(n, []int64{int64(pages[2]), int64(pages[3])}) {
			t.Errorf("later texts of %v", n)
		}
		if err := store.AddTexts(ctx, text, later); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{cat, text} {
			if err := store.Harden(ctx, file); err != nil {
				t.Fatal(err)
			}
			if n := w.numbers(w.raw("sqlite3", file), `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%STRICT%'`); n[0] != 0 {
				t.Errorf("%s: %d tables are not strict again", file, n[0])
			}
		}
		again, err := store.Open(ctx, store.Options{Catalogue: cat, Text: text, Station: 7})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if got, want := must(again.Totals(ctx, all, 0))(w), must(w.Totals(ctx, all, 0))(w); got.Items != want.Items || got.Pages != want.Pages {
			t.Errorf("taken over: %+v, want %+v", got, want)
		}
		if n := w.numbers(w.raw("sqlite3", text), `SELECT COUNT(*) FROM page_text`); n[0] != 4 {
			t.Errorf("%d texts", n[0])
		}
		if check, err := again.CheckLog(ctx, nil, nil); err != nil || check.Bad != nil {
			t.Errorf("log: %+v, %v", check, err)
		}
	})
}

// A purge notes every medium of a target that was written, with the copies on it.
func TestPurgeNotesMediaOfTargets(t *testing.T) {
	onBoth(t, func(w *world) {
		of := w.tainted()
		first, carriers := w.target("甲盘", 2)
		second, others := w.target("乙盘", 1)
		w.copyAll(first.ID, carriers[1].ID, 10)
		w.copyAll(second.ID, others[0].ID, 10)
		p := w.ask("清除", of.item.ID)
		if err := w.agree(p, colleague); err != nil {
			t.Fatal(err)
		}
		w.end(p, nil, nil)
		media := must(w.Media(ctx, all, false))(w)
		if len(media) != 2 || media[0].Name != "甲盘 2" || media[1].Name != "乙盘 1" || media[0].Kind != archive.MediumBackup {
			t.Fatalf("media: %+v", media)
		}
		for _, m := range media {
			if m.Files != 1 || len(m.Paths) != 1 || m.Paths[0] != "masters/"+canaryPath {
				t.Errorf("%+v", m)
			}
			if _, err := w.ClearMedium(ctx, colleague, m.Number, "已覆盖"); err != nil {
				t.Fatal(err)
			}
		}
		if n := must(w.CopyTotals(ctx, first.ID))(w); n.Copied != n.Files || n.Files == 0 {
			t.Errorf("%+v", n)
		}
		if left := w.left([]string{canaryPath}); len(left) > 0 {
			t.Error(left)
		}
		must(w.VerifyLog(ctx))(w)
	})
}
