package raster

import (
	"context"
	"errors"
	"image/jpeg"
	"image/png"
	"io"

	"lantai/archive"
)

// source is the file being read. It ends all reading once the context ends, and
// remembers a failure of the disk, so that it is not mistaken for a damaged file.
type source struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	op   string
	err  error // first failure that was not the end of the file
}

// ReadAt reads within the file's size.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	short := false
	if left := s.size - off; int64(len(p)) > left {
		p, short = p[:left], true
	}
	n, err := s.r.ReadAt(p, off)
	switch {
	case n == len(p) && short:
		return n, io.EOF
	case n == len(p):
		return n, nil
	case err == nil || errors.Is(err, io.EOF):
		return n, io.EOF // the file became shorter
	}
	if s.err == nil {
		s.err = err
	}
	return n, err
}

// section reads n bytes from off on, or up to the end of the file.
func (s *source) section(off, n int64) *io.SectionReader { return io.NewSectionReader(s, off, n) }

// bytes reads exactly n bytes. n must have been bounded by the caller.
func (s *source) bytes(off int64, n int) ([]byte, error) {
	if off < 0 || off > s.size || int64(n) > s.size-off {
		return nil, s.damaged("cut off: %d bytes wanted at %d of %d", n, off, s.size)
	}
	p := make([]byte, n)
	if got, err := s.ReadAt(p, off); got < n {
		return nil, s.failure(err)
	}
	return p, nil
}

func (s *source) damaged(format string, args ...any) error {
	return archive.Refuse(s.op, "", archive.ReasonDamaged, format, args...)
}

func (s *source) unsupported(format string, args ...any) error {
	return archive.Refuse(s.op, "", archive.ReasonUnsupported, format, args...)
}

// failure turns any error met while reading into the refusal it stands for.
func (s *source) failure(err error) error {
	var (
		known   *archive.Error
		jpegGap jpeg.UnsupportedError
		pngGap  png.UnsupportedError
	)
	switch {
	case err == nil:
		return nil
	case s.err != nil && archive.KindOf(s.err) == archive.Stopped:
		return archive.Wrap(s.op, "", s.err)
	case archive.KindOf(err) == archive.Stopped:
		return archive.Wrap(s.op, "", err)
	case s.err != nil:
		return archive.Refuse(s.op, "", archive.ReasonUnreadable, "%v", s.err)
	case errors.As(err, &known):
		return err
	case errors.As(err, &jpegGap), errors.As(err, &pngGap):
		return s.unsupported("%v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return s.damaged("cut off")
	}
	return s.damaged("%v", err)
}

// rescue turns a panic of a decoder into a refusal.
func (s *source) rescue(err *error) {
	if p := recover(); p != nil {
		*err = s.damaged("decoder failed: %v", p)
	}
}
