package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	fonts "lantai/assets/font"
)

// The inks of the pages.
var (
	black = color.RGBA{28, 28, 32, 255}
	red   = color.RGBA{206, 32, 38, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// dpi is the resolution that pages are drawn at unless they say otherwise.
const dpi = 200

// sheet is a page being drawn. Lengths are pixels; mm and pt turn paper measures
// into them.
type sheet struct {
	img *image.RGBA
	dpi float64
}

// newSheet is a white sheet of a size in millimetres.
func newSheet(width, height float64) *sheet {
	s := &sheet{dpi: dpi}
	s.img = image.NewRGBA(image.Rect(0, 0, int(s.mm(width)), int(s.mm(height))))
	draw.Draw(s.img, s.img.Bounds(), image.NewUniform(white), image.Point{}, draw.Src)
	return s
}

func a4() *sheet { return newSheet(210, 297) }

func (s *sheet) mm(v float64) float64 { return v * s.dpi / 25.4 }
func (s *sheet) pt(v float64) float64 { return v * s.dpi / 72 }
func (s *sheet) w() float64           { return float64(s.img.Bounds().Dx()) }
func (s *sheet) h() float64           { return float64(s.img.Bounds().Dy()) }

// matrix maps (x, y) to (a·x + b·y + tx, c·x + d·y + ty).
type matrix struct{ a, b, c, d, tx, ty float64 }

func at(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

// turned is at with a turn clockwise, in radians.
func turned(x, y, angle float64) matrix {
	sin, cos := math.Sincos(angle)
	return matrix{cos, -sin, sin, cos, x, y}
}

// scaled stretches what is drawn before m is applied.
func (m matrix) scaled(sx, sy float64) matrix {
	return matrix{m.a * sx, m.b * sy, m.c * sx, m.d * sy, m.tx, m.ty}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.b*y + m.tx, m.c*x + m.d*y + m.ty
}

// shape is an outline: lines and curves as vector.Rasterizer takes them.
type shape struct {
	op  []byte // M, L, Q, C
	arg []float64
}

func (p *shape) add(op byte, xy ...float64) {
	p.op = append(p.op, op)
	p.arg = append(p.arg, xy...)
}

func polygon(xy ...float64) shape {
	var p shape
	p.add('M', xy[0], xy[1])
	for i := 2; i < len(xy); i += 2 {
		p.add('L', xy[i], xy[i+1]) //nolint:gosec // pairs of x and y
	}
	return p
}

func rectangle(x0, y0, x1, y1 float64) shape { return polygon(x0, y0, x1, y0, x1, y1, x0, y1) }

// ellipse is four cubic arcs; a negative ry runs the other way round, which cuts a
// hole into the ellipse around it.
func ellipse(cx, cy, rx, ry float64) shape {
	const k = 0.5522847498
	var p shape
	p.add('M', cx+rx, cy)
	p.add('C', cx+rx, cy+k*ry, cx+k*rx, cy+ry, cx, cy+ry)
	p.add('C', cx-k*rx, cy+ry, cx-rx, cy+k*ry, cx-rx, cy)
	p.add('C', cx-rx, cy-k*ry, cx-k*rx, cy-ry, cx, cy-ry)
	p.add('C', cx+k*rx, cy-ry, cx+rx, cy-k*ry, cx+rx, cy)
	return p
}

func (p shape) join(q shape) shape {
	return shape{append(append([]byte(nil), p.op...), q.op...), append(append([]float64(nil), p.arg...), q.arg...)}
}

// fill paints a shape through a matrix.
func (s *sheet) fill(p shape, m matrix, ink color.Color) {
	pts := make([]float32, len(p.arg))
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := 0; i < len(p.arg); i += 2 {
		x, y := m.apply(p.arg[i], p.arg[i+1])
		pts[i], pts[i+1] = float32(x), float32(y)
		minX, maxX = min(minX, x), max(maxX, x)
		minY, maxY = min(minY, y), max(maxY, y)
	}
	box := image.Rect(int(math.Floor(minX)), int(math.Floor(minY)), int(math.Ceil(maxX))+1, int(math.Ceil(maxY))+1)
	if box = box.Intersect(s.img.Bounds()); box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	ox, oy := float32(box.Min.X), float32(box.Min.Y)
	for _, op := range p.op {
		switch op {
		case 'M':
			r.ClosePath()
			r.MoveTo(pts[0]-ox, pts[1]-oy)
			pts = pts[2:]
		case 'L':
			r.LineTo(pts[0]-ox, pts[1]-oy)
			pts = pts[2:]
		case 'Q':
			r.QuadTo(pts[0]-ox, pts[1]-oy, pts[2]-ox, pts[3]-oy)
			pts = pts[4:]
		case 'C':
			r.CubeTo(pts[0]-ox, pts[1]-oy, pts[2]-ox, pts[3]-oy, pts[4]-ox, pts[5]-oy)
			pts = pts[6:]
		}
	}
	r.ClosePath()
	r.Draw(s.img, box, image.NewUniform(ink), image.Point{})
}

// line draws a straight line of a width in pixels.
func (s *sheet) line(x0, y0, x1, y1, width float64, ink color.Color) {
	dx, dy := x1-x0, y1-y0
	l := math.Hypot(dx, dy)
	nx, ny := -dy/l*width/2, dx/l*width/2
	s.fill(polygon(x0+nx, y0+ny, x1+nx, y1+ny, x1-nx, y1-ny, x0-nx, y0-ny), at(0, 0), ink)
}

// frame draws the outline of a rectangle.
func (s *sheet) frame(x0, y0, x1, y1, width float64, ink color.Color) {
	s.line(x0, y0, x1, y0, width, ink)
	s.line(x0, y1, x1, y1, width, ink)
	s.line(x0, y0-width/2, x0, y1+width/2, width, ink)
	s.line(x1, y0-width/2, x1, y1+width/2, width, ink)
}

// face is a font at hand for drawing outlines.
type face struct {
	font *sfnt.Font
	buf  sfnt.Buffer
}

func openFace(data []byte) *face {
	f, err := sfnt.Parse(data)
	if err != nil {
		panic(err) // the font is embedded
	}
	return &face{font: f}
}

// pen is a face with a size and an ink.
type pen struct {
	face *face
	size float64 // pixels per em
	ink  color.Color
	gap  float64 // added after each character, pixels
}

// cabinet holds the two faces.
type cabinet struct{ regular, bold *face }

func openFaces() cabinet { return cabinet{openFace(fonts.Regular), openFace(fonts.Bold)} }

func (p pen) inked(c color.Color) pen { p.ink = c; return p }
func (p pen) spaced(gap float64) pen  { p.gap = gap; return p }
func (p pen) sized(size float64) pen  { p.size = size; return p }
func (p pen) ppem() fixed.Int26_6     { return fixed.Int26_6(math.Round(p.size * 64)) }
func float(v fixed.Int26_6) float64   { return float64(v) / 64 }
func (p pen) glyph(r rune) sfnt.GlyphIndex {
	g, err := p.face.font.GlyphIndex(&p.face.buf, r)
	if err != nil || g == 0 {
		panic("the font has no " + string(r))
	}
	return g
}

func (p pen) advance(r rune) float64 {
	a, err := p.face.font.GlyphAdvance(&p.face.buf, p.glyph(r), p.ppem(), font.HintingNone)
	if err != nil {
		panic(err)
	}
	return float(a) + p.gap
}

func (p pen) width(text string) float64 {
	w := 0.0
	for _, r := range text {
		w += p.advance(r)
	}
	if text != "" {
		w -= p.gap
	}
	return w
}

// outline gives a character's shape with its origin on the baseline at (0, 0).
func (p pen) outline(r rune) shape {
	segments, err := p.face.font.LoadGlyph(&p.face.buf, p.glyph(r), p.ppem(), nil)
	if err != nil {
		panic(err)
	}
	var out shape
	for _, seg := range segments {
		a := seg.Args
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			out.add('M', float(a[0].X), float(a[0].Y))
		case sfnt.SegmentOpLineTo:
			out.add('L', float(a[0].X), float(a[0].Y))
		case sfnt.SegmentOpQuadTo:
			out.add('Q', float(a[0].X), float(a[0].Y), float(a[1].X), float(a[1].Y))
		case sfnt.SegmentOpCubeTo:
			out.add('C', float(a[0].X), float(a[0].Y), float(a[1].X), float(a[1].Y), float(a[2].X), float(a[2].Y))
		}
	}
	return out
}

// text draws one line with its baseline at (x, y) and returns where it ends.
func (s *sheet) text(p pen, x, y float64, text string) float64 {
	for _, r := range text {
		if r != ' ' && r != '\u3000' {
			s.fill(p.outline(r), at(x, y), p.ink)
		}
		x += p.advance(r)
	}
	return x
}

// centred draws one line around x.
func (s *sheet) centred(p pen, x, y float64, text string) {
	s.text(p, x-p.width(text)/2, y, text)
}

// right draws one line that ends at x.
func (s *sheet) right(p pen, x, y float64, text string) { s.text(p, x-p.width(text), y, text) }

// spread draws one line from x0 to x1 with the characters evenly apart.
func (s *sheet) spread(p pen, x0, x1, y float64, text string) {
	n := utf8.RuneCountInString(text)
	if n > 1 {
		p.gap = 0
		p.gap = (x1 - x0 - p.width(text)) / float64(n-1)
	}
	s.text(p, x0, y, text)
}
