package raster

import (
	"image"
	"io"

	"lantai/archive"
)

// EncodeJPEG writes img as baseline JPEG with its resolution (JFIF density; 0
// leaves it out) and colour profile (APP2; nil: none). Grey stays grey. Quality is
// 1–100.
func EncodeJPEG(w io.Writer, img image.Image, quality int, dpi float64, icc []byte) error {
	return archive.Errorf(archive.Internal, "write JPEG", "", "not there yet")
}

// EncodePNG writes img as PNG with its resolution (pHYs; 0 leaves it out). Grey
// stays grey.
func EncodePNG(w io.Writer, img image.Image, dpi float64) error {
	return archive.Errorf(archive.Internal, "write PNG", "", "not there yet")
}

// EncodePNM writes img uncompressed: PGM for grey, PPM for colour. It is the
// fastest way to hand pixels to another program; it carries no resolution.
func EncodePNM(w io.Writer, img image.Image) error {
	return archive.Errorf(archive.Internal, "write PNM", "", "not there yet")
}
