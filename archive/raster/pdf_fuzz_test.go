package raster_test

import (
	"bytes"
	"context"
	"image"
	"testing"

	"lantai/archive"
	"lantai/archive/raster"
)

// Any PDF is refused with a reason, or has pages of the size that its header says and texts
// whose words are where they say.
func FuzzPDF(f *testing.F) {
	scan := image.Pt(8, 8)
	d := newPDF()
	d.page(200, 100, d.image("/ColorSpace/DeviceGray/BitsPerComponent 8", scan, make([]byte, 64)), "q 200 0 0 100 0 0 cm /Im Do Q BT /F 12 Tf 3 Tr 10 50 Td (two layers) Tj ET")
	f.Add(d.bytes())
	// PDFium is made ready first: that takes seconds, which no input is to be blamed for.
	if _, err := reader().ReadHeader(context.Background(), bytes.NewReader(d.bytes()), int64(len(d.bytes()))); err != nil {
		f.Fatal(err)
	}
	d = newPDF()
	d.page(100, 200, d.image("/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", scan, deflated(make([]byte, 192)))+"/Rotate 90", "q 0 200 -100 0 100 0 cm /Im Do Q")
	d.page(100, 200, "", "0 0 m 50 50 l S")
	f.Add(d.bytes())
	f.Add(bytes.ReplaceAll(d.bytes(), []byte("/Height 8"), []byte("/Height 0")))
	f.Add(encrypted("secret"))
	f.Add([]byte("%PDF-1.7\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, in, size := context.Background(), bytes.NewReader(data), int64(len(data))
		limit := raster.Limit{Pixels: 1 << 20, Side: 4096}
		h, err := reader().ReadHeader(ctx, in, size)
		if err != nil {
			if archive.ReasonOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		for i := range min(len(h.Frames), 2) {
			frame := h.Frames[i]
			if frame.Width < 1 || frame.Height < 1 || frame.Orientation < 1 || frame.Orientation > 8 {
				t.Fatalf("%+v", frame)
			}
			img, err := reader().Decode(ctx, in, size, i, limit)
			if err != nil && archive.ReasonOf(err) == "" {
				t.Fatal(err)
			}
			if err == nil && (img.Bounds().Dx() != frame.Width || img.Bounds().Dy() != frame.Height) {
				t.Fatalf("%v where the header says %+v", img.Bounds(), frame)
			}
			if h.Format != raster.FormatPDF {
				return
			}
			text, ok, err := reader().Text(ctx, in, size, i)
			if err != nil && archive.ReasonOf(err) == "" {
				t.Fatal(err)
			}
			runes := len([]rune(text.Plain))
			for _, w := range text.Words {
				if !ok || w.Start < 0 || w.Len < 1 || w.Start+w.Len > runes {
					t.Fatalf("%+v in %q", w, text.Plain)
				}
			}
		}
	})
}
