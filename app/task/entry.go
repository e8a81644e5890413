package task

import (
	"context"
	"slices"
	"sync"
	"time"

	"lantai/archive"
)

// window is the time over which speed is measured.
const window = 30 * time.Second

// entry is one task. What stands above mu belongs to the UI goroutine, the rest to
// whoever holds mu.
type entry struct {
	id      int
	title   string
	quiet   bool
	pause   func(bool)
	retry   func([]Failure)
	state   State
	started time.Time
	ended   time.Time
	err     error
	ctx     context.Context
	cancel  context.CancelFunc
	notify  func()

	mu       sync.Mutex
	progress archive.Progress
	failures []Failure
	samples  []sample // of the present phase, oldest first
}

type sample struct {
	at    time.Time
	done  int
	bytes int64
}

func (e *entry) report(p archive.Progress) {
	now := time.Now()
	e.mu.Lock()
	if p.Phase != e.progress.Phase || p.Done < e.progress.Done {
		e.samples = nil
	}
	e.progress = p
	if n := len(e.samples); n == 0 || now.Sub(e.samples[n-1].at) >= interval {
		e.samples = append(e.samples, sample{now, p.Done, p.Bytes})
		old, _ := slices.BinarySearchFunc(e.samples, now.Add(-window), func(s sample, t time.Time) int {
			return s.at.Compare(t)
		})
		e.samples = slices.Delete(e.samples, 0, min(old, len(e.samples)-1))
	}
	e.mu.Unlock()
	if !e.quiet {
		e.notify()
	}
}

func (e *entry) fail(f Failure) {
	e.mu.Lock()
	e.failures = append(e.failures, f)
	e.mu.Unlock()
	if !e.quiet {
		e.notify()
	}
}

func (e *entry) info() Info {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := Info{
		ID: e.id, Title: e.title, State: e.state, Progress: e.progress,
		Started: e.started, Ended: e.ended, Err: e.err,
		Failures: slices.Clone(e.failures),
		CanPause: e.pause != nil && !e.state.Ended() && e.state != Stopping,
		CanRetry: e.retry != nil && e.state.Ended() && len(e.failures) > 0,
	}
	if len(e.samples) < 2 || e.state != Running {
		return i
	}
	first, last := e.samples[0], e.samples[len(e.samples)-1]
	seconds := last.at.Sub(first.at).Seconds()
	if seconds <= 0 {
		return i
	}
	if last.bytes > first.bytes {
		i.Speed = float64(last.bytes-first.bytes) / seconds
		if left := e.progress.OfBytes - e.progress.Bytes; left > 0 {
			i.Left = time.Duration(float64(left) / i.Speed * float64(time.Second))
		}
		return i
	}
	if last.done <= first.done {
		return i
	}
	i.Rate = float64(last.done-first.done) / seconds
	if left := e.progress.Total - e.progress.Done; left > 0 {
		i.Left = time.Duration(float64(left) / i.Rate * float64(time.Second))
	}
	return i
}
