package importing

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// running shows the one task of a view while it runs, and what came of it.
type running struct {
	deps  Deps
	one   *parts.OneTask
	task  *fyne.Container
	said  *fyne.Container
	root  *fyne.Container
	moved func() // a task began or ended
	// home is where the keyboard goes when the button that had it went away with the task.
	home func() fyne.Focusable
	// around is laid out anew when what is said has another height; nil: nothing is.
	around fyne.CanvasObject
}

func newRunning(d Deps, moved func()) *running {
	r := &running{deps: d, moved: moved}
	r.one = parts.NewOneTask(d.Runner, r.show)
	r.task, r.said = container.NewVBox(), container.NewVBox()
	r.root = container.NewVBox(r.task, r.said)
	return r
}

// busy tells whether a task runs.
func (r *running) busy() bool { return r.one.Busy() }

// start runs work as the task of the view.
func start[T any](r *running, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error)) {
	r.say("", widget.MediumImportance)
	parts.Begin(r.one, title, work, func(value T, err error) {
		done(value, err)
		r.goHome()
	})
}

func (r *running) refresh() {
	r.root.Refresh()
	if r.around != nil {
		r.around.Refresh()
	}
}

// goHome gives the keyboard to the view when nothing has it.
func (r *running) goHome() {
	if r.home != nil {
		parts.FocusIfFree(r.deps.Window.Canvas(), r.root, r.home())
	}
}

func (r *running) show() {
	r.task.Objects = nil
	if r.busy() {
		r.task.Objects = []fyne.CanvasObject{r.one.Row}
	}
	r.moved()
	r.refresh()
}

// say tells what came of a task, with what can be done about it; "" says nothing.
func (r *running) say(text string, importance widget.Importance, more ...fyne.CanvasObject) {
	r.said.Objects = nil
	if text != "" {
		p := parts.Paragraph(text)
		p.Importance = importance
		r.said.Objects = append([]fyne.CanvasObject{p}, more...)
	}
	r.refresh()
}

// failed tells of an error; stopped is what to say when somebody asked for it.
func (r *running) failed(err error, stopped string) {
	if archive.KindOf(err) == archive.Stopped {
		r.say(words.T(stopped), widget.MediumImportance)
		return
	}
	r.said.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	r.refresh()
}
