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
	s.work.task.Follow()
	s.classes.work.task.Follow()
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
