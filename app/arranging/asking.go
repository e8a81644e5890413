package arranging

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// form asks for what an operation has to know. It stands where the buttons are, so that rows
// can still be selected below.
type form struct {
	deed    deed
	entries map[string]*parts.Entry
	fields  map[string]*parts.Field
	choice  map[string]string
	first   fyne.Focusable
	submit  *parts.Button
	fault   *parts.Fault
	root    fyne.CanvasObject
}

// formColumns is how many fields stand beside each other.
const formColumns = 3

func newForm(d deed, q asked, submit, cancel func()) *form {
	f := &form{deed: d, entries: map[string]*parts.Entry{}, fields: map[string]*parts.Field{}, choice: map[string]string{}, fault: parts.NewFault(nil)}
	var fields []fyne.CanvasObject
	for _, name := range d.fields {
		var control fyne.CanvasObject
		if values := choices(name); values != nil {
			control = f.selecting(name, values)
		} else {
			control = f.entering(d, name, q, submit)
		}
		key := "arranging.field." + name
		if own := key + "." + d.name; words.Has(own) {
			key = own
		}
		f.fields[name] = parts.NewField(words.T(key), control)
		if hint := key + ".hint"; words.Has(hint) {
			f.fields[name].SetHint(words.T(hint))
		}
		fields = append(fields, f.fields[name])
	}
	f.submit = parts.NewPrimary(words.T("arranging.preview"), base.VisibilityIcon(), submit)
	back := parts.NewButton(words.T("Cancel"), nil, cancel)
	f.root = container.NewVBox(parts.NewRow(parts.Heading(words.T("arranging.do."+d.name)), parts.Line(words.T("arranging.say."+d.name)), nil),
		parts.NewForm(formColumns, fields...), f.fault.Box, container.NewHBox(f.submit, back))
	return f
}

func (f *form) selecting(name string, values []string) fyne.CanvasObject {
	var labels []string
	for _, v := range values {
		labels = append(labels, words.T("arranging.choice."+name+"."+v))
	}
	f.choice[name] = values[0]
	s := parts.NewSelect(labels, nil)
	s.SetSelectedIndex(0)
	s.OnChanged = func(string) { f.choice[name] = values[max(s.SelectedIndex(), 0)] }
	if f.first == nil {
		f.first = s
	}
	return s
}

func (f *form) entering(d deed, name string, q asked, submit func()) fyne.CanvasObject {
	e := parts.NewEntry()
	if d.fill != nil {
		e.SetText(d.fill(q, name))
	}
	e.CursorColumn = len([]rune(e.Text))
	e.OnChanged = func(string) { f.fields[name].SetError("") }
	if name == d.fields[len(d.fields)-1] {
		e.OnNext = submit
	}
	f.entries[name] = e
	if f.first == nil {
		f.first = e
	}
	return e
}

// take puts what was typed and chosen into what is asked.
func (f *form) take(q asked) asked {
	for name, e := range f.entries {
		q.text[name] = e.Text
	}
	for name, value := range f.choice {
		q.choice[name] = value
	}
	return q
}

// missing marks the fields that have to be filled and are not, and goes to the first.
func (f *form) missing(c fyne.Canvas) bool {
	found, volume := false, ""
	if e, there := f.entries[fieldVolume]; there {
		volume = strings.TrimSpace(e.Text)
	}
	for _, name := range f.deed.fields {
		if !f.deed.needs(name, volume) || strings.TrimSpace(f.entries[name].Text) != "" {
			continue
		}
		f.fields[name].SetError(words.T("arranging.missing"))
		if !found {
			c.Focus(f.entries[name])
		}
		found = true
	}
	return found
}

// fail marks the field that an error is about, or tells of it below the fields.
func (f *form) fail(err error) {
	f.fault.Show(nil)
	if wrong, ok := errors.AsType[fieldError](err); ok {
		f.fields[string(wrong)].SetError(words.T("arranging.number.wrong"))
		return
	}
	name, say := f.about(err), sentence(err)
	switch {
	case name == "" || say == "":
		f.fault.Show(err)
	case name == fieldClass:
		f.fields[name].SetError(words.T("arranging.class.unknown"))
	default:
		f.fields[name].SetError(say)
	}
}

// about is the field whose content an error is about; "" where that cannot be said.
func (f *form) about(err error) string {
	if _, coded := errors.AsType[refcode.Problems](err); !coded && archive.KindOf(err) != archive.NotFound && archive.KindOf(err) != archive.Invalid {
		return ""
	}
	for _, name := range []string{fieldVolume, fieldClass, fieldCode} {
		if e, there := f.entries[name]; there && e.Text != "" {
			return name
		}
	}
	return ""
}
