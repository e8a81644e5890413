package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/search"
)

func find(t *testing.T, x *search.Index, sight access.Sight, query string, p search.Page) search.Result {
	t.Helper()
	q, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(t.Context(), sight, q, p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(r search.Result) string {
	var ids []string
	for _, h := range r.Hits {
		ids = append(ids, h.Page.String())
	}
	return strings.Join(ids, " ")
}

func item(id archive.ID, code, title string) archive.IndexItem {
	return archive.IndexItem{ID: id, Kind: archive.KindItem, Code: code, CodeSort: []byte(code), Title: title}
}

func pageOf(i archive.IndexItem, id archive.ID, ordinal int, text string) archive.IndexPage {
	return archive.IndexPage{
		ID: id, Item: i.ID, Code: i.Code, CodeSort: i.CodeSort, Title: i.Title, DocNo: i.DocNo, Persons: i.Persons,
		Date: i.Date, Ordinal: ordinal, Text: text,
	}
}

// Words in the item's own fields come first, then in its title, then the page with
// more of them, then the order of 档号; unfiled pages stand last among equals.
func TestRelevance(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{})
	plain, titled, person := item(101, "0001-A-0003", "通知"), item(102, "0001-A-0002", "关于防洪的报告"), item(103, "0001-A-0001", "名册")
	person.Persons = "张防洪；李四"
	putAll(t, x, model, archive.IndexBatch{
		Items: []archive.IndexItem{plain, titled, person},
		Pages: []archive.IndexPage{
			pageOf(plain, 1, 1, "防洪一次"),
			pageOf(plain, 2, 2, "防洪防洪防洪"),
			pageOf(titled, 3, 1, "本件讲防洪"),
			pageOf(person, 4, 1, "防洪人员"),
			{ID: 5, Ordinal: 1, Text: "未归档 防洪"},
			pageOf(titled, 6, 2, "此页没有"),
		},
	})
	r := find(t, x, access.All(), "防洪", search.Page{Limit: 10})
	if got := found(r); got != "3 4 2 1 5" || r.Total != 5 || !r.Exact {
		t.Errorf("found %s, total %d", got, r.Total)
	}
	if h := r.Hits[0]; h.Item != 102 || h.Code != "0001-A-0002" || h.Title != "关于防洪的报告" || h.Ordinal != 1 || h.Snippet != "本件讲防洪" {
		t.Errorf("first hit %+v", h)
	}
	if r.ItemTotal != 2 || r.Items[0].Item != 102 || r.Items[1].Item != 103 {
		t.Errorf("items %+v", r.Items)
	}
	if r := find(t, x, access.All(), "报告 没有", search.Page{Limit: 10}); found(r) != "6" {
		t.Errorf("a word in the title and one on the page: %s", found(r))
	}
	if r := find(t, x, access.All(), "0001-a-0002", search.Page{Limit: 10}); r.Total != 0 || len(r.Items) != 1 || r.Items[0].Item != 102 {
		t.Errorf("a code finds the item: %+v", r)
	}
}

// Pages whose runs of three would fit but which do not have the phrase are no
// hits; a total over more than 2,000 such is a bound until it is refined.
func TestRefine(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{ShardPages: 2000})
	var b archive.IndexBatch
	for i := range 4500 {
		text := "甲乙丙与乙丙丁" // has 甲乙丙 and 乙丙丁, not 甲乙丙丁
		if i%3 == 0 {
			text = "甲乙丙丁"
		}
		b.Pages = append(b.Pages, archive.IndexPage{ID: archive.ID(i + 1), CodeSort: fmt.Appendf(nil, "%05d", i), Text: text})
	}
	putAll(t, x, model, b)
	r := find(t, x, access.All(), "甲乙丙丁", search.Page{Limit: 20, Offset: 1450})
	if r.Exact || r.Total < 1500 || len(r.Hits) != 20 || r.Hits[0].Page != 1450*3+1 {
		t.Errorf("exact %v, total %d, %d hits from %v", r.Exact, r.Total, len(r.Hits), r.Hits[0].Page)
	}
	q, err := search.Parse("甲乙丙丁")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Refine(ctx, access.All(), q); archive.KindOf(err) != archive.Stopped {
		t.Errorf("a stopped refinement: %v", err)
	}
	if r, err = x.Refine(t.Context(), access.All(), q); err != nil || !r.Exact || r.Total != 1500 {
		t.Errorf("refined: %d, exact %v, %v", r.Total, r.Exact, err)
	}
	if r := find(t, x, access.All(), "甲乙丙丁", search.Page{Limit: 20, Order: search.ByCode}); !r.Exact || r.Total != 1500 {
		t.Errorf("after it: %d, exact %v", r.Total, r.Exact)
	}
	if r := find(t, x, access.All(), "乙 -甲乙丙丁", search.Page{Limit: 1, Offset: 2999}); !r.Exact || r.Total != 3000 || found(r) != "4500" {
		t.Errorf("without it: %d, exact %v, last %s", r.Total, r.Exact, found(r))
	}
}

// Every window of a long answer is the part of the whole that it should be.
func TestWindows(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{ShardPages: 300})
	var all []archive.IndexPage
	for i := range 1200 {
		all = append(all, archive.IndexPage{ID: archive.ID(i + 1), CodeSort: fmt.Appendf(nil, "%05d", i*7919%1200), Text: "公文"})
	}
	for part := range slices.Chunk(all, 110) {
		putAll(t, x, model, archive.IndexBatch{Pages: part})
	}
	whole := pagesOf(t, x, access.All(), search.Query{Words: []string{"公文"}}, search.ByCode, 1200)
	if len(whole) != 1200 {
		t.Fatalf("%d pages", len(whole))
	}
	for _, order := range []search.Order{search.ByCode, search.ByRelevance, search.ByDate} {
		for _, offset := range []int{0, 1, 95, 99, 100, 101, 599, 1190, 1199, 1200, 5000} {
			r := find(t, x, access.All(), "公文", search.Page{Limit: 13, Offset: offset, Order: order})
			from := min(offset, len(whole))
			want := whole[from:min(from+13, len(whole))]
			var got []archive.ID
			for _, h := range r.Hits {
				got = append(got, h.Page)
			}
			if !slices.Equal(got, want) {
				t.Errorf("order %q offset %d: %v, want %v", order, offset, got, want)
			}
		}
	}
}

// A sight hides pages, their items and their number; while access is being
// narrowed, whoever does not see everything is told no number.
func TestSight(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{})
	secret := item(101, "0001-A-0001", "密件 公文")
	secret.Access = 2
	hidden := pageOf(secret, 1, 1, "公文")
	hidden.Access = 2
	putAll(t, x, model, archive.IndexBatch{
		Items: []archive.IndexItem{secret},
		Pages: []archive.IndexPage{hidden, {ID: 2, Text: "公文", Access: 0}},
	})
	if r := find(t, x, access.Only(0), "公文", search.Page{Limit: 10}); r.Total != 1 || r.Searched != 1 || found(r) != "2" || r.ItemTotal != 0 {
		t.Errorf("restricted: %+v", r)
	}
	if r := find(t, x, access.All(), "公文", search.Page{Limit: 10}); r.Total != 2 || r.Searched != 2 || r.ItemTotal != 1 {
		t.Errorf("everything: %+v", r)
	}
	if r := find(t, x, access.Only(), "", search.Page{Limit: 10}); r.Total != 0 || len(r.Hits) != 0 {
		t.Errorf("nobody: %+v", r)
	}
	// Page 2 becomes secret in the archive; the feed has not said so yet.
	model.mu.Lock()
	p := model.pages[2]
	p.Access = 2
	model.pages[2] = p
	model.mu.Unlock()
	x.Tightening(true)
	if r := find(t, x, access.Only(0), "公文", search.Page{Limit: 10}); !r.Withheld || r.Total != 0 || r.Searched != 0 || len(r.Hits) != 0 || len(r.Items) != 0 {
		t.Errorf("tightening: %+v", r)
	}
	if r := find(t, x, access.All(), "公文", search.Page{Limit: 10}); r.Withheld || r.Total != 2 {
		t.Errorf("tightening, everything: %+v", r)
	}
	x.Tightening(false)
}

// A hit shows the text as it is now: what was corrected away is no hit, although
// the index has not heard of it.
func TestCorrected(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{})
	putAll(t, x, model, archive.IndexBatch{Pages: []archive.IndexPage{{ID: 1, Text: "坏境保护"}, {ID: 2, Text: "坏境"}}})
	model.mu.Lock()
	model.texts[1] = archive.PageText{Page: 1, Plain: "坏境保护", Corrected: "环境保护", HasCorrect: true}
	model.mu.Unlock()
	if r := find(t, x, access.All(), "坏境", search.Page{Limit: 10}); found(r) != "2" {
		t.Errorf("found %s", found(r))
	}
	putAll(t, x, newArchive(), archive.IndexBatch{Pages: []archive.IndexPage{{ID: 1, Text: "环境保护"}}})
	if r := find(t, x, access.All(), "环境保护", search.Page{Limit: 10}); found(r) != "1" || r.Hits[0].Snippet != "环境保护" {
		t.Errorf("found %+v", r.Hits)
	}
}

func TestSnippet(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{})
	long := strings.Repeat("前文", 40) + "关于環境\n保護的\r\nnew plan" + strings.Repeat("后文", 60)
	putAll(t, x, model, archive.IndexBatch{Pages: []archive.IndexPage{{ID: 1, Text: long}}})
	s := find(t, x, access.All(), "环境保护", search.Page{Limit: 1}).Hits[0].Snippet
	if !strings.HasPrefix(s, "…前文") || !strings.Contains(s, "关于環境保護的new plan后文") || !strings.HasSuffix(s, "…") {
		t.Errorf("snippet %q", s)
	}
}

// A search on a closed index, or in an unknown order, is an error that says so.
func TestErrors(t *testing.T) {
	x, err := search.Open(t.TempDir()+"/index", newArchive(), search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), access.All(), search.Query{}, search.Page{Order: "odd"}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("odd order: %v", err)
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := x.Search(t.Context(), access.All(), search.Query{}, search.Page{}); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("search after close: %v", err)
	}
	if err := x.Put(t.Context(), archive.IndexBatch{}); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("put after close: %v", err)
	}
}

// Of a text without an end the beginning is indexed, in bounded memory.
func TestEndlessText(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{})
	putAll(t, x, model, archive.IndexBatch{Pages: []archive.IndexPage{
		{ID: 1, Ordinal: 1, Text: "防汛工作的通知" + strings.Repeat("长", 4<<20) + "尾声"},
	}})
	for word, want := range map[string]int{"防汛": 1, "工作的通知": 1, "长长": 1, "尾声": 0} {
		if got := count(t, x, word); got != want {
			t.Errorf("%s: %d pages, want %d", word, got, want)
		}
	}
}
