package holdings

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// fondsAround shows what belongs to a fonds beside its description, in place of it: the
// names that its creator had, and the papers of its dossier.
type fondsAround struct {
	deps   Deps
	fonds  archive.ID
	loads  task.Latest
	names  *fyne.Container
	name   *parts.Entry
	begin  *parts.Entry
	end    *parts.Entry
	boxes  struct{ name, begin, end *parts.Field }
	add    *parts.Button
	fault  *fyne.Container
	papers *parts.Table

	describe *parts.Button // the three views, each shown by a button
	former   *parts.Button
	dossier  *parts.Button
	now      *parts.Button
	choices  *fyne.Container
	views    map[*parts.Button]fyne.CanvasObject
	onView   func(fyne.CanvasObject)
}

// newFondsAround makes the views of a fonds; onView is told which of them is wanted, its
// description being one.
func newFondsAround(d Deps, e sideEvents, description fyne.CanvasObject, onView func(fyne.CanvasObject)) *fondsAround {
	a := &fondsAround{deps: d, onView: onView, names: container.NewVBox(), name: parts.NewEntry(), begin: parts.NewEntry(), end: parts.NewEntry(),
		fault: container.NewStack()}
	a.add = parts.NewButton(words.T("holdings.names.add"), base.ContentAddIcon(), a.addName)
	a.boxes.name = parts.NewField(words.T("holdings.names.name"), a.name)
	a.boxes.begin = parts.NewField(describing.Label(archive.KindFonds, "date_begin"), a.begin)
	a.boxes.end = parts.NewField(describing.Label(archive.KindFonds, "date_end"), a.end)
	a.name.OnNext = func() { d.Window.Canvas().Focus(a.begin) }
	a.begin.OnNext = func() { d.Window.Canvas().Focus(a.end) }
	a.end.OnNext = a.addName
	for entry, box := range map[*parts.Entry]*parts.Field{a.name: a.boxes.name, a.begin: a.boxes.begin, a.end: a.boxes.end} {
		entry.OnChanged = func(string) { box.SetError("") }
	}
	a.papers = parts.NewTable(parts.TableOptions{
		Key: "holdings.papers", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: FieldDate, Title: words.T("field.date"), Width: 86},
			{Key: FieldTitle, Title: words.T("field.title"), Width: 180, Stretch: true},
		},
		Fetch:  a.fetch,
		OnOpen: e.open,
		Empty:  words.T("holdings.papers.empty"),
	})
	more := parts.NewQuiet(words.T("holdings.papers.add"), base.ContentAddIcon(), func() { e.paper(a.fonds) })
	names := container.NewVBox(a.fault, a.names, parts.NewForm(1, a.boxes.name), parts.NewForm(2, a.boxes.begin, a.boxes.end), container.NewHBox(a.add))
	if d.ReadOnly {
		for _, o := range []fyne.CanvasObject{more, a.add, a.boxes.name, a.boxes.begin, a.boxes.end} {
			o.Hide()
		}
	}
	a.describe = parts.NewQuiet(words.T("holdings.description"), nil, func() { a.view(a.describe) })
	a.former = parts.NewQuiet(words.T("holdings.names"), nil, func() { a.view(a.former) })
	a.dossier = parts.NewQuiet(words.T("holdings.papers"), nil, func() { a.view(a.dossier) })
	ledger := parts.NewQuiet(words.T("ledger.title"), nil, func() {
		d.Open(parts.Route{Screen: "ledger", Value: parts.LedgerValue{Fonds: a.fonds}})
	})
	a.choices = container.NewHBox(a.describe, a.former, a.dossier, ledger)
	a.views = map[*parts.Button]fyne.CanvasObject{a.describe: description, a.former: parts.Scroll(names),
		a.dossier: parts.Border(nil, container.NewHBox(more), nil, nil, a.papers)}
	return a
}

// view shows one of the three.
func (a *fondsAround) view(b *parts.Button) {
	a.now = b
	for other := range a.views {
		other.Importance = widget.LowImportance
		if other == b {
			other.Importance = widget.MediumImportance
		}
		other.Refresh()
	}
	a.onView(a.views[b])
}

// show reads what belongs to a fonds.
func (a *fondsAround) show(fonds archive.ID) {
	if a.fonds != fonds {
		a.fonds = fonds
		a.names.RemoveAll()
		a.papers.SetIDs([]archive.ID{})
		a.now = a.describe
	}
	a.view(a.now)
	type around struct {
		names  []archive.FondsName
		papers []archive.ID
	}
	task.Load(a.deps.Runner, &a.loads, func(ctx context.Context) (got around, err error) {
		if got.names, err = a.deps.Catalogue.Names(ctx, fonds); err == nil {
			got.papers, err = a.deps.Catalogue.Papers(ctx, fonds)
		}
		return got, err
	}, func(got around, err error) {
		a.tell(err)
		if err != nil {
			return
		}
		a.showNames(got.names)
		a.papers.SetIDs(got.papers)
		a.former.SetText(counted("holdings.names", len(got.names)))
		a.dossier.SetText(counted("holdings.papers", len(got.papers)))
		a.choices.Refresh()
	})
}

// counted is a word with how many there are.
func counted(key string, n int) string {
	if n == 0 {
		return words.T(key)
	}
	return words.T("holdings.counted", words.Args{"Name": words.T(key), "N": words.Number(n)})
}

func (a *fondsAround) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	found, err := a.deps.Catalogue.Rows(ctx, ids, []string{FieldDate, FieldTitle})
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(found))
	for i, r := range found {
		if r.ID != 0 {
			rows[i] = parts.Row{Cells: r.Cells}
		}
	}
	return rows, nil
}

func (a *fondsAround) showNames(names []archive.FondsName) {
	a.names.RemoveAll()
	for _, n := range names {
		borne := strings.Trim(n.DateBegin+"—"+n.DateEnd, "—")
		text := parts.Paragraph(strings.TrimSpace(n.Name + "　" + borne))
		remove := parts.NewQuiet(words.T("holdings.names.remove"), base.DeleteIcon(), func() { a.removeName(n) })
		if a.deps.ReadOnly {
			remove.Hide()
		}
		a.names.Add(parts.Border(nil, nil, nil, remove, text))
	}
	a.names.Refresh()
}

// addName registers a former name, once what was written can be read.
func (a *fondsAround) addName() {
	n := archive.FondsName{Fonds: a.fonds, Name: strings.TrimSpace(a.name.Text),
		DateBegin: strings.TrimSpace(a.begin.Text), DateEnd: strings.TrimSpace(a.end.Text)}
	wrong := func(box *parts.Field, entry *parts.Entry, why string) {
		box.SetError(words.T(why))
		a.deps.Window.Canvas().Focus(entry)
	}
	switch {
	case n.Name == "":
		wrong(a.boxes.name, a.name, "described.required")
		return
	case !archive.IsDate(n.DateBegin):
		wrong(a.boxes.begin, a.begin, "described.not-a-date")
		return
	case !archive.IsDate(n.DateEnd):
		wrong(a.boxes.end, a.end, "described.not-a-date")
		return
	}
	a.write(func(ctx context.Context) error { return a.deps.Catalogue.AddName(ctx, n) }, func() {
		for _, e := range []*parts.Entry{a.name, a.begin, a.end} {
			e.SetText("")
		}
		a.deps.Window.Canvas().Focus(a.name)
	})
}

func (a *fondsAround) removeName(n archive.FondsName) {
	parts.Ask(a.deps.Window, words.T("holdings.names.remove"), words.T("holdings.names.ask", words.Args{"Name": n.Name}),
		words.T("holdings.names.remove"), func() {
			a.write(func(ctx context.Context) error { return a.deps.Catalogue.RemoveName(ctx, n.ID) }, func() {})
		})
}

func (a *fondsAround) write(work func(context.Context) error, done func()) {
	fonds := a.fonds
	task.Run(a.deps.Runner, words.T("holdings.names"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, work(ctx)
	}, func(_ struct{}, err error) {
		a.tell(err)
		if err == nil && a.fonds == fonds {
			done()
			a.show(fonds)
		}
	}, task.Quiet())
}

func (a *fondsAround) tell(err error) {
	a.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		a.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	a.fault.Refresh()
}
