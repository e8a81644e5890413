package describing

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// Difference is a field that was changed elsewhere while a person was writing.
type Difference struct {
	Field        string
	Theirs, Mine string
	Mutual       bool // both changed it, to different texts: the person has to choose
}

// Merge brings together what a person wrote over base and what stands there now. What
// only one changed is taken as it is; where both did, the person's stays in both until
// they choose.
func (f *Form) Merge(base, theirs Values) (both Values, list []Difference) {
	both = Values{}
	for name, text := range theirs {
		both[name] = text
	}
	for _, x := range f.fields {
		now, was, mine := x.Tidy(theirs[x.Name]), x.Tidy(base[x.Name]), x.Tidy(x.entry.Text)
		if mine != was {
			both[x.Name] = x.entry.Text
		}
		if now != was && now != mine {
			list = append(list, Difference{x.Name, now, mine, mine != was})
		}
	}
	return both, list
}

// Choice shows differences field by field, theirs beside mine, and takes an answer for
// each that needs one.
type Choice struct {
	form *Form
	open map[string]bool // not answered yet
	rows map[string][2]*parts.Button
	say  *parts.Prose
	root *fyne.Container
	done func()
}

// NewChoice makes the list of differences; done is told when nothing is left to answer.
func NewChoice(form *Form, kind archive.HoldingKind, list []Difference, done func()) *Choice {
	c := &Choice{form: form, open: map[string]bool{}, rows: map[string][2]*parts.Button{}, done: done}
	c.say = parts.Paragraph(words.T("describing.conflict"))
	c.say.Importance = widget.WarningImportance
	rows := container.NewVBox(c.say)
	c.root = container.New(layout.NewCustomPaddedLayout(2, 4, 2, 2), rows)
	for _, d := range list {
		label := parts.Caption(Label(kind, d.Field))
		if !d.Mutual {
			rows.Add(parts.Border(nil, nil, label, nil, parts.Paragraph(words.T("describing.taken", words.Args{"Value": shown(d.Theirs)}))))
			continue
		}
		c.open[d.Field] = true
		theirs := parts.NewButton(words.T("describing.theirs"), nil, func() { c.choose(d.Field, d.Theirs, 0) })
		mine := parts.NewButton(words.T("describing.mine"), nil, func() { c.choose(d.Field, d.Mine, 1) })
		c.rows[d.Field] = [2]*parts.Button{theirs, mine}
		rows.Add(label)
		rows.Add(parts.Border(nil, nil, theirs, nil, parts.Paragraph(shown(d.Theirs))))
		rows.Add(parts.Border(nil, nil, mine, nil, parts.Paragraph(shown(d.Mine))))
	}
	return c
}

// shown is a text as the list has room for it.
func shown(text string) string {
	const most = 120
	if text == "" {
		return words.T("describing.empty")
	}
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// choose puts one of the two texts into the field.
func (c *Choice) choose(field, text string, which int) {
	c.form.set(field, text)
	delete(c.open, field)
	for i, b := range c.rows[field] {
		b.Importance = widget.MediumImportance
		if i == which {
			b.Importance = widget.HighImportance
		}
		b.Refresh()
	}
	if len(c.open) == 0 {
		c.say.SetText(words.T("describing.settled"))
		c.done()
	}
}

// Settled tells whether every difference that needs an answer has one.
func (c *Choice) Settled() bool { return c == nil || len(c.open) == 0 }

// Content is what the list is shown as.
func (c *Choice) Content() fyne.CanvasObject { return c.root }

// Focus gives the keyboard to the first choice that is open.
func (c *Choice) Focus() {
	for _, x := range c.form.fields {
		if c.open[x.Name] {
			c.form.opt.Window.Canvas().Focus(c.rows[x.Name][0])
			return
		}
	}
}

// set puts a text into a field as a person would.
func (f *Form) set(name, text string) {
	if x := f.byName[name]; x != nil && x.entry.Text != text {
		x.entry.SetText(text)
		f.offers.Close()
	}
}
