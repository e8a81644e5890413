package search

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// ref is one document of a query's answer.
type ref struct {
	found *found
	doc   uint32
}

// sequence gives the documents of an answer in order, over all segments, tier by
// tier. It reads no further than it is asked to.
type sequence struct {
	founds  []found
	columns *columnCache
	order   Order
	key     func(*view, uint32) (sortKey, error)

	tier  int // the next one to be opened, from the highest down to 0
	lists []*list
}

// list is the part of a tier that lies in one segment.
type list struct {
	found *found
	docs  *roaring.Bitmap
	col   *column
	ranks []uint32 // of the first documents, as far as needed yet
	at    int
	key   sortKey // of the document at at, once keyed
	keyed bool
}

func newSequence(founds []found, columns *columnCache, order Order, key func(*view, uint32) (sortKey, error)) *sequence {
	s := &sequence{founds: founds, columns: columns, order: order, key: key}
	if order == ByRelevance {
		for i := range founds {
			s.tier = max(s.tier, len(founds[i].own)-1)
		}
	}
	return s
}

// docs gives one segment's part of a tier.
func (s *sequence) docs(f *found, tier int) *roaring.Bitmap {
	switch {
	case s.order != ByRelevance || len(f.own) == 0:
		if tier == 0 {
			return f.may
		}
	case tier < len(f.own):
		return f.own[tier]
	}
	return nothing
}

// open makes the next tier that has documents the one to read from.
func (s *sequence) open() (bool, error) {
	for ; s.tier >= 0; s.tier-- {
		s.lists = s.lists[:0]
		for i := range s.founds {
			f := &s.founds[i]
			docs := s.docs(f, s.tier)
			if docs.IsEmpty() {
				continue
			}
			col, err := s.columns.get(f.view, s.order, s.key)
			if err != nil {
				return false, err
			}
			s.lists = append(s.lists, &list{found: f, docs: docs, col: col})
		}
		if len(s.lists) > 0 {
			s.tier--
			return true, nil
		}
	}
	return false, nil
}

// next gives the next document; false at the end.
func (s *sequence) next() (ref, bool, error) {
	for {
		best, err := s.least()
		if err != nil {
			return ref{}, false, err
		}
		if best != nil {
			r := ref{best.found, best.col.order[best.ranks[best.at]]}
			best.at++
			best.keyed = false
			return r, true, nil
		}
		if more, err := s.open(); !more || err != nil {
			return ref{}, false, err
		}
	}
}

// least is the list whose next document comes first, or nil.
func (s *sequence) least() (*list, error) {
	compare := s.order.compare()
	var best *list
	rest := s.lists[:0]
	for _, l := range s.lists {
		if !l.has(l.at + 1) {
			continue
		}
		rest = append(rest, l)
	}
	s.lists = rest
	if len(rest) == 1 {
		return rest[0], nil
	}
	for _, l := range rest {
		if !l.keyed {
			k, err := s.key(l.found.view, l.col.order[l.ranks[l.at]])
			if err != nil {
				return nil, err
			}
			l.key, l.keyed = k, true
		}
		if best == nil || compare(l.key, best.key) < 0 {
			best = l
		}
	}
	return best, nil
}

// has makes sure that the first n ranks are known, and tells whether there are so
// many.
func (l *list) has(n int) bool {
	if n <= len(l.ranks) {
		return true
	}
	if n > int(l.docs.GetCardinality()) {
		return false
	}
	l.ranks = l.col.first(l.docs, max(n, 4*len(l.ranks), 128))
	return n <= len(l.ranks)
}

// skip passes n documents over without visiting each.
func (s *sequence) skip(n int) error {
	for n > 0 {
		left := 0
		for _, l := range s.lists {
			left += int(l.docs.GetCardinality()) - l.at
		}
		if left <= n {
			n -= left
			s.lists = s.lists[:0]
			if more, err := s.open(); !more || err != nil {
				return err
			}
			continue
		}
		return s.skipWithin(n)
	}
	return nil
}

// skipWithin passes over n documents of the lists, which have more: of stretches
// short enough to be passed together, the one that ends first goes whole.
func (s *sequence) skipWithin(n int) error {
	compare := s.order.compare()
	for _, l := range s.lists {
		l.has(min(l.at+n, int(l.docs.GetCardinality())))
		l.keyed = false
	}
	for n > 0 {
		stretch := max(1, n/len(s.lists))
		var best *list
		var bestKey sortKey
		steps := math.MaxInt
		for _, l := range s.lists {
			end := min(l.at+stretch, int(l.docs.GetCardinality()))
			if end <= l.at {
				continue
			}
			if !l.has(end) {
				continue
			}
			k, err := s.key(l.found.view, l.col.order[l.ranks[end-1]])
			if err != nil {
				return err
			}
			if best == nil || compare(k, bestKey) < 0 {
				best, bestKey, steps = l, k, end-l.at
			}
		}
		if best == nil {
			return nil
		}
		best.at += steps
		n -= steps
	}
	return nil
}
