package raster

import (
	"image"
	"io"
)

// decodePage decodes the frame a directory describes.
func decodePage(s *source, d *directory) (image.Image, error) {
	l, err := d.layout()
	if err != nil {
		return nil, err
	}
	p := &page{s: s, d: d, l: &l}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	if l.compression == tiffOldJPEG {
		return p.decodeOldJPEG()
	}
	extents, err := d.extents(&l)
	if err != nil {
		return nil, err
	}
	if l.compression == tiffJPEG && len(extents) == 1 {
		return p.decodeSoleJPEG(extents[0])
	}
	p.allocate()
	u := &unpacker{l: &l}
	defer u.close()
	for i, e := range extents {
		perPlane := l.across * l.down
		g := segment{plane: i / perPlane, x: i % perPlane % l.across * l.segWidth, y: i % perPlane / l.across * l.segHeight}
		g.w, g.h = min(l.segWidth, l.width-g.x), min(l.segHeight, l.height-g.y)
		if g.plane >= 4 || p.grey != nil && g.plane > 0 {
			break // samples without a meaning for the picture
		}
		switch {
		case l.isFax():
			err = p.faxSegment(g, e)
		case l.compression == tiffJPEG:
			err = p.jpegSegment(g, e)
		default:
			err = p.plainSegment(u, g, e)
		}
		if err != nil {
			return nil, s.failure(err)
		}
	}
	return p.finish(), nil
}

// page is a frame being decoded, into grey or into rgba.
type page struct {
	s       *source
	d       *directory
	l       *layout
	palette *palette
	tables  []byte // JPEG tables shared by the segments
	grey    *image.Gray
	rgba    *image.RGBA
}

// segment is a strip or tile: its plane and the part of the picture it covers.
type segment struct{ plane, x, y, w, h int }

// prepare reads what all segments share.
func (p *page) prepare() error {
	if p.l.photometric == tiffPalette {
		n := 1 << p.l.bits
		colours, err := p.d.numbers(tagColorMap, 3*256)
		if err != nil {
			return err
		}
		if len(colours) < 3*n {
			return p.s.damaged("palette of %d values", len(colours))
		}
		p.palette = tiffPaletteOf(colours, n)
	}
	var err error
	p.tables, err = p.d.raw(tagJPEGTables, 1<<20)
	return err
}

// tiffPaletteOf takes a colour map: n reds, greens and blues of 16 bits. Some
// writers filled in 8 bits.
func tiffPaletteOf(colours []uint64, n int) *palette {
	shift := 0
	for _, c := range colours {
		if c > 255 {
			shift = 8
		}
	}
	pal := &palette{grey: true}
	for i := range n {
		pal.set(i, byte(colours[i]>>shift), byte(colours[n+i]>>shift), byte(colours[2*n+i]>>shift)) //nolint:gosec // colours have 16 bits
	}
	return pal
}

func (p *page) allocate() {
	r := image.Rect(0, 0, p.l.width, p.l.height)
	if p.l.isGrey() && p.l.alpha == alphaNone || p.palette != nil && p.palette.grey {
		p.grey = image.NewGray(r)
	} else if p.l.isGrey() {
		p.grey = image.NewGray(r)
	} else {
		p.rgba = image.NewRGBA(r)
	}
}

// faxSegment paints the runs of a 1-bit segment.
func (p *page) faxSegment(g segment, e extent) error {
	l := p.l
	data, err := readFax(p.s, l, e)
	if err != nil {
		return err
	}
	kind := map[int]faxKind{tiffMH: faxMH, tiffMHWord: faxMHWord, tiffG3: faxG3, tiffG4: faxG4}[l.compression]
	if kind == faxG3 && p.d.small(tagT4Options, 0)&1 != 0 {
		kind = faxG3Mixed
	}
	fax := newFaxReader(kind, data, l.segWidth)
	paper := byte(255)
	if l.photometric == tiffBlackIsZero {
		paper = 0
	}
	for y := g.y; y < g.y+g.h; y++ {
		if err := p.pause(y); err != nil {
			return err
		}
		changes, err := fax.next()
		switch {
		case err == errFaxUncompressed:
			return p.s.unsupported("fax data in uncompressed mode")
		case err != nil:
			return p.s.damaged("row %d: %v", y, err)
		}
		paintRuns(p.grey.Pix[y*p.grey.Stride+g.x:][:g.w], changes, paper)
	}
	return nil
}

// pause lets a cancelled context end long work.
func (p *page) pause(y int) error {
	if y&63 != 0 {
		return nil
	}
	return p.s.ctx.Err()
}

// paintRuns fills a row with paper and the runs between changes with ink.
func paintRuns(row []byte, changes []int32, paper byte) {
	fill(row, paper)
	for i := 0; i < len(changes); i += 2 {
		from, to := int(changes[i]), len(row)
		if i+1 < len(changes) {
			to = min(to, int(changes[i+1]))
		}
		if from < to {
			fill(row[from:to], ^paper)
		}
	}
}

// fill sets all bytes to v.
func fill(row []byte, v byte) {
	if v == 0 {
		clear(row)
		return
	}
	if len(row) == 0 {
		return
	}
	if len(row) <= 16 {
		for i := range row {
			row[i] = v
		}
		return
	}
	row[0] = v
	for done := 1; done < len(row); done *= 2 {
		copy(row[done:], row[:done])
	}
}

// plainSegment unpacks a segment row by row.
func (p *page) plainSegment(u *unpacker, g segment, e extent) error {
	l := p.l
	r, err := u.open(p.s, e)
	if err != nil {
		return err
	}
	row := make([]byte, l.rowBytes())
	rows := newRowConverter(l, p.d.t.order)
	for y := g.y; y < g.y+g.h; y++ {
		if err := p.pause(y); err != nil {
			return err
		}
		if _, err := io.ReadFull(r, row); err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return p.s.damaged("data end at row %d of %d", y, l.height)
			}
			return err
		}
		p.put(g, y, rows.samples(row))
	}
	return nil
}

// put lays a row of 8-bit samples into the picture.
func (p *page) put(g segment, y int, samples []byte) {
	l := p.l
	if p.grey != nil {
		dst := p.grey.Pix[y*p.grey.Stride+g.x:][:g.w]
		step := l.samples
		if l.planes > 1 {
			step = 1
		}
		if step > 1 {
			p.squeeze(dst, samples, step)
		} else {
			copy(dst, samples)
		}
		if p.palette != nil {
			p.palette.greyRow(dst, dst)
		} else if l.photometric == tiffWhiteIsZero {
			invert(dst)
		}
		return
	}
	dst := p.rgba.Pix[y*p.rgba.Stride+4*g.x:][:4*g.w]
	switch {
	case l.planes > 1:
		for i, j := g.plane, 0; i < len(dst); i, j = i+4, j+1 {
			dst[i] = samples[j]
		}
	case p.palette != nil:
		if l.samples > 1 {
			p.squeeze(samples, samples, l.samples)
		}
		p.palette.colourRow(dst, samples)
	default:
		widen(dst, samples, l.samples)
		p.toRGB(dst)
	}
}

// squeeze keeps the first of each pixel's samples. Grey with alpha is laid on
// white (on what will be white after inversion).
func (p *page) squeeze(dst, samples []byte, step int) {
	for i := range dst[:min(len(dst), len(samples)/step)] {
		v := uint32(samples[i*step])
		if p.l.alpha != alphaNone && p.palette == nil {
			a := uint32(samples[i*step+1])
			white := uint32(255)
			if p.l.photometric == tiffWhiteIsZero {
				white = 0
			}
			if p.l.alpha == alphaUnassociated {
				v = (v*a + 127) / 255
			}
			v = min(v+(255-a)*white/255, 255)
		}
		dst[i] = byte(v)
	}
}

// toRGB turns colour samples, four a pixel, into opaque RGBA in place.
func (p *page) toRGB(pix []byte) {
	switch p.l.photometric {
	case tiffCMYK:
		inkToRGB(pix, false)
		return
	case tiffYCbCr:
		yCbCrToRGB(pix)
	}
	if p.l.alpha == alphaNone {
		for i := 3; i < len(pix); i += 4 {
			pix[i] = 255
		}
	} else {
		flattenAlpha(pix, p.l.alpha == alphaAssociated)
	}
}

// finish converts what could only be converted once all planes are there.
func (p *page) finish() image.Image {
	if p.grey != nil {
		return p.grey
	}
	if p.l.planes > 1 {
		p.toRGB(p.rgba.Pix)
	}
	return p.rgba
}
