package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/RoaringBitmap/roaring/v2"

	"lantai/archive"
	"lantai/archive/access"
)

// A word of more than three characters, or with punctuation, is known by its runs
// of three, which is more than have it. So each set is kept as two: those that may match, and those
// that are known to.
type bounds struct {
	may, sure *roaring.Bitmap // sure is part of may
}

func exactly(b *roaring.Bitmap) bounds { return bounds{b, b} }

func (a bounds) and(b bounds) bounds {
	may := roaring.And(a.may, b.may)
	if a.exact() && b.exact() {
		return exactly(may)
	}
	return bounds{may, roaring.And(a.sure, b.sure)}
}

func (a bounds) or(b bounds) bounds {
	may := roaring.Or(a.may, b.may)
	if a.exact() && b.exact() {
		return exactly(may)
	}
	return bounds{may, roaring.Or(a.sure, b.sure)}
}

func (a bounds) without(b bounds) bounds {
	may := roaring.AndNot(a.may, b.sure)
	if a.exact() && b.exact() {
		return exactly(may)
	}
	return bounds{may, roaring.AndNot(a.sure, b.may)}
}

func (a bounds) exact() bool { return a.may == a.sure }

// open gives those that may match and are not known to.
func (a bounds) open() *roaring.Bitmap {
	if a.exact() {
		return nothing
	}
	return roaring.AndNot(a.may, a.sure)
}

// word is one word of a query, ready to be looked up.
type word struct {
	text  string
	terms [][]byte
	exact bool // its one term says it all
	han   bool // it has Chinese characters and nothing else
}

func makeWords(texts []string) []word {
	words := make([]word, len(texts))
	for i, t := range texts {
		words[i].text = t
		words[i].terms, words[i].exact = gramsOf(t)
		words[i].han = strings.IndexFunc(t, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
	}
	return words
}

// plan is a query made ready for the segments of one index.
type plan struct {
	filter         Filter
	words, without []word
	classes        []string // access facets, or nil for all
	approved       approved
	fonds          []string // facets of the fonds that the sight is limited to
	withText       bool     // a word must lie in the page's text; items have none
	verdicts       *verdictCache
}

// approved is what may be found for an approval alone: of some holders, as far as they
// are of some classes.
type approved struct{ holders, classes []string }

func makePlan(q Query, sight access.Sight, pages bool, verdicts *verdictCache) *plan {
	p := &plan{
		filter: q.Filter, words: makeWords(q.Words), without: makeWords(q.Without),
		withText: pages, verdicts: verdicts,
	}
	if sight.Everything() {
		return p
	}
	p.classes = []string{}
	if sight.Bound() { // batches are not in the index
		return p
	}
	rows := sight.Classes()
	seen := rows
	if pages {
		seen = sight.PageClasses()
		p.approved = approvedBy(sight, rows)
	}
	for _, c := range seen {
		p.classes = append(p.classes, accessFacet(c))
	}
	for _, f := range sight.Fonds() {
		p.fonds = append(p.fonds, idFacet(facetFonds, uint64(f))) //nolint:gosec // ids are never negative
	}
	return p
}

// approvedBy gives what approvals add. A hit says the 档号 and title of its record, so
// pages are not found whose record may not be seen itself.
func approvedBy(sight access.Sight, rows []archive.AccessClass) approved {
	var a approved
	holders, classes := sight.Approved()
	for _, c := range classes {
		if slices.Contains(rows, c) {
			a.classes = append(a.classes, accessFacet(c))
		}
	}
	if len(a.classes) > 0 {
		for _, id := range holders {
			a.holders = append(a.holders, holderFacet(id))
		}
	}
	return a
}

// found is the answer of one segment. Deleted documents are out.
type found struct {
	view *view
	bounds
	// own has, for each number of words, the documents of whose item's own fields
	// so many words may be part; nil when one number fits all.
	own []*roaring.Bitmap
	// ownOpen are the documents whose item must be read to know whether a long
	// word is in its own fields.
	ownOpen *roaring.Bitmap
}

// in finds a word in one field.
func (p *plan) in(v *view, field string, w word) (bounds, error) {
	sets := make([]*roaring.Bitmap, 0, len(w.terms))
	for _, t := range w.terms {
		b, err := v.term(field, t)
		if err != nil {
			return bounds{}, err
		}
		if b.IsEmpty() {
			return exactly(nothing), nil
		}
		sets = append(sets, b)
	}
	if w.exact {
		return exactly(sets[0]), nil
	}
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int {
		return int(a.GetCardinality()) - int(b.GetCardinality())
	})
	may := roaring.And(sets[0], sets[len(sets)-1])
	for _, s := range sets[1:] {
		if may.IsEmpty() {
			return exactly(nothing), nil
		}
		may.And(s)
	}
	return p.verdicts.apply(v.id, field, w.text, may), nil
}

// either finds a word in the text or in the own fields.
func (p *plan) either(v *view, w word) (text, own, both bounds, err error) {
	if text, err = p.in(v, fieldText, w); err != nil {
		return
	}
	if own, err = p.in(v, fieldOwn, w); err != nil {
		return
	}
	return text, own, text.or(own), nil
}

// match answers the query for one segment.
func (p *plan) match(v *view) (found, error) {
	f := found{view: v, ownOpen: roaring.New()}
	base, err := p.narrow(v)
	if err != nil {
		return f, err
	}
	f.bounds = exactly(base)
	inText := exactly(nothing)
	var owns []*roaring.Bitmap
	for i, w := range p.words {
		text, own, both, err := p.either(v, w)
		if err != nil {
			return f, err
		}
		f.bounds = f.and(both)
		if i == 0 {
			inText = text
		} else {
			inText = inText.or(text)
		}
		owns = append(owns, own.may)
		f.ownOpen.Or(own.open())
	}
	if p.withText && len(p.words) > 0 {
		f.bounds = f.and(inText)
	}
	for _, w := range p.without {
		_, own, both, err := p.either(v, w)
		if err != nil {
			return f, err
		}
		f.ownOpen.Or(own.open())
		f.bounds = f.without(both)
	}
	f.own = tiers(f.may, owns)
	return f, nil
}

// narrow gives the documents that pass the filters and may be seen.
func (p *plan) narrow(v *view) (*roaring.Bitmap, error) {
	base := v.every()
	seen, err := p.seen(v)
	if err != nil || base.IsEmpty() {
		return base, err
	}
	if seen != nil {
		base.And(seen)
	}
	facets := func(n int, term func(i int) string) error {
		if n == 0 {
			return nil
		}
		any, err := v.anyFacet(n, term)
		if err == nil {
			base.And(any)
		}
		return err
	}
	f := p.filter
	err = facets(len(f.Fonds), func(i int) string { return string(facetFondsNo) + foldText(f.Fonds[i]) })
	if err == nil {
		err = facets(len(f.FondsIDs), func(i int) string { return idFacet(facetFonds, uint64(f.FondsIDs[i])) })
	}
	if err == nil {
		err = facets(len(f.Series), func(i int) string { return idFacet(facetSeries, uint64(f.Series[i])) })
	}
	if err == nil {
		err = facets(len(f.Class), func(i int) string { return string(facetClass) + foldText(f.Class[i]) })
	}
	if err != nil {
		return nil, err
	}
	return base, p.narrowRanges(v, base)
}

// seen gives the documents that the sight lets see; nil: all. It is the same for all
// plans of a query, so a segment is asked once.
func (p *plan) seen(v *view) (*roaring.Bitmap, error) {
	if p.classes == nil || v.seen != nil {
		return v.seen, nil
	}
	of := func(facets []string) (*roaring.Bitmap, error) {
		return v.anyFacet(len(facets), func(i int) string { return facets[i] })
	}
	seen, err := of(p.classes)
	if err != nil {
		return nil, err
	}
	if len(p.approved.holders) > 0 {
		approved, err := of(p.approved.holders)
		if err != nil {
			return nil, err
		}
		if !approved.IsEmpty() {
			closed, err := of(p.approved.classes)
			if err != nil {
				return nil, err
			}
			approved.And(closed)
			seen.Or(approved)
		}
	}
	if len(p.fonds) > 0 {
		theirs, err := of(p.fonds)
		if err != nil {
			return nil, err
		}
		seen.And(theirs)
	}
	v.seen = seen
	return seen, nil
}

// narrowRanges does the filters that stand for many terms.
func (p *plan) narrowRanges(v *view, base *roaring.Bitmap) error {
	if len(p.filter.Years) > 0 {
		any := roaring.New()
		for _, y := range p.filter.Years {
			b, err := v.union(fieldFacet, []byte(yearFacet(max(y.From, 0))), []byte(yearFacet(min(y.To, maxYear))), false)
			if err != nil {
				return err
			}
			any.Or(b)
		}
		base.And(any)
	}
	if len(p.filter.Code) > 0 {
		any := roaring.New()
		for _, c := range p.filter.Code {
			prefix := []byte(string(facetCode) + foldText(c))
			b, err := v.union(fieldFacet, prefix, prefix, true)
			if err != nil {
				return err
			}
			any.Or(b)
		}
		base.And(any)
	}
	return nil
}

// tiers parts the documents by how many of the sets they are in; the last tier has
// those in all of them.
func tiers(all *roaring.Bitmap, sets []*roaring.Bitmap) []*roaring.Bitmap {
	out := []*roaring.Bitmap{all}
	for _, s := range sets {
		next := make([]*roaring.Bitmap, len(out)+1)
		next[len(out)] = nothing
		for k := len(out) - 1; k >= 0; k-- {
			in := roaring.And(out[k], s)
			next[k+1] = roaring.Or(next[k+1], in)
			next[k] = roaring.AndNot(out[k], in)
		}
		out = next
	}
	return out
}
