package main

import (
	"context"
	"fmt"
	"strconv"

	"lantai/archive"
	"lantai/archive/station"
	"lantai/assets/lang"
	"lantai/search"
)

func searchCommand() command {
	return command{
		name: "search", args: "QUERY [--limit 20] [--offset 0] [--order relevance|date|code]", min: 1, max: 1,
		flags: func(c *call) {
			c.flags.IntVar(&c.opt.limit, "limit", 20, "hits to show")
			c.flags.IntVar(&c.opt.offset, "offset", 0, "hits to pass over first")
			c.flags.StringVar(&c.opt.order, "order", "relevance", "relevance, date or code")
		},
		run: runSearch,
	}
}

// hitJSON is one hit in the fixed form.
type hitJSON struct {
	Code    *string    `json:"code"` // null: 待挂接
	Page    int        `json:"page"`
	PageID  archive.ID `json:"page_id"`
	Title   string     `json:"title"`
	Snippet string     `json:"snippet"`
	Boxes   [][4]int   `json:"boxes"`
}

func runSearch(ctx context.Context, c *call) (int, error) {
	order, ok := map[string]search.Order{"relevance": search.ByRelevance, "date": search.ByDate, "code": search.ByCode}[c.opt.order]
	if !ok || c.opt.limit < 0 || c.opt.offset < 0 {
		return c.misused("search")
	}
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	r, err := s.Search(ctx, s.Sight(), c.args[0], search.Page{Limit: c.opt.limit, Offset: c.opt.offset, Order: order})
	if err != nil {
		return exitFailed, err
	}
	if err := s.Observe(ctx, archive.OpSearch, 0, map[string]string{"query": c.args[0], "total": strconv.Itoa(r.Total)}); err != nil {
		return exitFailed, err
	}
	t, err := s.Catalogue.Totals(ctx, s.Sight(), 0)
	if err != nil {
		return exitFailed, err
	}
	closed, err := s.Catalogue.ClosedTotal(ctx, s.Sight())
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		answer := map[string]any{"total": r.Total, "exact": r.Exact, "took_ms": float64(r.Took.Microseconds()) / 1000,
			"searched": r.Searched, "pages": t.Pages, "closed": closed, "hits": hitsJSON(r.Hits), "items": itemsJSON(r.Items)}
		if r.Withheld {
			answer["withheld"] = true
		}
		c.print(answer)
		return exitDone, nil
	}
	files, err := fileNames(ctx, s, r.Hits)
	if err != nil {
		return exitFailed, err
	}
	c.sayFound(r, t.Pages, files)
	if closed > 0 {
		c.say("ctl.search.closed", lang.Args{"Pages": closed})
	}
	return exitDone, nil
}

// sayFound tells the answer in words; files names the file of each page that is 待挂接.
func (c *call) sayFound(r search.Result, pages int, files map[archive.ID]string) {
	key := "ctl.search.exact"
	switch {
	case r.Withheld:
		key = "ctl.search.withheld"
	case !r.Exact:
		key = "ctl.search.atmost"
	}
	c.say(key, lang.Args{"Total": r.Total, "Searched": r.Searched, "Pages": pages, "Took": r.Took.Milliseconds()})
	if len(r.Items) > 0 && !r.Withheld {
		c.say("ctl.search.items", lang.Args{"Total": r.ItemTotal, "Shown": len(r.Items)})
	}
	for _, i := range r.Items {
		c.say("ctl.search.item", lang.Args{"Code": i.Code, "Title": i.Title})
	}
	for _, h := range r.Hits {
		place := c.words.T("ctl.search.place", lang.Args{"Code": h.Code, "Page": h.Ordinal})
		if h.Code == "" {
			place = c.words.T("ctl.search.file", lang.Args{"State": c.words.T("page.unlinked", nil), "File": files[h.Page], "Page": h.Ordinal})
		}
		fmt.Fprintf(c.out, "%s  %s\n    %s\n    %s\n", place, h.Title, h.Snippet, h.Page)
	}
}

// fileNames finds the file that each page found that is 待挂接 came from.
func fileNames(ctx context.Context, s *station.Station, hits []search.Hit) (map[archive.ID]string, error) {
	var ids []archive.ID
	for _, h := range hits {
		if h.Code == "" {
			ids = append(ids, h.Page)
		}
	}
	pages, err := s.Catalogue.Pages(ctx, s.Sight(), ids)
	if err != nil {
		return nil, err
	}
	names := map[archive.ID]string{}
	for _, p := range pages {
		f, err := s.Catalogue.File(ctx, s.Sight(), p.File)
		if err != nil {
			return nil, err
		}
		names[p.ID] = f.Source
	}
	return names, nil
}

func itemsJSON(items []search.ItemHit) []map[string]string {
	out := make([]map[string]string, 0, len(items))
	for _, i := range items {
		out = append(out, map[string]string{"code": i.Code, "title": i.Title})
	}
	return out
}

func hitsJSON(hits []search.Hit) []hitJSON {
	out := make([]hitJSON, 0, len(hits))
	for _, h := range hits {
		j := hitJSON{Page: h.Ordinal, PageID: h.Page, Title: h.Title, Snippet: h.Snippet, Boxes: [][4]int{}}
		if h.Code != "" {
			j.Code = &h.Code
		}
		for _, b := range h.Boxes {
			j.Boxes = append(j.Boxes, [4]int{b.X, b.Y, b.W, b.H})
		}
		out = append(out, j)
	}
	return out
}
