package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/words"
)

// Button is the toolkit's button that also answers Enter, shows a ring when it has
// the keyboard, and lets the program's own keys through.
type Button struct {
	widget.Button
	ring  *canvas.Rectangle
	space bool // the bar went down on the button

	// OnKey sees keys before the button does and tells whether it used them.
	OnKey func(name fyne.KeyName) (used bool)
}

// Able lets a part be used, or not.
func Able(part fyne.Disableable, yes bool) {
	if yes {
		part.Enable()
	} else {
		part.Disable()
	}
}

// NewButton makes a button; icon may be nil.
func NewButton(label string, icon fyne.Resource, tapped func()) *Button {
	b := &Button{ring: newRing()}
	b.Text, b.Icon, b.OnTapped = label, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewPrimary makes the button for what a screen is there for: one a screen.
func NewPrimary(label string, icon fyne.Resource, tapped func()) *Button {
	b := NewButton(label, icon, tapped)
	b.Importance = widget.HighImportance
	return b
}

// NewQuiet makes a button without a ground, for tool rows.
func NewQuiet(label string, icon fyne.Resource, tapped func()) *Button {
	b := NewButton(label, icon, tapped)
	b.Importance = widget.LowImportance
	return b
}

// FocusGained is called by the toolkit.
func (b *Button) FocusGained() { b.ring.Show(); b.Button.FocusGained(); reveal(b) }

// FocusLost is called by the toolkit.
func (b *Button) FocusLost() { b.space = false; b.ring.Hide(); b.Button.FocusLost() }

// KeyDown is called by the toolkit.
func (b *Button) KeyDown(key *fyne.KeyEvent) {
	if key.Name == fyne.KeySpace {
		b.space = true
	}
}

// KeyUp presses the button when the bar comes up. A press on the way down could bring
// the keyboard to a text field, which the blank would then be typed into.
func (b *Button) KeyUp(key *fyne.KeyEvent) {
	if key.Name == fyne.KeySpace && b.space {
		b.space = false
		b.Tapped(nil)
	}
}

// TypedKey presses the button on Enter.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	if b.OnKey != nil && b.OnKey(key.Name) {
		return
	}
	switch key.Name {
	case fyne.KeySpace: // KeyUp answers it
	case fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		passOn(b, key)
	}
}

// Tapped presses the button. The toolkit takes the keyboard away from everything then;
// it stays on the button unless what was done moved it, or the button has gone.
func (b *Button) Tapped(e *fyne.PointEvent) {
	b.Button.Tapped(e)
	c := canvasOf(b)
	if c == nil || c.Focused() != nil || b.Disabled() || !b.Visible() {
		return
	}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	if _, there := scrollsAround(b, root); there {
		c.Focus(b)
	}
}

// CreateRenderer is called by the toolkit.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return ringed{b.Button.CreateRenderer(), b.ring, 2}
}

// ringed adds the ring to a renderer of the toolkit's, a little outside of it where
// the ring would not stand out from what it surrounds.
type ringed struct {
	fyne.WidgetRenderer
	ring    *canvas.Rectangle
	outside float32
}

func (r ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Move(fyne.NewPos(-r.outside, -r.outside))
	r.ring.Resize(size.AddWidthHeight(2*r.outside, 2*r.outside))
}

func (r ringed) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{}, r.WidgetRenderer.Objects()...), r.ring)
}

// Check is the toolkit's check box, with a ring and the program's keys.
type Check struct {
	widget.Check
	ring *canvas.Rectangle

	// OnKey sees keys before the box does and tells whether it used them.
	OnKey func(name fyne.KeyName) (used bool)
}

// NewCheck makes a check box.
func NewCheck(label string, changed func(bool)) *Check {
	c := &Check{ring: newRing()}
	c.Text, c.OnChanged = label, changed
	c.ExtendBaseWidget(c)
	return c
}

// FocusGained is called by the toolkit.
func (c *Check) FocusGained() { c.ring.Show(); c.Check.FocusGained(); reveal(c) }

// FocusLost is called by the toolkit.
func (c *Check) FocusLost() { c.ring.Hide(); c.Check.FocusLost() }

// TypedKey lets the program's keys through.
func (c *Check) TypedKey(key *fyne.KeyEvent) {
	if c.OnKey != nil && c.OnKey(key.Name) {
		return
	}
	if windowKey(key.Name) || key.Name == fyne.KeyEscape {
		passOn(c, key)
		return
	}
	c.Check.TypedKey(key)
}

// CreateRenderer is called by the toolkit.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	return ringed{c.Check.CreateRenderer(), c.ring, 0}
}

// Select is a choice of one of a few, with a ring and the program's keys. Choices
// are told apart by place, not by their words.
type Select struct {
	widget.Select
	ring, edge *canvas.Rectangle

	// OnKey sees keys before the choice does and tells whether it used them.
	OnKey func(name fyne.KeyName) (used bool)
}

// NewSelect makes a choice; changed gets the place of what was chosen, from 0.
func NewSelect(choices []string, changed func(int)) *Select {
	s := &Select{ring: newRing(), edge: newRing()}
	s.edge.StrokeWidth = 1
	s.edge.StrokeColor = base.Color(base.ColorNameInputBorder)
	s.edge.Show()
	s.Options = choices
	s.PlaceHolder = words.T("select.none")
	s.ExtendBaseWidget(s)
	s.OnChanged = func(string) {
		if changed != nil {
			changed(s.SelectedIndex())
		}
	}
	return s
}

// FocusGained is called by the toolkit.
func (s *Select) FocusGained() { s.ring.Show(); s.Select.FocusGained(); reveal(s) }

// FocusLost is called by the toolkit.
func (s *Select) FocusLost() { s.ring.Hide(); s.Select.FocusLost() }

// TypedKey opens the choices on Enter too and lets the program's keys through.
func (s *Select) TypedKey(key *fyne.KeyEvent) {
	if s.OnKey != nil && s.OnKey(key.Name) {
		return
	}
	switch {
	case key.Name == fyne.KeyReturn || key.Name == fyne.KeyEnter:
		s.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case windowKey(key.Name) || key.Name == fyne.KeyEscape:
		passOn(s, key)
	default:
		s.Select.TypedKey(key)
	}
}

// CreateRenderer is called by the toolkit.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	return ringed{ringed{s.Select.CreateRenderer(), s.edge, 0}, s.ring, 0}
}
