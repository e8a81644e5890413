package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const (
	barThick float32 = 12
	barThumb float32 = 28 // the thumb is never shorter
)

// scrollBar is a bar over a range too long for the toolkit's own, which counts
// pixels. It counts in whatever unit its owner does, in float64.
type scrollBar struct {
	widget.BaseWidget
	flat             bool // lying
	at, view, length float64
	moved            func(at float64)
	grabbed, hovered bool
	grip             float64 // place of the drag while it lasts, so that rounding does not add up
}

func newScrollBar(flat bool, moved func(float64)) *scrollBar {
	b := &scrollBar{flat: flat, moved: moved}
	b.ExtendBaseWidget(b)
	return b
}

// set tells the bar where the view stands.
func (b *scrollBar) set(at, view, length float64) {
	if b.at == at && b.view == view && b.length == length {
		return
	}
	b.at, b.view, b.length = at, view, length
	b.Refresh()
}

func (b *scrollBar) last() float64 { return max(b.length-b.view, 0) }

func (b *scrollBar) shift(by float64) { b.moveTo(b.at + by) }

func (b *scrollBar) moveTo(at float64) {
	at = min(max(at, 0), b.last())
	if at != b.at {
		b.at = at
		b.moved(at)
		b.Refresh()
	}
}

// track gives the length of the bar, of its thumb, and where the thumb begins.
func (b *scrollBar) track() (length, thumb, begin float64) {
	length = float64(b.Size().Height)
	if b.flat {
		length = float64(b.Size().Width)
	}
	if b.length <= 0 || b.view >= b.length {
		return length, length, 0
	}
	thumb = min(max(length*b.view/b.length, float64(barThumb)), length)
	return length, thumb, (length - thumb) * b.at / b.last()
}

func (b *scrollBar) along(p fyne.Position) float64 {
	if b.flat {
		return float64(p.X)
	}
	return float64(p.Y)
}

func (b *scrollBar) MinSize() fyne.Size { return fyne.NewSize(barThick, barThick) }

func (b *scrollBar) Dragged(e *fyne.DragEvent) {
	length, thumb, _ := b.track()
	if length <= thumb {
		return
	}
	if !b.grabbed {
		b.grabbed, b.grip = true, b.at
	}
	d := float64(e.Dragged.DY)
	if b.flat {
		d = float64(e.Dragged.DX)
	}
	b.grip += d * b.last() / (length - thumb)
	b.moveTo(b.grip)
}

func (b *scrollBar) DragEnd() { b.grabbed = false; b.Refresh() }

// MouseDown beside the thumb moves by a view.
func (b *scrollBar) MouseDown(e *desktop.MouseEvent) {
	_, thumb, begin := b.track()
	switch p := b.along(e.Position); {
	case p < begin:
		b.shift(-b.view)
	case p > begin+thumb:
		b.shift(b.view)
	}
}

func (b *scrollBar) MouseUp(*desktop.MouseEvent) {}

func (b *scrollBar) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

func (b *scrollBar) MouseMoved(*desktop.MouseEvent) {}

func (b *scrollBar) MouseOut() { b.hovered = false; b.Refresh() }

func (b *scrollBar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{bar: b, ground: canvas.NewRectangle(color.Transparent), thumb: canvas.NewRectangle(color.Transparent)}
	r.thumb.CornerRadius = 3
	r.Refresh()
	return r
}

type barRenderer struct {
	bar           *scrollBar
	ground, thumb *canvas.Rectangle
}

func (r *barRenderer) Destroy()           {}
func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(barThick, barThick) }
func (r *barRenderer) Layout(fyne.Size)   { r.Refresh() }
func (r *barRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.thumb}
}

func (r *barRenderer) Refresh() {
	b := r.bar
	r.ground.FillColor = base.Color(base.ColorNameScrollBarBackground)
	r.ground.Resize(b.Size())
	length, thumb, begin := b.track()
	r.thumb.Hidden = thumb >= length
	r.thumb.FillColor = base.Color(base.ColorNameScrollBar)
	inset := float32(3)
	if b.hovered || b.grabbed {
		inset = 1
	}
	if b.flat {
		r.thumb.Move(fyne.NewPos(float32(begin), inset))
		r.thumb.Resize(fyne.NewSize(float32(thumb), barThick-2*inset))
	} else {
		r.thumb.Move(fyne.NewPos(inset, float32(begin)))
		r.thumb.Resize(fyne.NewSize(barThick-2*inset, float32(thumb)))
	}
	canvas.Refresh(b)
}
