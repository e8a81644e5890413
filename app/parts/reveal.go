package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

// holder is a part with other things inside, which the toolkit does not tell of.
type holder interface{ held() []fyne.CanvasObject }

// reveal scrolls whatever an object lies in until the object can be seen: Tab may lead
// to what has left the view, and the toolkit leaves it there.
func reveal(o fyne.CanvasObject) { revealPart(o, 0, o.Size().Height) }

// revealPart does so for the part of an object from one height to another.
func revealPart(o fyne.CanvasObject, from, to float32) {
	c := canvasOf(o)
	if c == nil {
		return
	}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	scrolls, found := scrollsAround(o, root)
	if !found {
		return
	}
	driver := fyne.CurrentApp().Driver()
	for _, s := range scrolls {
		top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s).Y
		offset := s.Offset
		if over := top + to + theme.Gap - s.Size().Height; over > 0 {
			offset.Y += over
		}
		if under := top + from - theme.Gap - (offset.Y - s.Offset.Y); under < 0 {
			offset.Y += under
		}
		if s.Direction == container.ScrollHorizontalOnly || s.Direction == container.ScrollBoth {
			offset.X = across(o, s)
		}
		if offset != s.Offset {
			s.ScrollToOffset(offset)
		}
	}
}

// across is how far a scroll container has to be moved sideways for an object to be seen.
func across(o fyne.CanvasObject, s *container.Scroll) float32 {
	driver := fyne.CurrentApp().Driver()
	left := driver.AbsolutePositionForObject(o).X - driver.AbsolutePositionForObject(s).X
	x := s.Offset.X + max(left+o.Size().Width+theme.Gap-s.Size().Width, 0)
	return x + min(left-theme.Gap-(x-s.Offset.X), 0)
}

// scrollsAround finds the scroll containers that an object lies in, the innermost
// first.
func scrollsAround(o, in fyne.CanvasObject) (scrolls []*container.Scroll, found bool) {
	if in == o {
		return nil, true
	}
	if in == nil || !in.Visible() {
		return nil, false
	}
	var inside []fyne.CanvasObject
	switch in := in.(type) {
	case *fyne.Container:
		inside = in.Objects
	case *container.Scroll:
		if scrolls, found = scrollsAround(o, in.Content); found {
			return append(scrolls, in), true
		}
		return nil, false
	case *widget.Card:
		inside = []fyne.CanvasObject{in.Content}
	case *widget.PopUp:
		inside = []fyne.CanvasObject{in.Content}
	case holder:
		inside = in.held()
	}
	for _, c := range inside {
		if scrolls, found = scrollsAround(o, c); found {
			return scrolls, true
		}
	}
	return nil, false
}

// FocusIfFree gives the keyboard to a part while its neighbour is in view, when nothing has
// it and nothing lies over the window.
func FocusIfFree(c fyne.Canvas, neighbour fyne.CanvasObject, part fyne.Focusable) {
	if c.Focused() != nil || c.Overlays().Top() != nil {
		return
	}
	if _, there := scrollsAround(neighbour, c.Content()); there {
		c.Focus(part)
	}
}
