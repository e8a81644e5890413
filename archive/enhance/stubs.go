package enhance

import (
	"image"

	"github.com/disintegration/imaging"
	"golang.org/x/image/draw"

	"lantai/archive"
)

// Upright stands the master upright: quarter turns and mirroring only, no pixel
// is resampled. It returns img itself when nothing is to be done.
func Upright(img image.Image, r Recipe) image.Image {
	if r.Mirror {
		img = imaging.FlipH(img)
	}
	switch r.Turn {
	case 90:
		img = imaging.Rotate270(img)
	case 180:
		img = imaging.Rotate180(img)
	case 270:
		img = imaging.Rotate90(img)
	}
	return img
}

// Access makes the image for people from a master: upright, straight, cut to
// the paper; colour and tone stay, and so do stains, punch holes and fading.
// What a turn lays bare is filled in the colour of the paper. The result is
// *image.Gray for grey masters and *image.RGBA otherwise.
func Access(img image.Image, r Recipe) image.Image { return Upright(img, r) }

// AccessMap is the way from pixels of the access image, whose size it gives,
// back to the upright master of the given size.
func AccessMap(upright image.Point, r Recipe) (Map, image.Point) { return identity(), upright }

// ForOCR makes the image that Tesseract reads best from a master: grey, even in
// light, free of specks and of the back's print, straight, at a good size. The
// Map leads from its pixels back to the upright master. DPI of the result: OCRDPI.
func ForOCR(img image.Image, r Recipe) (*image.Gray, Map) {
	img = Upright(img, r)
	g := image.NewGray(img.Bounds())
	draw.Draw(g, g.Bounds(), img, img.Bounds().Min, draw.Src)
	return g, identity()
}

// OCRDPI is the resolution to tell Tesseract for the images of [ForOCR].
const OCRDPI = 300

// Scale gives img resampled to w×h pixels.
func Scale(img image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), img, img.Bounds(), draw.Src, nil)
	return dst
}

// Thumbnail gives img reduced so that its longer side is side pixels; a smaller
// image keeps its size.
func Thumbnail(img image.Image, side int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if m := max(w, h); m > side {
		w, h = max(1, w*side/m), max(1, h*side/m)
	}
	return Scale(img, w, h)
}

// Map is an affine way from the pixels of a made image back to the upright
// master.
type Map struct {
	XX, XY, X0 float64 // x of the upright master = XX·x + XY·y + X0
	YX, YY, Y0 float64 // y of the upright master = YX·x + YY·y + Y0
	W, H       int     // size of the upright master; 0: boxes are not clipped
}

func identity() Map { return Map{XX: 1, YY: 1} }

// ToUpright gives the smallest upright box around box.
func (m Map) ToUpright(box archive.Box) archive.Box { return box }

// FromUpright gives the smallest box on the made image around a box of the
// upright master.
func (m Map) FromUpright(box archive.Box) archive.Box { return box }
