package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/search"
)

// archiveOf is the simple model: all texts and items in maps, searched by a scan.
// It is the Texts of the index under test, too.
type archiveOf struct {
	mu    sync.RWMutex
	pages map[archive.ID]archive.IndexPage
	items map[archive.ID]archive.IndexItem
	texts map[archive.ID]archive.PageText
}

func newArchive() *archiveOf {
	return &archiveOf{
		pages: map[archive.ID]archive.IndexPage{},
		items: map[archive.ID]archive.IndexItem{},
		texts: map[archive.ID]archive.PageText{},
	}
}

func (a *archiveOf) PageTexts(_ context.Context, sight access.Sight, ids []archive.ID) ([]archive.PageText, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []archive.PageText
	for _, id := range ids {
		if p, ok := a.pages[id]; ok && sight.SeesPage(recordOf(p)) {
			out = append(out, a.texts[id])
		}
	}
	return out, nil
}

func (a *archiveOf) PlainTexts(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.PageText, error) {
	return a.PageTexts(ctx, sight, ids)
}

// apply brings a step into the model.
func (a *archiveOf) apply(b archive.IndexBatch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range b.Pages {
		a.pages[p.ID] = p
		a.texts[p.ID] = archive.PageText{Page: p.ID, Plain: p.Text}
	}
	for _, i := range b.Items {
		a.items[i.ID] = i
	}
	for _, id := range b.RemovePages {
		delete(a.pages, id)
		delete(a.texts, id)
	}
	for _, id := range b.RemoveItems {
		delete(a.items, id)
	}
}

// recordOf is what of a page's record decides on it.
func recordOf(p archive.IndexPage) access.Record {
	return access.Record{Kind: archive.KindItem, Fonds: p.Fonds, Class: p.Access, IDs: []archive.ID{p.Item, p.Parent}}
}

func has(text, word string) bool { return strings.Contains(search.Fold(text).Text, word) }

// matches says by scanning whether a page is a hit.
func (a *archiveOf) matches(p archive.IndexPage, q search.Query, sight access.Sight) bool {
	own := func(w string) bool {
		return has(p.Title, w) || has(p.DocNo, w) || has(p.Persons, w) || has(p.Code, w)
	}
	inText := len(q.Words) == 0
	for _, w := range q.Words {
		if !has(p.Text, w) && !own(w) {
			return false
		}
		inText = inText || has(p.Text, w)
	}
	for _, w := range q.Without {
		if has(p.Text, w) || own(w) {
			return false
		}
	}
	r := recordOf(p)
	return inText && sight.SeesPage(r) && sight.SeesRow(r) && passes(q.Filter, p)
}

func passes(f search.Filter, p archive.IndexPage) bool {
	fold := func(s string) string { return search.Fold(s).Text }
	no, _, _ := strings.Cut(fold(p.Code), "-")
	any := func(values []string, ok func(string) bool) bool {
		return len(values) == 0 || slices.ContainsFunc(values, ok)
	}
	year := len(f.Years) == 0
	for _, y := range f.Years {
		year = year || p.Year > 0 && y.From <= p.Year && p.Year <= y.To
	}
	return year &&
		any(f.Fonds, func(v string) bool { return v == no && p.Code != "" }) &&
		any(f.Class, func(v string) bool { return v == fold(p.Category) }) &&
		any(f.Code, func(v string) bool { return strings.HasPrefix(fold(p.Code), v) })
}

func (a *archiveOf) scan(q search.Query, sight access.Sight) []archive.ID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var ids []archive.ID
	for id, p := range a.pages {
		if a.matches(p, q, sight) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// alphabet is small, so that phrases repeat; it has simplified and traditional
// forms, Latin, digits, full width, variants, blanks and line ends.
var alphabet = []rune("环環境保護护国國年〇零○ABab12３Ａ·•（〔(-—𠮷\n 　é㎡")

func randomText(rnd *rand.Rand, most int) string {
	r := make([]rune, rnd.IntN(most+1))
	for i := range r {
		r[i] = alphabet[rnd.IntN(len(alphabet))]
	}
	return string(r)
}

// randomAccess is a class of several levels and groups.
func randomAccess(rnd *rand.Rand) archive.AccessClass {
	return []archive.AccessClass{0, 1, 2, access.ClassOf(access.Open, 0), access.ClassOf(access.Internal, 0)}[rnd.IntN(5)]
}

func randomItem(rnd *rand.Rand, id archive.ID) archive.IndexItem {
	fonds := 1 + rnd.IntN(3)
	code := fmt.Sprintf("%04d-%s·%d-%04d", fonds, []string{"WS", "KJ"}[rnd.IntN(2)], 1980+rnd.IntN(6), rnd.IntN(50))
	return archive.IndexItem{
		ID: id, Kind: archive.KindItem, Fonds: archive.ID(100 + fonds), Code: code, CodeSort: []byte(code), Title: randomText(rnd, 12),
		DocNo: randomText(rnd, 6), Persons: randomText(rnd, 5), Author: randomText(rnd, 5),
		Year: 1980 + rnd.IntN(6), Date: []string{"", "19800101", "19851231"}[rnd.IntN(3)],
		Category: []string{"WS", "KJ"}[rnd.IntN(2)], Access: randomAccess(rnd),
	}
}

func randomPage(rnd *rand.Rand, id archive.ID, items []archive.IndexItem) archive.IndexPage {
	p := archive.IndexPage{ID: id, Ordinal: rnd.IntN(4), Text: randomText(rnd, 60), Access: randomAccess(rnd)}
	if rnd.IntN(5) > 0 {
		i := items[rnd.IntN(len(items))]
		p.Parent, p.Fonds = parentOf(i.ID), i.Fonds
		p.Item, p.Code, p.CodeSort, p.Title, p.DocNo, p.Persons = i.ID, i.Code, i.CodeSort, i.Title, i.DocNo, i.Persons
		p.Year, p.Date, p.Category = i.Year, i.Date, i.Category
	}
	return p
}

// parentOf is one of five volumes.
func parentOf(item archive.ID) archive.ID { return 5000 + item%5 }

// someApproved is somebody of the reading room to whom some items and a volume are approved.
func someApproved() access.Actor {
	return access.Actor{Roles: []access.Role{access.ReadingRoom}, Groups: []int{2}, Approved: []archive.ID{1003, 1017, 1031, 5002, 9999}}
}

func randomQuery(rnd *rand.Rand, a *archiveOf) string {
	var parts []string
	for range 1 + rnd.IntN(3) {
		word := strings.Map(func(r rune) rune {
			if r == '\n' {
				return ' '
			}
			return r
		}, randomText(rnd, 5))
		if rnd.IntN(2) == 0 {
			word = "“" + word + "”"
		}
		if rnd.IntN(5) == 0 {
			word = "-" + word
		}
		parts = append(parts, word)
	}
	switch rnd.IntN(8) {
	case 0:
		parts = append(parts, "year:1981-1983")
	case 1:
		parts = append(parts, "全宗:0002")
	case 2:
		parts = append(parts, "class:ws,xx")
	case 3:
		parts = append(parts, "档号:0001-W")
	case 4:
		parts = append(parts, "code:0001-KJ·1982-0")
	}
	return strings.Join(parts, " ")
}

// pagesOf collects every hit, window by window.
func pagesOf(t *testing.T, x *search.Index, sight access.Sight, q search.Query, order search.Order, window int) []archive.ID {
	t.Helper()
	var ids []archive.ID
	for {
		r, err := x.Search(t.Context(), sight, q, search.Page{Limit: window, Offset: len(ids), Order: order})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			ids = append(ids, h.Page)
		}
		if len(r.Hits) < window {
			return ids
		}
	}
}

// The hits of any query are those that a plain scan of the texts finds, in every
// order and however they are paged; also after updates and removals.
func TestSearchEqualsScan(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 7))
			model := newArchive()
			x := open(t, t.TempDir()+"/index", model, search.Options{ShardPages: 150})
			fill(t, rnd, x, model)
			inFonds := someApproved()
			inFonds.Fonds = []archive.ID{102}
			sights := []access.Sight{access.All(), access.Only(0, 2), someApproved().Sight(), access.Only(), inFonds.Sight()}
			orders := []search.Order{search.ByRelevance, search.ByCode, search.ByDate}
			for n := range 150 {
				text := randomQuery(rnd, model)
				q, err := search.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				sight, order := sights[n%len(sights)], orders[n/len(sights)%3]
				want := model.scan(q, sight)
				r, err := x.Search(t.Context(), sight, q, search.Page{Limit: 5, Order: order})
				if err != nil {
					t.Fatal(err)
				}
				if !r.Exact || r.Total != len(want) {
					t.Fatalf("%q: total %d (exact %v), a scan finds %d", text, r.Total, r.Exact, len(want))
				}
				got := pagesOf(t, x, sight, q, order, 5+rnd.IntN(200))
				checkOrder(t, model, got, order)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Fatalf("%q: found %v, a scan finds %v", text, got, want)
				}
			}
		})
	}
}

// fill puts random pages and items, then changes and removes some.
func fill(t *testing.T, rnd *rand.Rand, x *search.Index, model *archiveOf) {
	t.Helper()
	put := func(b archive.IndexBatch) {
		model.apply(b)
		if err := x.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	var items []archive.IndexItem
	for i := range 60 {
		items = append(items, randomItem(rnd, archive.ID(1000+i)))
	}
	put(archive.IndexBatch{Items: items})
	for round := range 4 {
		var b archive.IndexBatch
		for i := range 130 {
			b.Pages = append(b.Pages, randomPage(rnd, archive.ID(1+100*round+i), items))
		}
		for range 10 {
			b.RemovePages = append(b.RemovePages, archive.ID(10_000+rnd.IntN(10)), archive.ID(1+rnd.IntN(100*round+1)))
		}
		b.RemovePages = slices.DeleteFunc(b.RemovePages, func(id archive.ID) bool { return id > archive.ID(100*round) && id < 10_000 })
		put(b)
	}
}

// checkOrder looks at what the order promises, whatever the query.
func checkOrder(t *testing.T, model *archiveOf, ids []archive.ID, order search.Order) {
	t.Helper()
	if order == search.ByRelevance {
		return
	}
	for i := 1; i < len(ids); i++ {
		a, b := model.pages[ids[i-1]], model.pages[ids[i]]
		if order == search.ByDate && a.Date != b.Date {
			if a.Date == "" || b.Date != "" && a.Date > b.Date {
				t.Fatalf("date %q before %q", a.Date, b.Date)
			}
			continue
		}
		if a.Code == "" && b.Code != "" || b.Code != "" && a.Code > b.Code || a.Code == b.Code && a.Ordinal > b.Ordinal {
			t.Fatalf("%q/%d before %q/%d", a.Code, a.Ordinal, b.Code, b.Ordinal)
		}
	}
}

func open(t *testing.T, dir string, texts search.Texts, opt search.Options) *search.Index {
	t.Helper()
	x, err := search.Open(dir, texts, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}
