package raster

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

const (
	drawDPI     = 300    // of pages that are drawn
	mostDrawDPI = 600    // of pages drawn from images of a higher resolution
	mostDrawn   = 50e6   // pixels of a page that is drawn
	mostDrawn1  = 20_000 // and of its longer side
	mostOwn     = 100e6  // pixels of an image that PDFium decodes
	mostObjects = 50_000 // of a page that are looked at
	mostForms   = 4      // groups within groups
	margin      = 0.02   // of the page that an image may miss or stand over at each side
	straight    = 0.003  // how far, as a part of its length, the edge of an image may lean
	pointsInch  = 72
)

// pdfPage is one open page of a PDF.
type pdfPage struct {
	document
	page   requests.Page
	width  float64 // inches, as the page is seen
	height float64
	device matrix     // from the page's own coordinates to its square: 0–1, from the top left
	frame  Frame      // what Decode gives
	images []pdfImage // the images that make up the frame; none: it is drawn
	scan   bool       // a scan takes most of it, and no text lies behind it or is hidden
	turned matrix     // from the page's square to the square of the upright frame
}

// pdfImage is an image on a page.
type pdfImage struct {
	ref       references.FPDF_PAGEOBJECT
	w, h      int // pixels
	bits      int // of a pixel
	space     enums.FPDF_COLORSPACE
	at        matrix // from the square of the image to that of the page
	left, top int    // place in the frame, where several make it up
}

// page opens a page for as long as fn runs.
func (d document) page(i int, fn func(*pdfPage) error) error {
	opened, err := d.e.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.ref, Index: i})
	if err != nil {
		if d.e.late.Load() || d.s.err != nil {
			return d.s.broken("page %d: %v", i, err)
		}
		return d.s.damaged("page %d: %v", i, err)
	}
	defer func() { released(d.e.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: opened.Page})) }()
	p := &pdfPage{document: d, page: requests.Page{ByReference: &opened.Page}}
	if err := p.measure(); err != nil {
		return err
	}
	if err := p.inspect(); err != nil {
		return err
	}
	return fn(p)
}

// size gives the size in inches of a page that cannot be opened; A4 where nothing is
// known.
func (d document) size(i int) (width, height float64) {
	got, err := d.e.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: d.ref, Index: i})
	if err == nil {
		width, height = float64(got.Size.Width)/pointsInch, float64(got.Size.Height)/pointsInch
	}
	if !(width > 0 && height > 0) {
		return 8.27, 11.69
	}
	return width, height
}

// measure finds the size of the page and the way from its coordinates to its square.
func (p *pdfPage) measure() error {
	w, err := p.e.FPDF_GetPageWidthF(&requests.FPDF_GetPageWidthF{Page: p.page})
	if err != nil {
		return p.s.broken("%v", err)
	}
	h, err := p.e.FPDF_GetPageHeightF(&requests.FPDF_GetPageHeightF{Page: p.page})
	if err != nil {
		return p.s.broken("%v", err)
	}
	p.width, p.height = float64(w.PageWidth)/pointsInch, float64(h.PageHeight)/pointsInch
	if !(p.width > 0 && p.height > 0) || p.width > 1e6 || p.height > 1e6 {
		return p.s.damaged("page of %g × %g inches", p.width, p.height)
	}
	// PDFium answers in whole pixels, so the square is made large.
	const side = 1 << 20
	span := float64(max(w.PageWidth, h.PageHeight))
	at := func(x, y float64) (point, error) {
		d, err := p.e.FPDF_PageToDevice(&requests.FPDF_PageToDevice{Page: p.page, SizeX: side, SizeY: side, PageX: x, PageY: y})
		if err != nil {
			return point{}, p.s.broken("%v", err)
		}
		return point{float64(d.DeviceX) / side, float64(d.DeviceY) / side}, nil
	}
	o, err := at(0, 0)
	if err != nil {
		return err
	}
	x, err := at(span, 0)
	if err != nil {
		return err
	}
	y, err := at(0, span)
	if err != nil {
		return err
	}
	p.device = matrix{(x.x - o.x) / span, (x.y - o.y) / span, (y.x - o.x) / span, (y.y - o.y) / span, o.x, o.y}
	return nil
}

// content is what stands on a page.
type content struct {
	images  []pdfImage
	over    bool // something is drawn over an image
	drawn   bool // something besides images is drawn
	layer   bool // text is hidden or lies behind the images
	objects int
}

// inspect decides how the page becomes a frame.
func (p *pdfPage) inspect() error {
	var c content
	if err := p.objects(&c, p.page.ByReference, nil, p.device, 0); err != nil {
		return err
	}
	marked, err := p.marked()
	if err != nil {
		return err
	}
	c.over = c.over || marked
	p.scan = !c.layer && resolutionOf(c.images, p.width, p.height) > 0
	p.turned = identity()
	if !c.over && len(c.images) == 1 && p.own(c.images[0]) {
		return nil
	}
	if !c.over && len(c.images) > 1 && p.mosaic(c.images) {
		return nil
	}
	p.frame, p.images = blankFrame(p.width, p.height), nil
	if dpi := resolutionOf(c.images, p.width, p.height); dpi > drawDPI {
		p.frame = drawnFrame(p.width, p.height, math.Min(dpi, mostDrawDPI))
	}
	// An image that only the renderer understands (a mask) keeps its size.
	if i := c.images; len(i) == 1 && !c.drawn && covers(i[0].at) && i[0].at.b == 0 && i[0].at.d > 0 && i[0].at.a > 0 &&
		i[0].w >= 1 && i[0].h >= 1 && i[0].w <= mostDrawn1 && i[0].h <= mostDrawn1 && i[0].w*i[0].h <= mostDrawn && i[0].space == enums.FPDF_COLORSPACE_UNKNOWN {
		p.frame.Width, p.frame.Height = i[0].w, i[0].h
		p.frame.DPI, p.frame.DPIY = hundredth(float64(i[0].w)/p.width), hundredth(float64(i[0].h)/p.height)
	}
	return nil
}

// objects walks the objects of the page or of a group on it. at leads from their
// coordinates to the page's square.
func (p *pdfPage) objects(c *content, page *references.FPDF_PAGE, group *references.FPDF_PAGEOBJECT, at matrix, depth int) error {
	n, err := p.count(page, group)
	if err != nil {
		return p.s.broken("%v", err)
	}
	for i := range n {
		if c.objects++; c.objects > mostObjects {
			c.over, c.drawn = true, true
			return nil
		}
		ref, err := p.object(group, i)
		if err != nil {
			return p.s.broken("%v", err)
		}
		kind, err := p.e.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: ref})
		if err != nil {
			return p.s.broken("%v", err)
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_IMAGE:
			img, err := p.image(ref, at)
			if err != nil {
				return err
			}
			c.images = append(c.images, img)
		case enums.FPDF_PAGEOBJ_FORM:
			inner, err := p.matrixOf(ref)
			if err != nil {
				return err
			}
			if depth == mostForms {
				c.over, c.drawn = true, true
			} else if err := p.objects(c, page, &ref, inner.then(at), depth+1); err != nil {
				return err
			}
		case enums.FPDF_PAGEOBJ_TEXT:
			mode, err := p.e.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: ref})
			if err != nil {
				return p.s.broken("%v", err)
			}
			if m := mode.TextRenderMode; m != enums.FPDF_TEXTRENDERMODE_INVISIBLE && m != enums.FPDF_TEXTRENDERMODE_CLIP {
				c.layer = c.layer || len(c.images) == 0
				c.draw()
			} else {
				c.layer = true
			}
		default:
			c.draw()
		}
	}
	return nil
}

// draw notes something that is no image. What comes before the images lies under them.
func (c *content) draw() {
	c.drawn = true
	c.over = c.over || len(c.images) > 0
}

func (p *pdfPage) count(page *references.FPDF_PAGE, group *references.FPDF_PAGEOBJECT) (int, error) {
	if group != nil {
		n, err := p.e.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: *group})
		if err != nil {
			return 0, err
		}
		return n.Count, nil
	}
	n, err := p.e.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: requests.Page{ByReference: page}})
	if err != nil {
		return 0, err
	}
	return n.Count, nil
}

func (p *pdfPage) object(group *references.FPDF_PAGEOBJECT, i int) (references.FPDF_PAGEOBJECT, error) {
	if group != nil {
		o, err := p.e.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: *group, Index: uint64(i)}) //nolint:gosec // counts up from 0
		if err != nil {
			return "", err
		}
		return o.PageObject, nil
	}
	o, err := p.e.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.page, Index: i})
	if err != nil {
		return "", err
	}
	return o.PageObject, nil
}

func (p *pdfPage) matrixOf(ref references.FPDF_PAGEOBJECT) (matrix, error) {
	m, err := p.e.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: ref})
	if err != nil {
		return matrix{}, p.s.broken("%v", err)
	}
	return matrixFrom(m.Matrix), nil
}

// image reads what an image says of itself.
func (p *pdfPage) image(ref references.FPDF_PAGEOBJECT, at matrix) (pdfImage, error) {
	m, err := p.matrixOf(ref)
	if err != nil {
		return pdfImage{}, err
	}
	about, err := p.e.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: ref, Page: p.page})
	if err != nil {
		return pdfImage{}, p.s.damaged("image: %v", err)
	}
	meta := about.ImageMetadata
	// The square of an image has its origin at the bottom.
	flip := matrix{1, 0, 0, -1, 0, 1}
	return pdfImage{ref: ref, w: int(min(meta.Width, 1<<30)), h: int(min(meta.Height, 1<<30)), bits: int(meta.BitsPerPixel),
		space: meta.Colorspace, at: flip.then(m).then(at)}, nil
}

// marked tells whether the page bears annotations that are drawn, such as stamps.
func (p *pdfPage) marked() (bool, error) {
	n, err := p.e.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: p.page})
	if err != nil {
		return false, p.s.broken("%v", err)
	}
	for i := range min(n.Count, mostObjects) {
		a, err := p.e.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: p.page, Index: i})
		if err != nil {
			continue
		}
		kind, err := p.e.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
		released(p.e.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation}))
		if err != nil {
			continue
		}
		switch kind.Subtype {
		case enums.FPDF_ANNOT_SUBTYPE_LINK, enums.FPDF_ANNOT_SUBTYPE_POPUP, enums.FPDF_ANNOT_SUBTYPE_WIDGET:
		default:
			return true, nil
		}
	}
	return false, nil
}

// blankFrame is a page that is drawn at the usual resolution, or a lower one if it is
// very large.
func blankFrame(width, height float64) Frame { return drawnFrame(width, height, drawDPI) }

func drawnFrame(width, height, dpi float64) Frame {
	dpi = math.Min(dpi, math.Sqrt(mostDrawn/(width*height)))
	dpi = math.Min(dpi, mostDrawn1/math.Max(width, height))
	return Frame{Width: max(int(width*dpi+0.5), 1), Height: max(int(height*dpi+0.5), 1), DPI: hundredth(dpi), DPIY: hundredth(dpi), Orientation: 1,
		BitsPerSample: 8, Samples: 3, Photometric: photoRGB, Compression: compressPDF}
}

// resolutionOf gives the highest resolution of the images that take a good part of the
// page; 0: there are none.
func resolutionOf(images []pdfImage, width, height float64) (dpi float64) {
	for _, i := range images {
		across := math.Hypot(i.at.a*width, i.at.b*height)
		down := math.Hypot(i.at.c*width, i.at.d*height)
		if across*down < width*height/4 {
			continue
		}
		dpi = math.Max(dpi, math.Max(float64(i.w)/across, float64(i.h)/down))
	}
	return dpi
}

// point and matrix are as in PDF: (x, y) goes to (ax+cy+e, bx+dy+f).
type (
	point  struct{ x, y float64 }
	matrix struct{ a, b, c, d, e, f float64 }
)

func identity() matrix { return matrix{a: 1, d: 1} }

func matrixFrom(m structs.FPDF_FS_MATRIX) matrix {
	return matrix{float64(m.A), float64(m.B), float64(m.C), float64(m.D), float64(m.E), float64(m.F)}
}

// then is m followed by n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

func (m matrix) apply(x, y float64) point { return point{m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f} }
