package store_test

import (
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// places gives the pages of a holding in order, and checks that their ordinals count
// from 1.
func (w *world) places(holding archive.ID) []archive.ID {
	w.Helper()
	var list []archive.ID
	for i, p := range must(w.PagesOf(ctx, all, holding))(w) {
		if p.Ordinal != i+1 {
			w.Errorf("page %d of %s has ordinal %d", i+1, holding, p.Ordinal)
		}
		list = append(list, p.ID)
	}
	return list
}

func TestLinkingPages(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		a := w.item(town.items.ID, "L-1", "甲", func(i *archive.Item) { i.Access = 1 })
		b := w.item(town.items.ID, "L-2", "乙")
		p := w.pages(town, "x.tif", 4, 0)
		if got := must(w.UnlinkedPages(ctx, all, town.batch.ID))(w); !slices.Equal(got, p) {
			t.Errorf("unlinked: %v, want %v", got, p)
		}
		link := func(h archive.ID, pages ...archive.ID) {
			t.Helper()
			w.do(func(tx *store.Tx) error { return tx.LinkPages(pages, h) })
		}
		link(a.ID, p[2], p[0])
		link(a.ID, p[3])
		if got := w.places(a.ID); !slices.Equal(got, []archive.ID{p[2], p[0], p[3]}) {
			t.Errorf("in a: %v", got)
		}
		if page := must(w.Page(ctx, all, p[0]))(w); page.Access != 1 {
			t.Errorf("the page has access class %d, its item 1", page.Access)
		}
		link(b.ID, p[2], p[1])
		if got := w.places(a.ID); !slices.Equal(got, []archive.ID{p[0], p[3]}) {
			t.Errorf("after one left: %v", got)
		}
		link(a.ID, p[3], p[0]) // all of them: a new order
		if got := w.places(a.ID); !slices.Equal(got, []archive.ID{p[3], p[0]}) {
			t.Errorf("reordered: %v", got)
		}
		w.do(func(tx *store.Tx) error { return tx.UnlinkPages([]archive.ID{p[3], p[2]}) })
		if got := w.places(a.ID); !slices.Equal(got, []archive.ID{p[0]}) {
			t.Errorf("after unlinking: %v", got)
		}
		if got := must(w.UnlinkedPages(ctx, all, 0))(w); !slices.Equal(got, []archive.ID{p[2], p[3]}) {
			t.Errorf("unlinked: %v", got)
		}
		if n := must(w.Totals(ctx, all, town.fonds.ID))(w); n.Pages != 2 {
			t.Errorf("totals of the fonds: %+v", n)
		}
		if n := must(w.Totals(ctx, all, 0))(w); n.Pages != 4 || n.Unlinked != 2 {
			t.Errorf("totals: %+v", n)
		}
		w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{p[0], p[0]}, a.ID) })
		w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.LinkPages(p, town.items.ID) })
		w.refuses(archive.NotFound, func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{7}, a.ID) })
		w.refuses(archive.Conflict, func(tx *store.Tx) error {
			i, err := tx.HighestCode("L-1")
			if err != nil || i != "L-1" {
				return err
			}
			return tx.Remove(a.ID, a.Rev)
		})
		languages := must(w.Languages(ctx, all, p))(w)
		if len(languages) != 2 || languages[p[0]] != "chi_sim+eng" {
			t.Errorf("languages: %v", languages)
		}
	})
}

func TestTheQueue(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "q.tif", 5, 0)
		other := w.another(w.opt)
		w.do(func(tx *store.Tx) error { return tx.SetPriority(p[4:], -1) })
		claim := func(c *store.Catalogue, n int) []archive.ID {
			t.Helper()
			var list []archive.ID
			for _, page := range must(c.ClaimPages(ctx, archive.StageReceived, n, time.Minute))(w) {
				list = append(list, page.ID)
			}
			return list
		}
		waits := func(want bool) {
			t.Helper()
			if got := must(w.AnyWaiting(ctx, []archive.Stage{archive.StageEnhanced, archive.StageReceived}))(w); got != want {
				t.Errorf("pages wait: %v", got)
			}
		}
		waits(true)
		mine, theirs := claim(w.Catalogue, 2), claim(other, 9)
		waits(true) // what somebody works on is not done
		if !slices.Equal(mine, []archive.ID{p[4], p[0]}) || !slices.Equal(theirs, p[1:4]) {
			t.Fatalf("claims %v and %v of %v", mine, theirs, p)
		}
		on := func(id archive.ID) func(*store.Tx) error {
			return func(tx *store.Tx) error { return tx.SetStage(id, archive.StageReceived, archive.StageEnhanced) }
		}
		w.refuses(archive.Busy, on(p[1]))
		if op := w.do(on(p[0])); op != 0 {
			t.Error("a step of the pipeline left an op")
		}
		w.refuses(archive.Conflict, on(p[0]))
		w.refuses(archive.NotFound, on(99))
		w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.SetStage(p[4], archive.StageReceived, archive.StageRefused) })
		// A lease that ran out is free to others, and its page too.
		w.clock.Advance(30 * time.Second)
		if err := w.RenewClaims(ctx, mine, time.Minute); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(40 * time.Second)
		if got := claim(w.Catalogue, 9); !slices.Equal(got, p[1:4]) {
			t.Errorf("after the lease: %v", got)
		}
		if err := w.ReleaseClaims(ctx, p[2]); err != nil {
			t.Fatal(err)
		}
		if got := claim(other, 9); !slices.Equal(got, p[2:3]) {
			t.Errorf("released: %v", got)
		}
		if err := w.ReleaseClaims(ctx); err != nil {
			t.Fatal(err)
		}
		if got := claim(other, 9); !slices.Equal(got, []archive.ID{p[4], p[1], p[3]}) {
			t.Errorf("released all of one process: %v", got)
		}
		if err := w.BreakClaims(ctx); err != nil {
			t.Fatal(err)
		}
		if got := claim(w.Catalogue, 9); len(got) != 4 {
			t.Errorf("after all claims were broken: %v", got)
		}
		if n := must(w.Waiting(ctx, archive.StageReceived))(w); n != 4 {
			t.Errorf("%d wait", n)
		}
		// Counts that somebody changed hold nothing up.
		w.exec(w.records(), `UPDATE tally SET n = n - 1000`)
		if n := must(w.Waiting(ctx, archive.StageReceived))(w); n != 0 {
			t.Errorf("%d wait by a wrong count", n)
		}
		waits(true)
		w.exec(w.records(), `UPDATE page SET stage = 'indexed'`)
		w.exec(w.records(), `UPDATE tally SET n = n + 2000`)
		waits(false)
		w.exec(w.records(), `UPDATE tally SET n = n - 1000`)
		w.exec(w.records(), `UPDATE page SET stage = CASE id WHEN $1 THEN 'enhanced' ELSE 'received' END`, int64(p[0]))
	})
}

func TestRefusedPagesAreTriedAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "r.tif", 2, 0)
		if op := w.do(func(tx *store.Tx) error { return tx.RefusePage(p[1], archive.ReasonDamaged, "cut\x00off") }); op == 0 {
			t.Error("a refusal left no op")
		}
		if got := must(w.RefusedPages(ctx, all, town.batch.ID))(w); !slices.Equal(got, p[1:]) {
			t.Errorf("refused: %v", got)
		}
		page := must(w.Page(ctx, all, p[1]))(w)
		if page.Stage != archive.StageRefused || page.Reason != archive.ReasonDamaged || page.Detail != "cut\uFFFDoff" {
			t.Errorf("%+v", page)
		}
		n := 0
		w.do(func(tx *store.Tx) (err error) { n, err = tx.Retry(p); return err })
		page = must(w.Page(ctx, all, p[1]))(w)
		if n != 1 || page.Stage != archive.StageReceived || page.Reason != "" || page.Detail != "" {
			t.Errorf("%d tried again: %+v", n, page)
		}
		if n := must(w.Totals(ctx, all, 0))(w); n.Stages[archive.StageReceived] != 2 || n.Stages[archive.StageRefused] != 0 {
			t.Errorf("totals: %+v", n)
		}
		w.recognise("文", p[0])
		w.do(func(tx *store.Tx) error { return tx.SetRecipe(p[0], `{"turn":90}`) })
		if page := must(w.Page(ctx, all, p[0]))(w); page.Stage != archive.StageReceived || page.Recipe != `{"turn":90}` || page.MadeFrom != "m" {
			t.Errorf("after a recipe by hand: %+v", page)
		}
		w.recognise("文", p[1])
		if op := w.do(func(tx *store.Tx) error { return tx.Again(p[1]) }); op == 0 {
			t.Error("work ordered again left no op")
		}
		if page := must(w.Page(ctx, all, p[1]))(w); page.Stage != archive.StageReceived {
			t.Errorf("to be done again: %+v", page)
		}
		if text := must(w.Text(ctx, all, p[1]))(w); text.Plain != "文" {
			t.Errorf("its text meanwhile: %+v", text)
		}
	})
}

func TestTheFeed(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "F-1", "防汛", func(i *archive.Item) {
			i.DocNo, i.Persons, i.Date, i.Year = "一号", "张三", "1965", 1965
		})
		p := w.pages(town, "f.tif", 2, item.ID)
		w.drain()
		w.recognise("大坝", p...)
		f := must(w.IndexFeed(ctx, 10))(w)
		if len(f.Batch.Pages) != 2 || len(f.Batch.Items) != 0 {
			t.Fatalf("feed: %+v", f.Batch)
		}
		got := f.Batch.Pages[1]
		want := archive.IndexPage{ID: p[1], Item: item.ID, Parent: town.items.ID, Fonds: town.fonds.ID, Series: town.items.ID, Code: "F-1", CodeSort: got.CodeSort,
			Ordinal: 2, Title: "防汛", DocNo: "一号", Persons: "张三", Year: 1965, Date: "19650000", Category: "WS", Text: "大坝"}
		if got.CodeSort == nil {
			t.Error("no sort key")
		}
		got.CodeSort, want.CodeSort = nil, nil
		if !equalJSON(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		// A correction between feed and note keeps its mark.
		if err := w.Correct(ctx, actor, p[0], "大堤"); err != nil {
			t.Fatal(err)
		}
		if n := must(w.Indexed(ctx, f))(w); n != 1 {
			t.Errorf("%d became indexed", n)
		}
		f = must(w.IndexFeed(ctx, 10))(w)
		if len(f.Batch.Pages) != 1 || f.Batch.Pages[0].ID != p[0] || f.Batch.Pages[0].Text != "大堤" {
			t.Fatalf("feed: %+v", f.Batch)
		}
		must(w.Indexed(ctx, f))(w)
		if n := must(w.Totals(ctx, all, town.fonds.ID))(w); n.Searchable != 2 || n.Stages[archive.StageIndexed] != 2 {
			t.Errorf("totals: %+v", n)
		}
		// A new title reaches the item and its pages.
		item.Title = "抗旱"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		f = must(w.IndexFeed(ctx, 10))(w)
		if len(f.Batch.Pages) != 2 || f.Batch.Pages[0].Title != "抗旱" || len(f.Batch.Items) != 1 || f.Batch.Items[0].Title != "抗旱" {
			t.Errorf("feed: %+v", f.Batch)
		}
		w.drain()
		// What is gone is removed.
		empty := w.item(town.items.ID, "F-2", "空")
		w.drain()
		w.do(func(tx *store.Tx) error { return tx.Remove(empty.ID, empty.Rev) })
		if f = must(w.IndexFeed(ctx, 10))(w); !slices.Equal(f.Batch.RemoveItems, []archive.ID{empty.ID}) {
			t.Errorf("feed: %+v", f.Batch)
		}
		w.drain()
		if f = must(w.IndexFeed(ctx, 10))(w); !f.Empty() {
			t.Errorf("feed: %+v", f.Batch)
		}
		// A rebuild gives all, an edit meanwhile goes first.
		if err := w.MarkAll(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.Correct(ctx, actor, p[1], "水库"); err != nil {
			t.Fatal(err)
		}
		f = must(w.IndexFeed(ctx, 1))(w)
		if len(f.Batch.Pages) != 1 || f.Batch.Pages[0].ID != p[1] {
			t.Errorf("first in a rebuild: %+v", f.Batch)
		}
		if pages, items := w.drain(); pages != 2 || items != 6 {
			t.Errorf("rebuild gave %d pages, %d holdings", pages, items)
		}
		// A category reaches all of a series.
		town.items.Category = "WZ"
		w.do(func(tx *store.Tx) error { return tx.Update(&town.items) })
		if pages, items := w.drain(); pages != 2 || items != 3 {
			t.Errorf("a new category gave %d pages, %d holdings", pages, items)
		}
	})
}

// drain takes the whole feed, and tells how much there was.
func (w *world) drain() (pages, items int) {
	w.Helper()
	for {
		f := must(w.IndexFeed(ctx, 3))(w)
		if f.Empty() {
			return pages, items
		}
		pages += len(f.Batch.Pages)
		items += len(f.Batch.Items)
		must(w.Indexed(ctx, f))(w)
	}
}
