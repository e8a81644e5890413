package holdings

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// matches are the ways in which the values of a field can be compared.
func (f Field) matches() []string {
	switch {
	case f.Name == FieldKind:
		return []string{Equals}
	case f.number() || f.Type == describe.Year || f.Type == describe.Date:
		return []string{Between, Equals, IsEmpty, IsFilled}
	}
	return []string{Contains, Equals, Between, IsEmpty, IsFilled}
}

func matchWord(match string) string { return words.T("holdings.match." + match) }

// wrong tells why a text cannot be compared with the values of a field; "" if it can.
func (f Field) wrong(text string) string {
	_, err := strconv.Atoi(text)
	switch {
	case text == "":
		return ""
	case (f.number() || f.Type == describe.Year) && err != nil:
		return words.T("described.not-a-number")
	case f.Type == describe.Date && !archive.IsDate(text):
		return words.T("described.not-a-date")
	}
	return ""
}

// say tells a filter in words; long values are cut short.
func (v View) say(w Filter) string {
	f, _ := v.field(w.Field)
	short := func(s string) string {
		if f.Name == FieldKind {
			s = words.Kind(archive.HoldingKind(s))
		}
		const most = 14
		if r := []rune(s); len(r) > most {
			return string(r[:most]) + "…"
		}
		return s
	}
	args := words.Args{"Field": f.label(), "Value": short(w.Value), "To": short(w.To)}
	switch {
	case w.Match == Between && w.To == "":
		return words.T("holdings.filter.from", args)
	case w.Match == Between && w.Value == "":
		return words.T("holdings.filter.to", args)
	}
	return words.T("holdings.filter.say."+w.Match, args)
}

// showChips shows the filters in force, each with what takes it away.
func (l *listPane) showChips() {
	l.chips.RemoveAll()
	where := l.filters()
	if l.chips.Hidden = len(where) == 0; !l.chips.Hidden {
		grid := container.NewGridWithColumns(2)
		for i, w := range where {
			grid.Add(parts.NewButton(l.view.say(w), base.CancelIcon(), func() { l.setFilters(slices.Delete(slices.Clone(where), i, i+1)) }))
		}
		if len(where) > 1 {
			grid.Add(parts.NewQuiet(words.T("holdings.filter.clear"), nil, func() { l.setFilters(nil) }))
		}
		l.chips.Add(grid)
	}
	l.chips.Refresh()
	if l.root != nil {
		l.root.Refresh()
	}
}

// filterForm asks for one more filter.
type filterForm struct {
	fields   []Field
	at       int
	match    string
	kinds    []archive.HoldingKind
	kind     int
	field    *parts.Select
	matches  *parts.Select
	value    *parts.Entry
	to       *parts.Entry
	choice   *parts.Select // of kinds
	boxes    struct{ value, to, choice *parts.Field }
	box      *fyne.Container
	onChange func()
}

func newFilterForm(v View, onChange func()) *filterForm {
	f := &filterForm{fields: v.listing(), kinds: v.Kinds, value: parts.NewEntry(), to: parts.NewEntry(), box: container.NewStack(), onChange: onChange}
	labels := make([]string, len(f.fields))
	for i, field := range f.fields {
		labels[i] = field.label()
	}
	kinds := make([]string, len(f.kinds))
	for i, k := range f.kinds {
		kinds[i] = words.Kind(k)
	}
	f.field = parts.NewSelect(labels, f.chosen)
	f.choice = parts.NewSelect(kinds, func(i int) { f.kind = i; onChange() })
	f.boxes.value = parts.NewField(words.T("holdings.filter.value"), f.value)
	f.boxes.to = parts.NewField(words.T("holdings.filter.upto"), f.to)
	f.boxes.choice = parts.NewField(words.T("holdings.filter.value"), f.choice)
	for entry, box := range map[*parts.Entry]*parts.Field{f.value: f.boxes.value, f.to: f.boxes.to} {
		entry.OnChanged = func(text string) {
			box.SetError(f.now().wrong(strings.TrimSpace(text)))
			onChange()
		}
	}
	f.matches = parts.NewSelect(nil, f.compared)
	return f
}

func (f *filterForm) now() Field { return f.fields[f.at] }

// chosen is told of another field.
func (f *filterForm) chosen(i int) {
	f.at = i
	options := f.now().matches()
	say := make([]string, len(options))
	for k, m := range options {
		say[k] = matchWord(m)
	}
	f.matches.Options = say
	f.matches.SetSelectedIndex(max(slices.Index(options, f.match), 0))
	f.compared(f.matches.SelectedIndex())
}

// compared is told of another comparison.
func (f *filterForm) compared(i int) {
	options := f.now().matches()
	f.match = options[min(max(i, 0), len(options)-1)]
	show := []fyne.CanvasObject{}
	switch {
	case f.now().Name == FieldKind:
		show = append(show, f.boxes.choice)
	case f.match == Between:
		f.boxes.value.SetLabel(words.T("holdings.filter.since"))
		show = append(show, f.boxes.value, f.boxes.to)
	case f.match != IsEmpty && f.match != IsFilled:
		f.boxes.value.SetLabel(words.T("holdings.filter.value"))
		show = append(show, f.boxes.value)
	}
	f.box.Objects = nil
	if len(show) > 0 {
		f.box.Objects = []fyne.CanvasObject{parts.NewForm(len(show), show...)}
	}
	f.value.OnChanged(f.value.Text)
	f.to.OnChanged(f.to.Text)
	f.box.Refresh()
}

// filter is what was asked for; ok is false while something is missing or wrong.
func (f *filterForm) filter() (w Filter, ok bool) {
	w = Filter{Field: f.now().Name, Match: f.match}
	if w.Field == FieldKind {
		if len(f.kinds) > 0 {
			w.Value = string(f.kinds[f.kind])
		}
		return w, w.Value != ""
	}
	value, to := strings.TrimSpace(f.value.Text), strings.TrimSpace(f.to.Text)
	switch f.match {
	case IsEmpty, IsFilled:
		return w, true
	case Between:
		w.Value, w.To = value, to
		return w, value+to != "" && f.now().wrong(value)+f.now().wrong(to) == ""
	}
	w.Value = value
	return w, value != "" && f.now().wrong(value) == ""
}

// askFilter asks for a filter; one on the same field and comparison gives way to it.
func (l *listPane) askFilter() {
	if len(l.view.Fields) == 0 {
		return
	}
	var do *parts.Button
	var f *filterForm
	f = newFilterForm(l.view, func() {
		if do == nil {
			return
		}
		if _, ok := f.filter(); ok {
			do.Enable()
		} else {
			do.Disable()
		}
	})
	f.field.SetSelectedIndex(max(slices.IndexFunc(f.fields, func(f Field) bool { return f.Name == FieldTitle }), 0))
	form := container.NewVBox(parts.NewForm(2, parts.NewField(words.T("holdings.filter.field"), f.field),
		parts.NewField(words.T("holdings.filter.match"), f.matches)), f.box)
	buttons := parts.Dialog(l.deps.Window, words.T("holdings.filter"), parts.Sized(form, 460, 190),
		parts.Answer{Label: words.T("holdings.cancel")}, parts.Answer{Label: words.T("holdings.filter"), Do: func() {
			if w, ok := f.filter(); ok {
				l.addFilter(w)
			}
		}})
	do = buttons[1]
	do.Disable()
	enter := func() {
		if !do.Disabled() {
			do.OnTapped()
		}
	}
	f.value.OnNext, f.to.OnNext = enter, enter
	l.deps.Window.Canvas().Focus(f.value)
}

func (l *listPane) addFilter(w Filter) {
	where := slices.DeleteFunc(slices.Clone(l.filters()), func(o Filter) bool { return o.Field == w.Field && o.Match == w.Match })
	l.setFilters(append(where, w))
	l.table.Focus()
}
