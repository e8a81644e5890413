package enhance

import (
	"image"
	"math"
	"slices"
)

// lineFinding is what was measured of the lines of text.
type lineFinding struct {
	height float64 // of a line without its leading, pixels; about 0.9 em for Han; 0: no lines
	share  float64 // of the page's ink that lies in lines of about this height, 0–1
}

// textSize measures how high the lines of text of a cleaned page stand, in
// pixels of the page, looking along the rows and along the columns. What is
// darker than limit is ink.
func textSize(page *image.Gray, skew float64, limit uint8) float64 {
	f := max(1, max(page.Rect.Dx(), page.Rect.Dy())/1600)
	p := darkPoints(reduce(page, f), limit)
	rows, columns := p.lines(skew), p.turned().lines(skew)
	if columns.share > 1.3*rows.share {
		rows = columns
	}
	const least = 0.2 // of the ink; otherwise the page is pictures or writing by hand
	if rows.share < least {
		return 0
	}
	return rows.height * float64(f)
}

// darkPoints are the pixels of a page darker than limit.
func darkPoints(g *image.Gray, limit uint8) inkPoints {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	p := inkPoints{w: w, h: h}.withRoom(w * h / 8)
	for y := range h {
		for x, v := range g.Pix[y*w : (y+1)*w] {
			if v < limit {
				p.x, p.y, p.weight = append(p.x, int32(x)), append(p.y, int32(y)), append(p.weight, 1)
			}
		}
	}
	return p
}

// Lines are looked for in upright strips, since columns, headings and pictures
// beside each other have lines of their own.
const (
	strips       = 10
	leastLine    = 5  // pixels of the reduced page
	mostLine     = 12 // a line is at most this part of the page's longer side
	heightBins   = 12 // to an octave, when heights are counted
	heightSpread = 2  // bins either side that are "about this height"
)

// lines finds the height that most ink has its lines in.
func (p inkPoints) lines(skew float64) lineFinding {
	if len(p.x) == 0 {
		return lineFinding{}
	}
	sin, cos := math.Sincos(skew * math.Pi / 180)
	offset := math.Abs(sin) * float64(p.w)
	n := int(float64(p.h)+2*offset) + 2
	profiles := make([]int32, strips*n)
	for i, x := range p.x {
		at := int(float64(p.y[i])*cos - float64(x)*sin + offset)
		profiles[int(x)*strips/p.w*n+at]++
	}
	var mass [heightBins * 12]float64
	for s := range strips {
		eachBand(profiles[s*n:(s+1)*n], func(height int, ink int64) {
			if height >= leastLine && height*mostLine <= max(p.w, p.h) {
				mass[int(heightBins*math.Log2(float64(height)))] += float64(ink)
			}
		})
	}
	return heightOf(mass[:], float64(len(p.x)))
}

// eachBand cuts a profile where it falls towards the tone between lines.
func eachBand(profile []int32, found func(height int, ink int64)) {
	filled := make([]int32, 0, len(profile))
	for _, v := range profile {
		if v > 0 {
			filled = append(filled, v)
		}
	}
	if len(filled) == 0 {
		return
	}
	slices.Sort(filled)
	low, high := filled[len(filled)/10], filled[len(filled)*9/10]
	if len(filled)*4 < len(profile)*3 {
		low = 0
	}
	limit := max(1, low+(high-low)/6)
	start, ink := -1, int64(0)
	for i, v := range profile {
		if v >= limit {
			if start < 0 {
				start, ink = i, 0
			}
			ink += int64(v)
		} else if start >= 0 {
			found(i-start, ink)
			start = -1
		}
	}
}

// heightOf gives the height around which most ink was counted.
func heightOf(mass []float64, total float64) lineFinding {
	best := lineFinding{}
	for i := range mass {
		sum, weighted := 0.0, 0.0
		for j := max(0, i-heightSpread); j <= min(len(mass)-1, i+heightSpread); j++ {
			sum += mass[j]
			weighted += mass[j] * math.Exp2((float64(j)+0.5)/heightBins)
		}
		if share := sum / total; share > best.share {
			best = lineFinding{height: weighted / sum, share: share}
		}
	}
	return best
}
