package raster_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"lantai/archive"
	"lantai/archive/raster"
)

func acquire(t *testing.T, b *raster.Budget, n int64) func() {
	t.Helper()
	release, err := b.Acquire(context.Background(), n)
	if err != nil {
		t.Error(err)
		return func() {}
	}
	return release
}

// A big request waits for its turn, small ones behind it do not pass it, and it
// runs alone.
func TestBudgetServesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := raster.NewBudget(100)
		first := acquire(t, b, 60)
		var order []string
		var bigRelease, smallRelease func()
		go func() { bigRelease = acquire(t, b, 1000); order = append(order, "big") }()
		synctest.Wait()
		go func() { smallRelease = acquire(t, b, 10); order = append(order, "small") }()
		synctest.Wait()
		if len(order) != 0 {
			t.Fatalf("%v served although 60 of 100 are taken", order)
		}
		first()
		first() // a second call is nothing
		synctest.Wait()
		if len(order) != 1 || order[0] != "big" {
			t.Fatalf("%v served, want big alone", order)
		}
		bigRelease()
		synctest.Wait()
		if len(order) != 2 {
			t.Fatalf("%v served", order)
		}
		smallRelease()
	})
}

func TestBudgetGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := raster.NewBudget(100)
		release := acquire(t, b, 100)
		ctx, cancel := context.WithCancel(context.Background())
		var err error
		go func() { _, err = b.Acquire(ctx, 50) }()
		synctest.Wait()
		served := false
		go func() { defer acquire(t, b, 50)(); served = true }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		if archive.KindOf(err) != archive.Stopped {
			t.Errorf("cancelled wait: %v", err)
		}
		release()
		synctest.Wait()
		if !served {
			t.Error("the one behind a cancelled wait was not served")
		}
		if _, err := b.Acquire(ctx, 1); archive.KindOf(err) != archive.Stopped {
			t.Errorf("ended context: %v", err)
		}
	})
}

func TestBudgetIsNeverExceeded(t *testing.T) {
	const total = 100
	b := raster.NewBudget(total)
	var used, over atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for range 500 {
				n := r.Int64N(150)
				release := acquire(t, b, n)
				if used.Add(min(n, total)) > total {
					over.Add(1)
				}
				used.Add(-min(n, total))
				release()
			}
		})
	}
	wg.Wait()
	if over.Load() > 0 {
		t.Errorf("exceeded %d times", over.Load())
	}
}
