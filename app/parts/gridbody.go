package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// gridBody takes keys and the mouse for a Grid.
type gridBody struct {
	widget.BaseWidget
	grid    *Grid
	focused bool
	shift   shiftHeld
	wheel   float32 // what the wheel has turned short of a row
	edge    bool    // the pointer is on the edge of a column's head
	widened int     // column being widened, or -1
}

func newGridBody(g *Grid) *gridBody {
	b := &gridBody{grid: g, widened: -1}
	b.ExtendBaseWidget(b)
	return b
}

func (b *gridBody) MinSize() fyne.Size { return fyne.NewSize(120, headHeight+2*rowHeight) }

func (b *gridBody) FocusGained() {
	b.focused = true
	reveal(b)
	b.grid.edit.place()
	b.Refresh()
}

func (b *gridBody) FocusLost() { b.focused, b.shift = false, false; b.Refresh() }

// AcceptsTab has Tab go from cell to cell. Escape leads out of the grid.
func (b *gridBody) AcceptsTab() bool { return true }

// TypedRune begins to write the cell anew. What comes in one go is written whole: an
// input method gives a phrase rune by rune.
func (b *gridBody) TypedRune(r rune) {
	if b.grid.edit.open == nil {
		b.grid.edit.begin(true)
	}
	b.grid.edit.open.TypedRune(r)
}

func (b *gridBody) KeyDown(key *fyne.KeyEvent) { b.shift.down(key) }

func (b *gridBody) KeyUp(key *fyne.KeyEvent) { b.shift.up(key) }

func (b *gridBody) TypedKey(key *fyne.KeyEvent) {
	g, shift := b.grid, bool(b.shift)
	if g.edit.open != nil { // what is typed at once reaches the grid before the cell
		g.edit.open.TypedKey(key)
		return
	}
	page := max(g.whole()-1, 1)
	switch key.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		g.step(key.Name, shift)
	case fyne.KeyPageUp:
		g.goTo(g.row-page, g.column, shift)
	case fyne.KeyPageDown:
		g.goTo(g.row+page, g.column, shift)
	case fyne.KeyHome:
		g.goTo(g.row, 0, shift)
	case fyne.KeyEnd:
		g.goTo(g.row, len(g.shown)-1, shift)
	case fyne.KeyTab:
		g.tab(shift)
	case fyne.KeyReturn, fyne.KeyEnter:
		g.enter(shift)
	case fyne.KeyF2:
		g.edit.begin(false)
	case fyne.KeyDelete, fyne.KeyBackspace:
		g.Clear()
	case fyne.KeyEscape:
		if c := canvasOf(b); g.marked().single() && c != nil {
			c.FocusNext()
			return
		}
		g.goTo(g.row, g.column, false)
	default:
		passOn(b, key)
	}
}

// step moves by one cell.
func (g *Grid) step(key fyne.KeyName, extend bool) {
	g.run = -1
	row, column := g.row, g.column
	switch key {
	case fyne.KeyUp:
		row--
	case fyne.KeyDown:
		row++
	case fyne.KeyLeft:
		column--
	case fyne.KeyRight:
		column++
	}
	g.goTo(row, column, extend)
}

// tab goes on to the next cell of the row, after the last one to the row below.
func (g *Grid) tab(back bool) {
	if g.run < 0 {
		g.run = g.column
	}
	row, column := g.row, g.column
	switch {
	case back && column > 0:
		column--
	case back && row > 0:
		row, column = row-1, len(g.shown)-1
	case !back && column < len(g.shown)-1:
		column++
	case !back && row < len(g.cells.rows)-1:
		row, column, g.run = row+1, 0, -1
	}
	g.goTo(row, column, false)
}

// enter goes to the row below, to the column where a run of Tab began.
func (g *Grid) enter(back bool) {
	column := g.column
	if g.run >= 0 {
		column = g.run
	}
	g.run = -1
	if back {
		g.goTo(g.row-1, column, false)
		return
	}
	g.goTo(g.row+1, column, false)
}

// TypedShortcut has the shortcuts of spreadsheets; the rest is for the window.
func (b *gridBody) TypedShortcut(s fyne.Shortcut) {
	g := b.grid
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		g.Copy()
	case *fyne.ShortcutCut:
		g.Copy()
		g.Clear()
	case *fyne.ShortcutPaste:
		g.Paste(fyne.CurrentApp().Clipboard().Content())
	case *fyne.ShortcutUndo:
		g.Undo()
	case *fyne.ShortcutRedo:
		g.Redo()
	case *fyne.ShortcutSelectAll:
		g.anchorRow, g.anchorColumn = 0, 0
		g.goTo(len(g.cells.rows)-1, len(g.shown)-1, true)
	case *desktop.CustomShortcut:
		if !g.command(s) {
			passShortcut(b, s)
		}
	default:
		passShortcut(b, s)
	}
}

// command does what a shortcut says and tells whether it is one of the grid's.
func (g *Grid) command(s *desktop.CustomShortcut) bool {
	const ctrl, both = fyne.KeyModifierControl, fyne.KeyModifierControl | fyne.KeyModifierShift
	switch {
	case s.KeyName == fyne.KeyD && s.Modifier == ctrl:
		g.FillDown()
	case s.KeyName == fyne.KeyD && s.Modifier == both:
		g.Series()
	case (s.KeyName == fyne.KeyEqual || s.KeyName == fyne.KeyPlus) && s.Modifier == both:
		g.InsertRows()
	case s.KeyName == fyne.KeyMinus && s.Modifier == ctrl:
		g.RemoveRows()
	case s.KeyName == fyne.KeyHome && s.Modifier&^fyne.KeyModifierShift == ctrl:
		g.goTo(0, 0, s.Modifier == both)
	case s.KeyName == fyne.KeyEnd && s.Modifier&^fyne.KeyModifierShift == ctrl:
		g.goTo(len(g.cells.rows)-1, g.column, s.Modifier == both)
	default:
		return false
	}
	return true
}

func (b *gridBody) MouseDown(e *desktop.MouseEvent) {
	g := b.grid
	g.edit.close()
	if c := canvasOf(b); c != nil {
		c.Focus(b)
	}
	row, column, edge := g.at(e.Position)
	b.widened = -1
	switch {
	case row < 0 && edge:
		b.widened = column
	case row >= 0 && row < len(g.cells.rows) && column >= 0:
		g.run = -1
		g.goTo(row, column, e.Modifier&fyne.KeyModifierShift != 0)
	}
}

func (b *gridBody) MouseUp(*desktop.MouseEvent) {}

// Dragged widens a column, or marks a range.
func (b *gridBody) Dragged(e *fyne.DragEvent) {
	g := b.grid
	if b.widened >= 0 {
		g.widen(g.shown[b.widened], e.Dragged.DX)
		return
	}
	if row, column, _ := g.at(e.Position); row >= 0 && column >= 0 {
		g.goTo(row, column, true)
	}
}

func (b *gridBody) DragEnd() {
	if b.widened >= 0 {
		b.grid.rememberWidths()
	}
	b.widened = -1
}

// DoubleTapped opens the cell.
func (b *gridBody) DoubleTapped(e *fyne.PointEvent) {
	if row, column, _ := b.grid.at(e.Position); row == b.grid.row && column == b.grid.column {
		b.grid.edit.begin(false)
	}
}

func (b *gridBody) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

func (b *gridBody) MouseMoved(e *desktop.MouseEvent) {
	row, _, edge := b.grid.at(e.Position)
	b.edge = edge && row < 0
}

func (b *gridBody) MouseOut() { b.edge = false }

func (b *gridBody) Cursor() desktop.Cursor {
	if b.edge || b.widened >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// Scrolled moves by whole rows, three for a notch of a wheel.
func (b *gridBody) Scrolled(e *fyne.ScrollEvent) {
	const perRow = 10
	if e.Scrolled.DX != 0 && b.grid.across.Visible() {
		b.grid.edit.close()
		b.grid.across.shift(float64(-e.Scrolled.DX))
	}
	b.wheel -= e.Scrolled.DY
	rows := int(b.wheel / perRow)
	b.wheel -= float32(rows) * perRow
	if rows != 0 {
		b.grid.scrollTo(b.grid.top + rows)
	}
}

// at finds the cell under a place: row -1 is the head, column -1 no column. edge tells
// that the place is where a column ends.
func (g *Grid) at(p fyne.Position) (row, column int, edge bool) {
	const near = 4
	row = -1
	if p.Y >= headHeight {
		row = g.top + int((p.Y-headHeight)/rowHeight)
	}
	column = -1
	for i, c := range g.shown {
		x := g.x(i)
		right := x + g.widths[c]
		hidden := i > 0 && right <= g.fixed()
		switch {
		case hidden:
		case p.X >= right-near && p.X <= right+near:
			return row, i, true
		case p.X >= x && p.X < right && (i == 0 || p.X >= g.fixed()):
			return row, i, false
		}
	}
	return row, column, false
}

// x is where a shown column begins in the body.
func (g *Grid) x(column int) float32 {
	if column == 0 {
		return gutter
	}
	x := g.fixed() - g.left
	for _, c := range g.shown[1:column] {
		x += g.widths[c]
	}
	return x
}
