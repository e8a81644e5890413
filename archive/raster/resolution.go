package raster

import (
	"bytes"
	"context"
	"math"
)

const cmPerInch = 2.54

// The resolutions believed: a page photographed from afar to microfilm scanned
// directly.
const (
	minDPI = 50
	maxDPI = 4800
)

// resolution in pixels per inch across and down; 0: not told.
type resolution struct{ x, y float64 }

// isPlaceholder reports the values programs write when they know nothing: those
// of screens.
func (r resolution) isPlaceholder() bool { return r.x == r.y && (r.x == 72 || r.x == 96) }

// sound keeps what is plausible; one missing side takes the other's value. Values
// that came through metric units are whole numbers where they are near one.
func (r resolution) sound() resolution {
	r.x, r.y = nearWhole(r.x), nearWhole(r.y)
	plausible := func(v float64) bool { return v >= minDPI && v <= maxDPI }
	switch {
	case plausible(r.x) && plausible(r.y):
		return r
	case plausible(r.x):
		return resolution{r.x, r.x}
	case plausible(r.y):
		return resolution{r.y, r.y}
	}
	return resolution{}
}

func nearWhole(v float64) float64 {
	if whole := math.Round(v); math.Abs(v-whole) < 0.05 {
		return whole
	}
	return v
}

// chooseResolution takes the first of two statements unless only the second one
// is worth believing.
func chooseResolution(first, second resolution) resolution {
	first, second = first.sound(), second.sound()
	if first == (resolution{}) || first.isPlaceholder() && second != (resolution{}) {
		return second
	}
	return first
}

// setResolution believes a screen's resolution only where the paper would not
// come out larger than A2: page scans saved by office programs and cameras often
// claim 72 or 96.
func (f *Frame) setResolution(r resolution) {
	const longestPaper = 24 // inches
	r = r.sound()
	if r.isPlaceholder() && float64(max(f.Width, f.Height)) > longestPaper*r.x {
		r = resolution{}
	}
	f.DPI, f.DPIY = r.x, r.y
}

// readEXIF takes resolution and orientation from an EXIF block, which has the form
// of a TIFF file. Cameras and editors write damaged ones; those say nothing.
func readEXIF(block []byte) (resolution, int) {
	s := &source{ctx: context.Background(), r: bytes.NewReader(block), size: int64(len(block)), op: "read EXIF"}
	t, err := openTIFF(s)
	if err != nil {
		return resolution{}, 1
	}
	d, _, err := t.directoryAt(t.first)
	if err != nil {
		return resolution{}, 1
	}
	return d.resolution(), d.orientation()
}
