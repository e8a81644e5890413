package enhance

import (
	"image"
	"math"
)

// shrinkGray averages src down to w×h pixels, neither larger than src.
func shrinkGray(src *image.Gray, w, h int) *image.Gray {
	dst := image.NewGray(image.Rect(0, 0, w, h))
	shrink(dst.Pix, src.Pix, src.Stride, src.Rect.Size(), w, h, 1)
	return dst
}

// shrinkRGBA does the same in colour.
func shrinkRGBA(src *image.RGBA, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	shrink(dst.Pix, src.Pix, src.Stride, src.Rect.Size(), w, h, 4)
	return dst
}

// shrink gives each new pixel the mean of the area it covers, parts of pixels
// counted as parts. Each pixel has n bytes.
func shrink(dst, src []uint8, stride int, size image.Point, w, h, n int) {
	columns, rows := edges(size.X, w), edges(size.Y, h)
	sums := make([]uint32, size.X*n)
	across := float64(size.X) / float64(w) * 256
	for y := range h {
		clear(sums)
		first, last := rows[y]>>8, (rows[y+1]-1)>>8
		for j := first; j <= last; j++ {
			weight := min(rows[y+1], (j+1)<<8) - max(rows[y], j<<8)
			addRow(sums, src[int(j)*stride:int(j)*stride+size.X*n], weight)
		}
		scale := uint64(1 << meanBits / (across * float64(rows[y+1]-rows[y])))
		out := dst[y*w*n : (y+1)*w*n]
		if n == 1 {
			meanGray(out, sums, columns, scale)
		} else {
			meanRGBA(out, sums, columns, scale)
		}
	}
}

// edges gives where new pixels begin and end among the old ones, in 1/256.
func edges(old, now int) []uint32 {
	e := make([]uint32, now+1)
	for i := range e {
		e[i] = uint32(math.Round(float64(i) * float64(old) / float64(now) * 256))
	}
	return e
}

func addRow(sums []uint32, row []uint8, weight uint32) {
	row = row[:len(sums)]
	for x, v := range row {
		sums[x] += uint32(v) * weight
	}
}

// meanBits is the fraction of what sums are multiplied by: the mean of a whole
// area of white, 255, keeps within 64 bits.
const meanBits = 48

func meanGray(out []uint8, sums, columns []uint32, scale uint64) {
	from := columns[0]
	for x, to := range columns[1 : len(out)+1] {
		covered := sums[from>>8 : (to-1)>>8+1]
		sum := uint64(0)
		for _, s := range covered {
			sum += uint64(s) << 8
		}
		// The first and the last are covered in part only.
		sum -= uint64(covered[0])*uint64(from&255) + uint64(covered[len(covered)-1])*uint64(-to&255)
		out[x] = uint8(min(255, (sum*scale+1<<(meanBits-1))>>meanBits))
		from = to
	}
}

func meanRGBA(out []uint8, sums, columns []uint32, scale uint64) {
	for x := range len(columns) - 1 {
		from, to := columns[x], columns[x+1]
		var sum [4]uint64
		for i := from >> 8; i <= (to-1)>>8; i++ {
			weight := uint64(min(to, (i+1)<<8) - max(from, i<<8))
			s := sums[4*i : 4*i+4 : 4*i+4]
			sum[0] += uint64(s[0]) * weight
			sum[1] += uint64(s[1]) * weight
			sum[2] += uint64(s[2]) * weight
			sum[3] += uint64(s[3]) * weight
		}
		p := out[4*x : 4*x+4 : 4*x+4]
		for c := range p {
			p[c] = uint8(min(255, (sum[c]*scale+1<<(meanBits-1))>>meanBits))
		}
	}
}

// onto gives the frame's way into an image that is the upright master resampled
// to w×h.
func (f frame) onto(w, h int) frame {
	sx, sy := float64(w)/float64(f.W), float64(h)/float64(f.H)
	f.XX, f.XY, f.X0 = f.XX*sx, f.XY*sx, f.X0*sx
	f.YX, f.YY, f.Y0 = f.YX*sy, f.YY*sy, f.Y0*sy
	return f
}

// isWhole tells whether the frame takes an image of its own size pixel by pixel.
func (f frame) isWhole(w, h int) bool {
	const hair = 1e-6
	near := func(a, b float64) bool { return math.Abs(a-b) < hair }
	return f.w == w && f.h == h && near(f.XX, 1) && near(f.YY, 1) && near(f.XY, 0) && near(f.YX, 0) &&
		near(f.X0, 0) && near(f.Y0, 0)
}

// shrinkBelow is the scale under which pages are averaged before they are
// turned, so that no stroke falls between two pixels.
const shrinkBelow = 0.85

// frameGray makes the frame's image from a page, at the scale of the frame. Only a
// page that keeps its size or grows needs a spline to stay sharp.
func frameGray(page *image.Gray, f frame, scale float64, fill uint8) *image.Gray {
	if w, h, ok := shrunken(page.Rect.Size(), scale); ok {
		page = shrinkGray(page, w, h)
		f = f.onto(w, h)
	}
	if f.isWhole(page.Rect.Dx(), page.Rect.Dy()) {
		return page
	}
	return resampleGray(page, f, fill, scale >= 1)
}

// shrunken is the size a page is averaged to before it is turned.
func shrunken(size image.Point, scale float64) (w, h int, ok bool) {
	if scale >= shrinkBelow {
		return size.X, size.Y, false
	}
	w = max(1, int(math.Round(float64(size.X)*scale)))
	h = max(1, int(math.Round(float64(size.Y)*scale)))
	return w, h, true
}
