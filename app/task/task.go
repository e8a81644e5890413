// Package task runs work off the UI goroutine and brings its result back on it.
//
// A screen never reads a disk, a database or pixels itself: it hands Run a function
// that does, and a function that shows what came of it. The first never sees a
// widget, the second runs where widgets may be touched, so nothing is shared.
package task

import (
	"context"
	"time"

	"lantai/archive"
)

// State is how far a task has come.
type State string

// The states of a task.
const (
	Running  State = "running"
	Paused   State = "paused"
	Stopping State = "stopping" // asked to end, not ended yet
	Stopped  State = "stopped"  // ended on request
	Done     State = "done"
	Failed   State = "failed"
)

// Ended tells whether nothing more will happen.
func (s State) Ended() bool { return s == Stopped || s == Done || s == Failed }

// Failure is one input that a task could not use while it went on with the rest.
type Failure struct {
	Subject string // a path, 档号 or id
	Err     error
}

// Info is a task as a list shows it, at one moment.
type Info struct {
	ID       int
	Title    string
	State    State
	Progress archive.Progress
	Started  time.Time
	Ended    time.Time     // zero while it runs
	Rate     float64       // done per second over the last half minute; 0: not known
	Speed    float64       // bytes per second, where the work is bytes; 0: not known
	Left     time.Duration // 0: not known
	Err      error         // why it failed
	Failures []Failure
	CanPause bool
	CanRetry bool // there are failures, and the task knows how to try them again
}

// Option changes how a task is shown or steered.
type Option func(*entry)

// Quiet keeps a task out of the list: the short loads behind a screen. It still
// counts when the program waits for its work to end.
func Quiet() Option { return func(e *entry) { e.quiet = true } }

// Pausable lets people pause a task. pause is called on the UI goroutine and must
// return at once.
func Pausable(pause func(paused bool)) Option { return func(e *entry) { e.pause = pause } }

// Retry lets people try the failures of an ended task again.
func Retry(again func([]Failure)) Option { return func(e *entry) { e.retry = again } }

type failureKey struct{}

// Fail notes, from inside work, an input that could not be used while the work goes
// on. ctx is the one that work was given.
func Fail(ctx context.Context, subject string, err error) {
	if note, ok := ctx.Value(failureKey{}).(func(Failure)); ok {
		note(Failure{Subject: subject, Err: err})
	}
}

// Run starts work at once on a goroutine of its own. report may be called as often
// as it likes. done, which may be nil, runs on the UI goroutine with what came of
// it, also after a stop (the error is then of kind archive.Stopped); a panic in work
// arrives as an error of kind archive.Internal. Run must be called on the UI
// goroutine; the returned function asks the task to stop and returns at once.
func Run[T any](r *Runner, title string,
	work func(ctx context.Context, report func(archive.Progress)) (T, error),
	done func(T, error), options ...Option) (stop func()) {
	e := r.add(title, options)
	if e == nil {
		return func() {}
	}
	go func() {
		defer r.live.Done()
		value, err := guard(e, work)
		r.onUI(func() {
			r.end(e, err)
			if done != nil {
				done(value, err)
			}
			r.changed()
		})
	}()
	r.changed()
	return func() { r.Stop(e.id) }
}

// guard runs work and turns a panic into an error, so that one bad file does not
// take the desk down.
func guard[T any](e *entry, work func(context.Context, func(archive.Progress)) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(e.title, p)
		}
	}()
	if err := e.ctx.Err(); err != nil {
		return value, archive.Wrap("start work", e.title, err)
	}
	return work(e.ctx, e.report)
}

// Latest keeps the loads of one view apart: each new one stops the one before, whose
// result is dropped. The zero value is ready; use it on the UI goroutine only.
type Latest struct {
	number int
	stop   func()
}

// Cancel stops the load under way and drops its result.
func (l *Latest) Cancel() {
	l.number++
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// Busy tells whether a load is under way.
func (l *Latest) Busy() bool { return l.stop != nil }

// Load runs a quiet task in place of the one that l ran before. done is called only
// if no newer load has begun.
func Load[T any](r *Runner, l *Latest, work func(ctx context.Context) (T, error), done func(T, error)) {
	l.Cancel()
	number := l.number
	l.stop = Run(r, "", func(ctx context.Context, _ func(archive.Progress)) (T, error) {
		return work(ctx)
	}, func(value T, err error) {
		if number != l.number {
			return
		}
		l.stop = nil
		done(value, err)
	}, Quiet())
}
