package raster

import (
	"context"
	"errors"
	"image"
	"io"
	"time"

	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"lantai/archive"
)

// FormatPDF is a document of pages. Only a [Reader] reads it.
const FormatPDF = "pdf"

// Reader reads files of all formats, PDF included. PDF needs PDFium, which a Reader
// starts when the first PDF comes and ends with Close. It is safe for concurrent use.
type Reader struct{ engines *engines }

// ReaderOptions change how a Reader works; the zero value is the ordinary one.
type ReaderOptions struct {
	Engines int    // PDF documents worked on at a time, each with up to 1 GB; 0: two
	Font    []byte // TrueType file to draw with where a PDF does not bring its fonts; nil: such writing is missing
}

// NewReader makes a reader; nothing is started yet.
func NewReader(opt ReaderOptions) *Reader {
	if opt.Engines <= 0 {
		opt.Engines = 2
	}
	return &Reader{newEngines(opt.Engines, opt.Font)}
}

// Close ends what was started. A call under way ends as it would have.
func (r *Reader) Close() error { return r.engines.close() }

const (
	maxPDFPages = 20_000
	maxPDFBytes = 1<<32 - 1 // PDFium counts a file's bytes with 32 bits here

	// How long one piece of work may take, on a slow computer that does other things.
	openPatience   = time.Minute
	pagePatience   = time.Second // more, for each page that is looked at
	decodePatience = 4 * time.Minute
)

// ReadHeader is the package's ReadHeader for all formats. A PDF is read as far as it
// takes to know its pages: encrypted ones are refused with ReasonEncrypted. A page that
// cannot be read does not refuse the others; Decode refuses it.
func (r *Reader) ReadHeader(ctx context.Context, f io.ReaderAt, size int64) (h Header, err error) {
	s, ok := pdfSource(ctx, f, size, "read PDF")
	if !ok {
		return ReadHeader(f, size)
	}
	err = r.document(s, func(d document) error {
		h = Header{Format: FormatPDF, Frames: make([]Frame, d.pages)}
		d.e.extend(openPatience + time.Duration(d.pages)*pagePatience)
		sound := 0
		var first error
		for i := range h.Frames {
			err := d.page(i, func(p *pdfPage) error {
				h.Frames[i] = p.frame
				return s.admit(p.frame, Limit{})
			})
			switch {
			case err == nil:
				sound++
				continue
			case archive.ReasonOf(err) == "" || errors.Is(err, errEngine):
				return err
			case archive.ReasonOf(err) == archive.ReasonTooLarge && d.pages == 1:
				return err
			case first == nil:
				first = err
			}
			if h.Frames[i].Width <= 0 {
				h.Frames[i] = blankFrame(d.size(i))
			}
		}
		if sound == 0 {
			return first
		}
		return nil
	})
	if err != nil {
		return Header{}, err
	}
	return h, nil
}

// Frame gives one frame of a file and tells how many there are, without looking at the
// others of a PDF.
func (r *Reader) Frame(ctx context.Context, f io.ReaderAt, size int64, frame int) (one Frame, frames int, err error) {
	s, ok := pdfSource(ctx, f, size, "read PDF")
	if !ok {
		h, err := ReadHeader(f, size)
		if err == nil && frame >= 0 && frame < len(h.Frames) {
			one = h.Frames[frame]
		}
		return one, len(h.Frames), err
	}
	err = r.document(s, func(d document) error {
		frames = d.pages
		if frame < 0 || frame >= frames {
			return nil
		}
		return d.page(frame, func(p *pdfPage) error {
			one = p.frame
			return s.admit(one, Limit{})
		})
	})
	return one, frames, err
}

// Decode is the package's Decode for all formats. A page of a PDF that is one scanned
// image comes as that image, pixel for pixel; others are drawn at 300 dpi or, where they
// are put together of images, at theirs. Pages drawn become *image.Gray where they have
// no colour.
func (r *Reader) Decode(ctx context.Context, f io.ReaderAt, size int64, frame int, limit Limit) (img image.Image, err error) {
	s, ok := pdfSource(ctx, f, size, "decode page")
	if !ok {
		return Decode(ctx, f, size, frame, limit)
	}
	err = r.document(s, func(d document) error {
		if frame < 0 || frame >= d.pages {
			return archive.Errorf(archive.NotFound, s.op, "", "page %d of %d", frame, d.pages)
		}
		return d.page(frame, func(p *pdfPage) error {
			if err := s.admit(p.frame, limit); err != nil {
				return err
			}
			img, err = p.decode()
			return err
		})
	})
	return img, err
}

// Text gives the text that a PDF brings for a page (the second layer of a double-layer
// PDF, or the writing itself): words with their boxes in pixels of the upright frame,
// lines in the order of the file, no blanks between Han. ok is false when there is none
// that can be used: no text, or mostly characters that stand for nothing.
func (r *Reader) Text(ctx context.Context, f io.ReaderAt, size int64, frame int) (text archive.PageText, ok bool, err error) {
	s, isPDF := pdfSource(ctx, f, size, "read text of PDF")
	if !isPDF {
		return archive.PageText{}, false, nil
	}
	err = r.document(s, func(d document) error {
		if frame < 0 || frame >= d.pages {
			return archive.Errorf(archive.NotFound, s.op, "", "page %d of %d", frame, d.pages)
		}
		return d.page(frame, func(p *pdfPage) error {
			text, ok, err = p.text()
			return err
		})
	})
	return text, ok, err
}

// pdfSource is the file as a source, if it is a PDF.
func pdfSource(ctx context.Context, f io.ReaderAt, size int64, op string) (*source, bool) {
	s := &source{ctx: ctx, r: f, size: size, op: op}
	format, err := sniff(s)
	return s, err == nil && format == FormatPDF
}

// document is a PDF that is open in an engine.
type document struct {
	e     *engine
	s     *source
	ref   references.FPDF_DOCUMENT
	pages int
}

// document opens a PDF for as long as fn runs.
func (r *Reader) document(s *source, fn func(document) error) error {
	if s.size > maxPDFBytes {
		return archive.Refuse(s.op, "", archive.ReasonTooLarge, "PDF of %d bytes", s.size)
	}
	return r.engines.use(s.ctx, s.op, decodePatience, func(e *engine) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = s.broken("%v", p)
			}
		}()
		opened, err := e.OpenDocument(&requests.OpenDocument{FileReader: s.section(0, s.size), FileReaderSize: s.size})
		if err != nil {
			return s.cannotOpen(err)
		}
		d := document{e: e, s: s, ref: opened.Document}
		defer func() { released(e.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d.ref})) }()
		if err := d.look(); err != nil {
			return err
		}
		return fn(d)
	})
}

// look refuses what is not taken, and counts the pages.
func (d *document) look() error {
	security, err := d.e.FPDF_GetSecurityHandlerRevision(&requests.FPDF_GetSecurityHandlerRevision{Document: d.ref})
	if err != nil {
		return d.s.broken("%v", err)
	}
	if security.SecurityHandlerRevision > 0 {
		return archive.Refuse(d.s.op, "", archive.ReasonEncrypted, "encrypted, revision %d", security.SecurityHandlerRevision)
	}
	count, err := d.e.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		return d.s.broken("%v", err)
	}
	d.pages = count.PageCount
	switch {
	case d.pages <= 0:
		return archive.Refuse(d.s.op, "", archive.ReasonEmpty, "PDF without pages")
	case d.pages > maxPDFPages:
		return archive.Refuse(d.s.op, "", archive.ReasonTooLarge, "PDF of %d pages", d.pages)
	}
	return nil
}

// cannotOpen says why a PDF was not opened.
func (s *source) cannotOpen(err error) error {
	switch {
	case s.err != nil:
		return s.failure(err)
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return archive.Refuse(s.op, "", archive.ReasonEncrypted, "%v", err)
	case errors.Is(err, pdferrors.ErrFormat), errors.Is(err, pdferrors.ErrFile), errors.Is(err, pdferrors.ErrPage):
		return s.damaged("PDF: %v", err)
	}
	return s.broken("%v", err)
}

// broken is a refusal after a fault of the engine, which is not used again.
func (s *source) broken(format string, args ...any) error {
	if s.err != nil {
		return s.failure(s.err)
	}
	return &archive.Error{Op: s.op, Kind: archive.Refused, Err: errors.Join(s.damaged(format, args...), errEngine)}
}
