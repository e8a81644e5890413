package parts

import "slices"

// GridRow is one row of a Grid. It is never changed: an edit puts another in its place, so
// that rows can be read off the UI goroutine and kept for an undo.
type GridRow struct {
	ID    int      // stays as it is while the row is edited
	Cells []string // one for each column, shown or not
}

// Empty tells whether nothing stands in the row.
func (r *GridRow) Empty() bool {
	return !slices.ContainsFunc(r.Cells, func(s string) bool { return s != "" })
}

// undoKept is how many edits can be taken back.
const undoKept = 100

// cells are the rows of a Grid and what was done to them. The last row is always empty.
type cells struct {
	width        int
	rows         []*GridRow
	ids          int
	done, undone [][]*GridRow
	fresh        map[*GridRow]bool // made by the edit in hand
}

func newCells(width int) *cells {
	c := &cells{width: width}
	c.end()
	return c
}

func (c *cells) blank() *GridRow {
	c.ids++
	return &GridRow{ID: c.ids, Cells: make([]string, c.width)}
}

// begin opens an edit, which undo takes back as a whole.
func (c *cells) begin() {
	c.done = append(c.done, slices.Clone(c.rows))
	c.done = c.done[max(len(c.done)-undoKept, 0):]
	c.undone = nil
	c.fresh = map[*GridRow]bool{}
}

// end closes an edit: there is an empty row at the end, and an edit that changed nothing
// is forgotten.
func (c *cells) end() {
	if n := len(c.rows); n == 0 || !c.rows[n-1].Empty() {
		c.rows = append(c.rows, c.blank())
	}
	if n := len(c.done); c.fresh != nil && n > 0 && slices.Equal(c.done[n-1], c.rows) {
		c.done = c.done[:n-1]
	}
	c.fresh = nil
}

func (c *cells) get(row, column int) string {
	if row < 0 || row >= len(c.rows) {
		return ""
	}
	return c.rows[row].Cells[column]
}

// put writes a cell; rows that are not there yet come into being.
func (c *cells) put(row, column int, text string) {
	for row >= len(c.rows) {
		c.rows = append(c.rows, c.blank())
	}
	was := c.rows[row]
	if was.Cells[column] == text {
		return
	}
	if !c.fresh[was] {
		was = &GridRow{ID: was.ID, Cells: slices.Clone(was.Cells)}
		c.rows[row] = was
		if c.fresh != nil {
			c.fresh[was] = true
		}
	}
	was.Cells[column] = text
}

// insert makes empty rows before one.
func (c *cells) insert(row, n int) {
	for range n {
		c.rows = slices.Insert(c.rows, row, c.blank())
	}
}

// remove takes the rows from … to-1 away.
func (c *cells) remove(from, to int) { c.rows = slices.Delete(c.rows, from, min(to, len(c.rows))) }

// set puts other rows in the place of all; nothing of before can be brought back.
func (c *cells) set(rows [][]string) {
	c.rows, c.done, c.undone = nil, nil, nil
	for _, r := range rows {
		row := c.blank()
		copy(row.Cells, r)
		c.rows = append(c.rows, row)
	}
	c.end()
}

// take removes rows by number of their own and gives them back in order. An undo does not
// bring them back.
func (c *cells) take(gone func(*GridRow) bool) (taken []*GridRow) {
	for _, r := range c.rows {
		if gone(r) {
			taken = append(taken, r)
		}
	}
	c.rows = slices.DeleteFunc(slices.Clone(c.rows), gone)
	c.done, c.undone = nil, nil
	c.end()
	return taken
}

// undo takes the last edit back, redo makes it again. They tell whether there was one.
func (c *cells) undo() bool { return c.swap(&c.done, &c.undone) }
func (c *cells) redo() bool { return c.swap(&c.undone, &c.done) }

func (c *cells) swap(from, to *[][]*GridRow) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	*to = append(*to, c.rows)
	c.rows, *from = (*from)[n-1], (*from)[:n-1]
	return true
}

// cellRange is a block of cells, all ends included.
type cellRange struct{ top, left, bottom, right int }

func between(row1, column1, row2, column2 int) cellRange {
	return cellRange{min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2)}
}

func (r cellRange) has(row, column int) bool {
	return row >= r.top && row <= r.bottom && column >= r.left && column <= r.right
}

func (r cellRange) single() bool { return r.top == r.bottom && r.left == r.right }
