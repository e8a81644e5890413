package settings

import (
	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/words"
)

// View is one of the sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewGeneral View = "general"
	ViewRoots   View = "roots"
	ViewDisks   View = "disks"
	ViewFixity  View = "fixity"
)

// newSides makes the screen around its sides.
func newSides(choose func(View)) *parts.Sides[View] {
	all := []View{ViewGeneral, ViewRoots, ViewFixity, ViewDisks}
	s := parts.NewSides(words.T("nav.settings"), choose, all...)
	for _, v := range all {
		s.SetText(v, words.T("settings.tab."+string(v)))
	}
	return s
}

// choose brings a side into view and reads it.
func (s *Screen) choose(v View) {
	s.now = v
	s.sides.Show(v, map[View]fyne.CanvasObject{ViewGeneral: s.general, ViewRoots: s.roots.root, ViewDisks: s.disks.root, ViewFixity: s.fixity.root}[v])
	if !s.inView {
		return
	}
	if v != ViewRoots {
		s.roots.hidden()
	}
	if v != ViewDisks {
		s.disks.hidden()
	}
	if v != ViewFixity {
		s.fixity.hidden()
	}
	switch v {
	case ViewFixity:
		s.fixity.shown()
	case ViewRoots:
		s.roots.shown()
	case ViewDisks:
		s.disks.shown()
	default:
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

// Reload reads the storage roots, or how far the check of originals has come, again when a
// task has ended: what is typed is left alone.
func (s *Screen) Reload() {
	switch s.now {
	case ViewRoots:
		s.roots.load()
	case ViewFixity:
		s.fixity.load()
	}
}
