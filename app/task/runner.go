package task

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"lantai/archive"
)

// interval is the least time between two notices of progress.
const interval = 100 * time.Millisecond

// kept is how many ended tasks the list holds.
const kept = 200

// Runner owns the tasks of the program. Its methods are called on the UI goroutine.
type Runner struct {
	ctx    context.Context
	cancel context.CancelFunc
	onUI   func(func())
	live   sync.WaitGroup

	entries   []*entry
	closed    bool
	last      int
	listeners map[int]func()
	lastHeard int

	mu      sync.Mutex
	pending bool // a notice of progress is on its way
}

// NewRunner makes a runner whose tasks end when ctx does. onUI queues a function
// for the UI goroutine and returns at once: fyne.Do in the program.
func NewRunner(ctx context.Context, onUI func(func())) *Runner {
	ctx, cancel := context.WithCancel(ctx)
	return &Runner{ctx: ctx, cancel: cancel, onUI: onUI, listeners: map[int]func(){}}
}

// OnUI queues a function for the UI goroutine.
func (r *Runner) OnUI(f func()) { r.onUI(f) }

// Listen has f called on the UI goroutine whenever a task begins, moves or ends, at
// most ten times a second for progress. The returned function ends that.
func (r *Runner) Listen(f func()) (cancel func()) {
	r.lastHeard++
	n := r.lastHeard
	r.listeners[n] = f
	return func() { delete(r.listeners, n) }
}

// Tasks lists the tasks, the newest first.
func (r *Runner) Tasks() []Info {
	var out []Info
	for _, e := range slices.Backward(r.entries) {
		if !e.quiet {
			out = append(out, e.info())
		}
	}
	return out
}

// Running counts the listed tasks that have not ended.
func (r *Runner) Running() int {
	n := 0
	for _, e := range r.entries {
		if !e.quiet && !e.state.Ended() {
			n++
		}
	}
	return n
}

// Live counts every task that has not ended, quiet ones included.
func (r *Runner) Live() int {
	n := 0
	for _, e := range r.entries {
		if !e.state.Ended() {
			n++
		}
	}
	return n
}

// Stop asks a task to end.
func (r *Runner) Stop(id int) {
	if e := r.find(id); e != nil && !e.state.Ended() {
		e.state = Stopping
		e.cancel()
		r.changed()
	}
}

// Pause halts a task that can be paused, or lets it go on.
func (r *Runner) Pause(id int, paused bool) {
	e := r.find(id)
	if e == nil || e.pause == nil || e.state.Ended() || e.state == Stopping {
		return
	}
	e.state = Running
	if paused {
		e.state = Paused
	}
	e.pause(paused)
	r.changed()
}

// Retry hands the failures of an ended task back to whoever can try them again, and
// takes the task off the list.
func (r *Runner) Retry(id int) {
	e := r.find(id)
	if e == nil || !e.info().CanRetry {
		return
	}
	failures := e.info().Failures
	r.Forget(id)
	e.retry(failures)
}

// Forget takes an ended task off the list.
func (r *Runner) Forget(id int) {
	r.entries = slices.DeleteFunc(r.entries, func(e *entry) bool { return e.id == id && e.state.Ended() })
	r.changed()
}

// Shutdown stops every task, waits for all of them without holding the UI goroutine,
// and then calls then on it. Work handed in later is dropped.
func (r *Runner) Shutdown(then func()) {
	r.closed = true
	r.cancel()
	for _, e := range r.entries {
		if !e.state.Ended() {
			e.state = Stopping
		}
	}
	r.changed()
	go func() {
		r.live.Wait()
		r.onUI(then)
	}()
}

// Close stops every task and waits for their work, when the window has gone already
// and nothing is shown any more.
func (r *Runner) Close() {
	r.cancel()
	r.live.Wait()
}

// add puts a task on the list; nil when the program is closing.
func (r *Runner) add(title string, options []Option) *entry {
	if r.closed {
		return nil
	}
	r.last++
	e := &entry{id: r.last, title: title, state: Running, started: time.Now()}
	for _, o := range options {
		o(e)
	}
	e.notify = r.progressed
	ctx, cancel := context.WithCancel(r.ctx)
	e.ctx, e.cancel = context.WithValue(ctx, failureKey{}, e.fail), cancel
	r.entries = append(r.entries, e)
	r.live.Add(1)
	return e
}

func (r *Runner) find(id int) *entry {
	for _, e := range r.entries {
		if e.id == id {
			return e
		}
	}
	return nil
}

// end notes the outcome and keeps the list short.
func (r *Runner) end(e *entry, err error) {
	e.cancel()
	e.ended = time.Now()
	switch {
	case err == nil:
		e.state = Done
	case archive.KindOf(err) == archive.Stopped:
		e.state = Stopped
	default:
		e.state, e.err = Failed, err
	}
	ended := 0
	for i := len(r.entries) - 1; i >= 0; i-- {
		old := r.entries[i]
		if !old.state.Ended() {
			continue
		}
		ended++
		if old.quiet || ended > kept {
			r.entries = slices.Delete(r.entries, i, i+1)
		}
	}
}

// changed tells the listeners now; it runs on the UI goroutine.
func (r *Runner) changed() {
	for _, f := range r.listeners {
		f()
	}
}

// progressed tells the listeners soon, from any goroutine. Many calls make one
// notice, so the queue of the UI goroutine never fills up.
func (r *Runner) progressed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pending {
		return
	}
	r.pending = true
	time.AfterFunc(interval, func() {
		r.onUI(func() {
			r.mu.Lock()
			r.pending = false
			r.mu.Unlock()
			r.changed()
		})
	})
}

func panicked(title string, p any) error {
	return archive.Errorf(archive.Internal, "run task", title, "panic: %v\n%s", p, debug.Stack())
}

// String helps when a test prints an Info.
func (i Info) String() string {
	return fmt.Sprintf("%d %s %s %d/%d", i.ID, i.Title, i.State, i.Progress.Done, i.Progress.Total)
}
