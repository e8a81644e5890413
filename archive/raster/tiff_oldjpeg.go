package raster

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
)

// maxOldJPEGHead bounds the tables of an old-style stream.
const maxOldJPEGHead = 1 << 20

// decodeOldJPEG decodes a frame of TIFF 6.0's first kind of JPEG. Its writers
// disagreed on what goes where, so one JPEG stream is put together from whatever
// the directory points to: tables, a frame header, and the strips' data with
// restart marks between them.
func (p *page) decodeOldJPEG() (image.Image, error) {
	l, s := p.l, p.s
	if l.tiled || l.planes > 1 {
		return nil, s.unsupported("TIFF with old-style JPEG in tiles or planes")
	}
	o, err := p.oldJPEGHead()
	if err != nil {
		return nil, err
	}
	extents, err := p.d.extents(l)
	if err != nil && o.scan == 0 {
		return nil, err
	}
	var parts []io.Reader
	if o.sos != nil && (err != nil || len(extents) == 1) && o.scan > 0 {
		parts = append(parts, s.section(o.scan, s.size-o.scan))
	} else if parts, err = p.oldJPEGStrips(&o, extents); err != nil {
		return nil, err
	}
	if o.sos == nil {
		return nil, s.unsupported("TIFF with old-style JPEG without a scan header")
	}
	head := append([]byte{0xff, markSOI}, adobeSegment(p.transform())...)
	head = append(append(append(head, o.tables...), o.sof...), o.restart...)
	parts = append([]io.Reader{bytes.NewReader(append(head, o.sos...))}, parts...)
	img, err := jpeg.Decode(io.MultiReader(append(parts, bytes.NewReader([]byte{0xff, markEOI}))...))
	if err != nil {
		return nil, err
	}
	if cmyk, ok := img.(*image.CMYK); ok {
		return flattenCMYK(cmyk, true), nil
	}
	return img, nil
}

// oldJPEG is what is known of an old-style stream before its data.
type oldJPEG struct {
	tables  []byte // DQT and DHT segments
	sof     []byte
	restart []byte      // a DRI segment
	sos     []byte      // the scan header
	scan    int64       // where the data begin if they follow the header; 0: in the strips
	unit    image.Point // pixels of an MCU
}

// oldJPEGHead collects what stands before the data.
func (p *page) oldJPEGHead() (oldJPEG, error) {
	var o oldJPEG
	at := int64(p.d.small(tagOldJPEGStream, 0))
	if at > 0 && at < p.s.size {
		if err := p.readOldStream(&o, at); err != nil {
			return o, err
		}
	}
	if o.tables == nil {
		if err := p.readOldTables(&o); err != nil {
			return o, err
		}
	}
	if o.sof == nil {
		o.sof = p.makeSOF()
	}
	n := int(o.sof[9])
	o.unit = image.Point{8, 8}
	for i := range n {
		if n > 1 {
			o.unit.X = max(o.unit.X, 8*int(o.sof[11+3*i]>>4))
			o.unit.Y = max(o.unit.Y, 8*int(o.sof[11+3*i]&15))
		}
	}
	if be16(o.sof[7:]) != p.l.width || be16(o.sof[5:]) != p.l.height {
		// Strips may be described one by one; the stream is the whole frame.
		if p.l.width > 0xffff || p.l.height > 0xffff {
			return o, p.s.unsupported("TIFF with old-style JPEG of %d × %d pixels", p.l.width, p.l.height)
		}
		o.sof[5], o.sof[6] = byte(p.l.height>>8), byte(p.l.height) //nolint:gosec // one of few samples, or at most 0xffff: others are refused
		o.sof[7], o.sof[8] = byte(p.l.width>>8), byte(p.l.width)   //nolint:gosec // one of few samples, or at most 0xffff: others are refused
	}
	return o, nil
}

// readOldStream takes the segments of the interchange stream at an offset.
func (p *page) readOldStream(o *oldJPEG, at int64) error {
	n := p.s.size - at
	sub := &source{ctx: p.s.ctx, r: p.s.section(at, n), size: n, op: p.s.op}
	if length := int64(p.d.small(tagOldJPEGBytes, 0)); length > 0 && length < n {
		sub.size = length
	}
	if mark, err := sub.bytes(0, 2); err != nil || mark[0] != 0xff || mark[1] != markSOI {
		return nil // not a stream; the tables are told apart
	}
	var info jpegInfo
	pos := int64(2)
	for range maxSegments {
		marker, body, err := nextSegment(sub, &pos)
		if err != nil || marker == markEOI || len(o.tables) > maxOldJPEGHead {
			return nil // only tables
		}
		if marker != markSOS && marker != markDQT && marker != markDHT && marker != markDRI && !isSOF(marker) {
			continue
		}
		segment, err := sub.bytes(body-4, int(pos-body)+4)
		if err != nil {
			return err
		}
		switch {
		case marker == markSOS:
			o.sos, o.scan = segment, at+pos
			return nil
		case marker == markDRI:
			o.restart = segment
		case isSOF(marker):
			if err := info.readSOF(sub, marker, body, int(pos-body)); err != nil {
				return err
			}
			if len(info.components) != p.l.samples {
				return p.s.damaged("JPEG of %d components where %d are told", len(info.components), p.l.samples)
			}
			o.sof = segment
		default:
			o.tables = append(o.tables, segment...)
		}
	}
	return nil
}

// readOldTables makes segments of the tables the directory points to.
func (p *page) readOldTables(o *oldJPEG) error {
	for class, tag := range []uint16{tagOldJPEGQTables, tagOldJPEGDCTables, tagOldJPEGACTables} {
		offsets, err := p.d.numbers(tag, 8)
		if err != nil {
			return err
		}
		for i, at := range offsets[:min(len(offsets), 4)] {
			if at > uint64(p.s.size) { //nolint:gosec // one of few samples, or at most 0xffff: others are refused
				return p.s.damaged("JPEG table at %d", at)
			}
			if class == 0 {
				q, err := p.s.bytes(int64(at), 64) //nolint:gosec // one of few samples, or at most 0xffff: others are refused
				if err != nil {
					return err
				}
				o.tables = append(append(o.tables, 0xff, markDQT, 0, 67, byte(i)), q...)
				continue
			}
			counts, err := p.s.bytes(int64(at), 16) //nolint:gosec // one of few samples, or at most 0xffff: others are refused
			if err != nil {
				return err
			}
			total := 0
			for _, c := range counts {
				total += int(c)
			}
			values, err := p.s.bytes(int64(at)+16, total) //nolint:gosec // one of few samples, or at most 0xffff: others are refused
			if err != nil {
				return err
			}
			size := 19 + total
			o.tables = append(o.tables, 0xff, markDHT, byte(size>>8), byte(size), byte((class-1)<<4|i)) //nolint:gosec // one of few samples, or at most 0xffff: others are refused
			o.tables = append(append(o.tables, counts...), values...)
		}
	}
	if o.tables == nil {
		return p.s.damaged("TIFF with old-style JPEG without tables")
	}
	if o.restart == nil {
		if n := p.d.small(tagOldJPEGRestart, 0); n > 0 && n <= 0xffff {
			o.restart = []byte{0xff, markDRI, 0, 4, byte(n >> 8), byte(n)} //nolint:gosec // one of few samples, or at most 0xffff: others are refused
		}
	}
	return nil
}

// makeSOF makes a frame header from the directory.
func (p *page) makeSOF() []byte {
	n := p.l.samples
	sof := []byte{0xff, markSOF0, 0, byte(8 + 3*n), 8, byte(p.l.height >> 8), byte(p.l.height), byte(p.l.width >> 8), byte(p.l.width), byte(n)} //nolint:gosec // one of few samples, or at most 0xffff: others are refused
	for i := range n {
		sampling := byte(0x11)
		if i == 0 && p.l.photometric == tiffYCbCr {
			sub, err := p.d.numbers(tagSubsampling, 2)
			sampling = 0x22
			if err == nil && len(sub) == 2 {
				sampling = byte(sub[0]&3)<<4 | byte(sub[1]&3)
			}
		}
		sof = append(sof, byte(i+1), sampling, byte(i))
	}
	return sof
}

// oldJPEGStrips chains the strips' data. Each strip stands for itself, as behind a
// restart mark, so marks go between them.
func (p *page) oldJPEGStrips(o *oldJPEG, extents []extent) ([]io.Reader, error) {
	l := p.l
	if len(extents) > 1 {
		if l.segHeight%o.unit.Y != 0 || o.restart != nil && be16(o.restart[4:]) != 0 {
			return nil, p.s.unsupported("TIFF with old-style JPEG in strips of %d rows", l.segHeight)
		}
		interval := (l.width + o.unit.X - 1) / o.unit.X * (l.segHeight / o.unit.Y)
		if interval > 0xffff {
			return nil, p.s.unsupported("TIFF with old-style JPEG in strips of %d blocks", interval)
		}
		o.restart = []byte{0xff, markDRI, 0, 4, byte(interval >> 8), byte(interval)} //nolint:gosec // one of few samples, or at most 0xffff: others are refused
	}
	var parts []io.Reader
	for i, e := range extents {
		if i > 0 {
			parts = append(parts, bytes.NewReader([]byte{0xff, markRST0 + byte((i-1)%8)}))
		}
		skip, err := p.stripScanHeader(o, e)
		if err != nil {
			return nil, err
		}
		body := e.n - skip
		if tail, err := p.s.bytes(e.at+e.n-2, 2); err == nil && body >= 2 && tail[0] == 0xff && tail[1] >= markRST0 && tail[1] <= markEOI {
			body -= 2
		}
		parts = append(parts, p.s.section(e.at+skip, body))
	}
	if o.sos == nil {
		o.sos = p.makeSOS(o)
	}
	return parts, nil
}

// stripScanHeader gives the size of a strip's own headers, and keeps its scan
// header where none is known.
func (p *page) stripScanHeader(o *oldJPEG, e extent) (int64, error) {
	sub := &source{ctx: p.s.ctx, r: p.s.section(e.at, e.n), size: e.n, op: p.s.op}
	mark, err := sub.bytes(0, int(min(e.n, 2)))
	if err != nil || len(mark) < 2 || mark[0] != 0xff || mark[1] == 0 || mark[1] >= markRST0 && mark[1] < markSOI {
		return 0, err
	}
	pos := int64(0)
	for range maxSegments {
		marker, body, err := nextSegment(sub, &pos)
		if err != nil || marker == markEOI {
			return 0, p.s.damaged("strip at %d without a scan", e.at)
		}
		if marker == markSOS {
			if o.sos == nil {
				o.sos, err = sub.bytes(body-4, int(pos-body)+4)
			}
			return pos, err
		}
	}
	return 0, p.s.damaged("strip at %d without a scan", e.at)
}

// makeSOS makes a scan header for all components of the frame.
func (p *page) makeSOS(o *oldJPEG) []byte {
	n := p.l.samples
	sos := []byte{0xff, markSOS, 0, byte(6 + 2*n), byte(n)} //nolint:gosec // one of few samples, or at most 0xffff: others are refused
	for i := range n {
		table := byte(i)
		if bytes.Count(o.tables, []byte{0xff, markDHT}) < 2*n {
			table = byte(min(i, 1))
		}
		sos = append(sos, o.sof[10+3*i], table<<4|table)
	}
	return append(sos, 0, 63, 0)
}
