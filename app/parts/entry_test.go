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
