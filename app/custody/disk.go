package custody

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// diskForm adds a disk to a set, after it has been looked at.
type diskForm struct {
	screen *Screen
	of     Target
	loads  task.Latest
	looks  task.Latest
	folder *parts.FolderField
	field  *parts.Field
	about  *aboutFields
	save   *parts.Button
	root   fyne.CanvasObject
}

// addDisk opens the form for a disk of a set.
func (s *Screen) addDisk(t Target) {
	f := &diskForm{screen: s, of: t}
	f.folder = parts.NewFolderField(s.deps.Runner, s.deps.Window, words.T("custody.disk.example"))
	f.folder.Memory = s.deps.Memory
	f.field = parts.NewField(words.T("custody.disk"), f.folder)
	f.field.SetHint(words.T("custody.disk.hint"))
	f.folder.OnChanged = func(string) { f.look() }
	f.folder.OnSubmitted = func(string) { f.submit() }
	f.about = newAboutFields(About{Type: words.T("custody.type.usual")}, f.submit)
	f.save = parts.NewPrimary(words.T("custody.disk.add"), base.ContentAddIcon(), f.submit)
	cancel := parts.NewButton(words.T("Cancel"), base.CancelIcon(), func() { f.loads.Cancel(); f.looks.Cancel(); s.close("") })
	f.root = parts.Scroll(container.NewVBox(parts.Heading(words.T("custody.disk.add.to", words.Args{"Name": t.Name})),
		parts.Paragraph(words.T("custody.disk.say")), f.field, f.about.root, container.NewHBox(f.save, cancel)))
	s.open(f.root, f.folder.Entry)
}

// look tells about the disk that the folder is on.
func (f *diskForm) look() {
	f.field.SetError("")
	f.field.SetHint(words.T("custody.disk.hint"))
	dir := f.folder.Path()
	if dir == "" {
		f.looks.Cancel()
		return
	}
	task.Load(f.screen.deps.Runner, &f.looks, func(ctx context.Context) (Blank, error) {
		return f.screen.deps.Archive.Look(ctx, dir)
	}, func(b Blank, err error) {
		switch {
		case archive.KindOf(err) == archive.NotFound: // it is still being typed
		case err != nil:
			f.field.SetError(wrong(err))
		case b.Size < 0:
			f.field.SetHint(words.T("custody.disk.found.some"))
		default:
			f.field.SetHint(words.T("custody.disk.found", words.Args{"Size": words.Bytes(b.Size), "Free": words.Bytes(max(b.Free, 0))}))
		}
		f.root.Refresh()
	})
}

func (f *diskForm) submit() {
	dir := f.folder.Path()
	canvas := f.screen.deps.Window.Canvas()
	if dir == "" {
		f.field.SetError(words.T("intake.folder.missing"))
		canvas.Focus(f.folder.Entry)
		return
	}
	about, ok := f.about.read()
	if !ok {
		canvas.Focus(f.about.next)
		return
	}
	f.looks.Cancel()
	f.save.Disable()
	task.Load(f.screen.deps.Runner, &f.loads, func(ctx context.Context) (int, error) {
		return f.screen.deps.Archive.AddDisk(ctx, f.of.ID, dir, about)
	}, func(number int, err error) {
		f.save.Enable()
		switch archive.KindOf(err) {
		case "":
			f.screen.close(words.T("custody.disk.added", words.Args{"Name": f.of.Name, "N": number}))
		case archive.Stopped:
		case archive.NotFound, archive.Invalid, archive.Conflict, archive.NoAccess, archive.Unavailable:
			f.field.SetError(wrong(err))
			canvas.Focus(f.folder.Entry)
		default:
			parts.ShowError(f.screen.deps.Window, err)
		}
	})
}
