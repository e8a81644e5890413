package enhance

import (
	"image"
	"image/draw"

	"github.com/disintegration/imaging"
)

// Upright stands the master upright: quarter turns and mirroring only, no pixel
// is resampled. It returns img itself when nothing is to be done. Grey stays grey.
func Upright(img image.Image, r Recipe) image.Image {
	if r.Turn == 0 && !r.Mirror {
		return img
	}
	if g, ok := img.(*image.Gray); ok {
		return turnGray(g, r.Turn, r.Mirror)
	}
	if r.Mirror {
		img = imaging.FlipH(img)
	}
	switch r.Turn { // imaging counts anticlockwise
	case 90:
		return imaging.Rotate270(img)
	case 180:
		return imaging.Rotate180(img)
	case 270:
		return imaging.Rotate90(img)
	}
	return img
}

// turnGray mirrors left to right, then turns clockwise.
func turnGray(src *image.Gray, turn int, mirror bool) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := uprightSize(w, h, turn)
	dst := image.NewGray(image.Rectangle{Max: size})
	// Source pixel (x, y) goes to start + x·right + y·down.
	var start, right, down int
	switch turn {
	case 90:
		start, right, down = h-1, size.X, -1
	case 180:
		start, right, down = w*h-1, -1, -size.X
	case 270:
		start, right, down = (w-1)*size.X, -size.X, 1
	default:
		start, right, down = 0, 1, size.X
	}
	if mirror {
		start, right = start+(w-1)*right, -right
	}
	// Squares small enough to stay in the cache, whichever way they are written.
	const tile = 64
	for y0 := 0; y0 < h; y0 += tile {
		for x0 := 0; x0 < w; x0 += tile {
			for y := y0; y < min(h, y0+tile); y++ {
				row := src.Pix[y*src.Stride:]
				to := start + y*down + x0*right
				for x := x0; x < min(w, x0+tile); x++ {
					dst.Pix[to] = row[x]
					to += right
				}
			}
		}
	}
	return dst
}

// rgba gives the pixels of img as *image.RGBA with its origin at 0,0 and no
// padding. The result may be img itself and is not to be written to.
func rgba(img image.Image) *image.RGBA {
	b := img.Bounds()
	if m, ok := img.(*image.RGBA); ok && b.Min == (image.Point{}) && m.Stride == 4*b.Dx() {
		return m
	}
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Rect, img, b.Min, draw.Src)
	return dst
}
