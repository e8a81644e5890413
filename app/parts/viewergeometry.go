package parts

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
)

const (
	zoomMin = 0.02
	zoomMax = 8
)

func (v *PageViewer) page() (PageRef, bool) {
	if v.index < 0 || v.index >= len(v.pages) {
		return PageRef{}, false
	}
	return v.pages[v.index], true
}

// dots is how many pixels of the screen make one unit of the toolkit.
func (v *PageViewer) dots() float64 {
	if c := canvasOf(v); c != nil && c.Scale() > 0 {
		return float64(c.Scale())
	}
	return 1
}

// pixels is the size of the view in pixels of the screen.
func (v *PageViewer) pixels() (w, h int) {
	d := v.dots()
	return int(float64(v.Size().Width) * d), int(float64(v.Size().Height) * d)
}

// fitScale is the scale at which the whole page just fits.
func (v *PageViewer) fitScale() float64 {
	p, ok := v.page()
	w, h := v.pixels()
	if !ok || p.Width <= 0 || p.Height <= 0 || w <= 0 || h <= 0 {
		return 1
	}
	const rim = 12 // pixels of desk around the page
	return max(min(float64(w-rim)/float64(p.Width), float64(h-rim)/float64(p.Height)), zoomMin)
}

func (v *PageViewer) scale() float64 {
	if v.zoom == 0 {
		return v.fitScale()
	}
	return v.zoom
}

// setZoom changes the scale; (x, y) is the page pixel to be in the middle.
func (v *PageViewer) setZoom(zoom, x, y float64) {
	if zoom != 0 {
		zoom = min(max(zoom, zoomMin), zoomMax)
	}
	v.zoom, v.cx, v.cy = zoom, x, y
	v.update()
	if v.OnZoom != nil {
		v.OnZoom()
	}
}

// zoomAt changes the scale so that what is under a place of the view stays there.
func (v *PageViewer) zoomAt(factor float64, at fyne.Position) {
	s, d := v.scale(), v.dots()
	w, h := v.pixels()
	dx, dy := float64(at.X)*d-float64(w)/2, float64(at.Y)*d-float64(h)/2
	next := min(max(s*factor, zoomMin), zoomMax)
	v.setZoom(next, v.cx+dx/s-dx/next, v.cy+dy/s-dy/next)
}

// pan moves the page by pixels of the screen.
func (v *PageViewer) pan(dx, dy float64) {
	s := v.scale()
	v.cx -= dx / s
	v.cy -= dy / s
	v.update()
}

// clamp keeps the page in the view: in the middle where it is smaller than the view,
// over the whole view where it is larger.
func (v *PageViewer) clamp() {
	p, ok := v.page()
	if !ok {
		return
	}
	w, h := v.pixels()
	s := v.scale()
	v.cx = clampAxis(v.cx, float64(p.Width), float64(w)/s)
	v.cy = clampAxis(v.cy, float64(p.Height), float64(h)/s)
}

func clampAxis(c, page, view float64) float64 {
	if page <= view {
		return page / 2
	}
	return min(max(c, view/2), page-view/2)
}

// onScreen gives where a rectangle of the page stands, in toolkit units, on whole
// pixels of the screen.
func (v *PageViewer) onScreen(r image.Rectangle) (fyne.Position, fyne.Size) {
	w, h := v.pixels()
	s, d := v.scale(), v.dots()
	x := math.Round(float64(w)/2 + (float64(r.Min.X)-v.cx)*s)
	y := math.Round(float64(h)/2 + (float64(r.Min.Y)-v.cy)*s)
	return fyne.NewPos(float32(x/d), float32(y/d)),
		fyne.NewSize(float32(math.Round(float64(r.Dx())*s)/d), float32(math.Round(float64(r.Dy())*s)/d))
}

// whole is the page as one view at the fitting scale.
func (v *PageViewer) whole(p PageRef) View {
	w, h := v.pixels()
	if p.Width <= 0 || p.Height <= 0 {
		return View{Page: p.ID, Width: w, Height: h}
	}
	const rim = 12
	s := max(min(float64(w-rim)/float64(p.Width), float64(h-rim)/float64(p.Height)), zoomMin)
	return atScale(View{Page: p.ID, Region: image.Rect(0, 0, p.Width, p.Height)}, s)
}

func atScale(w View, scale float64) View {
	w.Width = max(int(math.Round(float64(w.Region.Dx())*scale)), 1)
	w.Height = max(int(math.Round(float64(w.Region.Dy())*scale)), 1)
	return w
}

// visible is the part of the page in view.
func (v *PageViewer) visible(p PageRef) image.Rectangle {
	w, h := v.pixels()
	s := v.scale()
	hw, hh := float64(w)/2/s, float64(h)/2/s
	return image.Rect(int(v.cx-hw), int(v.cy-hh), int(math.Ceil(v.cx+hw)), int(math.Ceil(v.cy+hh))).
		Intersect(image.Rect(0, 0, p.Width, p.Height))
}

// want works out which view to load: the page as a whole where it is not much larger
// than the window, otherwise what is visible with a rim to move into.
func (v *PageViewer) want(p PageRef) View {
	if v.zoom == 0 || p.Width <= 0 || p.Height <= 0 {
		return v.whole(p)
	}
	w, h := v.pixels()
	s := v.scale()
	page := image.Rect(0, 0, p.Width, p.Height)
	if float64(p.Width)*s <= 1.5*float64(w) && float64(p.Height)*s <= 1.5*float64(h) {
		return atScale(View{Page: p.ID, Region: page}, s)
	}
	seen := v.visible(p)
	if v.shown.img != nil && v.shown.view.Page == p.ID && seen.In(v.shown.view.Region) &&
		atScale(v.shown.view, s) == v.shown.view {
		return v.shown.view
	}
	rim := seen.Inset(-int(math.Min(float64(seen.Dx()), float64(seen.Dy())) / 3))
	return atScale(View{Page: p.ID, Region: rim.Intersect(page)}, s)
}
