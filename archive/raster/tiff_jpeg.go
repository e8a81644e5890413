package raster

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
)

// jpegStream puts the JPEG of a segment together: the shared tables, a mark that
// tells the colour space as TIFF has it, and the segment without marks of its own
// that contradict TIFF. It also gives the size and number of components.
func (p *page) jpegStream(e extent) (io.Reader, jpegInfo, error) {
	sub := &source{ctx: p.s.ctx, r: p.s.section(e.at, e.n), size: e.n, op: p.s.op}
	if mark, err := sub.bytes(0, 2); err != nil || mark[0] != 0xff || mark[1] != markSOI {
		return nil, jpegInfo{}, p.s.damaged("strip or tile at %d is not JPEG", e.at)
	}
	info := jpegInfo{adobe: -1}
	head := []byte{0xff, markSOI}
	if t := p.tables; len(t) > 4 && t[0] == 0xff && t[1] == markSOI {
		t = t[2:]
		head = append(head, bytes.TrimSuffix(t, []byte{0xff, markEOI})...)
	}
	head = append(head, adobeSegment(p.transform())...)
	pos := int64(2)
	for range maxSegments {
		marker, body, err := nextSegment(sub, &pos)
		if err != nil {
			return nil, info, err
		}
		switch {
		case marker == markEOI:
			return nil, info, p.s.damaged("strip or tile at %d has no pixels", e.at)
		case marker == markSOS:
			if info.components == nil {
				return nil, info, p.s.damaged("JPEG without a frame header")
			}
			rest := sub.section(body-4, e.n-body+4)
			// The end mark is often missing here, and one too many does no harm.
			return io.MultiReader(bytes.NewReader(head), rest, bytes.NewReader([]byte{0xff, markEOI})), info, nil
		case marker >= markAPP0 && marker <= markAPP15, marker == markCOM:
			continue
		case isSOF(marker):
			if err := info.readSOF(sub, marker, body, int(pos-body)); err != nil {
				return nil, info, err
			}
		}
		segment, err := sub.bytes(body-4, int(pos-body)+4)
		if err != nil {
			return nil, info, err
		}
		head = append(head, segment...)
	}
	return nil, info, p.s.damaged("no pixels within %d JPEG segments", maxSegments)
}

// transform is the Adobe mark for the frame's colours.
func (p *page) transform() byte {
	if p.l.photometric == tiffYCbCr {
		return 1
	}
	return 0
}

// decodeJPEGSegment decodes a segment of at most w × h pixels, which may be padded
// to whole blocks.
func (p *page) decodeJPEGSegment(e extent, w, h int) (image.Image, error) {
	r, info, err := p.jpegStream(e)
	if err != nil {
		return nil, err
	}
	const padding = 32
	components := p.l.samples
	if p.l.planes > 1 {
		components = 1
	}
	if info.width < 1 || info.height < 1 || info.width > w+padding || info.height > h+padding {
		return nil, p.s.damaged("JPEG of %d × %d pixels in a strip or tile of %d × %d", info.width, info.height, w, h)
	}
	if len(info.components) != components {
		return nil, p.s.damaged("JPEG of %d components where %d are told", len(info.components), components)
	}
	return jpeg.Decode(r)
}

// decodeSoleJPEG decodes a frame that is one JPEG, without copying its pixels
// where that can be.
func (p *page) decodeSoleJPEG(e extent) (image.Image, error) {
	img, err := p.decodeJPEGSegment(e, p.l.segWidth, p.l.segHeight)
	if err != nil {
		return nil, err
	}
	whole := img.Bounds() == image.Rect(0, 0, p.l.width, p.l.height)
	switch src := img.(type) {
	case *image.Gray:
		if whole && p.l.photometric == tiffBlackIsZero {
			return src, nil
		}
	case *image.YCbCr:
		if whole {
			return src, nil
		}
	case *image.RGBA:
		if whole && src.Stride == 4*p.l.width {
			return src, nil
		}
	case *image.CMYK:
		if whole {
			return flattenCMYK(src, true), nil
		}
	}
	p.allocate()
	g := segment{w: p.l.width, h: p.l.height}
	if err := p.putJPEG(g, img); err != nil {
		return nil, err
	}
	return p.finish(), nil
}

func (p *page) jpegSegment(g segment, e extent) error {
	if err := p.s.ctx.Err(); err != nil {
		return err
	}
	img, err := p.decodeJPEGSegment(e, p.l.segWidth, p.l.segHeight)
	if err != nil {
		return err
	}
	return p.putJPEG(g, img)
}

// putJPEG lays a decoded segment into the picture.
func (p *page) putJPEG(g segment, img image.Image) error {
	if b := img.Bounds(); b.Dx() < g.w || b.Dy() < g.h {
		return p.s.damaged("JPEG of %d × %d pixels in a strip or tile of %d × %d", b.Dx(), b.Dy(), g.w, g.h)
	}
	switch src := img.(type) {
	case *image.Gray:
		for y := range g.h {
			p.put(g, g.y+y, src.Pix[y*src.Stride:][:g.w])
		}
		return nil
	case *image.CMYK:
		img = flattenCMYK(src, true) // the library took the values for inverted
	}
	if p.rgba == nil {
		return p.s.damaged("JPEG in colour where grey is told")
	}
	draw.Draw(p.rgba, image.Rect(g.x, g.y, g.x+g.w, g.y+g.h), img, image.Point{}, draw.Src)
	return nil
}
