// Package people is the screen 用户权限: the accounts of the archive with their roles and
// scopes, the approvals that let closed records be given out, and the purges that one person
// asks for and another agrees to. It also has the dialog
// in which somebody changes their own password.
//
// Its route value is a View to begin with, or a parts.PurgesValue; nil leaves it as it was.
package people

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
)

// View is one of the sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewAccounts  View = "accounts"
	ViewApprovals View = "approvals"
	ViewPurges    View = "purges"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Archive Archive
	Purges  PurgeArchive
	Views   []View // those that whoever acts has a right to, at least one

	// Before asks the other screens whether they may go, and calls then when they may;
	// SetUp is called when the first account was made: from then on one signs in.
	Before func(then func())
	SetUp  func()
}

// side is what stands behind a view.
type side interface {
	content() fyne.CanvasObject
	shown()
	hidden()
	load()
	save()
	leave(then func())
}

// Screen is the screen.
type Screen struct {
	deps   Deps
	now    View
	inView bool
	sides  *parts.Sides[View]
	views  map[View]side
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, views: map[View]side{}}
	s.sides = parts.NewSides(words.T("nav.people"), s.turn, d.Views...)
	for _, v := range d.Views {
		s.sides.SetText(v, words.T("people.tab."+string(v)))
		switch v {
		case ViewAccounts:
			s.views[v] = newAccounts(d)
		case ViewApprovals:
			s.views[v] = newApprovals(d)
		case ViewPurges:
			s.views[v] = newPurgeList(d)
		}
	}
	s.sides.Row.Hidden = len(d.Views) == 1
	s.choose(d.Views[0])
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.people") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

// Shown reads what is in view.
func (s *Screen) Shown(value any) {
	s.inView = true
	s.bind(true)
	if _, ok := value.(parts.PurgesValue); ok {
		value = ViewPurges
	}
	if v, ok := value.(View); ok && s.sides.Has(v) {
		s.now = v
	}
	s.choose(s.now)
}

// Hidden drops loads under way.
func (s *Screen) Hidden() {
	s.inView = false
	s.bind(false)
	s.views[s.now].hidden()
}

// turn goes to another view, unless something unsaved keeps the person.
func (s *Screen) turn(v View) {
	if v == s.now {
		return
	}
	s.views[s.now].leave(func() {
		s.views[s.now].hidden()
		s.choose(v)
	})
}

func (s *Screen) choose(v View) {
	s.now = v
	s.sides.Show(v, s.views[v].content())
	if s.inView {
		s.views[v].shown()
	}
}

// Reload reads what is in view again; what is typed stays.
func (s *Screen) Reload() { s.views[s.now].load() }

// Leave asks about what was not saved.
func (s *Screen) Leave(then func()) { s.views[s.now].leave(then) }

// TakeKey has F9 save.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	if name == fyne.KeyF9 {
		s.views[s.now].save()
	}
	return name == fyne.KeyF9
}

// bind has Ctrl+S save while the screen is in view.
func (s *Screen) bind(on bool) {
	c := s.deps.Window.Canvas()
	key := &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierControl}
	c.RemoveShortcut(key)
	if !on {
		return
	}
	c.AddShortcut(key, func(fyne.Shortcut) {
		if len(c.Overlays().List()) == 0 {
			s.views[s.now].save()
		}
	})
}
