package search

import (
	"maps"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// A verdict is what reading the texts has shown of one long word in one field of
// one segment. Documents of a segment never change, so it holds while the segment
// lives: it is how a refined total, and the next page of hits, come at once.
type verdict struct{ yes, no *roaring.Bitmap }

type verdictKey struct {
	segment segmentID
	field   string
}

// How much is remembered: words, and verdicts of one word (segments that were
// merged away leave theirs behind).
const (
	wordsRemembered    = 48
	verdictsRemembered = 1000
)

type verdictCache struct {
	mu    sync.Mutex
	words map[string]*wordVerdicts
	clock int64
}

type wordVerdicts struct {
	used int64
	of   map[verdictKey]verdict
}

func (c *verdictCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words = nil
}

// apply gives what is known of the documents that may have the word.
func (c *verdictCache) apply(id segmentID, field, word string, may *roaring.Bitmap) bounds {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.words[word]
	if w == nil {
		return bounds{may, roaring.New()}
	}
	c.clock++
	w.used = c.clock
	v, ok := w.of[verdictKey{id, field}]
	if !ok {
		return bounds{may, roaring.New()}
	}
	may = roaring.AndNot(may, v.no)
	sure := roaring.And(may, v.yes)
	if sure.GetCardinality() == may.GetCardinality() {
		return exactly(may)
	}
	return bounds{may, sure}
}

// findings collects verdicts until they are recorded.
type findings map[string]map[verdictKey]verdict

func (f findings) add(word string, id segmentID, field string, doc uint32, yes bool) {
	of := f[word]
	if of == nil {
		of = map[verdictKey]verdict{}
		f[word] = of
	}
	k := verdictKey{id, field}
	v, ok := of[k]
	if !ok {
		v = verdict{roaring.New(), roaring.New()}
		of[k] = v
	}
	if yes {
		v.yes.Add(doc)
	} else {
		v.no.Add(doc)
	}
}

func (c *verdictCache) record(f findings) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.words == nil {
		c.words = map[string]*wordVerdicts{}
	}
	for word, of := range f {
		w := c.words[word]
		if w == nil || len(w.of) > verdictsRemembered {
			w = &wordVerdicts{of: map[verdictKey]verdict{}}
			c.words[word] = w
		}
		c.clock++
		w.used = c.clock
		for k, v := range of {
			if old, ok := w.of[k]; ok {
				v = verdict{roaring.Or(old.yes, v.yes), roaring.Or(old.no, v.no)}
			}
			w.of[k] = v
		}
	}
	for len(c.words) > wordsRemembered {
		oldest := ""
		for word := range maps.Keys(c.words) {
			if oldest == "" || c.words[word].used < c.words[oldest].used {
				oldest = word
			}
		}
		delete(c.words, oldest)
	}
}
