package search

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// column is the order of a segment's documents by one key. It is read from what is
// stored, once in a segment's life, and takes eight bytes a document.
type column struct {
	order []uint32 // documents in order
	rank  []uint32 // for each document, its place in order
}

type columnKey struct {
	segment segmentID
	order   Order // ByCode or ByDate
}

// columnCache keeps the columns of segments in use.
type columnCache struct {
	mu      sync.Mutex
	columns map[columnKey]*columnSlot
}

type columnSlot struct {
	once sync.Once
	col  *column
	err  error
}

func (c *columnCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.columns = nil
}

// keep drops the columns of segments that are not in use any more.
func (c *columnCache) keep(used map[segmentID]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k := range c.columns {
		if !used[k.segment] {
			delete(c.columns, k)
		}
	}
}

// get gives the segment's column, reading it first if need be. Relevance falls
// back on the order by code.
func (c *columnCache) get(v *view, order Order, key func(*view, uint32) (sortKey, error)) (*column, error) {
	if order != ByDate {
		order = ByCode
	}
	k := columnKey{v.id, order}
	c.mu.Lock()
	if c.columns == nil {
		c.columns = map[columnKey]*columnSlot{}
	}
	slot := c.columns[k]
	if slot == nil {
		slot = &columnSlot{}
		c.columns[k] = slot
	}
	c.mu.Unlock()
	slot.once.Do(func() {
		slot.err = guard("read index", v.id.path, func() (err error) {
			slot.col, err = readColumn(v, order, key)
			return err
		})
	})
	if slot.err != nil {
		c.mu.Lock()
		delete(c.columns, k)
		c.mu.Unlock()
	}
	return slot.col, slot.err
}

func readColumn(v *view, order Order, key func(*view, uint32) (sortKey, error)) (*column, error) {
	keys := make([]sortKey, v.count)
	c := &column{order: make([]uint32, v.count), rank: make([]uint32, v.count)}
	for doc := range v.count {
		k, err := key(v, doc)
		if err != nil {
			return nil, err
		}
		keys[doc], c.order[doc] = k, doc
	}
	compare := order.compare()
	slices.SortFunc(c.order, func(a, b uint32) int { return compare(keys[a], keys[b]) })
	for r, doc := range c.order {
		c.rank[doc] = uint32(r)
	}
	return c, nil
}

// compare is the order of keys; relevance falls back on 档号.
func (o Order) compare() func(a, b sortKey) int {
	if o == ByDate {
		return sortKey.byDate
	}
	return sortKey.byCode
}

// first gives the ranks of the first n of the documents, in order. It takes the
// cheapest of three ways: walk the order until n are met, sort the few there are,
// or mark all in a bitmap.
func (c *column) first(docs *roaring.Bitmap, n int) []uint32 {
	have := int(docs.GetCardinality())
	n = min(n, have)
	if n == 0 {
		return nil
	}
	out := make([]uint32, 0, n)
	if walk := n * (len(c.order)/have + 1); walk < have/4 {
		for r, doc := range c.order {
			if docs.Contains(doc) {
				if out = append(out, uint32(r)); len(out) == n {
					break
				}
			}
		}
		return out
	}
	if have < len(c.order)/64 {
		all := make([]uint32, 0, have)
		for it := docs.ManyIterator(); ; {
			var buf [256]uint32
			m := it.NextMany(buf[:])
			if m == 0 {
				break
			}
			for _, doc := range buf[:m] {
				all = append(all, c.rank[doc])
			}
		}
		slices.Sort(all)
		return all[:n]
	}
	return c.marked(docs, out, n)
}

// marked is first by way of a bitmap over ranks.
func (c *column) marked(docs *roaring.Bitmap, out []uint32, n int) []uint32 {
	marks := make([]uint64, (len(c.order)+63)/64)
	var buf [1024]uint32
	for it := docs.ManyIterator(); ; {
		m := it.NextMany(buf[:])
		if m == 0 {
			break
		}
		for _, doc := range buf[:m] {
			r := c.rank[doc]
			marks[r>>6] |= 1 << (r & 63)
		}
	}
	for i, w := range marks {
		for ; w != 0; w &= w - 1 {
			out = append(out, uint32(i<<6+bits.TrailingZeros64(w)))
			if len(out) == n {
				return out
			}
		}
	}
	return out
}
