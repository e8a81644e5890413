package raster

import (
	"container/list"
	"context"
	"sync"

	"lantai/archive"
)

// Budget shares out memory among decodes that run at the same time, in the order
// they asked. It is safe for concurrent use.
type Budget struct {
	mu      sync.Mutex
	total   int64
	used    int64
	waiting list.List // of *claim, first come first
}

// claim is one request that waits; ready is closed once it is granted.
type claim struct {
	bytes int64
	ready chan struct{}
}

// NewBudget makes a budget of so many bytes.
func NewBudget(bytes int64) *Budget { return &Budget{total: max(bytes, 1)} }

// Acquire waits until bytes are free and takes them; release gives them back and
// may be called more than once. A request above the whole budget waits until
// nothing else runs, and then runs alone. Requests are served in order, so a big
// one is not starved by small ones. The error is that of ctx.
func (b *Budget) Acquire(ctx context.Context, bytes int64) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, archive.Wrap("wait for memory", "", err)
	}
	c := &claim{bytes: min(max(bytes, 0), b.total), ready: make(chan struct{})}
	b.mu.Lock()
	place := b.waiting.PushBack(c)
	b.grant()
	b.mu.Unlock()

	select {
	case <-c.ready:
	case <-ctx.Done():
		if !b.withdraw(place) {
			b.giveBack(c.bytes) // granted in the same moment
		}
		return nil, archive.Wrap("wait for memory", "", ctx.Err())
	}
	return sync.OnceFunc(func() { b.giveBack(c.bytes) }), nil
}

// withdraw takes a waiting claim back and reports whether it still waited.
func (b *Budget) withdraw(place *list.Element) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-place.Value.(*claim).ready:
		return false
	default:
	}
	b.waiting.Remove(place)
	b.grant() // those behind it may fit
	return true
}

func (b *Budget) giveBack(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= bytes
	b.grant()
}

// grant serves the head of the queue for as long as it fits. b.mu is held.
func (b *Budget) grant() {
	for e := b.waiting.Front(); e != nil; e = b.waiting.Front() {
		c := e.Value.(*claim)
		if b.used+c.bytes > b.total {
			return
		}
		b.used += c.bytes
		b.waiting.Remove(e)
		close(c.ready)
	}
}
