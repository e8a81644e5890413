package enhance

import (
	"image"
)

// OCRDPI is the resolution to tell Tesseract for the images of [ForOCR].
const OCRDPI = 300

// Prep is scratch
type Prep struct {
	Em      float64
	Scale   float64
	Tone    float64
	Speck   bool
	Flat    bool
	Sharpen float64
}

// ForOCR makes the image that Tesseract reads best from a master: grey, even in
// light, free of specks and of the back's print, straight, at a good size. The
// Map leads from its pixels back to the upright master.
func ForOCR(img image.Image, r Recipe) (*image.Gray, Map) {
	return ForOCRWith(img, r, Prep{Em: 32, Tone: 0.7, Speck: true, Flat: true})
}

// ForOCRWith is scratch
func ForOCRWith(img image.Image, r Recipe, p Prep) (*image.Gray, Map) {
	page := gray(Upright(img, r))
	if p.Flat {
		lid, by := lidOf(page)
		page = flatten(page, findBackground(page))
		whiten(page, lid, by)
	}
	if p.Speck {
		despeckle(page)
	}
	if p.Tone > 0 {
		stretch(page, p.Tone)
	}
	scale := p.Scale
	if scale == 0 {
		scale = 1
		if em := textSize(page, r.Skew); em > 0 {
			scale = p.Em / em
		}
	}
	return straightGray(page, r, scale)
}

// straightGray makes the straight page at a scale. Reductions are made from a
// page twice the size, so that no stroke falls between two pixels.
func straightGray(page *image.Gray, r Recipe, scale float64) (*image.Gray, Map) {
	f := straighten(page.Rect.Size(), r, scale)
	if scale >= 0.8 {
		return resampleGray(page, f, 255), f.Map
	}
	twice := f
	twice.w, twice.h = 2*f.w, 2*f.h
	twice.XX, twice.XY, twice.YX, twice.YY = f.XX/2, f.XY/2, f.YX/2, f.YY/2
	return reduce(resampleGray(page, twice, 255), 2), f.Map
}
