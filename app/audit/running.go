package audit

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

// running shows the one long task of a view while it runs, and what came of it.
type running struct {
	one   *parts.OneTask
	said  *parts.Prose
	fault *parts.Fault
	box   *fyne.Container
	moved func() // it has another height, or a task began or ended
}

func newRunning(r *task.Runner, moved func()) *running {
	v := &running{said: parts.Paragraph(""), fault: parts.NewFault(nil), box: container.NewVBox(), moved: moved}
	v.one = parts.NewOneTask(r, v.show)
	return v
}

func (r *running) busy() bool { return r.one.Busy() }

// start runs work as the task of the view.
func start[T any](r *running, title string, work func(context.Context, func(archive.Progress)) (T, error), done func(T)) {
	parts.Begin(r.one, title, work, func(value T, err error) {
		r.say("", widget.MediumImportance)
		r.fault.Show(err)
		switch archive.KindOf(err) {
		case "":
			done(value)
		case archive.Stopped:
			r.say(words.T("audit.stopped"), widget.MediumImportance)
		}
		r.show()
	})
}

// say tells what came of a task.
func (r *running) say(text string, importance widget.Importance) {
	r.said.Importance = importance
	r.said.SetText(text)
	r.said.Hidden = text == ""
	r.show()
}

// show puts into the box what there is to see.
func (r *running) show() {
	r.box.Objects = nil
	if r.busy() {
		r.box.Objects = append(r.box.Objects, r.one.Row)
	} else if !r.said.Hidden && r.said.Text != "" {
		r.box.Objects = append(r.box.Objects, r.said)
	}
	if !r.busy() && len(r.fault.Box.Objects) > 0 {
		r.box.Objects = append(r.box.Objects, r.fault.Box)
	}
	r.box.Refresh()
	r.moved()
}
