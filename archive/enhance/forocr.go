package enhance

import (
	"image"
	"math"
)

// OCRDPI is the resolution to tell Tesseract for the images of [ForOCR]: what
// ordinary print has at the size it is brought to.
const OCRDPI = 200

const (
	// lineHeight is how high a line of text stands in the image for recognition,
	// in pixels. The models of Tesseract 5 were trained on lines of 36 pixels
	// with their margins; measured best for chi_sim from 28 to 36.
	lineHeight = 29
	// shareToWhite is how far from ink to paper a tone may lie before it is
	// taken for paper: grain, JPEG noise and the back's print lie beyond.
	shareToWhite = 0.8
)

// ForOCR makes the image that Tesseract reads best from a master: grey, even in
// light, free of specks and of the back's print, straight, at a good size. The
// Map leads from its pixels back to the upright master. Tell Tesseract [OCRDPI],
// and choose the page segmentation mode by [OneBlock].
func ForOCR(img image.Image, r Recipe) (*image.Gray, Map) {
	page := gray(Upright(img, r))
	lid, by := lidOf(page)
	page = flatten(page, findBackground(page))
	whiten(page, lid, by)
	t := findTone(page, shareToWhite)
	despeckle(page, t.black)
	scale := ocrScale(page, r, t.middle())
	f := straighten(page.Rect.Size(), r, scale)
	page = frameGray(page, f, scale, 255)
	t.apply(page)
	if r.Binary {
		threshold(page)
	}
	return page, f.Map
}

// ocrScale brings the lines of a cleaned page to lineHeight; a page without
// lines is brought to [OCRDPI].
func ocrScale(page *image.Gray, r Recipe, ink uint8) float64 {
	scale := 1.0
	if height := textSize(page, r.Skew, ink); height > 0 {
		scale = lineHeight / height
	} else if r.DPI > 0 {
		scale = OCRDPI / r.DPI
	}
	side := float64(max(page.Rect.Dx(), page.Rect.Dy()))
	const least, most = 0.25, 3.0 // beyond, what was measured was no text
	const longest = 3400          // pixels that a page is enlarged to at most: A4 at about 300 dpi
	const nearly = 0.05           // off the right size, and the page is better left as sharp as it is
	if math.Abs(scale-1) < nearly {
		return 1
	}
	return min(max(scale, least), most, max(1, longest/side))
}

// threshold makes black and white.
func threshold(g *image.Gray) {
	limit := uint8(otsu(sampledHistogram(g)))
	for i, v := range g.Pix {
		g.Pix[i] = 0
		if v > limit {
			g.Pix[i] = 255
		}
	}
}
