package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"lantai/archive"
)

const (
	feedSize   = 500                    // pages and holdings per step of the index
	feedRest   = 500 * time.Millisecond // between looks at the feed
	feedGather = 10 * time.Second       // that new pages may wait for others, since small steps cost as much as big ones
)

// index feeds the index with what was recognised, corrected or catalogued anew. What
// a person changed can be found within a second; new pages gather for some seconds.
func (r *run) index(ctx context.Context) error {
	if r.opt.Index == nil {
		select {
		case <-r.quiet:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		last := false
		select {
		case <-r.quiet:
			last = true
			r.meter.phase(PhaseIndex)
		default:
		}
		for {
			n, err := r.feedOnce(ctx, r.opt.Index, !last)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
		if last {
			return nil
		}
		select {
		case <-time.After(feedRest):
		case <-r.quiet:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// fresh are the pages that this process recognised since the index was last fed.
type fresh struct {
	mu    sync.Mutex
	pages map[archive.ID]bool
	since time.Time // when the index was last fed
}

func (f *fresh) add(id archive.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pages[id] = true
}

func (f *fresh) fed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.pages)
	f.since = time.Now()
}

// canWait tells whether a step has nothing but pages just recognised, and few.
func (f *fresh) canWait(b archive.IndexBatch) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if size(b) != len(b.Pages) || len(b.Pages) >= feedSize/2 || time.Since(f.since) >= feedGather {
		return false
	}
	return !slices.ContainsFunc(b.Pages, func(p archive.IndexPage) bool { return !f.pages[p.ID] })
}

// feedOnce puts one step of the feed into the index and tells how much that was; 0
// also when it may gather and the step can wait for more.
func (p *Pipeline) feedOnce(ctx context.Context, to Indexer, gather bool) (int, error) {
	p.feed.Lock()
	defer p.feed.Unlock()
	f, err := p.cat.IndexFeed(ctx, feedSize)
	if err != nil || f.Empty() || gather && p.fresh.canWait(f.Batch) {
		return 0, err
	}
	if err := to.Put(ctx, f.Batch); err != nil {
		return 0, err
	}
	p.opt.Step(stepPut)
	if _, err := p.cat.Indexed(ctx, f); err != nil {
		return 0, err
	}
	p.opt.Step(stepMark)
	p.fresh.fed()
	return size(f.Batch), nil
}

func size(b archive.IndexBatch) int {
	return len(b.Pages) + len(b.Items) + len(b.RemovePages) + len(b.RemoveItems)
}
