package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// filtering is the line of fields that says which entries are meant.
type filtering struct {
	deps    Deps
	asked   func(Filter)
	choices Choices
	groups  [][]archive.OpKind // behind the choices of kind; the first is all
	loads   task.Latest
	finds   task.Latest

	who, kind            *parts.Select
	from, to, subject    *parts.Entry
	fromF, toF, subjectF *parts.Field
	root                 fyne.CanvasObject
	setting              bool // the choices are being set, not chosen
}

// kindGroups are kinds that are asked for together; those that are in none changed the archive.
func kindGroups() []struct {
	word  string
	kinds []archive.OpKind
} {
	return []struct {
		word  string
		kinds []archive.OpKind
	}{
		{"audit.kinds.seen", []archive.OpKind{"record.view", "page.view", "text.view", "search"}},
		{"audit.kinds.out", []archive.OpKind{"print", "copy", "export"}},
		{"audit.kinds.doors", []archive.OpKind{"login", "login.refused", "logout", "refused"}},
	}
}

func newFiltering(d Deps, asked func(Filter)) *filtering {
	f := &filtering{deps: d, asked: asked}
	f.who = parts.NewSelect([]string{words.T("audit.anybody")}, func(int) { f.changed() })
	f.kind = parts.NewSelect([]string{words.T("audit.anything")}, func(int) { f.changed() })
	f.groups = [][]archive.OpKind{nil}
	f.from, f.to, f.subject = parts.NewEntry(), parts.NewEntry(), parts.NewEntry()
	f.from.SetPlaceHolder("2026-01-31")
	f.to.SetPlaceHolder("2026-01-31")
	f.fromF, f.toF = parts.NewField(words.T("audit.from"), f.from), parts.NewField(words.T("audit.to"), f.to)
	f.subjectF = parts.NewField(words.T("audit.subject"), f.subject)
	for _, e := range []*parts.Entry{f.from, f.to, f.subject} {
		e.OnSubmitted = func(string) { f.ask() }
	}
	f.choose(Choices{})
	find := parts.NewPrimary(words.T("audit.find"), base.SearchIcon(), f.ask)
	clear := parts.NewButton(words.T("audit.clear"), base.ContentClearIcon(), f.clear)
	f.root = parts.Border(nil, nil, nil, container.NewVBox(parts.Heading(""), container.NewHBox(find, clear)),
		parts.NewForm(5, parts.NewField(words.T("audit.who"), f.who), parts.NewField(words.T("audit.kind"), f.kind), f.fromF, f.toF, f.subjectF))
	return f
}

// load reads what there is to choose from.
func (f *filtering) load() {
	task.Load(f.deps.Runner, &f.loads, f.deps.Archive.Choices, func(c Choices, err error) {
		if err == nil {
			f.choose(c)
		}
	})
}

// choose offers what there is; what was chosen stays.
func (f *filtering) choose(c Choices) {
	if slices.Equal(c.Actors, f.choices.Actors) && slices.Equal(c.Kinds, f.choices.Kinds) && len(f.groups) > 1 {
		return
	}
	who, kind := f.who.Selected, f.kind.Selected
	f.choices = c
	names := []string{words.T("audit.anybody")}
	for _, a := range c.Actors {
		names = append(names, a.Name)
	}
	kinds := []string{words.T("audit.anything")}
	f.groups = [][]archive.OpKind{nil}
	changing := slices.Clone(c.Kinds)
	for _, g := range kindGroups() {
		kinds, f.groups = append(kinds, words.T(g.word)), append(f.groups, g.kinds)
		changing = slices.DeleteFunc(changing, func(k archive.OpKind) bool { return slices.Contains(g.kinds, k) })
	}
	if len(changing) > 0 {
		kinds, f.groups = append(kinds, words.T("audit.kinds.changes")), append(f.groups, changing)
	}
	for _, k := range c.Kinds {
		kinds, f.groups = append(kinds, words.Deed(k)), append(f.groups, []archive.OpKind{k})
	}
	f.setting = true
	f.who.Options, f.kind.Options = names, kinds
	f.who.SetSelectedIndex(max(slices.Index(names, who), 0))
	f.kind.SetSelectedIndex(max(slices.Index(kinds, kind), 0))
	f.setting = false
}

func (f *filtering) changed() {
	if !f.setting {
		f.ask()
	}
}

func (f *filtering) clear() {
	f.setting = true
	f.who.SetSelectedIndex(0)
	f.kind.SetSelectedIndex(0)
	f.setting = false
	for _, e := range []*parts.Entry{f.from, f.to, f.subject} {
		e.SetText("")
	}
	f.ask()
}

// ask reads the fields, finds the record, and asks for what they leave; what is wrong is
// marked at its field.
func (f *filtering) ask() {
	f.finds.Cancel()
	var want Filter
	if i := f.who.SelectedIndex(); i > 0 && i <= len(f.choices.Actors) {
		want.Actor = &f.choices.Actors[i-1].ID
	}
	if i := f.kind.SelectedIndex(); i > 0 && i < len(f.groups) {
		want.Kinds = f.groups[i]
	}
	var okFrom, okTo bool
	want.From, _, okFrom = moment(f.from.Text)
	to, day, okTo := moment(f.to.Text)
	if day {
		to = time.UnixMilli(to).AddDate(0, 0, 1).UnixMilli()
	}
	want.To = to
	mark(f.fromF, okFrom, "audit.time.wrong")
	mark(f.toF, okTo, "audit.time.wrong")
	mark(f.subjectF, true, "")
	code := strings.TrimSpace(f.subject.Text)
	switch {
	case !okFrom || !okTo:
	case code == "":
		f.asked(want)
	default:
		task.Load(f.deps.Runner, &f.finds, func(ctx context.Context) (archive.ID, error) {
			return f.deps.Archive.Record(ctx, code)
		}, func(id archive.ID, err error) {
			if err != nil {
				f.subjectF.SetError(words.Tell(err).What)
				return
			}
			want.Subject = id
			f.asked(want)
		})
	}
}

func mark(field *parts.Field, ok bool, word string) {
	if ok {
		field.SetError("")
		return
	}
	field.SetError(words.T(word))
}

// moment reads a day or a moment of this computer's time; ok is true for none.
func moment(text string) (ms int64, day, ok bool) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, false, true
	}
	for _, layout := range []string{time.DateOnly, "20060102", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UnixMilli(), len(layout) <= len(time.DateOnly), true
		}
	}
	return 0, false, false
}

// clock shows when something was done, to the second.
func clock(ms int64) string { return time.UnixMilli(ms).Format(time.DateTime) }
