package raster_test

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/raster"
)

func seed(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		f.Fatal("no samples", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func FuzzReadHeader(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := header(data)
		if err != nil {
			if archive.ReasonOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		for _, frame := range h.Frames {
			if frame.Width < 1 || frame.Height < 1 || frame.Orientation < 1 || frame.Orientation > 8 || frame.DPI < 0 || frame.Bytes() < 1 {
				t.Fatalf("%+v", frame)
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		limit := raster.Limit{Pixels: 1 << 18, Side: 4096}
		img, err := raster.Decode(context.Background(), bytes.NewReader(data), int64(len(data)), 0, limit)
		if err != nil {
			if archive.ReasonOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		h, err := header(data)
		if err != nil {
			t.Fatal("decoded, but its header is refused:", err)
		}
		if want := image.Rect(0, 0, h.Frames[0].Width, h.Frames[0].Height); img.Bounds() != want {
			t.Fatalf("%v where the header says %v", img.Bounds(), want)
		}
	})
}
