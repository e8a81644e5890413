package arranging

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/archive"
)

// working is the place of the one task that a pane has under way.
type working struct {
	task *parts.OneTask
	halt func()
	root *fyne.Container
	// moved is told when the task began or ended; nil: nobody is.
	moved func()
}

func newWorking(d Deps) *working {
	w := &working{root: container.NewVBox()}
	w.task = parts.NewOneTask(d.Runner, w.show)
	return w
}

func (w *working) busy() bool { return w.task.Busy() }

// stop asks the task to end; nobody hears what comes of it.
func (w *working) stop() {
	if w.halt != nil {
		w.halt()
	}
}

// start runs work as the task of a pane, in place of one before.
func start[T any](w *working, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error)) {
	w.halt = parts.Begin(w.task, title, work, func(value T, err error) {
		w.halt = nil
		done(value, err)
	})
}

func (w *working) show() {
	w.root.Objects = nil
	if w.busy() {
		w.root.Objects = []fyne.CanvasObject{w.task.Row}
	}
	w.root.Refresh()
	if w.moved != nil {
		w.moved()
	}
}
