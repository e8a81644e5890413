package search

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"lantai/archive"
	"lantai/archive/access"
)

// noTexts are the texts of an archive that nobody asks for.
type noTexts struct{ Texts }

// files are those of the segments that have pages.
func files(t *testing.T, x *Index, pages ...archive.ID) map[string]bool {
	t.Helper()
	gen, done, err := x.use()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	all := map[string]bool{}
	for _, p := range pages {
		for _, s := range gen.shards() {
			list, err := s.traces([]string{docID(p)})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				all[f] = true
			}
		}
	}
	if len(all) == 0 || all[""] {
		t.Fatalf("no files have the pages: %v", all)
	}
	return all
}

// After a purge no segment's file has a term of the page, and no file of a replaced
// segment is left: with one segment, with several, and after a second removal.
func TestPurgeLeavesNoTerms(t *testing.T) {
	for _, steps := range []int{1, 4} {
		x, err := Open(t.TempDir(), noTexts{}, Options{ShardPages: 50})
		if err != nil {
			t.Fatal(err)
		}
		const n = 120
		for step := range steps {
			var b archive.IndexBatch
			for i := step * n / steps; i < (step+1)*n/steps; i++ {
				b.Pages = append(b.Pages, archive.IndexPage{ID: archive.ID(i + 1), Ordinal: i, Text: fmt.Sprintf("防汛工作%c记录", '一'+rune(i))})
			}
			if err := x.Put(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		terms := func(page int) (n int) {
			t.Helper()
			gen, done, err := x.use()
			if err != nil {
				t.Fatal(err)
			}
			defer done()
			views, err := openViews(gen.shards()...)
			if err != nil {
				t.Fatal(err)
			}
			defer views.release()
			grams, _ := gramsOf(foldText(string('一' + rune(page-1))))
			for _, v := range views.all {
				set, err := v.term(fieldText, grams[0])
				if err != nil {
					t.Fatal(err)
				}
				n += int(set.GetCardinality())
			}
			return n
		}
		if terms(7) != 1 || terms(77) != 1 {
			t.Fatalf("%d and %d pages have their terms", terms(7), terms(77))
		}
		before := files(t, x, 7, 77)
		for range 2 {
			if err := x.Purge(t.Context(), []archive.ID{7, 77, 5000}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if terms(7) != 0 || terms(77) != 0 || terms(8) != 1 {
			t.Errorf("after the purge %d, %d and %d pages have their terms", terms(7), terms(77), terms(8))
		}
		for name := range before {
			if _, err := os.Stat(name); !os.IsNotExist(err) {
				t.Errorf("the file of a replaced segment is left: %s, %v", name, err)
			}
		}
		q, err := Parse("")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := x.Search(t.Context(), access.All(), q, Page{}); err != nil || r.Searched != n-2 {
			t.Errorf("%d searched, %v", r.Searched, err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// readable gives all that can be read out of an index's files: the terms and stored fields
// of every segment, and the bytes of every file. Files of no segment are faults.
func readable(t *testing.T, dir string) []byte {
	t.Helper()
	x, err := Open(dir, noTexts{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var all []byte
	known := map[string]bool{}
	for _, s := range append(x.gen.shards(), x.gen.items) {
		snap, err := s.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, seg := range snap.Segments() {
			if p, ok := seg.Segment().(segment.PersistedSegment); ok {
				known[p.Path()] = true
			}
			for _, field := range seg.Segment().Fields() {
				d, err := seg.Segment().Dictionary(field)
				if err != nil {
					t.Fatal(err)
				}
				for it := d.AutomatonIterator(nil, nil, nil); it != nil; {
					e, err := it.Next()
					if err != nil {
						t.Fatal(err)
					}
					if e == nil {
						break
					}
					all = append(append(all, e.Term...), '\n')
				}
			}
			for doc := range uint64(seg.Segment().Count()) {
				if err := seg.Segment().VisitStoredFields(doc, func(_ string, _ byte, value []byte, _ []uint64) bool {
					all = append(append(all, value...), '\n')
					return true
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		snap.Close()
	}
	for _, parent := range []string{dir, filepath.Dir(dir)} {
		if err := filepath.WalkDir(parent, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if strings.HasSuffix(p, ".zap") && !known[p] {
				t.Errorf("a file of no segment: %s", p)
			}
			b, err := os.ReadFile(p)
			all = append(all, b...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// What is purged cannot be read out of the index's files in any way, nor out of a damaged
// index that was set aside, nor out of one that is being built.
func TestPurgeLeavesNothingToRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	x, err := Open(dir, noTexts{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	batch := func(from int) (b archive.IndexBatch) {
		for i := from; i < from+40; i++ {
			id := archive.ID(i)
			b.Items = append(b.Items, archive.IndexItem{ID: 1000 + id, Kind: archive.KindItem, Code: fmt.Sprint("C-", i), Title: "春耕生产" + string(rune('一'+i)), Persons: "李某"})
			b.Pages = append(b.Pages, archive.IndexPage{ID: id, Item: 1000 + id, Title: "春耕生产", Text: "各村完成" + string(rune('丁'+i))})
		}
		return b
	}
	secret := archive.IndexBatch{
		Items: []archive.IndexItem{{ID: 1500, Kind: archive.KindItem, Code: "C-500", Title: "青松岭水库", Persons: "赵金山"}},
		Pages: []archive.IndexPage{{ID: 500, Item: 1500, Code: "C-500", Title: "青松岭水库", Persons: "赵金山", Text: "开闸放水"}},
	}
	for i, b := range []archive.IndexBatch{batch(1), secret, batch(100)} {
		if err := x.Put(t.Context(), b); err != nil {
			t.Fatal(i, err)
		}
	}
	building, err := x.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(building.Put(t.Context(), batch(1)), building.Put(t.Context(), secret)); err != nil {
		t.Fatal(err)
	}
	aside := dir + ".damaged-20200101T000000Z"
	if err := errors.Join(os.MkdirAll(aside, 0o755), os.WriteFile(filepath.Join(aside, "x.zap"), []byte("青松岭水库"), 0o644)); err != nil {
		t.Fatal(err)
	}
	words := []string{"青松", "松岭", "赵金", "金山", "开闸", "放水", "C-500"}
	if err := x.Purge(t.Context(), []archive.ID{500}, []archive.ID{1500}); err != nil {
		t.Fatal(err)
	}
	views, err := openViews(building.gen.shards()...)
	if err != nil {
		t.Fatal(err)
	}
	grams, _ := gramsOf(foldText("开闸"))
	for _, v := range views.all {
		if set, err := v.term(fieldText, grams[0]); err != nil || !set.IsEmpty() {
			t.Errorf("the index that is being built has the page: %v, %v", set, err)
		}
	}
	views.release()
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	left := readable(t, dir)
	if !bytes.Contains(left, []byte("春耕")) || !bytes.Contains(left, []byte("李某")) {
		t.Error("what stays cannot be read either")
	}
	for _, word := range words {
		if bytes.Contains(left, []byte(word)) {
			t.Errorf("%s is left", word)
		}
	}
}
