package raster

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/color"
	"image/png"
	"io"
)

// maxChunks bounds how many chunks are looked at before the first pixels.
const maxChunks = 4096

// readPNGFrame reads the chunks before the first pixels.
func readPNGFrame(s *source) (Frame, error) {
	head, err := s.bytes(8, 25)
	if err != nil {
		return Frame{}, err
	}
	if string(head[4:8]) != "IHDR" || be32(head) != 13 {
		return Frame{}, s.damaged("PNG does not begin with its header")
	}
	w, h := be32(head[8:]), be32(head[12:])
	if w > 1<<31-1 || h > 1<<31-1 {
		return Frame{}, s.damaged("PNG of %d × %d pixels", w, h)
	}
	f := Frame{
		Width: int(w), Height: int(h), Orientation: 1, BitsPerSample: int(head[16]),
		Compression: compressPNG, Progressive: head[20] == 1,
	}
	switch head[17] {
	case 0:
		f.Photometric, f.Samples = photoGrey, 1
	case 2:
		f.Photometric, f.Samples = photoRGB, 3
	case 3:
		f.Photometric, f.Samples = photoPalette, 1
	case 4:
		f.Photometric, f.Samples = photoGrey, 2
	case 6:
		f.Photometric, f.Samples = photoRGB, 4
	default:
		return Frame{}, s.damaged("PNG of colour type %d", head[17])
	}
	return f, readPNGChunks(s, &f)
}

// readPNGChunks adds resolution, profile and orientation to f.
func readPNGChunks(s *source, f *Frame) error {
	pos := int64(33)
	var phys, exif resolution
	for range maxChunks {
		head, err := s.bytes(pos, 8)
		if err != nil {
			return err
		}
		n := int64(be32(head))
		body := pos + 8
		if n > s.size-body {
			return s.damaged("PNG chunk %q of %d bytes at %d runs over the end", head[4:8], n, pos)
		}
		switch name := string(head[4:8]); {
		case name == "pHYs" && n == 9:
			p, err := s.bytes(body, 9)
			if err != nil {
				return err
			}
			if p[8] == 1 { // per metre
				phys = resolution{float64(be32(p)) * cmPerInch / 100, float64(be32(p[4:])) * cmPerInch / 100}
			}
		case name == "eXIf" && n <= 1<<20:
			p, err := s.bytes(body, int(n))
			if err != nil {
				return err
			}
			exif, f.Orientation = readEXIF(p)
		case name == "iCCP" && n <= maxICC:
			p, err := s.bytes(body, int(n))
			if err != nil {
				return err
			}
			f.ICC = inflateICC(p)
		case name == "IDAT":
			f.setResolution(chooseResolution(phys, exif))
			return nil
		case name == "IEND":
			return s.damaged("PNG without pixels")
		}
		pos = body + n + 4
	}
	return s.damaged("no image within %d PNG chunks", maxChunks)
}

// inflateICC unpacks the profile of an iCCP chunk: name, zero, method, deflated data.
func inflateICC(p []byte) []byte {
	i := bytes.IndexByte(p, 0)
	if i < 0 || i+2 > len(p) {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(p[i+2:]))
	if err != nil {
		return nil
	}
	icc, err := io.ReadAll(io.LimitReader(r, maxICC))
	if err != nil {
		return nil
	}
	return soundICC(icc)
}

// decodePNG decodes a PNG file. The library gives grey with transparency as
// colour; grey asks for grey all the same.
func decodePNG(s *source, grey bool) (image.Image, error) {
	img, err := png.Decode(s.section(0, s.size))
	if err != nil {
		return nil, err
	}
	img = flattenPNG(img)
	if src, ok := img.(*image.RGBA); ok && grey {
		dst := image.NewGray(src.Rect)
		for i := range dst.Pix {
			dst.Pix[i] = src.Pix[4*i]
		}
		return dst, nil
	}
	return img, nil
}

// flattenPNG brings the kinds of image the library returns to 8-bit grey or RGBA.
func flattenPNG(img image.Image) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	switch src := img.(type) {
	case *image.Gray, nil:
		return img
	case *image.RGBA: // the library's form of opaque RGB
		return src
	case *image.Gray16:
		dst := image.NewGray(b)
		for i := range dst.Pix {
			dst.Pix[i] = src.Pix[2*i]
		}
		return dst
	case *image.Paletted:
		return newPalette(src.Palette).paint(src.Pix, src.Stride, w, h)
	case *image.NRGBA:
		dst := &image.RGBA{Pix: src.Pix, Stride: src.Stride, Rect: src.Rect}
		flattenAlpha(dst.Pix, false)
		return dst
	case *image.RGBA64:
		dst := image.NewRGBA(b)
		for i := range dst.Pix {
			dst.Pix[i] = src.Pix[2*i]
		}
		return dst
	case *image.NRGBA64:
		dst := image.NewRGBA(b)
		for i := range dst.Pix {
			dst.Pix[i] = src.Pix[2*i]
		}
		flattenAlpha(dst.Pix, false)
		return dst
	}
	return nil
}

// palette maps indices to colours laid on white.
type palette struct {
	rgb  [256][3]byte
	grey bool // all colours are shades of grey
}

func newPalette(colours color.Palette) *palette {
	p := &palette{grey: true}
	for i, c := range colours[:min(len(colours), 256)] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		px := []byte{n.R, n.G, n.B, n.A}
		flattenAlpha(px, false)
		p.set(i, px[0], px[1], px[2])
	}
	return p
}

func (p *palette) set(i int, r, g, b byte) {
	p.rgb[i] = [3]byte{r, g, b}
	p.grey = p.grey && r == g && g == b
}

// paint makes the image of w × h indices; grey if the palette is.
func (p *palette) paint(indices []byte, stride, w, h int) image.Image {
	if p.grey {
		dst := image.NewGray(image.Rect(0, 0, w, h))
		for y := range h {
			p.greyRow(dst.Pix[y*dst.Stride:][:w], indices[y*stride:])
		}
		return dst
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		p.colourRow(dst.Pix[y*dst.Stride:][:4*w], indices[y*stride:])
	}
	return dst
}

func (p *palette) greyRow(dst, indices []byte) {
	for i := range dst {
		dst[i] = p.rgb[indices[i]][0]
	}
}

func (p *palette) colourRow(dst, indices []byte) {
	for i := 0; i+3 < len(dst); i += 4 {
		c := &p.rgb[indices[i>>2]]
		dst[i], dst[i+1], dst[i+2], dst[i+3] = c[0], c[1], c[2], 255
	}
}
