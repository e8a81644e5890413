package people

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// rules takes what holds for all accounts.
type rules struct {
	deps    Deps
	tell    func(error)
	changed func()
	now     Rules
	strict  *parts.Check
	box     *parts.Field
	idle    *parts.Entry
	idleBox *parts.Field
	save    *parts.Button
	root    fyne.CanvasObject
}

func newRules(d Deps, tell func(error), changed func()) *rules {
	r := &rules{deps: d, tell: tell, changed: changed, idle: parts.NewEntry()}
	r.strict = parts.NewCheck(words.T("people.strict.say"), func(bool) { r.able() })
	r.box = parts.NewField(words.T("people.strict"), r.strict)
	r.idleBox = parts.NewField(words.T("people.idle"), r.idle)
	r.idle.OnChanged = func(string) { r.idleBox.SetError(""); r.able() }
	r.idle.OnNext = r.store
	r.save = parts.NewButton(words.T("people.rules.save"), base.DocumentSaveIcon(), r.store)
	r.root = container.NewVBox(r.box, parts.NewForm(2, r.idleBox, parts.NewField(" ", container.NewHBox(r.save))))
	r.able()
	return r
}

// show takes the rules in force, unless somebody is changing them.
func (r *rules) show(now Rules) {
	before := r.now
	kept, _ := r.read()
	r.now = now
	if before.Most != 0 && kept != before {
		r.able()
		return
	}
	r.strict.SetChecked(now.Strict)
	r.idle.SetText(strconv.Itoa(now.Idle))
	r.able()
}

func (r *rules) read() (Rules, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(r.idle.Text))
	got := Rules{Strict: r.strict.Checked, Idle: n, Most: r.now.Most}
	return got, err == nil && n >= 1 && n <= r.now.Most
}

func (r *rules) able() {
	if r.save == nil { // being made
		return
	}
	got, _ := r.read()
	parts.Able(r.save, got != r.now)
	r.box.SetError("")
}

func (r *rules) store() {
	want, ok := r.read()
	if !ok {
		r.idleBox.SetError(words.T("people.idle.wrong", words.Args{"Most": r.now.Most}))
		r.deps.Window.Canvas().Focus(r.idle)
		return
	}
	r.save.Disable()
	task.Run(r.deps.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, r.deps.Archive.SetRules(ctx, want)
	}, func(_ struct{}, err error) {
		r.able()
		switch {
		case err == nil:
			r.now = want
			r.able()
			r.tell(nil)
			r.changed()
		case archive.KindOf(err) == archive.Conflict:
			r.box.SetError(words.T("people.strict.wrong", words.Args{"Name": words.Subject(err)}))
		default:
			r.tell(err)
		}
	}, task.Quiet())
}
