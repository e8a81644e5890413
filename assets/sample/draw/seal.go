package main

import (
	"image/color"
	"math"
	"unicode/utf8"
)

// star is a five-pointed star of a radius around (0, 0), point up.
func star(radius float64) shape {
	var xy []float64
	for i := range 10 {
		r := radius
		if i%2 == 1 {
			r *= 0.382
		}
		sin, cos := math.Sincos(float64(i) * math.Pi / 5)
		xy = append(xy, r*sin, -r*cos)
	}
	return polygon(xy...)
}

// seal stamps a round seal of 42 mm: a ring, a star, the body's name on an arc and
// perhaps a purpose below, a little out of true as hands do it.
func (s *sheet) seal(f cabinet, cx, cy float64, name, purpose string) {
	const tilt = 0.06
	ink := color.NRGBA{206, 30, 40, 215}
	r := s.mm(21)
	s.fill(ellipse(0, 0, r, r).join(ellipse(0, 0, r-s.mm(1.1), -(r-s.mm(1.1)))), at(cx, cy), ink)
	s.fill(star(s.mm(6.2)), turned(cx, cy, tilt), ink)
	n := utf8.RuneCountInString(name)
	p := pen{face: f.regular, size: s.mm(5.4), ink: ink}
	step := min(0.56, 4.2/float64(n-1))
	angle := -step*float64(n-1)/2 + tilt
	for _, c := range name {
		sin, cos := math.Sincos(angle)
		base := r - s.mm(7.2)
		m := turned(cx+base*sin, cy-base*cos, angle).scaled(0.82, 1.12)
		glyph := p.outline(c)
		m.tx -= m.a * p.advance(c) / 2
		m.ty -= m.c * p.advance(c) / 2
		s.fill(glyph, m, ink)
		angle += step
	}
	if purpose != "" {
		s.centred(p.sized(s.mm(4)), cx, cy+s.mm(13), purpose)
	}
}
