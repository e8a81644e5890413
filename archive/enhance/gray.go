package enhance

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

// gray gives the luma of img with its origin at 0,0 and Stride equal to its
// width. The result may share pixels with img and is not to be written to.
func gray(img image.Image) *image.Gray {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	switch src := img.(type) {
	case *image.Gray:
		if src.Stride == w && b.Min == (image.Point{}) {
			return src
		}
		return copyPlane(src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride, w, h)
	case *image.YCbCr:
		return copyPlane(src.Y[src.YOffset(b.Min.X, b.Min.Y):], src.YStride, w, h)
	case *image.RGBA:
		return lumaOf(src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride, w, h)
	case *image.NRGBA:
		if src.Opaque() {
			return lumaOf(src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride, w, h)
		}
	case *image.Paletted:
		return grayOfPalette(src)
	}
	// Anything else is rare; what is transparent stands on white paper.
	dst := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, img, b.Min, draw.Over)
	return dst
}

// copyPlane takes w×h bytes out of a plane with a wider stride.
func copyPlane(pix []uint8, stride, w, h int) *image.Gray {
	dst := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		copy(dst.Pix[y*w:(y+1)*w], pix[y*stride:])
	}
	return dst
}

// lumaOf weighs red, green and blue as JPEG does (ITU-R BT.601).
func lumaOf(pix []uint8, stride, w, h int) *image.Gray {
	dst := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		row, out := pix[y*stride:], dst.Pix[y*w:(y+1)*w]
		for x := range out {
			p := row[4*x : 4*x+3 : 4*x+3]
			out[x] = uint8((19595*uint32(p[0]) + 38470*uint32(p[1]) + 7471*uint32(p[2]) + 1<<15) >> 16)
		}
	}
	return dst
}

func grayOfPalette(src *image.Paletted) *image.Gray {
	b := src.Rect
	var table [256]uint8
	for i, c := range src.Palette[:min(len(src.Palette), 256)] {
		table[i] = color.GrayModel.Convert(over(c)).(color.Gray).Y
	}
	w, h := b.Dx(), b.Dy()
	dst := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		row := src.Pix[y*src.Stride:]
		for x := range w {
			dst.Pix[y*w+x] = table[row[x]]
		}
	}
	return dst
}

// over lays a colour on white paper.
func over(c color.Color) color.Color {
	r, g, b, a := c.RGBA()
	return color.RGBA64{uint16(r + 0xffff - a), uint16(g + 0xffff - a), uint16(b + 0xffff - a), 0xffff}
}

// reduce averages f×f pixels into one; what is left over at the right and the
// bottom is dropped. f = 1 gives src itself.
func reduce(src *image.Gray, f int) *image.Gray {
	switch {
	case f <= 1:
		return src
	case f == 2:
		return halve(src)
	}
	w, h := src.Rect.Dx()/f, src.Rect.Dy()/f
	dst := image.NewGray(image.Rect(0, 0, w, h))
	sums := make([]uint32, w)
	area := uint32(f * f)
	scale := (1<<24 + area/2) / area
	for y := range h {
		clear(sums)
		for j := range f {
			row := src.Pix[(y*f+j)*src.Stride:]
			addRuns(sums, row[:w*f], f)
		}
		out := dst.Pix[y*w : (y+1)*w]
		for x, s := range sums {
			out[x] = uint8((uint64(s)*uint64(scale) + 1<<23) >> 24)
		}
	}
	return dst
}

// halve averages 2×2 pixels into one, four such squares at a time in words of 64
// bits with 16 for each.
func halve(src *image.Gray) *image.Gray {
	const even, half, pairs = 0x00ff00ff00ff00ff, 0x0002000200020002, 0x0000ffff0000ffff
	w, h := src.Rect.Dx()/2, src.Rect.Dy()/2
	dst := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		top, low := src.Pix[2*y*src.Stride:][:2*w], src.Pix[(2*y+1)*src.Stride:][:2*w]
		out := dst.Pix[y*w : (y+1)*w]
		x := 0
		for ; x+4 <= w; x += 4 {
			a, b := binary.LittleEndian.Uint64(top[2*x:2*x+8]), binary.LittleEndian.Uint64(low[2*x:2*x+8])
			mean := (a&even + a>>8&even + b&even + b>>8&even + half) >> 2 & even
			mean = (mean | mean>>8) & pairs
			binary.LittleEndian.PutUint32(out[x:x+4], uint32(mean|mean>>16))
		}
		for ; x < w; x++ {
			out[x] = uint8((int(top[2*x]) + int(top[2*x+1]) + int(low[2*x]) + int(low[2*x+1]) + 2) / 4)
		}
	}
	return dst
}

// addRuns adds each run of f bytes of row to its sum; the small factors of
// everyday pages are written out.
func addRuns(sums []uint32, row []uint8, f int) {
	switch f {
	case 3:
		for x := range sums {
			p := row[3*x : 3*x+3 : 3*x+3]
			sums[x] += uint32(p[0]) + uint32(p[1]) + uint32(p[2])
		}
	case 4:
		for x := range sums {
			p := row[4*x : 4*x+4 : 4*x+4]
			sums[x] += uint32(p[0]) + uint32(p[1]) + uint32(p[2]) + uint32(p[3])
		}
	default:
		for x := range sums {
			for _, v := range row[x*f : (x+1)*f] {
				sums[x] += uint32(v)
			}
		}
	}
}
