package parts

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const (
	dividerThick float32 = 8
	dividerStep  float32 = 0.02 // of the whole, for one press of an arrow
)

// SplitOptions say how a Split is divided.
type SplitOptions struct {
	Key     string // names it in Memory; empty: nothing is remembered
	Memory  Memory // nil: forgetful
	Share   float64
	Stacked bool // one below the other instead of side by side
}

// Split shows two things with a divider between them that the mouse drags and, when it
// has the keyboard, the arrows move. How a person left it is remembered.
type Split struct {
	widget.BaseWidget
	opt           SplitOptions
	first, second fyne.CanvasObject
	share         float64 // of the first
	divider       *divider
}

// NewSplit puts two things beside or below each other.
func NewSplit(first, second fyne.CanvasObject, opt SplitOptions) *Split {
	if opt.Memory == nil {
		opt.Memory = Forgetful{}
	}
	s := &Split{opt: opt, first: first, second: second, share: opt.Share}
	if opt.Key != "" {
		if kept, err := strconv.ParseFloat(opt.Memory.StringWithFallback(s.memoryKey(), ""), 64); err == nil && kept > 0 && kept < 1 {
			s.share = kept
		}
	}
	s.divider = &divider{split: s, ring: newRing()}
	s.divider.ExtendBaseWidget(s.divider)
	s.ExtendBaseWidget(s)
	return s
}

// Share tells what part of the room the first has.
func (s *Split) Share() float64 { return s.share }

func (s *Split) memoryKey() string { return "split." + s.opt.Key }

func (s *Split) held() []fyne.CanvasObject { return []fyne.CanvasObject{s.first, s.second} }

func (s *Split) along(size fyne.Size) float32 {
	if s.opt.Stacked {
		return size.Height
	}
	return size.Width
}

// firstLength is how much of the room the first gets: its share, as far as both have
// the least they need.
func (s *Split) firstLength() float32 {
	room := max(s.along(s.Size())-dividerThick, 0)
	a, b := s.along(s.first.MinSize()), s.along(s.second.MinSize())
	if a+b > room {
		return room * a / max(a+b, 1)
	}
	return min(max(room*float32(s.share), a), room-b)
}

// moveTo gives the first a length.
func (s *Split) moveTo(length float32) {
	room := s.along(s.Size()) - dividerThick
	if room <= 0 {
		return
	}
	s.share = float64(min(max(length/room, 0.01), 0.99))
	s.share = float64(s.firstLength() / room)
	s.Refresh()
}

func (s *Split) remember() {
	if s.opt.Key != "" {
		s.opt.Memory.SetString(s.memoryKey(), strconv.FormatFloat(s.share, 'f', 4, 64))
	}
}

// CreateRenderer is called by the toolkit.
func (s *Split) CreateRenderer() fyne.WidgetRenderer { return &splitRenderer{s} }

type splitRenderer struct{ split *Split }

func (r *splitRenderer) Destroy() {}

func (r *splitRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.split.first, r.split.divider, r.split.second}
}

func (r *splitRenderer) MinSize() fyne.Size {
	a, b := r.split.first.MinSize(), r.split.second.MinSize()
	if r.split.opt.Stacked {
		return fyne.NewSize(max(a.Width, b.Width), a.Height+dividerThick+b.Height)
	}
	return fyne.NewSize(a.Width+dividerThick+b.Width, max(a.Height, b.Height))
}

func (r *splitRenderer) Layout(size fyne.Size) {
	s := r.split
	at := s.firstLength()
	rest := max(s.along(size)-at-dividerThick, 0)
	if s.opt.Stacked {
		s.first.Resize(fyne.NewSize(size.Width, at))
		s.divider.Move(fyne.NewPos(0, at))
		s.divider.Resize(fyne.NewSize(size.Width, dividerThick))
		s.second.Move(fyne.NewPos(0, at+dividerThick))
		s.second.Resize(fyne.NewSize(size.Width, rest))
		return
	}
	s.first.Resize(fyne.NewSize(at, size.Height))
	s.divider.Move(fyne.NewPos(at, 0))
	s.divider.Resize(fyne.NewSize(dividerThick, size.Height))
	s.second.Move(fyne.NewPos(at+dividerThick, 0))
	s.second.Resize(fyne.NewSize(rest, size.Height))
}

func (r *splitRenderer) Refresh() {
	r.Layout(r.split.Size())
	r.split.divider.Refresh()
	canvas.Refresh(r.split)
}

// divider is the line between the two.
type divider struct {
	widget.BaseWidget
	split            *Split
	ring             *canvas.Rectangle
	hovered, grabbed bool
	grip             float32 // place of the drag while it lasts
}

func (d *divider) FocusGained() { d.ring.Show(); d.Refresh() }

func (d *divider) FocusLost() { d.ring.Hide(); d.Refresh() }

func (d *divider) TypedRune(rune) {}

func (d *divider) TypedShortcut(s fyne.Shortcut) { passShortcut(d, s) }

func (d *divider) TypedKey(key *fyne.KeyEvent) {
	less, more := fyne.KeyLeft, fyne.KeyRight
	if d.split.opt.Stacked {
		less, more = fyne.KeyUp, fyne.KeyDown
	}
	step := d.split.along(d.split.Size()) * dividerStep
	switch key.Name {
	case less:
		d.move(d.split.firstLength() - step)
	case more:
		d.move(d.split.firstLength() + step)
	case fyne.KeyHome:
		d.reset()
	default:
		passOn(d, key)
	}
}

func (d *divider) move(length float32) {
	d.split.moveTo(length)
	d.split.remember()
}

// reset goes back to how the screen divides itself.
func (d *divider) reset() {
	d.split.share = d.split.opt.Share
	d.split.remember()
	d.split.Refresh()
}

func (d *divider) DoubleTapped(*fyne.PointEvent) { d.reset() }

func (d *divider) Dragged(e *fyne.DragEvent) {
	if !d.grabbed {
		d.grabbed, d.grip = true, d.split.firstLength()
	}
	by := e.Dragged.DX
	if d.split.opt.Stacked {
		by = e.Dragged.DY
	}
	d.grip += by
	d.split.moveTo(d.grip)
}

func (d *divider) DragEnd() {
	d.grabbed = false
	d.split.remember()
	d.Refresh()
}

func (d *divider) MouseIn(*desktop.MouseEvent) { d.hovered = true; d.Refresh() }

func (d *divider) MouseMoved(*desktop.MouseEvent) {}

func (d *divider) MouseOut() { d.hovered = false; d.Refresh() }

func (d *divider) Cursor() desktop.Cursor {
	if d.split.opt.Stacked {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}

func (d *divider) MinSize() fyne.Size { return fyne.NewSize(dividerThick, dividerThick) }

func (d *divider) CreateRenderer() fyne.WidgetRenderer {
	r := &dividerRenderer{divider: d, line: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type dividerRenderer struct {
	divider *divider
	line    *canvas.Rectangle
}

func (r *dividerRenderer) Destroy()           {}
func (r *dividerRenderer) MinSize() fyne.Size { return r.divider.MinSize() }
func (r *dividerRenderer) Layout(fyne.Size)   { r.Refresh() }
func (r *dividerRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line, r.divider.ring}
}

func (r *dividerRenderer) Refresh() {
	d, size := r.divider, r.divider.Size()
	thick := float32(1)
	r.line.FillColor = base.Color(base.ColorNameSeparator)
	if d.hovered || d.grabbed {
		thick = 4
		r.line.FillColor = base.Color(base.ColorNameInputBorder)
	}
	if d.split.opt.Stacked {
		r.line.Move(fyne.NewPos(0, (size.Height-thick)/2))
		r.line.Resize(fyne.NewSize(size.Width, thick))
	} else {
		r.line.Move(fyne.NewPos((size.Width-thick)/2, 0))
		r.line.Resize(fyne.NewSize(thick, size.Height))
	}
	d.ring.Resize(size)
	canvas.Refresh(d)
}
