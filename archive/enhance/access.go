package enhance

import (
	"image"
	"image/color"
)

// Access makes the image for people from a master: upright, straight, cut to
// the paper; colour and tone stay, and so do stains, punch holes and fading.
// What a turn lays bare is filled in the colour of the paper. The result is
// *image.Gray for grey masters and *image.RGBA otherwise, unless nothing is to
// be done and img itself is returned.
func Access(img image.Image, r Recipe) image.Image { return AccessSized(img, r, 0) }

// AccessSized is [Access] with the longer side reduced to side pixels; 0, or a
// page that is smaller: not reduced.
func AccessSized(img image.Image, r Recipe, side int) image.Image {
	if r.Clean {
		img = cleaned(img)
	}
	up := Upright(img, r)
	f, scale := accessFrame(up.Bounds().Size(), r, side)
	if scale == 1 && r.lean() == 0 && r.Crop.Empty() {
		return up
	}
	if g, ok := up.(*image.Gray); ok {
		g = gray(g)
		return frameGray(g, f, scale, paperTone(g))
	}
	m := rgba(up)
	fill := paperColour(m)
	if w, h, ok := shrunken(m.Rect.Size(), scale); ok {
		m = shrinkRGBA(m, w, h)
		f = f.onto(w, h)
	}
	if f.isWhole(m.Rect.Dx(), m.Rect.Dy()) {
		return m
	}
	return resampleRGBA(m, f, fill)
}

// AccessMap is the way from pixels of the access image, whose size it gives,
// back to the upright master of the given size.
func AccessMap(upright image.Point, r Recipe) (Map, image.Point) {
	return AccessMapSized(upright, r, 0)
}

// AccessMapSized is [AccessMap] for [AccessSized].
func AccessMapSized(upright image.Point, r Recipe, side int) (Map, image.Point) {
	f, _ := accessFrame(upright, r, side)
	return f.Map, image.Pt(f.w, f.h)
}

// accessFrame is where the access image lies, and its scale.
func accessFrame(upright image.Point, r Recipe, side int) (frame, float64) {
	f := straighten(upright, r, 1)
	long := max(f.w, f.h)
	if side <= 0 || long <= side {
		return f, 1
	}
	scale := float64(side) / float64(long)
	return straighten(upright, r, scale), scale
}

// cleaned gives the page with its paper made even and its specks taken out, in
// grey. Only a recipe that asks for it comes here.
func cleaned(img image.Image) *image.Gray {
	page := gray(img)
	page = flatten(page, findBackground(page))
	despeckle(page, findTone(page, 1).black)
	return page
}

// paperTone is the tone of most of the brighter half of a grey page.
func paperTone(g *image.Gray) uint8 {
	return uint8(percentile(sampledHistogram(g), 0.6))
}

// paperColour is the mean colour of the pixels that have about the tone of the
// paper.
func paperColour(m *image.RGBA) color.RGBA {
	const every = 4 * 13
	luma := func(i int) int {
		return (299*int(m.Pix[i]) + 587*int(m.Pix[i+1]) + 114*int(m.Pix[i+2])) / 1000
	}
	var h [256]int
	for i := 0; i+3 < len(m.Pix); i += every {
		h[luma(i)]++
	}
	tone := percentile(&h, 0.6)
	var sum [3]int
	n := 0
	for i := 0; i+3 < len(m.Pix); i += every {
		if d := luma(i) - tone; d >= -4 && d <= 4 {
			n++
			for c := range sum {
				sum[c] += int(m.Pix[i+c])
			}
		}
	}
	n = max(n, 1)
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
}
