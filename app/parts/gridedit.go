package parts

import (
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app/parts/inputmethod"
)

// gridEdit is the cell that is open. What is typed stands in the cell at once, so that it
// is checked and kept as one types; Escape takes it back.
type gridEdit struct {
	grid       *Grid
	line, area *Entry
	open       *Entry // one of the two; nil: no cell is open
	quick      bool   // the cell is written anew: arrows leave it
	filling    bool
	row        int
	column     int // of all
	before     string
	offers     *Offers
}

// areaRows is how many rows high a cell of several lines is while it is open.
const areaRows = 4

func newGridEdit(g *Grid) *gridEdit {
	d := &gridEdit{grid: g, line: NewEntry(), area: NewTextArea(2)}
	d.offers = NewOffers(func(word string) {
		d.open.SetText(word)
		d.open.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
		d.offers.Close()
	})
	for _, e := range []*Entry{d.line, d.area} {
		e.Tabs = true
		e.OnChanged = d.typed
		e.OnKey = d.key
		e.OnNext = func() { d.leave(); g.enter(bool(g.body.shift)) }
		e.OnFocus = func(focused bool) {
			if !focused {
				d.close()
			}
		}
		e.Hide()
	}
	return d
}

// begin opens the current cell: quick to be written anew, otherwise to be changed.
func (d *gridEdit) begin(quick bool) {
	g := d.grid
	g.reveal()
	d.row, d.column, d.quick = g.row, g.shown[g.column], quick
	d.before = g.cells.get(d.row, d.column)
	e := d.line
	if g.opt.Columns[d.column].Lines || strings.Contains(d.before, "\n") {
		e = d.area
	}
	g.cells.begin()
	g.anchorRow, g.anchorColumn = g.row, g.column
	d.open = e
	d.filling = true
	e.SetText("")
	if !quick {
		e.SetText(d.before)
	}
	d.filling = false
	d.lay()
	e.Show()
	g.redraw()
	shift := g.body.shift
	if c := canvasOf(g); c != nil {
		c.Focus(e)
	}
	e.shift = shift
	e.CursorRow = strings.Count(e.Text, "\n")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
}

// lay puts the open entry over its cell.
func (d *gridEdit) lay() {
	if d.open == nil {
		return
	}
	g := d.grid
	size := g.body.Size()
	x, y := g.x(g.column), headHeight+float32(d.row-g.top)*rowHeight
	w, h := g.widths[d.column], rowHeight
	if d.open == d.area {
		h = areaRows * rowHeight
		w = max(w, 320)
	}
	w = min(w, size.Width-g.fixed())
	if g.column == 0 {
		w = g.widths[d.column]
	}
	if min := d.open.MinSize(); d.open == d.line && min.Height > h {
		y -= (min.Height - h) / 2
		h = min.Height
	}
	x = max(min(x, size.Width-w), 0)
	y = max(min(y, size.Height-h), 0)
	d.open.Resize(fyne.NewSize(w, h))
	d.open.Move(fyne.NewPos(x, y))
}

// typed writes what is typed into the cell.
func (d *gridEdit) typed(text string) {
	if d.filling || d.open == nil {
		return
	}
	g := d.grid
	g.cells.fresh = map[*GridRow]bool{} // others may be reading the row
	g.cells.put(d.row, d.column, text)
	if n := len(g.cells.rows); !g.cells.rows[n-1].Empty() {
		g.cells.rows = append(g.cells.rows[:n:n], g.cells.blank())
	}
	d.offer(text)
	g.edited()
}

func (d *gridEdit) offer(text string) {
	if d.grid.opt.Offer == nil || d.open != d.line {
		return
	}
	e := d.open
	at := e.Position()
	d.offers.Offer(d.grid.opt.Offer(d.column, text), at.AddXY(0, e.Size().Height+1), max(e.Size().Width, 160), at.Y-1, d.grid.body.Size().Height, false)
}

// key takes the keys that leave the cell.
func (d *gridEdit) key(name fyne.KeyName) bool {
	g, e := d.grid, d.open
	if e == nil {
		return false
	}
	if d.offers.Key(name) {
		return true
	}
	shift := bool(e.shift)
	switch name {
	case fyne.KeyEscape:
		d.giveUp()
	case fyne.KeyTab:
		d.leave()
		g.tab(shift)
	case fyne.KeyUp, fyne.KeyDown:
		if e == d.area && !d.quick {
			return false
		}
		d.leave()
		g.step(name, false)
	case fyne.KeyLeft, fyne.KeyRight:
		if !d.quick {
			return false
		}
		d.leave()
		g.step(name, false)
	case fyne.KeyF2:
		d.quick = false
	case fyne.KeyF9:
		d.leave()
		passOn(g.body, &fyne.KeyEvent{Name: name})
	default:
		return false
	}
	return true
}

// leave closes the cell with what was typed, and gives the keyboard back to the grid.
func (d *gridEdit) leave() {
	if d.open == nil {
		return
	}
	shift := d.open.shift
	d.close()
	d.grid.Focus()
	d.grid.body.shift = shift
}

// close closes the cell with what was typed.
func (d *gridEdit) close() {
	e := d.open
	if e == nil {
		return
	}
	d.open = nil
	d.offers.Close()
	e.Hide()
	d.grid.cells.end()
	d.grid.redraw()
}

// giveUp closes the cell as it was.
func (d *gridEdit) giveUp() {
	c := d.grid.cells
	if c.get(d.row, d.column) != d.before {
		c.rows = c.done[len(c.done)-1]
	}
	d.leave()
	d.grid.edited()
}

// place tells the input method where the current cell is: what is composed over it begins
// to write it.
func (d *gridEdit) place() {
	g := d.grid
	c := canvasOf(g)
	if c == nil || d.open != nil || !g.body.focused {
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(g.body).AddXY(g.x(g.column)+cellPad, headHeight+float32(g.row-g.top+1)*rowHeight)
	inputmethod.Place(c.PixelCoordinateForPosition(at))
}
