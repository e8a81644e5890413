package parts_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
)

// arrival is one event as the window library hands it over.
type arrival struct {
	key  fyne.KeyName
	rune rune
}

// typed gives the events of keys with their characters.
func typed(s string) (out []arrival) {
	for _, r := range s {
		out = append(out, arrival{key: fyne.KeyName(string(r - 'a' + 'A'))}, arrival{rune: r})
	}
	return out
}

// committed gives the events of text that an input method committed: characters
// without keys, since the keys that it took are kept from the window.
func committed(s string) (out []arrival) {
	for _, r := range s {
		out = append(out, arrival{rune: r})
	}
	return out
}

func key(names ...fyne.KeyName) (out []arrival) {
	for _, n := range names {
		out = append(out, arrival{key: n})
	}
	return out
}

// The sequences were recorded with fcitx5-pinyin and the filter of package
// inputmethod; doc/chinese-input.md has the keys pressed.
func TestEntryTakesWhatInputMethodsSend(t *testing.T) {
	for _, c := range []struct {
		name      string
		events    [][]arrival
		text      string
		submitted string
	}{
		{"d a n g a n space, g h, three backspaces, n i h a o Enter, Enter",
			[][]arrival{committed("档案"), key(fyne.KeyBackspace), committed("nihao"), key(fyne.KeyReturn)}, "档nihao", "档nihao"},
		{"English with the input method off, then Enter",
			[][]arrival{typed("quickly"), key(fyne.KeyReturn)}, "quickly", "quickly"},
		{"a comma commits and brings its own",
			[][]arrival{committed("当，"), typed("a"), key(fyne.KeyHome, fyne.KeyDelete)}, "，a", ""},
		{"a scan gun", [][]arrival{typed("x"), committed("0123456789"), key(fyne.KeyReturn)}, "x0123456789", "x0123456789"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := parts.NewEntry()
			got := ""
			e.OnSubmitted = func(s string) { got = s }
			test.NewTempWindow(t, e).Canvas().Focus(e)
			for _, events := range c.events {
				for _, a := range events {
					if a.key != "" {
						e.TypedKey(&fyne.KeyEvent{Name: a.key})
					} else {
						e.TypedRune(a.rune)
					}
				}
			}
			if e.Text != c.text || got != c.submitted {
				t.Errorf("text %q, submitted %q; want %q, %q", e.Text, got, c.text, c.submitted)
			}
		})
	}
}

// Enter without a listener goes to the next field, F keys and strange shortcuts to
// the window.
func TestEntryPassesOnWhatIsNotItsOwn(t *testing.T) {
	first, second := parts.NewEntry(), parts.NewTextArea(3)
	w := test.NewTempWindow(t, container.NewVBox(first, second))
	c := w.Canvas()
	var keys []fyne.KeyName
	c.SetOnTypedKey(func(k *fyne.KeyEvent) { keys = append(keys, k.Name) })
	shortcuts := 0
	save := &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierControl}
	c.AddShortcut(save, func(fyne.Shortcut) { shortcuts++ })
	c.Focus(first)
	first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF3})
	first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	first.TypedShortcut(save)
	first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Focused() != second {
		t.Error("Enter did not go to the next field")
	}
	second.SetText("a")
	second.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	second.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if second.Text != "a\n" {
		t.Errorf("Enter in a text area made %q", second.Text)
	}
	sent := ""
	second.OnSubmitted = func(s string) { sent = s }
	second.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	if len(keys) != 2 || shortcuts != 1 || sent != "a\n" {
		t.Errorf("keys %v, shortcuts %d, sent %q", keys, shortcuts, sent)
	}
}

// Where Enter means the next field, Shift and Ctrl with it begin a line in a text area.
func TestEnterGoesOnAndALineIsBegunWithShift(t *testing.T) {
	e := parts.NewTextArea(2)
	next := 0
	e.OnNext = func() { next++ }
	test.NewTempWindow(t, e).Canvas().Focus(e)
	enter := &fyne.KeyEvent{Name: fyne.KeyReturn}
	shift := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	e.TypedRune('a')
	e.TypedKey(enter)
	e.KeyDown(shift)
	e.TypedKey(enter)
	e.KeyUp(shift)
	e.TypedRune('b')
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	e.TypedRune('c')
	e.TypedKey(enter)
	if e.Text != "a\nb\nc" || next != 2 {
		t.Errorf("text %q, went on %d times", e.Text, next)
	}
}

func TestOffersAreMarkedAndTaken(t *testing.T) {
	taken := ""
	o := parts.NewOffers(func(word string) { taken = word })
	test.NewTempWindow(t, container.NewWithoutLayout(o))
	show := func(first bool) {
		taken = ""
		o.Offer([]string{"开放", "控制", "未审核"}, fyne.NewPos(0, 40), 200, 10, 500, first)
	}
	if o.Key(fyne.KeyDown) {
		t.Error("a list that is not there took a key")
	}
	show(false)
	if o.Key(fyne.KeyReturn) || taken != "" {
		t.Errorf("Enter took %q with nothing marked", taken)
	}
	o.Key(fyne.KeyDown)
	o.Key(fyne.KeyDown)
	o.Key(fyne.KeyUp)
	if !o.Key(fyne.KeyReturn) || taken != "开放" || o.Visible() {
		t.Errorf("taken %q, still there %v", taken, o.Visible())
	}
	show(true)
	if !o.Key(fyne.KeyReturn) || taken != "开放" {
		t.Errorf("the first was marked, and %q taken", taken)
	}
	show(false)
	o.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(20, 60)}})
	if taken != "未审核" {
		t.Errorf("the mouse took %q", taken)
	}
	show(false)
	if !o.Key(fyne.KeyEscape) || o.Visible() || taken != "" {
		t.Error("Escape does not close the list")
	}
	// Without room below it stands above the field.
	o.Offer([]string{"开放", "控制"}, fyne.NewPos(0, 480), 200, 450, 500, false)
	if bottom := o.Position().Y + o.Size().Height; bottom > 450.5 {
		t.Errorf("the list ends at %v, over the field", bottom)
	}
}
