package tasks

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// ruleForm takes a rule of the order of recognition.
type ruleForm struct {
	deps      Deps
	took      func(Rule)
	fonds     *parts.Entry
	years     *parts.Entry
	retention *parts.Entry
	fields    [3]*parts.Field // of fonds, years, retention
	do        *parts.Button
	loads     task.Latest
	root      fyne.CanvasObject
}

func newRuleForm(d Deps, took func(Rule)) *ruleForm {
	f := &ruleForm{deps: d, took: took, fonds: parts.NewEntry(), years: parts.NewEntry(), retention: parts.NewEntry()}
	for i, e := range []struct {
		entry *parts.Entry
		word  string
	}{{f.fonds, "queue.fonds"}, {f.years, "queue.years"}, {f.retention, "queue.retention"}} {
		e.entry.SetPlaceHolder(words.T(e.word + ".example"))
		e.entry.OnSubmitted = func(string) { f.submit() }
		f.fields[i] = parts.NewField(words.T(e.word), e.entry)
		e.entry.OnChanged = func(string) { f.fields[i].SetError("") }
	}
	f.do = parts.NewPrimary(words.T("queue.add.do"), base.ContentAddIcon(), f.submit)
	f.root = container.NewVBox(parts.Heading(words.T("queue.add")),
		parts.NewForm(4, f.fields[0], f.fields[1], f.fields[2], parts.NewField(" ", container.NewHBox(f.do))))
	return f
}

// submit checks the rule and hands it on; what is wrong is marked at its field.
func (f *ruleForm) submit() {
	for _, field := range f.fields {
		field.SetError("")
	}
	if years := strings.TrimSpace(f.years.Text); years != "" {
		if _, err := f.deps.Queue.Parse("", years, ""); err != nil {
			f.wrong(1, words.T("queue.years.wrong"))
			return
		}
	}
	rule, err := f.deps.Queue.Parse(f.fonds.Text, f.years.Text, f.retention.Text)
	if err != nil {
		f.wrong(0, words.T("queue.add.empty"))
		return
	}
	f.do.Disable()
	task.Load(f.deps.Runner, &f.loads, func(ctx context.Context) ([]string, error) {
		return f.deps.Queue.UnknownFonds(ctx, rule.Fonds)
	}, func(unknown []string, err error) {
		f.do.Enable()
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			parts.ShowError(f.deps.Window, err)
		case len(unknown) > 0:
			f.wrong(0, words.T("queue.fonds.unknown", words.Args{"Fonds": strings.Join(unknown, "、")}))
		default:
			for _, e := range []*parts.Entry{f.fonds, f.years, f.retention} {
				e.SetText("")
			}
			f.took(rule)
		}
	})
}

func (f *ruleForm) wrong(field int, say string) {
	f.fields[field].SetError(say)
	f.deps.Window.Canvas().Focus([]*parts.Entry{f.fonds, f.years, f.retention}[field])
}

// always is how the absence of hours is written.
const always = "always"

// hoursForm takes the hours of recognition.
type hoursForm struct {
	deps     Deps
	done     func()
	shown    string // the hours in force
	choice   *parts.Select
	from, to *parts.Entry
	fields   [3]*parts.Field // of choice, from, to
	save     *parts.Button
	root     fyne.CanvasObject
}

func newHoursForm(d Deps, done func()) *hoursForm {
	f := &hoursForm{deps: d, done: done, from: parts.NewEntry(), to: parts.NewEntry()}
	f.choice = parts.NewSelect([]string{words.T("queue.hours.always"), words.T("queue.hours.some")}, func(int) { f.changed() })
	f.from.SetPlaceHolder("19:00")
	f.to.SetPlaceHolder("07:00")
	for _, e := range []*parts.Entry{f.from, f.to} {
		e.OnSubmitted = func(string) { f.submit() }
		e.OnChanged = func(string) { f.changed() }
	}
	f.fields = [3]*parts.Field{parts.NewField(words.T("queue.hours"), f.choice), parts.NewField(words.T("queue.hours.from"), f.from),
		parts.NewField(words.T("queue.hours.to"), f.to)}
	f.save = parts.NewButton(words.T("action.save"), base.DocumentSaveIcon(), f.submit)
	f.choice.SetSelectedIndex(0)
	f.root = parts.NewForm(4, f.fields[0], f.fields[1], f.fields[2], parts.NewField(" ", container.NewHBox(f.save)))
	return f
}

// show takes the hours in force, unless somebody is changing them.
func (f *hoursForm) show(hours string) {
	if f.shown != "" && f.hours() != f.shown {
		return
	}
	f.shown = hours
	from, to, some := strings.Cut(hours, "-")
	f.from.SetText(from)
	f.to.SetText(to)
	if some {
		f.choice.SetSelectedIndex(1)
	} else {
		f.from.SetText("")
		f.choice.SetSelectedIndex(0)
	}
	f.changed()
}

func (f *hoursForm) hours() string {
	if f.choice.SelectedIndex() == 0 {
		return always
	}
	return strings.TrimSpace(f.from.Text) + "-" + strings.TrimSpace(f.to.Text)
}

func (f *hoursForm) changed() {
	if f.save == nil { // being made
		return
	}
	f.fields[1].SetError("")
	for _, e := range []*parts.Entry{f.from, f.to} {
		parts.Able(e, f.choice.SelectedIndex() != 0)
	}
	parts.Able(f.save, f.hours() != f.shown)
}

func (f *hoursForm) submit() {
	hours := strings.ReplaceAll(f.hours(), "：", ":")
	if err := f.deps.Queue.CheckHours(hours); err != nil {
		f.fields[1].SetError(words.T("queue.hours.wrong"))
		f.deps.Window.Canvas().Focus(f.from)
		return
	}
	f.save.Disable()
	task.Run(f.deps.Runner, words.T("queue.hours.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, f.deps.Queue.SetHours(ctx, hours)
	}, func(_ struct{}, err error) {
		if err != nil {
			f.save.Enable()
			parts.ShowError(f.deps.Window, err)
			return
		}
		f.shown = ""
		f.done()
	}, task.Quiet())
}
