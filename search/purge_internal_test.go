package search

import (
	"fmt"
	"os"
	"testing"

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
