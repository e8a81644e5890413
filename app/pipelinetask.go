package app

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// pipelineTask shows the pipeline's work as one task while there is any.
type pipelineTask struct {
	program *Program

	mu     sync.Mutex
	now    ingest.Status
	change chan struct{} // closed at the next change
	shown  bool          // a task shows it
	failed bool          // a task has shown the fault that there is
}

func newPipelineTask(p *Program) *pipelineTask {
	return &pipelineTask{program: p, change: make(chan struct{})}
}

// observe takes the pipeline's progress, from any goroutine.
func (t *pipelineTask) observe(s ingest.Status) {
	t.mu.Lock()
	t.now = s
	close(t.change)
	t.change = make(chan struct{})
	if s.Fault == nil {
		t.failed = false
	}
	begin := !t.shown && (s.Fault == nil && busy(s) && !s.Paused || s.Fault != nil && !t.failed)
	if begin {
		t.shown = true
	}
	t.mu.Unlock()
	if begin {
		t.program.Runner.OnUI(t.begin)
	}
}

func busy(s ingest.Status) bool { return pagesWait(s) || s.Rebuild.Phase != "" }

func pagesWait(s ingest.Status) bool { return s.Total > s.Done && s.Waits == nil }

func (t *pipelineTask) begin() {
	s := t.program.Station
	if s == nil || s.Pipeline == nil {
		t.end()
		return
	}
	task.Run(t.program.Runner, words.T("pipeline.title"), t.follow, func(struct{}, error) { t.end() },
		task.Pausable(func(paused bool) {
			if paused {
				s.Pipeline.Pause()
			} else {
				s.Pipeline.Resume()
			}
		}))
}

// follow reports until there is nothing left to do, or a fault stops the work: it is
// tried again, and what comes of that is another task. Stopping the task pauses the
// pipeline: what is done stays done.
func (t *pipelineTask) follow(ctx context.Context, report func(archive.Progress)) (struct{}, error) {
	for {
		t.mu.Lock()
		now, change := t.now, t.change
		t.failed = now.Fault != nil
		t.mu.Unlock()
		switch {
		case now.Fault != nil:
			return struct{}{}, now.Fault
		case pagesWait(now):
			report(archive.Progress{Phase: now.Phase, Done: now.Done, Total: now.Total})
		case busy(now):
			report(now.Rebuild)
		default:
			return struct{}{}, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			t.program.Station.Pipeline.Pause()
			return struct{}{}, ctx.Err()
		}
	}
}

func (t *pipelineTask) end() {
	t.mu.Lock()
	t.shown = false
	t.mu.Unlock()
}

// receiveSample receives the sample's scans like any other folder and removes the
// temporary copy.
func receiveSample(p *Program, delivery string) {
	s := p.Station
	task.Run(p.Runner, words.T("intake.task"), func(ctx context.Context, report func(archive.Progress)) (ingest.Report, error) {
		defer os.RemoveAll(filepath.Dir(delivery))
		return s.Pipeline.Receive(ctx, s.Actor(), ingest.Delivery{Dir: delivery}, report)
	}, nil)
}
