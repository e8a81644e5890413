package custody

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

// kinds are the kinds of target that can be begun here.
func kinds() []archive.TargetKind {
	return []archive.TargetKind{archive.TargetDisks, archive.TargetFolder}
}

// targetForm takes a new target.
type targetForm struct {
	screen *Screen
	loads  task.Latest
	kind   *parts.Select
	name   *parts.Entry
	set    *parts.Select
	folder *parts.FolderField
	fields struct{ name, folder *parts.Field }
	save   *parts.Button
	root   fyne.CanvasObject
}

// addTarget opens the form for a new target.
func (s *Screen) addTarget() {
	f := &targetForm{screen: s, name: parts.NewEntry()}
	var kindNames, setNames []string
	for _, k := range kinds() {
		kindNames = append(kindNames, words.T("custody.kind."+string(k)))
	}
	for _, set := range archive.CopySets() {
		setNames = append(setNames, words.T("offsite.set."+string(set)))
	}
	f.folder = parts.NewFolderField(s.deps.Runner, s.deps.Window, words.T("custody.folder.example"))
	f.folder.Memory = s.deps.Memory
	f.fields.name = parts.NewField(words.T("custody.name.label"), f.name)
	f.fields.name.SetHint(words.T("custody.name.hint"))
	f.fields.folder = parts.NewField(words.T("custody.folder"), f.folder)
	f.fields.folder.SetHint(words.T("custody.folder.hint"))
	f.kind = parts.NewSelect(kindNames, func(int) { f.shape() })
	f.set = parts.NewSelect(setNames, func(int) {})
	f.name.OnChanged = func(string) { f.fields.name.SetError("") }
	f.folder.OnChanged = func(string) { f.fields.folder.SetError("") }
	f.folder.OnSubmitted = func(string) { f.submit() }
	f.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), f.submit)
	cancel := parts.NewButton(words.T("Cancel"), base.CancelIcon(), func() { f.loads.Cancel(); s.close("") })
	f.root = parts.Scroll(container.NewVBox(parts.Heading(words.T("custody.add")), parts.Paragraph(words.T("custody.add.say")),
		parts.NewForm(3, f.fields.name, parts.NewField(words.T("custody.kind"), f.kind), parts.NewField(words.T("custody.set"), f.set)),
		f.fields.folder, container.NewHBox(f.save, cancel)))
	f.kind.SetSelectedIndex(0)
	f.set.SetSelectedIndex(max(indexOf(archive.CopySets(), archive.SetElsewhere), 0))
	s.open(f.root, f.name)
}

func indexOf(list []archive.CopySet, want archive.CopySet) int {
	for i, one := range list {
		if one == want {
			return i
		}
	}
	return -1
}

// shape shows the folder where one is wanted.
func (f *targetForm) shape() {
	f.fields.folder.Hidden = kinds()[max(f.kind.SelectedIndex(), 0)] != archive.TargetFolder
	if f.root != nil {
		f.root.Refresh()
	}
}

func (f *targetForm) submit() {
	n := NewTarget{Name: strings.TrimSpace(f.name.Text), Kind: kinds()[max(f.kind.SelectedIndex(), 0)], Set: archive.CopySets()[max(f.set.SelectedIndex(), 0)]}
	canvas := f.screen.deps.Window.Canvas()
	if n.Name == "" {
		f.fields.name.SetError(words.T("custody.name.missing"))
		canvas.Focus(f.name)
		return
	}
	if n.Kind == archive.TargetFolder {
		if n.Dir = f.folder.Path(); n.Dir == "" {
			f.fields.folder.SetError(words.T("intake.folder.missing"))
			canvas.Focus(f.folder.Entry)
			return
		}
	}
	f.save.Disable()
	task.Load(f.screen.deps.Runner, &f.loads, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, f.screen.deps.Archive.Begin(ctx, n)
	}, func(_ struct{}, err error) {
		f.save.Enable()
		switch {
		case err == nil:
			f.screen.chosen(n.Name)
			f.screen.close(words.T("custody.added."+string(n.Kind), words.Args{"Name": n.Name}))
		case n.Kind == archive.TargetFolder && archive.KindOf(err) != archive.NotAllowed && words.Subject(err) != n.Name:
			f.fields.folder.SetError(wrong(err))
			canvas.Focus(f.folder.Entry)
		case archive.KindOf(err) == archive.Conflict || archive.KindOf(err) == archive.Invalid:
			f.fields.name.SetError(wrong(err))
			canvas.Focus(f.name)
		default:
			parts.ShowError(f.screen.deps.Window, err)
		}
	})
}

// wrong is what a field says of an error.
func wrong(err error) string {
	told := words.Tell(err)
	return words.Sentences(told.What, told.Do)
}

// aboutFields take what is written down of a medium.
type aboutFields struct {
	kind, serial, keeping, next, note *parts.Entry
	nextField                         *parts.Field
	root                              *fyne.Container
}

func newAboutFields(a About, done func()) *aboutFields {
	f := &aboutFields{kind: parts.NewEntry(), serial: parts.NewEntry(), keeping: parts.NewEntry(), next: parts.NewEntry(), note: parts.NewEntry()}
	f.kind.SetText(a.Type)
	f.serial.SetText(a.Serial)
	f.keeping.SetText(a.Keeping)
	f.note.SetText(a.Note)
	if a.NextCheck != 0 {
		f.next.SetText(day(a.NextCheck))
	}
	f.serial.SetPlaceHolder(words.T("custody.serial.example"))
	f.keeping.SetPlaceHolder(words.T("custody.keeping.example"))
	f.next.SetPlaceHolder(words.T("custody.next.example"))
	f.nextField = parts.NewField(words.T("custody.next"), f.next)
	f.next.OnChanged = func(string) { f.nextField.SetError("") }
	f.note.OnSubmitted = func(string) { done() }
	f.root = parts.NewForm(3, parts.NewField(words.T("custody.type"), f.kind), parts.NewField(words.T("custody.serial"), f.serial),
		parts.NewField(words.T("custody.keeping"), f.keeping), f.nextField, parts.NewField(words.T("custody.note"), f.note))
	return f
}

// read gives what was written; ok is false where a day is none, which the field says.
func (f *aboutFields) read() (a About, ok bool) {
	a = About{Type: strings.TrimSpace(f.kind.Text), Serial: strings.TrimSpace(f.serial.Text), Keeping: strings.TrimSpace(f.keeping.Text),
		Note: strings.TrimSpace(f.note.Text)}
	at, ok := words.ReadDay(f.next.Text)
	if !ok {
		f.nextField.SetError(words.T("custody.next.wrong"))
	}
	if ok && !at.IsZero() {
		a.NextCheck = at.UnixMilli()
	}
	return a, ok
}

// describe opens the form for what is written down of a medium.
func (s *Screen) describe(t Target, m Medium) {
	var loads task.Latest
	var about *aboutFields
	var save *parts.Button
	submit := func() {
		a, ok := about.read()
		if !ok {
			s.deps.Window.Canvas().Focus(about.next)
			return
		}
		save.Disable()
		task.Load(s.deps.Runner, &loads, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, s.deps.Archive.SetAbout(ctx, m.ID, a)
		}, func(_ struct{}, err error) {
			save.Enable()
			if err != nil {
				parts.ShowError(s.deps.Window, err)
				return
			}
			s.close(words.T("custody.about.saved", words.Args{"N": m.Number}))
		})
	}
	about = newAboutFields(About{Type: m.Type, Serial: m.Serial, Keeping: m.Keeping, Note: m.Note, NextCheck: m.NextCheck}, submit)
	save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), submit)
	cancel := parts.NewButton(words.T("Cancel"), base.CancelIcon(), func() { loads.Cancel(); s.close("") })
	s.open(parts.Scroll(container.NewVBox(parts.Heading(words.T("custody.about.of", words.Args{"Name": t.Name, "N": m.Number})),
		about.root, container.NewHBox(save, cancel))), about.kind)
}

// chosen has the target of a name chosen once it is listed.
func (s *Screen) chosen(name string) { s.want = name }
