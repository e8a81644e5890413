package parts

import (
	"context"

	"lantai/app/task"
	"lantai/archive"
)

// OneTask is the one long task that a view has under way, with the row that shows it.
type OneTask struct {
	Row     *ProgressRow
	runner  *task.Runner
	id      int // zero: none runs
	changed func()
}

// NewOneTask makes the place of a task; changed is told when it begins and when it ends.
func NewOneTask(r *task.Runner, changed func()) *OneTask {
	return &OneTask{Row: NewProgressRow(r), runner: r, changed: changed}
}

// Busy tells whether a task runs.
func (t *OneTask) Busy() bool { return t.id != 0 }

// Follow shows how far the task has come.
func (t *OneTask) Follow() {
	for _, i := range t.runner.Tasks() {
		if i.ID == t.id && t.id != 0 {
			t.Row.Set(i)
		}
	}
}

// Begin runs work as the task of a view, in place of one before, of which nobody hears any
// more. stop asks it to end.
func Begin[T any](t *OneTask, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error)) (stop func()) {
	mine := 0
	stop = task.Run(t.runner, title, work, func(value T, err error) {
		if t.id == mine {
			t.set(0)
			done(value, err)
		}
	})
	for _, i := range t.runner.Tasks() {
		mine = max(mine, i.ID)
	}
	t.set(mine)
	return stop
}

func (t *OneTask) set(id int) {
	t.id = id
	t.Follow()
	t.changed()
}
