package settings

import (
	"context"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// rootSide shows one storage root, with its originals that are not as registered; or a
// form that adds or changes one.
type rootSide struct {
	deps  Deps
	list  *rootsView
	now   Root
	loads task.Latest
	found atomic.Pointer[[]FoundFile] // row n has the id n+1

	label  *widget.Label
	state  *parts.Prose
	facts  *parts.Facts
	hash   *parts.Button
	edit   *parts.Button
	accept *parts.Button
	head   *widget.Label // of the files
	files  *parts.Table
	detail fyne.CanvasObject
	form   *rootForm
	hint   fyne.CanvasObject
	root   *fyne.Container
}

func newRootSide(d Deps, list *rootsView) *rootSide {
	s := &rootSide{deps: d, list: list, label: parts.Heading(""), state: parts.Paragraph(""), facts: parts.NewFacts(),
		head: parts.Heading(words.T("root.found"))}
	s.label.Truncation = fyne.TextTruncateEllipsis
	s.found.Store(&[]FoundFile{})
	s.hash = parts.NewButton(words.T("root.hash"), base.ConfirmIcon(), func() { s.list.hash(s.now.ID, s.now.Label) })
	s.edit = parts.NewButton(words.T("root.edit"), base.DocumentCreateIcon(), s.change)
	s.accept = parts.NewButton("", base.WarningIcon(), s.takeChanged)
	s.files = parts.NewTable(parts.TableOptions{
		Key: "settings.found", Runner: d.Runner, Memory: d.Memory, Plain: true,
		Columns: []parts.Column{
			{Key: "state", Title: words.T("root.state"), Width: 80},
			{Key: "path", Title: words.T("root.file"), Width: 200, Stretch: true},
		},
		Fetch: s.fetch,
	})
	s.form = newRootForm(d, s.leave)
	s.detail = parts.Border(container.NewVBox(s.label, s.state, s.facts,
		container.NewHBox(s.hash, s.edit), s.head, container.NewHBox(s.accept)), nil, nil, nil, s.files)
	s.hint = parts.NewEmptyState(words.T("root.none"), words.T("root.none.say"), nil)
	s.root = container.NewStack(s.hint)
	return s
}

func (s *rootSide) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	found := *s.found.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		if n := int(id) - 1; n < len(found) {
			rows[i] = parts.Row{Cells: []string{words.T("original." + string(found[n].Found) + ".short"), found[n].Path}}
		}
	}
	return rows, nil
}

func (s *rootSide) hidden() {
	s.loads.Cancel()
	s.form.loads.Cancel()
}

func (s *rootSide) put(o fyne.CanvasObject) {
	if s.root.Objects[0] != o {
		s.root.Objects = []fyne.CanvasObject{o}
		s.root.Refresh()
	}
}

// show shows a root, unless a form is open; a zero one is none.
func (s *rootSide) show(r Root) {
	s.now = r
	if s.root.Objects[0] == s.form.root {
		return
	}
	if r.ID == 0 {
		s.put(s.hint)
		return
	}
	s.label.SetText(r.Label)
	s.state.Importance = widget.MediumImportance
	say := words.T("root.present.say")
	if !r.Present {
		s.state.Importance = widget.WarningImportance
		say = words.T("root.absent.say")
	}
	s.state.SetText(say)
	s.facts.Set([]parts.Fact{
		{Name: words.T("root.path"), Value: r.Path},
		{Name: words.T("root.waits"), Value: words.Number(r.Waits)},
	})
	may := !s.deps.ReadOnly
	parts.Able(s.hash, may && r.Present && r.Hashed < r.Files)
	parts.Able(s.edit, may)
	s.accept.SetText(words.N("root.accept", r.Changed))
	parts.Able(s.accept, may && r.Present)
	s.accept.Hidden = r.Changed == 0
	unfit := r.Changed+r.Vanished > 0
	s.head.Hidden, s.files.Hidden = !unfit, !unfit
	s.put(s.detail)
	s.root.Refresh()
	if unfit {
		s.loadFound()
	}
}

func (s *rootSide) loadFound() {
	id := s.now.ID
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) ([]FoundFile, error) {
		return s.deps.Roots.Found(ctx, id)
	}, func(list []FoundFile, err error) {
		if err != nil {
			return // the counts above still say how many there are
		}
		s.found.Store(&list)
		ids := make([]archive.ID, len(list))
		for i := range ids {
			ids[i] = archive.ID(i + 1)
		}
		s.files.SetIDs(ids)
	})
}

// takeChanged asks before changed originals are taken as they are now.
func (s *rootSide) takeChanged() {
	r := s.now
	parts.Ask(s.deps.Canvas, words.N("root.accept", r.Changed), words.T("root.accept.say"), words.T("root.accept.do"), func() {
		task.Run(s.deps.Runner, words.T("root.accept.task")+" "+r.Label, func(ctx context.Context, _ func(archive.Progress)) (int, error) {
			return s.deps.Roots.Accept(ctx, r.ID)
		}, func(n int, err error) {
			if err != nil {
				parts.ShowError(s.deps.Canvas, err)
			} else {
				s.list.say(parts.Paragraph(words.N("root.accepted", n)))
			}
			s.list.load()
		})
	})
}

// add opens the form for a new root, change for the one shown.
func (s *rootSide) add() {
	s.form.begin(Root{})
	s.put(s.form.root)
	s.form.focus()
}

func (s *rootSide) change() {
	s.form.begin(s.now)
	s.put(s.form.root)
	s.form.focus()
}

// leave closes the form and goes to the root that came of it, if any.
func (s *rootSide) leave(said string) {
	s.put(s.hint)
	if said != "" {
		s.list.say(parts.Paragraph(said))
	}
	s.show(s.now)
	s.list.load()
	s.deps.Canvas.Canvas().Focus(s.list.table.Focusable())
}

// rootForm takes name and folder of a storage root.
type rootForm struct {
	deps       Deps
	close      func(said string)
	of         Root // zero: a new one
	title      *widget.Label
	hint       *parts.Prose
	label      *parts.Entry
	folder     *parts.FolderField
	labelField *parts.Field
	pathField  *parts.Field
	save       *parts.Button
	loads      task.Latest
	root       fyne.CanvasObject
}

func newRootForm(d Deps, leave func(string)) *rootForm {
	f := &rootForm{deps: d, close: leave, title: parts.Heading(""), hint: parts.Paragraph(""), label: parts.NewEntry()}
	f.folder = parts.NewFolderField(d.Runner, d.Canvas, words.T("root.folder.example"))
	f.folder.Memory = d.Memory
	f.labelField = parts.NewField(words.T("root.label"), f.label)
	f.pathField = parts.NewField(words.T("root.path"), f.folder)
	f.folder.OnChanged = func(string) { f.pathField.SetError("") }
	f.folder.OnSubmitted = func(string) { f.submit() }
	f.label.OnSubmitted = func(string) { f.submit() }
	f.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), f.submit)
	cancel := parts.NewButton(words.T("Cancel"), base.CancelIcon(), func() { f.close("") })
	f.root = container.NewVBox(f.title, f.hint, f.pathField, f.labelField, container.NewHBox(f.save, cancel))
	return f
}

func (f *rootForm) begin(r Root) {
	f.of = r
	title := "root.add"
	if r.ID != 0 {
		title = "root.edit"
	}
	f.title.SetText(words.T(title))
	f.hint.SetText(words.T(title + ".say"))
	f.folder.SetPath(r.Path)
	f.label.SetText(r.Label)
	f.labelField.SetHint("")
	if r.ID == 0 {
		f.labelField.SetHint(words.T("root.label.hint"))
	}
	f.pathField.SetError("")
}

func (f *rootForm) focus() { f.deps.Canvas.Canvas().Focus(f.folder.Entry) }

func (f *rootForm) submit() {
	path, label := f.folder.Path(), strings.TrimSpace(f.label.Text)
	if path == "" {
		f.pathField.SetError(words.T("intake.folder.missing"))
		f.focus()
		return
	}
	of := f.of
	f.save.Disable()
	task.Load(f.deps.Runner, &f.loads, func(ctx context.Context) (struct{}, error) {
		if of.ID == 0 {
			_, err := f.deps.Roots.Add(ctx, path, label)
			return struct{}{}, err
		}
		if path == of.Path {
			path = "" // it stays, also while it is not connected
		}
		return struct{}{}, f.deps.Roots.Set(ctx, of.ID, path, label)
	}, func(_ struct{}, err error) {
		f.save.Enable()
		switch archive.KindOf(err) {
		case "":
			word := "root.added"
			if of.ID != 0 {
				word = "root.changed.done"
			}
			f.close(words.T(word))
		case archive.Stopped:
		case archive.NotFound, archive.Invalid, archive.Conflict:
			told := words.Tell(err)
			f.pathField.SetError(words.Sentences(told.What, told.Do))
			f.focus()
		default:
			parts.ShowError(f.deps.Canvas, err)
		}
	})
}
