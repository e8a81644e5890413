package people

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
	"lantai/archive/access"
)

// first says that the archive has no accounts, what it means to have some, and takes the
// first.
type first struct {
	deps    Deps
	tell    func(error)
	busy    bool
	name    *parts.Entry
	nameBox *parts.Field
	pair    *passwords
	do      *parts.Button
	root    fyne.CanvasObject
}

func newFirst(d Deps, tell func(error)) *first {
	f := &first{deps: d, tell: tell, name: parts.NewEntry()}
	f.pair = newPasswords(d.Window, f.make)
	f.nameBox = parts.NewField(words.T("people.first.name"), f.name)
	f.nameBox.SetHint(words.T("people.name.hint"))
	f.name.OnChanged = func(string) { f.nameBox.SetError("") }
	f.name.OnNext = func() { d.Window.Canvas().Focus(f.pair.first) }
	f.do = parts.NewPrimary(words.T("people.first.do"), base.AccountIcon(), f.make)
	column := container.NewVBox(parts.Heading(words.T("people.first.none")), parts.Paragraph(words.T("people.first.stays")), parts.Heading(words.T("people.first")))
	for _, key := range []string{"who", "after", "lost", "log"} {
		column.Add(parts.Paragraph(words.T("people.first." + key)))
	}
	column.Add(parts.NewForm(2, f.nameBox, parts.NewField(words.T("people.roles"), parts.Paragraph(words.T("people.first.roles"))), f.pair.boxes[0], f.pair.boxes[1]))
	column.Add(container.NewHBox(f.do))
	f.root = parts.Scroll(column)
	return f
}

func (f *first) focus() { f.deps.Window.Canvas().Focus(f.name) }

// make asks the other screens whether they may go, and makes the account.
func (f *first) make() {
	name := strings.TrimSpace(f.name.Text)
	if f.busy {
		return
	}
	if name == "" {
		f.nameBox.SetError(words.T("people.name.missing"))
		f.focus()
		return
	}
	password, ok := f.pair.read()
	if !ok {
		return
	}
	f.deps.Before(func() {
		f.wait(true)
		task.Run(f.deps.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (archive.ID, error) {
			return f.deps.Archive.Add(ctx, archive.Person{Name: name, Clearance: int(access.Internal)}, password)
		}, func(_ archive.ID, err error) {
			f.wait(false)
			f.tell(err)
			if err == nil {
				f.pair.clear()
				f.deps.SetUp()
			}
		}, task.Quiet())
	})
}

func (f *first) wait(busy bool) {
	f.busy = busy
	parts.Able(f.do, !busy)
}
