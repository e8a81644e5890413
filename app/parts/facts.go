package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Fact is a name with what belongs to it.
type Fact struct{ Name, Value string }

// Facts shows names beside values that are read and copied, not changed. It is one stop
// of the keyboard: the arrows go from one to the next, Ctrl+C copies the value.
type Facts struct {
	widget.BaseWidget
	facts   []Fact
	names   []*widget.Label
	values  []*Prose
	current int
	focused bool
	ring    *canvas.Rectangle
	ground  *canvas.Rectangle
}

// NewFacts makes a list without facts.
func NewFacts() *Facts {
	f := &Facts{ring: newRing(), ground: canvas.NewRectangle(nil)}
	f.ExtendBaseWidget(f)
	return f
}

// Set shows other facts; those without a value are left out.
func (f *Facts) Set(facts []Fact) {
	f.facts, f.names, f.values = nil, nil, nil
	for _, x := range facts {
		if x.Value == "" {
			continue
		}
		f.facts = append(f.facts, x)
		f.names = append(f.names, Caption(x.Name))
		f.values = append(f.values, Paragraph(x.Value))
	}
	f.current = min(f.current, max(len(f.facts)-1, 0))
	f.Refresh()
}

// FocusGained is called by the toolkit.
func (f *Facts) FocusGained() {
	f.focused = true
	f.ring.Show()
	reveal(f)
	f.show()
}

// FocusLost is called by the toolkit.
func (f *Facts) FocusLost() {
	f.focused = false
	f.ring.Hide()
	f.Refresh()
}

// show brings the current fact into view.
func (f *Facts) show() {
	f.Refresh()
	if f.current < len(f.values) {
		v := f.values[f.current]
		revealPart(f, v.Position().Y, v.Position().Y+v.Size().Height)
	}
}

// TypedRune does nothing.
func (f *Facts) TypedRune(rune) {}

// TypedKey goes from fact to fact.
func (f *Facts) TypedKey(key *fyne.KeyEvent) {
	to := f.current
	switch key.Name {
	case fyne.KeyUp:
		to--
	case fyne.KeyDown:
		to++
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = len(f.facts) - 1
	default:
		passOn(f, key)
		return
	}
	f.current = max(min(to, len(f.facts)-1), 0)
	f.show()
}

// TypedShortcut copies the value of the current fact.
func (f *Facts) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); !ok {
		passShortcut(f, s)
		return
	}
	if f.current < len(f.facts) {
		fyne.CurrentApp().Clipboard().SetContent(f.facts[f.current].Value)
	}
}

// MouseDown takes the keyboard to the fact under the pointer.
func (f *Facts) MouseDown(e *desktop.MouseEvent) {
	for i, v := range f.values {
		if e.Position.Y >= v.Position().Y && e.Position.Y < v.Position().Y+v.Size().Height {
			f.current = i
		}
	}
	if c := canvasOf(f); c != nil {
		c.Focus(f)
	}
	f.Refresh()
}

// MouseUp is called by the toolkit.
func (f *Facts) MouseUp(*desktop.MouseEvent) {}

// CreateRenderer is called by the toolkit.
func (f *Facts) CreateRenderer() fyne.WidgetRenderer { return &factsRenderer{f} }

type factsRenderer struct{ facts *Facts }

// factName is the least width of the names.
const factName float32 = 80

func (f *Facts) nameWidth() float32 {
	w := factName
	for _, n := range f.names {
		w = max(w, n.MinSize().Width)
	}
	return w
}

func (r *factsRenderer) Destroy() {}

func (r *factsRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.facts.ground}
	for i, n := range r.facts.names {
		out = append(out, n, r.facts.values[i])
	}
	return append(out, r.facts.ring)
}

func (r *factsRenderer) MinSize() fyne.Size {
	var h float32
	for i, n := range r.facts.names {
		h += max(n.MinSize().Height, r.facts.values[i].MinSize().Height)
	}
	return fyne.NewSize(r.facts.nameWidth()+120, h)
}

func (r *factsRenderer) Layout(size fyne.Size) {
	f, y := r.facts, float32(0)
	names := f.nameWidth()
	f.ground.Hidden = !f.focused
	f.ground.FillColor = base.Color(base.ColorNameSelection)
	for i, n := range f.names {
		v := f.values[i]
		// The width comes first: what wraps knows its height only then.
		v.Resize(fyne.NewSize(size.Width-names, v.MinSize().Height))
		h := max(n.MinSize().Height, v.MinSize().Height)
		v.Resize(fyne.NewSize(size.Width-names, h))
		v.Move(fyne.NewPos(names, y))
		n.Resize(fyne.NewSize(names, n.MinSize().Height))
		n.Move(fyne.NewPos(0, y+2))
		if i == f.current {
			f.ground.Move(fyne.NewPos(0, y))
			f.ground.Resize(fyne.NewSize(size.Width, h))
		}
		y += h
	}
	f.ring.Resize(size)
}

func (r *factsRenderer) Refresh() {
	r.Layout(r.facts.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
	canvas.Refresh(r.facts)
}
