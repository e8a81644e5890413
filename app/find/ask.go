package find

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
)

// asking is the upper part of the screen: the phrase and what narrows it. Nothing is
// searched for while somebody types, since each search is noted in the log; Enter and
// every choice search at once.
type asking struct {
	window  fyne.Window
	begin   func(Query)
	down    func() // moves the keyboard into the results
	text    *parts.Entry
	field   *parts.Field
	years   *parts.Entry
	code    *parts.Entry
	fonds   *chooser
	class   *chooser
	order   *parts.Select
	filling bool // the choices are being set by the program
	content fyne.CanvasObject
}

// orders stand in the order of the choice.
func orders() []Order { return []Order{ByRelevance, ByDate, ByCode} }

func newAsking(w fyne.Window, begin func(Query)) *asking {
	a := &asking{window: w, begin: begin, down: func() {}}
	a.text, a.years, a.code = parts.NewEntry(), parts.NewEntry(), parts.NewEntry()
	a.text.SetPlaceHolder(words.T("find.text.hint"))
	a.years.SetPlaceHolder("1980-1985")
	a.code.SetPlaceHolder("Z109-WS·2019")
	for _, e := range []*parts.Entry{a.text, a.years, a.code} {
		e.OnSubmitted = func(string) { a.submit() }
	}
	a.text.OnKey = func(name fyne.KeyName) bool {
		if name == fyne.KeyDown {
			a.down()
			return true
		}
		return false
	}
	a.fonds = newChooser(words.T("find.fonds.all"), a.chosen)
	a.class = newChooser(words.T("find.class.all"), a.chosen)
	a.order = parts.NewSelect([]string{words.T("find.order.relevance"), words.T("find.order.date"), words.T("find.order.code")}, nil)
	a.order.SetSelectedIndex(0)
	a.order.OnChanged = func(string) { a.chosen() }
	a.field = parts.NewField(words.T("find.help"), a.line())
	a.content = container.NewVBox(a.field, parts.NewForm(5,
		parts.NewField(words.T("find.fonds"), a.fonds.box), parts.NewField(words.T("find.class"), a.class.box),
		parts.NewField(words.T("find.years"), a.years), parts.NewField(words.T("find.code"), a.code),
		parts.NewField(words.T("find.order"), a.order)))
	return a
}

// line is the field with its buttons.
func (a *asking) line() fyne.CanvasObject {
	do := parts.NewPrimary(words.T("find.do"), base.SearchIcon(), a.submit)
	clean := parts.NewButton(words.T("find.clear"), base.ContentClearIcon(), a.clear)
	return parts.Border(nil, nil, nil, container.NewHBox(do, clean), a.text)
}

func (a *asking) query() Query {
	return Query{
		Text: strings.TrimSpace(a.text.Text), Fonds: a.fonds.value(), Class: a.class.value(),
		Years: strings.TrimSpace(a.years.Text), Code: strings.TrimSpace(a.code.Text),
		Order: orders()[max(a.order.SelectedIndex(), 0)],
	}
}

func (a *asking) submit() { a.begin(a.query()) }

// chosen searches again when a filter was chosen, but not before anything was asked.
func (a *asking) chosen() {
	if !a.filling {
		a.submit()
	}
}

// set replaces the phrase and takes the filters away.
func (a *asking) set(text string) {
	a.filling = true
	a.text.SetText(text)
	a.years.SetText("")
	a.code.SetText("")
	a.fonds.reset()
	a.class.reset()
	a.filling = false
}

func (a *asking) clear() {
	a.set("")
	a.submit()
	a.focus()
}

func (a *asking) setChoices(c Choices) {
	a.filling = true
	a.fonds.set(c.Fonds)
	a.class.set(c.Classes)
	a.filling = false
}

// wrong says below the field what in the query was not understood; "" when all was.
func (a *asking) wrong(what string) { a.field.SetError(what) }

// focus sets the keyboard into the field with its text selected, so that typing
// replaces it and an arrow keeps it.
func (a *asking) focus() {
	a.window.Canvas().Focus(a.text)
	a.text.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// chooser is a choice of one value, or of none.
type chooser struct {
	none    string
	choices []Choice
	box     *parts.Select
}

func newChooser(none string, chosen func()) *chooser {
	c := &chooser{none: none, box: parts.NewSelect([]string{none}, nil)}
	c.box.SetSelectedIndex(0)
	c.box.OnChanged = func(string) { chosen() }
	return c
}

func (c *chooser) value() string {
	if i := c.box.SelectedIndex(); i > 0 && i <= len(c.choices) {
		return c.choices[i-1].Value
	}
	return ""
}

func (c *chooser) reset() { c.box.SetSelectedIndex(0) }

// set offers other values and keeps the one chosen where it is still there.
func (c *chooser) set(choices []Choice) {
	if slices.Equal(choices, c.choices) {
		return
	}
	was := c.value()
	c.choices = choices
	names := []string{c.none}
	at := 0
	for i, v := range choices {
		names = append(names, strings.TrimSpace(v.Value+" "+v.Name))
		if was != "" && v.Value == was {
			at = i + 1
		}
	}
	c.box.SetOptions(names)
	c.box.SetSelectedIndex(at)
}
