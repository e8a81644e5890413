package enhance

import (
	"image"
	"slices"
)

// What is taken for the dark lid or table around the paper.
const (
	lidDark     = 90   // a side whose outermost pixels are darker than this in the middle may be lid
	lidContrast = 70   // the paper is at least this much brighter
	lidShare    = 0.98 // of a row, so that it lies outside the paper
	paperShare  = 0.25 // of the page, at least
	lidInside   = 0.10 // of the rectangle kept, at most: otherwise the page is a dark picture
	edgeDepth   = 0.03 // of the page, within which the paper's edge lies
	edgeLid     = 0.30 // of a row that far in, at most: otherwise the edge is not straight, and no paper's
)

// paper finds the paper on a page scanned with something dark around it. small
// is the upright page reduced f times. The result is in pixels of the straight
// page of the given full size; it is empty when all is to be kept. It errs
// towards keeping: a row or column goes only when nearly all of it is lid.
func paper(small *image.Gray, skew float64, f int, full image.Point) image.Rectangle {
	lid, darkSides := findLid(small)
	if lid == nil {
		return image.Rectangle{}
	}
	straight := frameGray(lid, straighten(small.Rect.Size(), Recipe{Skew: skew, Crop: small.Rect}, 1), 1, 255)
	w, h := straight.Rect.Dx(), straight.Rect.Dy()
	rows, columns := make([]int, h), make([]int, w)
	for y := range h {
		for x, v := range straight.Pix[y*w : (y+1)*w] {
			if v > 127 {
				rows[y]++
				columns[x]++
			}
		}
	}
	in := image.Rect(0, 0, w, h)
	beside, above := whole(columns, h), whole(rows, w)
	if darkSides[0] {
		in.Min.Y = outside(rows, w, beside)
	}
	if darkSides[2] {
		in.Min.X = outside(columns, h, above)
	}
	slices.Reverse(rows)
	slices.Reverse(columns)
	if darkSides[1] {
		in.Max.Y -= outside(rows, w, beside)
	}
	if darkSides[3] {
		in.Max.X -= outside(columns, h, above)
	}
	if in == straight.Rect || in.Empty() || float64(in.Dx()*in.Dy()) < paperShare*float64(w*h) {
		return image.Rectangle{}
	}
	left := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for _, v := range straight.Pix[y*w+in.Min.X : y*w+in.Max.X] {
			left += int(v >> 7)
		}
	}
	if float64(left) > lidInside*float64(in.Dx()*in.Dy()) {
		return image.Rectangle{}
	}
	return fullSize(in, f, full)
}

// whole counts the rows of the given length that are all lid.
func whole(lid []int, length int) int {
	n := 0
	for _, v := range lid {
		if float64(v) >= lidShare*float64(length) {
			n++
		}
	}
	return n
}

// outside tells how many of the first rows lie outside the paper. lid counts the
// pixels of lid in each row of the given length, beside of which are lid in
// every row.
func outside(lid []int, length, beside int) int {
	n := 0
	for n < len(lid) && float64(lid[n]) >= lidShare*float64(length) {
		n++
	}
	within := n + int(edgeDepth*float64(len(lid))) + 1
	if within >= len(lid) || float64(lid[within]-beside) > edgeLid*float64(length-beside) {
		return 0
	}
	return n
}

// fullSize takes a rectangle from the reduced page to the full one; sides that
// were not cut stay at the edge, cut sides keep one reduced pixel more.
func fullSize(in image.Rectangle, f int, full image.Point) image.Rectangle {
	out := image.Rectangle{Max: full}
	if in.Min.X > 0 {
		out.Min.X = (in.Min.X - 1) * f
	}
	if in.Min.Y > 0 {
		out.Min.Y = (in.Min.Y - 1) * f
	}
	out.Max.X = min(full.X, (in.Max.X+1)*f)
	out.Max.Y = min(full.Y, (in.Max.Y+1)*f)
	return out
}

// findLid marks with 255 the dark area that reaches in from the sides of the
// page, and tells which sides (top, bottom, left, right) it begins at. It gives
// nil when no side is dark or what is within is not clearly brighter.
func findLid(small *image.Gray) (*image.Gray, [4]bool) {
	w, h := small.Rect.Dx(), small.Rect.Dy()
	var sides [4]bool
	dark, any := 0, false
	for i := range sides {
		if m := sideMedian(small, i); m < lidDark {
			sides[i], any = true, true
			dark = max(dark, m)
		}
	}
	if !any {
		return nil, sides
	}
	var histogram [256]int
	for _, v := range small.Pix[:w*h] {
		histogram[v]++
	}
	bright := percentile(&histogram, 0.8)
	if bright < dark+lidContrast {
		return nil, sides
	}
	limit := uint8(dark + (bright-dark)*35/100)
	lid := image.NewGray(small.Rect)
	var stack []int32
	push := func(i int) {
		if lid.Pix[i] == 0 && small.Pix[i] < limit {
			lid.Pix[i] = 255
			stack = append(stack, int32(i))
		}
	}
	for x := range w {
		push(x)
		push((h-1)*w + x)
	}
	for y := range h {
		push(y * w)
		push(y*w + w - 1)
	}
	for len(stack) > 0 {
		i := int(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
		if x := i % w; x > 0 {
			push(i - 1)
		}
		if x := i % w; x < w-1 {
			push(i + 1)
		}
		if i >= w {
			push(i - w)
		}
		if i < w*(h-1) {
			push(i + w)
		}
	}
	return lid, sides
}

// sideMedian is the median brightness along the outermost line but one of a side.
func sideMedian(g *image.Gray, side int) int {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var line []uint8
	switch side {
	case 0:
		line = append(line, g.Pix[w:2*w]...)
	case 1:
		line = append(line, g.Pix[(h-2)*w:(h-1)*w]...)
	default:
		x := 1
		if side == 3 {
			x = w - 2
		}
		for y := range h {
			line = append(line, g.Pix[y*w+x])
		}
	}
	slices.Sort(line)
	return int(line[len(line)/2])
}

// lidOf finds the lid on a page of full size: the mask is reduced by times.
func lidOf(page *image.Gray) (lid *image.Gray, by int) {
	by = max(1, max(page.Rect.Dx(), page.Rect.Dy())/detectSide)
	small := reduce(page, by)
	if small.Rect.Dx() < 4 || small.Rect.Dy() < 4 {
		return nil, by
	}
	if lid, _ = findLid(small); lid != nil {
		lid = dilate(lid, 2) // over the soft edge
	}
	return lid, by
}

// whiten makes the lid as white as paper.
func whiten(page, lid *image.Gray, by int) {
	if lid == nil {
		return
	}
	w, h := page.Rect.Dx(), page.Rect.Dy()
	lw, lh := lid.Rect.Dx(), lid.Rect.Dy()
	for y := range h {
		mask := lid.Pix[min(y/by, lh-1)*lw:][:lw]
		out := page.Pix[y*w : (y+1)*w]
		for i, m := range mask {
			if m == 0 {
				continue
			}
			end := min(w, (i+1)*by)
			if i == lw-1 {
				end = w
			}
			for x := i * by; x < end; x++ {
				out[x] = 255
			}
		}
	}
}
