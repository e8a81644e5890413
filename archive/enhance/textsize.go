package enhance

import (
	"image"
	"math"
	"slices"
)

// textSize measures how high the lines of text of a cleaned page stand, in
// pixels of the page: about 0.9 em for Han. 0: no lines.
func textSize(page *image.Gray, skew float64) float64 {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	f := max(1, max(w, h)/1600)
	small := reduce(page, f)
	p := darkPoints(small)
	if len(p.x) == 0 {
		return 0
	}
	rows, across := p.bands(skew), p.turned().bands(skew)
	if across.mass > 1.5*rows.mass {
		rows = across
	}
	return rows.height * float64(f)
}

// darkPoints are the dark pixels of a page.
func darkPoints(g *image.Gray) inkPoints {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	p := inkPoints{w: w, h: h}
	for y := range h {
		for x, v := range g.Pix[y*w : (y+1)*w] {
			if v < 128 {
				p.x, p.y, p.weight = append(p.x, int32(x)), append(p.y, int32(y)), append(p.weight, 1)
			}
		}
	}
	return p
}

// band statistics: the typical height of a line and how much ink lies in lines
// of about that height.
type bandHeight struct{ height, mass float64 }

// bands cuts the profile across the lines into bands of ink.
func (p inkPoints) bands(skew float64) bandHeight {
	profile := make([]int64, 2*(p.w+p.h)+16)
	sin, cos := math.Sincos(skew * math.Pi / 180)
	offset := max(0, sin*float64(p.w))
	for i, x := range p.x {
		profile[int(float64(p.y[i])*cos-float64(x)*sin+offset)] += int64(p.weight[i])
	}
	filled := []int64{}
	for _, v := range profile {
		if v > 0 {
			filled = append(filled, v)
		}
	}
	if len(filled) == 0 {
		return bandHeight{}
	}
	slices.Sort(filled)
	limit := max(2, filled[len(filled)*9/10]/8)
	type band struct {
		height int
		mass   int64
	}
	var all []band
	var now band
	var total int64
	for _, v := range profile {
		if v >= limit {
			now.height++
			now.mass += v
			continue
		}
		if now.height >= 4 {
			all = append(all, now)
			total += now.mass
		}
		now = band{}
	}
	slices.SortFunc(all, func(a, b band) int { return a.height - b.height })
	var sum int64
	for _, b := range all {
		if sum += b.mass; 2*sum >= total {
			out := bandHeight{height: float64(b.height)}
			for _, c := range all {
				if math.Abs(float64(c.height-b.height)) <= 0.2*float64(b.height) {
					out.mass += float64(c.mass)
				}
			}
			return out
		}
	}
	return bandHeight{}
}
