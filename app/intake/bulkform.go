package intake

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
)

// ways are the ways of linking in the order of the choice.
func ways() []ingest.LinkBy {
	return []ingest.LinkBy{ingest.LinkByName, ingest.LinkByPath, ingest.LinkByRange}
}

// bulkForm says what is to be linked, and how.
type bulkForm struct {
	deps    Deps
	changed func()
	choices LinkChoices
	known   bool // the separators in force are in their field
	fields  []string
	loads   task.Latest
	asks    task.Latest

	by, batch, fonds, column         *parts.Select
	separators, replace, head, tail  *parts.Entry
	sepField, replaceField, colField *parts.Field
	headField, tailField             *parts.Field
	remember, anyCase, force         *parts.Check
	about, forceSay                  *parts.Prose
	options                          *fyne.Container
	root                             *fyne.Container
}

func newBulkForm(d Deps, changed func()) *bulkForm {
	f := &bulkForm{deps: d, changed: changed, about: parts.Paragraph(""), forceSay: parts.Paragraph(""), options: container.NewVBox()}
	choice := func(int) { f.changed() }
	var names []string
	for _, by := range ways() {
		names = append(names, words.T("intake.bulk.by."+string(by)))
	}
	f.by = parts.NewSelect(names, func(int) { f.turn() })
	f.batch = parts.NewSelect([]string{words.T("intake.batch.all")}, choice)
	f.fonds = parts.NewSelect([]string{words.T("intake.bulk.fonds.all")}, choice)
	f.column = parts.NewSelect(nil, choice)
	f.separators, f.replace, f.head, f.tail = f.entry(parts.NewEntry()), f.entry(parts.NewTextArea(2)), f.entry(parts.NewEntry()), f.entry(parts.NewEntry())
	f.replace.SetPlaceHolder(words.T("intake.bulk.replace.example"))
	f.head.SetPlaceHolder("0")
	f.tail.SetPlaceHolder("0")
	f.sepField = parts.NewField(words.T("intake.bulk.separators"), f.separators)
	f.sepField.SetHint(words.T("intake.bulk.separators.hint"))
	f.colField = parts.NewField(words.T("intake.bulk.column"), f.column)
	f.replaceField = parts.NewField(words.T("intake.bulk.replace"), f.replace)
	f.headField = parts.NewField(words.T("intake.bulk.head"), f.head)
	f.tailField = parts.NewField(words.T("intake.bulk.tail"), f.tail)
	check := func(bool) { f.changed() }
	f.remember = parts.NewCheck(words.T("intake.bulk.remember"), check)
	f.anyCase = parts.NewCheck(words.T("intake.bulk.case"), check)
	f.force = parts.NewCheck("", check)
	f.root = container.NewVBox(parts.NewField(words.T("intake.bulk.by"), f.by), f.about,
		parts.NewField(words.T("intake.bulk.batch"), f.batch), parts.NewField(words.T("intake.bulk.fonds"), f.fonds), f.options)
	f.by.SetSelectedIndex(0)
	setChoices(f.batch, f.batch.Options, 0)
	setChoices(f.fonds, f.fonds.Options, 0)
	return f
}

func (f *bulkForm) entry(e *parts.Entry) *parts.Entry {
	e.OnChanged = func(string) { f.changed() }
	return e
}

// setChoices replaces what can be chosen without telling anybody.
func setChoices(s *parts.Select, names []string, at int) {
	told := s.OnChanged
	s.OnChanged = nil
	s.SetOptions(names)
	s.ClearSelected()
	if at >= 0 && at < len(names) {
		s.SetSelectedIndex(at)
	}
	s.OnChanged = told
}

// way is how images find their records.
func (f *bulkForm) way() ingest.LinkBy { return ways()[max(f.by.SelectedIndex(), 0)] }

// turn shows the options of another way.
func (f *bulkForm) turn() {
	by := f.way()
	f.about.SetText(words.T("intake.bulk.by." + string(by) + ".say"))
	switch by {
	case ingest.LinkByName:
		f.options.Objects = []fyne.CanvasObject{f.sepField, f.remember}
	case ingest.LinkByPath:
		f.options.Objects = []fyne.CanvasObject{f.colField, f.replaceField, f.anyCase, f.force, f.forceSay}
		f.askFields()
	case ingest.LinkByRange:
		f.options.Objects = []fyne.CanvasObject{parts.NewForm(2, f.headField, f.tailField), f.force, f.forceSay}
	}
	if by != ingest.LinkByName {
		f.force.Text = words.T("intake.bulk.force." + string(by))
		f.force.Refresh()
		f.forceSay.SetText(words.T("intake.bulk.force." + string(by) + ".say"))
	}
	f.options.Refresh()
	f.root.Refresh()
	f.changed()
}

// load reads what linking can be narrowed to.
func (f *bulkForm) load(failed func(error)) {
	task.Load(f.deps.Runner, &f.loads, f.deps.Archive.LinkChoices, func(c LinkChoices, err error) {
		failed(err)
		if err == nil {
			f.offer(c)
		}
	})
}

// offer keeps what was chosen, as far as it is still there.
func (f *bulkForm) offer(c LinkChoices) {
	batch, fonds := f.batchID(), f.fondsID()
	f.choices = c
	all := 0
	for _, n := range c.Waiting {
		all += n
	}
	names, at := []string{words.N("intake.bulk.all.waiting", all)}, 0
	for i, b := range c.Batches {
		name := b.Name + "  " + words.Clock(b.Started)
		if n := c.Waiting[b.ID]; n > 0 {
			name += "  " + words.Number(n)
		}
		names = append(names, name)
		if b.ID == batch {
			at = i + 1
		}
	}
	setChoices(f.batch, names, at)
	lost := batch != 0 && at == 0
	names, at = []string{words.T("intake.bulk.fonds.all")}, 0
	for i, h := range c.Fonds {
		names = append(names, h.Code+"  "+h.Title)
		if h.ID == fonds {
			at = i + 1
		}
	}
	setChoices(f.fonds, names, at)
	if !f.known {
		f.known = true
		f.separators.SetText(c.Separators)
	}
	if lost {
		f.changed()
	}
}

// askFields reads which fields there are that could hold paths.
func (f *bulkForm) askFields() {
	task.Load(f.deps.Runner, &f.asks, f.deps.Archive.LinkFields, func(fields []string, err error) {
		switch {
		case archive.KindOf(err) == archive.Stopped:
			return
		case err != nil:
			f.colField.SetError(words.Tell(err).What)
			return
		case len(fields) == 0:
			f.colField.SetError(words.T("intake.bulk.column.none"))
		}
		at := max(f.column.SelectedIndex(), 0)
		f.fields = fields
		setChoices(f.column, fields, at)
	})
}

func (f *bulkForm) hidden() {
	f.loads.Cancel()
	f.asks.Cancel()
}

func (f *bulkForm) batchID() archive.ID {
	if i := f.batch.SelectedIndex(); i > 0 && i <= len(f.choices.Batches) {
		return f.choices.Batches[i-1].ID
	}
	return 0
}

func (f *bulkForm) fondsID() archive.ID {
	if i := f.fonds.SelectedIndex(); i > 0 && i <= len(f.choices.Fonds) {
		return f.choices.Fonds[i-1].ID
	}
	return 0
}

// request reads the form; what is wrong is said at its field.
func (f *bulkForm) request() (r ingest.LinkRequest, ok bool) {
	r = ingest.LinkRequest{By: f.way(), Batch: f.batchID(), Fonds: f.fondsID()}
	switch r.By {
	case ingest.LinkByName:
		f.sepField.SetError("")
		r.Separators = f.separators.Text
		if refcode.CheckSeparators(r.Separators) != nil {
			f.sepField.SetError(words.T("intake.bulk.separators.wrong"))
			return r, false
		}
	case ingest.LinkByPath:
		r.Force, r.AnyCase = f.force.Checked, f.anyCase.Checked
		return f.paths(r)
	case ingest.LinkByRange:
		r.Force = f.force.Checked
		var head, tail bool
		r.Head, head = count(f.head, f.headField)
		r.Tail, tail = count(f.tail, f.tailField)
		return r, head && tail
	}
	return r, true
}

func (f *bulkForm) paths(r ingest.LinkRequest) (ingest.LinkRequest, bool) {
	i := f.column.SelectedIndex()
	if i < 0 || i >= len(f.fields) {
		f.colField.SetError(words.T("intake.bulk.column.missing"))
		return r, false
	}
	f.colField.SetError("")
	f.replaceField.SetError("")
	r.Column = f.fields[i]
	for line := range strings.Lines(f.replace.Text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		from, to, ok := strings.Cut(line, "=")
		if !ok || from == "" {
			f.replaceField.SetError(words.T("intake.bulk.replace.wrong", words.Args{"Line": line}))
			return r, false
		}
		r.Replace = append(r.Replace, ingest.Replacement{Old: from, New: to})
	}
	return r, true
}

// count reads how many covers there are; empty: none.
func count(e *parts.Entry, field *parts.Field) (int, bool) {
	const most = 999
	text := strings.TrimSpace(e.Text)
	n, err := strconv.Atoi(text)
	if text == "" {
		n, err = 0, nil
	}
	field.SetError("")
	if err != nil || n < 0 || n > most {
		field.SetError(words.T("intake.bulk.count.wrong"))
		return 0, false
	}
	return n, true
}

// separatorsKept tells which separators are to become the archive's setting.
func (f *bulkForm) separatorsKept() (string, bool) {
	return f.separators.Text, f.way() == ingest.LinkByName && f.remember.Checked
}

// keep carries out 记住.
func keep(ctx context.Context, a Linking, separators string, kept bool) error {
	if !kept {
		return nil
	}
	return a.SetSeparators(ctx, separators)
}
