package raster

import (
	"math"
)

// The TIFF compressions.
const (
	tiffNone       = 1
	tiffMH         = 2
	tiffG3         = 3
	tiffG4         = 4
	tiffLZW        = 5
	tiffOldJPEG    = 6
	tiffJPEG       = 7
	tiffDeflate    = 8
	tiffMHWord     = 32771
	tiffPackBits   = 32773
	tiffOldDeflate = 32946
	tiffZstd       = 50000
)

// The TIFF photometric interpretations that are read.
const (
	tiffWhiteIsZero = 0
	tiffBlackIsZero = 1
	tiffRGB         = 2
	tiffPalette     = 3
	tiffCMYK        = 5
	tiffYCbCr       = 6
)

// maxSegmentsOfFrame bounds the strips and tiles of a frame.
const maxSegmentsOfFrame = 1 << 21

// alpha says what a sample beyond the colours means.
type alpha int

const (
	alphaNone alpha = iota
	alphaAssociated
	alphaUnassociated
)

var compressions = map[int]string{
	tiffNone: compressNone, tiffMH: compressMH, tiffMHWord: compressMH, tiffG3: compressG3, tiffG4: compressG4,
	tiffLZW: compressLZW, tiffOldJPEG: compressOldJPEG, tiffJPEG: compressJPEG, tiffDeflate: compressDeflate,
	tiffOldDeflate: compressDeflate, tiffPackBits: compressPackBits, tiffZstd: compressZstd,
}

var photometrics = map[int]string{
	tiffWhiteIsZero: photoWhiteIsZero, tiffBlackIsZero: photoBlackIsZero, tiffRGB: photoRGB,
	tiffPalette: photoPalette, tiffCMYK: photoCMYK, tiffYCbCr: photoYCbCr,
}

// unreadCompressions names the ones that are refused.
var unreadCompressions = map[int]string{
	9: "JBIG", 10: "JBIG", 32766: "NeXT RLE", 32809: "ThunderScan", 34661: "JBIG", 34676: "SGI Log", 34712: "JPEG 2000",
	33003: "JPEG 2000", 33005: "JPEG 2000", 34925: "LZMA", 34887: "LERC", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}

// layout is how the pixels of a frame are stored.
type layout struct {
	width, height int
	bits, samples int
	compression   int
	photometric   int
	planes        int // 1, or samples where each is stored apart
	predict       bool
	reverse       bool // the first pixel is in the lowest bit
	alpha         alpha
	colours       int // samples that are colours
	segWidth      int // of a strip or tile, pixels
	segHeight     int
	tiled         bool
	subX, subY    int // chroma subsampling of uncompressed YCbCr
	across, down  int // segments of a plane
}

// layout reads and checks what describes the pixels.
func (d *directory) layout() (layout, error) {
	s := d.t.s
	l := layout{
		compression: d.small(tagCompression, tiffNone),
		samples:     d.small(tagSamples, 1),
		reverse:     d.small(tagFillOrder, 1) == 2,
	}
	w, err := d.number(tagWidth, 0)
	if err != nil {
		return l, err
	}
	h, err := d.number(tagHeight, 0)
	if err != nil {
		return l, err
	}
	// Anything beyond what a Limit can allow is cut, and refused by it.
	l.width, l.height = int(min(w, math.MaxInt32)), int(min(h, math.MaxInt32))
	l.photometric = d.small(tagPhotometric, d.defaultPhotometric(l))
	if compressions[l.compression] == "" {
		if name := unreadCompressions[l.compression]; name != "" {
			return l, s.unsupported("TIFF with %s compression", name)
		}
		return l, s.unsupported("TIFF with compression %d", l.compression)
	}
	if photometrics[l.photometric] == "" {
		return l, s.unsupported("TIFF with photometric interpretation %d", l.photometric)
	}
	if err := d.readSamples(&l); err != nil {
		return l, err
	}
	return l, d.readSegments(&l)
}

// defaultPhotometric is for fax programs that leave it out.
func (d *directory) defaultPhotometric(l layout) int {
	switch {
	case l.compression >= tiffMH && l.compression <= tiffG4:
		return tiffWhiteIsZero
	case l.samples >= 3:
		return tiffRGB
	}
	return tiffBlackIsZero
}

// readSamples checks number, size and meaning of the samples.
func (d *directory) readSamples(l *layout) error {
	s := d.t.s
	if l.samples < 1 || l.samples > 8 {
		return s.damaged("TIFF with %d samples per pixel", l.samples)
	}
	depths, err := d.numbers(tagBits, 64)
	if err != nil {
		return err
	}
	l.bits = 1
	for i, depth := range depths[:min(len(depths), l.samples)] {
		if i > 0 && depth != depths[0] {
			return s.unsupported("TIFF with samples of %d and %d bits", depths[0], depth)
		}
		l.bits = int(min(depth, 255))
	}
	switch l.bits {
	case 1, 2, 4, 8, 16:
	default:
		return s.unsupported("TIFF with %d bits per sample", l.bits)
	}
	if format := d.small(tagSampleFormat, 1); format != 1 && format != 4 {
		return s.unsupported("TIFF with signed or floating-point samples")
	}
	l.colours = map[int]int{tiffRGB: 3, tiffYCbCr: 3, tiffCMYK: 4}[l.photometric]
	l.colours = max(l.colours, 1)
	if l.samples < l.colours {
		return s.damaged("TIFF of %s with %d samples per pixel", photometrics[l.photometric], l.samples)
	}
	if l.photometric == tiffCMYK && d.small(tagInkSet, 1) != 1 {
		return s.unsupported("TIFF with inks other than CMYK")
	}
	if l.samples > l.colours && l.photometric != tiffCMYK {
		switch d.small(tagExtraSamples, 0) {
		case 1:
			l.alpha = alphaAssociated
		case 2:
			l.alpha = alphaUnassociated
		}
	}
	return d.checkCombination(l)
}

// checkCombination refuses what is allowed each by itself but not together.
func (d *directory) checkCombination(l *layout) error {
	s := d.t.s
	switch d.small(tagPredictor, 1) {
	case 1:
	case 2:
		switch l.compression {
		case tiffLZW, tiffDeflate, tiffOldDeflate, tiffZstd:
			l.predict = true
			if l.bits != 8 && l.bits != 16 {
				return s.unsupported("TIFF with differences of %d bits", l.bits)
			}
		}
	default:
		return s.unsupported("TIFF with predictor %d", d.small(tagPredictor, 1))
	}
	l.planes = 1
	if d.small(tagPlanar, 1) == 2 && l.samples > 1 {
		l.planes = l.samples
	}
	switch {
	case l.isFax() && (l.bits != 1 || l.samples != 1 || l.colours != 1):
		return s.damaged("TIFF with fax compression of %d samples of %d bits", l.samples, l.bits)
	case l.isJPEG() && l.bits != 8:
		return s.unsupported("TIFF with JPEG of %d bits", l.bits)
	case l.isJPEG() && l.planes == 1 && l.samples != l.colours:
		return s.unsupported("TIFF with JPEG and extra samples")
	case l.isJPEG() && l.photometric == tiffPalette:
		return s.unsupported("TIFF with JPEG of palette indices")
	case l.photometric == tiffPalette && l.bits > 8:
		return s.unsupported("TIFF with palette of %d bits", l.bits)
	}
	l.subX, l.subY = 1, 1
	if l.photometric == tiffYCbCr && !l.isJPEG() {
		return d.readSubsampling(l)
	}
	return nil
}

func (d *directory) readSubsampling(l *layout) error {
	sub, err := d.numbers(tagSubsampling, 2)
	if err != nil {
		return err
	}
	l.subX, l.subY = 2, 2
	if len(sub) == 2 {
		l.subX, l.subY = int(min(sub[0], 9)), int(min(sub[1], 9))
	}
	if l.subX != 1 || l.subY != 1 || l.bits != 8 {
		return d.t.s.unsupported("TIFF with subsampled YCbCr outside JPEG")
	}
	return nil
}

// readSegments reads how the frame is cut into strips or tiles.
func (d *directory) readSegments(l *layout) error {
	if l.width == 0 || l.height == 0 {
		l.across, l.down = 0, 0
		return nil // left to the limit
	}
	_, l.tiled = d.fields[tagTileWidth]
	if !l.tiled {
		l.segWidth, l.segHeight = l.width, d.small(tagRowsPerStrip, l.height)
		if l.segHeight <= 0 || l.segHeight > l.height {
			l.segHeight = l.height
		}
	} else {
		l.segWidth, l.segHeight = d.small(tagTileWidth, 0), d.small(tagTileHeight, 0)
		// Tiles reach over the edge; those far larger than the picture are made up.
		const edge = 1024
		if l.segWidth <= 0 || l.segHeight <= 0 || l.segWidth > l.width+edge || l.segHeight > l.height+edge {
			return d.t.s.damaged("TIFF with tiles of %d × %d pixels", l.segWidth, l.segHeight)
		}
	}
	l.across = (l.width + l.segWidth - 1) / l.segWidth
	l.down = (l.height + l.segHeight - 1) / l.segHeight
	if l.across > maxSegmentsOfFrame/l.down/l.planes {
		return d.t.s.damaged("TIFF in tiles of %d × %d pixels", l.segWidth, l.segHeight)
	}
	return nil
}

func (l *layout) isFax() bool {
	return l.compression >= tiffMH && l.compression <= tiffG4 || l.compression == tiffMHWord
}

func (l *layout) isJPEG() bool { return l.compression == tiffJPEG || l.compression == tiffOldJPEG }

// isGrey reports whether the result has one channel; a palette is asked apart.
func (l *layout) isGrey() bool {
	return l.photometric == tiffWhiteIsZero || l.photometric == tiffBlackIsZero
}

// rowBytes is the size of an unpacked row of a segment.
func (l *layout) rowBytes() int {
	perPixel := l.samples
	if l.planes > 1 {
		perPixel = 1
	}
	return (l.segWidth*perPixel*l.bits + 7) / 8
}

// frame describes the directory's frame.
func (d *directory) frame() (Frame, error) {
	l, err := d.layout()
	if err != nil {
		return Frame{}, err
	}
	f := Frame{
		Width: l.width, Height: l.height, Orientation: d.orientation(),
		BitsPerSample: l.bits, Samples: l.samples,
		Photometric: photometrics[l.photometric], Compression: compressions[l.compression],
	}
	f.setResolution(d.resolution())
	if icc, err := d.raw(tagICC, maxICC); err == nil {
		f.ICC = soundICC(icc)
	}
	return f, nil
}
