package people

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// picker takes some of many things: one types a part of a name and takes from those that
// are offered. What was taken stands below, each to be given back.
type picker struct {
	over    *overlay
	choices []Choice
	chosen  []archive.ID
	entry   *parts.Entry
	box     *parts.Field
	list    *fyne.Container
	root    *fyne.Container
	hint    string
	changed func()
}

// newPicker makes a picker; hint says what it means when nothing was taken.
func newPicker(label, example, hint string, over *overlay, changed func()) *picker {
	p := &picker{over: over, entry: parts.NewEntry(), list: container.NewVBox(), hint: hint, changed: changed}
	p.entry.SetPlaceHolder(example)
	p.box = parts.NewField(label, p.entry)
	p.root = container.NewVBox(p.box, p.list)
	p.entry.OnChanged = func(typed string) {
		p.box.SetError("")
		if typed = strings.TrimSpace(typed); typed != "" {
			p.over.offer(p, p.matching(typed), true)
		} else {
			p.over.offers.Close()
		}
		p.changed()
	}
	p.entry.OnKey = p.key
	p.entry.OnFocus = func(focused bool) {
		if !focused {
			p.over.offers.Close()
		}
	}
	p.draw()
	return p
}

// key gives the offers their keys; Down lists all.
func (p *picker) key(name fyne.KeyName) bool {
	if p.over.offers.Key(name) {
		return true
	}
	if name == fyne.KeyDown && strings.TrimSpace(p.entry.Text) == "" {
		p.over.offer(p, p.matching(""), false)
		return true
	}
	return false
}

// matching names what can still be taken.
func (p *picker) matching(typed string) []string {
	var names []string
	for _, c := range p.choices {
		if !slices.Contains(p.chosen, c.ID) {
			names = append(names, c.Name)
		}
	}
	found, _ := describing.Matching(names, typed)
	return found
}

func (p *picker) take(name string) {
	i := slices.IndexFunc(p.choices, func(c Choice) bool { return c.Name == name && !slices.Contains(p.chosen, c.ID) })
	if i < 0 {
		return
	}
	p.chosen = append(p.chosen, p.choices[i].ID)
	p.entry.SetText("")
	p.draw()
	p.changed()
}

func (p *picker) drop(id archive.ID) {
	p.chosen = slices.DeleteFunc(p.chosen, func(other archive.ID) bool { return other == id })
	p.draw()
	p.changed()
	p.over.window.Canvas().Focus(p.entry)
}

// set shows what is taken of which choices.
func (p *picker) set(choices []Choice, chosen []archive.ID) {
	p.choices, p.chosen = choices, slices.Clone(chosen)
	p.entry.SetText("")
	p.box.SetError("")
	p.draw()
}

func (p *picker) draw() {
	p.list.RemoveAll()
	for _, id := range p.chosen {
		b := parts.NewQuiet(short(nameIn(p.choices, id)), base.CancelIcon(), func() { p.drop(id) })
		b.Alignment = widget.ButtonAlignLeading
		p.list.Add(b)
	}
	hint := ""
	if len(p.chosen) == 0 {
		hint = p.hint
	}
	p.box.SetHint(hint)
	p.list.Hidden = len(p.chosen) == 0
	p.list.Refresh()
	p.root.Refresh()
}

// wrong marks what was typed and names nothing that was taken.
func (p *picker) wrong() bool {
	left := strings.TrimSpace(p.entry.Text) != ""
	if left {
		p.box.SetError(words.T("people.pick.none"))
		p.over.window.Canvas().Focus(p.entry)
	}
	return left
}

// nameIn names a choice; one that is no longer there by its number.
func nameIn(choices []Choice, id archive.ID) string {
	for _, c := range choices {
		if c.ID == id {
			return c.Name
		}
	}
	return id.String()
}

// short keeps a name on one line.
func short(s string) string {
	const most = 36
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// overlay is the layer over a form in which words are offered.
type overlay struct {
	window fyne.Window
	later  func(func())
	asking *picker
	offers *parts.Offers
	layer  *fyne.Container
}

func newOverlay(w fyne.Window, later func(func())) *overlay {
	o := &overlay{window: w, later: later}
	o.offers = parts.NewOffers(o.taken)
	o.layer = container.NewWithoutLayout(o.offers)
	return o
}

func (o *overlay) offer(p *picker, names []string, first bool) {
	o.asking = p
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(p.entry).Subtract(driver.AbsolutePositionForObject(o.layer))
	size := p.entry.Size()
	o.offers.Offer(names, at.AddXY(0, size.Height+1), size.Width, at.Y-1, o.layer.Size().Height, first)
}

func (o *overlay) taken(name string) {
	p := o.asking
	p.take(name)
	// A press of the mouse takes the keyboard away when this is done.
	o.later(func() {
		if o.window.Canvas().Focused() == nil {
			o.window.Canvas().Focus(p.entry)
		}
	})
}
