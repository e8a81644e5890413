package parts

import (
	"slices"

	"fyne.io/fyne/v2"
)

// change makes an edit that undo takes back as a whole.
func (g *Grid) change(fn func(c *cells)) {
	g.edit.close()
	g.cells.begin()
	fn(g.cells)
	g.cells.end()
	g.settle()
	g.edited()
}

// settle keeps the current cell and the marked range within the rows that there are.
func (g *Grid) settle() {
	last := len(g.cells.rows) - 1
	g.row, g.anchorRow = min(g.row, last), min(g.anchorRow, last)
	g.reveal()
	if g.opt.OnMove != nil {
		g.opt.OnMove()
	}
}

// Undo takes the last edit back.
func (g *Grid) Undo() {
	g.edit.close()
	if g.cells.undo() {
		g.settle()
		g.edited()
	}
}

// Redo makes an edit again that was taken back.
func (g *Grid) Redo() {
	g.edit.close()
	if g.cells.redo() {
		g.settle()
		g.edited()
	}
}

// Clear empties the marked cells.
func (g *Grid) Clear() {
	r := g.marked()
	g.change(func(c *cells) {
		for row := r.top; row <= r.bottom; row++ {
			for _, column := range g.shown[r.left : r.right+1] {
				c.put(row, column, "")
			}
		}
	})
}

// Copy puts the marked cells on the clipboard, as spreadsheets take them.
func (g *Grid) Copy() {
	r := g.marked()
	var rows [][]string
	for row := r.top; row <= r.bottom; row++ {
		var line []string
		for _, column := range g.shown[r.left : r.right+1] {
			line = append(line, g.cells.get(row, column))
		}
		rows = append(rows, line)
	}
	fyne.CurrentApp().Clipboard().SetContent(WriteCells(rows))
}

// Paste writes what a spreadsheet copied, from the first marked cell on. Rows come into
// being as they are needed; where there are not enough columns nothing is written, and
// OnTooWide is told. One cell fills the whole of a marked range.
func (g *Grid) Paste(text string) {
	rows := ReadCells(text)
	if len(rows) == 0 {
		return
	}
	r := g.marked()
	widest := 0
	for _, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" && len(row)+r.left > len(g.shown) {
			row = row[:len(row)-1] // empty cells beyond the last column are no loss
		}
		widest = max(widest, len(row))
	}
	if room := len(g.shown) - r.left; widest > room {
		if g.opt.OnTooWide != nil {
			g.opt.OnTooWide(widest, room)
		}
		return
	}
	if len(rows) == 1 && len(rows[0]) == 1 && !r.single() {
		rows = spread(rows[0][0], r)
	}
	g.change(func(c *cells) {
		for i, row := range rows {
			for j, cell := range row {
				if r.left+j < len(g.shown) {
					c.put(r.top+i, g.shown[r.left+j], cell)
				}
			}
		}
	})
	g.goTo(r.top, r.left, false)
	g.goTo(r.top+len(rows)-1, r.left+max(widest, 1)-1, true)
}

// spread is one cell as often as a range has cells.
func spread(cell string, r cellRange) [][]string {
	row := slices.Repeat([]string{cell}, r.right-r.left+1)
	return slices.Repeat([][]string{row}, r.bottom-r.top+1)
}

// FillDown copies the first row of the marked range into the others; a single row is
// filled from the one above.
func (g *Grid) FillDown() {
	g.fill(func(_ int, above string) string { return above })
}

// Series continues the first row of the marked range by number; a single row continues
// the one above.
func (g *Grid) Series() {
	r := g.marked()
	asked := !slices.ContainsFunc(g.shown[r.left:r.right+1], func(c int) bool { return !g.opt.Columns[c].Asked })
	g.fill(func(column int, above string) string {
		c := g.opt.Columns[column]
		if c.Next == nil || c.Asked && !asked {
			return above
		}
		next, _ := c.Next(above)
		return next
	})
}

// fill writes each marked cell after the one above it.
func (g *Grid) fill(next func(column int, above string) string) {
	r := g.marked()
	from := r.top + 1
	if r.top == r.bottom {
		from = r.top
	}
	if from == 0 {
		return
	}
	g.change(func(c *cells) {
		for row := from; row <= r.bottom; row++ {
			for _, column := range g.shown[r.left : r.right+1] {
				c.put(row, column, next(column, c.get(row-1, column)))
			}
		}
	})
}

// InsertRows makes as many empty rows as are marked, before them.
func (g *Grid) InsertRows() {
	r := g.marked()
	g.change(func(c *cells) { c.insert(r.top, r.bottom-r.top+1) })
}

// RemoveRows takes the marked rows away; undo brings them back.
func (g *Grid) RemoveRows() {
	r := g.marked()
	g.change(func(c *cells) { c.remove(r.top, r.bottom+1) })
	g.goTo(r.top, g.column, false)
}
