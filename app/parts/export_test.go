package parts

import (
	"image"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// BreakLines is breakLines, for tests.
var BreakLines = breakLines

// Drawn gives the texts that a table's rows show.
func Drawn(t *Table) []string {
	var out []string
	for _, o := range test.WidgetRenderer(t.body).Objects() {
		if text, ok := o.(*canvas.Text); ok && text.Visible() && text.Text != "" {
			out = append(out, text.Text)
		}
	}
	return out
}

// Widths gives the widths that a table's columns were set to.
func Widths(t *Table) []float32 { return t.widths }

// Shown gives the image that a viewer draws sharp, and the view it is of.
func (v *PageViewer) Shown() (View, *image.RGBA) { return v.shown.view, v.shown.img }

// Scale gives the pixels of the screen per pixel of the page.
func (v *PageViewer) Scale() float64 { return v.scale() }

// Middle gives the page pixel in the middle of the view.
func (v *PageViewer) Middle() (x, y float64) { return v.cx, v.cy }

// CacheUsed gives the bytes of the images kept.
func (v *PageViewer) CacheUsed() int { return v.cache.used }

// MarksDrawn gives the boxes drawn over the page, in toolkit units.
func (v *PageViewer) MarksDrawn() (out []*canvas.Rectangle) {
	for _, m := range v.face.marks {
		if m.Visible() {
			out = append(out, m)
		}
	}
	return out
}

// Compact makes an image that the screen draws rightly.
var Compact = compact

// PathsLike lists folders for a field.
var PathsLike = pathsLike

// Places gives where a table's columns begin in its view.
func Places(t *Table) []float32 {
	at := make([]float32, len(t.placed))
	for i, p := range t.placed {
		at[i] = p.x
	}
	return at
}
