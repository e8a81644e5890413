package raster_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/raster"
	"lantai/assets/font"
)

// reader is one for all tests, since starting PDFium takes seconds.
var reader = sync.OnceValue(func() *raster.Reader { return raster.NewReader(raster.ReaderOptions{Font: font.Regular}) })

func readPDF(t *testing.T, data []byte, page int) (raster.Frame, image.Image) {
	t.Helper()
	h, err := reader().ReadHeader(context.Background(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if h.Format != raster.FormatPDF || page >= len(h.Frames) {
		t.Fatalf("%s with %d frames", h.Format, len(h.Frames))
	}
	one, n, err := reader().Frame(context.Background(), bytes.NewReader(data), int64(len(data)), page)
	if err != nil || n != len(h.Frames) || one.Width != h.Frames[page].Width || one.Orientation != h.Frames[page].Orientation {
		t.Errorf("frame alone %+v of %d: %v", one, n, err)
	}
	img, err := reader().Decode(context.Background(), bytes.NewReader(data), int64(len(data)), page, raster.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, one.Width, one.Height) {
		t.Errorf("%v where the header says %d × %d", img.Bounds(), one.Width, one.Height)
	}
	return one, img
}

// A page that is one image comes as that image, at its resolution, whatever coded it.
func TestPDFPageIsItsImage(t *testing.T) {
	bw, grey, colour := drawBilevel(), drawGrey(), drawColour()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, colour, nil); err != nil {
		t.Fatal(err)
	}
	asPhoto, err := jpeg.Decode(bytes.NewReader(photo.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	packed := make([]byte, 0, 4096)
	for y := range bw.Rect.Dy() {
		row := make([]byte, (bw.Rect.Dx()+7)/8)
		for x := range bw.Rect.Dx() {
			if bw.GrayAt(x, y).Y > 127 {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		packed = append(packed, row...)
	}
	bwSize := fmt.Sprintf("/Columns %d/Rows %d", bw.Rect.Dx(), bw.Rect.Dy())
	tests := []struct {
		name, dict string
		data       []byte
		want       image.Image
		off        int
		compressed string
	}{
		{"jpeg", "/Filter/DCTDecode/ColorSpace/DeviceRGB/BitsPerComponent 8", photo.Bytes(), asPhoto, 0, "jpeg"},
		{"flate rgb", "/Filter/FlateDecode/ColorSpace/DeviceRGB/BitsPerComponent 8", deflated(rgbOf(colour)), colour, 0, "pdf"},
		{"flate grey", "/Filter/FlateDecode/ColorSpace/DeviceGray/BitsPerComponent 8", deflated(grey.Pix), grey, 0, "pdf"},
		{"bare bits", "/ColorSpace/DeviceGray/BitsPerComponent 1", packed, bw, 0, "pdf"},
		{"bits inverted", "/ColorSpace/DeviceGray/BitsPerComponent 1/Decode[1 0]", inverse(packed), bw, 0, "pdf"},
		{"palette", "/ColorSpace[/Indexed/DeviceRGB 1<000000ffffff>]/BitsPerComponent 1", packed, bw, 0, "pdf"},
		{"g4", "/Filter/CCITTFaxDecode/DecodeParms<</K -1" + bwSize + ">>/ColorSpace/DeviceGray/BitsPerComponent 1", stripOf(t, "bw-g4.tif"), bw, 0, "pdf"},
		{"mask", "/ImageMask true/BitsPerComponent 1", packed, bw, 0, "pdf"},
	}
	for _, tt := range tests {
		size := tt.want.Bounds().Size()
		d := newPDF()
		// The page is as large as the image at 150 dpi across, and 300 down.
		d.page(size.X*72/150, size.Y*72/300, d.image(tt.dict, size, tt.data), fmt.Sprintf("q %d 0 0 %d 0 0 cm /Im Do Q", size.X*72/150, size.Y*72/300))
		f, img := readPDF(t, d.bytes(), 0)
		if f.Width != size.X || f.Height != size.Y || f.Orientation != 1 || f.Compression != tt.compressed ||
			f.DPI < 148 || f.DPI > 153 || f.DPIY < 295 || f.DPIY > 310 {
			t.Errorf("%s: %+v", tt.name, f)
			continue
		}
		if off := difference(img, tt.want); off > tt.off {
			t.Errorf("%s: differs by %d", tt.name, off)
		}
		checkKind(t, tt.name, img, tt.want)
	}
}

func inverse(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 255
	}
	return out
}

// A few words stamped on a scan are not its text; hidden ones are.
func TestPDFStampIsNoLayer(t *testing.T) {
	grey := drawGrey()
	const dict = "/Filter/FlateDecode/ColorSpace/DeviceGray/BitsPerComponent 8"
	for mode, want := range map[int]bool{0: false, 3: true} {
		d := newPDF()
		d.page(300, 200, d.image(dict, grey.Rect.Size(), deflated(grey.Pix)),
			fmt.Sprintf("q 300 0 0 200 0 0 cm /Im Do Q BT %d Tr /F 12 Tf 20 20 Td (scanned with a telephone) Tj ET", mode))
		data := d.bytes()
		text, ok, err := reader().Text(context.Background(), bytes.NewReader(data), int64(len(data)), 0)
		if err != nil || ok != want {
			t.Errorf("mode %d: %q %v %v", mode, text.Plain, ok, err)
		}
	}
}

// However image and page are turned and mirrored, the upright frame is what the page
// shows.
func TestPDFPageTurned(t *testing.T) {
	grey := drawGrey()
	w, h := grey.Rect.Dx(), grey.Rect.Dy()
	data := deflated(grey.Pix)
	const dict = "/Filter/FlateDecode/ColorSpace/DeviceGray/BitsPerComponent 8"
	matrices := map[string]struct{ turn, mirror int }{ // of the image on the page, clockwise
		fmt.Sprintf("%d 0 0 %d 0 0", w, h): {0, 0}, fmt.Sprintf("-%d 0 0 -%d %d %d", w, h, w, h): {180, 0},
		fmt.Sprintf("-%d 0 0 %d %d 0", w, h, w): {0, 1}, fmt.Sprintf("%d 0 0 -%d 0 %d", w, h, h): {180, 1},
		fmt.Sprintf("0 -%d %d 0 0 %d", w, h, w): {90, 0}, fmt.Sprintf("0 %d -%d 0 %d 0", w, h, h): {270, 0},
		fmt.Sprintf("0 -%d -%d 0 %d %d", w, h, h, w): {270, 1}, fmt.Sprintf("0 %d %d 0 0 0", w, h): {90, 1},
	}
	for cm, m := range matrices {
		for rotate := 0; rotate < 360; rotate += 90 {
			d := newPDF()
			pw, ph := w, h
			if m.turn%180 != 0 {
				pw, ph = h, w
			}
			d.page(pw, ph, d.image(dict, image.Pt(w, h), data)+fmt.Sprintf("/Rotate %d", rotate), "q "+cm+" cm /Im Do Q")
			f, img := readPDF(t, d.bytes(), 0)
			if difference(img, grey) != 0 {
				t.Errorf("%s, rotated %d: not the image", cm, rotate)
			}
			// A mirrored image that is turned by the page is mirrored first all the same.
			want := enhance.Upright(grey, enhance.Recipe{Turn: (m.turn + rotate) % 360, Mirror: m.mirror == 1})
			turn, _ := enhance.Detect(grey, 300, enhance.Options{Orientation: f.Orientation})
			if got := enhance.Upright(img, enhance.Recipe{Turn: turn.Turn, Mirror: turn.Mirror}); difference(got, want) != 0 {
				t.Errorf("%s, rotated %d: orientation %d stands it otherwise", cm, rotate, f.Orientation)
			}
		}
	}
}

// Strips are put together without a seam; a page with something beside its image is
// drawn, and has what stands there.
func TestPDFPagePutTogether(t *testing.T) {
	grey := drawGrey()
	w, h := grey.Rect.Dx(), grey.Rect.Dy()
	const dict = "/Filter/FlateDecode/ColorSpace/DeviceGray/BitsPerComponent 8"
	d := newPDF()
	var names, content strings.Builder
	for top := 0; top < h; top += 10 {
		rows := min(10, h-top)
		n := d.stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d%s", w, rows, dict), deflated(grey.Pix[top*w:(top+rows)*w]))
		fmt.Fprintf(&names, "/I%d %d 0 R", top, n)
		fmt.Fprintf(&content, "q %g 0 0 %g 0 %g cm /I%d Do Q ", float64(w)*.75, float64(rows)*.75, float64(h-top-rows)*.75, top)
	}
	c := d.stream("", []byte(content.String()))
	d.pages = append(d.pages, d.add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents %d 0 R/Resources<</XObject<<%s>>>>>>",
		float64(w)*.75, float64(h)*.75, c, names.String())))
	d.page(300, 200, d.image(dict, image.Pt(w, h), deflated(grey.Pix)),
		"q 300 0 0 200 0 0 cm /Im Do Q 0 0 1 rg 100 80 60 40 re f")
	f, img := readPDF(t, d.bytes(), 0)
	if f.Width != w || f.Height != h || f.DPI != 96 || difference(img, grey) != 0 {
		t.Errorf("strips: %+v, differs by %d", f, difference(img, grey))
	}
	f, img = readPDF(t, d.bytes(), 1)
	if f.Width != 1250 || f.Height != 833 || f.DPI != 300 {
		t.Errorf("drawn: %+v", f)
	}
	if r, g, b, _ := img.At(550, 420).RGBA(); r != 0 || g != 0 || b != 0xffff {
		t.Errorf("the stamp is %x %x %x", r, g, b)
	}
}

// Words stand where they are drawn, on turned pages as well.
func TestPDFTextStandsOnItsWords(t *testing.T) {
	for rotate := 0; rotate < 360; rotate += 90 {
		d := newPDF()
		d.page(400, 300, fmt.Sprintf("/Rotate %d/Resources<</Font<</F %d 0 R>>>>", rotate, d.helvetica()), "BT /F 24 Tf 50 200 Td (needle) Tj ET")
		data := d.bytes()
		f, img := readPDF(t, data, 0)
		text, ok, err := reader().Text(context.Background(), bytes.NewReader(data), int64(len(data)), 0)
		if err != nil || !ok || text.Plain != "needle\n" || len(text.Words) != 1 || text.Origin != archive.OriginDelivered {
			t.Fatalf("%+v %v %v", text, ok, err)
		}
		b := text.Words[0].Box
		got, dark := image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H), image.Rectangle{}
		for y := range f.Height {
			for x := range f.Width {
				if v, _, _, _ := img.At(x, y).RGBA(); v < 0x8000 {
					dark = dark.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		if !dark.In(got.Inset(-3)) || !got.In(dark.Inset(-60)) {
			t.Errorf("rotated %d: box %v, ink %v", rotate, got, dark)
		}
	}
}

// Chinese without its font is drawn and read; blanks between Han are dropped.
func TestPDFChineseWithoutItsFont(t *testing.T) {
	d := newPDF()
	d.page(400, 200, fmt.Sprintf("/Resources<</Font<</F %d 0 R>>>>", d.chinese()),
		"BT /F 20 Tf 20 150 Td "+utf16be("关于 防汛 工作的通知")+" Tj 0 -40 Td "+utf16be("第二行")+" Tj ET")
	data := d.bytes()
	_, img := readPDF(t, data, 0)
	dark := 0
	for _, v := range img.(*image.Gray).Pix {
		if v < 128 {
			dark++
		}
	}
	if dark < 10_000 {
		t.Errorf("%d dark pixels: the writing is missing", dark)
	}
	text, ok, err := reader().Text(context.Background(), bytes.NewReader(data), int64(len(data)), 0)
	if err != nil || !ok || text.Plain != "关于防汛工作的通知\n第二行\n" {
		t.Errorf("%q %v %v", text.Plain, ok, err)
	}
}

// A layer that nobody could read is no layer.
func TestPDFBrokenLayers(t *testing.T) {
	layer := func(fontObject, shown string) []byte {
		d := newPDF()
		n := d.add(fontObject)
		d.page(400, 200, fmt.Sprintf("/Resources<</Font<</F %d 0 R>>>>", n), "BT /F 20 Tf 20 150 Td "+shown+" Tj ET")
		return d.bytes()
	}
	const western = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	toUnicode := func(to func(code int) int) []byte {
		d := newPDF()
		var chars strings.Builder
		for c := 0x20; c < 0x7f; c++ {
			fmt.Fprintf(&chars, "<%02x> <%04x> ", c, to(c))
		}
		m := d.stream("", []byte("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar "+chars.String()+"endbfchar endcmap end end"))
		n := d.add(fmt.Sprintf("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode %d 0 R>>", m))
		d.page(400, 200, fmt.Sprintf("/Resources<</Font<</F %d 0 R>>>>", n), "BT /F 20 Tf 20 150 Td (some words that mean nothing) Tj ET")
		return d.bytes()
	}
	tests := map[string]struct {
		data []byte
		ok   bool
	}{
		"plain":        {layer(western, "(ordinary words, caf\\351 and na\\357ve)"), true},
		"nothing":      {layer(western, "()"), false},
		"blanks":       {layer(western, "(      )"), false},
		"gbk as latin": {layer(western, "<d6d0bbaac8cbc3f1b9b2bacdb9fab5b5b0b8b7a8>"), false},
		"private use":  {toUnicode(func(c int) int { return 0xe000 + c }), false},
		"replacement":  {toUnicode(func(int) int { return 0xfffd }), false},
		"good mapping": {toUnicode(func(c int) int { return c }), true},
	}
	for name, tt := range tests {
		text, ok, err := reader().Text(context.Background(), bytes.NewReader(tt.data), int64(len(tt.data)), 0)
		if err != nil || ok != tt.ok {
			t.Errorf("%s: %q %v %v", name, text.Plain, ok, err)
		}
	}
}

func TestPDFRefusals(t *testing.T) {
	whole := newPDF()
	whole.page(100, 100, "", "")
	tests := map[string]struct {
		data   []byte
		reason archive.Reason
	}{
		"password":         {encrypted("secret"), archive.ReasonEncrypted},
		"open but locked":  {encrypted(""), archive.ReasonEncrypted},
		"no pages":         {newPDF().bytes(), archive.ReasonEmpty},
		"a name only":      {[]byte("%PDF-1.4\n"), archive.ReasonDamaged},
		"not a word of it": {append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("nonsense "), 500)...), archive.ReasonDamaged},
	}
	for name, tt := range tests {
		_, err := reader().ReadHeader(context.Background(), bytes.NewReader(tt.data), int64(len(tt.data)))
		if archive.ReasonOf(err) != tt.reason {
			t.Errorf("%s: %v, want %s", name, err, tt.reason)
		}
	}
	data := whole.bytes()
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := reader().Decode(stopped, bytes.NewReader(data), int64(len(data)), 0, raster.Limit{}); archive.KindOf(err) != archive.Stopped && archive.ReasonOf(err) == "" {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := reader().Decode(context.Background(), bytes.NewReader(data), int64(len(data)), 1, raster.Limit{}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a page too many: %v", err)
	}
	if _, err := reader().Decode(context.Background(), bytes.NewReader(data), int64(len(data)), 0, raster.Limit{Pixels: 1000}); archive.ReasonOf(err) != archive.ReasonTooLarge {
		t.Errorf("beyond the limit: %v", err)
	}
	if _, err := reader().ReadHeader(context.Background(), broken{data, int64(len(data)) - 200}, int64(len(data))); archive.ReasonOf(err) != archive.ReasonUnreadable {
		t.Errorf("failing disk: %v", err)
	}
}

// Endless work ends with its context, and the reader goes on.
func TestPDFEndlessWorkEnds(t *testing.T) {
	d := newPDF()
	form := len(d.objects) + 2 // a form of forms of forms: 20^8 times the same line
	for range 8 {
		d.stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</X %d 0 R>>>>", form), []byte(strings.Repeat("/X Do ", 20)))
		form++
	}
	d.stream("/Type/XObject/Subtype/Form/BBox[0 0 100 100]", []byte("0 0 m 100 100 l S"))
	d.page(100, 100, "/Resources<</XObject<</X 3 0 R>>>>", "/X Do")
	data := d.bytes()
	ctx, cancel := context.WithCancel(context.Background())
	started := make(chan struct{})
	slow := told{bytes.NewReader(data), sync.OnceFunc(func() { close(started) })}
	go func() { <-started; cancel() }()
	if _, err := reader().ReadHeader(ctx, slow, int64(len(data))); err == nil {
		t.Log("it was read before it was stopped")
	} else if archive.KindOf(err) != archive.Stopped && archive.ReasonOf(err) == "" {
		t.Errorf("stopped: %v", err)
	}
	good := newPDF()
	good.page(100, 100, "", "")
	readPDF(t, good.bytes(), 0)
}

// told tells when it is first read.
type told struct {
	io.ReaderAt
	tell func()
}

func (r told) ReadAt(p []byte, off int64) (int, error) {
	if off > 0 {
		r.tell()
	}
	return r.ReaderAt.ReadAt(p, off)
}

// The first pages of every PDF of the shared data are taken or refused for a reason. The
// largest are for the long tests.
func TestSharedPDF(t *testing.T) {
	checkSharedPDF(t, 2, func(name string) bool { return !strings.Contains(name, "enormous") && !strings.Contains(name, "mixed") })
}

func checkSharedPDF(t *testing.T, most int, wanted func(name string) bool) {
	t.Helper()
	want := map[string]archive.Reason{"pdf-hugemono-35000px.pdf": archive.ReasonTooLarge, "pdf-poppler-fuzzed-742.pdf": archive.ReasonDamaged}
	for _, path := range append(sharedFiles(t, "hostile"), sharedFiles(t, "scans")...) {
		name := filepath.Base(path)
		if filepath.Ext(name) != ".pdf" || !wanted(name) {
			continue
		}
		data := readAll(t, path)
		h, err := reader().ReadHeader(context.Background(), bytes.NewReader(data), int64(len(data)))
		if reason := archive.ReasonOf(err); err != nil && (reason == "" || reason != want[name]) || err == nil && want[name] != "" {
			t.Errorf("%s: %v", name, err)
		}
		for i := range min(len(h.Frames), most) {
			img, err := reader().Decode(context.Background(), bytes.NewReader(data), int64(len(data)), i, raster.Limit{})
			if err != nil && archive.ReasonOf(err) == "" {
				t.Errorf("%s, page %d: %v", name, i, err)
			}
			if err == nil && img.Bounds() != image.Rect(0, 0, h.Frames[i].Width, h.Frames[i].Height) {
				t.Errorf("%s, page %d: %v", name, i, img.Bounds())
			}
		}
	}
}
