package parts_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
)

// kept is a Memory that keeps.
type kept map[string]string

func (k kept) StringWithFallback(key, fallback string) string {
	if v, ok := k[key]; ok {
		return v
	}
	return fallback
}

func (k kept) SetString(key, value string) { k[key] = value }

// focusOn goes on with Tab until something of a type has the keyboard.
func focusOn[T any](t *testing.T, c fyne.Canvas) T {
	t.Helper()
	for range 50 {
		c.FocusNext()
		if f, ok := c.Focused().(T); ok {
			return f
		}
	}
	t.Fatal("Tab does not reach it")
	panic("unreachable")
}

// How a person divided a screen is there again at the next start, and never squeezes
// one of the two below what it needs.
func TestSplitIsMovedByKeysAndRemembered(t *testing.T) {
	memory := kept{}
	newSplit := func() *parts.Split {
		return parts.NewSplit(container.NewStack(parts.Sized(widget.NewLabel("a"), 200, 10)), parts.Sized(widget.NewLabel("b"), 300, 10),
			parts.SplitOptions{Key: "x", Memory: memory, Share: 0.5})
	}
	s := newSplit()
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1008, 400))
	w.Canvas().FocusNext()
	bar := w.Canvas().Focused()
	for range 5 {
		bar.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	}
	if got := s.Share(); got < 0.39 || got > 0.41 {
		t.Errorf("after five steps to the left the share is %v", got)
	}
	if got := newSplit().Share(); got < 0.39 || got > 0.41 {
		t.Errorf("the next start begins with %v", got)
	}
	for range 100 {
		bar.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	}
	if got := s.Share(); got < 0.199 || got > 0.201 {
		t.Errorf("the first has %v of 1000, and needs 200", got)
	}
	for range 100 {
		bar.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	if got := s.Share(); got < 0.699 || got > 0.701 {
		t.Errorf("the second has the rest of %v, and needs 300", got)
	}
	bar.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	if got := s.Share(); got != 0.5 {
		t.Errorf("put back, the share is %v", got)
	}
}

// The value of the fact that the keyboard is on is copied; facts without one are not
// shown.
func TestFactsAreCopied(t *testing.T) {
	f := parts.NewFacts()
	f.Set([]parts.Fact{{Name: "Code", Value: "A-1"}, {Name: "Note"}, {Name: "Path", Value: "/a/very/long/path/that/wraps"}})
	w := test.NewTempWindow(t, container.NewVScroll(f))
	w.Resize(fyne.NewSize(260, 60))
	f = focusOn[*parts.Facts](t, w.Canvas())
	f.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "A-1" {
		t.Errorf("copied %q", got)
	}
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	f.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "/a/very/long/path/that/wraps" {
		t.Errorf("copied %q", got)
	}
}

// Tab brings what it leads to into view.
func TestFocusIsRevealed(t *testing.T) {
	box := container.NewVBox()
	for range 30 {
		box.Add(parts.NewField("label", parts.NewEntry()))
	}
	scroll := parts.Scroll(box)
	w := test.NewTempWindow(t, scroll)
	w.Resize(fyne.NewSize(300, 200))
	for range 30 {
		w.Canvas().FocusNext()
	}
	if end := scroll.Content.Size().Height - scroll.Size().Height; scroll.Offset.Y < end-20 {
		t.Errorf("the view is at %v of %v with the keyboard on the last field", scroll.Offset.Y, end)
	}
	w.Canvas().FocusNext()
	if scroll.Offset.Y > 40 {
		t.Errorf("the view is at %v with the keyboard on the first field", scroll.Offset.Y)
	}
}

// A button that was pressed still has the keyboard, unless what it did moved it.
func TestThePressedButtonKeepsTheKeyboard(t *testing.T) {
	entry := parts.NewEntry()
	var move bool
	w := test.NewTempWindow(t, nil)
	b := parts.NewButton("b", nil, func() {
		if move {
			w.Canvas().Focus(entry)
		}
	})
	w.SetContent(container.NewVBox(entry, b))
	w.Canvas().Focus(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if w.Canvas().Focused() != fyne.Focusable(b) {
		t.Errorf("the keyboard is on %T", w.Canvas().Focused())
	}
	move = true
	pressBar(w.Canvas())
	if w.Canvas().Focused() != fyne.Focusable(entry) {
		t.Errorf("the keyboard is on %T", w.Canvas().Focused())
	}
	if entry.Text != "" {
		t.Errorf("the bar that pressed the button typed %q as well", entry.Text)
	}
	pressBar(w.Canvas())
	if entry.Text != " " {
		t.Errorf("the bar typed %q into the field", entry.Text)
	}
}

// A bar that went down elsewhere presses no button when it comes up on one.
func TestTheBarComesUpElsewhere(t *testing.T) {
	pressed := 0
	b := parts.NewButton("b", nil, func() { pressed++ })
	other := parts.NewButton("other", nil, nil)
	w := test.NewTempWindow(t, container.NewVBox(b, other))
	bar := &fyne.KeyEvent{Name: fyne.KeySpace}
	b.KeyUp(bar)
	w.Canvas().Focus(b)
	b.KeyDown(bar)
	w.Canvas().Focus(other)
	w.Canvas().Focus(b)
	b.KeyUp(bar)
	if pressed != 0 {
		t.Errorf("pressed %d times", pressed)
	}
}

// pressBar presses the space bar as the toolkit's driver of a real window tells of it: each
// event goes to what has the keyboard by then.
func pressBar(c fyne.Canvas) {
	bar := &fyne.KeyEvent{Name: fyne.KeySpace}
	if k, ok := c.Focused().(desktop.Keyable); ok {
		k.KeyDown(bar)
	}
	c.Focused().TypedKey(bar)
	c.Focused().TypedRune(' ')
	if k, ok := c.Focused().(desktop.Keyable); ok {
		k.KeyUp(bar)
	}
}
