package raster_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive/raster"
)

// inkAt draws the page the samples show: strokes, fine patterns, white margins,
// and rows that are all black or all white.
func inkAt(x, y int) bool {
	switch {
	case y < 6 || y >= 120 && y < 124:
		return false
	case y == 60:
		return true
	case y > 90 && x > 100:
		return (x+y)%2 == 0
	case x < 9 || x > 190:
		return false
	}
	return (x*x/19+y*y/23+x*y/37)%7 < 2
}

// drawBilevel is the page in black and white, 203 × 131 pixels.
func drawBilevel() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 203, 131))
	for y := range 131 {
		for x := range 203 {
			if !inkAt(x, y) {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img
}

// drawColour is the page in colour, 101 × 67 pixels, drawGrey its green channel.
func drawColour() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 101, 67))
	for y := range 67 {
		for x := range 101 {
			c := color.RGBA{R: byte(2 * x), G: byte(3*y + x/4), B: byte(255 - x - y), A: 255}
			if inkAt(2*x, 2*y) {
				c.R, c.B = c.R/4, c.B/3
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func drawGrey() *image.Gray {
	src := drawColour()
	img := image.NewGray(src.Rect)
	for i := range img.Pix {
		img.Pix[i] = src.Pix[4*i+1]
	}
	return img
}

func header(data []byte) (raster.Header, error) {
	return raster.ReadHeader(bytes.NewReader(data), int64(len(data)))
}

func decode(data []byte, frame int) (image.Image, error) {
	return raster.Decode(context.Background(), bytes.NewReader(data), int64(len(data)), frame, raster.Limit{})
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// difference gives the largest difference of any channel, or 256 where the sizes
// differ.
func difference(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return 256
	}
	most := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			ar, ag, ab, aa := a.At(x, y).RGBA()
			br, bg, bb, ba := b.At(x, y).RGBA()
			for _, d := range []int{int(ar) - int(br), int(ag) - int(bg), int(ab) - int(bb), int(aa) - int(ba)} {
				most = max(most, d/257, -d/257)
			}
		}
	}
	return most
}
