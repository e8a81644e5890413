package raster

import (
	"bufio"
	"compress/zlib"
	"io"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/image/tiff/lzw"
)

// extent is where a strip or tile lies in the file.
type extent struct{ at, n int64 }

// extents locates all strips or tiles of a frame, plane after plane. Sizes that
// are missing, zero or too large are taken from where the next one begins.
func (d *directory) extents(l *layout) ([]extent, error) {
	s := d.t.s
	offsetTag, sizeTag := uint16(tagStripOffsets), uint16(tagStripBytes)
	if l.tiled {
		offsetTag, sizeTag = tagTileOffsets, tagTileBytes
		if _, ok := d.fields[offsetTag]; !ok { // some writers use the strips' tags
			offsetTag, sizeTag = tagStripOffsets, tagStripBytes
		}
	}
	want := l.across * l.down * l.planes
	offsets, err := d.numbers(offsetTag, max(want, 1<<16))
	if err != nil {
		return nil, err
	}
	if len(offsets) < want {
		return nil, s.damaged("%d strips or tiles where %d are needed", len(offsets), want)
	}
	sizes, err := d.numbers(sizeTag, max(want, 1<<16))
	if err != nil {
		sizes = nil
	}
	sorted := slices.Clone(offsets[:want])
	slices.Sort(sorted)
	list := make([]extent, want)
	for i, at := range offsets[:want] {
		if at == 0 || at >= uint64(s.size) { //nolint:gosec // within the size of the file, checked before
			return nil, s.damaged("strip or tile %d begins at %d of %d bytes", i, at, s.size)
		}
		left := uint64(s.size) - at //nolint:gosec // within the size of the file, checked before
		if i < len(sizes) && sizes[i] > 0 && sizes[i] <= left {
			list[i] = extent{int64(at), int64(sizes[i])} //nolint:gosec // within the size of the file, checked before
			continue
		}
		if j, _ := slices.BinarySearch(sorted, at+1); j < len(sorted) && sorted[j] < uint64(s.size) { //nolint:gosec // within the size of the file, checked before
			left = sorted[j] - at
		}
		list[i] = extent{int64(at), int64(left)} //nolint:gosec // within the size of the file, checked before
	}
	return list, nil
}

// maxZstdWindow is what all decoders of Zstandard are to support.
const maxZstdWindow = 8 << 20

// unpacker decompresses the segments of a frame, reusing its buffers.
type unpacker struct {
	l    *layout
	buf  *bufio.Reader
	zlib io.ReadCloser
	zstd *zstd.Decoder
	lzw  io.ReadCloser
}

func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
	}
	if u.lzw != nil {
		u.lzw.Close()
	}
}

// open gives the uncompressed bytes of a segment that is neither fax nor JPEG.
func (u *unpacker) open(s *source, e extent) (io.Reader, error) {
	if u.buf == nil {
		u.buf = bufio.NewReaderSize(nil, 64<<10)
	}
	var packed io.Reader = s.section(e.at, e.n)
	if u.l.reverse {
		packed = reversed{packed}
	}
	u.buf.Reset(packed)
	switch u.l.compression {
	case tiffLZW:
		if u.lzw != nil {
			u.lzw.Close()
		}
		u.lzw = lzw.NewReader(u.buf, lzw.MSB, 8)
		return u.lzw, nil
	case tiffDeflate, tiffOldDeflate:
		return u.openZlib()
	case tiffPackBits:
		return &packBits{r: u.buf}, nil
	case tiffZstd:
		return u.openZstd()
	}
	return u.buf, nil
}

func (u *unpacker) openZlib() (io.Reader, error) {
	if u.zlib == nil {
		r, err := zlib.NewReader(u.buf)
		u.zlib = r
		return r, err
	}
	return u.zlib, u.zlib.(zlib.Resetter).Reset(u.buf, nil)
}

func (u *unpacker) openZstd() (io.Reader, error) {
	if u.zstd != nil {
		return u.zstd, u.zstd.Reset(u.buf)
	}
	r, err := zstd.NewReader(u.buf, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	u.zstd = r
	return r, nil
}

// readFax reads the data of a fax segment, the first pixel in the highest bit.
func readFax(s *source, l *layout, e extent) ([]byte, error) {
	// The worst coding takes 4.5 bits a pixel; end-of-line codes and fill come on top.
	most := int64(l.segHeight)*(int64(l.segWidth)+64) + 1<<16
	data, err := s.bytes(e.at, int(min(e.n, most)))
	if err != nil {
		return nil, err
	}
	if l.reverse {
		reverseBits(data)
	}
	return data, nil
}

// reversed turns the bits of each byte around. As readers in use do, this takes
// FillOrder to concern all bytes of a segment, those of the compression too.
type reversed struct{ r io.Reader }

func (r reversed) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	reverseBits(p[:n])
	return n, err
}

func reverseBits(p []byte) {
	for i, b := range p {
		p[i] = bits.Reverse8(b)
	}
}

// packBits expands Apple's run-length coding.
type packBits struct {
	r       *bufio.Reader
	literal int // bytes that follow as they are
	repeat  int // times value is still to be given
	value   byte
}

func (p *packBits) Read(dst []byte) (int, error) {
	n := 0
	for n < len(dst) {
		switch {
		case p.repeat > 0:
			k := min(p.repeat, len(dst)-n)
			fill(dst[n:n+k], p.value)
			p.repeat -= k
			n += k
		case p.literal > 0:
			k, err := io.ReadFull(p.r, dst[n:n+min(p.literal, len(dst)-n)])
			p.literal -= k
			n += k
			if err != nil {
				return n, err
			}
		default:
			if err := p.header(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func (p *packBits) header() error {
	c, err := p.r.ReadByte()
	if err != nil {
		return err
	}
	switch count := int(int8(c)); { //nolint:gosec // within the size of the file, checked before
	case count >= 0:
		p.literal = count + 1
	case count > -128:
		p.repeat = 1 - count
		p.value, err = p.r.ReadByte()
	}
	return err
}
