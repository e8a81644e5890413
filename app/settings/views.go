package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// View is one of the sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewGeneral View = "general"
	ViewRoots   View = "roots"
)

// views are the sides of the screen with the row that chooses one.
type views struct {
	now     View
	inView  bool // the screen is
	tabs    map[View]*parts.Button
	middle  *fyne.Container
	content fyne.CanvasObject
}

func newViews(choose func(View)) views {
	v := views{now: ViewGeneral, tabs: map[View]*parts.Button{}, middle: container.NewStack()}
	row := container.NewHBox()
	for _, name := range []View{ViewGeneral, ViewRoots} {
		v.tabs[name] = parts.NewQuiet(words.T("settings.tab."+string(name)), nil, func() { choose(name) })
		row.Add(v.tabs[name])
	}
	v.content = parts.Padded(container.NewBorder(
		container.NewVBox(parts.NewRow(parts.Title(words.T("nav.settings")), row, nil), widget.NewSeparator()),
		nil, nil, nil, v.middle))
	return v
}

// choose brings a side into view and reads it.
func (s *Screen) choose(v View) {
	s.now = v
	for name, b := range s.tabs {
		b.Importance = widget.LowImportance
		if name == v {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
	root := map[View]fyne.CanvasObject{ViewGeneral: s.general, ViewRoots: s.roots.root}[v]
	s.middle.Objects = []fyne.CanvasObject{root}
	s.middle.Refresh()
	switch {
	case !s.inView:
	case v == ViewRoots:
		s.roots.shown()
	default:
		s.roots.hidden()
		s.load()
	}
}

// TakeKey has Escape leave the form of a storage root.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	if name != fyne.KeyEscape || s.now != ViewRoots || s.roots.side.root.Objects[0] != s.roots.side.form.root {
		return false
	}
	s.roots.side.leave("")
	return true
}

// Reload reads the storage roots again when a task has ended: what is typed into the
// other side is left alone.
func (s *Screen) Reload() {
	if s.now == ViewRoots {
		s.roots.load()
	}
}
