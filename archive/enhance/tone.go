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

func histogramOf(g *image.Gray) *[256]int {
	var h [256]int
	for _, v := range g.Pix {
		h[v]++
	}
	return &h
}

// stretch makes the ink of a flattened page black and all that is lighter than
// a share of the way to the paper white.
func stretch(page *image.Gray, share float64) {
	h := histogramOf(page)
	ink := inkLevel(h)
	white := float64(ink) + share*float64(255-ink)
	applyTone(page, float64(ink), white)
}

// inkLevel is the tone of the middle of a stroke: the median of what is darker
// than Otsu's threshold.
func inkLevel(h *[256]int) int {
	t := otsu(h)
	var dark [256]int
	copy(dark[:t+1], h[:t+1])
	return percentile(&dark, 0.3)
}

func applyTone(page *image.Gray, black, white float64) {
	var table [256]uint8
	for v := range table {
		table[v] = uint8(math.Round(255 * max(0, min(1, (float64(v)-black)/max(1, white-black)))))
	}
	for i, v := range page.Pix {
		page.Pix[i] = table[v]
	}
}
