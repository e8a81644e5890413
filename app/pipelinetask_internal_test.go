package app

import (
	"context"
	"path/filepath"
	"testing"

	"lantai/app/task"
	"lantai/app/task/tasktest"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// A fault that stops all work ends its task as failed, once however often the work is
// tried again.
func TestFaultFailsThePipelinesTask(t *testing.T) {
	loop := tasktest.New(t)
	h, err := home.Init(filepath.Join(t.TempDir(), "h"), "青禾区档案馆", home.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.OpenHome(context.Background(), h, station.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	p := newPipelineTask(&Program{Runner: loop.Runner, Station: s})
	full := archive.Errorf(archive.NoSpace, "run pipeline", "", "disk full")
	states := func(want ...task.State) {
		t.Helper()
		loop.Idle(t)
		list := loop.Runner.Tasks()
		if len(list) != len(want) {
			t.Fatalf("%d tasks, want %d", len(list), len(want))
		}
		for i, info := range list {
			if info.State != want[i] {
				t.Errorf("task %d is %s (%v), want %s", i, info.State, info.Err, want[i])
			}
		}
	}
	p.observe(ingest.Status{Total: 9, Done: 2})
	p.observe(ingest.Status{Fault: full})
	states(task.Failed)
	p.observe(ingest.Status{Total: 9, Done: 2, Fault: full}) // tried again
	states(task.Failed)
	p.observe(ingest.Status{Total: 9, Done: 3})
	p.observe(ingest.Status{Total: 9, Done: 9})
	loop.Idle(t)
	if list := loop.Runner.Tasks(); len(list) != 2 {
		t.Errorf("%d tasks, want one more when the work goes on", len(list))
	}
}
