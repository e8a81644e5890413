package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"
)

// albumPage is a sheet of an album: a photograph of a new bridge, and its caption.
func albumPage(f cabinet) *sheet {
	s := newSheet(210, 200)
	s.fill(rectangle(0, 0, s.w(), s.h()), at(0, 0), color.RGBA{58, 56, 54, 255})
	x0, y0, x1, y1 := s.mm(17), s.mm(14), s.mm(193), s.mm(126)
	edge := s.mm(3)
	s.fill(rectangle(x0-edge+6, y0-edge+8, x1+edge+6, y1+edge+8), at(0, 0), color.NRGBA{0, 0, 0, 90})
	s.fill(rectangle(x0-edge, y0-edge, x1+edge, y1+edge), at(0, 0), color.RGBA{240, 238, 230, 255})
	picture := &sheet{img: image.NewRGBA(image.Rect(0, 0, int(x1-x0), int(y1-y0))), dpi: s.dpi}
	bridge(picture, 0, 0, picture.w(), picture.h())
	draw.Draw(s.img, picture.img.Bounds().Add(image.Pt(int(x0), int(y0))), picture.img, image.Point{}, draw.Src)
	s.fill(rectangle(s.mm(22), s.mm(138), s.mm(188), s.mm(190)), at(0, 0), color.RGBA{246, 243, 233, 255})
	p := s.pen(f.regular, 14)
	c := &column{s: s, x0: s.mm(27), x1: s.mm(184), y: s.mm(148), lead: s.pt(23)}
	c.para(s.pen(f.bold, 14), 0, "题名：清水河大桥建成通车典礼")
	c.para(p, 0, "照片号：0001－Y－001－0001　　时间：1988年10月1日")
	c.para(p, 0, "地点：青禾区石桥镇　　摄影：区文化馆")
	c.para(p, 0, "文字说明：清水河大桥全长二百一十六米，五孔拱桥，当日群众三千余人参加了通车典礼。")
	return s
}

func grey(v float64) color.RGBA { l := level(v); return color.RGBA{l, l, l, 255} }

// bridge paints the picture: sky, hills, an arched bridge, its mirror in the river,
// flags and a crowd.
func bridge(s *sheet, x0, y0, x1, y1 float64) {
	w, h := x1-x0, y1-y0
	rng := rand.New(rand.NewPCG(1988, 10))
	cloud := newMottle(rng, w/9)
	puff := newMottle(rng, w/40)
	water := y0 + h*0.62
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			v := 168 + 58*(y-y0)/(water-y0)
			if y < water {
				c := 0.7*cloud.at(x, y*1.7) + 0.3*puff.at(x, y*1.7)
				v += 60 * max(0, c-0.5) * 2
			} else {
				d := (y - water) / (y1 - water)
				v = 176 - 76*d + 12*math.Sin((y-water)/(2+7*d)+3*puff.at(x/3, y*2))
			}
			s.img.SetRGBA(int(x), int(y), grey(v))
		}
	}
	hills(s, x0, x1, water, h*0.30, 148, 0.9)
	hills(s, x0, x1, water, h*0.19, 116, 2.6)
	deck := y0 + h*0.40
	arches(s, x0, x1, deck, water, h, 1, 214, 84)
	arches(s, x0, x1, 2*water-deck, water, h, -1, 118, 96)
	s.line(x0, water, x1, water, 2, grey(96))
	flags(s, x0, x1, deck, h, rng)
	crowd(s, x0, x1, y1, h, rng)
}

func hills(s *sheet, x0, x1, foot, height, shade, phase float64) {
	p := []float64{x0, foot}
	for x := x0; x <= x1; x += 6 {
		t := (x - x0) / (x1 - x0) * math.Pi * 2
		p = append(p, x, foot-height*(0.45+0.3*math.Sin(t+phase)+0.2*math.Sin(2.3*t+phase*2)+0.05*math.Sin(9*t)))
	}
	s.fill(polygon(append(p, x1, foot)...), at(0, 0), grey(shade))
}

// arches draws a bridge of five arches, or with side -1 its mirror image.
func arches(s *sheet, x0, x1, deck, water, h, side, light, dark float64) {
	thick := h * 0.045 * side
	left, span := x0+(x1-x0)*0.02, (x1-x0)*0.96/5
	for i := range 5 {
		a := left + float64(i)*span
		var p shape
		p.add('M', a, deck)
		p.add('L', a+span, deck)
		p.add('L', a+span, water)
		p.add('L', a+span*0.92, water)
		rise := (water - deck) * 0.82 * 1.33
		p.add('C', a+span*0.92, water-rise, a+span*0.08, water-rise, a+span*0.08, water)
		p.add('L', a, water)
		s.fill(p, at(0, 0), grey(light-16))
		s.fill(rectangle(a-span*0.035, deck, a+span*0.035, water), at(0, 0), grey(light-46))
	}
	s.fill(rectangle(x0, deck-thick, x1, deck+thick*0.6), at(0, 0), grey(light))
	s.fill(rectangle(x0, deck+thick*0.6, x1, deck+thick*0.8), at(0, 0), grey(dark))
	if side < 0 {
		return
	}
	for x := x0; x < x1; x += h * 0.03 { // railing
		s.fill(rectangle(x, deck-thick-h*0.035, x+h*0.006, deck-thick), at(0, 0), grey(light-30))
	}
	s.fill(rectangle(x0, deck-thick-h*0.04, x1, deck-thick-h*0.032), at(0, 0), grey(light-20))
}

func flags(s *sheet, x0, x1, deck, h float64, rng *rand.Rand) {
	for i := range 12 {
		x := x0 + (x1-x0)*(0.04+0.083*float64(i))
		top := deck - h*(0.20+0.02*rng.Float64())
		s.line(x, deck-h*0.04, x, top, 3, grey(70))
		wave := h * 0.012 * (rng.Float64() - 0.3)
		var p shape
		p.add('M', x, top)
		p.add('C', x+h*0.03, top-wave, x+h*0.05, top+wave, x+h*0.085, top)
		p.add('L', x+h*0.085, top+h*0.055)
		p.add('C', x+h*0.05, top+h*0.055+wave, x+h*0.03, top+h*0.055-wave, x, top+h*0.055)
		s.fill(p, at(0, 0), grey(86+30*rng.Float64()))
	}
}

// crowd is people seen from behind, along the near bank.
func crowd(s *sheet, x0, x1, y1, h float64, rng *rand.Rand) {
	for row := range 4 {
		size := h * (0.020 + 0.009*float64(row))
		base := y1 - h*(0.15-0.038*float64(row))
		for x := x0 + size; x < x1; x += size * (1.8 + 0.9*rng.Float64()) {
			y := base + size*(rng.Float64()-0.5)
			coat, hair := 36+100*rng.Float64()*rng.Float64(), 22+26*rng.Float64()
			if rng.IntN(6) == 0 {
				coat = 190 // a white shirt
			}
			s.fill(ellipse(x, y+size*2.0, size*0.98, size*1.05), at(0, 0), grey(coat))
			s.fill(rectangle(x-size*0.98, y+size*2.0, x+size*0.98, y1), at(0, 0), grey(coat))
			s.fill(rectangle(x-size*0.2, y+size*0.6, x+size*0.2, y+size*1.2), at(0, 0), grey(132))
			s.fill(ellipse(x, y+size*0.4, size*0.5, size*0.6), at(0, 0), grey(hair))
			if rng.IntN(4) == 0 { // a cap
				s.fill(ellipse(x, y+size*0.12, size*0.58, size*0.36), at(0, 0), grey(coat+14))
			}
		}
	}
}
