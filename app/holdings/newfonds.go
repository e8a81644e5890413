package holdings

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

// register is what the forms that add records share: heading, buttons, and the
// message of what came of it.
type register struct {
	deps    Deps
	events  sideEvents
	leave   func() bool
	told    *fyne.Container
	state   *widget.Label
	add     *parts.Button
	running bool
	root    fyne.CanvasObject
}

func newRegister(d Deps, e sideEvents, leave func() bool) *register {
	return &register{deps: d, events: e, leave: leave, told: container.NewStack(), state: parts.Line("")}
}

// build sets the form out; submit is the primary button's.
func (r *register) build(title string, fields fyne.CanvasObject, submit *parts.Button, more ...fyne.CanvasObject) {
	r.add = submit
	closing := parts.NewQuiet(words.T("Cancel"), base.CancelIcon(), func() { r.leave() })
	buttons := container.NewHBox(append(append([]fyne.CanvasObject{closing}, more...), submit)...)
	r.root = parts.Border(container.NewVBox(parts.Heading(title), r.told),
		container.NewVBox(r.state, parts.Border(nil, nil, nil, buttons)), nil, nil, fields)
}

// run adds a record off the UI goroutine; done gets it.
func (r *register) run(add func(ctx context.Context) (archive.Holding, error), done func(archive.Holding)) {
	if r.running {
		return
	}
	r.running = true
	r.add.Disable()
	task.Run(r.deps.Runner, words.T("holdings.registering"), func(ctx context.Context, _ func(archive.Progress)) (archive.Holding, error) {
		return add(ctx)
	}, func(h archive.Holding, err error) {
		r.running = false
		r.add.Enable()
		r.tell(err)
		if err == nil {
			r.state.SetText(words.T("holdings.registered", words.Args{"Code": h.Code}))
			done(h)
		}
	}, task.Quiet())
}

func (r *register) tell(err error) {
	r.told.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		r.told.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	r.told.Refresh()
	r.root.Refresh()
}

// fondsForm registers a fonds.
type fondsForm struct {
	*register
	code  *parts.Entry
	box   *parts.Field
	taken task.Latest
	form  *describing.Form
}

func newFondsForm(d Deps, rules describe.Rules, e sideEvents, leave func() bool) *fondsForm {
	f := &fondsForm{register: newRegister(d, e, leave), code: parts.NewEntry()}
	do := parts.NewPrimary(words.T("holdings.add.do"), base.ConfirmIcon(), func() { f.submit(false) })
	f.form = describing.NewForm(describing.Options{Kind: archive.KindFonds, Rules: rules, Window: d.Window, Memory: d.Memory,
		Later: d.Runner.OnUI, Leave: []string{"code"}, OnEnd: func() { d.Window.Canvas().Focus(do) }})
	f.code.OnNext = func() { f.form.Focus("") }
	f.code.SetPlaceHolder("Z109")
	f.code.OnChanged = func(string) { f.check() }
	f.box = parts.NewField(words.T("element.fonds_no"), f.code)
	f.box.SetHint(words.T("holdings.fonds.hint"))
	f.build(words.T("holdings.add.fonds"), parts.Border(parts.NewForm(1, f.box), nil, nil, nil, f.form.Root()), do)
	return f
}

func (f *fondsForm) content() fyne.CanvasObject { return f.root }

func (f *fondsForm) focus() { f.deps.Window.Canvas().Focus(f.code) }

func (f *fondsForm) repeat() bool { return false }

// check looks at the 全宗号: one element of a 档号, that no other fonds has.
func (f *fondsForm) check() bool {
	code := refcode.Normalise(f.code.Text)
	f.taken.Cancel()
	if strings.TrimSpace(f.code.Text) == "" {
		f.box.SetError("")
		return false
	}
	if !fondsNumber(code) {
		f.box.SetError(words.T("wrong.fonds"))
		return false
	}
	f.box.SetError("")
	checkTaken(f.deps, &f.taken, code, f.box)
	return true
}

// fondsNumber tells whether some scheme would take the number.
func fondsNumber(code string) bool {
	return code != "" && len(code) <= 5 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// checkTaken says at a field when another record has the code already.
func checkTaken(d Deps, l *task.Latest, code string, box *parts.Field) {
	task.Load(d.Runner, l, func(ctx context.Context) (archive.Holding, error) {
		return d.Catalogue.FindCode(ctx, code)
	}, func(h archive.Holding, err error) {
		if err == nil {
			box.SetError(words.T("wrong.taken", words.Args{"Title": h.Title}))
		}
	})
}

func (f *fondsForm) submit(next bool) {
	if !f.check() {
		f.box.SetError(words.T("wrong.fonds"))
		f.focus()
		return
	}
	if wrong := f.form.Check(); wrong != "" {
		f.form.Focus(wrong)
		return
	}
	code, values := refcode.Normalise(f.code.Text), f.form.Values()
	f.run(func(ctx context.Context) (archive.Holding, error) {
		return f.deps.Catalogue.AddFonds(ctx, code, values)
	}, func(h archive.Holding) {
		f.code.SetText("")
		f.form.Fill(describing.Values{})
		f.events.registered(h)
		if next {
			f.focus()
			return
		}
		f.leave()
	})
}
