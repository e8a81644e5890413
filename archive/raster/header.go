package raster

import (
	"context"
	"image"
	"io"

	"lantai/archive"
)

// ReadHeader reads the header of a file: a few kilobytes, no pixels. It goes by
// content only. Errors are refusals: ReasonUnsupported (with the format's name
// where it is recognised), ReasonEmpty, ReasonDamaged, ReasonTooLarge (beyond
// [DefaultLimit]) or ReasonUnreadable (r failed). A header that reads well does
// not promise that the pixels do.
func ReadHeader(r io.ReaderAt, size int64) (Header, error) {
	return Header{}, archive.Errorf(archive.Internal, "read image header", "", "not there yet")
}

// Decode decodes one frame (0-based) as stored, without applying its orientation.
// Grey and 1-bit frames become *image.Gray (black 0, white 255), JPEG colour
// *image.YCbCr, all else *image.RGBA, opaque, with Stride 4·width; transparency is
// laid on white. Bounds start at the origin. A frame is decoded whole or refused:
// a cut or damaged one is never passed off as a page. Memory stays within
// [Frame.Bytes]. A cancelled ctx ends the work soon.
func Decode(ctx context.Context, r io.ReaderAt, size int64, frame int, limit Limit) (image.Image, error) {
	return nil, archive.Errorf(archive.Internal, "decode image", "", "not there yet")
}
