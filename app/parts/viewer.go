package parts

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// PageRef is a page that a PageViewer can show.
type PageRef struct {
	ID            archive.ID
	Width, Height int // of the upright master in pixels; 0: not known yet
}

// View is a part of a page at a size.
type View struct {
	Page          archive.ID
	Region        image.Rectangle // in pixels of the upright master; empty: the whole page
	Width, Height int             // of the image wanted, in pixels of the screen; a page of unknown size is fitted into them
}

// PageLoader reads, decodes and scales a view, off the UI goroutine. It is called
// for one page at a time and should end soon when ctx does.
type PageLoader func(ctx context.Context, v View) (*image.RGBA, error)

// viewerCache bounds the images that a viewer keeps: some thirty pages of a large
// screen.
const viewerCache = 160 << 20

// PageViewer shows a page image exactly as large as it is on the screen, with boxes
// over it. It zooms with Ctrl and the wheel, + and −, Ctrl+0 fits the page; it is
// moved by dragging, the wheel and the arrows; PgUp and PgDn turn pages.
type PageViewer struct {
	widget.BaseWidget
	runner *task.Runner
	load   PageLoader
	cache  *imageCache[View]

	pages []PageRef
	index int
	boxes []archive.Box

	zoom   float64 // screen pixels per page pixel; 0: fit
	cx, cy float64 // page pixel in the middle of the view

	shown   sharp // the region drawn sharp
	fitted  *image.RGBA
	err     error
	loads   task.Latest
	ahead   task.Latest
	wanted  View
	focused bool
	face    *viewerFace

	// OnTurn is told when another page is shown by the viewer's own keys.
	OnTurn func(index int)
	// OnZoom is told when the scale changed.
	OnZoom func()
}

// sharp is an image and the view it was made for.
type sharp struct {
	view View
	img  *image.RGBA
}

// NewPageViewer makes a viewer without pages.
func NewPageViewer(r *task.Runner, load PageLoader) *PageViewer {
	v := &PageViewer{runner: r, load: load, cache: newImageCache[View](viewerCache)}
	v.ExtendBaseWidget(v)
	return v
}

// MinSize leaves room for a page to be made out.
func (v *PageViewer) MinSize() fyne.Size { return fyne.NewSize(160, 160) }

// SetPages shows one page of a row of pages.
func (v *PageViewer) SetPages(pages []PageRef, index int) {
	v.pages = pages
	v.index = -1
	v.ShowPage(index)
}

// ShowPage shows another page of the row; it keeps the zoom and begins at the top.
func (v *PageViewer) ShowPage(index int) {
	if len(v.pages) == 0 {
		index = 0
	} else {
		index = min(max(index, 0), len(v.pages)-1)
	}
	v.index = index
	v.boxes = nil
	v.shown, v.fitted, v.err = sharp{}, nil, nil
	if p, ok := v.page(); ok {
		v.cx, v.cy = float64(p.Width)/2, 0
	}
	v.update()
}

// Index tells which page is shown, from 0; -1 without pages.
func (v *PageViewer) Index() int {
	if len(v.pages) == 0 {
		return -1
	}
	return v.index
}

// Reload reads the page again: its image was made anew.
func (v *PageViewer) Reload() {
	v.cache.clear()
	v.shown, v.fitted, v.err = sharp{}, nil, nil
	v.update()
}

// Failed tells whether something else stands in place of the image.
func (v *PageViewer) Failed() bool { return v.err != nil }

// SetBoxes marks places on the page shown, in pixels of the upright master. The
// next page begins without boxes.
func (v *PageViewer) SetBoxes(boxes []archive.Box) {
	v.boxes = boxes
	v.update()
}

// GoToBox moves the view so that a box is in the middle, unless all of the page is
// in view.
func (v *PageViewer) GoToBox(i int) {
	if i < 0 || i >= len(v.boxes) {
		return
	}
	b := v.boxes[i]
	v.cx, v.cy = float64(b.X)+float64(b.W)/2, float64(b.Y)+float64(b.H)/2
	v.update()
}

// Status says which page of how many is shown, and how large: "3 / 12 · 100%".
func (v *PageViewer) Status() string {
	if len(v.pages) == 0 {
		return ""
	}
	return words.T("viewer.status", words.Args{
		"Page": words.Number(v.index + 1), "N": words.Number(len(v.pages)), "Zoom": v.Percent(),
	})
}

// Percent tells how large the page is shown, 100 being a pixel of the screen for each
// of the page.
func (v *PageViewer) Percent() int { return int(v.scale()*100 + 0.5) }

// Fit shows the whole page.
func (v *PageViewer) Fit() { v.setZoom(0, v.cx, v.cy) }

// FitWidth makes the page as wide as the view.
func (v *PageViewer) FitWidth() {
	if p, ok := v.page(); ok && p.Width > 0 {
		w, _ := v.pixels()
		v.setZoom(float64(w)/float64(p.Width), v.cx, v.cy)
	}
}

// ZoomBy makes the page larger or smaller around the middle of the view.
func (v *PageViewer) ZoomBy(factor float64) { v.setZoom(v.scale()*factor, v.cx, v.cy) }

// Turn goes a number of pages on, or back; it stays at the ends.
func (v *PageViewer) Turn(by int) {
	to := min(max(v.index+by, 0), len(v.pages)-1)
	if to < 0 || to == v.index {
		return
	}
	v.ShowPage(to)
	if v.OnTurn != nil {
		v.OnTurn(to)
	}
}
