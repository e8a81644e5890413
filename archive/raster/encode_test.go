package raster_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"math/rand/v2"
	"testing"

	"lantai/archive/raster"
)

// profile makes bytes with the form of a colour profile.
func profile(space string, size int) []byte {
	r := rand.New(rand.NewPCG(7, 7))
	icc := make([]byte, size)
	for i := range icc {
		icc[i] = byte(r.Uint32())
	}
	binary.BigEndian.PutUint32(icc, uint32(size))
	copy(icc[16:], space)
	copy(icc[36:], "acsp")
	return icc
}

func TestEncodeJPEGKeepsResolutionProfileAndGrey(t *testing.T) {
	tests := []struct {
		name string
		img  image.Image
		dpi  float64
		icc  []byte
		kept bool
	}{
		{"colour", drawColour(), 300, profile("RGB ", 3144), true},
		{"profile of several segments", drawColour(), 599.6, profile("RGB ", 200_000), true},
		{"grey", drawGrey(), 200, profile("GRAY", 400), true},
		{"grey with a profile for colour", drawGrey(), 0, profile("RGB ", 400), false},
		{"colour with one for ink", drawColour(), 0, profile("CMYK", 400), false},
		{"no profile", drawColour(), 150, nil, true},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		if err := raster.EncodeJPEG(&out, tt.img, 92, tt.dpi, tt.icc); err != nil {
			t.Fatal(tt.name, err)
		}
		h, err := header(out.Bytes())
		if err != nil {
			t.Fatal(tt.name, err)
		}
		f := h.Frames[0]
		if want := float64(int(tt.dpi + 0.5)); f.DPI != want || f.DPIY != want {
			t.Errorf("%s: %v dpi, want %v", tt.name, f.DPI, want)
		}
		if bytes.Equal(f.ICC, tt.icc) != tt.kept || !tt.kept && f.ICC != nil {
			t.Errorf("%s: profile of %d bytes", tt.name, len(f.ICC))
		}
		img, err := decode(out.Bytes(), 0)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		checkKind(t, tt.name, img, tt.img)
	}
}

func TestEncodePNGIsExact(t *testing.T) {
	for _, img := range []image.Image{drawBilevel(), drawGrey(), drawColour()} {
		for _, dpi := range []float64{0, 150, 300, 600} {
			var out bytes.Buffer
			if err := raster.EncodePNG(&out, img, dpi); err != nil {
				t.Fatal(err)
			}
			h, err := header(out.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			got, err := decode(out.Bytes(), 0)
			if err != nil {
				t.Fatal(err)
			}
			if h.Frames[0].DPI != dpi || difference(got, img) != 0 {
				t.Errorf("%T: %v dpi of %v, difference %d", img, h.Frames[0].DPI, dpi, difference(got, img))
			}
			checkKind(t, "png", got, img)
		}
	}
}

func TestEncodePNM(t *testing.T) {
	grey := drawGrey()
	part := grey.SubImage(image.Rect(10, 5, 30, 20)).(*image.Gray)
	var out bytes.Buffer
	if err := raster.EncodePNM(&out, part); err != nil {
		t.Fatal(err)
	}
	body, ok := bytes.CutPrefix(out.Bytes(), []byte("P5\n20 15\n255\n"))
	if !ok || len(body) != 300 || body[0] != grey.GrayAt(10, 5).Y || body[299] != grey.GrayAt(29, 19).Y {
		t.Errorf("%.20q, %d bytes", out.Bytes(), len(body))
	}
	out.Reset()
	colour := drawColour()
	if err := raster.EncodePNM(&out, colour); err != nil {
		t.Fatal(err)
	}
	body, ok = bytes.CutPrefix(out.Bytes(), []byte("P6\n101 67\n255\n"))
	if last := colour.RGBAAt(100, 66); !ok || len(body) != 3*101*67 || body[len(body)-1] != last.B || body[len(body)-3] != last.R {
		t.Errorf("%.20q, %d bytes", out.Bytes(), len(body))
	}
}

// full takes so many bytes and then fails as a full disk does.
type full struct{ left int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestEncodersReportAFullDisk(t *testing.T) {
	img := drawColour()
	for name, encode := range map[string]func(io.Writer) error{
		"jpeg": func(w io.Writer) error { return raster.EncodeJPEG(w, img, 90, 300, profile("RGB ", 500)) },
		"png":  func(w io.Writer) error { return raster.EncodePNG(w, img, 300) },
		"pnm":  func(w io.Writer) error { return raster.EncodePNM(w, img) },
	} {
		for left := 0; left < 2000; left += 97 {
			if err := encode(&full{left}); !errors.Is(err, errFull) {
				t.Fatalf("%s after %d bytes: %v", name, left, err)
			}
		}
	}
}
