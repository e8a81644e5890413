package main

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// look is what paper and scanner did to a page.
type look struct {
	seed   uint64
	paper  [3]float64 // colour of the paper, 0–1
	mottle float64    // how uneven the paper is, 0–1
	edge   float64    // how much the edges browned, 0–1
	fade   float64    // how much ink was lost, 0–1
	grain  float64    // noise of the sensor, levels
	skew   float64    // degrees, clockwise
	bed    float64    // brightness around the paper, 0–1; used where border or skew shows it
	border float64    // how far the scan goes beyond the paper, mm
	stains int
	holes  bool
	fold   bool // a crease across the middle
}

// scan gives the page as a scanner would: on its paper, turned on the bed.
func scan(s *sheet, l look) *image.RGBA {
	rng := rand.New(rand.NewPCG(l.seed, 20))
	paper := age(s, l, rng)
	if l.border > 0 || l.skew != 0 {
		paper = place(s, paper, l)
	}
	if l.grain > 0 {
		grain(paper, l.grain, rng)
	}
	return paper
}

// age puts the ink on uneven, browned, stained paper.
func age(s *sheet, l look, rng *rand.Rand) *image.RGBA {
	w, h := s.img.Bounds().Dx(), s.img.Bounds().Dy()
	out := image.NewRGBA(s.img.Bounds())
	coarse, fine := newMottle(rng, s.mm(28)), newMottle(rng, s.mm(3))
	spots := newStains(s, l.stains, rng)
	reach := s.mm(16)
	for y := range h {
		for x := range w {
			fx, fy := float64(x), float64(y)
			shade := 1 - l.mottle*(0.75*coarse.at(fx, fy)+0.25*fine.at(fx, fy))
			near := min(fx, fy, float64(w)-fx, float64(h)-fy) / reach * (0.7 + 0.6*coarse.at(fy, fx))
			brown := l.edge * math.Exp(-near)
			for i := range spots {
				brown += spots[i].at(fx, fy, fine)
			}
			if l.fold {
				shade -= 0.10 * math.Exp(-math.Abs(fy-float64(h)*0.5)/2.2)
			}
			brown = min(brown, 0.8)
			i := out.PixOffset(x, y)
			for c, sink := range [3]float64{0.28, 0.42, 0.70} {
				ink := float64(s.img.Pix[i+c]) / 255
				ink += (1 - ink) * l.fade
				out.Pix[i+c] = level(255 * l.paper[c] * shade * (1 - sink*brown) * ink)
			}
			out.Pix[i+3] = 255
		}
	}
	if l.holes {
		punch(s, out)
	}
	return out
}

// place lays the paper on the scanner's bed.
func place(s *sheet, paper *image.RGBA, l look) *image.RGBA {
	pad := int(s.mm(l.border))
	out := image.NewRGBA(image.Rect(0, 0, paper.Bounds().Dx()+2*pad, paper.Bounds().Dy()+2*pad))
	bed := level(255 * l.bed)
	draw.Draw(out, out.Bounds(), image.NewUniform(color.RGBA{bed, bed, bed, 255}), image.Point{}, draw.Src)
	sin, cos := math.Sincos(l.skew * math.Pi / 180)
	cx, cy := s.w()/2, s.h()/2
	ox, oy := cx+float64(pad), cy+float64(pad)
	m := f64.Aff3{cos, -sin, ox - cos*cx + sin*cy, sin, cos, oy - sin*cx - cos*cy}
	draw.BiLinear.Transform(out, m, paper, paper.Bounds(), draw.Over, nil)
	return out
}

// punch makes the two holes of a filing clip, with a soft shadow in each.
func punch(s *sheet, img *image.RGBA) {
	r := s.mm(2.9)
	for _, cy := range []float64{s.h()/2 - s.mm(40), s.h()/2 + s.mm(40)} {
		cx := s.mm(11)
		for y := int(cy - r); y <= int(cy+r)+1; y++ {
			for x := int(cx - r); x <= int(cx+r)+1; x++ {
				d := math.Hypot(float64(x)-cx, float64(y)-cy)
				if d > r {
					continue
				}
				v := level(46 + 30*(d/r)*(d/r))
				img.SetRGBA(x, y, color.RGBA{v, v, v, 255})
			}
		}
	}
}

func grain(img *image.RGBA, amount float64, rng *rand.Rand) {
	for i := 0; i < len(img.Pix); i += 4 {
		n := (rng.Float64() + rng.Float64() - 1) * amount * 1.7
		for c := range 3 {
			img.Pix[i+c] = level(float64(img.Pix[i+c]) + n)
		}
	}
}

func level(v float64) uint8 { return uint8(max(0, min(255, v+0.5))) }

// mottle is smooth noise between 0 and 1 with a typical size in pixels.
type mottle struct {
	size  float64
	cells [64 * 64]float64
}

func newMottle(rng *rand.Rand, size float64) *mottle {
	m := &mottle{size: size}
	for i := range m.cells {
		m.cells[i] = rng.Float64()
	}
	return m
}

func (m *mottle) at(x, y float64) float64 {
	x, y = x/m.size, y/m.size
	ix, iy := int(x), int(y)
	fx, fy := x-float64(ix), y-float64(iy)
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	v := func(i, j int) float64 { return m.cells[(j&63)*64+i&63] }
	top := v(ix, iy)*(1-fx) + v(ix+1, iy)*fx
	low := v(ix, iy+1)*(1-fx) + v(ix+1, iy+1)*fx
	return top*(1-fy) + low*fy
}

// stain is a blot with a darker rim and a ragged edge, as damp leaves it.
type stain struct{ x, y, r, depth float64 }

func newStains(s *sheet, n int, rng *rand.Rand) []stain {
	out := make([]stain, n)
	for i := range out {
		out[i] = stain{
			x: s.w() * (0.08 + 0.84*rng.Float64()), y: s.h() * (0.08 + 0.84*rng.Float64()),
			r: s.mm(5 + 20*rng.Float64()*rng.Float64()), depth: 0.10 + 0.16*rng.Float64(),
		}
	}
	return out
}

func (b *stain) at(x, y float64, rough *mottle) float64 {
	dx, dy := x-b.x, y-b.y
	if math.Abs(dx) > b.r*1.6 || math.Abs(dy) > b.r*1.6 {
		return 0
	}
	d := math.Hypot(dx, dy)/b.r + 0.35*(rough.at(x, y)-0.5)
	inside := 1 / (1 + math.Exp((d-1)*18))
	rim := math.Exp(-(d - 1) * (d - 1) * 90)
	return b.depth * (0.6*inside + 0.9*rim)
}
