package raster_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/raster"
)

// The samples were drawn by drawBilevel, drawGrey and drawColour and written by
// libtiff's and ImageMagick's tools, so that decoding is checked against encoders
// other than ours.
func TestDecodeSamples(t *testing.T) {
	bw, grey, colour := image.Image(drawBilevel()), image.Image(drawGrey()), image.Image(drawColour())
	inverted := drawBilevel()
	for i := range inverted.Pix {
		inverted.Pix[i] ^= 255
	}
	const chroma = 120 // what halving the resolution of colour does to a drawing
	tests := []struct {
		file  string
		frame int
		want  image.Image
		off   int // difference allowed
	}{
		{"bw-none.tif", 0, bw, 0}, {"bw-g31d.tif", 0, bw, 0}, {"bw-g32d.tif", 0, bw, 0}, {"bw-g32d-fill.tif", 0, bw, 0},
		{"bw-g4.tif", 0, bw, 0}, {"bw-g4-strips-lsb.tif", 0, bw, 0}, {"bw-g4-tiles.tif", 0, bw, 0},
		{"bw-g4-inverted.tif", 0, inverted, 0}, {"bw-g4-nocounts.tif", 0, bw, 0},
		{"bw-lzw.tif", 0, bw, 0}, {"bw-packbits-lsb.tif", 0, bw, 0}, {"bw-zip-big.tif", 0, bw, 0},
		{"bw-palette4.tif", 0, bw, 0}, {"bw.png", 0, bw, 0}, {"turned.tif", 0, bw, 0},
		{"grey-lzw.tif", 0, grey, 0}, {"grey-zip.tif", 0, grey, 0}, {"grey-zstd.tif", 0, grey, 0}, {"grey-cm.tif", 0, grey, 0},
		{"grey-jpeg.tif", 0, grey, 12}, {"grey16-lzw.tif", 0, grey, 0}, {"grey16.png", 0, grey, 0},
		{"col-none.tif", 0, colour, 0}, {"col-lzw.tif", 0, colour, 0}, {"col-zip-planes.tif", 0, colour, 0},
		{"col-lzw-tiles-big.tif", 0, colour, 0}, {"col16-zip.tif", 0, colour, 0}, {"col-rgba.tif", 0, colour, 0},
		{"col-interlaced.png", 0, colour, 0},
		{"col-jpeg-rgb.tif", 0, colour, 12}, {"col-jpeg-planes.tif", 0, colour, 12}, {"col-progressive.jpg", 0, colour, 24},
		{"col-jpeg-ycc.tif", 0, colour, chroma}, {"col-jpeg-tiles.tif", 0, colour, chroma}, {"col-422.jpg", 0, colour, chroma},
		{"cmyk-lzw.tif", 0, colour, 2}, {"cmyk-planes.tif", 0, colour, 2}, {"cmyk-jpeg.tif", 0, colour, 40}, {"cmyk-adobe.jpg", 0, colour, 20},
		{"pages.tif", 0, bw, 0}, {"pages.tif", 1, grey, 12}, {"pages.tif", 2, colour, 0},
	}
	for _, tt := range tests {
		img, err := decode(sample(t, tt.file), tt.frame)
		if err != nil {
			t.Errorf("%s, frame %d: %v", tt.file, tt.frame, err)
			continue
		}
		if d := difference(img, tt.want); d > tt.off {
			t.Errorf("%s, frame %d: differs by %d, at most %d expected", tt.file, tt.frame, d, tt.off)
		}
		checkKind(t, tt.file, img, tt.want)
	}
}

// checkKind holds Decode to the kinds of image it promises.
func checkKind(t *testing.T, name string, img, like image.Image) {
	t.Helper()
	_, wantGrey := like.(*image.Gray)
	switch img := img.(type) {
	case *image.Gray:
		if !wantGrey {
			t.Errorf("%s: grey where colour is expected", name)
		}
	case *image.RGBA:
		if wantGrey || img.Stride != 4*img.Rect.Dx() || !img.Opaque() {
			t.Errorf("%s: RGBA with stride %d, opaque %v, grey expected: %v", name, img.Stride, img.Opaque(), wantGrey)
		}
	case *image.YCbCr:
		if wantGrey {
			t.Errorf("%s: colour where grey is expected", name)
		}
	default:
		t.Errorf("%s: %T", name, img)
	}
}

func TestReadHeaderSamples(t *testing.T) {
	tests := []struct {
		file        string
		format      string
		frames      int
		w, h        int
		dpi         float64
		orientation int
		compression string
	}{
		{"bw-g4.tif", "tiff", 1, 203, 131, 300, 1, "g4"},
		{"bw-g32d.tif", "tiff", 1, 203, 131, 300, 1, "g3"},
		{"turned.tif", "tiff", 1, 203, 131, 300, 6, "g4"},
		{"bw-zip-big.tif", "tiff", 1, 203, 131, 300, 1, "deflate"},
		{"grey-cm.tif", "tiff", 1, 101, 67, 300, 1, "none"},
		{"pages.tif", "tiff", 3, 203, 131, 300, 1, "g4"},
		{"col-progressive.jpg", "jpeg", 1, 101, 67, 300, 1, "jpeg"},
		{"col-interlaced.png", "png", 1, 101, 67, 0, 1, "png"},
	}
	for _, tt := range tests {
		h, err := header(sample(t, tt.file))
		if err != nil {
			t.Errorf("%s: %v", tt.file, err)
			continue
		}
		f := h.Frames[0]
		if h.Format != tt.format || len(h.Frames) != tt.frames || f.Width != tt.w || f.Height != tt.h ||
			f.DPI != tt.dpi || f.DPIY != tt.dpi || f.Orientation != tt.orientation || f.Compression != tt.compression {
			t.Errorf("%s: %s with %d frames, first %+v", tt.file, h.Format, len(h.Frames), f)
		}
	}
	turned, err := header(sample(t, "turned.tif"))
	if err != nil {
		t.Fatal(err)
	}
	if w, h, _, _ := turned.Frames[0].Upright(); w != 131 || h != 203 {
		t.Errorf("upright %d × %d", w, h)
	}
}

// A file cut anywhere is refused, or nothing of the picture was in what is missing.
func TestCutFilesAreRefused(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d samples: %v", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		data := sample(t, name)
		whole, err := decode(data, 0)
		if err != nil {
			t.Fatal(name, err)
		}
		for n := 0; n < len(data); n += 1 + len(data)/97 {
			img, err := decode(data[:n], 0)
			if err == nil && difference(img, whole) != 0 {
				t.Errorf("%s cut to %d of %d bytes: decoded to another picture", name, n, len(data))
			}
			if reason := archive.ReasonOf(err); err != nil && reason != archive.ReasonDamaged && reason != archive.ReasonEmpty && reason != archive.ReasonUnsupported {
				t.Errorf("%s cut to %d bytes: %v", name, n, err)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	pad := strings.Repeat("\x00", 64)
	tests := []struct {
		data   string
		reason archive.Reason
		detail string
	}{
		{"", archive.ReasonEmpty, ""},
		{pad, archive.ReasonDamaged, "zero bytes"},
		{"GIF89a" + pad, archive.ReasonUnsupported, "GIF"},
		{"BM" + pad, archive.ReasonUnsupported, "BMP"},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n" + pad, archive.ReasonUnsupported, "JPEG 2000"},
		{"\x00\x00\x00\x18ftypheic" + pad, archive.ReasonUnsupported, "HEIC"},
		{"RIFF\x00\x01\x00\x00WEBPVP8 " + pad, archive.ReasonUnsupported, "WebP"},
		{"%PDF-1.7\n" + pad, archive.ReasonUnsupported, "PDF"},
		{"PK\x03\x04" + pad + "OFD.xml" + pad, archive.ReasonUnsupported, "OFD"},
		{"PK\x03\x04" + pad, archive.ReasonUnsupported, "ZIP"},
		{"档号,题名\n", archive.ReasonUnsupported, "text"},
		{"\xff\xd8\xff\xe0", archive.ReasonDamaged, ""},
		{"\x89PNG\n\x1a\n" + pad, archive.ReasonDamaged, "line ends"},
		{"II*\x00\x08\x00\x00\x00", archive.ReasonDamaged, ""},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x10\x00\x00\x00\x10\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00IDAT", archive.ReasonTooLarge, ""},
		{"\x01\x02\x03\x04", archive.ReasonUnsupported, "unknown"},
	}
	for _, tt := range tests {
		_, err := header([]byte(tt.data))
		if archive.KindOf(err) != archive.Refused || archive.ReasonOf(err) != tt.reason || !strings.Contains(err.Error(), tt.detail) {
			t.Errorf("%.20q: %v, want %s %s", tt.data, err, tt.reason, tt.detail)
		}
	}
}

// broken fails as a disk does from an offset on.
type broken struct {
	data []byte
	from int64
}

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from {
		return 0, errors.New("input/output error")
	}
	return bytes.NewReader(b.data).ReadAt(p, off)
}

func TestFailingDiskIsNotDamage(t *testing.T) {
	for _, name := range []string{"bw-g4.tif", "col-lzw.tif", "col-progressive.jpg", "grey16.png", "col-jpeg-ycc.tif"} {
		data := sample(t, name)
		for from := int64(0); from < int64(len(data)); from += 1 + int64(len(data)/13) {
			_, err := raster.Decode(context.Background(), broken{data, from}, int64(len(data)), 0, raster.Limit{})
			if archive.ReasonOf(err) != archive.ReasonUnreadable {
				t.Errorf("%s failing at %d: %v", name, from, err)
			}
		}
	}
}

func TestDecodeLimitContextAndFrame(t *testing.T) {
	data := sample(t, "pages.tif")
	r, size := bytes.NewReader(data), int64(len(data))
	if _, err := raster.Decode(context.Background(), r, size, 0, raster.Limit{Pixels: 203*131 - 1}); archive.ReasonOf(err) != archive.ReasonTooLarge {
		t.Errorf("one pixel too many: %v", err)
	}
	if _, err := raster.Decode(context.Background(), r, size, 0, raster.Limit{Side: 202}); archive.ReasonOf(err) != archive.ReasonTooLarge {
		t.Errorf("one column too many: %v", err)
	}
	if _, err := raster.Decode(context.Background(), r, size, 3, raster.Limit{}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a frame too many: %v", err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	for _, name := range []string{"bw-g4.tif", "col-progressive.jpg", "bw.png"} {
		data := sample(t, name)
		if _, err := raster.Decode(stopped, bytes.NewReader(data), int64(len(data)), 0, raster.Limit{}); archive.KindOf(err) != archive.Stopped {
			t.Errorf("%s with a cancelled context: %v", name, err)
		}
	}
}

// sharedFiles lists a folder of the shared test data, or none where it is absent.
func sharedFiles(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", folder, "*"))
	if err != nil || len(files) == 0 {
		t.Logf("shared data %s absent; own samples only", folder)
	}
	return files
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
