package app

import (
	"context"
	"image"
	"slices"
	"strconv"
	"strings"

	"lantai/app/find"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/search"
)

// finder answers the screen 全文检索 from index and catalogue.
type finder struct {
	noting  *noting
	station *station.Station
	images  *pageImages
}

// written puts filters and words into one query as people type it. The filters stand
// first, so that a quotation left open in the words does not take them in.
func written(q find.Query) string {
	var b strings.Builder
	for _, f := range []struct{ name, value string }{{"fonds", q.Fonds}, {"class", q.Class}, {"year", q.Years}, {"code", q.Code}} {
		if f.value == "" {
			continue
		}
		// A quotation mark cannot stand in any of these values.
		b.WriteString(f.name + `:"` + strings.ReplaceAll(f.value, `"`, "") + `" `)
	}
	return b.String() + q.Text
}

// Find searches for a window of the hits.
func (f finder) Find(ctx context.Context, q find.Query, offset, limit int) (find.Answer, error) {
	text := written(q)
	parsed, err := search.Parse(text)
	if err != nil {
		return find.Answer{}, err
	}
	r, err := f.station.Search(ctx, f.station.Sight(), text, search.Page{Limit: limit, Offset: offset, Order: search.Order(q.Order)})
	if err != nil {
		return find.Answer{}, err
	}
	if offset == 0 {
		if err := f.noting.saw(ctx, archive.OpSearch, 0, text, map[string]string{"query": text, "total": strconv.Itoa(r.Total)}); err != nil {
			return find.Answer{}, err
		}
	}
	a := find.Answer{Total: r.Total, Exact: r.Exact, Took: r.Took, Words: parsed.Words, ItemTotal: r.ItemTotal}
	if r.Withheld {
		a.Withheld, a.Total, a.Exact = true, offset+len(r.Hits), true
	}
	if a.Coverage, err = f.coverage(ctx, r.Searched); err != nil {
		return a, err
	}
	if a.Hits, err = f.hits(ctx, r.Hits, parsed.Words); err != nil {
		return a, err
	}
	a.Items, err = f.items(ctx, r.Items)
	return a, err
}

// hits adds what the catalogue knows of the pages found.
func (f finder) hits(ctx context.Context, hits []search.Hit, words []string) ([]find.Hit, error) {
	pages := make([]archive.ID, 0, len(hits))
	items := make([]archive.ID, 0, len(hits))
	for _, h := range hits {
		pages = append(pages, h.Page)
		items = append(items, h.Item)
	}
	rows, err := f.station.Catalogue.Pages(ctx, f.station.Sight(), pages)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.ID]archive.Page, len(rows))
	for _, p := range rows {
		byID[p.ID] = p
	}
	holdings, err := f.holdings(ctx, items)
	if err != nil {
		return nil, err
	}
	out := make([]find.Hit, 0, len(hits))
	for _, h := range hits {
		page, ok := byID[h.Page]
		if !ok {
			page = archive.Page{ID: h.Page}
		}
		out = append(out, find.Hit{Page: f.images.Ref(page), Code: h.Code, Ordinal: h.Ordinal, Title: h.Title,
			Date: holdings[h.Item].Date, Snippet: h.Snippet, Marks: marks(h.Snippet, words),
			Boxes: f.images.Boxes(page, h.Boxes)})
	}
	return out, nil
}

func (f finder) items(ctx context.Context, hits []search.ItemHit) ([]find.Item, error) {
	ids := make([]archive.ID, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.Item)
	}
	holdings, err := f.holdings(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]find.Item, 0, len(hits))
	for _, h := range hits {
		out = append(out, find.Item{ID: h.Item, Kind: h.Kind, Code: h.Code, Title: h.Title, Date: holdings[h.Item].Date})
	}
	return out, nil
}

// holdings fetches each holding once; zero ids are passed over.
func (f finder) holdings(ctx context.Context, ids []archive.ID) (map[archive.ID]archive.Holding, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id archive.ID) bool { return id == 0 })
	list, err := f.station.Catalogue.Holdings(ctx, f.station.Sight(), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[archive.ID]archive.Holding, len(list))
	for _, h := range list {
		out[h.ID] = h
	}
	return out, nil
}

// marks finds folded words in a snippet, in runes.
func marks(snippet string, words []string) []find.Mark {
	folded := search.Fold(snippet)
	text := []rune(folded.Text)
	var out []find.Mark
	for _, w := range words {
		word := []rune(w)
		for at := 0; len(word) > 0 && at+len(word) <= len(text); at++ {
			if slices.Equal(text[at:at+len(word)], word) {
				out = append(out, find.Mark{From: folded.Start[at], To: folded.End[at+len(word)-1]})
			}
		}
	}
	return out
}

// Refine counts exactly. Only the owner of the index can.
func (f finder) Refine(ctx context.Context, q find.Query) (int, bool, error) {
	if f.station.Index == nil {
		return 0, false, nil
	}
	parsed, err := search.Parse(written(q))
	if err != nil {
		return 0, false, err
	}
	r, err := f.station.Index.Refine(ctx, f.station.Sight(), parsed)
	return r.Total, r.Exact, err
}

// Coverage tells how much can be searched.
func (f finder) Coverage(ctx context.Context) (find.Coverage, error) {
	n, err := searched(ctx, f.station)
	if err != nil {
		return find.Coverage{}, err
	}
	return f.coverage(ctx, n)
}

// searched counts the pages with text that the index holds now. The catalogue's count
// is of those it should hold.
func searched(ctx context.Context, s *station.Station) (int, error) {
	r, err := s.Search(ctx, s.Sight(), "", search.Page{})
	return r.Searched, err
}

// coverage adds the catalogue's tallies to what the index holds.
func (f finder) coverage(ctx context.Context, searched int) (find.Coverage, error) {
	t, err := f.station.Catalogue.Totals(ctx, f.station.Sight(), 0)
	if err != nil {
		return find.Coverage{}, err
	}
	closed, err := f.station.Catalogue.ClosedTotal(ctx, f.station.Sight())
	if err != nil {
		return find.Coverage{}, err
	}
	gone, err := away(ctx, f.station)
	n := max(waiting(t)-gone, 0)
	return find.Coverage{Pages: t.Pages, Searched: searched, Refused: t.Stages[archive.StageRefused],
		Secret: t.Stages[archive.StageQuarantined], Closed: closed, Away: gone, Waiting: n, NoEngine: n > 0 && noEngine(f.station)}, err
}

// away counts the pages on their way to the index whose storage root is not connected.
func away(ctx context.Context, s *station.Station) (int, error) {
	b, err := s.Backlog(ctx)
	return b.Away, err
}

// waiting counts the pages on their way to the index.
func waiting(t store.Totals) int {
	return t.Stages[archive.StageReceived] + t.Stages[archive.StageEnhanced] + t.Stages[archive.StageRecognised]
}

// noEngine tells that pages wait because nothing is there to recognise them.
func noEngine(s *station.Station) bool {
	return s.Pipeline != nil && archive.KindOf(s.Pipeline.Status().Waits) == archive.Unavailable
}

// Choices lists the fonds and the 门类 of all of them.
func (f finder) Choices(ctx context.Context) (find.Choices, error) {
	var c find.Choices
	fonds, err := f.station.Catalogue.Fonds(ctx, f.station.Sight())
	if err != nil {
		return c, err
	}
	for _, v := range fonds {
		c.Fonds = append(c.Fonds, find.Choice{Value: v.Code, Name: v.Title})
	}
	series, err := f.station.Catalogue.SeriesOf(ctx, f.station.Sight(), 0)
	if err != nil {
		return c, err
	}
	names := map[string]string{}
	for _, v := range series {
		if was, ok := names[v.Category]; ok && was != v.Title {
			names[v.Category] = "" // the fonds call it by different names
			continue
		}
		names[v.Category] = v.Title
	}
	for category, name := range names {
		if category != "" {
			c.Classes = append(c.Classes, find.Choice{Value: category, Name: name})
		}
	}
	slices.SortFunc(c.Classes, func(a, b find.Choice) int { return strings.Compare(a.Value, b.Value) })
	return c, nil
}

// Image reads a page for the preview.
func (f finder) Image(ctx context.Context, v parts.View) (*image.RGBA, error) {
	return f.images.View(ctx, v)
}

// newFind makes the screen 全文检索.
func newFind(p *Program) Screen {
	return find.New(find.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Finder: finder{newNoting(p.Station), p.Station, newPageImages(p.Station)}})
}
