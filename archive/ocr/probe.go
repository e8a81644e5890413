package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// errStart is the cause when a program could not be started: no image is to blame.
var errStart = errors.New("it could not be started")

// probe has the engine read an image that it certainly can, with the parameters of a page
// it failed on, and gives the fault if it cannot: then the page is not to blame. An engine
// that lacks a library, or that this processor cannot run, would else refuse all pages.
func (t *Tesseract) probe(ctx context.Context, page Request) error {
	dir, err := os.MkdirTemp("", "lantai-ocr-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	page.Image = filepath.Join(dir, "probe.pgm")
	if err := os.WriteFile(page.Image, probeImage(), 0o600); err != nil {
		return err
	}
	return t.runList(ctx, []Request{page}, func(Result) {}).err
}

// probeImage is "HILTE" in strokes of rectangles, in the PGM format.
func probeImage() []byte {
	const width, height, high, wide, stroke, gap = 400, 120, 40, 28, 7, 16
	pixels := bytes.Repeat([]byte{255}, width*height)
	x0, y0 := 60, 40
	bar := func(x, y, w, h int) {
		for j := y0 + y; j < y0+y+h; j++ {
			for i := x0 + x; i < x0+x+w; i++ {
				pixels[j*width+i] = 0
			}
		}
	}
	middle, low, right := (high-stroke)/2, high-stroke, wide-stroke
	for _, letter := range "HILTE" {
		switch letter {
		case 'H':
			bar(0, 0, stroke, high)
			bar(right, 0, stroke, high)
			bar(0, middle, wide, stroke)
		case 'I':
			bar(right/2, 0, stroke, high)
		case 'L':
			bar(0, 0, stroke, high)
			bar(0, low, wide, stroke)
		case 'T':
			bar(0, 0, wide, stroke)
			bar(right/2, 0, stroke, high)
		case 'E':
			bar(0, 0, stroke, high)
			bar(0, 0, wide, stroke)
			bar(0, middle, wide, stroke)
			bar(0, low, wide, stroke)
		}
		x0 += wide + gap
	}
	return append(fmt.Appendf(nil, "P5\n%d %d\n255\n", width, height), pixels...)
}
