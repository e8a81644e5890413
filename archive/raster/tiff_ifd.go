package raster

import (
	"encoding/binary"
	"math"

	"lantai/archive"
)

// The TIFF tags that matter here.
const (
	tagNewSubfileType  = 254
	tagSubfileType     = 255
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagPhotometric     = 262
	tagFillOrder       = 266
	tagStripOffsets    = 273
	tagOrientation     = 274
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripBytes      = 279
	tagXResolution     = 282
	tagYResolution     = 283
	tagPlanar          = 284
	tagT4Options       = 292
	tagResolutionUnit  = 296
	tagPredictor       = 317
	tagColorMap        = 320
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileBytes       = 325
	tagInkSet          = 332
	tagExtraSamples    = 338
	tagSampleFormat    = 339
	tagJPEGTables      = 347
	tagOldJPEGStream   = 513
	tagOldJPEGBytes    = 514
	tagOldJPEGRestart  = 515
	tagOldJPEGQTables  = 519
	tagOldJPEGDCTables = 520
	tagOldJPEGACTables = 521
	tagSubsampling     = 530
	tagReferenceBW     = 532
	tagICC             = 34675
)

// maxPages bounds the frames of one file, maxEntries the tags of one directory.
const (
	maxPages   = 20_000
	maxEntries = 4096
)

// typeBytes is the size of each TIFF field type; 0: no such type.
var typeBytes = [...]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}

// tiffFile is an opened TIFF file, classic or BigTIFF.
type tiffFile struct {
	s     *source
	order binary.ByteOrder
	big   bool
	first int64 // offset of the first directory
}

// field is one entry of a directory; value holds the data or, where they do not
// fit, their offset.
type field struct {
	kind  uint16
	count uint64
	value [8]byte
}

// directory is one IFD: the description of one frame.
type directory struct {
	t      *tiffFile
	fields map[uint16]field
}

func openTIFF(s *source) (*tiffFile, error) {
	head, err := s.bytes(0, int(min(s.size, 16)))
	if err != nil {
		return nil, err
	}
	if len(head) < 8 {
		return nil, s.damaged("TIFF cut off after %d bytes", len(head))
	}
	t := &tiffFile{s: s, order: binary.LittleEndian}
	if head[0] == 'M' {
		t.order = binary.BigEndian
	}
	switch version := t.order.Uint16(head[2:]); version {
	case 42:
		t.first = int64(t.order.Uint32(head[4:]))
	case 43:
		if len(head) < 16 || t.order.Uint16(head[4:]) != 8 {
			return nil, s.damaged("BigTIFF header")
		}
		t.big = true
		t.first = t.offset(head[8:])
	default:
		return nil, s.damaged("TIFF of version %d", version)
	}
	return t, nil
}

// offset reads a file offset of the file's kind; one beyond int64 becomes -1.
func (t *tiffFile) offset(p []byte) int64 {
	if !t.big {
		return int64(t.order.Uint32(p))
	}
	v := t.order.Uint64(p)
	if v > math.MaxInt64 {
		return -1
	}
	return int64(v)
}

// readPages reads all directories and leaves out those that are no pages: reduced
// copies and masks beside a page.
func readPages(s *source) ([]*directory, error) {
	t, err := openTIFF(s)
	if err != nil {
		return nil, err
	}
	var all, pages []*directory
	seen := map[int64]bool{}
	for at := t.first; at != 0; {
		switch {
		case seen[at]:
			return nil, s.damaged("directory of page %d leads back to an earlier page", len(all))
		case len(all) == maxPages:
			return nil, archive.Refuse(s.op, "", archive.ReasonTooLarge, "more than %d pages in a file", maxPages)
		}
		seen[at] = true
		d, next, err := t.directoryAt(at)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
		if !d.isAside() {
			pages = append(pages, d)
		}
		at = next
	}
	switch {
	case len(all) == 0:
		return nil, s.damaged("TIFF without a directory")
	case len(pages) == 0:
		return all, nil
	}
	return pages, nil
}

// directoryAt reads the directory at an offset and the offset of the next one.
func (t *tiffFile) directoryAt(at int64) (*directory, int64, error) {
	countBytes, entryBytes, valueAt, linkBytes := 2, 12, 8, 4
	if t.big {
		countBytes, entryBytes, valueAt, linkBytes = 8, 20, 12, 8
	}
	p, err := t.s.bytes(at, countBytes)
	if err != nil {
		return nil, 0, err
	}
	n := uint64(t.order.Uint16(p))
	if t.big {
		n = t.order.Uint64(p)
	}
	if n == 0 || n > maxEntries {
		return nil, 0, t.s.damaged("directory of %d entries at %d", n, at)
	}
	size := int(n) * entryBytes
	at += int64(countBytes)
	if p, err = t.s.bytes(at, size); err != nil {
		return nil, 0, err
	}
	d := &directory{t: t, fields: make(map[uint16]field, min(n, 32))}
	for ; len(p) > 0; p = p[entryBytes:] {
		tag := t.order.Uint16(p)
		if _, twice := d.fields[tag]; twice || !isUsed(tag) {
			continue
		}
		f := field{kind: t.order.Uint16(p[2:])}
		copy(f.value[:], p[valueAt:entryBytes])
		if t.big {
			f.count = t.order.Uint64(p[4:])
		} else {
			f.count = uint64(t.order.Uint32(p[4:]))
		}
		d.fields[tag] = f
	}
	// Some writers leave out the link behind their only directory.
	p, err = t.s.bytes(at+int64(size), linkBytes)
	if err != nil {
		if at+int64(size) == t.s.size && t.s.err == nil {
			return d, 0, nil
		}
		return nil, 0, err
	}
	return d, t.offset(p), nil
}

// isUsed tells the tags that are kept, so that a file of many directories does
// not fill the memory with others.
func isUsed(tag uint16) bool {
	return tag >= tagNewSubfileType && tag <= tagReferenceBW || tag == tagICC
}

// raw gives the bytes of a field; nil where it is absent. More than limit bytes
// are damage: the caller knows how many make sense.
func (d *directory) raw(tag uint16, limit int64) ([]byte, error) {
	f, ok := d.fields[tag]
	if !ok || f.count == 0 {
		return nil, nil
	}
	var unit int64
	if int(f.kind) < len(typeBytes) {
		unit = typeBytes[f.kind]
	}
	if unit == 0 {
		return nil, d.t.s.damaged("tag %d of type %d", tag, f.kind)
	}
	if f.count > uint64(limit/unit) || int64(f.count) > d.t.s.size/unit { //nolint:gosec // a size of the file or a limit, checked before
		return nil, d.t.s.damaged("tag %d of %d values", tag, f.count)
	}
	n, inline := int(f.count)*int(unit), 4 //nolint:gosec // a size of the file or a limit, checked before
	if d.t.big {
		inline = 8
	}
	if n <= inline {
		return f.value[:n], nil
	}
	return d.t.s.bytes(d.t.offset(f.value[:]), n)
}

// numbers gives the values of an integer field, at most limit of them.
func (d *directory) numbers(tag uint16, limit int) ([]uint64, error) {
	p, err := d.raw(tag, int64(limit)*8)
	if err != nil || p == nil {
		return nil, err
	}
	order, kind := d.t.order, d.fields[tag].kind
	unit := int(typeBytes[kind])
	values := make([]uint64, 0, min(len(p)/unit, limit))
	for ; len(p) >= unit && len(values) < limit; p = p[unit:] {
		var v uint64
		switch kind {
		case 1, 6, 7:
			v = uint64(p[0])
		case 3, 8:
			v = uint64(order.Uint16(p))
		case 4, 9, 13:
			v = uint64(order.Uint32(p))
		case 16, 17, 18:
			v = order.Uint64(p)
		default:
			return nil, d.t.s.damaged("tag %d of type %d", tag, kind)
		}
		values = append(values, v)
	}
	return values, nil
}

// number gives the first value of a field, or fallback where it is absent.
func (d *directory) number(tag uint16, fallback uint64) (uint64, error) {
	if f, ok := d.fields[tag]; ok && f.count > 1 {
		values, err := d.numbers(tag, 1<<16)
		if err != nil || len(values) == 0 {
			return fallback, err
		}
		return values[0], nil
	}
	values, err := d.numbers(tag, 1)
	if err != nil || len(values) == 0 {
		return fallback, err
	}
	return values[0], nil
}

// small is number for what must be small; anything larger becomes -1. Trouble is
// the fallback: it is for what a frame can do without.
func (d *directory) small(tag uint16, fallback int) int {
	v, err := d.number(tag, uint64(fallback)) //nolint:gosec // a size of the file or a limit, checked before
	switch {
	case err != nil:
		return fallback
	case v > math.MaxInt32:
		return -1
	}
	return int(v)
}

// rational gives a RATIONAL or FLOAT field; 0 where it is absent or senseless.
func (d *directory) rational(tag uint16) float64 {
	p, err := d.raw(tag, 1<<10)
	if err != nil || len(p) < 4 {
		return 0
	}
	order := d.t.order
	var v float64
	switch kind := d.fields[tag].kind; {
	case kind == 5 && len(p) >= 8:
		v = float64(order.Uint32(p)) / float64(order.Uint32(p[4:]))
	case kind == 10 && len(p) >= 8:
		v = float64(int32(order.Uint32(p))) / float64(int32(order.Uint32(p[4:]))) //nolint:gosec // a size of the file or a limit, checked before
	case kind == 11:
		v = float64(math.Float32frombits(order.Uint32(p)))
	case kind == 12 && len(p) >= 8:
		v = math.Float64frombits(order.Uint64(p))
	case kind == 4:
		v = float64(order.Uint32(p))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// resolution is what the directory says, in pixels per inch.
func (d *directory) resolution() resolution {
	r := resolution{d.rational(tagXResolution), d.rational(tagYResolution)}
	switch d.small(tagResolutionUnit, 2) {
	case 2:
		return r
	case 3:
		return resolution{r.x * cmPerInch, r.y * cmPerInch}
	}
	return resolution{} // an aspect ratio only
}

func (d *directory) orientation() int {
	if v := d.small(tagOrientation, 1); v >= 1 && v <= 8 {
		return v
	}
	return 1
}

// isAside reports a reduced copy or a transparency mask.
func (d *directory) isAside() bool {
	const reduced, mask = 1, 4
	return d.small(tagNewSubfileType, 0)&(reduced|mask) != 0 || d.small(tagSubfileType, 1) == 2
}
