package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

// LongRow draws one row of a LongList; it is used again for whatever row comes to
// stand in its place.
type LongRow interface {
	// Draw makes a row ready at a size and gives what it is drawn with, placed from
	// the top left corner of the row.
	Draw(row int, size fyne.Size) []fyne.CanvasObject
}

// LongListOptions say what a LongList shows and whom it tells.
type LongListOptions struct {
	RowHeight float32
	NewRow    func() LongRow
	OnView    func(from, to int) // rows that came into view, with a screenful on either side
	OnSelect  func(row int)      // another row became the current one
	OnOpen    func(row int)      // Enter or a double click
}

// LongList shows a window of a list of any length whose rows are more than cells and
// are drawn by the screen. Like a Table it counts in rows, never in pixels.
type LongList struct {
	widget.BaseWidget
	opt     LongListOptions
	count   int
	top     int
	current int
	body    *longBody
	bar     *scrollBar
	root    *fyne.Container
}

// NewLongList makes an empty list.
func NewLongList(opt LongListOptions) *LongList {
	l := &LongList{opt: opt, current: -1}
	l.body = &longBody{list: l, hover: -1}
	l.body.ExtendBaseWidget(l.body)
	l.bar = newScrollBar(false, func(at float64) { l.scrollTo(int(at + 0.5)) })
	l.root = Border(nil, nil, nil, l.bar, l.body)
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer is called by the toolkit.
func (l *LongList) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.root) }

// MinSize leaves room for a row.
func (l *LongList) MinSize() fyne.Size { return fyne.NewSize(220, l.opt.RowHeight*1.5) }

// SetCount shows a list of another length. The current row and the view stay as far
// as they can.
func (l *LongList) SetCount(n int) {
	l.count = n
	l.current = min(l.current, n-1)
	l.redraw()
}

// Count tells the length of the list.
func (l *LongList) Count() int { return l.count }

// Current tells the row with the keyboard, from 0; -1: none.
func (l *LongList) Current() int { return l.current }

// Reset goes to the top of another list, with no row current.
func (l *LongList) Reset(n int) {
	l.count, l.top, l.current = n, 0, -1
	l.redraw()
}

// Redraw draws the rows in view again: what they show has come or changed.
func (l *LongList) Redraw() { l.body.Refresh() }

// GoTo makes a row the current one and shows it.
func (l *LongList) GoTo(row int) {
	if l.count == 0 {
		return
	}
	row = min(max(row, 0), l.count-1)
	was := l.current
	l.current = row
	l.reveal()
	l.redraw()
	if was != row && l.opt.OnSelect != nil {
		l.opt.OnSelect(row)
	}
}

// View tells the rows that are in view.
func (l *LongList) View() (from, to int) {
	return l.top, min(l.top+l.whole(), l.count)
}

// Focus gives the list the keyboard.
func (l *LongList) Focus() {
	if c := canvasOf(l); c != nil {
		c.Focus(l.body)
	}
}

// whole is how many rows fit wholly into the view.
func (l *LongList) whole() int { return max(int(l.body.Size().Height/l.opt.RowHeight), 1) }

func (l *LongList) reveal() {
	if l.current < 0 || l.body.Size().Height < l.opt.RowHeight {
		return
	}
	l.top = min(max(l.top, l.current-l.whole()+1), l.current)
}

func (l *LongList) scrollTo(top int) {
	if was := l.top; was != top {
		l.top = top
		l.redraw()
	}
}

func (l *LongList) redraw() {
	l.top = min(max(l.top, 0), max(l.count-l.whole(), 0))
	l.bar.set(float64(l.top), float64(l.whole()), float64(l.count))
	if n := l.whole() + 1; l.opt.OnView != nil && l.count > 0 {
		l.opt.OnView(max(l.top-n, 0), min(l.top+2*n, l.count))
	}
	l.body.Refresh()
}

// longBody draws the rows in view and takes keys and the mouse.
type longBody struct {
	widget.BaseWidget
	list    *LongList
	focused bool
	wheel   float32 // what the wheel has turned short of a row
	hover   int
}

func (b *longBody) MinSize() fyne.Size { return fyne.NewSize(60, b.list.opt.RowHeight) }

func (b *longBody) FocusGained() {
	b.focused = true
	if b.list.current < 0 {
		b.list.GoTo(b.list.top)
	}
	b.Refresh()
}

func (b *longBody) FocusLost() { b.focused = false; b.Refresh() }

func (b *longBody) TypedRune(rune) {}

func (b *longBody) TypedShortcut(s fyne.Shortcut) { passShortcut(b, s) }

func (b *longBody) TypedKey(key *fyne.KeyEvent) {
	l := b.list
	page := max(l.whole()-1, 1)
	switch key.Name {
	case fyne.KeyUp:
		l.GoTo(l.current - 1)
	case fyne.KeyDown:
		l.GoTo(l.current + 1)
	case fyne.KeyPageUp:
		l.GoTo(l.current - page)
	case fyne.KeyPageDown:
		l.GoTo(max(l.current, 0) + page)
	case fyne.KeyHome:
		l.GoTo(0)
	case fyne.KeyEnd:
		l.GoTo(l.count - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		b.open()
	default:
		passOn(b, key)
	}
}

func (b *longBody) open() {
	if l := b.list; l.current >= 0 && l.opt.OnOpen != nil {
		l.opt.OnOpen(l.current)
	}
}

func (b *longBody) MouseDown(e *desktop.MouseEvent) {
	row := b.rowAt(e.Position)
	if row >= 0 {
		b.list.GoTo(row)
	}
	if c := canvasOf(b); c != nil {
		c.Focus(b)
	}
}

func (b *longBody) MouseUp(*desktop.MouseEvent) {}

func (b *longBody) DoubleTapped(*fyne.PointEvent) { b.open() }

func (b *longBody) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

func (b *longBody) MouseMoved(e *desktop.MouseEvent) {
	if row := b.rowAt(e.Position); row != b.hover {
		b.hover = row
		b.Refresh()
	}
}

func (b *longBody) MouseOut() { b.hover = -1; b.Refresh() }

// Scrolled moves by whole rows, one for a notch of a wheel.
func (b *longBody) Scrolled(e *fyne.ScrollEvent) {
	const perRow = 20
	b.wheel -= e.Scrolled.DY
	rows := int(b.wheel / perRow)
	b.wheel -= float32(rows) * perRow
	b.list.scrollTo(b.list.top + rows)
}

func (b *longBody) rowAt(p fyne.Position) int {
	row := b.list.top + int(p.Y/b.list.opt.RowHeight)
	if p.Y < 0 || row >= b.list.count {
		return -1
	}
	return row
}

func (b *longBody) CreateRenderer() fyne.WidgetRenderer {
	r := &longRenderer{body: b, ring: newRing()}
	r.draw()
	return r
}

type longRenderer struct {
	body    *longBody
	rows    []*longPlace
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

// longPlace is one place of the window for a row.
type longPlace struct {
	row          LongRow
	ground, line *canvas.Rectangle
}

func (r *longRenderer) Destroy()                     {}
func (r *longRenderer) IsClip()                      {}
func (r *longRenderer) MinSize() fyne.Size           { return r.body.MinSize() }
func (r *longRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *longRenderer) Layout(fyne.Size) {
	r.body.list.reveal()
	r.body.list.redraw()
}

func (r *longRenderer) Refresh() {
	r.draw()
	canvas.Refresh(r.body)
}

func (r *longRenderer) draw() {
	b, l := r.body, r.body.list
	size := b.Size()
	r.objects = r.objects[:0]
	for i := 0; l.top+i < l.count && float32(i)*l.opt.RowHeight < size.Height; i++ {
		if i == len(r.rows) {
			r.rows = append(r.rows, &longPlace{row: l.opt.NewRow(), ground: canvas.NewRectangle(color.Transparent),
				line: canvas.NewRectangle(color.Transparent)})
		}
		r.place(r.rows[i], l.top+i, fyne.NewPos(0, float32(i)*l.opt.RowHeight), fyne.NewSize(size.Width, l.opt.RowHeight))
	}
	r.ring.StrokeColor = base.Color(theme.ColorRing)
	r.ring.Hidden = !b.focused
	r.ring.Resize(size)
	r.objects = append(r.objects, r.ring)
}

func (r *longRenderer) place(p *longPlace, row int, at fyne.Position, size fyne.Size) {
	p.ground.FillColor = color.Transparent
	switch row {
	case r.body.list.current:
		p.ground.FillColor = base.Color(base.ColorNameSelection)
	case r.body.hover:
		p.ground.FillColor = base.Color(base.ColorNameHover)
	}
	p.ground.Move(at)
	p.ground.Resize(size)
	p.line.FillColor = base.Color(base.ColorNameSeparator)
	p.line.Move(at.AddXY(0, size.Height-1))
	p.line.Resize(fyne.NewSize(size.Width, 1))
	r.objects = append(r.objects, p.ground, p.line)
	for _, o := range p.row.Draw(row, size) {
		o.Move(o.Position().Add(at))
		r.objects = append(r.objects, o)
	}
}
