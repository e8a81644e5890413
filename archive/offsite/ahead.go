package offsite

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// opened is how many files are opened before they are read: the disk works on them while others are hashed.
const opened = 4

// inTurn opens n things in their order, some of them before they are wanted, and has workers use them side by side. drop
// takes what was opened and is not used because another ended with an error.
func inTurn[T any](whole context.Context, n, workers int, open func(ctx context.Context, i int) T, use func(ctx context.Context, i int, v T) error, drop func(T)) error {
	type item struct {
		i int
		v T
	}
	work, ctx := errgroup.WithContext(whole)
	ready := make(chan item, opened)
	var feeding sync.WaitGroup
	feeding.Go(func() {
		defer close(ready)
		for i := range n {
			one := item{i, open(ctx, i)}
			select {
			case ready <- one:
			case <-ctx.Done():
				drop(one.v)
				return
			}
		}
	})
	for range workers {
		work.Go(func() error {
			for one := range ready {
				if err := use(ctx, one.i, one.v); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := work.Wait()
	for one := range ready {
		drop(one.v)
	}
	feeding.Wait()
	if err == nil {
		err = whole.Err()
	}
	return err
}
