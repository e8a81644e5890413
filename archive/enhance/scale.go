package enhance

import (
	"image"

	"golang.org/x/image/draw"
)

// Scale gives img resampled to w×h pixels (at least one each), for screens:
// averaged when it gets smaller, interpolated when it gets larger.
func Scale(img image.Image, w, h int) *image.RGBA {
	w, h = max(1, w), max(1, h)
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if b.Empty() {
		return dst
	}
	// Whole-number averaging first makes the rest cheap and free of moiré.
	if f := min(b.Dx()/w, b.Dy()/h); f >= 2 {
		img = reduced(img, f)
	}
	draw.ApproxBiLinear.Scale(dst, dst.Rect, img, img.Bounds(), draw.Src, nil)
	return dst
}

// Thumbnail gives img reduced so that its longer side is side pixels; a smaller
// image keeps its size.
func Thumbnail(img image.Image, side int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if m := max(w, h); m > side {
		w, h = w*side/m, h*side/m
	}
	return Scale(img, w, h)
}

// reduced averages f×f pixels into one, in the image's own kind where that is
// quicker.
func reduced(img image.Image, f int) image.Image {
	switch src := img.(type) {
	case *image.Gray:
		return reduce(gray(src), f)
	case *image.YCbCr:
		return reduceYCbCr(src, f)
	}
	return reduceRGBA(rgba(img), f)
}

func reduceRGBA(src *image.RGBA, f int) *image.RGBA {
	w, h := src.Rect.Dx()/f, src.Rect.Dy()/f
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	sums := make([]uint32, 4*w)
	half, area := uint32(f*f/2), uint32(f*f)
	for y := range h {
		clear(sums)
		for j := range f {
			row := src.Pix[(y*f+j)*src.Stride:]
			for x := range w {
				s := sums[4*x : 4*x+4 : 4*x+4]
				for i := x * f * 4; i < (x+1)*f*4; i += 4 {
					p := row[i : i+4 : i+4]
					s[0] += uint32(p[0])
					s[1] += uint32(p[1])
					s[2] += uint32(p[2])
					s[3] += uint32(p[3])
				}
			}
		}
		out := dst.Pix[y*dst.Stride:]
		for i, s := range sums {
			out[i] = uint8((s + half) / area)
		}
	}
	return dst
}

// reduceYCbCr reduces each plane on its own; the colour planes keep their
// coarser grid.
func reduceYCbCr(src *image.YCbCr, f int) image.Image {
	b := src.Rect
	cw, ch := chromaSize(src)
	if b.Min != (image.Point{}) || cw < f || ch < f {
		return reduceRGBA(rgba(src), f)
	}
	y := reduce(&image.Gray{Pix: src.Y, Stride: src.YStride, Rect: b}, f)
	small := image.NewYCbCr(y.Rect, src.SubsampleRatio)
	copy(small.Y, y.Pix)
	c := image.Rect(0, 0, cw, ch)
	for _, plane := range []struct{ to, from []uint8 }{{small.Cb, src.Cb}, {small.Cr, src.Cr}} {
		p := reduce(&image.Gray{Pix: plane.from, Stride: src.CStride, Rect: c}, f)
		pw, ph := p.Rect.Dx(), p.Rect.Dy()
		if pw == 0 || ph == 0 {
			return reduceRGBA(rgba(src), f)
		}
		dw, dh := chromaSize(small)
		for y := range dh {
			for x := range dw {
				plane.to[y*small.CStride+x] = p.Pix[min(y, ph-1)*pw+min(x, pw-1)]
			}
		}
	}
	return small
}

// chromaSize is the size of the colour planes.
func chromaSize(m *image.YCbCr) (w, h int) {
	w = m.CStride
	if w > 0 {
		h = len(m.Cb) / w
	}
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
		return min(w, m.Rect.Dx()), min(h, m.Rect.Dy())
	case image.YCbCrSubsampleRatio420:
		return min(w, (m.Rect.Dx()+1)/2), min(h, (m.Rect.Dy()+1)/2)
	case image.YCbCrSubsampleRatio422:
		return min(w, (m.Rect.Dx()+1)/2), min(h, m.Rect.Dy())
	case image.YCbCrSubsampleRatio440:
		return min(w, m.Rect.Dx()), min(h, (m.Rect.Dy()+1)/2)
	}
	return min(w, (m.Rect.Dx()+3)/4), h
}
