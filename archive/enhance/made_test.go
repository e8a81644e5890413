package enhance_test

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/image/draw"

	"lantai/archive"
	"lantai/archive/enhance"
)

// TestUprightFollowsTheOrientationTag holds the eight tags against their
// definition: which corner of the upright page the first pixel is.
func TestUprightFollowsTheOrientationTag(t *testing.T) {
	const w, h = 150, 70
	for tag := 1; tag <= 8; tag++ {
		gray, colour := image.NewGray(image.Rect(0, 0, w, h)), image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				v := uint8(x*7 + y*13)
				gray.SetGray(x, y, color.Gray{v})
				colour.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
			}
		}
		r, _ := enhance.Detect(gray, 0, enhance.Options{Orientation: tag})
		for _, img := range []image.Image{gray, colour} {
			up := enhance.Upright(img, r)
			for _, p := range []image.Point{{0, 0}, {w - 1, 0}, {3, h - 1}, {77, 31}} {
				x, y := p.X, p.Y
				to := map[int]image.Point{1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
					5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[tag]
				want := color.GrayModel.Convert(img.At(x, y))
				if got := color.GrayModel.Convert(up.At(to.X, to.Y)); got != want {
					t.Errorf("tag %d: pixel %v of %T came to another place than %v", tag, p, img, to)
				}
			}
		}
	}
}

func TestAccessKeepsToneAndColour(t *testing.T) {
	colour := image.NewRGBA(image.Rect(0, 0, 600, 400))
	paper := color.RGBA{231, 214, 170, 255}
	draw.Draw(colour, colour.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	draw.Draw(colour, image.Rect(200, 100, 400, 300), image.NewUniform(color.RGBA{180, 30, 40, 255}), image.Point{}, draw.Src)
	if got := enhance.Access(colour, enhance.Recipe{}); got != image.Image(colour) {
		t.Error("an untouched page was copied")
	}
	cut := enhance.Access(colour, enhance.Recipe{Crop: image.Rect(150, 50, 450, 350)})
	for _, p := range []image.Point{{0, 0}, {49, 50}, {50, 50}, {249, 249}, {299, 299}} {
		if got, want := cut.At(p.X, p.Y), colour.At(p.X+150, p.Y+50); got != want {
			t.Errorf("pixel %v is %v, was %v", p, got, want)
		}
	}
	turned := enhance.Access(colour, enhance.Recipe{Skew: 4})
	near := func(a, b color.Color) bool {
		r, g, bl, _ := a.RGBA()
		r2, g2, b2, _ := b.RGBA()
		d := func(x, y uint32) bool { return math.Abs(float64(x>>8)-float64(y>>8)) <= 1 }
		return d(r, r2) && d(g, g2) && d(bl, b2)
	}
	b := turned.Bounds()
	if b.Dx() <= 600 || b.Dy() <= 400 {
		t.Errorf("turning lost parts of the page: %v", b)
	}
	if !near(turned.At(0, 0), paper) || !near(turned.At(b.Dx()/2, b.Dy()/2), color.RGBA{180, 30, 40, 255}) {
		t.Errorf("corner %v, middle %v", turned.At(0, 0), turned.At(b.Dx()/2, b.Dy()/2))
	}
	sized := enhance.AccessSized(colour, enhance.Recipe{Skew: 4}, 200)
	if m := max(sized.Bounds().Dx(), sized.Bounds().Dy()); m != 200 {
		t.Errorf("longer side %d, want 200", m)
	}
	if !near(sized.At(sized.Bounds().Dx()/2, sized.Bounds().Dy()/2), color.RGBA{180, 30, 40, 255}) {
		t.Error("reducing changed the colour")
	}
}

// TestAccessStraightens turns a leaning page back and looks again.
func TestAccessStraightens(t *testing.T) {
	for _, side := range []int{0, 900} {
		leaning := lean(textPage(t), 3.3, 255)
		r, _ := enhance.Detect(leaning, 150, enhance.Options{})
		again, _ := enhance.Detect(enhance.AccessSized(leaning, r, side), 150, enhance.Options{})
		if math.Abs(again.Skew) > 0.1 {
			t.Errorf("side %d: still leaning by %v", side, again.Skew)
		}
	}
}

// TestMapsLeadBack draws a mark, makes images of the page and finds the mark
// where the map says it is.
func TestMapsLeadBack(t *testing.T) {
	mark := archive.Box{X: 520, Y: 610, W: 60, H: 40}
	page := textPage(t)
	fill(page, image.Rect(470, 560, 630, 700), 255)
	fill(page, image.Rect(mark.X, mark.Y, mark.X+mark.W, mark.Y+mark.H), 0)
	for _, turn := range []int{0, 90, 180, 270} {
		for _, angle := range []float64{0, 2.2, -5} {
			upright := lean(page, angle, 255)
			// The centre of the mark on the leaning upright page.
			sin, cos := math.Sincos(angle * math.Pi / 180)
			x, y := float64(mark.X+mark.W/2)-620, float64(mark.Y+mark.H/2)-877
			cx, cy := 620+x*cos-y*sin, 877+x*sin+y*cos
			master := enhance.Upright(upright, enhance.Recipe{Turn: (360 - turn) % 360})
			r := enhance.Recipe{Turn: turn, Skew: angle}
			ocrPage, back := enhance.ForOCR(master, r)
			access := enhance.AccessSized(master, r, 1000)
			accessBack, size := enhance.AccessMapSized(image.Pt(1240, 1754), r, 1000)
			if size != access.Bounds().Size() {
				t.Errorf("access map says %v, image is %v", size, access.Bounds())
			}
			for name, made := range map[string]struct {
				img *image.Gray
				enhance.Map
			}{"ocr": {ocrPage, back}, "access": {access.(*image.Gray), accessBack}} {
				at := made.FromUpright(archive.Box{X: int(cx) - 5, Y: int(cy) - 5, W: 10, H: 10})
				if inkIn(made.img, image.Rect(at.X, at.Y, at.X+at.W, at.Y+at.H)) < at.W*at.H*9/10 {
					t.Errorf("%s, turn %d, leaning by %v: no mark at %v", name, turn, angle, at)
				}
				around := made.FromUpright(archive.Box{X: int(cx) - 45, Y: int(cy) - 40, W: 90, H: 80})
				got := made.ToUpright(inkBox(made.img, image.Rect(around.X, around.Y, around.X+around.W, around.Y+around.H)))
				mx, my := float64(got.X)+float64(got.W)/2, float64(got.Y)+float64(got.H)/2
				if math.Hypot(mx-cx, my-cy) > 2.5 {
					t.Errorf("%s, turn %d, leaning by %v: mark at %.1f,%.1f came back at %.1f,%.1f", name, turn, angle, cx, cy, mx, my)
				}
			}
		}
	}
}

// inkBox is the box around the dark pixels of an area.
func inkBox(g *image.Gray, area image.Rectangle) archive.Box {
	var r image.Rectangle
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if g.GrayAt(x, y).Y < 128 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return archive.Box{X: r.Min.X, Y: r.Min.Y, W: r.Dx(), H: r.Dy()}
}

// TestMapsRoundTrip takes boxes there and back for any recipe: nothing is lost,
// and little is added.
func TestMapsRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		size := image.Pt(200+random.IntN(3000), 200+random.IntN(4000))
		r := enhance.Recipe{Skew: random.Float64()*20 - 10}
		if random.IntN(2) == 0 {
			r.Crop = image.Rect(random.IntN(50), random.IntN(50), size.X-random.IntN(50), size.Y-random.IntN(50))
		}
		side := 0
		if random.IntN(2) == 0 {
			side = 500 + random.IntN(2000)
		}
		m, made := enhance.AccessMapSized(size, r, side)
		box := archive.Box{X: size.X/3 + random.IntN(size.X/4), Y: size.Y/3 + random.IntN(size.Y/4), W: 1 + random.IntN(40), H: 1 + random.IntN(40)}
		got := m.ToUpright(m.FromUpright(box))
		if got.X > box.X || got.Y > box.Y || got.X+got.W < box.X+box.W || got.Y+got.H < box.Y+box.H {
			t.Fatalf("%v came back as %v by %v of %v", box, got, r, size)
		}
		pixel := float64(max(size.X, size.Y)) / float64(max(made.X, made.Y)) // of the made image
		lean := math.Abs(math.Sin(r.Skew * math.Pi / 180))
		slack := 4 + 4*pixel + 4*lean*float64(box.W+box.H)
		if float64(got.W-box.W) > slack || float64(got.H-box.H) > slack {
			t.Fatalf("%v grew to %v by %v of %v", box, got, r, size)
		}
	}
}

func TestScaleKeepsTheMean(t *testing.T) {
	y := image.NewYCbCr(image.Rect(0, 0, 301, 207), image.YCbCrSubsampleRatio420)
	g := image.NewGray(y.Rect)
	for i := range y.Y {
		y.Y[i] = uint8(60 + i%97)
	}
	for i := range y.Cb {
		y.Cb[i], y.Cr[i] = 128, 128
	}
	copy(g.Pix, y.Y)
	rgba := image.NewRGBA(y.Rect)
	draw.Draw(rgba, rgba.Rect, g, image.Point{}, draw.Src)
	for _, img := range []image.Image{y, g, rgba} {
		for _, size := range []image.Point{{100, 69}, {33, 20}, {301, 207}, {640, 500}, {1, 1}, {0, 0}} {
			got := enhance.Scale(img, size.X, size.Y)
			if b := got.Bounds(); b.Dx() != max(1, size.X) || b.Dy() != max(1, size.Y) {
				t.Fatalf("%T: asked for %v, got %v", img, size, b)
			}
			sum := 0
			for i := 0; i < len(got.Pix); i += 4 {
				sum += int(got.Pix[i])
			}
			if mean := float64(sum) / float64(len(got.Pix)/4); math.Abs(mean-108) > 3 {
				t.Errorf("%T to %v: mean %.1f", img, size, mean)
			}
		}
	}
	if b := enhance.Thumbnail(g, 100).Bounds(); b.Dx() != 100 || b.Dy() != 68 {
		t.Errorf("thumbnail %v", b)
	}
	if b := enhance.Thumbnail(g, 1000).Bounds(); b.Dx() != 301 {
		t.Errorf("a small image grew to %v", b)
	}
}

func TestReducedAccessImagesAverageTheirAreas(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	src := image.NewGray(image.Rect(0, 0, 311, 203))
	for i := range src.Pix {
		src.Pix[i] = uint8(r.IntN(256))
	}
	coloured := image.NewRGBA(src.Rect)
	draw.Draw(coloured, src.Rect, src, image.Point{}, draw.Src)
	for _, side := range []int{40, 155, 200, 263} {
		grey := enhance.AccessSized(src, enhance.Recipe{}, side).(*image.Gray)
		colour := enhance.AccessSized(coloured, enhance.Recipe{}, side).(*image.RGBA)
		size := grey.Rect.Size()
		if size.X != side || colour.Rect.Size() != size {
			t.Fatalf("%v and %v, want %d pixels", size, colour.Rect.Size(), side)
		}
		for y := range size.Y {
			for x := range size.X {
				want := meanOf(src, float64(x)*311/float64(size.X), float64(y)*203/float64(size.Y),
					float64(x+1)*311/float64(size.X), float64(y+1)*203/float64(size.Y))
				got, same := float64(grey.GrayAt(x, y).Y), float64(colour.RGBAAt(x, y).G)
				if math.Abs(got-want) > 2 || math.Abs(same-want) > 2 {
					t.Fatalf("to %d pixels: grey %v and colour %v at %d,%d, want %.1f", side, got, same, x, y, want)
				}
			}
		}
	}
}

// meanOf is the mean of an area, parts of pixels counted as parts.
func meanOf(g *image.Gray, x0, y0, x1, y1 float64) float64 {
	sum, weight := 0.0, 0.0
	for y := int(y0); float64(y) < y1 && y < g.Rect.Dy(); y++ {
		for x := int(x0); float64(x) < x1 && x < g.Rect.Dx(); x++ {
			part := (min(x1, float64(x+1)) - max(x0, float64(x))) * (min(y1, float64(y+1)) - max(y0, float64(y)))
			sum += part * float64(g.GrayAt(x, y).Y)
			weight += part
		}
	}
	return sum / weight
}

func TestALeanThatNobodySeesIsLeft(t *testing.T) {
	page := image.NewGray(image.Rect(0, 0, 400, 300))
	for i := range page.Pix {
		page.Pix[i] = uint8(i % 251)
	}
	level := enhance.Access(page, enhance.Recipe{Skew: -0.05}).(*image.Gray)
	if !slices.Equal(level.Pix, page.Pix) {
		t.Error("a page that leans by 0.05° was resampled")
	}
	if m, size := enhance.AccessMap(page.Rect.Size(), enhance.Recipe{Skew: -0.05}); size != page.Rect.Size() || m.XY != 0 {
		t.Errorf("its map is %+v onto %v", m, size)
	}
	if turned := enhance.Access(page, enhance.Recipe{Skew: 0.5}); turned.Bounds() == page.Rect {
		t.Error("a page that leans by half a degree was not turned")
	}
}
