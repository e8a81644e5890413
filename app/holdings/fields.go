package holdings

import (
	"maps"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// spec is one field of a form.
type spec struct {
	name string
	wide bool // takes a row of its own
	rows int  // more than one: a text area
}

// fieldsOf lists the fields of a kind of record in the order of the form.
func fieldsOf(kind archive.HoldingKind) []spec {
	switch kind {
	case archive.KindFonds:
		return []spec{{Title, true, 0}, {Creator, true, 0}, {DateBegin, false, 0}, {DateEnd, false, 0},
			{History, true, 4}, {Note, true, 2}}
	case archive.KindSeries:
		return []spec{{Title, true, 0}, {Languages, true, 0}, {Note, true, 2}}
	case archive.KindVolume, archive.KindAlbum, archive.KindBox:
		return []spec{{Title, true, 2}, {Author, false, 0}, {Date, false, 0}, {DateBegin, false, 0}, {DateEnd, false, 0},
			{Year, false, 0}, {Retention, false, 0}, {PageCount, false, 0}, {Opening, false, 0}, {Note, true, 2}}
	}
	return []spec{{Title, true, 2}, {Author, false, 0}, {Date, false, 0}, {DocNo, false, 0}, {Retention, false, 0},
		{Year, false, 0}, {PageCount, false, 0}, {PageNo, false, 0}, {Opening, false, 0}, {Persons, true, 0}, {Note, true, 2}}
}

// form is a column of fields that checks them as they are typed.
type form struct {
	specs   []spec
	entries map[string]*parts.Entry
	boxes   map[string]*parts.Field
	root    *fyne.Container

	filling   bool
	onChanged func()
}

func newForm(specs []spec) *form {
	f := &form{specs: specs, entries: map[string]*parts.Entry{}, boxes: map[string]*parts.Field{}, root: container.NewVBox()}
	var half fyne.CanvasObject
	for _, s := range specs {
		e := parts.NewEntry()
		if s.rows > 1 {
			e = parts.NewTextArea(s.rows)
		}
		e.OnChanged = func(text string) { f.typed(s.name, text) }
		box := parts.NewField(words.T("field."+s.name), e)
		f.entries[s.name], f.boxes[s.name] = e, box
		switch {
		case s.wide:
			half = f.pair(half, nil)
			f.root.Add(parts.NewForm(1, box))
		case half == nil:
			half = box
		default:
			half = f.pair(half, box)
		}
	}
	f.pair(half, nil)
	return f
}

func (f *form) pair(left, right fyne.CanvasObject) fyne.CanvasObject {
	if left != nil {
		f.root.Add(parts.NewForm(2, left, right))
	}
	return nil
}

func (f *form) typed(name, text string) {
	f.boxes[name].SetError(complaint(name, text))
	if name == Retention {
		f.boxes[name].SetHint(meaning(text))
	}
	if !f.filling && f.onChanged != nil {
		f.onChanged()
	}
}

// meaning spells out a 保管期限代码.
func meaning(code string) string {
	if said := words.Retention(strings.TrimSpace(code)); said != strings.TrimSpace(code) {
		return said
	}
	return ""
}

// fill puts values into the fields; nothing is marked as wrong that was stored so.
func (f *form) fill(v Values) {
	f.filling = true
	for name, e := range f.entries {
		if e.Text != v[name] {
			e.SetText(v[name])
		}
		f.boxes[name].SetError("")
		if name == Retention {
			f.boxes[name].SetHint(meaning(v[name]))
		}
	}
	f.filling = false
}

// values are what stands in the fields, without blanks at the ends.
func (f *form) values() Values {
	v := Values{}
	for name, e := range f.entries {
		v[name] = strings.TrimSpace(e.Text)
	}
	return v
}

// written tells whether anything stands in the fields.
func (f *form) written() bool {
	for _, text := range f.values() {
		if text != "" {
			return true
		}
	}
	return false
}

// check marks every field that is wrong and tells the first.
func (f *form) check() (wrong string) {
	for _, s := range f.specs {
		why := complaint(s.name, f.entries[s.name].Text)
		f.boxes[s.name].SetError(why)
		if why != "" && wrong == "" {
			wrong = s.name
		}
	}
	return wrong
}

func (f *form) focus(w fyne.Window, name string) {
	if e, ok := f.entries[name]; ok && f.root.Visible() {
		w.Canvas().Focus(e)
	}
}

// focused names the field that has the keyboard.
func (f *form) focused(o fyne.Focusable) string {
	for name, e := range f.entries {
		if fyne.Focusable(e) == o {
			return name
		}
	}
	return ""
}

// complaint says what is wrong with the text of a field; "" for nothing.
func complaint(name, text string) string {
	text = strings.TrimSpace(text)
	switch name {
	case Title:
		if text == "" {
			return words.T("wrong.title")
		}
	case Year:
		if text != "" && (len(text) != 4 || !digits(text)) {
			return words.T("wrong.year")
		}
	case PageCount:
		if text != "" && (len(text) > 6 || !digits(text)) {
			return words.T("wrong.number")
		}
	case Date, DateBegin, DateEnd:
		if !archive.IsDate(text) {
			return words.T("wrong.date")
		}
	}
	return ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// changed names the fields in which two sets of values differ.
func changed(a, b Values) map[string]bool {
	out := map[string]bool{}
	for name := range a {
		if strings.TrimSpace(a[name]) != strings.TrimSpace(b[name]) {
			out[name] = true
		}
	}
	return out
}

func same(a, b Values) bool { return maps.Equal(a, b) }
