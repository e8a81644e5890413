package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
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
	r, err := s.Search(ctx, access.All(), c.args[0], search.Page{Limit: c.opt.limit, Offset: c.opt.offset, Order: order})
	if err != nil {
		return exitFailed, err
	}
	t, err := s.Catalogue.Totals(ctx, access.All(), 0)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"total": r.Total, "exact": r.Exact, "took_ms": float64(r.Took.Microseconds()) / 1000,
			"searched": t.Searchable, "pages": t.Pages, "hits": hitsJSON(r.Hits)})
		return exitDone, nil
	}
	key := "ctl.search.exact"
	if !r.Exact {
		key = "ctl.search.atmost"
	}
	c.say(key, lang.Args{"Total": r.Total, "Searched": t.Searchable, "Pages": t.Pages, "Took": r.Took.Milliseconds()})
	for _, h := range r.Hits {
		code := h.Code
		if code == "" {
			code = c.words.T("page.unlinked", nil)
		}
		fmt.Fprintf(c.out, "%s  %s\n    %s\n    %s\n", c.words.T("ctl.search.place", lang.Args{"Code": code, "Page": h.Ordinal}),
			h.Title, h.Snippet, h.Page)
	}
	return exitDone, nil
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
