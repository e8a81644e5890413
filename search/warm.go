package search

import (
	"context"
	"sync"
	"time"
)

// warmer reads the order of new segments before a query needs it: after opening,
// and after merges.
type warmer struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// warmEvery is how soon a new segment's order is read, and warmAfter how long after opening
// the first: what a person looks at first is read before.
const (
	warmEvery = 2 * time.Second
	warmAfter = 20 * time.Second
)

func startWarmer(x *Index) *warmer {
	ctx, cancel := context.WithCancel(context.Background())
	w := &warmer{cancel: cancel}
	w.done.Add(1)
	go func() {
		defer w.done.Done()
		select {
		case <-ctx.Done():
			return
		case <-time.After(warmAfter):
		}
		tick := time.NewTicker(warmEvery)
		defer tick.Stop()
		for {
			if err := x.readOrders(ctx); err != nil && ctx.Err() == nil {
				x.failed(err)
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return w
}

func (w *warmer) stop() {
	w.cancel()
	w.done.Wait()
}

// readOrders reads the orders that are missing and drops those of segments that
// are gone.
func (x *Index) readOrders(ctx context.Context) error {
	gen, done, err := x.use()
	if err != nil {
		return err
	}
	defer done()
	pages, err := openViews(gen.shards()...)
	if err != nil {
		return err
	}
	defer pages.release()
	items, err := openViews(gen.items)
	if err != nil {
		return err
	}
	defer items.release()
	used := map[segmentID]bool{}
	for _, v := range append(pages.all, items.all...) {
		used[v.id] = true
	}
	x.columns.keep(used)
	for _, v := range pages.all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := x.columns.get(v, ByCode, pageKey); err != nil {
			return err
		}
	}
	for _, v := range items.all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := x.columns.get(v, ByCode, itemKey); err != nil {
			return err
		}
	}
	return nil
}
