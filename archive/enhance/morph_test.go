package enhance

import (
	"image"
	"math/rand/v2"
	"testing"
)

// TestExtremesAreThoseOfTheSquare compares the running maxima and minima with the
// definition, at widths that leave every number of pixels over from words of eight.
func TestExtremesAreThoseOfTheSquare(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for w := 1; w < 24; w++ {
		src := noise(r, w, 1+r.IntN(20))
		for _, radius := range []int{1, 2, 4, 5} {
			bright, dark := dilate(src, radius), erode(src, radius)
			for y := range src.Rect.Dy() {
				for x := range w {
					around := image.Rect(x-radius, y-radius, x+radius+1, y+radius+1).Intersect(src.Rect)
					most, least := uint8(0), uint8(255)
					for v := around.Min.Y; v < around.Max.Y; v++ {
						for u := around.Min.X; u < around.Max.X; u++ {
							most, least = max(most, src.GrayAt(u, v).Y), min(least, src.GrayAt(u, v).Y)
						}
					}
					if got := bright.GrayAt(x, y).Y; got != most {
						t.Fatalf("dilate %v by %d at %d,%d: %d, want %d", src.Rect.Size(), radius, x, y, got, most)
					}
					if got := dark.GrayAt(x, y).Y; got != least {
						t.Fatalf("erode %v by %d at %d,%d: %d, want %d", src.Rect.Size(), radius, x, y, got, least)
					}
				}
			}
		}
	}
}

// TestReduceRoundsTheMean compares every way of averaging squares with the definition.
func TestReduceRoundsTheMean(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for f := 2; f <= 6; f++ {
		for w := f; w < f*14; w++ {
			src := noise(r, w, 2*f+1)
			got := reduce(src, f)
			if want := image.Rect(0, 0, w/f, 2); got.Rect != want {
				t.Fatalf("%d pixels by %d: %v, want %v", w, f, got.Rect, want)
			}
			for i, v := range got.Pix {
				sum := f * f / 2
				for j := range f * f {
					sum += int(src.GrayAt(i%(w/f)*f+j%f, i/(w/f)*f+j/f).Y)
				}
				if want := uint8(sum / (f * f)); v != want {
					t.Fatalf("%d pixels by %d: %d at %d, want %d", w, f, v, i, want)
				}
			}
		}
	}
}

func noise(r *rand.Rand, w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = uint8(r.IntN(256))
	}
	return g
}
