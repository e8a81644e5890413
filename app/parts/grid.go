package parts

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// GridColumn is one column of a Grid.
type GridColumn struct {
	Key   string // for remembering its width
	Title string
	Width float32 // until a person changes it
	Lines bool    // its cells may have several lines

	// Next continues a series of its cells and tells whether there is one; nil: cells are
	// copied.
	Next func(text string) (string, bool)
	// Asked columns are continued only where they are marked alone; beside others their
	// cells are copied.
	Asked bool
}

// GridMark says how a cell or a row looks.
type GridMark int

// The marks, the gravest last.
const (
	GridFine  GridMark = iota
	GridAsked          // it is asked for, and nothing stands there yet
	GridOdd            // something to look at
	GridWrong          // it cannot stay so
)

// GridOptions say what a Grid shows and whom it tells.
type GridOptions struct {
	Key     string       // names the grid in Memory; empty: nothing is remembered
	Columns []GridColumn // the first one stays in view
	Memory  Memory       // nil: forgetful

	Mark    func(row *GridRow, column int) GridMark // nil: none
	MarkRow func(row *GridRow) GridMark             // nil: none
	// Ghost is what the empty row at the end would begin with in a column; nil: nothing.
	Ghost func(column int) string
	// Offer lists words for what is being typed; nil: none.
	Offer func(column int, typed string) []string

	OnEdit    func()                  // a person changed something, be it one letter
	OnMove    func()                  // another cell is the current one
	OnTooWide func(columns, room int) // what was to be pasted has more columns than there is room for: nothing was
}

// Grid is a sheet of cells that a person fills with the keyboard, as in a spreadsheet. It
// knows nothing of what the cells mean. Its last row is always an empty one. Only what is
// in view is drawn.
type Grid struct {
	widget.BaseWidget
	opt    GridOptions
	cells  *cells
	shown  []int     // the columns shown, in order
	widths []float32 // of all columns

	row, column             int // the current cell; column is a place in shown
	anchorRow, anchorColumn int // where the marked range began
	run                     int // the column in which a run of Tab began; -1: none
	top                     int
	left                    float32 // how far the columns after the first are scrolled

	body   *gridBody
	edit   *gridEdit
	bar    *scrollBar
	across *scrollBar
	root   *fyne.Container
}

// NewGrid makes a grid with one empty row.
func NewGrid(opt GridOptions) *Grid {
	if opt.Memory == nil {
		opt.Memory = Forgetful{}
	}
	g := &Grid{opt: opt, cells: newCells(len(opt.Columns)), run: -1}
	for i, c := range opt.Columns {
		g.shown = append(g.shown, i)
		g.widths = append(g.widths, c.Width)
	}
	g.recallWidths()
	g.body = newGridBody(g)
	g.edit = newGridEdit(g)
	g.bar = newScrollBar(false, func(v float64) { g.scrollTo(int(v + 0.5)) })
	g.across = newScrollBar(true, func(v float64) { g.left = float32(v); g.redraw() })
	g.across.Hide()
	g.root = Border(nil, g.across, nil, g.bar, g.body)
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer is called by the toolkit.
func (g *Grid) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.root) }

// MinSize leaves room for a few rows.
func (g *Grid) MinSize() fyne.Size { return fyne.NewSize(240, headHeight+4*rowHeight) }

// Rows gives the rows, the empty one at the end too. Neither slice nor rows are changed
// later.
func (g *Grid) Rows() []*GridRow { return slices.Clone(g.cells.rows) }

// SetRows puts other rows in the place of all.
func (g *Grid) SetRows(rows [][]string) {
	g.edit.close()
	g.cells.set(rows)
	g.row, g.column, g.top, g.run = 0, 0, 0, -1
	g.anchorRow, g.anchorColumn = 0, 0
	g.redraw()
}

// AddRows puts rows among the others, as new ones, each at a place in ascending order; a
// place behind the last row is the end. Nothing of before can be brought back.
func (g *Grid) AddRows(rows [][]string, at []int) {
	var all [][]string
	for _, r := range g.cells.rows {
		if !r.Empty() {
			all = append(all, r.Cells)
		}
	}
	for i, row := range rows {
		all = slices.Insert(all, min(at[i], len(all)), row)
	}
	g.SetRows(all)
}

// Fill writes into a row what the program knows; it is no step of its own for undo. A row
// that has gone is passed over.
func (g *Grid) Fill(id, column int, text string) {
	if i := slices.IndexFunc(g.cells.rows, func(r *GridRow) bool { return r.ID == id }); i >= 0 {
		g.cells.put(i, column, text)
	}
}

// Take removes rows for good: an undo does not bring them back.
func (g *Grid) Take(gone func(*GridRow) bool) {
	g.edit.close()
	g.cells.take(gone)
	g.goTo(min(g.row, len(g.cells.rows)-1), g.column, false)
}

// Current gives the place of the current cell: the row and its column among all.
func (g *Grid) Current() (row *GridRow, at, column int) {
	return g.cells.rows[g.row], g.row, g.shown[g.column]
}

// GoTo makes a cell the current one; column is one of all, and the first when it is not
// shown.
func (g *Grid) GoTo(row, column int) {
	g.edit.close()
	g.goTo(row, max(slices.Index(g.shown, column), 0), false)
}

// ShowColumns says which columns are shown, in order. The first of all is shown always.
func (g *Grid) ShowColumns(columns []int) {
	g.edit.close()
	g.shown = append([]int{0}, slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return c == 0 })...)
	g.left = 0
	g.goTo(g.row, min(g.column, len(g.shown)-1), false)
}

// Shown lists the columns that are shown, in order.
func (g *Grid) Shown() []int { return slices.Clone(g.shown) }

// Redraw draws the cells in view again: marks have changed.
func (g *Grid) Redraw() { g.redraw() }

// Focus gives the grid the keyboard.
func (g *Grid) Focus() {
	if c := canvasOf(g); c != nil {
		c.Focus(g.body)
	}
}

// Focusable is what takes the keyboard.
func (g *Grid) Focusable() fyne.Focusable { return g.body }

// Editing tells whether a cell is open.
func (g *Grid) Editing() bool { return g.edit.open != nil }

// Close leaves the cell that is open, with what was typed into it.
func (g *Grid) Close() { g.edit.close() }

// goTo makes a cell the current one; with extend the marked range reaches to it.
func (g *Grid) goTo(row, column int, extend bool) {
	g.row = min(max(row, 0), len(g.cells.rows)-1)
	g.column = min(max(column, 0), len(g.shown)-1)
	if !extend {
		g.anchorRow, g.anchorColumn = g.row, g.column
	}
	g.anchorRow = min(g.anchorRow, len(g.cells.rows)-1)
	g.anchorColumn = min(g.anchorColumn, len(g.shown)-1)
	g.reveal()
	g.redraw()
	if g.opt.OnMove != nil {
		g.opt.OnMove()
	}
}

func (g *Grid) marked() cellRange { return between(g.row, g.column, g.anchorRow, g.anchorColumn) }

// whole is how many rows fit wholly into the view.
func (g *Grid) whole() int { return max(int((g.body.Size().Height-headHeight)/rowHeight), 1) }

func (g *Grid) scrollTo(top int) {
	g.edit.close()
	g.top = top
	g.redraw()
}

// reveal moves the view so far that the current cell is in it.
func (g *Grid) reveal() {
	size := g.body.Size()
	if size.Height < headHeight+rowHeight {
		return
	}
	g.top = min(max(g.top, g.row-g.whole()+1), g.row)
	if g.column == 0 {
		return
	}
	x := float32(0)
	for _, c := range g.shown[1:g.column] {
		x += g.widths[c]
	}
	right := x + g.widths[g.shown[g.column]]
	g.left = max(min(max(g.left, right-(size.Width-g.fixed())), x), 0)
}

// fixed is the width of what stays in view: the numbers of the rows and the first column.
func (g *Grid) fixed() float32 { return gutter + g.widths[g.shown[0]] }

// redraw brings every piece in line with the state.
func (g *Grid) redraw() {
	g.top = min(max(g.top, 0), max(len(g.cells.rows)-g.whole(), 0))
	g.bar.set(float64(g.top), float64(g.whole()), float64(len(g.cells.rows)))
	sum, view := float32(0), g.body.Size().Width-g.fixed()
	for _, c := range g.shown[1:] {
		sum += g.widths[c]
	}
	over := max(sum-view, 0)
	if g.body.Size().Width == 0 {
		over = 0
	}
	g.left = min(g.left, over)
	if over > 0 != g.across.Visible() {
		g.across.Hidden = over <= 0
		g.root.Refresh()
	}
	g.across.set(float64(g.left), float64(max(view, 0)), float64(sum))
	g.body.Refresh()
}

// edited is told that a person changed something.
func (g *Grid) edited() {
	if g.opt.OnEdit != nil {
		g.opt.OnEdit()
	}
	g.redraw()
}

func (g *Grid) widen(column int, by float32) {
	g.widths[column] = min(max(g.widths[column]+by, minWidth), 1200)
	g.redraw()
}

func (g *Grid) rememberWidths() {
	if g.opt.Key == "" {
		return
	}
	var b strings.Builder
	for i, c := range g.opt.Columns {
		b.WriteString(c.Key + "=" + strconv.Itoa(int(g.widths[i])) + ";")
	}
	g.opt.Memory.SetString("grid."+g.opt.Key+".widths", b.String())
}

func (g *Grid) recallWidths() {
	head := headFitter()
	for i, c := range g.opt.Columns {
		title := 2*cellPad + 1
		for _, r := range c.Title {
			title += head.rune(r)
		}
		g.widths[i] = max(g.widths[i], title, minWidth)
	}
	for _, s := range strings.Split(g.opt.Memory.StringWithFallback("grid."+g.opt.Key+".widths", ""), ";") {
		key, value, _ := strings.Cut(s, "=")
		w, err := strconv.Atoi(value)
		i := slices.IndexFunc(g.opt.Columns, func(c GridColumn) bool { return c.Key == key })
		if i >= 0 && err == nil && w > 0 && w <= 1200 {
			g.widths[i] = max(float32(w), minWidth)
		}
	}
}
