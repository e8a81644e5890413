package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// Key is one key of the program. Unmodified letters are never keys, and none of
// these is taken by fcitx5, Rime, ibus or Microsoft Pinyin.
type Key struct {
	Name     fyne.KeyName
	Modifier fyne.KeyModifier // zero for a function key
	Label    string           // as printed on the keyboard
	Word     string           // key of what it does
	do       func()
}

// Keys lists the keys that work everywhere.
func (s *Shell) Keys() []Key {
	find := func() { s.Open(parts.Route{Screen: ScreenFind}) }
	keys := []Key{
		{fyne.KeyF1, 0, "F1", "keys.help", s.showKeys},
		{fyne.KeyF3, 0, "F3", "keys.find", find},
		{fyne.KeyF, fyne.KeyModifierControl | fyne.KeyModifierShift, "Ctrl+Shift+F", "keys.find", find},
		{fyne.KeyF5, 0, "F5", "keys.reload", s.reload},
		{fyne.KeyLeft, fyne.KeyModifierAlt, "Alt+←", "keys.back", s.Back},
		{fyne.KeyQ, fyne.KeyModifierControl, "Ctrl+Q", "keys.quit", s.Close},
	}
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8}
	for _, p := range s.places {
		if p.Under != "" || len(digits) == 0 {
			continue
		}
		keys = append(keys, Key{digits[0], fyne.KeyModifierControl, "Ctrl+" + string(digits[0]), p.Word,
			func() { s.goTo(p.Name) }})
		digits = digits[1:]
	}
	return keys
}

// shownKeys lists all keys in the two columns of the help: those that work everywhere or
// with pages and lists, and those of describing. Keys that do the same share a line.
func (s *Shell) shownKeys() [2][]Key {
	var everywhere []Key
	last := ""
	for _, k := range s.Keys() {
		switch n := len(everywhere); {
		case k.Modifier == fyne.KeyModifierControl && k.Name >= fyne.Key1 && k.Name <= fyne.Key9:
			last = k.Label
		case n > 0 && everywhere[n-1].Word == k.Word:
			everywhere[n-1].Label += " / " + k.Label
		default:
			everywhere = append(everywhere, k)
		}
	}
	if last != "" {
		everywhere = append(everywhere, Key{Label: "Ctrl+1 … " + last, Word: "keys.places"})
	}
	return [2][]Key{append(everywhere,
		Key{Label: "F7 / F8", Word: "keys.page"},
		Key{Label: "F6", Word: "keys.side"},
		Key{Label: "PgUp / PgDn", Word: "keys.page-here"},
		Key{Label: "Ctrl+0 / + / −", Word: "keys.zoom"},
		Key{Label: "Ctrl+9", Word: "viewer.width"},
		Key{Label: "Ctrl+A", Word: "keys.all"},
		Key{Label: "Ctrl+C", Word: "keys.copy"},
		Key{Label: "Enter", Word: "keys.enter"},
		Key{Label: "Ctrl+G", Word: "keys.go-to-code"},
		Key{Label: "Ctrl+Shift+L / O / K", Word: "keys.arrange-list"},
	), {
		{Label: "F2", Word: "keys.edit"},
		{Label: "F2", Word: "keys.former"},
		{Label: "F4", Word: "keys.repeat"},
		{Label: "Ctrl+F4", Word: "keys.carry"},
		{Label: "F9", Word: "keys.save-next"},
		{Label: "Ctrl+S", Word: "keys.save"},
		{Label: "Ctrl+T", Word: "keys.sheet"},
		{Label: "Ctrl+D", Word: "keys.fill"},
		{Label: "Ctrl+Shift+D", Word: "keys.series"},
		{Label: "Ctrl+Shift+= / Ctrl+−", Word: "keys.rows"},
		{Label: "Ctrl+Z / Ctrl+Y", Word: "keys.undo"},
		{Label: "F9", Word: "keys.preview"},
		{Label: "Alt+↑ / Alt+↓", Word: "keys.reorder"},
	}}
}

// bindKeys has keys and shortcuts that no focused part used come to the shell.
func (s *Shell) bindKeys() {
	c := s.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if len(c.Overlays().List()) > 0 || s.Covered() {
			return
		}
		if now, ok := s.screens[s.current.Screen].(KeyTaker); ok && now.TakeKey(e.Name) {
			return
		}
		for _, k := range s.Keys() {
			if k.Modifier == 0 && k.Name == e.Name {
				k.do()
				return
			}
		}
	})
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8}
	bind := func(name fyne.KeyName, modifier fyne.KeyModifier) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: modifier}, func(fyne.Shortcut) {
			s.pressed(name, modifier)
		})
	}
	for _, k := range s.Keys() {
		if k.Modifier != 0 {
			bind(k.Name, k.Modifier)
		}
	}
	for _, d := range digits {
		bind(d, fyne.KeyModifierControl)
	}
}

// pressed answers a shortcut. A list of choices that stands open closes first; a dialog
// has to be answered.
func (s *Shell) pressed(name fyne.KeyName, modifier fyne.KeyModifier) {
	c := s.window.Canvas()
	if list, ok := c.Focused().(*widget.PopUpMenu); ok {
		list.Dismiss()
	}
	if len(c.Overlays().List()) > 0 || s.Covered() && name != fyne.KeyQ {
		return
	}
	for _, k := range s.Keys() {
		if k.Name == name && k.Modifier == modifier {
			k.do()
			return
		}
	}
}

// showKeys lists the keys over the window.
func (s *Shell) showKeys() {
	columns := container.NewGridWithColumns(2)
	for _, keys := range s.shownKeys() {
		form := container.New(layout.NewFormLayout())
		for _, k := range keys {
			form.Add(parts.Heading(k.Label))
			form.Add(widget.NewLabel(words.T(k.Word)))
		}
		columns.Add(form)
	}
	parts.Dialog(s.window, words.T("keys.title"), columns, parts.Answer{Label: words.T("action.close")})
}
