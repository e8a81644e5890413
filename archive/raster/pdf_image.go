package raster

import (
	"bytes"
	"image"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"lantai/archive"
)

// own makes the one image of a page its frame, if it covers the page and lies straight.
func (p *pdfPage) own(i pdfImage) bool {
	o := orientationOf(i.at)
	if o == 0 || !covers(i.at) || !i.plain() {
		return false
	}
	f := Frame{Width: i.w, Height: i.h, Orientation: o, BitsPerSample: 8, Samples: 3, Photometric: photoRGB, Compression: compressPDF}
	if i.grey() {
		f.Samples, f.Photometric = 1, photoGrey
	}
	if i.bits == 1 {
		f.BitsPerSample = 1
	}
	if _, head, ok := p.jpeg(i); ok {
		f = head
		f.Orientation, f.ICC = o, p.profile(i, head.Samples)
	}
	f.DPI = hundredth(float64(i.w) / math.Hypot(i.at.a*p.width, i.at.b*p.height))
	f.DPIY = hundredth(float64(i.h) / math.Hypot(i.at.c*p.width, i.at.d*p.height))
	x0, y0, x1, y1 := i.at.square()
	p.turned = matrix{a: 1 / (x1 - x0), d: 1 / (y1 - y0), e: -x0 / (x1 - x0), f: -y0 / (y1 - y0)}
	p.frame, p.images = f, []pdfImage{i}
	return true
}

// mosaic makes a frame of several images that cover the page without a gap, as scanners
// write that cut pages into strips.
func (p *pdfPage) mosaic(images []pdfImage) bool {
	first := images[0]
	if first.at.a <= 0 || first.at.d <= 0 || first.w <= 0 || first.h <= 0 {
		return false
	}
	across, down := float64(first.w)/first.at.a, float64(first.h)/first.at.d // pixels for the page
	x0, y0, x1, y1 := first.at.square()
	var area float64
	for _, i := range images {
		l, t, r, b := i.at.square()
		// A strip of few pixels tells the resolution within half a pixel only.
		if orientationOf(i.at) != 1 || !i.plain() ||
			math.Abs(i.at.a*across-float64(i.w)) > 0.5 || math.Abs(i.at.d*down-float64(i.h)) > 0.5 {
			return false
		}
		x0, y0, x1, y1 = math.Min(x0, l), math.Min(y0, t), math.Max(x1, r), math.Max(y1, b)
		area += (r - l) * (b - t)
	}
	if !covers(matrix{a: x1 - x0, d: y1 - y0, e: x0, f: y0}) || math.Abs(area/((x1-x0)*(y1-y0))-1) > margin {
		return false
	}
	f := Frame{Width: int((x1-x0)*across + 0.5), Height: int((y1-y0)*down + 0.5), DPI: hundredth(across / p.width), DPIY: hundredth(down / p.height),
		Orientation: 1, BitsPerSample: 8, Samples: 1, Photometric: photoGrey, Compression: compressPDF}
	for n := range images {
		i := &images[n]
		i.left, i.top = int((i.at.e-x0)*across+0.5), int((i.at.f-y0)*down+0.5)
		if !i.grey() {
			f.Samples, f.Photometric = 3, photoRGB
		}
	}
	p.turned = matrix{a: 1 / (x1 - x0), d: 1 / (y1 - y0), e: -x0 / (x1 - x0), f: -y0 / (y1 - y0)}
	p.frame, p.images = f, images
	return true
}

// hundredth rounds a resolution: PDF has single precision.
func hundredth(dpi float64) float64 { return math.Round(dpi*100) / 100 }

// plain tells whether the pixels alone are the picture. A mask is drawn in the colour
// that the page says.
func (i pdfImage) plain() bool {
	return i.w > 0 && i.h > 0 && i.space != enums.FPDF_COLORSPACE_UNKNOWN && i.space != enums.FPDF_COLORSPACE_PATTERN
}

func (i pdfImage) grey() bool {
	switch i.space {
	case enums.FPDF_COLORSPACE_DEVICEGRAY, enums.FPDF_COLORSPACE_CALGRAY:
		return true
	case enums.FPDF_COLORSPACE_ICCBASED:
		return i.bits <= 8
	}
	return false
}

// square gives the place of an image that lies straight on the page's square.
func (m matrix) square() (x0, y0, x1, y1 float64) {
	a, b := m.apply(0, 0), m.apply(1, 1)
	return math.Min(a.x, b.x), math.Min(a.y, b.y), math.Max(a.x, b.x), math.Max(a.y, b.y)
}

// covers tells whether an image covers the page and little more.
func covers(m matrix) bool {
	x0, y0, x1, y1 := m.square()
	near := func(v, want float64) bool { return math.Abs(v-want) <= margin }
	return near(x0, 0) && near(y0, 0) && near(x1, 1) && near(y1, 1)
}

// orientationOf gives the EXIF orientation under which an image is seen, 0 when it does
// not lie straight.
func orientationOf(m matrix) int {
	right, down := point{m.a, m.b}, point{m.c, m.d}
	small := func(v, of float64) bool { return math.Abs(v) <= straight*math.Abs(of) }
	switch {
	case small(right.y, right.x) && small(down.x, down.y):
		switch {
		case right.x > 0 && down.y > 0:
			return 1
		case right.x < 0 && down.y > 0:
			return 2
		case right.x < 0 && down.y < 0:
			return 3
		case right.x > 0 && down.y < 0:
			return 4
		}
	case small(right.x, right.y) && small(down.y, down.x):
		switch {
		case right.y > 0 && down.x > 0:
			return 5
		case right.y > 0 && down.x < 0:
			return 6
		case right.y < 0 && down.x < 0:
			return 7
		case right.y < 0 && down.x > 0:
			return 8
		}
	}
	return 0
}

// jpeg gives the JPEG file that an image is, where our own decoder gives the picture.
func (p *pdfPage) jpeg(i pdfImage) ([]byte, Frame, bool) {
	switch i.space {
	case enums.FPDF_COLORSPACE_DEVICEGRAY, enums.FPDF_COLORSPACE_CALGRAY, enums.FPDF_COLORSPACE_DEVICERGB,
		enums.FPDF_COLORSPACE_CALRGB, enums.FPDF_COLORSPACE_ICCBASED:
	default:
		return nil, Frame{}, false
	}
	n, err := p.e.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: i.ref})
	if err != nil || n.Count != 1 {
		return nil, Frame{}, false
	}
	filter, err := p.e.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: i.ref})
	if err != nil || filter.ImageFilter != "DCTDecode" && filter.ImageFilter != "DCT" {
		return nil, Frame{}, false
	}
	raw, err := p.e.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: i.ref})
	if err != nil || !bytes.HasPrefix(raw.Data, []byte("\xff\xd8\xff")) {
		return nil, Frame{}, false
	}
	info, err := readJPEGInfo(p.inner(raw.Data))
	f := info.frame()
	if err != nil || f.Width != i.w || f.Height != i.h || f.Samples != i.bits/8 || f.Samples > 3 {
		return nil, Frame{}, false
	}
	return raw.Data, f, true
}

// inner is a file within the file.
func (p *pdfPage) inner(data []byte) *source {
	return &source{ctx: p.s.ctx, r: bytes.NewReader(data), size: int64(len(data)), op: p.s.op}
}

// profile gives the colour profile that the PDF has for an image.
func (p *pdfPage) profile(i pdfImage, samples int) []byte {
	if i.space != enums.FPDF_COLORSPACE_ICCBASED || samples != i.bits/8 {
		return nil
	}
	got, err := p.e.FPDFImageObj_GetIccProfileDataDecoded(&requests.FPDFImageObj_GetIccProfileDataDecoded{ImageObject: i.ref, Page: p.page})
	if err != nil || len(got.Data) > maxICC {
		return nil
	}
	return soundICC(got.Data)
}

// decode gives the page as its frame announces it.
func (p *pdfPage) decode() (image.Image, error) {
	switch {
	case len(p.images) == 0:
		return p.draw()
	case p.frame.Compression == compressJPEG:
		raw, _, ok := p.jpeg(p.images[0])
		if !ok {
			return nil, p.s.damaged("its JPEG cannot be read")
		}
		return decodeJPEG(p.inner(raw))
	case float64(p.frame.Width)*float64(p.frame.Height) > mostOwn:
		return nil, archive.Refuse(p.s.op, "", archive.ReasonTooLarge, "image of %d × %d pixels", p.frame.Width, p.frame.Height)
	}
	to := newCanvas(p.frame.Width, p.frame.Height)
	for _, i := range p.images {
		got, err := p.e.FPDFImageObj_GetBitmap(&requests.FPDFImageObj_GetBitmap{ImageObject: i.ref})
		if err != nil {
			if p.e.late.Load() || p.s.err != nil {
				return nil, p.s.broken("image: %v", err)
			}
			return nil, p.s.damaged("image: %v", err)
		}
		err = p.paste(to, got.Bitmap, i.left, i.top, false)
		released(p.e.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: got.Bitmap}))
		if err != nil {
			return nil, err
		}
	}
	return to.image(), nil
}

// strip is how many bytes of a drawn page are in the engine at a time.
const strip = 32 << 20

// draw has PDFium draw the page.
func (p *pdfPage) draw() (image.Image, error) {
	w, h := p.frame.Width, p.frame.Height
	rows := min(h, max(strip/(4*w), 16))
	made, err := p.e.FPDFBitmap_Create(&requests.FPDFBitmap_Create{Width: w, Height: rows})
	if err != nil {
		return nil, p.s.broken("%v", err)
	}
	defer func() { released(p.e.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: made.Bitmap})) }()
	to := newCanvas(w, h)
	for top := 0; top < h; top += rows {
		_, err := p.e.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{Bitmap: made.Bitmap, Width: w, Height: rows, Color: 0xffffffff})
		if err == nil {
			_, err = p.e.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{Bitmap: made.Bitmap, Page: p.page,
				StartY: -top, SizeX: w, SizeY: h, Flags: enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_REVERSE_BYTE_ORDER})
		}
		if err != nil {
			return nil, p.s.broken("draw: %v", err)
		}
		if err := p.paste(to, made.Bitmap, 0, top, true); err != nil {
			return nil, err
		}
	}
	return to.image(), nil
}

// paste copies a bitmap of PDFium. reversed tells that its colours are in the order red,
// green, blue.
func (p *pdfPage) paste(to *canvas, ref references.FPDF_BITMAP, left, top int, reversed bool) error {
	format, err := p.e.FPDFBitmap_GetFormat(&requests.FPDFBitmap_GetFormat{Bitmap: ref})
	if err != nil {
		return p.s.broken("%v", err)
	}
	w, err := p.e.FPDFBitmap_GetWidth(&requests.FPDFBitmap_GetWidth{Bitmap: ref})
	if err != nil {
		return p.s.broken("%v", err)
	}
	h, err := p.e.FPDFBitmap_GetHeight(&requests.FPDFBitmap_GetHeight{Bitmap: ref})
	if err != nil {
		return p.s.broken("%v", err)
	}
	stride, err := p.e.FPDFBitmap_GetStride(&requests.FPDFBitmap_GetStride{Bitmap: ref})
	if err != nil {
		return p.s.broken("%v", err)
	}
	step := map[enums.FPDF_BITMAP_FORMAT]int{enums.FPDF_BITMAP_FORMAT_GRAY: 1, enums.FPDF_BITMAP_FORMAT_BGR: 3,
		enums.FPDF_BITMAP_FORMAT_BGRX: 4, enums.FPDF_BITMAP_FORMAT_BGRA: 4}[format.Format]
	pixels, err := p.e.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: ref})
	if err != nil || step == 0 || w.Width < 0 || h.Height < 0 || stride.Stride < w.Width*step || len(pixels.Buffer) < stride.Stride*h.Height {
		return p.s.broken("bitmap of format %d: %v", format.Format, err)
	}
	for y := range h.Height {
		row := pixels.Buffer[y*stride.Stride:][:w.Width*step]
		to.row(left, top+y, row, step, reversed, format.Format == enums.FPDF_BITMAP_FORMAT_BGRA)
	}
	return nil
}

// canvas takes rows of pixels. It is grey until the first colour comes.
type canvas struct {
	w, h   int
	grey   *image.Gray
	colour *image.RGBA
}

func newCanvas(w, h int) *canvas {
	c := &canvas{w: w, h: h, grey: image.NewGray(image.Rect(0, 0, w, h))}
	for i := range c.grey.Pix {
		c.grey.Pix[i] = 255
	}
	return c
}

func (c *canvas) image() image.Image {
	if c.colour != nil {
		return c.colour
	}
	return c.grey
}

// row copies a row of pixels of step bytes; what lies outside is left out.
func (c *canvas) row(left, y int, from []byte, step int, reversed, alpha bool) {
	if y < 0 || y >= c.h {
		return
	}
	if left < 0 {
		from, left = from[min(len(from), -left*step):], 0
	}
	n := min(len(from)/step, c.w-left)
	if n <= 0 {
		return
	}
	from = from[:n*step]
	if c.colour == nil && step > 1 && !neutral(from, step) {
		c.toColour()
	}
	if c.colour == nil {
		to := c.grey.Pix[y*c.grey.Stride+left:][:n]
		if step == 1 {
			copy(to, from)
			return
		}
		for i := range to {
			to[i] = from[i*step]
			if alpha {
				to[i] = onWhite(from[i*step], from[i*step+3])
			}
		}
		return
	}
	to := c.colour.Pix[y*c.colour.Stride+4*left:][:4*n]
	for i := range n {
		px, q := from[i*step:(i+1)*step], to[4*i:4*i+4]
		switch {
		case step == 1:
			q[0], q[1], q[2] = px[0], px[0], px[0]
		case reversed:
			q[0], q[1], q[2] = px[0], px[1], px[2]
		default:
			q[0], q[1], q[2] = px[2], px[1], px[0]
		}
		if alpha {
			q[0], q[1], q[2] = onWhite(q[0], px[3]), onWhite(q[1], px[3]), onWhite(q[2], px[3])
		}
	}
}

func onWhite(v, alpha byte) byte {
	a := uint32(alpha)
	return byte((uint32(v)*a + 255*(255-a) + 127) / 255) //nolint:gosec // at most 255
}

func neutral(row []byte, step int) bool {
	for i := 0; i+2 < len(row); i += step {
		if row[i] != row[i+1] || row[i] != row[i+2] {
			return false
		}
	}
	return true
}

func (c *canvas) toColour() {
	c.colour = image.NewRGBA(c.grey.Rect)
	for i, v := range c.grey.Pix {
		q := c.colour.Pix[4*i : 4*i+4]
		q[0], q[1], q[2], q[3] = v, v, v, 255
	}
	c.grey = nil
}
