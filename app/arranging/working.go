package arranging

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
)

// working is the place of the one task that a pane has under way.
type working struct {
	deps Deps
	id   int // of the task; 0: none
	row  *parts.ProgressRow
	halt func()
	root *fyne.Container
	// moved is told when the task began or ended; nil: nobody is.
	moved func()
}

func newWorking(d Deps) *working {
	return &working{deps: d, row: parts.NewProgressRow(d.Runner), root: container.NewVBox()}
}

func (w *working) busy() bool { return w.id != 0 }

// stop asks the task to end; nobody hears what comes of it.
func (w *working) stop() {
	if w.halt != nil {
		w.halt()
	}
}

// follow shows how far the task has come.
func (w *working) follow() {
	for _, i := range w.deps.Runner.Tasks() {
		if i.ID == w.id && w.id != 0 {
			w.row.Set(i)
		}
	}
}

// start runs work as the task of a pane, in place of one before.
func start[T any](w *working, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error)) {
	mine := 0
	halt := task.Run(w.deps.Runner, title, work, func(value T, err error) {
		if w.id == mine {
			w.set(0)
			w.halt = nil
			done(value, err)
		}
	})
	for _, i := range w.deps.Runner.Tasks() {
		mine = max(mine, i.ID)
	}
	w.halt = halt
	w.set(mine)
}

func (w *working) set(id int) {
	w.id, w.root.Objects = id, nil
	if id != 0 {
		w.root.Objects = []fyne.CanvasObject{w.row}
		w.follow()
	}
	w.root.Refresh()
	if w.moved != nil {
		w.moved()
	}
}
