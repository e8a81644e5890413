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
func ReadHeader(r io.ReaderAt, size int64) (_ Header, err error) {
	s := &source{ctx: context.Background(), r: r, size: size, op: "read image header"}
	defer s.rescue(&err)
	h, _, err := readHeader(s)
	if err != nil {
		return Header{}, err
	}
	for _, f := range h.Frames {
		if err := s.admit(f, Limit{}); err != nil {
			return Header{}, err
		}
	}
	return h, nil
}

// admit refuses a frame that is too large, or larger than its file can hold.
func (s *source) admit(f Frame, limit Limit) error {
	if err := limit.check(s.op, f); err != nil {
		return err
	}
	if !f.canHold(s.size) {
		return s.damaged("%d bytes cannot hold %d × %d pixels", s.size, f.Width, f.Height)
	}
	return nil
}

// readHeader gives, for TIFF, the directories of the frames as well.
func readHeader(s *source) (Header, []*directory, error) {
	format, err := sniff(s)
	if err != nil {
		return Header{}, nil, err
	}
	h := Header{Format: format}
	var pages []*directory
	switch format {
	case FormatPDF:
		err = s.unsupported("PDF document, which needs a Reader")
	case FormatJPEG:
		var info jpegInfo
		if info, err = readJPEGInfo(s); err == nil {
			h.Frames = []Frame{info.frame()}
		}
	case FormatPNG:
		h.Frames = make([]Frame, 1)
		h.Frames[0], err = readPNGFrame(s)
	default:
		if pages, err = readPages(s); err != nil {
			break
		}
		h.Frames = make([]Frame, len(pages))
		for i, d := range pages {
			if h.Frames[i], err = d.frame(); err != nil {
				break
			}
		}
	}
	if err != nil {
		return Header{}, nil, s.failure(err)
	}
	return h, pages, nil
}

// Decode decodes one frame (0-based) as stored, without applying its orientation.
// Grey and 1-bit frames become *image.Gray (black 0, white 255), JPEG colour
// *image.YCbCr, all else *image.RGBA, opaque, with Stride 4·width; transparency is
// laid on white. Bounds start at the origin. A frame is decoded whole or refused:
// a cut or damaged one is never passed off as a page. Memory stays within
// [Frame.Bytes]. A cancelled ctx ends the work soon.
func Decode(ctx context.Context, r io.ReaderAt, size int64, frame int, limit Limit) (_ image.Image, err error) {
	s := &source{ctx: ctx, r: r, size: size, op: "decode image"}
	defer s.rescue(&err)
	h, pages, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	if frame < 0 || frame >= len(h.Frames) {
		return nil, archive.Errorf(archive.NotFound, s.op, "", "frame %d of %d", frame, len(h.Frames))
	}
	f := h.Frames[frame]
	if err := s.admit(f, limit); err != nil {
		return nil, err
	}
	var img image.Image
	switch h.Format {
	case FormatJPEG:
		img, err = decodeJPEG(s)
	case FormatPNG:
		img, err = decodePNG(s, f.Photometric == photoGrey)
	default:
		img, err = decodePage(s, pages[frame])
	}
	if err != nil {
		return nil, s.failure(err)
	}
	if img.Bounds() != image.Rect(0, 0, f.Width, f.Height) {
		return nil, s.damaged("%v decoded where the header says %d × %d", img.Bounds(), f.Width, f.Height)
	}
	return img, nil
}
