// Package arranging is the screen 档号整理: the classes of numbers of a series with what is
// missing and what stands twice, the records of one of them, and the operations of arranging,
// each shown before it is done.
//
// Its route value is a parts.ArrangingValue: the class of what it names is shown. Without a
// value the screen is as it was left.
package arranging

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Screen is the screen.
type Screen struct {
	deps    Deps
	classes *classesPane
	class   *classPane
	form    *form // nil: none is open
	preview *preview
	again   func(context.Context) (proposal, error) // makes the plan in view anew
	subject asked                                   // what the plan in view is about
	work    *working

	right   *fyne.Container
	middle  *fyne.Container
	panes   fyne.CanvasObject
	empty   fyne.CanvasObject
	lead    *parts.Button
	fault   *parts.Fault
	whole   fyne.CanvasObject
	loads   task.Latest
	loaded  bool
	silence func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, right: container.NewStack(), middle: container.NewStack()}
	s.fault = parts.NewFault(func() { s.Shown(nil) })
	s.classes = newClassesPane(d, s.openClass, func() { s.focus(s.class.table.Focusable()) })
	s.class = newClassPane(d, s.enter, s.begin)
	s.class.know, s.classes.came = s.classes.numbering, s.class.describe
	s.preview = newPreview(d, s.carry, s.back)
	s.work = newWorking(d)
	s.work.moved = s.busy
	s.lead = parts.NewPrimary(words.T("nav.holdings"), base.StorageIcon(), func() { d.Open(parts.Route{Screen: "holdings"}) })
	s.empty = parts.NewEmptyState(words.T("arranging.empty"), words.T("arranging.empty.say"), s.lead)
	right := parts.Border(s.work.root, nil, nil, nil, s.right)
	s.right.Objects = []fyne.CanvasObject{s.class.root}
	s.panes = parts.NewSplit(s.classes.root, right, parts.SplitOptions{Key: "arranging.panes", Memory: d.Memory, Share: 0.42})
	s.middle.Objects = []fyne.CanvasObject{s.panes}
	entry := parts.NewQuiet(words.T("nav.entry"), base.NavigateBackIcon(), func() { d.Open(parts.Route{Screen: "entry"}) })
	title := parts.NewRow(parts.Title(words.T("arranging.title")), parts.Line(words.T("arranging.keys")), entry)
	s.whole = parts.Padded(parts.Border(container.NewVBox(title, s.fault.Box), nil, nil, nil, s.middle))
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("arranging.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// where is what has to be known before a class can be shown.
type where struct {
	scopes []Scope
	at     At
}

// Shown reads fonds and series and goes to where a route leads.
func (s *Screen) Shown(value any) {
	s.bind(true)
	if s.silence == nil {
		s.silence = s.deps.Runner.Listen(s.follow)
	}
	v, routed := value.(parts.ArrangingValue)
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (w where, err error) {
		if w.scopes, err = s.deps.Archive.Scopes(ctx); err == nil && routed && v.Holding != 0 {
			w.at, err = s.deps.Archive.Find(ctx, v.Holding, v.Like)
		}
		return w, err
	}, func(w where, err error) {
		s.fault.Show(err)
		if err == nil {
			s.arrive(w, routed && v.Holding != 0)
		}
	})
}

// arrive shows what was read.
func (s *Screen) arrive(w where, routed bool) {
	begin := s.classes.first
	s.classes.setScopes(w.scopes)
	at := w.at
	if !routed {
		at.Below = begin()
		if s.loaded {
			at = At{Below: s.classes.below, Class: s.classes.want}
		}
	}
	if begin() == "" {
		parts.Put(s.middle, s.empty)
		s.focus(s.lead)
		return
	}
	parts.Put(s.middle, s.panes)
	if routed && at.Class != "" {
		s.leavePreview()
		s.closeForm()
		if at.Record != 0 {
			s.class.want = []archive.ID{at.Record}
		}
		s.openClass(at.Class)
	}
	s.loaded = true
	s.classes.show(at.Below, at.Class)
	s.focus(s.classes.table.Focusable())
}

// Hidden drops loads under way. What was begun stays.
func (s *Screen) Hidden() {
	s.bind(false)
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
	s.loads.Cancel()
	s.classes.hidden()
	s.class.loads.Cancel()
}

// Reload reads the class again, and the classes of one series with it. A plan in view stays:
// whether it still holds is seen when it is carried out.
func (s *Screen) Reload() {
	if s.right.Objects[0] != s.class.root || s.form != nil {
		return
	}
	if s.classes.small() {
		s.classes.read()
	}
	if s.class.now.Prefix != "" {
		s.openClass(s.class.now.Prefix)
	}
}

// Unkept asks about an order that was begun and not carried out.
func (s *Screen) Unkept(then func()) {
	if len(s.class.orders) == 0 {
		then()
		return
	}
	s.deps.Open(parts.Route{Screen: "arranging"})
	parts.Ask(s.deps.Window, words.T("arranging.unkept.title"), words.T("arranging.unkept"), words.T("arranging.unkept.do"), then)
}

func (s *Screen) follow() {
	s.work.follow()
	s.classes.work.follow()
}

// focus gives the keyboard to something, while the screen is in view.
func (s *Screen) focus(f fyne.Focusable) {
	if s.silence != nil {
		s.deps.Window.Canvas().Focus(f)
	}
}

// enter goes into a volume.
func (s *Screen) enter(prefix string) {
	s.classes.mark(prefix)
	s.openClass(prefix)
}

// openClass shows the records of a class.
func (s *Screen) openClass(prefix string) {
	s.leavePreview()
	if prefix != s.class.now.Prefix {
		s.closeForm()
	}
	s.class.load(prefix)
}

// bind gives the screen its shortcuts while it is in view.
func (s *Screen) bind(on bool) {
	c := s.deps.Window.Canvas()
	for key, by := range map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1} {
		shortcut := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt}
		if !on {
			c.RemoveShortcut(shortcut)
			continue
		}
		c.AddShortcut(shortcut, func(fyne.Shortcut) {
			if len(c.Overlays().List()) == 0 && s.right.Objects[0] == s.class.root && s.form == nil && !s.work.busy() {
				s.class.shift(by)
			}
		})
	}
}

// TakeKey takes F9 (preview, then carry out) and Escape (a step back).
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	inPreview := s.right.Objects[0] == s.preview.root
	switch {
	case name == fyne.KeyF9 && inPreview:
		if !s.preview.do.Disabled() {
			s.carry()
		}
	case name == fyne.KeyF9 && s.form != nil:
		s.propose()
	case name == fyne.KeyEscape && inPreview:
		s.back()
	case name == fyne.KeyEscape && s.form != nil:
		s.closeForm()
		s.focus(s.class.table.Focusable())
	case name == fyne.KeyEscape:
		return s.class.drop()
	default:
		return false
	}
	return true
}

// begin asks for what an operation has to know, or shows it at once.
func (s *Screen) begin(d deed) {
	if s.work.busy() {
		return
	}
	s.class.outcome("", widget.MediumImportance)
	s.form = newForm(d, s.class.asked(), s.propose, func() { s.closeForm(); s.focus(s.class.table.Focusable()) })
	if len(d.fields) == 0 {
		s.propose()
		return
	}
	parts.Put(s.class.top, s.form.root)
	s.class.root.Refresh()
	s.focus(s.form.first)
}

func (s *Screen) closeForm() {
	if s.form == nil {
		return
	}
	s.form = nil
	parts.Put(s.class.top, s.class.grid)
	s.class.tell("")
	s.class.root.Refresh()
}

// propose makes the plan of the operation that was begun and shows it.
func (s *Screen) propose() {
	if s.form == nil || s.work.busy() {
		return
	}
	d, q := s.form.deed, s.form.take(s.class.asked())
	if why := reason(d, q); why != "" {
		s.class.tell(why)
		return
	}
	if s.form.missing(s.deps.Window.Canvas()) {
		s.class.root.Refresh()
		return
	}
	s.class.tell("")
	s.subject = q
	s.again = func(ctx context.Context) (proposal, error) { return d.plan(ctx, s.deps.Archive, q) }
	s.plan(false)
}

// plan makes the plan in view, anew where the class had changed.
func (s *Screen) plan(stale bool) {
	again := s.again
	start(s.work, words.T("arranging.planning"), func(ctx context.Context, _ func(archive.Progress)) (proposal, error) {
		return again(ctx)
	}, func(p proposal, err error) {
		switch {
		case err == nil:
			parts.Put(s.right, s.preview.root)
			s.preview.show(p, stale)
			s.focus(s.preview.table.Focusable())
		case stale:
			s.preview.fault.Show(err)
			s.preview.root.Refresh()
		case s.form != nil && len(s.form.deed.fields) > 0:
			s.form.fail(err)
			s.class.root.Refresh()
		default:
			s.form = nil
			s.class.fault.Show(err)
			s.class.root.Refresh()
		}
	})
}

func (s *Screen) leavePreview() {
	if s.right.Objects[0] != s.class.root {
		parts.Put(s.right, s.class.root)
		if s.form != nil && len(s.form.deed.fields) == 0 {
			s.form = nil
		}
	}
}

// back leaves the preview; what was typed stays.
func (s *Screen) back() {
	s.leavePreview()
	if s.form != nil {
		s.focus(s.form.first)
		return
	}
	s.focus(s.class.table.Focusable())
}

// busy holds back what writes while something is under way.
func (s *Screen) busy() {
	if s.work.busy() {
		s.preview.do.Disable()
		s.preview.back.Disable()
		return
	}
	s.preview.back.Enable()
	if now := s.preview.now.Load(); now != nil && len(now.why) == 0 && !now.nothing {
		s.preview.do.Enable()
	}
}

// carry does what the preview shows.
func (s *Screen) carry() {
	now := s.preview.now.Load()
	if now == nil || s.work.busy() {
		return
	}
	what := now.proposal
	start(s.work, words.T("arranging.carrying"), func(ctx context.Context, _ func(archive.Progress)) (done, error) {
		return what.carry(ctx)
	}, func(d done, err error) {
		switch {
		case archive.KindOf(err) == archive.Conflict && err != nil && what.kind != archive.OpCodeVacancy:
			s.plan(true)
		case err != nil:
			s.preview.fault.Show(err)
			s.preview.root.Refresh()
		default:
			s.carried(what, d)
		}
	})
}

// carried says what was done, and offers to take it back.
func (s *Screen) carried(what proposal, d done) {
	delete(s.class.orders, s.subject.class.Prefix)
	s.leavePreview()
	s.closeForm()
	s.class.want = s.subject.ids()
	undo := parts.NewButton(words.T("arranging.undo"), base.ContentUndoIcon(), func() { s.undo(what, d) })
	log := parts.NewQuiet(words.T("arranging.log"), base.HistoryIcon(), func() {
		s.deps.Open(parts.Route{Screen: "importing", Value: parts.DeedsValue{}})
	})
	more := []fyne.CanvasObject{undo, log}
	if d.fresh != 0 {
		s.class.want = []archive.ID{d.fresh}
		more = append(more, parts.NewQuiet(words.T("arranging.describe"), base.DocumentCreateIcon(), func() {
			s.deps.Open(parts.Route{Screen: "entry", Value: parts.EntryValue{Record: d.fresh}})
		}))
	}
	s.class.outcome(d.say, widget.SuccessImportance, more...)
	s.refresh(what.fonds)
	s.focus(s.class.table.Focusable())
}

// refresh reads again what an operation may have changed.
func (s *Screen) refresh(fonds []string) {
	s.classes.renew(fonds)
	s.openClass(s.class.now.Prefix)
}

// undo takes back what was just done.
func (s *Screen) undo(what proposal, d done) {
	if s.work.busy() {
		return
	}
	start(s.work, words.T("arranging.undoing"), func(ctx context.Context, report func(archive.Progress)) (int, error) {
		return s.deps.Archive.Undo(ctx, d.op, d.removal, report)
	}, func(kept int, err error) {
		switch {
		case err != nil:
			s.class.fault.Show(err)
			s.class.root.Refresh()
			return
		case kept > 0:
			s.class.outcome(words.N("arranging.undone.kept", kept), widget.WarningImportance)
		default:
			s.class.outcome(words.T("arranging.undone"), widget.SuccessImportance)
		}
		s.class.want = s.subject.ids()
		s.refresh(what.fonds)
		s.focus(s.class.table.Focusable())
	})
}
