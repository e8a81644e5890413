package enhance

import (
	"encoding/binary"
	"image"
)

// What makes a page a speckled one, and how large its specks may be.
const (
	tinySide  = 3    // pixels: no stroke, dot or comma of a readable page is that small
	speckSide = 6    // pixels: no speck is taken out beyond this
	speckCell = 64   // pixels: specks lie all over the page, in squares of this size
	speckInk  = 0.65 // of the way from ink to paper is still a speck
)

// run is a stretch of dark pixels in one row.
type run struct {
	y, x0, x1 int32
	parent    int32 // union-find; a root holds its blob's extent
	side      int32 // of the root: the longer side of the blob's box
	top, left int32
	right     int32
}

// despeckle takes the specks out of a flattened page that is strewn with them,
// and leaves other pages as they are: one dot may be a full stop. black is the
// tone of the page's ink.
func despeckle(page *image.Gray, black float64) {
	limit := uint8(min(black+speckInk*(255-black), paperBits))
	runs := findRuns(page, limit)
	joinRuns(runs)
	var sizes [speckSide + 1]int
	larger := 0
	for i := range runs {
		r := &runs[i]
		if r.parent != int32(i) {
			continue
		}
		if r.side <= speckSide {
			sizes[r.side]++
		} else {
			larger++
		}
	}
	side := speckLimit(sizes, larger)
	if side == 0 || !strewn(runs, side, page.Rect.Size()) {
		return
	}
	for i := range runs {
		if runs[root(runs, int32(i))].side <= side {
			erase(page, runs[i], limit)
		}
	}
}

// strewn tells whether specks lie where nothing else does, over most of what is
// otherwise bare: broken strokes of faint print are as small, but lie in lines.
func strewn(runs []run, side int32, size image.Point) bool {
	w, h := size.X/speckCell+1, size.Y/speckCell+1
	const speck, print = 1, 2
	cells := make([]uint8, w*h)
	for i := range runs {
		mark := uint8(print)
		if runs[root(runs, int32(i))].side <= side {
			mark = speck
		}
		row := cells[int(runs[i].y)/speckCell*w:]
		for x := int(runs[i].x0) / speckCell; x <= int(runs[i].x1-1)/speckCell; x++ {
			row[x] |= mark
		}
	}
	bare, specked := 0, 0
	for _, c := range cells {
		if c&print == 0 {
			bare++
			specked += int(c)
		}
	}
	return bare >= 10 && 2*specked >= bare
}

// speckLimit gives the longest side of a speck, 0 on pages without: specks come
// in great numbers and their sizes fall off fast.
func speckLimit(sizes [speckSide + 1]int, larger int) int32 {
	tiny := 0
	for _, n := range sizes[:tinySide+1] {
		tiny += n
	}
	if tiny < 100 || tiny < larger/2 {
		return 0
	}
	limit := tinySide
	for limit < speckSide && sizes[limit+1]*50 > tiny {
		limit++
	}
	return int32(limit)
}

// A byte whose three high bits are set is at least paperBits.
const (
	paperBits = 224
	highBits  = 0x8080808080808080
)

// findRuns gives the stretches darker than limit, which is at most paperBits.
func findRuns(page *image.Gray, limit uint8) []run {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	runs := make([]run, 0, 1<<16)
	for y := range h {
		row := page.Pix[y*w : (y+1)*w]
		for x := 0; x < w; x++ {
			if row[x] >= limit {
				// Bare paper goes by eight pixels at a time: bytes with their
				// three high bits set.
				for x+8 < w {
					v := binary.LittleEndian.Uint64(row[x:])
					if v&(v<<1)&(v<<2)&highBits != highBits {
						break
					}
					x += 8
				}
				if row[x] >= limit {
					continue
				}
			}
			x0 := x
			for x < w && row[x] < limit {
				x++
			}
			runs = append(runs, run{y: int32(y), x0: int32(x0), x1: int32(x), parent: int32(len(runs)),
				top: int32(y), left: int32(x0), right: int32(x)})
		}
	}
	return runs
}

// joinRuns unites runs that touch, corners included.
func joinRuns(runs []run) {
	above := 0 // the first run of the row above that may still touch
	for i := range runs {
		r := &runs[i]
		for above < i && (runs[above].y < r.y-1 || runs[above].y == r.y-1 && runs[above].x1 < r.x0) {
			above++
		}
		for j := above; j < i && runs[j].y == r.y-1 && runs[j].x0 <= r.x1; j++ {
			unite(runs, int32(i), int32(j))
		}
	}
	for i := range runs {
		r := &runs[i]
		o := &runs[root(runs, int32(i))]
		o.left, o.right = min(o.left, r.x0), max(o.right, r.x1)
		o.top = min(o.top, r.y)
		o.side = max(o.side, o.right-o.left, r.y-o.top+1)
	}
}

func root(runs []run, i int32) int32 {
	for runs[i].parent != i {
		runs[i].parent = runs[runs[i].parent].parent
		i = runs[i].parent
	}
	return i
}

// unite keeps the earlier run as root, so that a root's top is the blob's.
func unite(runs []run, i, j int32) {
	i, j = root(runs, i), root(runs, j)
	runs[max(i, j)].parent = min(i, j)
}

// erase whitens a run with the soft edge around it.
func erase(page *image.Gray, r run, limit uint8) {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	for y := max(0, int(r.y)-1); y <= min(h-1, int(r.y)+1); y++ {
		row := page.Pix[y*w : (y+1)*w]
		for x := max(0, int(r.x0)-1); x < min(w, int(r.x1)+1); x++ {
			if y == int(r.y) && x >= int(r.x0) && x < int(r.x1) || row[x] >= limit {
				row[x] = 255
			}
		}
	}
}
