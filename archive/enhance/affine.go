package enhance

import (
	"image"
	"math"

	"lantai/archive"
)

// Map is an affine way from the pixels of a made image back to the upright
// master. Coordinates are of pixel corners: pixel 0 spans 0 to 1.
type Map struct {
	XX, XY, X0 float64 // x of the upright master = XX·x + XY·y + X0
	YX, YY, Y0 float64 // y of the upright master = YX·x + YY·y + Y0
	W, H       int     // size of the upright master; 0: boxes are not clipped
}

// ToUpright gives the smallest upright box around box, clipped to the page.
func (m Map) ToUpright(box archive.Box) archive.Box { return m.around(box, m.W, m.H) }

// FromUpright gives the smallest box on the made image around a box of the
// upright master. It is not clipped.
func (m Map) FromUpright(box archive.Box) archive.Box { return m.inverse().around(box, 0, 0) }

// at maps one point.
func (m Map) at(x, y float64) (float64, float64) {
	return m.XX*x + m.XY*y + m.X0, m.YX*x + m.YY*y + m.Y0
}

func (m Map) around(box archive.Box, w, h int) archive.Box {
	x0, y0 := math.Inf(1), math.Inf(1)
	x1, y1 := math.Inf(-1), math.Inf(-1)
	for i := range 4 {
		x, y := m.at(float64(box.X+i%2*box.W), float64(box.Y+i/2*box.H))
		x0, x1 = min(x0, x), max(x1, x)
		y0, y1 = min(y0, y), max(y1, y)
	}
	const hair = 1e-6 // keeps rounding errors from widening a box by a pixel
	r := image.Rect(int(math.Floor(x0+hair)), int(math.Floor(y0+hair)), int(math.Ceil(x1-hair)), int(math.Ceil(y1-hair)))
	if w > 0 && h > 0 {
		r = r.Intersect(image.Rect(0, 0, w, h))
	}
	return archive.Box{X: r.Min.X, Y: r.Min.Y, W: r.Dx(), H: r.Dy()}
}

// inverse leads the other way. A map that flattens everything has none and
// gives itself.
func (m Map) inverse() Map {
	det := m.XX*m.YY - m.XY*m.YX
	if det == 0 {
		return m
	}
	v := Map{XX: m.YY / det, XY: -m.XY / det, YX: -m.YX / det, YY: m.XX / det}
	v.X0 = -(v.XX*m.X0 + v.XY*m.Y0)
	v.Y0 = -(v.YX*m.X0 + v.YY*m.Y0)
	return v
}

// frame is where a made image lies: the way back to the upright master and the
// size in pixels.
type frame struct {
	Map
	w, h int
}

// levelSkew is the skew below which a page is straight as it lies, in degrees: a
// line rises by less than a third of a millimetre over the width of A4. To turn it
// would only cost sharpness.
const levelSkew = 0.07

// lean is how far the page is turned back, in degrees clockwise.
func (r Recipe) lean() float64 {
	if math.Abs(r.Skew) < levelSkew {
		return 0
	}
	return r.Skew
}

// straighten gives the frame of the straight page: turned back by the skew, cut
// to the crop or, without one, large enough to lose nothing; scaled by scale.
func straighten(upright image.Point, r Recipe, scale float64) frame {
	w, h := float64(upright.X), float64(upright.Y)
	sin, cos := math.Sincos(r.lean() * math.Pi / 180)
	// From straight-page pixels to upright pixels: turn clockwise by the skew
	// about the centre.
	m := Map{XX: cos, XY: -sin, YX: sin, YY: cos, W: upright.X, H: upright.Y}
	m.X0 = w/2 - (m.XX*w+m.XY*h)/2
	m.Y0 = h/2 - (m.YX*w+m.YY*h)/2
	area := r.Crop
	if area.Empty() {
		b := m.inverse().around(archive.Box{W: upright.X, H: upright.Y}, 0, 0)
		area = image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H)
	}
	f := frame{Map: m}
	f.w = max(1, int(math.Round(float64(area.Dx())*scale)))
	f.h = max(1, int(math.Round(float64(area.Dy())*scale)))
	x0, y0 := float64(area.Min.X), float64(area.Min.Y)
	f.X0, f.Y0 = m.at(x0, y0)
	sx, sy := float64(area.Dx())/float64(f.w), float64(area.Dy())/float64(f.h)
	f.XX, f.YX = m.XX*sx, m.YX*sx
	f.XY, f.YY = m.XY*sy, m.YY*sy
	return f
}
