package search

import (
	"context"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	// settled is up to how many unsure candidates are read before the total is
	// told.
	settled = 2000
	// ranked is how many of the first hits are put in order by what their texts
	// and titles show. The rest follow in order of 档号.
	ranked = 100
	// itemsShown is how many catalogue rows come with the pages.
	itemsShown = 10
)

// Search answers a query for someone with the sight. Hits are verified; the total
// is exact when no word has more than three characters or up to 2,000 pages had to
// be read for it, otherwise an upper bound that Refine makes exact.
func (x *Index) Search(ctx context.Context, sight access.Sight, q Query, p Page) (Result, error) {
	return x.answer(ctx, sight, q, p, settled)
}

// Refine verifies every candidate of a query and gives its exact total, without
// hits; later searches for the same words know it. It may take seconds.
func (x *Index) Refine(ctx context.Context, sight access.Sight, q Query) (Result, error) {
	return x.answer(ctx, sight, q, Page{}, -1)
}

// answer reads up to limit unsure candidates to tell the total, or all if it is
// negative.
func (x *Index) answer(ctx context.Context, sight access.Sight, q Query, p Page, limit int) (Result, error) {
	began := time.Now()
	switch p.Order {
	case ByRelevance, ByDate, ByCode:
	default:
		return Result{}, archive.Errorf(archive.Invalid, "search", string(p.Order), "no such order")
	}
	gen, done, err := x.use()
	if err != nil {
		return Result{}, err
	}
	defer done()
	result, err := x.answerFrom(ctx, gen, sight, q, p, limit)
	if archive.KindOf(err) == archive.Damaged {
		x.distrust()
	}
	result.Took = time.Since(began)
	return result, archive.Wrap("search", "", err)
}

func (x *Index) answerFrom(ctx context.Context, gen *generation, sight access.Sight, q Query, p Page, limit int) (Result, error) {
	r, err := x.start(ctx, gen, sight, q, p.Order)
	if err != nil {
		return Result{}, err
	}
	defer r.end()
	var result Result
	may, sure := totals(r.founds)
	if may > sure && (limit < 0 || may-sure <= limit) {
		if err := r.settle(ctx); err != nil {
			return result, err
		}
		may, sure = totals(r.founds)
	}
	result.Total, result.Exact = may, may == sure
	result.Withheld = x.tightening.Load() && !sight.Everything()
	if p.Limit > 0 {
		page, err := r.window(ctx, max(p.Offset, 0), p.Limit, result.Exact)
		if err != nil {
			return result, err
		}
		if result.Hits, err = r.show(ctx, page); err != nil {
			return result, err
		}
	}
	if result.Withheld {
		result.Total, result.Exact = 0, false
		return result, nil
	}
	if result.Searched, err = r.searched(); err != nil {
		return result, err
	}
	if len(q.Words) > 0 {
		err = r.answerItems(ctx, &result, p)
	}
	return result, err
}

// window gives the hits offset … offset+limit.
func (r *run) window(ctx context.Context, offset, limit int, exact bool) ([]candidate, error) {
	s := newSequence(r.founds, &r.x.columns, r.order, pageKey)
	if r.order == ByRelevance && len(r.query.Words) > 0 && offset < ranked {
		best, err := r.pull(ctx, s, ranked, true)
		if err != nil {
			return nil, err
		}
		if err := r.rank(best); err != nil {
			return nil, err
		}
		page := best[min(offset, len(best)):min(offset+limit, len(best))]
		if len(page) < limit && len(best) == ranked {
			rest, err := r.pull(ctx, s, limit-len(page), false)
			return append(page, rest...), err
		}
		return page, nil
	}
	if exact {
		err := guard("search", r.x.dir, func() error { return s.skip(offset) })
		if err != nil {
			return nil, err
		}
	} else {
		for offset > 0 {
			passed, err := r.pull(ctx, s, min(offset, verifyChunk), false)
			if err != nil || len(passed) == 0 {
				return nil, err
			}
			offset -= len(passed)
		}
	}
	return r.pull(ctx, s, limit, false)
}

// pull takes the next n matching documents from a sequence, with their texts if
// asked.
func (r *run) pull(ctx context.Context, s *sequence, n int, texts bool) ([]candidate, error) {
	var out []candidate
	for len(out) < n {
		var refs []ref
		err := guard("search", r.x.dir, func() error {
			for len(refs) < n-len(out) {
				f, ok, err := s.next()
				if err != nil || !ok {
					return err
				}
				refs = append(refs, f)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(refs) == 0 {
			break
		}
		match, err := r.read(ctx, refs, texts)
		if err != nil {
			return nil, err
		}
		out = append(out, match...)
	}
	return out, nil
}

// rank orders candidates by how many words lie in the item's own fields, then in
// its title, then by occurrences on the page; equal ones stay in order.
func (r *run) rank(all []candidate) error {
	type score struct{ own, title, count int }
	scores := make(map[archive.ID]score, len(all))
	for i := range all {
		c := &all[i]
		if err := r.describe(c); err != nil {
			return err
		}
		var s score
		for _, w := range r.query.Words {
			if anyContains(c.own, w) {
				s.own++
			}
			if len(c.own) > 0 && strings.Contains(c.own[0], w) {
				s.title++
			}
			s.count += strings.Count(c.text, w)
		}
		scores[c.id] = s
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		x, y := scores[a.id], scores[b.id]
		switch {
		case x.own != y.own:
			return y.own - x.own
		case x.title != y.title:
			return y.title - x.title
		}
		return y.count - x.count
	})
	return nil
}

// searched counts the pages with text that the sight may see.
func (r *run) searched() (int, error) {
	all := makePlan(Query{}, r.sight, true, nil)
	n := 0
	err := guard("search", r.x.dir, func() error {
		for _, v := range r.pages.all {
			base, err := all.narrow(v)
			if err != nil {
				return err
			}
			text, err := v.term(fieldFacet, []byte(string(facetText)))
			if err != nil {
				return err
			}
			n += int(base.AndCardinality(text))
		}
		return nil
	})
	return n, err
}

// show makes hits of candidates, from the texts as they are now.
func (r *run) show(ctx context.Context, page []candidate) ([]Hit, error) {
	hits := make([]Hit, 0, len(page))
	if len(page) == 0 {
		return hits, nil
	}
	ids := make([]archive.ID, len(page))
	for i := range page {
		ids[i] = page[i].id
	}
	list, err := r.x.texts.PageTexts(ctx, r.sight, ids)
	if err != nil {
		return nil, archive.Wrap("search", "", err)
	}
	texts := make(map[archive.ID]*archive.PageText, len(list))
	for i := range list {
		texts[list[i].Page] = &list[i]
	}
	for i := range page {
		c := &page[i]
		text := texts[c.id]
		if text == nil && (len(r.query.Words) > 0 || !r.sight.Everything()) {
			continue
		}
		if err := r.describe(c); err != nil {
			return nil, err
		}
		h := Hit{Page: c.id, Item: c.data.Item, Ordinal: int(c.data.Ordinal)}
		if c.item != nil {
			h.Code, h.Title = c.item.Code, c.item.Title
		}
		if text != nil {
			folded := Fold(text.Text())
			if !r.holds(c, folded.Text) {
				continue
			}
			spans := find(folded, r.query.Words)
			h.Snippet = snippet(text.Text(), spans)
			h.Boxes = boxes(*text, spans)
		}
		hits = append(hits, h)
	}
	return hits, nil
}

// holds tells whether the page still matches, by its text as it is now.
func (r *run) holds(c *candidate, text string) bool {
	some := len(r.query.Words) == 0
	for _, w := range r.query.Words {
		in := strings.Contains(text, w)
		if !in && !anyContains(c.own, w) {
			return false
		}
		some = some || in
	}
	for _, w := range r.query.Without {
		if strings.Contains(text, w) || anyContains(c.own, w) {
			return false
		}
	}
	return some
}
