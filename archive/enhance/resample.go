package enhance

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
)

// fixed-point positions carry 16 bits of fraction.
const fixedOne = 1 << 16

// cubicTaps are the four weights of a Catmull-Rom spline (Keys, 1981: a = −½)
// for 256 positions between two pixels, in 1/16384.
func cubicTaps() *[256][4]int32 {
	var t [256][4]int32
	for i := range t {
		f := float64(i) / 256
		w := [4]float64{
			((-f+2)*f - 1) * f / 2,
			((3*f-5)*f*f + 2) / 2,
			((-3*f+4)*f + 1) * f / 2,
			(f - 1) * f * f / 2,
		}
		sum := int32(0)
		for j := range w {
			t[i][j] = int32(math.Round(w[j] * 16384))
			sum += t[i][j]
		}
		t[i][1] += 16384 - sum
	}
	return &t
}

// span gives the pixels x0 ≤ x < x1 of one row whose position p + x·d stays in
// lo ≤ position < hi; all in fixed point.
func span(p, d, lo, hi int64, w int) (int, int) {
	x0, x1 := int64(0), int64(w)
	switch {
	case d > 0:
		x0 = max(x0, ceilDiv(lo-p, d))
		x1 = min(x1, ceilDiv(hi-p, d))
	case d < 0:
		x0 = max(x0, ceilDiv(p-hi+1, -d))
		x1 = min(x1, ceilDiv(p-lo+1, -d))
	case p < lo || p >= hi:
		return 0, 0
	}
	if x1 <= x0 {
		return 0, 0
	}
	return int(x0), int(x1)
}

// ceilDiv is a/b rounded up, for b > 0.
func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}

// row walks the source positions of one row of a frame.
type rowWalk struct{ u, v, du, dv int64 }

// walk gives the position of the first pixel's centre, measured between source
// pixel centres, and the step from pixel to pixel.
func (f frame) walk(y int) rowWalk {
	x, yy := f.at(0.5, float64(y)+0.5)
	fix := func(v float64) int64 { return int64(math.Round(v * fixedOne)) }
	return rowWalk{fix(x - 0.5), fix(yy - 0.5), fix(f.XX), fix(f.YX)}
}

// within gives the pixels of the row whose source lies inside w×h with margins.
func (r rowWalk) within(n, w, h, before, after int) (int, int) {
	x0, x1 := span(r.u, r.du, int64(before)*fixedOne, int64(w-after)*fixedOne, n)
	y0, y1 := span(r.v, r.dv, int64(before)*fixedOne, int64(h-after)*fixedOne, n)
	x0, x1 = max(x0, y0), min(x1, y1)
	if x1 <= x0 {
		return 0, 0
	}
	return x0, x1
}

// resampleGray makes the frame's image, with a bicubic spline or else between the
// nearest four pixels; what lies outside src is fill.
func resampleGray(src *image.Gray, f frame, fill uint8, cubic bool) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewGray(image.Rect(0, 0, f.w, f.h))
	before, after := 0, 1 // neighbours that a pixel needs
	var taps *[256][4]int32
	if cubic {
		before, after, taps = 1, 2, cubicTaps()
	}
	for y := range f.h {
		out := dst.Pix[y*f.w : (y+1)*f.w]
		walk := f.walk(y)
		near0, near1 := walk.within(f.w, w, h, 0, 0)
		far0, far1 := walk.within(f.w, w, h, before, after)
		if far0 >= far1 {
			far0, far1 = near1, near1
		}
		for x := 0; x < near0; x++ {
			out[x] = fill
		}
		for x := near0; x < far0; x++ {
			out[x] = nearestGray(src, walk, x)
		}
		if cubic {
			cubicRow(out, src, walk, far0, far1, taps)
		} else {
			linearGrayRow(out, src, walk, far0, far1)
		}
		for x := far1; x < near1; x++ {
			out[x] = nearestGray(src, walk, x)
		}
		for x := max(near1, near0); x < f.w; x++ {
			out[x] = fill
		}
	}
	return dst
}

func nearestGray(src *image.Gray, r rowWalk, x int) uint8 {
	u := min(int((r.u+int64(x)*r.du+fixedOne/2)>>16), src.Rect.Dx()-1)
	v := min(int((r.v+int64(x)*r.dv+fixedOne/2)>>16), src.Rect.Dy()-1)
	return src.Pix[v*src.Stride+u]
}

// cubicRow fills out[x0:x1], whose sources have all their neighbours.
func cubicRow(out []uint8, src *image.Gray, r rowWalk, x0, x1 int, taps *[256][4]int32) {
	u, v := r.u+int64(x0)*r.du, r.v+int64(x0)*r.dv
	pix, stride := src.Pix, src.Stride
	for x := x0; x < x1; x++ {
		a, b := &taps[uint8(u>>8)], &taps[uint8(v>>8)]
		at := (int(v>>16)-1)*stride + int(u>>16) - 1
		sum := int32(0)
		for j := range 4 {
			p := pix[at : at+4 : at+4]
			line := a[0]*int32(p[0]) + a[1]*int32(p[1]) + a[2]*int32(p[2]) + a[3]*int32(p[3])
			sum += (line >> 7) * b[j]
			at += stride
		}
		sum = (sum + 1<<20) >> 21
		if uint32(sum) > 255 {
			sum = ^(sum >> 31) & 255
		}
		out[x] = uint8(sum)
		u += r.du
		v += r.dv
	}
}

// linearGrayRow fills out[x0:x1], whose sources have a neighbour to the right and
// one below. Both rows share a word of 32 bits, so that one multiplication weighs both.
func linearGrayRow(out []uint8, src *image.Gray, r rowWalk, x0, x1 int) {
	const pair = 0x00ff00ff
	u, v := r.u+int64(x0)*r.du, r.v+int64(x0)*r.dv
	pix, stride := src.Pix, src.Stride
	for x := x0; x < x1; x++ {
		a, b := uint32(uint8(u>>8)), uint32(uint8(v>>8))
		at := int(v>>16)*stride + int(u>>16)
		p, q := pix[at:at+2:at+2], pix[at+stride:at+stride+2:at+stride+2]
		four := uint32(binary.LittleEndian.Uint16(p)) | uint32(binary.LittleEndian.Uint16(q))<<16
		across := (four&pair)*(256-a) + (four>>8&pair)*a
		out[x] = uint8((across&0xffff*(256-b) + across>>16*b + 1<<15) >> 16)
		u += r.du
		v += r.dv
	}
}

// resampleRGBA is resampleGray for colour, between the nearest four pixels.
func resampleRGBA(src *image.RGBA, f frame, fill color.RGBA) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, f.w, f.h))
	blank := [4]uint8{fill.R, fill.G, fill.B, fill.A}
	for y := range f.h {
		out := dst.Pix[y*dst.Stride : y*dst.Stride+4*f.w]
		walk := f.walk(y)
		near0, near1 := walk.within(f.w, w, h, 0, 0)
		far0, far1 := walk.within(f.w, w, h, 0, 1)
		if far0 >= far1 {
			far0, far1 = near1, near1
		}
		for x := 0; x < near0; x++ {
			copy(out[4*x:], blank[:])
		}
		for x := near0; x < far0; x++ {
			copy(out[4*x:4*x+4], nearestRGBA(src, walk, x))
		}
		linearRow(out, src, walk, far0, far1)
		for x := far1; x < near1; x++ {
			copy(out[4*x:4*x+4], nearestRGBA(src, walk, x))
		}
		for x := max(near1, near0); x < f.w; x++ {
			copy(out[4*x:], blank[:])
		}
	}
	return dst
}

func nearestRGBA(src *image.RGBA, r rowWalk, x int) []uint8 {
	u := min(int((r.u+int64(x)*r.du+fixedOne/2)>>16), src.Rect.Dx()-1)
	v := min(int((r.v+int64(x)*r.dv+fixedOne/2)>>16), src.Rect.Dy()-1)
	return src.Pix[v*src.Stride+4*u:]
}

// linearRow fills out for x0 ≤ x < x1. Two channels share a word of 32 bits, 16
// bits each, so that one multiplication weighs both.
func linearRow(out []uint8, src *image.RGBA, r rowWalk, x0, x1 int) {
	const pair, half = 0x00ff00ff, 0x00800080
	u, v := r.u+int64(x0)*r.du, r.v+int64(x0)*r.dv
	pix, stride := src.Pix, src.Stride
	for x := x0; x < x1; x++ {
		a, b := uint32(u>>8)&255, uint32(v>>8)&255
		at := int(v>>16)*stride + int(u>>16)*4
		top, low := pix[at:at+8:at+8], pix[at+stride:at+stride+8:at+stride+8]
		p, q := binary.LittleEndian.Uint32(top), binary.LittleEndian.Uint32(top[4:])
		s, t := binary.LittleEndian.Uint32(low), binary.LittleEndian.Uint32(low[4:])
		even0 := ((p&pair)*(256-a) + (q&pair)*a + half) >> 8 & pair
		odd0 := ((p>>8&pair)*(256-a) + (q>>8&pair)*a + half) >> 8 & pair
		even1 := ((s&pair)*(256-a) + (t&pair)*a + half) >> 8 & pair
		odd1 := ((s>>8&pair)*(256-a) + (t>>8&pair)*a + half) >> 8 & pair
		even := (even0*(256-b) + even1*b + half) >> 8 & pair
		odd := (odd0*(256-b) + odd1*b + half) & 0xff00ff00
		binary.LittleEndian.PutUint32(out[4*x:4*x+4:4*x+4], even|odd)
		u += r.du
		v += r.dv
	}
}
