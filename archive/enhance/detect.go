package enhance

import (
	"image"
	"math"
)

// Options steer [Detect]. The zero value detects all that is known to be safe.
type Options struct {
	Orientation int    // EXIF/TIFF tag 274 of the frame, 1–8; 0: none
	Keep        Recipe // an earlier recipe; its Manual fields stand
}

// Findings are what [Detect] measured, for screens and for choosing what to do
// next. They are not stored.
type Findings struct {
	// SkewConfidence, 0–1, tells how far straight lines stand out; below
	// [Sure] there are none to speak of and the skew is given as 0.
	SkewConfidence float64
	Ink            float64 // share of the page covered by thin dark marks, 0–1
	Blank          bool    // nothing written or printed
	// Sideways is set when the lines run up and down the upright page: it lies
	// on its side, or is set in vertical lines, or is mostly a table.
	Sideways bool
	Border   bool // something dark lies around the paper, and Crop leaves it out
}

// Sure is the least SkewConfidence at which a skew is believed.
const Sure = 0.8

// detectSide is how long the longer side of the page is when looked at, at most:
// about 100 dpi for A4.
const detectSide = 1280

// Detect looks at a master (as decoded, not yet turned) and finds the recipe:
// quarter turns from the orientation tag, skew, paper edges. dpi is 0 when not
// known. It takes about 50 ms for a page of 2480×3508 pixels on one core.
func Detect(img image.Image, dpi float64, opt Options) (Recipe, Findings) {
	turn, mirror := fromOrientation(opt.Orientation)
	r := opt.Keep.With(Recipe{Turn: turn, Mirror: mirror, DPI: dpi})
	page := gray(img)
	w, h := page.Rect.Dx(), page.Rect.Dy()
	if w < 16 || h < 16 {
		return r, Findings{Blank: true}
	}
	f := (max(w, h) + detectSide - 1) / detectSide
	small := gray(Upright(reduce(page, f), r))
	var found Findings
	ink := thinInk(small)
	found.Ink = ink.share
	found.Blank = ink.share < 1e-4
	if !found.Blank {
		skew := ink.skew(&found)
		if r.Manual&FieldSkew == 0 && found.SkewConfidence >= Sure {
			r.Skew = round(skew, 1000)
		}
	}
	if r.Manual&FieldCrop == 0 {
		r.Crop = paper(small, r.Skew, f, uprightSize(w, h, r.Turn))
	}
	found.Border = !r.Crop.Empty()
	return r, found
}

// skew decides between what the rows and what the columns of the page say.
func (p inkPoints) skew(found *Findings) float64 {
	turned := p.turned()
	best, columns := p.findPeak(), turned.findPeak()
	if columns.contrast > best.contrast {
		found.Sideways = columns.contrast > 1.5*best.contrast
		best, p = columns, turned
	}
	// A contrast of 1 is a line or two; a page of text has 5 to 50.
	found.SkewConfidence = 1 - math.Exp(-best.contrast/2)
	profile := p.profile()
	for _, step := range []float64{skewFine, skewFinest} {
		best.angle = p.refine(best.angle, step, profile)
	}
	return best.angle
}

func uprightSize(w, h, turn int) image.Point {
	if turn == 90 || turn == 270 {
		return image.Pt(h, w)
	}
	return image.Pt(w, h)
}

// fromOrientation translates tag 274: mirror left to right first, then turn
// clockwise.
func fromOrientation(tag int) (turn int, mirror bool) {
	switch tag {
	case 2:
		return 0, true
	case 3:
		return 180, false
	case 4:
		return 180, true
	case 5:
		return 270, true
	case 6:
		return 90, false
	case 7:
		return 90, true
	case 8:
		return 270, false
	}
	return 0, false
}
