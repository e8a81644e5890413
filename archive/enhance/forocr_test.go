package enhance_test

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"lantai/archive/enhance"
)

// margin is the part of a made page that holds nothing on the drawn ones.
func margin(g *image.Gray) image.Rectangle {
	return image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()/16)
}

// darkShare is the share of dark pixels.
func darkShare(g *image.Gray) float64 {
	return float64(inkIn(g, g.Rect)) / float64(g.Rect.Dx()*g.Rect.Dy())
}

// TestForOCRTakesAwayWhatIsNotPrint damages a page in several ways; what is read
// must be about what a clean page gives.
func TestForOCRTakesAwayWhatIsNotPrint(t *testing.T) {
	clean, _ := enhance.ForOCR(textPage(t), enhance.Recipe{})
	want := darkShare(clean)
	random := rand.New(rand.NewPCG(5, 6))
	for name, damage := range map[string]func(*image.Gray){
		"specks": func(g *image.Gray) {
			for range 1240 * 1754 / 150 {
				g.SetGray(random.IntN(1240), random.IntN(1754), color.Gray{uint8(random.IntN(60))})
			}
		},
		"print of the back": func(g *image.Gray) {
			back := sheet(1240, 1754)
			write(t, back, image.Rect(170, 40, 1090, 1640), 27, 205)
			for y := range 1754 {
				for x := range 1240 {
					i := g.PixOffset(x, y)
					g.Pix[i] = min(g.Pix[i], back.Pix[back.PixOffset(1239-x, y)])
				}
			}
		},
		"shadow": func(g *image.Gray) {
			for i, v := range g.Pix {
				g.Pix[i] = uint8(int(v) * (110 + i%1240*145/1240) / 255)
			}
		},
		"fading": func(g *image.Gray) {
			for i, v := range g.Pix {
				g.Pix[i] = 150 + uint8(int(v)*95/255)
			}
		},
		"grain": func(g *image.Gray) {
			for i, v := range g.Pix {
				g.Pix[i] = uint8(max(0, min(255, int(v)-20+random.IntN(30)-15)))
			}
		},
	} {
		page := textPage(t)
		damage(page)
		got, _ := enhance.ForOCR(page, enhance.Recipe{})
		if share := darkShare(got); share < 0.85*want || share > 1.2*want {
			t.Errorf("%s: %.4f of the page is ink, of the clean page %.4f", name, share, want)
		}
		if n := inkIn(got, margin(got)); n > 3 {
			t.Errorf("%s: %d dark pixels in the margin", name, n)
		}
		if !enhance.OneBlock(got) {
			t.Errorf("%s: no longer one block", name)
		}
	}
}

// TestForOCRLeavesFaintThinPrintWhole: strokes that break when held against a
// fixed threshold are no specks.
func TestForOCRLeavesFaintThinPrintWhole(t *testing.T) {
	dark, faint := sheet(1240, 1754), sheet(1240, 1754)
	write(t, dark, image.Rect(150, 150, 1090, 1600), 17, 0)
	write(t, faint, image.Rect(150, 150, 1090, 1600), 17, 150)
	a, _ := enhance.ForOCR(dark, enhance.Recipe{})
	b, _ := enhance.ForOCR(faint, enhance.Recipe{})
	if x, y := darkShare(a), darkShare(b); y < 0.85*x {
		t.Errorf("ink %.4f of faint print, %.4f of dark", y, x)
	}
}

// TestForOCRKeepsDots: on a page without specks a full stop stays.
func TestForOCRKeepsDots(t *testing.T) {
	page := textPage(t)
	for i := range 150 {
		fill(page, image.Rect(150+i*6, 1680, 153+i*6, 1683), 0)
	}
	got, m := enhance.ForOCR(page, enhance.Recipe{})
	scale := 1 / m.XX
	row := image.Rect(0, int(1676*scale), got.Rect.Dx(), int(1688*scale))
	if n := inkIn(got, row); n < 150 {
		t.Errorf("%d dark pixels left of 150 dots", n)
	}
}

// TestForOCRBringsPrintToOneSize: whatever the resolution, the lines come out
// equally high.
func TestForOCRBringsPrintToOneSize(t *testing.T) {
	for _, em := range []float64{16, 27, 45, 66} {
		page := sheet(1240, 1754)
		write(t, page, image.Rect(120, 120, 1120, 1640), em, 0)
		_, m := enhance.ForOCR(page, enhance.Recipe{})
		if got := em / m.XX; got < 28 || got > 38 {
			t.Errorf("print of %v pixels came out at %.1f", em, got)
		}
	}
}

func TestForOCRBinaryHasTwoTones(t *testing.T) {
	got, _ := enhance.ForOCR(textPage(t), enhance.Recipe{Binary: true, Skew: 1})
	for _, v := range got.Pix {
		if v != 0 && v != 255 {
			t.Fatalf("tone %d", v)
		}
	}
}

func TestOneBlock(t *testing.T) {
	columns := sheet(1240, 1754)
	write(t, columns, image.Rect(100, 150, 580, 1600), 27, 0)
	write(t, columns, image.Rect(680, 150, 1160, 1600), 27, 0)
	vertical := enhance.Upright(textPage(t), enhance.Recipe{Turn: 90}).(*image.Gray)
	pictured := textPage(t)
	random := rand.New(rand.NewPCG(7, 8))
	for range 900 {
		disc(pictured, 190+random.IntN(860), 340+random.IntN(1100), 4+random.IntN(30), uint8(random.IntN(220)))
	}
	for name, c := range map[string]struct {
		page *image.Gray
		want bool
	}{
		"prose":    {textPage(t), true},
		"columns":  {columns, false},
		"vertical": {vertical, false},
		"picture":  {pictured, false},
		"blank":    {sheet(600, 800), false},
	} {
		page, _ := enhance.ForOCR(c.page, enhance.Recipe{})
		if got := enhance.OneBlock(page); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
