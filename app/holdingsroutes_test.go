package app_test

import (
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
)

// tables are the lists in the window, in reading order.
func (d *desk) tables() (found []*parts.Table) {
	d.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*parts.Table); ok {
			found = append(found, t)
		}
	})
	return found
}

// branch goes to the row of the tree of holdings that says something.
func (d *desk) branch(says string) {
	d.t.Helper()
	tree := d.tables()[0]
	for row := range tree.IDs() {
		tree.GoTo(row)
		d.Idle(d.t)
		if strings.Contains(tree.Line(), says) {
			tree.Focus()
			d.Idle(d.t)
			return
		}
	}
	d.t.Fatalf("the tree has no %q; the window says:\n%s", says, d.seen())
}

// selects are the choices in what lies over the window.
func (d *desk) selects() (found []*parts.Select) {
	visit(d.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok {
			found = append(found, s)
		}
	})
	return found
}

// filterBy asks for the records whose field compares so.
func (d *desk) filterBy(field, match, value string) {
	d.t.Helper()
	d.shortcut(fyne.KeyL, fyne.KeyModifierControl|fyne.KeyModifierShift)
	d.selects()[0].SetSelected(field)
	d.selects()[1].SetSelected(match)
	d.Idle(d.t)
	if value == "" {
		d.tapIn("holdings.filter")
		return
	}
	d.canvas().Focus(d.entry(words.T("holdings.filter.value")))
	d.typing(value)
	d.press(fyne.KeyReturn)
}

// holdingsScenes play on the screen of the holdings.
func holdingsScenes() []scene {
	title, contains := func() string { return words.T("field.title") }, func() string { return words.T("holdings.match.contains") }
	return []scene{
		{"archive", func(d *desk) {
			d.goTo(app.ScreenHoldings, nil)
			d.branch(words.T("holdings.tree.all"))
		}},
		{"years", func(d *desk) {
			d.branch("WS ")
			d.press(fyne.KeyRight, fyne.KeyDown)
		}},
		{"filter asked", func(d *desk) {
			d.branch(words.T("holdings.tree.all"))
			d.shortcut(fyne.KeyL, fyne.KeyModifierControl|fyne.KeyModifierShift)
		}},
		{"filter wrong", func(d *desk) {
			d.shortcut(fyne.KeyL, fyne.KeyModifierControl|fyne.KeyModifierShift)
			d.selects()[0].SetSelected(words.T("describe.date"))
			d.selects()[1].SetSelected(words.T("holdings.match.between"))
			d.Idle(d.t)
			d.canvas().Focus(d.entry(words.T("holdings.filter.since")))
			d.typing("一九八五")
		}},
		{"filter kind", func(d *desk) {
			d.shortcut(fyne.KeyL, fyne.KeyModifierControl|fyne.KeyModifierShift)
			d.selects()[0].SetSelected(words.T("field.kind"))
		}},
		{"filtered", func(d *desk) {
			d.filterBy(title(), contains(), "通知")
			d.filterBy(words.T("field.code"), contains(), "WS")
		}},
		{"sorted", func(d *desk) {
			d.shortcut(fyne.KeyO, fyne.KeyModifierControl|fyne.KeyModifierShift)
			d.selects()[0].SetSelected(words.T("describe.year"))
			d.selects()[1].SetSelectedIndex(1)
			d.selects()[2].SetSelected(title())
			d.tapIn("holdings.sort")
		}},
		{"order asked", func(d *desk) { d.shortcut(fyne.KeyO, fyne.KeyModifierControl|fyne.KeyModifierShift) }},
		{"no match", func(d *desk) { d.filterBy(title(), contains(), "没有这样的题名") }},
		{"columns asked", func(d *desk) {
			d.tapWord("holdings.filter.clear")
			d.shortcut(fyne.KeyK, fyne.KeyModifierControl|fyne.KeyModifierShift)
		}},
		{"columns chosen", func(d *desk) {
			d.shortcut(fyne.KeyK, fyne.KeyModifierControl|fyne.KeyModifierShift)
			for range 6 {
				d.press(fyne.KeyEnd, fyne.KeyReturn)
			}
			d.tapIn("holdings.columns.do")
			d.tables()[1].Focus()
			d.press(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
		}},
		{"row not there", func(d *desk) { d.jumpTo("#99999") }},
		{"next behind", func(d *desk) { d.jumpTo("0001-WS·1985-Y-BGS-0001A") }},
		{"tree filtered", func(d *desk) {
			d.walk(func(o fyne.CanvasObject) {
				if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == words.T("holdings.tree.filter") {
					d.canvas().Focus(e)
				}
			})
			d.typing("9999")
		}},
		{"failing", func(d *desk) {
			d.branch(words.T("holdings.tree.all"))
			d.must(d.station.Catalogue.Close())
			d.press(fyne.KeyF5)
		}},
	}
}

// tapIn presses the last button of what lies over the window.
func (d *desk) tapIn(word string) {
	d.t.Helper()
	var found *parts.Button
	visit(d.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text == words.T(word) {
			found = b
		}
	})
	if found == nil {
		d.t.Fatalf("there is no button %q over the window", words.T(word))
	}
	found.OnTapped()
	d.Idle(d.t)
}
