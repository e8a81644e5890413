package enhance

import (
	"image"
	"math"
	"slices"
)

// The search for the skew, in degrees.
const (
	skewRange  = 20.0 // beyond this a page was laid on the glass in another way
	skewCoarse = 0.5
	skewFine   = 0.1
	skewFinest = 0.02
)

// readableInk is how much darker than its surroundings a mark is, in tones, when
// it is more than the grain of the paper.
const readableInk = 24

// inkPoints are the thin dark marks of a reduced page: strokes and rules, but
// neither pictures nor the edges of the paper.
type inkPoints struct {
	x, y, weight []int32
	w, h         int
	share        float64 // of the page that is marked strongly enough to be read, 0–1
}

// withRoom prepares for about n points.
func (p inkPoints) withRoom(n int) inkPoints {
	p.x, p.y, p.weight = make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	return p
}

// thinInk finds the marks: what a closing wider than a stroke fills up.
func thinInk(page *image.Gray) inkPoints {
	hat := closing(page, 4)
	w, h := page.Rect.Dx(), page.Rect.Dy()
	var histogram [256]int
	for i, v := range page.Pix[:w*h] {
		hat.Pix[i] -= v
		histogram[hat.Pix[i]]++
	}
	limit := uint8(max(10, percentile(&histogram, 0.995)/3))
	p := inkPoints{w: w, h: h}
	const most = 250_000 // a page of text has about 100,000
	total := 0
	for _, n := range histogram[limit:] {
		total += n
	}
	readable := 0
	for _, n := range histogram[max(int(limit), readableInk):] {
		readable += n
	}
	p.share = float64(readable) / float64(w*h)
	step := total/most + 1
	p = p.withRoom(total / step)
	i := 0
	for y := range h {
		for x, v := range hat.Pix[y*w : (y+1)*w] {
			if v < limit {
				continue
			}
			if i++; i%step == 0 {
				p.x, p.y = append(p.x, int32(x)), append(p.y, int32(y))
				p.weight = append(p.weight, int32(v))
			}
		}
	}
	return p
}

// coarser joins the points of each f×f square.
func (p inkPoints) coarser(f int) inkPoints {
	w, h := p.w/f+1, p.h/f+1
	sum := make([]int32, w*h)
	for i := range p.x {
		sum[int(p.y[i])/f*w+int(p.x[i])/f] += p.weight[i]
	}
	q := inkPoints{w: w, h: h}
	for i, v := range sum {
		if v > 0 {
			q.x, q.y, q.weight = append(q.x, int32(i%w)), append(q.y, int32(i/w)), append(q.weight, v)
		}
	}
	return q
}

// turned exchanges the axes, so that columns are looked at as rows, with the
// same sense of angle.
func (p inkPoints) turned() inkPoints {
	x := make([]int32, len(p.x))
	for i, v := range p.x {
		x[i] = int32(p.w) - 1 - v
	}
	return inkPoints{x: p.y, y: x, weight: p.weight, w: p.h, h: p.w}
}

// binsPerPixel keeps the rows of pixels from falling in step with the bins of
// the profile, which would make a page seem sharpest at exactly 0.
const binsPerPixel = 1.07

// sharpness is the sum of squared differences of the profile across lines that
// lean clockwise by angle: greatest when the lines fall into rows of their own.
func (p inkPoints) sharpness(angle float64, profile []int64) float64 {
	const bits = 16
	sin, cos := math.Sincos(angle * math.Pi / 180)
	s := int64(math.Round(sin * binsPerPixel * (1 << bits)))
	c := int64(math.Round(cos * binsPerPixel * (1 << bits)))
	offset := max(0, s*int64(p.w))
	n := int((offset+int64(p.h)*c+max(0, -s*int64(p.w)))>>bits) + 3
	profile = profile[:n]
	clear(profile)
	for i, x := range p.x {
		at := int64(p.y[i])*c - int64(x)*s + offset
		bin := at >> bits
		weight := int64(p.weight[i])
		upper := (at & (1<<bits - 1)) * weight >> bits
		profile[bin] += weight - upper
		profile[bin+1] += upper
	}
	sum := 0.0
	for i := 1; i < n; i++ {
		d := float64(profile[i] - profile[i-1])
		sum += d * d
	}
	return sum
}

// peak is what one direction of looking gave.
type peak struct {
	angle    float64
	contrast float64 // how far the best angle stands above the rest: 0 not at all
}

// profile has room for the profile at any angle.
func (p inkPoints) profile() []int64 { return make([]int64, 2*(p.w+p.h)+16) }

// findPeak looks for the sharpest angle in coarse steps.
func (p inkPoints) findPeak() peak {
	rough := p.coarser(4)
	profile := rough.profile()
	n := int(skewRange / skewCoarse)
	scores := make([]float64, 0, 2*n+1)
	for i := -n; i <= n; i++ {
		scores = append(scores, rough.sharpness(float64(i)*skewCoarse, profile))
	}
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	top := scores[best]
	slices.Sort(scores)
	median := scores[len(scores)/2]
	out := peak{angle: float64(best-n) * skewCoarse}
	if median > 0 {
		out.contrast = top/median - 1
	}
	return out
}

// refine looks around an angle in small steps and puts a parabola through the
// best three.
func (p inkPoints) refine(around, step float64, profile []int64) float64 {
	const reach = 6
	var s [2*reach + 1]float64
	best := 0
	for i := range s {
		s[i] = p.sharpness(around+float64(i-reach)*step, profile)
		if s[i] > s[best] {
			best = i
		}
	}
	angle := around + float64(best-reach)*step
	if best > 0 && best < len(s)-1 {
		if bend := s[best-1] - 2*s[best] + s[best+1]; bend < 0 { //nolint:gosec // best is neither end
			angle += step * (s[best-1] - s[best+1]) / (2 * bend) //nolint:gosec // best is neither end
		}
	}
	return angle
}
