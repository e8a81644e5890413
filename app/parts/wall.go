package parts

import (
	"context"
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// ThumbLoader reads a small image of a page that fits into a square of side screen
// pixels, off the UI goroutine.
type ThumbLoader func(ctx context.Context, page archive.ID, side int) (*image.RGBA, error)

// Thumb is one page on a Wall.
type Thumb struct {
	ID      archive.ID
	Caption string
	Alert   bool // something to look at: refused
}

const (
	thumbCaption float32 = 22
	thumbGap     float32 = 8
	// thumbBytes bounds the small images kept: about 500 at a side of 160.
	thumbBytes = 48 << 20
)

type thumbKey struct {
	page archive.ID
	side int
}

// Wall shows small images of pages in rows; a wall as narrow as one image is a
// strip. However many pages there are, only those in view are drawn and loaded.
type Wall struct {
	widget.BaseWidget
	runner *task.Runner
	load   ThumbLoader
	cache  *imageCache[thumbKey]
	failed map[archive.ID]string // what stands in place of an image
	busy   bool

	side    float32
	thumbs  []Thumb
	current int
	offset  float64 // how far it is scrolled, in toolkit units
	body    *wallBody
	bar     *scrollBar
	root    *fyne.Container

	// OnSelect is told when another page became the current one by mouse or key.
	OnSelect func(index int)
	// OnOpen is told of Enter or a double click.
	OnOpen func(index int)
}

// NewWall makes an empty wall of images that fit into squares of side units.
func NewWall(r *task.Runner, load ThumbLoader, side float32) *Wall {
	w := &Wall{runner: r, load: load, side: side, current: -1,
		cache: newImageCache[thumbKey](thumbBytes), failed: map[archive.ID]string{}}
	w.body = &wallBody{wall: w}
	w.body.ExtendBaseWidget(w.body)
	w.bar = newScrollBar(false, func(at float64) { w.offset = at; w.redraw() })
	w.root = Border(nil, nil, nil, w.bar, w.body)
	w.ExtendBaseWidget(w)
	return w
}

// NewStrip makes a wall of one column, for the side of a page viewer.
func NewStrip(r *task.Runner, load ThumbLoader) *Wall { return NewWall(r, load, 104) }

// CreateRenderer is called by the toolkit.
func (w *Wall) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(w.root) }

// MinSize is one image with its bar.
func (w *Wall) MinSize() fyne.Size {
	return fyne.NewSize(w.side+2*thumbGap+barThick, w.side+thumbCaption+2*thumbGap)
}

// SetThumbs shows other pages; current is the one marked, or -1.
func (w *Wall) SetThumbs(thumbs []Thumb, current int) {
	w.thumbs, w.offset = thumbs, 0
	clear(w.failed)
	w.SetCurrent(current)
}

// SetCurrent marks a page and brings it into view; OnSelect is not told.
func (w *Wall) SetCurrent(index int) {
	w.current = min(max(index, -1), len(w.thumbs)-1)
	if view := float64(w.body.Size().Height); w.current >= 0 && view > 0 {
		top := float64(w.current/w.columns()) * float64(w.cell())
		if top < w.offset {
			w.offset = top
		} else if bottom := top + float64(w.cell()); bottom > w.offset+view {
			w.offset = bottom - view
		}
	}
	w.redraw()
}

// Current tells which page is marked, from 0, or -1.
func (w *Wall) Current() int { return w.current }

// Reload reads the images again.
func (w *Wall) Reload() {
	w.cache.clear()
	clear(w.failed)
	w.redraw()
}

func (w *Wall) cell() float32 { return w.side + thumbCaption + thumbGap }

func (w *Wall) columns() int {
	return max(int((w.body.Size().Width-thumbGap)/(w.side+thumbGap)), 1)
}

func (w *Wall) lines() int { return (len(w.thumbs) + w.columns() - 1) / w.columns() }

// visible is the range of pages in view.
func (w *Wall) visible() (from, to int) {
	n := w.columns()
	first := int(w.offset / float64(w.cell()))
	last := int((w.offset+float64(w.body.Size().Height))/float64(w.cell())) + 1
	return min(first*n, len(w.thumbs)), min(last*n, len(w.thumbs))
}

func (w *Wall) redraw() {
	view := float64(w.body.Size().Height)
	length := float64(w.lines()) * float64(w.cell())
	w.offset = min(max(w.offset, 0), max(length-view, 0))
	w.bar.set(w.offset, view, length)
	w.body.Refresh()
	w.want()
}

func (w *Wall) pick(index int) {
	if len(w.thumbs) == 0 {
		return
	}
	index = min(max(index, 0), len(w.thumbs)-1)
	if index == w.current {
		return
	}
	w.SetCurrent(index)
	if w.OnSelect != nil {
		w.OnSelect(index)
	}
}

// pixels is the side in pixels of the screen.
func (w *Wall) pixels() int {
	if c := canvasOf(w); c != nil && c.Scale() > 0 {
		return int(w.side * c.Scale())
	}
	return int(w.side)
}

// want loads one image that is in view and not there; when it is, the next. What
// has left the view meanwhile is never loaded.
func (w *Wall) want() {
	if w.busy {
		return
	}
	from, to := w.visible()
	side := w.pixels()
	for _, t := range w.thumbs[from:to] {
		key := thumbKey{t.ID, side}
		_, there := w.cache.get(key)
		if _, failed := w.failed[t.ID]; there || failed {
			continue
		}
		w.busy = true
		task.Run(w.runner, "", func(ctx context.Context, _ func(archive.Progress)) (*image.RGBA, error) {
			return w.load(ctx, t.ID, side)
		}, func(img *image.RGBA, err error) {
			w.busy = false
			if err != nil || img == nil || img.Bounds().Empty() {
				w.failed[t.ID] = ""
				if state := words.Original(err); state != "" {
					w.failed[t.ID] = words.T("original." + state + ".short")
				}
			} else {
				w.cache.put(key, compact(img))
			}
			w.redraw()
		}, task.Quiet())
		return
	}
}

// wallBody draws the images in view and takes keys and the mouse.
type wallBody struct {
	widget.BaseWidget
	wall    *Wall
	focused bool
}

func (b *wallBody) MinSize() fyne.Size { return fyne.NewSize(b.wall.side+2*thumbGap, b.wall.cell()) }

func (b *wallBody) FocusGained() { b.focused = true; reveal(b); b.Refresh() }

func (b *wallBody) FocusLost() { b.focused = false; b.Refresh() }

func (b *wallBody) TypedRune(rune) {}

func (b *wallBody) TypedKey(key *fyne.KeyEvent) {
	w := b.wall
	line := w.columns()
	page := max(int(w.body.Size().Height/w.cell()), 1) * line
	switch key.Name {
	case fyne.KeyLeft:
		w.pick(w.current - 1)
	case fyne.KeyRight:
		w.pick(w.current + 1)
	case fyne.KeyUp:
		w.pick(w.current - line)
	case fyne.KeyDown:
		w.pick(w.current + line)
	case fyne.KeyPageUp:
		w.pick(w.current - page)
	case fyne.KeyPageDown:
		w.pick(w.current + page)
	case fyne.KeyHome:
		w.pick(0)
	case fyne.KeyEnd:
		w.pick(len(w.thumbs) - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if w.OnOpen != nil && w.current >= 0 {
			w.OnOpen(w.current)
		}
	default:
		passOn(b, key)
	}
}

func (b *wallBody) TypedShortcut(s fyne.Shortcut) { passShortcut(b, s) }

func (b *wallBody) at(p fyne.Position) int {
	w := b.wall
	column := int((p.X - thumbGap/2) / (w.side + thumbGap))
	line := int((w.offset + float64(p.Y)) / float64(w.cell()))
	index := line*w.columns() + column
	if p.X < 0 || column >= w.columns() || index >= len(w.thumbs) {
		return -1
	}
	return index
}

func (b *wallBody) MouseDown(e *desktop.MouseEvent) {
	if c := canvasOf(b); c != nil {
		c.Focus(b)
	}
	if i := b.at(e.Position); i >= 0 {
		b.wall.pick(i)
	}
}

func (b *wallBody) MouseUp(*desktop.MouseEvent) {}

func (b *wallBody) DoubleTapped(e *fyne.PointEvent) {
	if i := b.at(e.Position); i >= 0 && b.wall.OnOpen != nil {
		b.wall.OnOpen(i)
	}
}

func (b *wallBody) Scrolled(e *fyne.ScrollEvent) {
	b.wall.offset -= float64(e.Scrolled.DY) * 4
	b.wall.redraw()
}

func (b *wallBody) CreateRenderer() fyne.WidgetRenderer {
	r := &wallRenderer{body: b, ring: newRing(), fit: newFitter(base.CaptionTextSize(), fyne.TextStyle{})}
	r.draw()
	return r
}

type wallRenderer struct {
	body    *wallBody
	cells   []*drawnThumb
	ring    *canvas.Rectangle
	fit     *fitter
	objects []fyne.CanvasObject
}

// drawnThumb is what one place of the wall is drawn with, used again as it scrolls.
type drawnThumb struct {
	ground, paper *canvas.Rectangle
	image         *canvas.Image
	caption       *canvas.Text
	instead       *canvas.Text // in place of the image
}

func (r *wallRenderer) Destroy()                     {}
func (r *wallRenderer) IsClip()                      {}
func (r *wallRenderer) MinSize() fyne.Size           { return r.body.MinSize() }
func (r *wallRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *wallRenderer) Layout(fyne.Size)             { r.body.wall.SetCurrent(r.body.wall.current) }

func (r *wallRenderer) Refresh() {
	r.draw()
	canvas.Refresh(r.body)
}

func (r *wallRenderer) draw() {
	w := r.body.wall
	from, to := w.visible()
	for len(r.cells) < to-from {
		d := &drawnThumb{ground: canvas.NewRectangle(color.Transparent), paper: canvas.NewRectangle(color.Transparent),
			image: canvas.NewImageFromImage(nil), caption: canvas.NewText("", color.Black),
			instead: canvas.NewText("", color.Black)}
		d.ground.CornerRadius = 3
		d.image.FillMode, d.image.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleFastest
		for _, text := range []*canvas.Text{d.caption, d.instead} {
			text.TextSize, text.Alignment = r.fit.size, fyne.TextAlignCenter
		}
		r.cells = append(r.cells, d)
	}
	r.objects = r.objects[:0]
	for i, d := range r.cells {
		if from+i < to {
			r.drawOne(d, from+i)
			r.objects = append(r.objects, d.ground, d.paper, d.image, d.instead, d.caption)
		}
	}
	r.ring.StrokeColor = base.Color(theme.ColorRing)
	r.ring.Resize(r.body.Size())
	r.ring.Hidden = !r.body.focused
	r.objects = append(r.objects, r.ring)
}

func (r *wallRenderer) drawOne(d *drawnThumb, index int) {
	w := r.body.wall
	t := w.thumbs[index]
	n := w.columns()
	x := thumbGap + float32(index%n)*(w.side+thumbGap)
	y := float32(float64(index/n)*float64(w.cell()) - w.offset)
	d.ground.FillColor = color.Transparent
	if index == w.current {
		d.ground.FillColor = base.Color(base.ColorNameSelection)
	}
	d.ground.Move(fyne.NewPos(x-thumbGap/2, y+1))
	d.ground.Resize(fyne.NewSize(w.side+thumbGap, w.cell()-2))
	width, height := w.side*0.7, w.side
	img, ok := w.cache.get(thumbKey{t.ID, w.pixels()})
	if ok {
		dots := float32(w.pixels()) / w.side
		width, height = float32(img.Rect.Dx())/dots, float32(img.Rect.Dy())/dots
	}
	pos := fyne.NewPos(x+(w.side-width)/2, y+4+(w.side-height)/2)
	d.paper.FillColor, d.paper.StrokeColor, d.paper.StrokeWidth = color.White, base.Color(base.ColorNameInputBorder), 1
	d.paper.Move(pos.SubtractXY(1, 1))
	d.paper.Resize(fyne.NewSize(width+2, height+2))
	d.image.Hidden = !ok
	if ok {
		d.image.Move(pos)
		d.image.Resize(fyne.NewSize(width, height))
		if d.image.Image != img {
			d.image.Image = img
			d.image.Refresh()
		}
	}
	instead, failed := w.failed[t.ID]
	d.instead.Text = r.fit.fit(instead, width-4)
	d.instead.Color = color.Black // on white paper, in dark looks too
	middle := y + 4 + w.side/2
	r.fit.set(d.instead, pos.X+2, middle-9, width-4, 18)
	d.instead.Hidden = middle < 9 || middle+9 > r.body.Size().Height // half a line of words is none
	d.caption.Text = r.fit.fit(t.Caption, w.side)
	d.caption.Color = base.Color(base.ColorNameForeground)
	if t.Alert || failed && instead == "" {
		d.caption.Color = base.Color(base.ColorNameError)
	}
	r.fit.set(d.caption, x, float32(math.Round(float64(y+w.side)))+6, w.side, thumbCaption-6)
}
