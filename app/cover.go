package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
)

// Cover puts a page over the whole window and hides all else, dialogs too, until Uncover.
func (s *Shell) Cover(page fyne.CanvasObject) {
	if s.Covered() {
		return
	}
	c := s.window.Canvas()
	c.Unfocus()
	s.covered = append([]fyne.CanvasObject{s.window.Content()}, c.Overlays().List()...)
	for _, o := range s.covered[1:] {
		c.Overlays().Remove(o)
	}
	s.window.SetContent(container.NewBorder(parts.NewBand(s.banner()), nil, nil, nil, page))
	s.setTitle()
}

// Covered tells whether a page lies over the window.
func (s *Shell) Covered() bool { return len(s.covered) > 0 }

// Uncover shows the window as it was.
func (s *Shell) Uncover() {
	if !s.Covered() {
		return
	}
	before := s.covered
	s.covered = nil
	s.window.SetContent(before[0])
	for _, o := range before[1:] {
		s.window.Canvas().Overlays().Add(o)
	}
	s.setTitle()
}
