package enhance_test

import (
	"image"
	"image/color"
	"math"
	"os"
	"sync"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

// prose fills the drawn pages; its lines differ, as real ones do.
const prose = "各级人民政府应当加强对档案工作的领导，把档案事业纳入国民经济和社会发展规划，建立健全档案机构，配备必要人员。" +
	"机关团体企业事业单位应当确定档案机构或者档案工作人员负责管理本单位的档案；任何个人都有保护档案的义务。"

var parseFont = sync.OnceValues(func() (*sfnt.Font, error) {
	data, err := os.ReadFile("../../assets/font/NotoSansSC-Regular.ttf")
	if err != nil {
		return nil, err
	}
	return opentype.Parse(data)
})

func face(t testing.TB, em float64) font.Face {
	t.Helper()
	parsed, err := parseFont()
	if err != nil {
		t.Fatal(err)
	}
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: em, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sheet is white paper.
func sheet(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(g, g.Rect, image.White, image.Point{}, draw.Src)
	return g
}

// write sets horizontal lines of prose into area, 1.6 em apart.
func write(t testing.TB, g draw.Image, area image.Rectangle, em float64, tone uint8) {
	t.Helper()
	text := []rune(prose)
	d := font.Drawer{Dst: g, Src: image.NewUniform(color.Gray{tone}), Face: face(t, em)}
	perLine := int(float64(area.Dx()) / em)
	next := 0
	for y := float64(area.Min.Y) + em; y < float64(area.Max.Y); y += 1.6 * em {
		x := float64(area.Min.X)
		length := perLine
		if next%5 == 4 { // the last line of a paragraph
			length = perLine * 2 / 3
		}
		for i := range length {
			d.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
			d.DrawString(string(text[(next*37+i)%len(text)]))
			x += em
		}
		next++
	}
}

// textPage is a page of prose like A4 at 150 dpi.
func textPage(t testing.TB) *image.Gray {
	g := sheet(1240, 1754)
	write(t, g, image.Rect(150, 150, 1090, 1600), 27, 0)
	return g
}

// lean turns a page clockwise about its centre by another way than the package's
// own, keeping its size.
func lean(g *image.Gray, degrees float64, around uint8) *image.Gray {
	b := g.Bounds()
	dst := image.NewGray(b)
	draw.Draw(dst, b, image.NewUniform(color.Gray{around}), image.Point{}, draw.Src)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
	m := f64.Aff3{cos, -sin, cx - cos*cx + sin*cy, sin, cos, cy - sin*cx - cos*cy}
	draw.CatmullRom.Transform(dst, m, g, b, draw.Src, nil)
	return dst
}

// inkIn counts the dark pixels of an area.
func inkIn(g *image.Gray, area image.Rectangle) int {
	n := 0
	area = area.Intersect(g.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if g.GrayAt(x, y).Y < 128 {
				n++
			}
		}
	}
	return n
}

func fill(g draw.Image, area image.Rectangle, tone uint8) {
	draw.Draw(g, area, image.NewUniform(color.Gray{tone}), image.Point{}, draw.Src)
}

func disc(g *image.Gray, cx, cy, r int, tone uint8) {
	for y := cy - r; y <= cy+r; y++ {
		for x := cx - r; x <= cx+r; x++ {
			if (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r {
				g.SetGray(x, y, color.Gray{tone})
			}
		}
	}
}
