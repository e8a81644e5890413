// Package raster reads scan files and writes the images derived from them.
//
// It reads JPEG, PNG and TIFF as scanners and fax machines write them, always
// going by content and never by the name of the file. What it cannot read it
// refuses with an [archive.Reason]. Input is taken as hostile: nothing in it may
// cause a panic, an endless loop, or more memory than its header announces and
// the [Limit] allows.
package raster

import (
	"image"
	"lantai/archive"
)

// The formats that are read, as [Header.Format] and archive.File name them.
const (
	FormatJPEG = "jpeg"
	FormatPNG  = "png"
	FormatTIFF = "tiff"
)

// Header is what a file says of itself before any pixel is decoded.
type Header struct {
	Format string  // FormatJPEG, FormatPNG or FormatTIFF
	Frames []Frame // at least one; more than one in TIFF only
}

// Frame is one image of a file, as stored: width and height are those before
// Orientation is applied.
type Frame struct {
	Width, Height int     // pixels
	DPI, DPIY     float64 // pixels per inch across and down; 0: unknown or implausible
	Orientation   int     // 1–8 as in EXIF and TIFF tag 274; 1 where the file says nothing
	BitsPerSample int     // 1, 2, 4, 8, 16 or 32
	Samples       int     // per pixel, alpha included
	Photometric   string  // "white-is-zero", "black-is-zero", "grey", "rgb", "palette", "cmyk", "ycbcr", "ycck", "lab"
	Compression   string  // "none", "g3", "g4", "lzw", "deflate", "packbits", "jpeg", …
	ICC           []byte  // colour profile as embedded; nil: none
}

// Bytes tells the most memory that decoding the frame takes at a time, in bytes,
// the returned image included: what to ask a [Budget] for.
func (f Frame) Bytes() int64 {
	pixels := int64(f.Width) * int64(f.Height)
	switch {
	case f.Samples <= 1 && f.Photometric != "palette":
		return 2*pixels + decodeOverhead
	default:
		return 8*pixels + decodeOverhead
	}
}

// decodeOverhead covers the buffers of decompressors and readers.
const decodeOverhead = 1 << 20

// Upright gives width, height and resolution as a person sees the page, after
// Orientation is applied.
func (f Frame) Upright() (width, height int, dpi, dpiY float64) {
	if f.Orientation >= 5 && f.Orientation <= 8 {
		return f.Height, f.Width, f.DPIY, f.DPI
	}
	return f.Width, f.Height, f.DPI, f.DPIY
}

// Limit bounds what is decoded. The zero Limit means [DefaultLimit].
type Limit struct {
	Pixels int64 // of one frame
	Side   int   // of its longer side, pixels
}

// DefaultLimit takes an A0 drawing at 600 dpi in one piece and refuses what only a
// hostile or broken header would claim.
func DefaultLimit() Limit { return Limit{Pixels: 600e6, Side: 100_000} }

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

// check refuses a frame without pixels or with more than the limit.
func (l Limit) check(op string, width, height int64) error {
	l = l.orDefault()
	switch {
	case width <= 0 || height <= 0:
		return archive.Refuse(op, "", archive.ReasonEmpty, "image of %d × %d pixels", width, height)
	case width > int64(l.Side) || height > int64(l.Side) || width > l.Pixels/height:
		return archive.Refuse(op, "", archive.ReasonTooLarge, "image of %d × %d pixels", width, height)
	}
	return nil
}

// Bounds of a decoded frame start at the origin.
func bounds(width, height int) image.Rectangle { return image.Rect(0, 0, width, height) }
