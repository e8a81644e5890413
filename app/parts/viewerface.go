package parts

import (
	"context"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// boxesDrawn bounds the boxes over one page.
const boxesDrawn = 400

// update brings the drawing in line with the state and loads what it lacks.
func (v *PageViewer) update() {
	v.clamp()
	p, ok := v.page()
	if w, h := v.pixels(); ok && w > 0 && h > 0 {
		v.fetch(p)
	}
	v.Refresh()
}

func (v *PageViewer) fetch(p PageRef) {
	fit := v.whole(p)
	if v.fitted == nil {
		v.fitted, _ = v.cache.get(fit)
	}
	want := v.want(p)
	if v.shown.view == want && v.shown.img != nil {
		v.loads.Cancel()
		v.wanted = View{}
		return
	}
	if img, ok := v.cache.get(want); ok {
		v.loads.Cancel()
		v.take(want, img)
		return
	}
	if v.wanted == want && v.loads.Busy() || v.err != nil && v.wanted == want {
		return
	}
	v.wanted, v.err = want, nil
	task.Load(v.runner, &v.loads, func(ctx context.Context) (*image.RGBA, error) {
		return loadCompact(ctx, v.load, want)
	}, func(img *image.RGBA, err error) {
		if err != nil {
			v.err = err
			v.Refresh()
			return
		}
		v.cache.put(want, img)
		v.take(want, img)
		v.update()
	})
}

func loadCompact(ctx context.Context, load PageLoader, w View) (*image.RGBA, error) {
	img, err := load(ctx, w)
	if err != nil {
		return nil, err
	}
	if img == nil || img.Bounds().Empty() {
		return nil, archive.Errorf(archive.Internal, "show page", w.Page.String(), "no image")
	}
	return compact(img), nil
}

// take draws an image from now on. A page whose size was not known gets it.
func (v *PageViewer) take(w View, img *image.RGBA) {
	if w.Region.Empty() {
		v.pages[v.index].Width, v.pages[v.index].Height = img.Rect.Dx(), img.Rect.Dy()
		w.Region = img.Rect
		v.cx, v.cy = 0, 0
	}
	v.shown, v.err, v.wanted = sharp{w, img}, nil, View{}
	if p, ok := v.page(); ok && w == v.whole(p) {
		v.fitted = img
	}
	v.fetchAhead()
}

// fetchAhead reads the pages before and after, so that turning is at once.
func (v *PageViewer) fetchAhead() {
	for _, i := range []int{v.index + 1, v.index - 1} {
		if i < 0 || i >= len(v.pages) || v.ahead.Busy() {
			continue
		}
		w := v.whole(v.pages[i])
		if _, ok := v.cache.get(w); ok || w.Region.Empty() {
			continue
		}
		task.Load(v.runner, &v.ahead, func(ctx context.Context) (*image.RGBA, error) {
			return loadCompact(ctx, v.load, w)
		}, func(img *image.RGBA, err error) {
			if err == nil {
				v.cache.put(w, img)
				v.fetchAhead()
			}
		})
		return
	}
}

// CreateRenderer is called by the toolkit.
func (v *PageViewer) CreateRenderer() fyne.WidgetRenderer {
	v.face = &viewerFace{
		v:     v,
		desk:  canvas.NewRectangle(color.Transparent),
		paper: canvas.NewRectangle(color.White),
		under: canvas.NewImageFromImage(nil),
		over:  canvas.NewImageFromImage(nil),
		say:   Paragraph(""),
		ring:  newRing(),
	}
	for _, i := range []*canvas.Image{v.face.under, v.face.over} {
		i.FillMode, i.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleFastest
	}
	v.face.say.Alignment = fyne.TextAlignCenter
	v.face.lay()
	return v.face
}

type viewerFace struct {
	v           *PageViewer
	desk, paper *canvas.Rectangle
	under, over *canvas.Image // the whole page stretched; the part in view, exact
	marks       []*canvas.Rectangle
	say         *Prose
	ring        *canvas.Rectangle
	objects     []fyne.CanvasObject
}

func (f *viewerFace) Destroy()                     {}
func (f *viewerFace) IsClip()                      {}
func (f *viewerFace) MinSize() fyne.Size           { return fyne.NewSize(160, 160) }
func (f *viewerFace) Objects() []fyne.CanvasObject { return f.objects }
func (f *viewerFace) Layout(fyne.Size)             { f.v.update() }

func (f *viewerFace) Refresh() {
	f.lay()
	canvas.Refresh(f.v)
}

func (f *viewerFace) lay() {
	v := f.v
	size := v.Size()
	f.desk.FillColor = base.Color(theme.ColorDesk)
	f.desk.Resize(size)
	f.ring.StrokeColor = base.Color(theme.ColorRing)
	f.ring.Resize(size)
	f.ring.Hidden = !v.focused
	p, ok := v.page()
	page := image.Rect(0, 0, p.Width, p.Height)
	pos, extent := v.onScreen(page)
	f.paper.Hidden = !ok || page.Empty()
	f.paper.Move(pos)
	f.paper.Resize(extent)
	f.place(f.under, v.fitted, page)
	f.place(f.over, v.shown.img, v.shown.view.Region)
	if v.shown.img != nil && v.shown.view.Region == page {
		f.under.Hidden = true
	}
	f.layMarks()
	f.laySay(ok, size)
	f.objects = append(f.objects[:0], f.desk, f.paper, f.under, f.over)
	for _, m := range f.marks {
		f.objects = append(f.objects, m)
	}
	f.objects = append(f.objects, f.say, f.ring)
}

func (f *viewerFace) place(i *canvas.Image, img *image.RGBA, region image.Rectangle) {
	i.Hidden = img == nil
	if img == nil {
		i.Image = nil
		return
	}
	pos, size := f.v.onScreen(region)
	i.Move(pos)
	i.Resize(size)
	if i.Image != img {
		i.Image = img
		i.Refresh()
	}
}

func (f *viewerFace) layMarks() {
	boxes := f.v.boxes
	boxes = boxes[:min(len(boxes), boxesDrawn)]
	for len(f.marks) < len(boxes) {
		m := canvas.NewRectangle(color.Transparent)
		m.StrokeWidth, m.CornerRadius = 1.5, 2
		f.marks = append(f.marks, m)
	}
	for i, m := range f.marks {
		m.Hidden = i >= len(boxes)
		if m.Hidden {
			continue
		}
		b := boxes[i]
		m.FillColor, m.StrokeColor = base.Color(theme.ColorMark), base.Color(theme.ColorMarkEdge)
		pos, size := f.v.onScreen(image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H))
		m.Move(pos.SubtractXY(2, 2))
		m.Resize(size.AddWidthHeight(4, 4))
	}
}

func (f *viewerFace) laySay(page bool, size fyne.Size) {
	v, say := f.v, ""
	switch {
	case !page:
		say = words.T("viewer.empty")
	case v.err != nil:
		say = instead(v.err)
	case v.shown.img == nil && v.fitted == nil:
		say = words.T("viewer.loading")
	}
	f.say.Hidden = say == ""
	f.say.SetText(say)
	width := min(size.Width-2*theme.Margin, 420)
	f.say.Resize(fyne.NewSize(width, f.say.MinSize().Height))
	f.say.Move(fyne.NewPos((size.Width-width)/2, size.Height/2-f.say.MinSize().Height/2))
}

// instead is what stands in place of an image: the state of its original, or what went
// wrong.
func instead(err error) string {
	if state := words.Original(err); state != "" {
		return words.T("original."+state) + "\n" + words.T("original."+state+".say")
	}
	told := words.Tell(err)
	return told.What + "\n" + told.Do
}

// FocusGained is called by the toolkit.
func (v *PageViewer) FocusGained() { v.focused = true; v.Refresh() }

// FocusLost is called by the toolkit.
func (v *PageViewer) FocusLost() { v.focused = false; v.Refresh() }

// TypedRune zooms on + and −.
func (v *PageViewer) TypedRune(r rune) {
	switch r {
	case '+', '=':
		v.ZoomBy(1.25)
	case '-', '_':
		v.ZoomBy(0.8)
	}
}

// TypedKey moves the page and turns pages.
func (v *PageViewer) TypedKey(key *fyne.KeyEvent) {
	const step = 60
	switch key.Name {
	case fyne.KeyUp:
		v.pan(0, step)
	case fyne.KeyDown:
		v.pan(0, -step)
	case fyne.KeyLeft:
		v.pan(step, 0)
	case fyne.KeyRight:
		v.pan(-step, 0)
	case fyne.KeyPageUp:
		v.Turn(-1)
	case fyne.KeyPageDown:
		v.Turn(1)
	case fyne.KeyHome:
		v.Turn(-len(v.pages))
	case fyne.KeyEnd:
		v.Turn(len(v.pages))
	default:
		passOn(v, key)
	}
}

// TypedShortcut fits the page on Ctrl+0 and its width on Ctrl+9.
func (v *PageViewer) TypedShortcut(s fyne.Shortcut) {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierControl {
		passShortcut(v, s)
		return
	}
	switch c.KeyName {
	case fyne.Key0:
		v.Fit()
	case fyne.Key9:
		v.FitWidth()
	default:
		passShortcut(v, s)
	}
}

// Scrolled zooms with Ctrl and moves the page without.
func (v *PageViewer) Scrolled(e *fyne.ScrollEvent) {
	if controlHeld() {
		if e.Scrolled.DY > 0 {
			v.zoomAt(1.2, e.Position)
		} else if e.Scrolled.DY < 0 {
			v.zoomAt(1/1.2, e.Position)
		}
		return
	}
	v.pan(float64(e.Scrolled.DX)*2*v.dots(), float64(e.Scrolled.DY)*2*v.dots())
}

// Dragged moves the page with the pointer.
func (v *PageViewer) Dragged(e *fyne.DragEvent) {
	v.pan(float64(e.Dragged.DX)*v.dots(), float64(e.Dragged.DY)*v.dots())
}

// DragEnd is called by the toolkit.
func (v *PageViewer) DragEnd() {}

// MouseDown takes the keyboard.
func (v *PageViewer) MouseDown(*desktop.MouseEvent) {
	if c := canvasOf(v); c != nil {
		c.Focus(v)
	}
}

// MouseUp is called by the toolkit.
func (v *PageViewer) MouseUp(*desktop.MouseEvent) {}

// DoubleTapped changes between the whole page and its real size at that place.
func (v *PageViewer) DoubleTapped(e *fyne.PointEvent) {
	if v.zoom != 0 {
		v.Fit()
		return
	}
	v.zoomAt(max(0.5, v.scale()*2)/v.scale(), e.Position)
}

func controlHeld() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierControl != 0
}
