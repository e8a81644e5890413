package task_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lantai/app/task"
	"lantai/app/task/tasktest"
	"lantai/archive"
)

type reporter = func(archive.Progress)

func TestResultComesBackOnTheLoop(t *testing.T) {
	loop := tasktest.New(t)
	got := 0
	task.Run(loop.Runner, "count", func(context.Context, reporter) (int, error) { return 42, nil },
		func(v int, err error) {
			if err != nil {
				t.Error(err)
			}
			got = v // unguarded: the race detector sees a call from elsewhere
		})
	loop.Until(t, func() bool { return got == 42 })
	if list := loop.Runner.Tasks(); len(list) != 1 || list[0].State != task.Done {
		t.Errorf("list = %v, want one done task", list)
	}
}

func TestStatesAtTheEnd(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name string
		work func(ctx context.Context) error
		stop bool
		want task.State
		kind archive.ErrorKind
	}{
		{"done", func(context.Context) error { return nil }, false, task.Done, ""},
		{"failed", func(context.Context) error { return broken }, false, task.Failed, archive.Internal},
		{"stopped", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, true, task.Stopped, archive.Stopped},
		{"panic", func(context.Context) error { panic("bad file") }, false, task.Failed, archive.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			loop := tasktest.New(t)
			ended := false
			var got error
			stop := task.Run(loop.Runner, c.name, func(ctx context.Context, _ reporter) (int, error) {
				return 0, c.work(ctx)
			}, func(_ int, err error) { ended, got = true, err })
			if c.stop {
				stop()
				if s := loop.Runner.Tasks()[0].State; s != task.Stopping {
					t.Errorf("state after stop = %s", s)
				}
			}
			loop.Until(t, func() bool { return ended })
			if s := loop.Runner.Tasks()[0].State; s != c.want {
				t.Errorf("state = %s, want %s", s, c.want)
			}
			if k := archive.KindOf(got); k != c.kind {
				t.Errorf("kind = %q, want %q", k, c.kind)
			}
		})
	}
}

// A flood of reports makes few notices, and the last report is the one shown.
func TestProgressIsCoalesced(t *testing.T) {
	loop := tasktest.New(t)
	notices, ended := 0, false
	loop.Runner.Listen(func() { notices++ })
	const reports = 200_000
	task.Run(loop.Runner, "flood", func(_ context.Context, report reporter) (int, error) {
		for i := range reports {
			report(archive.Progress{Phase: "p", Done: i + 1, Total: reports})
		}
		return 0, nil
	}, func(int, error) { ended = true })
	loop.Until(t, func() bool { return ended })
	i := loop.Runner.Tasks()[0]
	if i.Progress.Done != reports {
		t.Errorf("last progress = %d, want %d", i.Progress.Done, reports)
	}
	seconds := i.Ended.Sub(i.Started).Seconds()
	if most := int(seconds*10) + 4; notices > most {
		t.Errorf("%d notices in %.1f s, want at most %d", notices, seconds, most)
	}
}

// Whatever order loads end in, only the last one asked for is shown.
func TestLatestDropsOldResults(t *testing.T) {
	loop := tasktest.New(t)
	var latest task.Latest
	var shown []int
	gates := make([]chan struct{}, 5)
	for i := range gates {
		gates[i] = make(chan struct{})
		task.Load(loop.Runner, &latest, func(context.Context) (int, error) {
			<-gates[i] // deaf to being stopped, like a slow disk
			return i, nil
		}, func(v int, _ error) { shown = append(shown, v) })
	}
	for _, i := range []int{4, 0, 3, 1, 2} {
		close(gates[i])
	}
	loop.Idle(t)
	if len(shown) != 1 || shown[0] != 4 {
		t.Errorf("shown = %v, want [4]", shown)
	}
	if latest.Busy() {
		t.Error("still busy")
	}
	if n := len(loop.Runner.Tasks()); n != 0 {
		t.Errorf("%d loads in the list of tasks", n)
	}
}

func TestFailuresCanBeRetried(t *testing.T) {
	loop := tasktest.New(t)
	var again []task.Failure
	task.Run(loop.Runner, "receive", func(ctx context.Context, _ reporter) (int, error) {
		task.Fail(ctx, "a.jpg", archive.Refuse("read", "a.jpg", archive.ReasonEmpty, ""))
		task.Fail(ctx, "b.jpg", archive.Refuse("read", "b.jpg", archive.ReasonDamaged, ""))
		return 0, nil
	}, nil, task.Retry(func(f []task.Failure) { again = f }))
	loop.Idle(t)
	i := loop.Runner.Tasks()[0]
	if len(i.Failures) != 2 || !i.CanRetry {
		t.Fatalf("failures = %v, can retry = %v", i.Failures, i.CanRetry)
	}
	loop.Runner.Retry(i.ID)
	if len(again) != 2 || again[1].Subject != "b.jpg" {
		t.Errorf("retried = %v", again)
	}
	if len(loop.Runner.Tasks()) != 0 {
		t.Error("the retried task is still listed")
	}
}

func TestPause(t *testing.T) {
	loop := tasktest.New(t)
	var calls []bool
	stop := task.Run(loop.Runner, "ingest", func(ctx context.Context, _ reporter) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}, nil, task.Pausable(func(p bool) { calls = append(calls, p) }))
	id := loop.Runner.Tasks()[0].ID
	loop.Runner.Pause(id, true)
	if s := loop.Runner.Tasks()[0].State; s != task.Paused {
		t.Errorf("state = %s", s)
	}
	loop.Runner.Pause(id, false)
	stop()
	loop.Runner.Pause(id, true) // too late
	if len(calls) != 2 || !calls[0] || calls[1] {
		t.Errorf("calls = %v", calls)
	}
}

// Shutdown comes after every task's own end, and nothing starts behind it.
func TestShutdownWaits(t *testing.T) {
	loop := tasktest.New(t)
	var order []string
	for _, name := range []string{"a", "b", "c"} {
		task.Run(loop.Runner, name, func(ctx context.Context, _ reporter) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, func(int, error) {
			order = append(order, "task")
			task.Run(loop.Runner, "late", func(context.Context, reporter) (int, error) {
				t.Error("work began after shutdown")
				return 0, nil
			}, nil)
		})
	}
	loop.Runner.Shutdown(func() { order = append(order, "end") })
	loop.Until(t, func() bool { return len(order) > 0 && order[len(order)-1] == "end" })
	if got := strings.Join(order, " "); got != "task task task end" {
		t.Errorf("order = %s", got)
	}
}
