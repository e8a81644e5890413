package importing

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// running shows the one task of a view while it runs, and what came of it.
type running struct {
	deps  Deps
	id    int // of the task; 0: none runs
	row   *parts.ProgressRow
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
	r := &running{deps: d, row: parts.NewProgressRow(d.Runner), moved: moved}
	r.task, r.said = container.NewVBox(), container.NewVBox()
	r.root = container.NewVBox(r.task, r.said)
	return r
}

// busy tells whether a task runs.
func (r *running) busy() bool { return r.id != 0 }

// follow shows how far the task has come.
func (r *running) follow() {
	for _, i := range r.deps.Runner.Tasks() {
		if i.ID == r.id && r.id != 0 {
			r.row.Set(i)
		}
	}
}

// start runs work as the task of the view.
func start[T any](r *running, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error)) {
	r.say("", widget.MediumImportance)
	task.Run(r.deps.Runner, title, work, func(value T, err error) {
		r.set(0)
		done(value, err)
		r.goHome()
	})
	newest := 0
	for _, i := range r.deps.Runner.Tasks() {
		newest = max(newest, i.ID)
	}
	r.set(newest)
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

func (r *running) set(id int) {
	r.id, r.task.Objects = id, nil
	if id != 0 {
		r.task.Objects = []fyne.CanvasObject{r.row}
		r.follow()
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
