package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// itemsRanked is how many rows, in order of 档号, the best are chosen from.
const itemsRanked = 500

// answerItems finds the rows of the catalogue whose own fields hold every word.
// What long words are verified against is stored in the index.
func (r *run) answerItems(ctx context.Context, result *Result, p Page) error {
	plan := makePlan(r.query, r.sight, false, &r.x.verdicts)
	founds, err := matchAll(ctx, plan, r.items)
	if err != nil {
		return err
	}
	return guard("search", r.x.dir, func() error {
		may, sure := totals(founds)
		if may > sure && may-sure <= settled {
			if err := r.settleItems(founds); err != nil {
				return err
			}
			may, _ = totals(founds)
		}
		result.ItemTotal = may
		if p.Limit <= 0 || p.Offset > 0 {
			return nil
		}
		result.Items, err = r.bestItems(founds)
		return err
	})
}

// settleItems reads the rows that are not known to match.
func (r *run) settleItems(founds []found) error {
	for i := range founds {
		f := &founds[i]
		sure := f.sure.Clone()
		for it := f.open().Iterator(); it.HasNext(); {
			doc := it.Next()
			_, data, err := f.view.data(doc)
			if err != nil {
				return err
			}
			if r.itemHolds(decodeItem(data).ownTexts(true)) {
				sure.Add(doc)
			}
		}
		f.bounds = exactly(sure)
		f.own = []*roaring.Bitmap{sure}
	}
	return nil
}

func (r *run) itemHolds(own []string) bool {
	for _, w := range r.query.Words {
		if !anyContains(own, w) {
			return false
		}
	}
	for _, w := range r.query.Without {
		if anyContains(own, w) {
			return false
		}
	}
	return true
}

// bestItems orders the first rows by exact 档号 or 文号, then words in the title,
// then the shorter title.
func (r *run) bestItems(founds []found) ([]ItemHit, error) {
	for i := range founds {
		founds[i].own = nil
	}
	type scored struct {
		ItemHit
		same, title, length int
	}
	var all []scored
	s := newSequence(founds, &r.x.columns, ByCode, itemKey)
	for len(all) < itemsRanked {
		f, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		id, data, err := f.found.view.data(f.doc)
		if err != nil {
			return nil, err
		}
		d := decodeItem(data)
		own := d.ownTexts(true)
		if !r.itemHolds(own) {
			continue
		}
		hit := scored{ItemHit: ItemHit{Item: idOf(id), Kind: d.Kind, Code: d.Code, Title: d.Title}, length: utf8.RuneCountInString(d.Title)}
		for _, w := range r.query.Words {
			if own[1] == w || own[3] == w {
				hit.same++
			}
			if strings.Contains(own[0], w) {
				hit.title++
			}
		}
		all = append(all, hit)
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(b.same-a.same, b.title-a.title, a.length-b.length)
	})
	hits := make([]ItemHit, 0, itemsShown)
	for _, s := range all[:min(len(all), itemsShown)] {
		hits = append(hits, s.ItemHit)
	}
	return hits, nil
}

func itemKey(v *view, doc uint32) (sortKey, error) {
	id, data, err := v.data(doc)
	d := decodeItem(data)
	return sortKey{date: d.Date, code: d.CodeSort, id: idOf(id)}, err
}
