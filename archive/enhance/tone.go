package enhance

import (
	"image"
	"math"
)

// otsu gives the value that parts a histogram best in two (Otsu, 1979).
func otsu(histogram *[256]int) int {
	total, sum := 0.0, 0.0
	for v, n := range histogram {
		total += float64(n)
		sum += float64(v) * float64(n)
	}
	below, belowSum, best, at := 0.0, 0.0, -1.0, 127
	for v, n := range histogram {
		below += float64(n)
		belowSum += float64(v) * float64(n)
		if below == 0 || below == total {
			continue
		}
		d := belowSum/below - (sum-belowSum)/(total-below)
		if s := below * (total - below) * d * d; s > best {
			best, at = s, v
		}
	}
	return at
}

// percentile gives the value that a share q of the counted pixels lie at or below.
func percentile(histogram *[256]int, q float64) int {
	total := 0
	for _, n := range histogram {
		total += n
	}
	rest := int(q * float64(total))
	for v, n := range histogram {
		if rest -= n; rest < 0 {
			return v
		}
	}
	return 255
}

// sampledHistogram counts the tones of about every fifth pixel, of all on a
// small image.
func sampledHistogram(g *image.Gray) *[256]int {
	step := 5 // parts no width of an everyday page into whole rows
	if len(g.Pix) < 1<<16 {
		step = 1
	}
	var h [256]int
	for i := 0; i < len(g.Pix); i += step {
		h[g.Pix[i]]++
	}
	return &h
}

// tone is a straight curve: black and darker to 0, white and lighter to 255.
type tone struct{ black, white float64 }

// findTone looks at a flattened page: its ink becomes black, and all that is
// lighter than a share of the way to the paper white.
func findTone(page *image.Gray, share float64) tone {
	ink := float64(inkLevel(sampledHistogram(page)))
	return tone{ink, ink + share*(255-ink)}
}

// middle is the value half-way between black and white.
func (t tone) middle() uint8 { return uint8((t.black + t.white) / 2) }

// inkLevel is the tone of the middle of a stroke: what the darker third of the
// pixels below Otsu's threshold has.
func inkLevel(h *[256]int) int {
	t := otsu(h)
	var dark [256]int
	copy(dark[:t+1], h[:t+1])
	return percentile(&dark, 0.3)
}

// apply changes g.
func (t tone) apply(g *image.Gray) {
	var table [256]uint8
	for v := range table {
		table[v] = uint8(math.Round(255 * max(0, min(1, (float64(v)-t.black)/max(1, t.white-t.black)))))
	}
	for i, v := range g.Pix {
		g.Pix[i] = table[v]
	}
}
