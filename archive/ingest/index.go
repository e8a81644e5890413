package ingest

import (
	"context"
	"time"

	"lantai/archive"
)

const (
	feedSize = 500                    // pages and holdings per step of the index
	feedRest = 500 * time.Millisecond // between looks at the feed, so that single pages gather
)

// index feeds the index with what was recognised, corrected or catalogued anew. A
// correction can be found within a second.
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
		default:
		}
		for {
			n, err := r.feedOnce(ctx, r.opt.Index)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			if last {
				r.meter.phase(PhaseIndex)
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

// feedOnce puts one step of the feed into the index and tells how much that was.
func (p *Pipeline) feedOnce(ctx context.Context, to Indexer) (int, error) {
	p.feed.Lock()
	defer p.feed.Unlock()
	f, err := p.cat.IndexFeed(ctx, feedSize)
	if err != nil || f.Empty() {
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
	return size(f.Batch), nil
}

func size(b archive.IndexBatch) int {
	return len(b.Pages) + len(b.Items) + len(b.RemovePages) + len(b.RemoveItems)
}
