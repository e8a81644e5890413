// Package parts has the widgets that the screens share: the program's text field,
// the windowed table, the page viewer, the thumbnail wall, form fields, and the
// ways of telling about errors and progress.
//
// Everything here is used on the UI goroutine only. What a part has to load it gets
// through a function that it calls off that goroutine, by package task.
package parts

import (
	"image/color"

	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/theme"
)

// Memory keeps small things for a person between runs: widths of columns, the last
// folder. fyne.Preferences is one.
type Memory interface {
	StringWithFallback(key, fallback string) string
	SetString(key, value string)
}

// Forgetful is a Memory that keeps nothing.
type Forgetful struct{}

// StringWithFallback answers the fallback.
func (Forgetful) StringWithFallback(_, fallback string) string { return fallback }

// SetString does nothing.
func (Forgetful) SetString(string, string) {}

// Route says where to go in the program: the name of a screen and what it is to
// show. Screens know nothing of each other; they hand a route to Open.
type Route struct {
	Screen string // a name of package app: "holdings", "find", "viewer" …
	Value  any    // a plain value that the screen documents; nil for its beginning
}

// Open goes to a route.
type Open func(Route)

// newRing is the ring that shows where the keyboard is; it begins hidden.
func newRing() *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeColor = base.Color(theme.ColorRing)
	r.StrokeWidth = 2
	r.CornerRadius = 3
	r.Hide()
	return r
}
