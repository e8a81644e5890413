package main

import (
	"image"
	"image/color"
	"image/draw"
)

// drawIcon is the program's icon at 512 pixels: a square seal that reads 兰台, the
// old name for an archive, cut in white on red.
func drawIcon(f cabinet) *image.RGBA {
	const side = 512
	s := &sheet{img: image.NewRGBA(image.Rect(0, 0, side, side)), dpi: dpi}
	draw.Draw(s.img, s.img.Bounds(), image.Transparent, image.Point{}, draw.Src)
	s.fill(roundedSquare(24, 32, 488, 496, 92), at(0, 0), color.NRGBA{60, 0, 0, 60})
	for i := range 464 { // a light from above, one line at a time
		y := 24 + float64(i)
		t := float64(i) / 464
		ink := color.RGBA{uint8(200 - 34*t), uint8(44 - 20*t), uint8(42 - 14*t), 255}
		draw.Draw(s.img, image.Rect(0, int(y), side, int(y)+1), image.NewUniform(ink), image.Point{}, draw.Src)
	}
	mask := &sheet{img: image.NewRGBA(image.Rect(0, 0, side, side)), dpi: dpi}
	mask.fill(roundedSquare(24, 24, 488, 488, 92), at(0, 0), color.White)
	out := &sheet{img: image.NewRGBA(image.Rect(0, 0, side, side)), dpi: dpi}
	out.fill(roundedSquare(26, 32, 486, 496, 92), at(0, 0), color.NRGBA{40, 0, 0, 70})
	draw.DrawMask(out.img, out.img.Bounds(), s.img, image.Point{}, mask.img, image.Point{}, draw.Over)
	paper := color.RGBA{255, 248, 236, 255}
	ring := roundedSquare(58, 58, 454, 454, 62)
	out.fill(ring.join(reversed(roundedSquare(72, 72, 440, 440, 50))), at(0, 0), paper)
	p := pen{face: f.bold, size: 300, ink: paper}
	for i, r := range "兰台" {
		cx := 166 + 180*float64(i/len("兰"))
		m := at(cx-p.advance(r)/2*0.56, 366).scaled(0.56, 0.98)
		out.fill(p.outline(r), m, paper)
	}
	return out.img
}

func roundedSquare(x0, y0, x1, y1, r float64) shape {
	k := r * (1 - 0.5522847498)
	var p shape
	p.add('M', x0+r, y0)
	p.add('L', x1-r, y0)
	p.add('C', x1-k, y0, x1, y0+k, x1, y0+r)
	p.add('L', x1, y1-r)
	p.add('C', x1, y1-k, x1-k, y1, x1-r, y1)
	p.add('L', x0+r, y1)
	p.add('C', x0+k, y1, x0, y1-k, x0, y1-r)
	p.add('L', x0, y0+r)
	p.add('C', x0, y0+k, x0+k, y0, x0+r, y0)
	return p
}

// reversed runs a closed outline the other way round, which cuts it out of the one
// around it.
func reversed(p shape) shape {
	n := len(p.arg)
	pts := make([]float64, 0, n)
	for i := n - 2; i >= 0; i -= 2 {
		pts = append(pts, p.arg[i], p.arg[i+1])
	}
	ops := []byte{'M'}
	for i := len(p.op) - 1; i > 0; i-- {
		ops = append(ops, p.op[i])
	}
	return shape{ops, pts}
}
