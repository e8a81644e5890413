package entry

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// What a person did last is remembered under these keys.
const (
	rememberNode  = "entry.node"
	rememberKind  = "entry.kind"
	rememberGroup = "entry.group"
	rememberClass = "entry.class"
)

// Screen is the screen.
type Screen struct {
	deps  Deps
	rules describe.Rules

	nodes    *nodesPane
	node     Node
	kinds    *parts.Select
	kind     archive.HoldingKind
	choices  bool // the program is choosing a kind
	code     *codeArea
	forms    map[archive.HoldingKind]*describing.Form // the one in use for a kind
	made     map[string]*describing.Form              // by kind and by what is folded away
	form     *describing.Form
	together *parts.Check // photos are described as a group
	group    *group
	save     *parts.Button

	keeper  describing.Keeper
	pending map[archive.HoldingKind]describing.Draft // left over from an earlier run
	parked  map[archive.HoldingKind]describing.Draft // typed, while another kind is entered
	asked   bool                                     // drafts were looked for
	flying  *describing.Draft                        // what is being saved
	recall  bool                                     // it is to be mended as soon as it is saved
	aside   *describing.Draft                        // typed meanwhile, when what was saved came back
	started time.Time                                // of the record in hand; zero: nothing typed yet

	editor  *describing.Editor // of a record that was saved before
	editing archive.Holding
	guest   bool // it was brought from 馆藏目录, and the person goes back there
	sitting *sitting
	images  *images

	sheets         sheets
	where, state   *widget.Label
	hint           *widget.Label // what keys do
	work           *fyne.Container
	told           *fyne.Container
	fields         *fyne.Container
	head           *fyne.Container
	kindRow        *fyne.Container
	entering       fyne.CanvasObject
	correcting     fyne.CanvasObject
	correctingHead *widget.Label
	middle         *fyne.Container
	right          *fyne.Container
	whole          fyne.CanvasObject
	loads, records task.Latest
	loaded         bool
}

// New makes the screen.
func New(d Deps) *Screen {
	if d.Now == nil {
		d.Now = time.Now
	}
	s := &Screen{deps: d, forms: map[archive.HoldingKind]*describing.Form{}, made: map[string]*describing.Form{}, pending: map[archive.HoldingKind]describing.Draft{},
		parked: map[archive.HoldingKind]describing.Draft{},
		state:  parts.Line(""), where: parts.Heading(""), told: container.NewStack(), fields: container.NewStack(),
		middle: container.NewStack(), right: container.NewStack(), work: container.NewStack(), hint: parts.Line("")}
	s.where.Truncation = fyne.TextTruncateEllipsis
	s.keeper = describing.Keeper{Drafts: d.Drafts, Runner: d.Runner, Now: s.draft, Failed: s.draftFailed}
	s.nodes = newNodesPane(d, func(n Node) { s.choose(n, "") }, func() { s.focusForm() })
	s.kinds = parts.NewSelect(nil, s.kindChosen)
	s.code = newCodeArea(d, s.codeChanged, func() { s.focusForm() })
	s.group = newGroup(d.Window, s.touched, s.relay, func() { d.Window.Canvas().Focus(s.save) })
	s.together = parts.NewCheck(words.T("entry.group"), s.grouped)
	s.save = parts.NewPrimary(words.T("entry.save"), base.DocumentSaveIcon(), func() { s.keep() })
	s.sitting = newSitting(d, s.correct)
	s.images = newImages(d)
	s.editor = describing.NewEditor(describing.EditorOptions{Runner: d.Runner, Window: d.Window, Memory: d.Memory,
		Source: d.Archive, Drafts: d.Drafts, OnSaved: s.corrected})
	s.newSheets()
	s.build()
	return s
}

func (s *Screen) build() {
	s.kindRow = container.NewHBox(s.kinds, s.together)
	s.head = container.NewVBox(parts.NewRow(nil, s.where, s.kindRow), s.told, s.code.root)
	foot := parts.NewRow(nil, s.state, s.save)
	s.entering = framed(s.head, s.fields, foot)
	s.correctingHead = parts.Heading("")
	s.correctingHead.Truncation = fyne.TextTruncateEllipsis
	back := parts.NewButton(words.T("entry.correct.back"), base.NavigateBackIcon(), func() { s.leaveCorrection() })
	s.correcting = framed(container.NewVBox(parts.NewRow(nil, s.correctingHead, back), parts.Line(words.T("entry.correct.say"))),
		s.editor.Content(), nil)
	s.middle.Objects = []fyne.CanvasObject{container.NewStack()}
	s.right.Objects = []fyne.CanvasObject{s.sitting.root}
	s.layWork()
	panes := parts.NewSplit(s.nodes.root, s.work, parts.SplitOptions{Key: "entry.nodes", Memory: s.deps.Memory, Share: 0.19})
	arrange := parts.NewQuiet(words.T("arranging.title"), base.ListIcon(), func() {
		s.deps.Open(parts.Route{Screen: "arranging", Value: parts.ArrangingValue{Holding: s.node.ID, Like: s.code.code.Text}})
	})
	title := parts.NewRow(container.NewHBox(parts.Title(words.T("nav.entry")), s.sheets.tabs.Row), s.hint, arrange)
	s.whole = parts.Padded(parts.Border(title, nil, nil, nil, panes))
}

// framed sets something between a head and a foot, which Tab reaches in this order.
func framed(head, middle, foot fyne.CanvasObject) fyne.CanvasObject {
	objects := []fyne.CanvasObject{head, middle}
	if foot != nil {
		objects = append(objects, foot)
	}
	return container.New(layout.NewBorderLayout(head, foot, nil, nil), objects...)
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.entry") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads fonds and series and goes to where a route leads.
func (s *Screen) Shown(value any) {
	s.bind(true)
	s.load(value)
	if s.loaded {
		s.focus()
	}
}

// Hidden drops loads under way. What was typed stays, here and in its draft.
func (s *Screen) Hidden() {
	s.bind(false)
	s.loads.Cancel()
	s.records.Cancel()
	s.code.hidden()
	s.keeper.Flush(nil)
	s.sheets.keeper.Flush(nil)
}

// Reload reads fonds and series again.
func (s *Screen) Reload() { s.load(nil) }

// focus gives the keyboard to where the person goes on.
func (s *Screen) focus() {
	switch {
	case s.editing.ID != 0:
		s.editor.Form().Focus("")
	case s.form != nil && s.middle.Objects[0] == s.entering:
		s.focusForm()
	}
}

func (s *Screen) focusForm() {
	switch t := s.sheet(); {
	case s.middle.Objects[0] != s.entering:
	case t != nil:
		s.deps.Window.Canvas().Focus(t.grid.Focusable()) // it may not have been drawn yet
	case s.form != nil:
		s.form.Focus("")
	}
}

// show puts something into the middle of the screen.
func (s *Screen) show(o fyne.CanvasObject) {
	if s.middle.Objects[0] != o {
		s.middle.Objects = []fyne.CanvasObject{o}
		s.middle.Refresh()
	}
}

// showRight shows the records of this sitting, or images.
func (s *Screen) showRight(o fyne.CanvasObject) {
	if s.right.Objects[0] != o {
		s.right.Objects = []fyne.CanvasObject{o}
		s.right.Refresh()
	}
}

func (s *Screen) tell(err error) {
	s.told.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.told.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	s.told.Refresh()
	s.head.Refresh()
}

// Unkept asks about records that were changed and not saved; what was begun is in its
// draft, and offered at the next start.
func (s *Screen) Unkept(then func()) {
	s.sheets.keeper.Flush(func() { s.keeper.Flush(func() { s.unsaved(then) }) })
}

// unsaved asks about what is changed and not saved.
func (s *Screen) unsaved(then func()) {
	n := s.editor.Unsaved()
	if n == 0 {
		then()
		return
	}
	s.deps.Open(parts.Route{Screen: "entry"})
	parts.Ask(s.deps.Window, words.T("holdings.unkept.title"), words.N("holdings.unkept", n), words.T("holdings.unkept.do"), func() { s.editor.Forget(then) })
}

// bind gives the screen its shortcuts while it is in view.
func (s *Screen) bind(on bool) {
	c := s.deps.Window.Canvas()
	for _, sc := range []struct {
		key fyne.KeyName
		do  func()
	}{{fyne.KeyS, s.keep}, {fyne.KeyF4, s.pin}, {fyne.KeyT, s.otherSide}} {
		shortcut := &desktop.CustomShortcut{KeyName: sc.key, Modifier: fyne.KeyModifierControl}
		if !on {
			c.RemoveShortcut(shortcut)
			continue
		}
		c.AddShortcut(shortcut, func(fyne.Shortcut) {
			if len(c.Overlays().List()) == 0 {
				sc.do()
			}
		})
	}
}

// keep is F9 and Ctrl+S: save, and on to the next.
func (s *Screen) keep() {
	if s.editing.ID != 0 {
		s.editor.Save(s.backToEntry)
		return
	}
	if t := s.sheet(); t != nil {
		if s.middle.Objects[0] == s.entering {
			t.save()
		}
		return
	}
	s.submit()
}

// pin is Ctrl+F4.
func (s *Screen) pin() {
	if s.editing.ID == 0 && s.form != nil {
		s.form.ToggleCarry()
	}
}

// repeat is F4: as in the record before.
func (s *Screen) repeat() bool {
	form := s.form
	if t := s.sheet(); t != nil && s.editing.ID == 0 {
		t.grid.FillDown()
		return true
	}
	if s.editing.ID != 0 {
		form = s.editor.Form()
	}
	return form != nil && form.Repeat(form.Focused())
}

// TakeKey takes F9 (save, and on to the next), F4 (as in the record before), F2 (back to
// the one before), F6 (images or list), F7 and F8 (turn pages) and Escape.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyF9:
		s.keep()
	case fyne.KeyF4:
		return s.repeat()
	case fyne.KeyF2:
		s.former()
	case fyne.KeyF6:
		s.turnOver()
	case fyne.KeyF7:
		s.images.viewer.Turn(-1)
	case fyne.KeyF8:
		s.images.viewer.Turn(1)
	case fyne.KeyEscape:
		if s.editing.ID == 0 {
			return false
		}
		s.leaveCorrection()
	default:
		return false
	}
	return true
}

// former goes back to the record before, which may still be on its way to the disk.
func (s *Screen) former() {
	if s.flying != nil {
		s.recall = true
		return
	}
	if id, ok := s.sitting.before(s.editing.ID); ok {
		s.correct(id)
	}
}

// turnOver shows the images of the record in place of the list, or the list again.
func (s *Screen) turnOver() {
	if s.right.Objects[0] == s.images.root || s.images.pages == 0 {
		s.showRight(s.sitting.root)
		return
	}
	s.showRight(s.images.root)
}
