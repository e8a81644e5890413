package parts

import (
	"image/color"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

const (
	rowHeight  = theme.RowHeight
	headHeight = theme.HeadHeight
	// captionSize is the size of what stands beside the matter.
	captionSize = theme.SizeSmall
)

// tableHead shows the titles; a click sorts, with Shift by one more key, and a drag at an
// edge widens. With the keyboard, Left and Right go from title to title, Enter and
// Shift+Enter sort, + and − widen.
type tableHead struct {
	widget.BaseWidget
	table   *Table
	hover   int  // column under the pointer, or -1
	edge    bool // the pointer is on its edge
	dragged int  // column being widened, or -1
	focused bool
	current int // column that the keyboard is on
	shift   shiftHeld
	adding  bool // the mouse went down with Shift
}

// headFitter measures titles.
func headFitter() *fitter { return newFitter(base.CaptionTextSize()+1, fyne.TextStyle{Bold: true}) }

func newTableHead(t *Table) *tableHead {
	h := &tableHead{table: t, hover: -1, dragged: -1}
	h.ExtendBaseWidget(h)
	return h
}

func (h *tableHead) MinSize() fyne.Size { return fyne.NewSize(0, headHeight) }

func (h *tableHead) MouseIn(e *desktop.MouseEvent) { h.MouseMoved(e) }

func (h *tableHead) MouseMoved(e *desktop.MouseEvent) {
	column, edge := h.table.columnAt(e.Position.X)
	if column != h.hover || edge != h.edge {
		h.hover, h.edge = column, edge
		h.Refresh()
	}
}

func (h *tableHead) MouseOut() {
	h.hover, h.edge = -1, false
	h.Refresh()
}

func (h *tableHead) Cursor() desktop.Cursor {
	if h.edge || h.dragged >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

func (h *tableHead) Tapped(e *fyne.PointEvent) {
	h.table.Focus()
	if i, edge := h.table.columnAt(e.Position.X); i >= 0 && !edge {
		h.sort(i, h.adding)
	}
	h.adding = false
}

// MouseDown sees whether Shift is held: a tap does not tell.
func (h *tableHead) MouseDown(e *desktop.MouseEvent) {
	h.adding = e.Modifier&fyne.KeyModifierShift != 0
}

// MouseUp is called by the toolkit.
func (h *tableHead) MouseUp(*desktop.MouseEvent) {}

// KeyDown is called by the toolkit.
func (h *tableHead) KeyDown(key *fyne.KeyEvent) { h.shift.down(key) }

// KeyUp is called by the toolkit.
func (h *tableHead) KeyUp(key *fyne.KeyEvent) { h.shift.up(key) }

// sort orders the list by a column, the other way round when it is so already; with
// add, by it behind the keys that are there, and a third time without it.
func (h *tableHead) sort(i int, add bool) {
	t := h.table
	if i >= len(t.opt.Columns) || !t.opt.Columns[i].Sortable {
		return
	}
	key := SortKey{Column: t.opt.Columns[i].Key}
	keys := slices.Clone(t.sorts)
	at := slices.IndexFunc(keys, func(k SortKey) bool { return k.Column == key.Column })
	switch {
	case !add:
		key.Descending = len(keys) == 1 && at == 0 && !keys[0].Descending
		keys = []SortKey{key}
	case at < 0:
		keys = append(keys[:min(len(keys), mostKeys-1)], key)
	case !keys[at].Descending:
		keys[at].Descending = true
	case len(keys) > 1:
		keys = slices.Delete(keys, at, at+1)
	default:
		keys[at].Descending = false
	}
	t.SetSort(keys...)
	if t.opt.OnSort != nil {
		t.opt.OnSort(keys)
	}
}

// sign is what stands behind the title of a column that the list is ordered by: the
// direction, and which key it is when there are several.
func (t *Table) sign(column string) string {
	i := slices.IndexFunc(t.sorts, func(k SortKey) bool { return k.Column == column })
	if i < 0 {
		return ""
	}
	sign := map[bool]string{false: "▲", true: "▼"}[t.sorts[i].Descending]
	if len(t.sorts) > 1 {
		sign = strconv.Itoa(i+1) + sign
	}
	return " " + sign
}

// FocusGained is called by the toolkit.
func (h *tableHead) FocusGained() {
	h.focused = true
	reveal(h)
	h.goTo(h.current)
}

// FocusLost is called by the toolkit.
func (h *tableHead) FocusLost() { h.focused, h.shift = false, false; h.Refresh() }

// TypedRune widens and narrows.
func (h *tableHead) TypedRune(r rune) {
	const step = 8
	switch r {
	case '+', '=':
		h.table.widen(h.current, step)
	case '-', '_':
		h.table.widen(h.current, -step)
	default:
		return
	}
	h.table.rememberWidths()
}

// TypedShortcut is for the window.
func (h *tableHead) TypedShortcut(s fyne.Shortcut) { passShortcut(h, s) }

// TypedKey goes from title to title and sorts.
func (h *tableHead) TypedKey(key *fyne.KeyEvent) {
	if h.table.onKey != nil && h.table.onKey(key.Name) {
		return
	}
	switch key.Name {
	case fyne.KeyLeft:
		h.goTo(h.current - 1)
	case fyne.KeyRight:
		h.goTo(h.current + 1)
	case fyne.KeyDown:
		h.table.Focus()
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		h.sort(h.current, bool(h.shift))
	default:
		passOn(h, key)
	}
}

// goTo brings a title into view.
func (h *tableHead) goTo(column int) {
	t := h.table
	if len(t.laid) == 0 {
		return
	}
	h.current = min(max(column, 0), len(t.laid)-1)
	left := float32(0)
	for _, w := range t.laid[:h.current] {
		left += w
	}
	if stays := t.frozen(); h.current > 0 || stays == 0 {
		right, view := left+t.laid[h.current], t.body.Size().Width
		t.left = min(max(t.left, right-view), left-stays)
	}
	t.redraw()
}

func (h *tableHead) Dragged(e *fyne.DragEvent) {
	if h.dragged < 0 {
		column, edge := h.table.columnAt(e.Position.X - e.Dragged.DX)
		if !edge {
			return
		}
		h.dragged = column
	}
	h.table.widen(h.dragged, e.Dragged.DX)
}

func (h *tableHead) DragEnd() {
	if h.dragged >= 0 {
		h.table.rememberWidths()
	}
	h.dragged = -1
}

func (h *tableHead) CreateRenderer() fyne.WidgetRenderer {
	r := &headRenderer{head: h, fit: headFitter()}
	r.ground = canvas.NewRectangle(color.Transparent)
	r.line = canvas.NewRectangle(color.Transparent)
	r.ring = newRing()
	r.Refresh()
	return r
}

// build makes what as many titles as there are columns are drawn with.
func (r *headRenderer) build(columns int) {
	if len(r.texts) == columns && r.objects != nil {
		return
	}
	for len(r.texts) < columns {
		text := canvas.NewText("", color.Black)
		text.TextStyle.Bold = true
		text.TextSize = r.fit.size
		r.texts, r.edges = append(r.texts, text), append(r.edges, canvas.NewRectangle(color.Transparent))
	}
	r.texts, r.edges = r.texts[:columns], r.edges[:columns]
	r.objects = []fyne.CanvasObject{r.ground, r.line}
	for i := range r.texts {
		r.objects = append(r.objects, r.texts[i], r.edges[i])
	}
	r.objects = append(r.objects, r.ring)
}

type headRenderer struct {
	ring    *canvas.Rectangle
	head    *tableHead
	fit     *fitter
	ground  *canvas.Rectangle
	line    *canvas.Rectangle
	texts   []*canvas.Text
	edges   []*canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *headRenderer) Destroy()                     {}
func (r *headRenderer) IsClip()                      {}
func (r *headRenderer) MinSize() fyne.Size           { return fyne.NewSize(0, headHeight) }
func (r *headRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *headRenderer) Layout(fyne.Size)             { r.Refresh() }

func (r *headRenderer) Refresh() {
	h, size := r.head, r.head.Size()
	r.ground.FillColor = base.Color(base.ColorNameHeaderBackground)
	r.ground.Resize(size)
	r.line.FillColor = base.Color(base.ColorNameSeparator)
	r.line.Move(fyne.NewPos(0, size.Height-1))
	r.line.Resize(fyne.NewSize(size.Width, 1))
	r.ring.Hidden = !h.focused
	r.ring.StrokeColor = base.Color(theme.ColorRing)
	r.build(len(h.table.opt.Columns))
	for i, c := range h.table.opt.Columns {
		p := span{0, minWidth}
		if i < len(h.table.placed) {
			p = h.table.placed[i]
		}
		x, w := p.x, p.width
		text := r.texts[i]
		sign := h.table.sign(c.Key)
		text.Text = r.fit.fit(c.Title, w-2*cellPad-r.fit.length(sign)) + sign
		text.Hidden = w <= 2*cellPad || x > size.Width
		text.Color = base.Color(base.ColorNameForeground)
		text.Alignment = fyne.TextAlignLeading
		if c.Number {
			text.Alignment = fyne.TextAlignTrailing
		}
		r.fit.set(text, x+cellPad, 0, w-2*cellPad, headHeight)
		if i == h.current {
			r.ring.Move(fyne.NewPos(x, 0))
			r.ring.Resize(fyne.NewSize(w, headHeight))
		}
		edge := r.edges[i]
		edge.Hidden = w == 0
		edge.FillColor = base.Color(base.ColorNameSeparator)
		if h.edge && h.hover == i {
			edge.FillColor = base.Color(base.ColorNamePrimary)
		}
		edge.Move(fyne.NewPos(x+w-1, 6))
		edge.Resize(fyne.NewSize(1, headHeight-12))
	}
	canvas.Refresh(h)
}
