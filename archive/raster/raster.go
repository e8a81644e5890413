// Package raster reads scan files and writes the images derived from them.
//
// It reads JPEG, PNG and TIFF as scanners and fax machines write them, and with a
// [Reader] the pages of PDF, always going by content and never by the name of the
// file. What it cannot read it refuses with an [archive.Reason]. Input is taken as hostile: nothing in it may
// cause a panic, an endless loop, or more memory than its header announces and
// the [Limit] allows.
package raster

import "lantai/archive"

// The formats that are read, as [Header.Format] and archive.File name them.
const (
	FormatJPEG = "jpeg"
	FormatPNG  = "png"
	FormatTIFF = "tiff"
)

// Header is what a file says of itself before any pixel is decoded.
type Header struct {
	Format string  // FormatJPEG, FormatPNG, FormatTIFF or FormatPDF
	Frames []Frame // at least one; more than one in TIFF and PDF only
}

// Frame is one image of a file, as stored: width and height are those before
// Orientation is applied.
type Frame struct {
	Width, Height int     // pixels
	DPI, DPIY     float64 // pixels per inch across and down; 0: unknown or implausible
	Orientation   int     // 1–8 as in EXIF and TIFF tag 274; 1 where the file says nothing
	BitsPerSample int     // 1, 2, 4, 8, 16 or 32
	Samples       int     // per pixel, alpha included
	Photometric   string  // "white-is-zero", "black-is-zero", "grey", "rgb", "palette", "cmyk", "ycbcr", "ycck"
	Compression   string  // "none", "mh", "g3", "g4", "lzw", "deflate", "packbits", "zstd", "jpeg", "old-jpeg", "png", "pdf"
	Progressive   bool    // progressive JPEG or interlaced PNG; not known ahead for JPEG in TIFF
	ICC           []byte  // colour profile as embedded; nil: none
}

// Bytes tells the most memory that decoding the frame takes at a time, in bytes,
// the returned image included: what to ask a [Budget] for.
func (f Frame) Bytes() int64 {
	pixels := int64(f.Width) * int64(f.Height)
	grey := f.Photometric == photoGrey || f.Photometric == photoBlackIsZero || f.Photometric == photoWhiteIsZero
	image := int64(4)
	if grey && f.Samples <= 1 {
		image = 1
	}
	var work int64 // per pixel, besides the returned image
	switch f.Compression {
	case compressJPEG, compressOldJPEG:
		work = int64(f.Samples)
		if f.Progressive {
			work += 4 * int64(f.Samples) // its coefficients
		}
	case compressPNG: // the library decodes to its own kind of image first
		work = int64(max(f.Samples*f.BitsPerSample/8, 1))
		if f.Samples == 3 {
			work = work * 4 / 3
		}
		if f.Progressive {
			work += work / 2 // the largest pass of Adam7
		}
	case compressPDF: // once in the engine as decoded, once as a bitmap
		work = 2 * int64(max(f.Samples, 1))
		return (image+work)*pixels + pdfOverhead
	case compressZstd:
		return image*pixels + decodeOverhead + 2*maxZstdWindow
	default: // row by row
		return image*pixels + decodeOverhead
	}
	return (image+work)*pixels + decodeOverhead
}

// decodeOverhead covers the buffers of decompressors and readers, and some rows.
const decodeOverhead = 4 << 20

// pdfOverhead is an engine for PDF with a strip of a page.
const pdfOverhead = 64 << 20

// Upright gives width, height and resolution as a person sees the page, after
// Orientation is applied.
func (f Frame) Upright() (width, height int, dpi, dpiY float64) {
	if f.Orientation >= 5 && f.Orientation <= 8 {
		return f.Height, f.Width, f.DPIY, f.DPI
	}
	return f.Width, f.Height, f.DPI, f.DPIY
}

// The values of Frame.Photometric.
const (
	photoWhiteIsZero = "white-is-zero"
	photoBlackIsZero = "black-is-zero"
	photoGrey        = "grey"
	photoRGB         = "rgb"
	photoPalette     = "palette"
	photoCMYK        = "cmyk"
	photoYCbCr       = "ycbcr"
	photoYCCK        = "ycck"
)

// The values of Frame.Compression.
const (
	compressNone     = "none"
	compressMH       = "mh"
	compressG3       = "g3"
	compressG4       = "g4"
	compressLZW      = "lzw"
	compressDeflate  = "deflate"
	compressPackBits = "packbits"
	compressZstd     = "zstd"
	compressJPEG     = "jpeg"
	compressOldJPEG  = "old-jpeg"
	compressPNG      = "png"
	compressPDF      = "pdf" // whatever it is, PDFium decodes or draws it
)

// Limit bounds what is decoded. The zero Limit means [DefaultLimit].
type Limit struct {
	Pixels int64 // of one frame
	Side   int   // of its longer side, pixels
}

// DefaultLimit takes an A0 drawing at 500 dpi in one piece and refuses what only a
// hostile or broken header would claim.
func DefaultLimit() Limit { return Limit{Pixels: 400e6, Side: 100_000} }

func (l Limit) orDefault() Limit {
	d := DefaultLimit()
	if l.Pixels <= 0 {
		l.Pixels = d.Pixels
	}
	if l.Side <= 0 {
		l.Side = d.Side
	}
	return l
}

// check refuses a frame without pixels or with more than the limit. Progressive
// JPEG takes about five times the memory of the image, so its limit is a quarter.
func (l Limit) check(op string, f Frame) error {
	l = l.orDefault()
	if f.Progressive && f.Compression == compressJPEG {
		l.Pixels /= 4
	}
	switch {
	case f.Width <= 0 || f.Height <= 0:
		return archive.Refuse(op, "", archive.ReasonEmpty, "image of %d × %d pixels", f.Width, f.Height)
	case f.Width > l.Side || f.Height > l.Side || int64(f.Width) > l.Pixels/int64(f.Height):
		return archive.Refuse(op, "", archive.ReasonTooLarge, "image of %d × %d pixels", f.Width, f.Height)
	}
	return nil
}

// canHold reports whether a file of so many bytes can hold the frame at all: no
// coding expands beyond its bound. It finds cut files and invented sizes before
// memory is taken for them.
func (f Frame) canHold(size int64) bool {
	most, bounded := map[string]int64{
		compressNone:     1,
		compressPackBits: 64,
		compressDeflate:  1032,
		compressPNG:      1032,
		compressLZW:      4096, // a code of 12 bits for at most 4096 bytes
		compressJPEG:     2048, // a block of 64 pixels takes a bit at least
		compressOldJPEG:  2048,
	}[f.Compression]
	if !bounded {
		return true
	}
	row := (int64(f.Width)*int64(f.Samples)*int64(f.BitsPerSample) + 7) / 8
	return row*int64(f.Height)/most <= size
}
