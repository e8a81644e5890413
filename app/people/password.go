package people

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
)

// passwords takes a new password twice.
type passwords struct {
	window       fyne.Window
	first, again *parts.Entry
	boxes        [2]*parts.Field
}

// newPasswords makes the two fields; done is called when Enter is pressed in the second.
func newPasswords(w fyne.Window, done func()) *passwords {
	p := &passwords{window: w, first: parts.NewEntry(), again: parts.NewEntry()}
	p.first.Password, p.again.Password = true, true
	p.boxes = [2]*parts.Field{parts.NewField(words.T("people.password.new"), p.first), parts.NewField(words.T("people.password.again"), p.again)}
	p.boxes[0].SetHint(words.T("people.password.length", words.Args{"Least": access.ShortestPassword, "Most": access.LongestPassword}))
	for i, e := range []*parts.Entry{p.first, p.again} {
		e.OnChanged = func(string) { p.boxes[i].SetError("") }
	}
	p.first.OnFocus = func(focused bool) {
		if !focused && p.first.Text != "" {
			p.checkLength()
		}
	}
	p.first.OnNext = func() { w.Canvas().Focus(p.again) }
	p.again.OnNext = done
	return p
}

func (p *passwords) clear() {
	for i, e := range []*parts.Entry{p.first, p.again} {
		e.SetText("")
		p.boxes[i].SetError("")
	}
}

func (p *passwords) empty() bool { return p.first.Text == "" && p.again.Text == "" }

func (p *passwords) checkLength() bool {
	n := len([]rune(p.first.Text))
	fits := n >= access.ShortestPassword && n <= access.LongestPassword
	if !fits {
		p.boxes[0].SetError(words.T("people.password.wrong", words.Args{"N": n, "Least": access.ShortestPassword, "Most": access.LongestPassword}))
	}
	return fits
}

// read gives the password, or marks what is wrong with it.
func (p *passwords) read() (string, bool) {
	switch {
	case !p.checkLength():
		p.window.Canvas().Focus(p.first)
		return "", false
	case p.again.Text != p.first.Text:
		p.boxes[1].SetError(words.T("people.password.differ"))
		p.window.Canvas().Focus(p.again)
		return "", false
	}
	return p.first.Text, true
}

// formDialog asks for something that may have to be mended: try is told of a press of the
// last button, and calls hide when all is well.
func formDialog(w fyne.Window, title, action string, form fyne.CanvasObject, height float32, try func(do *parts.Button, hide func())) (do *parts.Button) {
	buttons := parts.Dialog(w, title, parts.Sized(form, 440, height), parts.Answer{Label: words.T("Cancel")}, parts.Answer{Label: action})
	do = buttons[1]
	hide := do.OnTapped
	do.OnTapped = func() { try(do, hide) }
	return do
}

// setPassword asks for another password of somebody's account.
func setPassword(d Deps, p archive.Person, done func()) {
	var do *parts.Button
	pair := newPasswords(d.Window, func() { do.OnTapped() })
	message := container.NewStack()
	form := container.NewVBox(parts.Paragraph(words.T("people.password.set.say", words.Args{"Name": p.Name})), pair.boxes[0], pair.boxes[1], message)
	do = formDialog(d.Window, words.T("people.password.set"), words.T("people.password.set.do"), form, 230, func(do *parts.Button, hide func()) {
		password, ok := pair.read()
		if !ok {
			return
		}
		do.Disable()
		task.Run(d.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			return struct{}{}, d.Archive.SetPassword(ctx, p.ID, password)
		}, func(_ struct{}, err error) {
			do.Enable()
			if err != nil {
				tellIn(message, err)
				return
			}
			hide()
			done()
		}, task.Quiet())
	})
	d.Window.Canvas().Focus(pair.first)
}

func tellIn(place *fyne.Container, err error) {
	place.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	place.Refresh()
}

// OwnDeps are what the dialog of somebody's own password needs.
type OwnDeps struct {
	Runner *task.Runner
	Window fyne.Window
	Name   string // of who has signed in
	// Change gives them another password, off the UI goroutine. It is NotAllowed when the
	// old one is wrong, with an access.Refusal when the account rests.
	Change func(ctx context.Context, old, password string) error
}

// OwnPassword lets whoever has signed in change their password.
func OwnPassword(d OwnDeps) {
	var do *parts.Button
	old := parts.NewEntry()
	old.Password = true
	oldBox := parts.NewField(words.T("people.password.old"), old)
	old.OnChanged = func(string) { oldBox.SetError("") }
	pair := newPasswords(d.Window, func() { do.OnTapped() })
	old.OnNext = func() { d.Window.Canvas().Focus(pair.first) }
	message := container.NewStack()
	form := container.NewVBox(parts.Paragraph(words.T("people.password.own.say", words.Args{"Name": d.Name})), oldBox, pair.boxes[0], pair.boxes[1], message)
	do = formDialog(d.Window, words.T("people.password.own"), words.T("people.password.own.do"), form, 280, func(do *parts.Button, hide func()) {
		if old.Text == "" {
			oldBox.SetError(words.T("people.password.old.missing"))
			d.Window.Canvas().Focus(old)
			return
		}
		was := old.Text
		password, ok := pair.read()
		if !ok {
			return
		}
		do.Disable()
		task.Run(d.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			return struct{}{}, d.Change(ctx, was, password)
		}, func(_ struct{}, err error) {
			do.Enable()
			refusal := (*access.Refusal)(nil)
			switch {
			case err == nil:
				hide()
				parts.Dialog(d.Window, words.T("people.password.own"), parts.Sized(parts.Paragraph(words.T("people.password.own.done")), 400, 40),
					parts.Answer{Label: words.T("action.close")})
			case archive.KindOf(err) == archive.NotAllowed && !errors.As(err, &refusal):
				oldBox.SetError(words.T("people.password.old.wrong"))
				d.Window.Canvas().Focus(old)
			default:
				tellIn(message, err)
			}
		}, task.Quiet())
	})
	d.Window.Canvas().Focus(old)
}
