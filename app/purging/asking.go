package purging

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Deps are what asking needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	// Plan looks what would go with the records of some 档号, and writes nothing.
	Plan(ctx context.Context, codes []string) (Plan, error)
	// Ask notes that whoever acts asks for what a plan of the same 档号 showed. It is
	// Conflict when that would be something else now.
	Ask(ctx context.Context, codes []string, seen Plan, reason string) error
}

// asking is the dialog in which one person asks for a purge.
type asking struct {
	deps    Deps
	codes   []string
	now     Plan
	there   bool // a plan is in view
	loads   task.Latest
	preview *Preview
	reason  *parts.Entry
	box     *parts.Field
	message *fyne.Container
	do      *parts.Button
	hide    func()
}

// Ask shows what a purge of the records of some 档号 would take away, and takes the reason
// of whoever asks for it.
func Ask(d Deps, codes []string) {
	a := &asking{deps: d, codes: codes, preview: NewPreview(d.Runner, d.Memory), reason: parts.NewEntry(), message: container.NewStack()}
	a.box = parts.NewField(words.T("purging.reason"), a.reason)
	a.box.SetHint(words.T("purging.reason.hint"))
	a.reason.OnChanged = func(string) { a.box.SetError("") }
	a.reason.OnNext = a.ask
	a.preview.Tell(parts.Paragraph(words.T("purging.planning")))
	form := parts.Border(parts.Paragraph(words.T("purging.say")), container.NewVBox(a.box, a.message), nil, nil, a.preview.Root)
	buttons := parts.Dialog(d.Window, words.T("purging.ask"), parts.Sized(form, 640, 400),
		parts.Answer{Label: words.T("Cancel"), Do: a.loads.Cancel}, parts.Answer{Label: words.T("purging.ask.do")})
	a.do, a.hide = buttons[1], buttons[1].OnTapped
	a.do.OnTapped = a.ask
	a.do.Disable()
	d.Window.Canvas().Focus(a.reason)
	a.plan()
}

func (a *asking) plan() {
	task.Load(a.deps.Runner, &a.loads, func(ctx context.Context) (Plan, error) {
		return a.deps.Archive.Plan(ctx, a.codes)
	}, func(p Plan, err error) {
		if err == nil {
			err = p.Barred
		}
		a.there = err == nil && len(p.Shared) == 0
		parts.Able(a.do, a.there)
		if err != nil {
			a.preview.Tell()
			a.tell(err)
			return
		}
		a.now = p
		a.preview.Show(p)
	})
}

func (a *asking) tell(err error) {
	a.message.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		a.message.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	a.message.Refresh()
}

func (a *asking) ask() {
	if !a.there || a.do.Disabled() {
		return
	}
	reason := strings.TrimSpace(a.reason.Text)
	if reason == "" {
		a.box.SetError(words.T("purging.reason.missing"))
		a.deps.Window.Canvas().Focus(a.reason)
		return
	}
	a.do.Disable()
	task.Run(a.deps.Runner, words.T("purging.asking"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, a.deps.Archive.Ask(ctx, a.codes, a.now, reason)
	}, func(_ struct{}, err error) {
		a.do.Enable()
		switch {
		case err == nil:
			a.hide()
			a.asked()
		case archive.ReasonOf(err) == archive.ReasonQuotes:
			a.box.SetError(words.Tell(err).What)
			a.deps.Window.Canvas().Focus(a.reason)
		default:
			a.tell(err)
			if archive.KindOf(err) == archive.Conflict {
				a.plan()
			}
		}
	}, task.Quiet())
}

// asked says that nothing is done yet, and leads to where another person agrees.
func (a *asking) asked() {
	say := words.T("purging.asked", words.Args{"Codes": Some(a.codes)})
	parts.Dialog(a.deps.Window, words.T("purging.ask"), parts.Sized(parts.Paragraph(say), 440, 60),
		parts.Answer{Label: words.T("action.close")},
		parts.Answer{Label: words.T("purging.look"), Do: func() { a.deps.Open(parts.Route{Screen: "people", Value: parts.PurgesValue{}}) }})
}
