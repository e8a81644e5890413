package enhance_test

import (
	"bufio"
	"image"
	"image/color"
	_ "image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lantai/archive/enhance"
)

func TestDetectFindsTheAngle(t *testing.T) {
	page := textPage(t)
	table := textPage(t)
	for y := 300; y < 1500; y += 60 {
		fill(table, image.Rect(150, y, 1090, y+3), 0)
	}
	for x := 150; x < 1100; x += 188 {
		fill(table, image.Rect(x, 300, x+3, 1500), 0)
	}
	pictured := textPage(t)
	fill(pictured, image.Rect(400, 500, 1000, 1100), 90)
	faint := sheet(1240, 1754)
	write(t, faint, image.Rect(150, 150, 1090, 1600), 27, 190)
	for name, g := range map[string]*image.Gray{"text": page, "table": table, "picture": pictured, "faint": faint} {
		for _, angle := range []float64{-14, -6.7, -3.31, -1, -0.25, 0, 0.15, 0.8, 2.5, 5.55, 11} {
			if name != "text" && angle != -6.7 && angle != 0 && angle != 0.8 {
				continue
			}
			r, found := enhance.Detect(lean(g, angle, 255), 150, enhance.Options{})
			if math.Abs(r.Skew-angle) > 0.1 || found.Sideways || found.Blank {
				t.Errorf("%s leaning by %v: found %v, %+v", name, angle, r.Skew, found)
			}
		}
	}
}

func TestDetectLeavesPicturesAndBlankPagesAsTheyAre(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	blank := sheet(800, 1100)
	grain := sheet(800, 1100)
	picture := sheet(800, 1100)
	for i := range grain.Pix {
		grain.Pix[i] = uint8(235 + noise.IntN(12))
	}
	for range 400 {
		disc(picture, 40+noise.IntN(720), 40+noise.IntN(1020), 3+noise.IntN(36), uint8(40+noise.IntN(180)))
	}
	for name, g := range map[string]*image.Gray{"blank": blank, "grain": grain, "picture": picture} {
		r, found := enhance.Detect(g, 0, enhance.Options{})
		if r.Skew != 0 || !r.Crop.Empty() || found.SkewConfidence >= enhance.Sure {
			t.Errorf("%s: %v, %+v", name, r, found)
		}
		if found.Blank != (name != "picture") {
			t.Errorf("%s: blank is %v, ink %v", name, found.Blank, found.Ink)
		}
	}
}

func TestDetectTellsLinesThatRunDownThePage(t *testing.T) {
	upright := textPage(t)
	for _, turn := range []int{90, 270} {
		_, found := enhance.Detect(enhance.Upright(upright, enhance.Recipe{Turn: turn}), 150, enhance.Options{})
		if !found.Sideways {
			t.Errorf("turned by %d: not seen to lie on its side: %+v", turn, found)
		}
	}
	if _, found := enhance.Detect(upright, 150, enhance.Options{}); found.Sideways {
		t.Error("an upright page seems to lie on its side")
	}
}

// scanned lays a leaning page on a black lid, with a punch hole near its edge.
func scanned(t *testing.T, angle float64) (scan *image.Gray, paper image.Rectangle) {
	g := textPage(t)
	disc(g, 60, 877, 18, 12)
	whole := sheet(1440, 1954)
	fill(whole, whole.Rect, 14)
	paper = image.Rect(100, 120, 1340, 1874)
	for y := range 1754 {
		copy(whole.Pix[(y+120)*1440+100:], g.Pix[y*1240:(y+1)*1240])
	}
	return lean(whole, angle, 14), paper
}

func TestCropTakesOnlyTheLid(t *testing.T) {
	for _, angle := range []float64{0, 1.2, -2.4} {
		scan, paper := scanned(t, angle)
		r, found := enhance.Detect(scan, 150, enhance.Options{})
		if !found.Border || math.Abs(r.Skew-angle) > 0.1 {
			t.Fatalf("leaning by %v: %v %+v", angle, r, found)
		}
		if !paper.In(r.Crop) || r.Crop.Dx() > paper.Dx()+16 || r.Crop.Dy() > paper.Dy()+16 {
			t.Errorf("leaning by %v: crop %v of paper %v", angle, r.Crop, paper)
		}
		access := enhance.Access(scan, r).(*image.Gray)
		hole := image.Pt(160, 997).Sub(r.Crop.Min)
		if tone := access.GrayAt(hole.X, hole.Y).Y; tone > 40 {
			t.Errorf("leaning by %v: the punch hole has tone %d", angle, tone)
		}
	}
}

func TestNothingIsCutFromPagesWithoutALid(t *testing.T) {
	night := sheet(900, 700) // a dark picture with a bright thing in it
	for i := range night.Pix {
		night.Pix[i] = uint8(20 + i%900/60)
	}
	for y := range 700 { // a roof against the sky
		fill(night, image.Rect(300+y*2/3, y, 900, y+1), 210)
	}
	stained := textPage(t)
	disc(stained, 0, 400, 120, 60) // a stain over the edge
	for name, g := range map[string]*image.Gray{"text": textPage(t), "night": night, "stained": stained} {
		if r, _ := enhance.Detect(g, 0, enhance.Options{}); !r.Crop.Empty() {
			t.Errorf("%s: cut to %v", name, r.Crop)
		}
	}
}

func TestManualFieldsSurviveDetection(t *testing.T) {
	scan, _ := scanned(t, 1.2)
	keep := enhance.Recipe{Turn: 0, Skew: 0.5, Crop: image.Rect(1, 2, 30, 40), Manual: enhance.FieldSkew | enhance.FieldCrop | enhance.FieldTurn}
	r, _ := enhance.Detect(scan, 150, enhance.Options{Orientation: 6, Keep: keep})
	if r.Skew != 0.5 || r.Crop != keep.Crop || r.Turn != 0 || r.Manual != keep.Manual || r.DPI != 150 {
		t.Errorf("got %v", r)
	}
}

// TestSharedPages checks every eighth of the real test pages; the bench has all.
func TestSharedPages(t *testing.T) {
	dir := "../../../shared/data/pages"
	f, err := os.Open(filepath.Join(dir, "truth.tsv"))
	if err != nil {
		t.Log("shared test pages are absent; drawn pages alone were checked")
		return
	}
	defer f.Close()
	sum, n := 0.0, 0
	for lines, i := bufio.NewScanner(f), -1; lines.Scan(); i++ {
		cells := strings.Split(lines.Text(), "\t")
		if i%8 != 0 {
			continue
		}
		want, err := strconv.ParseFloat(cells[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(filepath.Join(dir, cells[0]))
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		r, _ := enhance.Detect(img, 0, enhance.Options{})
		off := math.Abs(r.Skew - want)
		if off > 0.3 {
			t.Errorf("%s: found %v, is %v", cells[0], r.Skew, want)
		}
		sum += off
		n++
	}
	if n == 0 || sum/float64(n) > 0.1 {
		t.Errorf("mean error %.3f over %d pages", sum/float64(n), n)
	}
}

func TestSmallAndOddImages(t *testing.T) {
	for w := 1; w < 40; w += 3 {
		for h := 1; h < 40; h += 3 {
			big := image.NewRGBA(image.Rect(-7, 5, w+20, h+20))
			for i := range big.Pix {
				big.Pix[i] = uint8(i * 31)
			}
			for _, img := range []image.Image{
				image.NewGray(image.Rect(0, 0, w, h)),
				big.SubImage(image.Rect(-3, 8, w-3, h+8)),
				image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420),
				image.NewPaletted(image.Rect(2, 2, w+2, h+2), color.Palette{color.Black, color.Transparent}),
			} {
				r, _ := enhance.Detect(img, 72, enhance.Options{Orientation: (w + h) % 9})
				r.Skew = 7
				enhance.Access(img, r)
				enhance.AccessSized(img, r, 10)
				page, _ := enhance.ForOCR(img, r)
				enhance.OneBlock(page)
				enhance.Thumbnail(img, 5)
				enhance.Scale(img, 2*w, h/2)
				r.Clean, r.Binary = true, true
				enhance.Access(img, r)
				enhance.ForOCR(img, r)
			}
		}
	}
}
