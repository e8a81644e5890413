package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// adopted registers n originals of one page on a root.
func (w *world) adopted(root archive.ID, holding archive.ID, prefix string, n int) []store.Adopted {
	w.Helper()
	list := make([]store.Adopted, n)
	for i := range list {
		list[i] = store.Adopted{File: archive.File{Root: root, Path: fmt.Sprintf("%s%03d.jpg", prefix, i), Bytes: int64(100 + i), Modified: 7, Format: "jpeg"},
			Pages: []archive.Page{{Holding: holding}}}
	}
	w.do(func(tx *store.Tx) error { return tx.Adopt(list) })
	return list
}

func (w *world) root(label string) archive.ID {
	w.Helper()
	r := store.Root{Label: label, Path: "/" + label}
	w.do(func(tx *store.Tx) error { return tx.AddRoot(&r) })
	return r.ID
}

func TestAdoptedFiles(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		root := w.root("a")
		list := w.adopted(root, town.volume.ID, "x/", 150)
		pages := must(w.PagesOf(ctx, all, town.volume.ID))(w)
		if len(pages) != 150 || pages[149].Ordinal != 150 || pages[149].File != list[149].File.ID {
			t.Fatalf("%d pages, the last %+v", len(pages), pages[len(pages)-1])
		}
		w.refuses(archive.Conflict, func(tx *store.Tx) error {
			return tx.Adopt([]store.Adopted{{File: archive.File{Root: root, Path: "x/003.jpg"}}})
		})
		known := must(w.KnownFiles(ctx, root, []string{"x/003.jpg", "x/none.jpg", "x/149.jpg"}))(w)
		if len(known) != 2 || known["x/003.jpg"].ID != list[3].File.ID {
			t.Errorf("known: %+v", known)
		}
		f := must(w.File(ctx, all, list[3].File.ID))(w)
		w.do(func(tx *store.Tx) error {
			if done, err := tx.HashFile(f, sum("a"), ""); !done || err != nil {
				t.Errorf("hashed %v, %v", done, err)
			}
			if done, err := tx.HashFile(f, sum("b"), ""); done || err != nil {
				t.Errorf("hashed twice %v, %v", done, err)
			}
			return tx.SetFound(archive.FoundChanged, list[3].File.ID, list[4].File.ID)
		})
		w.do(func(tx *store.Tx) error { return tx.SetFound(archive.FoundVanished, list[4].File.ID) })
		want := store.RootCount{Files: 150, Hashed: 1, Bytes: 150*100 + 149*150/2, HashedBytes: 103, Changed: 1, Vanished: 1}
		check := func(want store.RootCount) {
			t.Helper()
			got := must(w.RootCounts(ctx, []archive.ID{root}))(w)[root]
			if got.Stages[archive.StageReceived] != 150 {
				t.Errorf("stages %v", got.Stages)
			}
			got.Stages = nil
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("counted %+v, want %+v", got, want)
			}
		}
		check(want)
		w.do(func(tx *store.Tx) error { return tx.AcceptFile(list[3].File.ID, 5, 8) })
		want.Hashed, want.HashedBytes, want.Changed, want.Bytes = 0, 0, 0, want.Bytes-103+5
		check(want)
		if f := must(w.File(ctx, all, list[3].File.ID))(w); f.SHA256 != "" || f.State != archive.FileUnhashed || f.Modified != 8 || f.Found != "" {
			t.Errorf("accepted: %+v", f)
		}
		if got := must(w.FilesFound(ctx, all, root, archive.FoundVanished, "", 9))(w); len(got) != 1 || got[0].ID != list[4].File.ID {
			t.Errorf("vanished: %+v", got)
		}
		if got := must(w.UnhashedFiles(ctx, root, "x/140.jpg", 100))(w); len(got) != 9 || got[0].Path != "x/141.jpg" {
			t.Errorf("unhashed: %d", len(got))
		}
		if got := must(w.RootSample(ctx, root, 8))(w); len(got) != 16 || got[0].Path != "x/000.jpg" || got[4].Path != "x/005.jpg" {
			t.Errorf("sample: %+v", got)
		}
		if got := must(w.FilesBelow(ctx, root, "x/", "x/147.jpg", 10))(w); len(got) != 2 {
			t.Errorf("below: %+v", got)
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestSetRoot(t *testing.T) {
	onBoth(t, func(w *world) {
		id := w.root("a")
		want := store.Root{ID: id, Label: "b", Path: "/b", Volume: "v", Within: "w"}
		w.do(func(tx *store.Tx) error { return tx.SetRoot(want) })
		if got := must(w.Roots(ctx))(w); len(got) != 1 || got[0] != want {
			t.Errorf("roots %+v", got)
		}
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.SetRoot(store.Root{ID: 5, Label: "x"}) })
	})
}

func TestPagesOfAbsentRootsArePassedOver(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		here, away := w.root("here"), w.root("away")
		w.adopted(away, 0, "a", 5)
		w.adopted(here, 0, "h", 3)
		home := w.pages(town, "home.tif", 2, 0)
		w.do(func(tx *store.Tx) error { return tx.SetPriority(home[1:], -1) })
		if n := must(w.Waiting(ctx, archive.StageReceived, away))(w); n != 5 {
			t.Errorf("%d wait", n)
		}
		got := must(w.ClaimPages(ctx, archive.StageReceived, 20, time.Minute, away))(w)
		if len(got) != 5 || got[0].ID != home[1] {
			t.Errorf("claimed %d, first %v", len(got), got[0].ID)
		}
		if got := must(w.ClaimPages(ctx, archive.StageReceived, 4, time.Minute))(w); len(got) != 4 {
			t.Errorf("claimed %d when it is back", len(got))
		}
	})
}

// The order of claims against the rules applied one by one.
func TestOrderOfTheQueue(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		r := rand.New(rand.NewPCG(3, 4))
		retentions := []string{"永久", "Y", "D30", "30年", "长期", ""}
		type place struct {
			year      int
			retention string
		}
		places := map[archive.ID]place{}
		var items []archive.Item
		for n := range 12 {
			p := place{1945 + r.IntN(30), retentions[r.IntN(len(retentions))]}
			i := w.item(town.items.ID, fmt.Sprintf("J001-WS-%03d", n), "t", func(i *archive.Item) { i.Year, i.Retention = p.year, p.retention })
			places[i.ID] = p
			items = append(items, i)
			w.pages(town, fmt.Sprintf("before/%d.tif", n), 1+r.IntN(3), i.ID)
		}
		loose := w.pages(town, "loose.tif", 2, 0)
		rules := []store.OrderRule{{Retention: []string{"永久"}, From: 1950, To: 1965}, {Retention: []string{"定期30年", "长期"}}, {Fonds: []string{"J001"}, From: 1970}}
		w.do(func(tx *store.Tx) error { return tx.SetOrder(rules) })
		// New pages follow at once, what waits when the order is applied.
		for n, i := range items {
			w.pages(town, fmt.Sprintf("after/%d.tif", n), 1, i.ID)
		}
		if must(w.OrderApplied(ctx))(w) {
			t.Error("nobody applied the order")
		}
		if err := w.ApplyOrder(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if !must(w.OrderApplied(ctx))(w) {
			t.Error("the order was applied")
		}
		// A page that is linked, and a description that is changed, take their place.
		w.do(func(tx *store.Tx) error { return tx.LinkPages(loose[:1], items[0].ID) })
		changed := must(w.Item(ctx, all, items[1].ID))(w)
		changed.Year, changed.Retention = 1955, "Y"
		w.do(func(tx *store.Tx) error { return tx.Update(&changed) })
		places[changed.ID] = place{1955, "Y"}

		rank := func(p archive.Page) int {
			at := places[p.Holding]
			permanent := at.retention == "永久" || at.retention == "Y"
			switch {
			case p.Holding == 0:
				return 3
			case permanent && at.year >= 1950 && at.year <= 1965:
				return 0
			case slices.Contains([]string{"D30", "30年", "长期"}, at.retention):
				return 1
			case at.year >= 1970:
				return 2
			}
			return 3
		}
		counts := make([]int, 4)
		got := must(w.ClaimPages(ctx, archive.StageReceived, 500, time.Minute))(w)
		for i, p := range got {
			counts[rank(p)]++
			if i > 0 && rank(got[i-1]) > rank(p) {
				t.Errorf("page %d of rank %d comes behind rank %d", i, rank(p), rank(got[i-1]))
			}
		}
		if c := must(w.OrderCounts(ctx))(w); !slices.Equal(c, counts) {
			t.Errorf("counted %v, want %v", c, counts)
		}
		w.do(func(tx *store.Tx) error { return tx.SetOrder(nil) })
		if err := w.ApplyOrder(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if c := must(w.OrderCounts(ctx))(w); len(c) != 1 || c[0] != len(got) {
			t.Errorf("without rules %v", c)
		}
	})
}

// A catalogue of the first format is brought to the second with all it has.
func TestFirstFormatIsMigrated(t *testing.T) {
	dir := t.TempDir()
	opt := workerOptions(dir)
	for file, step := range map[string]string{opt.Catalogue: "catalogue-1.sql", opt.Text: "text-1.sql"} {
		text, err := os.ReadFile(filepath.Join("migrations", "sqlite", step))
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite3", file)
		if err != nil {
			t.Fatal(err)
		}
		more := `PRAGMA application_id = 1281453684; PRAGMA user_version = 1;`
		if file == opt.Catalogue {
			more += `INSERT INTO storage_root VALUES (5, 'a', '/a');
				INSERT INTO file VALUES (10, 5, 'x.tif', NULL, '', 100, NULL, 'tiff', 'unhashed', 1, 1);
				INSERT INTO file VALUES (11, 5, 'y.tif', NULL, '', 50, zeroblob(32), 'tiff', 'stored', 1, 1);
				INSERT INTO file VALUES (12, 0, 'z.tif', NULL, '', 9, zeroblob(32), 'tiff', 'stored', 1, 1);
				INSERT INTO page VALUES (20, 10, 0, NULL, 1, 'received', 0, 0, 0, '', '', 0, 0, 0, '', '', 0, 0, 1, 1);
				INSERT INTO page VALUES (21, 12, 0, NULL, 1, 'received', 0, 0, 0, '', '', 0, 0, 0, '', '', 0, 0, 1, 1);
				INSERT INTO tally VALUES (0, 'page.received', 0, 2);`
		}
		if _, err := db.Exec(string(text) + more); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open(t, opt, func(w *world) {
		if _, err := os.Stat(opt.Catalogue + ".v1"); err != nil {
			t.Error(err)
		}
		n := must(w.RootCounts(ctx, []archive.ID{5}))(w)[5]
		if n.Files != 2 || n.Hashed != 1 || n.Bytes != 150 || n.HashedBytes != 50 || n.Stages[archive.StageReceived] != 1 {
			t.Errorf("counted %+v", n)
		}
		got := must(w.ClaimPages(ctx, archive.StageReceived, 9, time.Minute, 5))(w)
		if len(got) != 1 || got[0].ID != 21 {
			t.Errorf("claimed %+v", got)
		}
	})
}
