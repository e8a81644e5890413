// Package tasktest stands in for the UI goroutine in tests: a queue that the test
// itself pumps, so that widgets are touched by one goroutine there too.
package tasktest

import (
	"context"
	"sync"
	"testing"
	"time"

	"lantai/app/task"
)

// patience is how long a test waits for something that should come.
const patience = 20 * time.Second

// Loop is a queue of functions for the UI goroutine, which is the test's own.
type Loop struct {
	mu     sync.Mutex
	queue  []func()
	wake   chan struct{}
	Runner *task.Runner
}

// New makes a loop and a runner on it. The runner's work is stopped and waited for
// when the test ends.
func New(t testing.TB) *Loop {
	t.Helper()
	l := &Loop{wake: make(chan struct{}, 1)}
	l.Runner = task.NewRunner(context.Background(), l.Do)
	t.Cleanup(func() {
		ended := false
		l.Runner.Shutdown(func() { ended = true })
		l.Until(t, func() bool { return ended })
	})
	return l
}

// Do queues a function.
func (l *Loop) Do(f func()) {
	l.mu.Lock()
	l.queue = append(l.queue, f)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Pump runs what is queued.
func (l *Loop) Pump() {
	for {
		l.mu.Lock()
		queue := l.queue
		l.queue = nil
		l.mu.Unlock()
		if len(queue) == 0 {
			return
		}
		for _, f := range queue {
			f()
		}
	}
}

// Until pumps until cond holds; a test whose condition never comes fails.
func (l *Loop) Until(t testing.TB, cond func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		l.Pump()
		if cond() {
			return
		}
		select {
		case <-l.wake:
		case <-limit.C:
			t.Fatal("what the test waits for did not happen")
		}
	}
}

// Idle pumps until no task is under way, quiet ones included.
func (l *Loop) Idle(t testing.TB) {
	t.Helper()
	l.Until(t, func() bool { return l.Runner.Live() == 0 })
}
