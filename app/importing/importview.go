package importing

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
)

// importView takes a table from its file to the catalogue: what its columns are, what
// would become of each row, and what became of it.
type importView struct {
	deps   Deps
	file   *parts.FolderField
	field  *parts.Field
	opens  task.Latest
	places task.Latest

	table    Table // as opened; without a path none is
	preview  exchange.Preview
	columns  *columnsPane
	fates    *fatesPane
	running  *running
	last     *outcome // of the last run
	tried    bool     // that was a dry run, and nothing was chosen otherwise since
	filling  bool     // choices are being set, not made
	series   []string // codes, beside the choices
	schemes  []string // names, beside the choices
	sheet    *parts.Select
	encoding *parts.Select
	into     *parts.Select
	create   *parts.Select
	update   *parts.Check
	about    *parts.Prose
	wrong    *parts.Prose
	load     *parts.Button
	save     *parts.Button
	try      *parts.Button
	do       *parts.Button
	tabs     *parts.Tabs[int] // 栏目对应, 逐行结果
	options  *fyne.Container
	fault    *parts.Fault
	body     *fyne.Container
	empty    fyne.CanvasObject
	root     *fyne.Container
}

// endings are those of the files that can hold a table.
func endings() []string { return []string{".xlsx", ".xls", ".csv", ".txt", ".dbf"} }

func newImportView(d Deps) *importView {
	v := &importView{deps: d, about: parts.Paragraph(""), wrong: parts.Paragraph(""),
		fault: parts.NewFault(nil), body: container.NewStack()}
	v.columns = newColumnsPane(d, v.changed)
	v.fates = newFatesPane(d)
	v.running = newRunning(d, v.able)
	v.running.home = func() fyne.Focusable {
		if v.last != nil {
			return v.fates.table.Focusable()
		}
		return v.file.Entry
	}
	v.file = parts.NewFileField(d.Runner, d.Window, words.T("importing.file.example"), endings()...)
	v.file.Memory = d.Memory
	v.file.OnSubmitted = func(string) { v.submit() }
	v.file.OnChanged = func(string) { v.field.SetError("") }
	v.field = parts.NewField(words.T("importing.file"), v.file)
	open := parts.NewButton(words.T("importing.open"), base.FolderOpenIcon(), v.submit)
	v.wrong.Importance = widget.WarningImportance
	v.makeOptions()
	v.empty = parts.NewEmptyState(words.T("importing.empty"), words.T("importing.empty.say"), nil)
	v.body.Objects = []fyne.CanvasObject{v.empty}
	top := container.NewVBox(parts.Border(nil, nil, nil, parts.NewField(" ", open), v.field),
		v.fault.Box, v.options, v.running.root)
	v.root = parts.Border(top, nil, nil, nil, v.body)
	v.running.around = v.root
	v.options.Hide()
	v.able()
	return v
}

// makeOptions makes what is shown of an open table above its columns and rows.
func (v *importView) makeOptions() {
	again := func(int) {
		if !v.filling {
			v.reopen()
		}
	}
	v.sheet, v.encoding = parts.NewSelect(nil, again), parts.NewSelect(nil, again)
	v.into = parts.NewSelect(nil, func(n int) {
		if n >= 0 && !v.filling {
			v.columns.mapping.Series = v.series[n]
			v.changed()
		}
	})
	v.schemes = []string{""}
	names := []string{words.T("importing.create.none")}
	for _, s := range refcode.Builtins() {
		v.schemes = append(v.schemes, s.Name)
		names = append(names, words.T("importing.create.by", words.Args{"Scheme": words.T("scheme." + s.Name)}))
	}
	v.create = parts.NewSelect(names, func(int) { v.changed() })
	v.create.SetSelectedIndex(0)
	v.update = parts.NewCheck(words.T("importing.update"), func(bool) { v.changed() })
	v.load = parts.NewQuiet(words.T("importing.mapping.load"), base.FolderOpenIcon(), v.loadMapping)
	v.save = parts.NewQuiet(words.T("importing.mapping.save"), base.DocumentSaveIcon(), v.saveMapping)
	v.try = parts.NewButton(words.T("importing.try"), base.SearchIcon(), func() { v.start(true) })
	v.do = parts.NewPrimary(words.T("importing.do"), base.ConfirmIcon(), v.ask)
	v.tabs = parts.NewTabs(v.front, 0, 1)
	v.tabs.SetText(0, words.T("importing.columns"))
	v.tabs.SetText(1, words.T("importing.rows"))
	form := parts.NewForm(4, parts.NewField(words.T("importing.sheet"), v.sheet), parts.NewField(words.T("importing.encoding"), v.encoding),
		parts.NewField(words.T("importing.into"), v.into), parts.NewField(words.T("importing.create"), v.create))
	acts := parts.NewRow(container.NewHBox(v.tabs.Row, v.load, v.save), nil,
		container.NewHBox(v.update, v.try, v.do))
	v.options = container.NewVBox(form, v.about, v.wrong, acts)
}

// dropped opens a file that was dropped on the window.
func (v *importView) dropped(path string) {
	v.file.SetPath(path)
	v.submit()
}

// submit opens the file that the field names.
func (v *importView) submit() {
	path := v.file.Path()
	switch {
	case v.running.busy():
		v.field.SetError(words.T("importing.busy"))
		return
	case path == "":
		v.field.SetError(words.T("importing.file.missing"))
		v.deps.Window.Canvas().Focus(v.file.Entry)
		return
	}
	v.field.SetError("")
	v.open(Table{Path: path}, exchange.Mapping{})
}

// reopen reads the same file by another sheet or encoding.
func (v *importView) reopen() {
	t := Table{Path: v.table.Path}
	if n := v.sheet.SelectedIndex(); n > 0 {
		t.Sheet = v.preview.Sheets[n-1].Name
	}
	if n := v.encoding.SelectedIndex(); n > 0 {
		t.Encoding = sheet.Encodings()[n-1]
	}
	v.fill() // the choices are those of what is shown until it is read
	v.open(t, exchange.Mapping{})
}

// opened is a table as it was read, and the mapping to begin with.
type opened struct {
	preview  exchange.Preview
	mapping  exchange.Mapping
	recalled bool
}

// open reads the first rows of a table. A mapping that is given is used; otherwise the
// one last used for such a table, or the one that is proposed.
func (v *importView) open(t Table, given exchange.Mapping) {
	if !v.running.busy() {
		v.unkept(func() { v.read(t, given) })
	}
}

func (v *importView) read(t Table, given exchange.Mapping) {
	v.field.SetHint(words.T("importing.opening"))
	memory := v.deps.Memory
	task.Load(v.deps.Runner, &v.opens, func(ctx context.Context) (opened, error) {
		p, err := v.deps.Archive.Preview(ctx, t, rowsShown)
		if err != nil {
			return opened{}, err
		}
		if given.Version != 0 {
			given.Sheet = t.Sheet
			m, err := v.deps.Archive.Fit(ctx, t, given)
			return opened{p, m, false}, err
		}
		m, recalled := recall(memory, p.Mapping)
		return opened{p, m, recalled}, nil
	}, func(o opened, err error) {
		v.field.SetHint("")
		v.failed(err)
		if err == nil {
			v.show(t, o)
		}
	})
}

func (v *importView) failed(err error) {
	if v.fault.Show(err) {
		v.root.Refresh()
	}
}

// show shows an open table.
func (v *importView) show(t Table, o opened) {
	v.table, v.preview, v.tried = t, o.preview, false
	v.forget()
	v.fill()
	v.columns.show(o.preview, o.mapping)
	v.about.SetText(v.describe(o))
	v.showSeries()
	v.options.Show()
	v.front(0)
	v.able()
}

// fill gives the choices of the table: its sheets and how its text is read.
func (v *importView) fill() {
	v.filling = true
	defer func() { v.filling = false }()
	names, at := []string{words.T("importing.sheet.first")}, 0
	if len(v.preview.Sheets) < 2 {
		names[0] = words.T("importing.sheet.only")
	}
	for i, s := range v.preview.Sheets {
		if s.Name == "" { // of a file that has no sheets
			break
		}
		name := s.Name
		if s.Hidden {
			name = words.T("importing.sheet.hidden", words.Args{"Name": name})
		}
		if names = append(names, name); s.Name == v.table.Sheet {
			at = i + 1
		}
	}
	v.sheet.SetOptions(names)
	v.sheet.SetSelectedIndex(at)
	found := words.T("importing.encoding.none")
	if v.preview.Encoding != "" {
		found = words.T("importing.encoding.found", words.Args{"Name": strings.ToUpper(v.preview.Encoding)})
	}
	names = []string{found}
	for _, e := range sheet.Encodings() {
		names = append(names, strings.ToUpper(e))
	}
	v.encoding.SetOptions(names)
	v.encoding.SetSelectedIndex(slices.Index(sheet.Encodings(), v.table.Encoding) + 1)
}

// describe says what was found out about a table.
func (v *importView) describe(o opened) string {
	header := words.T("importing.header.none")
	if o.mapping.Header > 0 {
		header = words.T("importing.header", words.Args{"N": o.mapping.Header})
	}
	say := []string{strings.ToUpper(o.preview.Format), header}
	if o.mapping.Exact {
		say = append(say, words.T("importing.exact"))
	}
	if o.recalled {
		say = append(say, words.T("importing.recalled"))
	}
	if n := len(o.preview.Hidden); n > 0 {
		letters := make([]string, n)
		for i, c := range o.preview.Hidden {
			letters[i] = columnLetter(c)
		}
		say = append(say, words.T("importing.hidden", words.Args{"Names": some(letters)}))
	}
	if len(o.preview.Unknown) > 0 && !o.recalled {
		say = append(say, words.T("importing.unknown", words.Args{"Names": some(o.preview.Unknown)}))
	}
	if n := v.columns.width(); n > columnsShown {
		say = append(say, words.T("importing.many", words.Args{"N": columnsShown, "All": n}))
	}
	return strings.Join(say, " · ")
}

// some is a list on one line, its beginning where it is long.
func some(list []string) string {
	const most = 12
	text := strings.Join(list[:min(len(list), most)], words.T("importing.and.names"))
	if len(list) > most {
		text += " …"
	}
	return text
}

// loadPlaces reads the series that rows can be put into.
func (v *importView) loadPlaces() {
	task.Load(v.deps.Runner, &v.places, v.deps.Archive.Places, func(list []Place, err error) {
		if err != nil {
			v.failed(err)
			return
		}
		v.series = []string{""}
		names := []string{words.T("importing.into.table")}
		for _, p := range list {
			if p.Kind == archive.KindSeries {
				v.series = append(v.series, p.Code)
				names = append(names, p.Code+" "+p.Title)
			}
		}
		v.filling = true
		v.into.SetOptions(names)
		v.filling = false
		v.showSeries()
	})
}

func (v *importView) showSeries() {
	v.filling = true
	v.into.SetSelectedIndex(max(slices.Index(v.series, v.columns.mapping.Series), 0))
	v.filling = false
}

// changed is told that something is to go otherwise than it was tried.
func (v *importView) changed() {
	v.tried = false
	v.able()
}

// able lets be pressed what can be done now.
func (v *importView) able() {
	if v.do == nil { // not all of the view is made yet
		return
	}
	say := ""
	if v.table.Path != "" {
		say = problem(v.columns.mapping)
	}
	v.wrong.SetText(say)
	v.wrong.Hidden = say == ""
	ready := v.table.Path != "" && say == "" && !v.running.busy()
	parts.Able(v.try, ready)
	parts.Able(v.do, ready)
	parts.Able(v.save, v.table.Path != "")
	parts.Able(v.load, v.table.Path != "" && !v.running.busy())
	parts.Able(v.sheet, len(v.preview.Sheets) > 1 && !v.running.busy())
	parts.Able(v.encoding, v.preview.Encoding != "" && !v.running.busy())
	v.options.Refresh()
	v.root.Refresh()
}

// front shows the columns (0) or the rows with their fates (1).
func (v *importView) front(n int) {
	v.tabs.Mark(n)
	parts.Put(v.body, []fyne.CanvasObject{v.columns.root, v.fates.root}[n])
}

// name is the table's file without its folder.
func (v *importView) name() string { return filepath.Base(v.table.Path) }
