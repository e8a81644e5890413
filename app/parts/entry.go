package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts/inputmethod"
)

// Entry is the text field of the program. While Chinese is being composed, the keys
// that the input method takes do not reach it: Enter commits the composition and
// submits nothing, Backspace mends the spelling and deletes nothing (see package
// inputmethod). Enter on a single line submits, or moves on where nobody listens.
type Entry struct {
	widget.Entry

	// OnKey sees keys before the field does and tells whether it used them: Up and
	// Down for a list of suggestions, Escape to close it.
	OnKey func(name fyne.KeyName) (used bool)
	// OnFocus is told when the keyboard comes and goes.
	OnFocus func(focused bool)
	// OnNext, when set, takes Enter, in a text area too: there Shift+Enter and Ctrl+Enter
	// begin a line then.
	OnNext func()
	// Tabs has OnKey see Tab too; otherwise it leads to the next part.
	Tabs bool

	ring  *canvas.Rectangle
	shift shiftHeld
}

// NewEntry makes a field of one line.
func NewEntry() *Entry {
	e := &Entry{ring: newRing()}
	e.Wrapping = fyne.TextWrapOff
	e.Scroll = fyne.ScrollHorizontalOnly
	e.OnCursorChanged = e.placeInput
	e.ExtendBaseWidget(e)
	return e
}

// NewTextArea makes a field of several lines, where Enter begins a new one and
// Ctrl+Enter submits. A paragraph wraps at any character, as Chinese does. What stands
// at its end, if anything, has to be given here: the toolkit draws the field at once.
func NewTextArea(rows int, end ...fyne.CanvasObject) *Entry {
	e := &Entry{ring: newRing()}
	if len(end) > 0 {
		e.ActionItem = end[0]
	}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapBreak
	e.OnCursorChanged = e.placeInput
	e.ExtendBaseWidget(e)
	e.SetMinRowsVisible(rows)
	return e
}

// FocusGained is called by the toolkit.
func (e *Entry) FocusGained() {
	e.ring.Show()
	e.Entry.FocusGained()
	reveal(e)
	e.placeInput()
	if e.OnFocus != nil {
		e.OnFocus(true)
	}
}

// FocusLost is called by the toolkit.
func (e *Entry) FocusLost() {
	e.ring.Hide()
	e.shift = false
	e.Entry.FocusLost()
	if e.OnFocus != nil {
		e.OnFocus(false)
	}
}

// placeInput tells the input method where the caret is. What is scrolled out of the
// field counts as being at its edge.
func (e *Entry) placeInput() {
	c := canvasOf(e)
	if c == nil || c.Focused() != fyne.Focusable(e) {
		return
	}
	runes := []rune(e.Text)
	end := min(e.CursorTextOffset(), len(runes))
	row := string(runes[max(end-e.CursorColumn, 0):end])
	line := fyne.MeasureText(row, base.TextSize(), e.TextStyle)
	x := min(line.Width+2*base.InnerPadding(), e.Size().Width)
	y := min(float32(e.CursorRow+1)*(line.Height+base.LineSpacing())+base.InnerPadding(), e.Size().Height)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e).AddXY(x, y)
	inputmethod.Place(c.PixelCoordinateForPosition(at))
}

// CreateRenderer is called by the toolkit.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	return ringed{e.Entry.CreateRenderer(), e.ring, 0}
}

// TypedKey gives keys to whom they belong: OnKey, the field, the window.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if e.OnKey != nil && e.OnKey(key.Name) {
		return
	}
	enter := key.Name == fyne.KeyReturn || key.Name == fyne.KeyEnter
	switch {
	case windowKey(key.Name), key.Name == fyne.KeyEscape:
		passOn(e, key)
	case enter && e.OnNext != nil && (!e.MultiLine || !bool(e.shift)):
		e.OnNext()
	case !e.MultiLine && e.OnSubmitted == nil && enter:
		if c := canvasOf(e); c != nil {
			c.FocusNext()
		}
	default:
		e.Entry.TypedKey(key)
	}
}

// KeyDown is called by the toolkit.
func (e *Entry) KeyDown(key *fyne.KeyEvent) {
	e.shift.down(key)
	e.Entry.KeyDown(key)
}

// KeyUp is called by the toolkit.
func (e *Entry) KeyUp(key *fyne.KeyEvent) {
	e.shift.up(key)
	e.Entry.KeyUp(key)
}

// AcceptsTab keeps Tab for moving on, in a text area too: archival descriptions
// hold no tabs.
func (e *Entry) AcceptsTab() bool { return e.Tabs }

// TypedShortcut keeps the shortcuts of editing and passes the others to the window.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || editing(custom) {
		e.Entry.TypedShortcut(s)
		return
	}
	enter := custom.Modifier == fyne.KeyModifierControl && (custom.KeyName == fyne.KeyReturn || custom.KeyName == fyne.KeyEnter)
	switch {
	case e.MultiLine && enter && e.OnNext != nil:
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	case e.MultiLine && enter && e.OnSubmitted != nil:
		e.OnSubmitted(e.Text)
	default:
		passShortcut(e, s)
	}
}

// editing tells the shortcuts that the toolkit's field uses itself.
func editing(s *desktop.CustomShortcut) bool {
	if s.Modifier&fyne.KeyModifierControl == 0 && s.Modifier&fyne.KeyModifierAlt == 0 {
		return false
	}
	switch s.KeyName {
	case fyne.KeyBackspace, fyne.KeyDelete:
		return s.Modifier == fyne.KeyModifierControl
	case fyne.KeyLeft, fyne.KeyRight:
		return s.Modifier&fyne.KeyModifierAlt == 0
	}
	return false
}
