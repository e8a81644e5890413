package search

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Bleve's collectors visit and score every hit. The queries here need only sets of
// documents, so they work on the postings of each segment, which are bitmaps on
// disk: a total is a cardinality.

// segmentID names a segment for as long as its index is open; its documents never
// change, they are only marked deleted.
type segmentID struct {
	path string
	id   uint64
}

// view is one segment as it was when the query began.
type view struct {
	id    segmentID
	seg   segment.Segment
	gone  *roaring.Bitmap // deleted documents, or nil
	count uint32

	seen *roaring.Bitmap // what the sight of the query lets see, once asked

	mu    sync.Mutex // a dictionary serves one reader at a time
	dicts map[string]segment.TermDictionary
}

// views holds the segments of some shards. They must be released, and nothing read
// from them may be used afterwards.
type views struct {
	all       []*view
	snapshots []*scorch.IndexSnapshot
}

func openViews(shards ...*shard) (*views, error) {
	v := &views{}
	for _, s := range shards {
		snap, err := s.snapshot()
		if err != nil {
			v.release()
			return nil, err
		}
		v.snapshots = append(v.snapshots, snap)
		for _, seg := range snap.Segments() {
			if n := seg.Segment().Count(); n > 0 {
				v.all = append(v.all, &view{
					id:  segmentID{s.path, seg.Id()},
					seg: seg.Segment(), gone: seg.Deleted(), count: uint32(n),
					dicts: map[string]segment.TermDictionary{},
				})
			}
		}
	}
	return v, nil
}

func (v *views) release() {
	for _, s := range v.snapshots {
		_ = s.Close()
	}
	v.snapshots, v.all = nil, nil
}

func (v *view) dict(field string) (segment.TermDictionary, error) {
	if d, ok := v.dicts[field]; ok {
		return d, nil
	}
	d, err := v.seg.Dictionary(field)
	if err != nil {
		return nil, err
	}
	v.dicts[field] = d
	return d, nil
}

// term gives the documents, deleted ones included, that have a term. The bitmap
// must not be changed.
func (v *view) term(field string, term []byte) (*roaring.Bitmap, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	d, err := v.dict(field)
	if err != nil {
		return nil, err
	}
	list, err := d.PostingsList(term, nil, nil)
	if err != nil {
		return nil, err
	}
	return bitmapOf(list), nil
}

// anyFacet gives the documents, deleted ones included, that have any of n facets, in a
// bitmap of our own.
func (v *view) anyFacet(n int, facet func(i int) string) (*roaring.Bitmap, error) {
	var sets []*roaring.Bitmap
	for i := range n {
		b, err := v.term(fieldFacet, []byte(facet(i)))
		if err != nil {
			return nil, err
		}
		if !b.IsEmpty() {
			sets = append(sets, b)
		}
	}
	return roaring.FastOr(sets...), nil
}

var nothing = roaring.New()

func bitmapOf(list segment.PostingsList) *roaring.Bitmap {
	it, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator)
	if !ok {
		return nothing
	}
	if doc, ok := it.DocNum1Hit(); ok {
		return roaring.BitmapOf(uint32(doc))
	}
	if b := it.ActualBitmap(); b != nil {
		return b
	}
	return nothing
}

// union gives the documents that have any of the terms from..to, both included.
// With skip, terms that begin with one already taken are passed over: their
// documents are known.
func (v *view) union(field string, from, to []byte, skip bool) (*roaring.Bitmap, error) {
	d, err := v.dict(field)
	if err != nil {
		return nil, err
	}
	var sets []*roaring.Bitmap
	end := append(append([]byte(nil), to...), 0)
	if skip {
		end = after(to)
	}
	it := d.AutomatonIterator(nil, from, end)
	for {
		e, err := it.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		term := []byte(e.Term)
		set, err := v.term(field, term)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
		if skip {
			if it = d.AutomatonIterator(nil, after(term), end); it == nil {
				break
			}
		}
	}
	return roaring.FastOr(sets...), nil
}

// after is the least term that does not begin with t.
func after(t []byte) []byte {
	a := append([]byte(nil), t...)
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] < 0xFF {
			a[i]++
			return a[:i+1]
		}
	}
	return nil
}

// live takes deleted documents out of a set of our own.
func (v *view) live(b *roaring.Bitmap) {
	if v.gone != nil {
		b.AndNot(v.gone)
	}
}

// all gives every document that is not deleted.
func (v *view) every() *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(0, uint64(v.count))
	v.live(b)
	return b
}

// data gives what is stored of a document; it is valid until the next call.
func (v *view) data(doc uint32) (id, data []byte, err error) {
	err = v.seg.VisitStoredFields(uint64(doc), func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case "_id":
			id = append([]byte(nil), value...)
		case fieldData:
			data = append([]byte(nil), value...)
		}
		return true
	})
	return id, data, err
}
