package app_test

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/theme"
)

// slack is how far a thing may stand out: rounding to whole pixels.
const slack = 1.01

// rect is a rectangle in the window.
type rect struct{ x0, y0, x1, y1 float32 }

func rectOf(at fyne.Position, size fyne.Size) rect {
	return rect{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (r rect) and(o rect) rect {
	return rect{max(r.x0, o.x0), max(r.y0, o.y0), min(r.x1, o.x1), min(r.y1, o.y1)}
}

// some tells whether anything is left that an eye would notice.
func (r rect) some() bool { return r.x1-r.x0 > slack && r.y1-r.y0 > slack }

func (r rect) wide(o rect) bool { return r.x0 >= o.x0-slack && r.x1 <= o.x1+slack }
func (r rect) high(o rect) bool { return r.y0 >= o.y0-slack && r.y1 <= o.y1+slack }

func (r rect) String() string {
	return fmt.Sprintf("(%.0f,%.0f %.0f×%.0f)", r.x0, r.y0, r.x1-r.x0, r.y1-r.y0)
}

// thing is a text or a control as it stands in the window.
type thing struct {
	o     fyne.CanvasObject
	name  string
	text  bool
	drawn rect // what is drawn of it, were nothing cut off
	box   rect // what it has to stay in
	clip  rect // what can be seen
	pan   bool // what is cut off at the sides can be brought into view
	above []fyne.CanvasObject
}

func (t thing) seen() rect { return t.drawn.and(t.clip) }

func (t thing) under(o fyne.CanvasObject) bool { return slices.Contains(t.above, o) }

// survey finds every text and control below an object.
type survey struct {
	places  bool // only where controls stand is asked for
	things  []thing
	scrolls []thing // the toolkit's scroll containers
	faults  []string
}

func (s *survey) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// place is where the walk stands.
type place struct {
	at    fyne.Position
	box   rect
	clip  rect
	pan   bool
	above []fyne.CanvasObject
}

func (s *survey) walk(o fyne.CanvasObject, p place) {
	if o == nil || !o.Visible() {
		return
	}
	at := p.at.Add(o.Position())
	own := rectOf(at, o.Size())
	t := thing{o: o, drawn: own, box: p.box, clip: p.clip, pan: p.pan, above: p.above}
	if text, ok := o.(*canvas.Text); ok {
		if !s.places && strings.TrimSpace(text.Text) != "" {
			t.name, t.text, t.drawn = fmt.Sprintf("%q", text.Text), true, inked(text, own)
			s.things = append(s.things, t)
		}
		return
	}
	below := place{at: at, box: own, clip: p.clip, pan: p.pan, above: append(p.above[:len(p.above):len(p.above)], o)}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		r := test.WidgetRenderer(o)
		children = r.Objects()
		if _, clips := r.(interface{ IsClip() }); clips {
			below.clip = below.clip.and(own)
			name := fmt.Sprintf("%T", o)
			below.pan = strings.Contains(name, "able") || strings.Contains(name, "grid") // they can be wider than their view
		}
		if scroll, ok := o.(*container.Scroll); ok {
			below.clip = below.clip.and(own)
			below.pan = scroll.Direction == container.ScrollHorizontalOnly || scroll.Direction == container.ScrollBoth
			t.name = "scrolled"
			s.scrolls = append(s.scrolls, t)
		}
		if e, ok := o.(*parts.Entry); ok && e.Text == "" {
			defer s.whole(e, len(s.things)) // the example has to be readable without moving the text
		}
		if usable(o) && s.places {
			s.things = append(s.things, t)
		} else if usable(o) {
			t.name = fmt.Sprintf("%T %q", o, strings.ReplaceAll(strings.TrimSpace(seenIn(o)), "\n", "|"))
			s.things = append(s.things, t)
		}
	default:
		return
	}
	inEntry := s.places || slices.ContainsFunc(p.above, func(o fyne.CanvasObject) bool { _, is := o.(*parts.Entry); return is })
	if min := o.MinSize(); own.some() && !inEntry && (min.Width > o.Size().Width+slack || min.Height > o.Size().Height+slack) {
		s.fault("%T %q needs %v and has %v", o, seenIn(o), min, o.Size())
	}
	for _, c := range slices.Clone(children) {
		s.walk(c, below)
	}
}

// whole has the texts found since then count as not to be panned.
func (s *survey) whole(e *parts.Entry, from int) {
	for i := from; i < len(s.things); i++ {
		if s.things[i].under(e) {
			s.things[i].pan = false
		}
	}
}

// floats tells whether a thing belongs to a list of words offered below a field: it lies
// over others, and the field has its keys.
func floats(t thing) bool {
	_, is := t.o.(*parts.Offers)
	return is || slices.ContainsFunc(t.above, func(o fyne.CanvasObject) bool { _, is := o.(*parts.Offers); return is })
}

// inked is where the characters of a text stand.
func inked(t *canvas.Text, own rect) rect {
	size := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle)
	x, y := own.x0, own.y0
	switch t.Alignment {
	case fyne.TextAlignCenter:
		x += (own.x1 - own.x0 - size.Width) / 2
	case fyne.TextAlignTrailing:
		x = own.x1 - size.Width
	}
	if own.y1-own.y0 > size.Height {
		y += (own.y1 - own.y0 - size.Height) / 2
	}
	return rect{x, y, x + size.Width, y + size.Height}
}

// usable tells whether a mouse can do something with an object itself. What only moves
// the view of something else is left out: that has keys for it.
func usable(o fyne.CanvasObject) bool {
	if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
		return false
	}
	switch name := fmt.Sprintf("%T", o); {
	case strings.HasSuffix(name, "crollBar"), strings.HasSuffix(name, "scrollBarArea"), strings.HasSuffix(name, ".Scroll"),
		strings.HasSuffix(name, "PopUp"), strings.HasSuffix(name, "entryContent"), strings.HasSuffix(name, "OverlayContainer"):
		return false
	}
	switch o.(type) {
	case fyne.Tappable, fyne.DoubleTappable, desktop.Mouseable, fyne.Draggable, fyne.Focusable:
		return true
	}
	return false
}

// settle lays everything out anew, as the real window does when the least size of
// something has changed, and the test's window does not.
func settle(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
		for _, c := range o.Objects {
			settle(c)
		}
	case fyne.Widget:
		r := test.WidgetRenderer(o)
		r.Layout(o.Size())
		for _, c := range slices.Clone(r.Objects()) {
			settle(c)
		}
	}
}

// settle is for what the window shows.
func (d *desk) settle() {
	for range 2 {
		settle(d.canvas().Content())
		if top := d.canvas().Overlays().Top(); top != nil {
			settle(top)
		}
		d.Idle(d.t)
	}
}

// look surveys the layer that is on top.
func (d *desk) look() *survey {
	s := &survey{}
	size, o := d.canvas().Size(), d.top()
	all := rectOf(fyne.Position{}, size)
	if min := o.MinSize(); min.Width > size.Width || min.Height > size.Height {
		s.fault("the window has to be at least %v", min)
	}
	s.walk(o, place{box: all, clip: all})
	return s
}

// top is the layer that takes keys and the mouse.
func (d *desk) top() fyne.CanvasObject {
	if top := d.canvas().Overlays().Top(); top != nil {
		return top
	}
	return d.canvas().Content()
}

// misplaced tells what does not stand as it should.
func (s *survey) misplaced(window rect) []string {
	for i, t := range s.things {
		switch {
		case !t.box.some(): // the toolkit's dialogs let their title stand in nothing
		case t.text && !t.pan && !t.drawn.wide(t.box):
			s.fault("%s %v is wider than its box %v", t.name, t.drawn, t.box)
		case t.text && !t.drawn.high(t.box) && t.drawn.and(t.clip).some():
			s.fault("%s %v is higher than its box %v", t.name, t.drawn, t.box)
		case !t.pan && !t.drawn.wide(t.clip):
			s.fault("%s %v is cut off at the side by %v", t.name, t.drawn, t.clip)
		case !t.pan && t.clip == window && !t.drawn.high(window):
			s.fault("%s %v is outside the window", t.name, t.drawn)
		}
		for _, u := range s.things[:i] {
			if floats(t) != floats(u) {
				continue // offered words lie over what is below a field, while one types there
			}
			if !t.under(u.o) && !u.under(t.o) && t.seen().and(u.seen()).some() {
				s.fault("%s %v lies over %s %v", t.name, t.seen(), u.name, u.seen())
			}
		}
	}
	return s.faults
}

// unreached tells what Tab does not lead to, and where it leads that cannot be seen.
func (d *desk) unreached() (faults []string) {
	before := d.look()
	reached := map[fyne.CanvasObject]bool{}
	far := map[fyne.CanvasObject]float32{} // how far down each scroll container was shown
	c := d.canvas()
	c.Unfocus()
	var first fyne.Focusable
	for n := 0; ; n++ {
		c.FocusNext()
		d.Pump()
		now := c.Focused()
		if now == nil || now == first {
			break
		}
		if first == nil {
			first = now
		}
		if n > len(before.things)+50 {
			return append(faults, "Tab does not come back round")
		}
		o, _ := now.(fyne.CanvasObject)
		reached[o] = true
		faults = append(faults, d.ringed(o)...)
		for _, t := range before.scrolls {
			s := t.o.(*container.Scroll)
			far[s] = max(far[s], s.Offset.Y+s.Size().Height)
		}
	}
	for _, t := range before.things {
		if t.text || !usable(t.o) || floats(t) || reached[t.o] || slices.ContainsFunc(t.above, func(o fyne.CanvasObject) bool { return reached[o] }) {
			continue
		}
		faults = append(faults, "Tab does not reach "+t.name)
	}
	for _, t := range before.scrolls {
		s := t.o.(*container.Scroll)
		if under := slices.ContainsFunc(t.above, func(o fyne.CanvasObject) bool { return reached[o] }); under || s.Content == nil || !t.seen().some() {
			continue
		}
		if end := s.Content.MinSize().Height; far[s] < end-theme.Margin {
			faults = append(faults, fmt.Sprintf("no key brings the last %.0f of %.0f of what is scrolled into view: %q", end-far[s], end, seenIn(s.Content)))
		}
	}
	return faults
}

// ringed wants what has the keyboard to be in view with its ring.
func (d *desk) ringed(o fyne.CanvasObject) []string {
	s, all := &survey{places: true}, rectOf(fyne.Position{}, d.canvas().Size())
	s.walk(d.top(), place{box: all, clip: all})
	i := slices.IndexFunc(s.things, func(t thing) bool { return t.o == o })
	if i < 0 {
		return []string{fmt.Sprintf("the keyboard is on %T, which is not to be seen", o)}
	}
	t := s.things[i]
	t.name = fmt.Sprintf("%T %q", o, seenIn(o))
	seen, all := t.seen(), t.drawn
	if room := float32(math.Min(float64(all.y1-all.y0), float64(t.clip.y1-t.clip.y0))); seen.y1-seen.y0 < room-slack {
		return []string{fmt.Sprintf("the keyboard is on %s %v, of which only %v is in view", t.name, all, seen)}
	}
	found := false
	visit(o, func(o fyne.CanvasObject) {
		r, ok := o.(*canvas.Rectangle)
		found = found || ok && r.StrokeWidth > 0 && same(r.StrokeColor, base.Color(theme.ColorRing))
	})
	if !found {
		return []string{"there is no ring around " + t.name}
	}
	return nil
}
