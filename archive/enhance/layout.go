package enhance

import "image"

// OneBlock tells whether a page made by [ForOCR] is one block of horizontal
// running text. Such pages are read best with the page segmentation mode for a
// single block (Tesseract's 6), which loses no lines to imagined columns; pages
// with columns, tables, pictures or vertical lines need the automatic one (3).
func OneBlock(page *image.Gray) bool {
	half := reduce(page, 2)
	grid := inkGrid(half)
	rows, split, solid := 0, 0, 0
	for y := range grid.h {
		row := grid.cells[y*grid.w : (y+1)*grid.w]
		runs, inked, dark := textRuns(row)
		if inked < 3 {
			continue
		}
		rows++
		if runs > 1 {
			split++
		}
		if dark > 3 {
			solid++
		}
	}
	return rows >= 2 && split*4 <= rows && solid*10 <= rows && horizontal(half)
}

// cellGrid tells how dark each square of about half a character is, 0–255.
type cellGrid struct {
	cells []uint8
	w, h  int
}

const (
	gridCell  = 16  // pixels; characters are about 30
	cellInk   = 12  // a cell at least this dark has writing in it
	cellSolid = 200 // a cell this dark is no writing: a picture, a bar, a seal
	gutter    = 4   // empty cells between columns; two characters
)

// inkGrid looks at a page of half size.
func inkGrid(half *image.Gray) cellGrid {
	small := reduce(half, gridCell/2)
	g := cellGrid{w: small.Rect.Dx(), h: small.Rect.Dy(), cells: small.Pix}
	for i, v := range g.cells {
		g.cells[i] = 255 - v
	}
	return g
}

// textRuns counts the stretches of ink in a row of cells that gutters keep
// apart, leaving out those of one or two cells: numbers in the margin, bullets.
func textRuns(row []uint8) (runs, inked, solid int) {
	length, gap := 0, gutter
	for _, v := range append(row[:len(row):len(row)], make([]uint8, gutter)...) {
		if v >= cellInk {
			inked++
			if v >= cellSolid {
				solid++
			}
			length, gap = length+1, 0
			continue
		}
		if gap++; gap == gutter {
			if length > 2 {
				runs++
			}
			length = 0
		}
	}
	return runs, inked, solid
}

// horizontal tells whether most ink of a page of half size falls into rows, and not
// more clearly into columns: Han set on a grid has both.
func horizontal(half *image.Gray) bool {
	p := darkPoints(half, 128)
	if p.lines(0).share < 0.5 {
		return false
	}
	p = p.coarser(2)
	return p.standsOut() > p.turned().standsOut()/2
}

// standsOut tells how much sharper the rows are as they lie than leaning.
func (p inkPoints) standsOut() float64 {
	profile := p.profile()
	leaning := 0.0
	for _, angle := range []float64{-12, -8, 8, 12} {
		leaning += p.sharpness(angle, profile) / 4
	}
	return p.sharpness(0, profile) / max(leaning, 1)
}
