package enhance

import (
	"image"
	"slices"
)

// background is the brightness of the bare paper on a coarse grid.
type background struct {
	*image.Gray
	cell int // pixels of the page to a point of the grid
}

// findBackground looks at the page through cells of about a hundredth of an
// inch and lets paper close over everything up to about a third of an inch
// wide: print goes, shadows, stains and yellowing stay.
func findBackground(page *image.Gray) background {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	fine := max(1, min(w, h)/800)
	averaged := reduce(page, fine) // so that grain does not pass for paper
	const join = 4
	grid := brightest(averaged, join)
	grid = boxBlur(closing(grid, 5), 3)
	return background{grid, fine * join}
}

// brightest gives the greatest value of each f×f square.
func brightest(src *image.Gray, f int) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewGray(image.Rect(0, 0, (w+f-1)/f, (h+f-1)/f))
	line := make([]uint8, w)
	for y := 0; y < h; y += f {
		clear(line)
		for j := y; j < min(h, y+f); j++ {
			raise(line, src.Pix[j*src.Stride:])
		}
		out := dst.Pix[y/f*dst.Stride:]
		for x := 0; x < w; x += f {
			out[x/f] = slices.Max(line[x:min(w, x+f)])
		}
	}
	return dst
}

// boxBlur averages over 2r+1 points both ways, with the edge repeated.
func boxBlur(src *image.Gray, r int) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	across := image.NewGray(image.Rect(0, 0, w, h))
	blurLines(across.Pix, src.Pix, w, h, src.Stride, 1, r)
	dst := image.NewGray(image.Rect(0, 0, w, h))
	blurLines(dst.Pix, across.Pix, h, w, 1, w, r)
	return dst
}

// blurLines blurs count lines of n values each; next is the way from line to
// line, step from value to value.
func blurLines(dst, src []uint8, n, count, next, step, r int) {
	k := 2*r + 1
	for line := range count {
		at := line * next
		value := func(i int) int { return int(src[at+max(0, min(n-1, i))*step]) }
		sum := 0
		for i := -r; i <= r; i++ {
			sum += value(i)
		}
		for i := range n {
			dst[at+i*step] = uint8((sum + r) / k)
			sum += value(i+r+1) - value(i-r)
		}
	}
}

// darkestPaper keeps the black around a page from being stretched to grey.
const darkestPaper = 56

// factorBits is the fraction of a factor: 255/darkestPaper times 255 still fits
// 32 bits.
const factorBits = 20

// flatten divides the page by its background, so that bare paper is white
// everywhere: 255.
func flatten(page *image.Gray, bg background) *image.Gray {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	dst := image.NewGray(image.Rect(0, 0, w, h))
	var inverse [256]uint32 // 255/v, in units of 2^-factorBits
	for v := range inverse {
		inverse[v] = 255 << factorBits / uint32(max(v, darkestPaper))
	}
	gw, gh := bg.Rect.Dx(), bg.Rect.Dy()
	cell := bg.cell
	line := make([]uint32, gw) // one row of the grid between two, as factor
	for y := range h {
		// The middle of grid point j lies at (j+½)·cell.
		t := max(0, 2*y+1-cell)
		j := min(t/(2*cell), gh-1)
		k := min(j+1, gh-1)
		part := uint32(min(256, (t-j*2*cell)*256/(2*cell)))
		a, b := bg.Pix[j*gw:(j+1)*gw], bg.Pix[k*gw:(k+1)*gw]
		for i := range line {
			line[i] = inverse[a[i]]/256*(256-part) + inverse[b[i]]/256*part
		}
		divideRow(dst.Pix[y*w:(y+1)*w], page.Pix[y*page.Stride:y*page.Stride+w], line, cell)
	}
	return dst
}

// divideRow multiplies a row by the factors of the grid and those between.
func divideRow(out, in []uint8, line []uint32, cell int) {
	x, half := 0, cell/2
	put := func(end int, factor, step uint32) {
		end = min(end, len(in))
		if x >= end {
			return
		}
		to := out[x:end]
		for i, v := range in[x:end] {
			to[i] = uint8(min(255, (uint32(v)*factor+1<<(factorBits-1))>>factorBits))
			factor += step
		}
		x = end
	}
	put(half, line[0], 0)
	for i := 1; i < len(line); i++ {
		// A falling factor has a step that wraps round, as it should.
		put(half+i*cell, line[i-1], uint32(int32(line[i]-line[i-1])/int32(cell)))
	}
	put(len(in), line[len(line)-1], 0)
}
