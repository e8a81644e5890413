package search

import (
	"context"
	"runtime"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/access"
)

// run is one query being answered.
type run struct {
	x     *Index
	sight access.Sight
	query Query
	order Order

	plan   *plan
	pages  *views
	items  *views
	founds []found
}

// start opens the segments and answers the query as far as the index can.
func (x *Index) start(ctx context.Context, gen *generation, sight access.Sight, q Query, order Order) (*run, error) {
	r := &run{x: x, sight: sight, query: q, order: order, plan: makePlan(q, sight, true, &x.verdicts)}
	var err error
	if r.pages, err = openViews(gen.shards()...); err != nil {
		return nil, err
	}
	if r.items, err = openViews(gen.items); err != nil {
		r.end()
		return nil, err
	}
	if r.founds, err = matchAll(ctx, r.plan, r.pages); err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

func (r *run) end() {
	if r.pages != nil {
		r.pages.release()
	}
	if r.items != nil {
		r.items.release()
	}
}

// matchAll answers the plan for every segment, on all processors.
func matchAll(ctx context.Context, p *plan, v *views) ([]found, error) {
	founds := make([]found, len(v.all))
	var work errgroup.Group
	work.SetLimit(runtime.NumCPU())
	for i, seg := range v.all {
		work.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return guard("search", seg.id.path, func() (err error) {
				founds[i], err = p.match(seg)
				return err
			})
		})
	}
	return founds, work.Wait()
}

// totals counts the documents that may match, and those that are known to.
func totals(founds []found) (may, sure int) {
	for i := range founds {
		f := &founds[i]
		m := int(f.may.GetCardinality())
		may += m
		if f.exact() {
			sure += m
		} else {
			sure += int(f.sure.GetCardinality())
		}
	}
	return may, sure
}

// settle reads the texts of all documents that are not known to match, so that
// afterwards every one is.
func (r *run) settle(ctx context.Context) error {
	var open []ref
	for i := range r.founds {
		f := &r.founds[i]
		for it := f.open().Iterator(); it.HasNext(); {
			open = append(open, ref{f, it.Next()})
		}
	}
	var work errgroup.Group
	work.SetLimit(2)
	for len(open) > 0 {
		part := open[:min(len(open), verifyChunk)]
		open = open[len(part):]
		work.Go(func() error {
			_, err := r.read(ctx, part, false)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	founds, err := matchAll(ctx, r.plan, r.pages)
	if err != nil {
		return err
	}
	// What is open still has no text that may be read, so it is no hit.
	for i := range founds {
		f := &founds[i]
		if !f.exact() {
			f.bounds = exactly(f.sure)
			for k := range f.own {
				f.own[k] = roaring.And(f.own[k], f.sure)
			}
		}
	}
	r.founds = founds
	return nil
}

// verifyChunk is how many texts are asked for at once.
const verifyChunk = 250

// candidate is a document whose text was read.
type candidate struct {
	ref
	id    archive.ID
	data  pageData
	known bool // the index alone says that it matches
	text  string
	seen  bool // its text could be read
	item  *itemData
	own   []string // folded fields of its item, title first
}

// read fetches what the candidates are judged by, judges them, and gives those
// that match. Those that the index is sure of match even without a text; with
// texts, theirs are read too.
func (r *run) read(ctx context.Context, refs []ref, texts bool) ([]candidate, error) {
	all := make([]candidate, len(refs))
	var ids []archive.ID
	err := guard("search", r.x.dir, func() error {
		for i, f := range refs {
			c := candidate{ref: f, known: f.found.sure.Contains(f.doc)}
			id, data, err := f.found.view.data(f.doc)
			if err != nil {
				return err
			}
			c.id, c.data = idOf(id), decodePage(data)
			if texts || !c.known {
				ids = append(ids, c.id)
			}
			all[i] = c
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	plain, err := r.plain(ctx, ids, texts)
	if err != nil {
		return nil, err
	}
	finds := findings{}
	match := all[:0]
	for _, c := range all {
		c.text, c.seen = plain[c.id]
		ok := c.known
		if !ok && c.seen {
			if ok, err = r.judge(&c, finds); err != nil {
				return nil, err
			}
		}
		if ok {
			match = append(match, c)
		}
	}
	if len(finds) > 0 {
		r.x.verdicts.record(finds)
	}
	return match, nil
}

// plain fetches texts and folds them; unless they are wanted folded, those are left
// as they are in which the words of the query stand as folding would leave them.
func (r *run) plain(ctx context.Context, ids []archive.ID, folded bool) (map[archive.ID]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	texts, err := r.x.texts.PlainTexts(ctx, r.sight, ids)
	if err != nil {
		return nil, archive.Wrap("search", "", err)
	}
	plain := make(map[archive.ID]string, len(texts))
	var f folder
	for _, t := range texts {
		if text := t.Text(); !folded && r.plan.plainlyIn(text) {
			plain[t.Page] = text
			continue
		}
		f.fold(t.Text())
		plain[t.Page] = string(f.out)
	}
	return plain, nil
}

// plainlyIn tells whether a text holds all words without having been folded. Chinese
// characters that folding leaves alone it leaves alone wherever they stand, so such a
// text holds them when it is folded too.
func (p *plan) plainlyIn(text string) bool {
	if len(p.without) > 0 || len(p.words) == 0 {
		return false
	}
	for _, w := range p.words {
		if !w.han || !strings.Contains(text, w.text) {
			return false
		}
	}
	return true
}

// judge decides by the texts whether a candidate matches, and notes what they show
// of each long word.
func (r *run) judge(c *candidate, finds findings) (bool, error) {
	needsOwn := c.found.ownOpen.Contains(c.doc)
	for _, w := range r.plan.words {
		needsOwn = needsOwn || !strings.Contains(c.text, w.text)
	}
	if needsOwn || len(r.plan.without) > 0 {
		if err := r.describe(c); err != nil {
			return false, err
		}
	}
	lies := func(w word) (text, own bool) {
		text, own = strings.Contains(c.text, w.text), anyContains(c.own, w.text)
		if !w.exact {
			finds.add(w.text, c.found.view.id, fieldText, c.doc, text)
			if c.own != nil {
				finds.add(w.text, c.found.view.id, fieldOwn, c.doc, own)
			}
		}
		return text, own
	}
	all, inText := true, len(r.plan.words) == 0
	for _, w := range r.plan.words {
		text, own := lies(w)
		all = all && (text || own)
		inText = inText || text
	}
	for _, w := range r.plan.without {
		text, own := lies(w)
		all = all && !text && !own
	}
	return all && inText, nil
}

// describe reads the candidate's item.
func (r *run) describe(c *candidate) error {
	if c.own != nil {
		return nil
	}
	c.own = []string{}
	if c.data.Item == 0 {
		return nil
	}
	return guard("search", r.x.dir, func() error {
		item, err := r.items.item(c.data.Item)
		if err == nil && item != nil {
			c.item, c.own = item, item.ownTexts(false)
		}
		return err
	})
}

// item reads an item by its id; nil when the index does not have it.
func (v *views) item(id archive.ID) (*itemData, error) {
	for _, seg := range v.all {
		docs, err := seg.term("_id", []byte(docID(id)))
		if err != nil {
			return nil, err
		}
		for it := docs.Iterator(); it.HasNext(); {
			doc := it.Next()
			if seg.gone != nil && seg.gone.Contains(doc) {
				continue
			}
			_, data, err := seg.data(doc)
			if err != nil {
				return nil, err
			}
			d := decodeItem(data)
			return &d, nil
		}
	}
	return nil, nil
}

// pageKey is what pages are ordered by.
func pageKey(v *view, doc uint32) (sortKey, error) {
	id, data, err := v.data(doc)
	d := decodePage(data)
	return sortKey{date: d.Date, code: d.CodeSort, ordinal: d.Ordinal, id: idOf(id)}, err
}
