package offsite_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// restore restores from a folder, and wants no error.
func (w *world) restore(dir string, opt offsite.RestoreOptions) (offsite.Restored, string) {
	w.Helper()
	p, err := place.OpenFolder(dir)
	if err != nil {
		w.Fatal(err)
	}
	defer p.Close()
	opt.From, opt.Home = []place.Place{p}, filepath.Join(w.TempDir(), "part")
	r, err := offsite.Restore(ctx, opt)
	if err != nil {
		w.Fatal(err)
	}
	return r, opt.Home
}

// Only what was asked for comes, with the texts that were delivered; the rest is listed.
func TestRestoreSome(t *testing.T) {
	w := newWorld(t)
	for _, number := range []string{"J001", "J002"} {
		w.fonds(number, 2)
	}
	w.receive("_unfiled/7/a.tif")
	target, dir := w.target("异地")
	w.run(target)
	home := w.files(w.home.Masters())
	for _, c := range []struct {
		name   string
		opt    offsite.RestoreOptions
		prefix []string
		files  int
	}{
		{"a fonds", offsite.RestoreOptions{Fonds: []string{"J001"}}, []string{"J001/"}, 6},
		{"two fonds", offsite.RestoreOptions{Fonds: []string{"J001", "J002"}}, []string{"J001/", "J002/"}, 12},
		{"a volume", offsite.RestoreOptions{Codes: []string{"J002-KJ-001"}}, []string{"J002/KJ/J002-KJ-001/"}, 3},
		{"a series", offsite.RestoreOptions{Codes: []string{"J002-KJ"}}, []string{"J002/"}, 6},
		{"an item", offsite.RestoreOptions{Codes: []string{"J001-KJ-002-001"}}, []string{"J001/KJ/J001-KJ-002/J001-KJ-002-0002.tif"}, 1},
		{"both", offsite.RestoreOptions{Fonds: []string{"J001"}, Codes: []string{"J002-KJ-001"}}, []string{"J001/", "J002/KJ/J002-KJ-001/"}, 9},
		{"all", offsite.RestoreOptions{}, []string{""}, 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, into := w.restore(dir, c.opt)
			got := w.files(filepath.Join(into, "masters"))
			want := maps.Clone(home)
			maps.DeleteFunc(want, func(path, _ string) bool {
				return !slices.ContainsFunc(c.prefix, func(p string) bool { return strings.HasPrefix(path, p) })
			})
			if !maps.Equal(got, want) || len(got) != c.files || r.Files != c.files || r.NotBrought != 13-c.files {
				t.Errorf("%d came, want %d: %+v", len(got), c.files, r)
			}
			again := openWorld(t, into, offsite.Options{})
			left := 0
			for path, err := range again.vault.NotRestored(0) {
				if _, came := got[path]; came || err != nil || home[path] == "" {
					t.Errorf("%s is listed as not brought, %v", path, err)
				}
				left++
			}
			if left != r.NotBrought {
				t.Errorf("%d listed, want %d", left, r.NotBrought)
			}
			if err := again.vault.Refresh(ctx); err != nil {
				t.Fatal(err)
			}
			again.sumsAt(into, "manifests/current.sha256", c.files)
			if list, err := again.cat.Fonds(ctx, all); err != nil || len(list) != 2 {
				t.Errorf("the catalogue is not whole: %v, %v", list, err)
			}
		})
	}
	p, err := place.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: filepath.Join(t.TempDir(), "none"), Fonds: []string{"J009"}})
	if archive.KindOf(err) != archive.NotFound {
		t.Errorf("a fonds that is not there: %v", err)
	}
}

// Catalogue and texts are those of the day that was named, over the end of a year.
func TestRestoreAsOf(t *testing.T) {
	w := newWorld(t)
	w.fonds("J001", 1)
	at := day(2026, 12, 30)
	w.clock = func() time.Time { return at }
	target, dir := w.target("异地")
	pages := w.pagesAt("J001/KJ/J001-KJ-001/J001-KJ-001-0001.tif")
	gone := w.pagesAt("J001/KJ/J001-KJ-001/J001-KJ-001-0002.tif")
	var err error
	type state struct {
		day, text string
		files     int
	}
	var states []state
	for i := range 6 { // 30 and 31 December, 1 to 4 January
		at = day(2026, 12, 30).AddDate(0, 0, i)
		text := fmt.Sprintf("第%d日", i)
		if err := w.cat.SaveText(ctx, archive.PageText{Page: pages[0], Plain: text, Engine: "e"}); err != nil {
			t.Fatal(err)
		}
		w.receive(fmt.Sprintf("_unfiled/%d.tif", i))
		switch i {
		case 0:
			err = w.cat.SaveText(ctx, archive.PageText{Page: gone[0], Plain: "后来抹去", Engine: "e"})
		case 2: // the first of the year is made anew, and has no more of it
			err = w.cat.EraseTexts(ctx, gone)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.run(target)
		states = append(states, state{at.Format("20060102"), text, 4 + i})
	}
	whole, err := filepath.Glob(filepath.Join(dir, "text/*/*.db"))
	if err != nil || len(whole) != 6 {
		t.Fatalf("texts: %v, %v", whole, err)
	}
	for _, s := range states {
		r, into := w.restore(dir, offsite.RestoreOptions{AsOf: s.day})
		if r.Files != s.files || !strings.HasPrefix(r.Snapshot, "catalogue/"+s.day) || len(r.Missing) > 0 {
			t.Errorf("%s: %+v", s.day, r)
		}
		again := openWorld(t, into, offsite.Options{})
		text, err := again.cat.Text(ctx, all, pages[0])
		if err != nil || text.Plain != s.text {
			t.Errorf("%s: text %q, %v", s.day, text.Plain, err)
		}
		if text, err := again.cat.Text(ctx, all, gone[0]); (err == nil && text.Plain != "") != (s.day < "20270101") {
			t.Errorf("%s: what was erased: %q, %v", s.day, text.Plain, err)
		}
	}
	p, err := place.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: filepath.Join(t.TempDir(), "none"), AsOf: "20251231"})
	if !errors.Is(err, offsite.ErrNoCatalogue) {
		t.Errorf("before the first: %v", err)
	}
}

// Originals of storage roots come back beside the home, on whatever disk, with their times.
func TestRestoreStorageRoots(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 2)...)
	id, outside := w.addRoot("旧盘", paths("r", 5)...)
	target, dir := w.target("异地")
	w.run(target)
	roots := filepath.Join(t.TempDir(), "else", "roots")
	r, _ := w.restore(dir, offsite.RestoreOptions{Roots: roots})
	at := filepath.Join(roots, id.String())
	if got, want := w.files(at), w.files(outside); !maps.Equal(got, want) || r.Roots[id.String()] != at || len(r.Roots) != 1 {
		t.Errorf("%v, %v", got, r.Roots)
	}
	for path := range w.files(at) {
		a, err := os.Stat(filepath.Join(at, path))
		b, err2 := os.Stat(filepath.Join(outside, path))
		if err != nil || err2 != nil || a.ModTime().UnixMilli() != b.ModTime().UnixMilli() {
			t.Errorf("%s: %v, %v", path, a.ModTime(), b.ModTime())
		}
	}
	p, err := place.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: filepath.Join(t.TempDir(), "none"), Roots: outside})
	if !errors.Is(err, offsite.ErrNotEmpty) {
		t.Errorf("into a folder of roots with something in it: %v", err)
	}
}

// A restore goes on wherever it was killed, and refuses what would mix two.
func TestRestoreKilled(t *testing.T) {
	w := newWorld(t)
	w.fonds("J001", 6)
	w.receive(paths("a", 10)...)
	w.addRoot("旧盘", paths("r", 5)...)
	target, dir := w.target("异地")
	text := archive.PageText{Page: w.pagesAt("J001/KJ/J001-KJ-001/J001-KJ-001-0001.tif")[0], Plain: "正文", Engine: "e"}
	if err := w.cat.SaveText(ctx, text); err != nil {
		t.Fatal(err)
	}
	w.run(target)
	w.receive(paths("b", 3)...)
	w.run(target) // texts of two runs
	want := w.files(w.home.Masters())
	for _, step := range []string{"text-restored#1", "text-restored#2", "catalogue-restored#1", "lot-restored#1", "lot-restored#3",
		"originals-restored#1", "roots-placed#1", "home-complete#1"} {
		t.Run(step, func(t *testing.T) {
			into := filepath.Join(t.TempDir(), "again")
			roots := into + "-roots"
			killed(t, "restore", step, envTarget+"="+dir, envInto+"="+into)
			p, err := place.OpenFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			opt := offsite.RestoreOptions{From: []place.Place{p}, Home: into, Fonds: []string{"J001"}}
			if _, err := offsite.Restore(ctx, opt); !errors.Is(err, offsite.ErrOtherRestore) {
				t.Errorf("another one into it: %v", err)
			}
			opt.Fonds = nil
			r, err := offsite.Restore(ctx, opt)
			if err != nil || r.Files != len(want)+5 || len(r.Missing)+len(r.Failed) > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			if got := w.files(filepath.Join(into, "masters")); !maps.Equal(got, want) {
				t.Errorf("%d originals, want %d", len(got), len(want))
			}
			if got := w.files(roots); len(got) != 5 {
				t.Errorf("on storage roots: %v", got)
			}
			for _, left := range []string{"restoring.json", "lantai.json.new", "_incoming", "text.db.new", "text.db.more", "catalogue.db.new"} {
				if _, err := os.Lstat(filepath.Join(into, left)); !os.IsNotExist(err) {
					t.Errorf("%s is left", left)
				}
			}
			again := openWorld(t, into, offsite.Options{})
			if got, err := again.cat.Text(ctx, all, text.Page); err != nil || got.Plain != "正文" {
				t.Errorf("text %q, %v", got.Plain, err)
			}
		})
	}
}

// What is changed or missing at the target does not come, and is told.
func TestRestoreTellsBadCopies(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 6)
	w.receive(list...)
	target, dir := w.target("异地")
	w.run(target)
	w.change(filepath.Join(dir, "masters", filepath.FromSlash(list[0])))
	if err := os.Remove(filepath.Join(dir, "masters", filepath.FromSlash(list[1]))); err != nil {
		t.Fatal(err)
	}
	r, into := w.restore(dir, offsite.RestoreOptions{})
	if r.Files != 4 || len(r.Failed) != 1 || r.Failed[0].Path != list[0] || len(r.Missing) != 1 || r.Missing[0].Path != list[1] {
		t.Errorf("%+v", r)
	}
	if got := w.files(filepath.Join(into, "masters")); len(got) != 4 {
		t.Errorf("%d came", len(got))
	}
}
