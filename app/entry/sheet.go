package entry

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

// sheet is a grid in which records of one kind are described in a series. Its first
// column is the 档号, the others are fields of the rules.
type sheet struct {
	deps   Deps
	rules  describe.Rules
	node   Node
	kind   archive.HoldingKind
	scheme refcode.Scheme
	fixed  refcode.Values
	plain  bool // the kind has no composed code, and may have none
	fields []describe.Field
	hooks  sheetHooks

	grid *parts.Grid
	say  *parts.Prose // what is wrong with the current cell
	root fyne.CanvasObject

	codes   *sheetCodes
	found   map[*parts.GridRow]faults // what is known about rows
	tried   map[int]bool              // rows that were to be saved, by their own numbers
	checks  task.Latest
	flying  []*parts.GridRow // being saved
	saving  bool
	after   string    // what came of the last saving, until something is typed
	started time.Time // of what is in the grid; zero: nothing typed yet
}

// sheetHooks join a sheet to its screen.
type sheetHooks struct {
	Class   func() refcode.Values // the class of the next code
	Follow  func(code string)     // the class of the next code is that of another
	Changed func()                // something was typed
	Status  func(text string)     // how the sheet stands
	Failed  func(error)           // nil: nothing is wrong any more
	Saved   func(saved []archive.Holding, took time.Duration)
}

// rememberColumns begins the names of the columns shown, by kind.
const rememberColumns = "entry.sheet.columns"

func newSheet(d Deps, rules describe.Rules, n Node, kind archive.HoldingKind, behind []string, hooks sheetHooks) *sheet {
	t := &sheet{deps: d, rules: rules, node: n, kind: kind, hooks: hooks, say: parts.Paragraph(""), found: map[*parts.GridRow]faults{},
		tried: map[int]bool{}}
	t.plain = kind == archive.KindBox || kind == archive.KindDossier
	if scheme, err := refcode.Read(n.Scheme); err == nil && !t.plain {
		t.scheme, t.fixed = scheme, describing.Settled(scheme, n.Code)
	}
	columns := []parts.GridColumn{{Key: "code", Title: words.T("describe.code"), Width: 214, Next: parts.NextNumber}}
	for _, f := range rules.Fields(kind) {
		if f.Name != "code" {
			t.fields = append(t.fields, f)
			columns = append(columns, t.column(f))
		}
	}
	t.grid = parts.NewGrid(parts.GridOptions{Key: "entry." + string(kind), Columns: columns, Memory: d.Memory,
		Mark: t.mark, MarkRow: t.markRow, Ghost: t.ghost, Offer: t.offer, OnEdit: t.edited, OnMove: t.tell, OnTooWide: t.tooWide})
	t.codes = newSheetCodes(t)
	t.grid.ShowColumns(t.shown(behind))
	t.home()
	t.root = parts.Border(t.tools(behind), t.say, nil, nil, t.grid)
	return t
}

// home goes to where a person begins: the code is there already.
func (t *sheet) home() {
	if shown := t.grid.Shown(); len(shown) > 1 {
		t.grid.GoTo(len(t.grid.Rows())-1, shown[1])
	}
}

// column is how a field is entered in the grid.
func (t *sheet) column(f describe.Field) parts.GridColumn {
	label := describing.Label(t.kind, f.Name)
	if f.Need == describe.Required {
		label = words.T("describing.required", words.Args{"Name": label})
	}
	c := parts.GridColumn{Key: f.Name, Title: label, Width: 120, Next: parts.NextNumber}
	switch f.Type {
	case describe.Text:
		c.Width, c.Lines = 170, true
	case describe.Number, describe.Year, describe.Retention:
		c.Width = 70
	case describe.Pages:
		c.Width, c.Next = 80, parts.NextSpan
	case describe.Date:
		c.Width, c.Next, c.Asked = 96, nextDay, true
	}
	if f.Name == "title" {
		c.Width, c.Lines = 260, false
	}
	return c
}

// nextDay continues days as they are written in catalogues: 19980331 becomes 19980401.
func nextDay(text string) (string, bool) {
	const form = "20060102"
	day, err := time.Parse(form, describe.Field{Type: describe.Date}.Tidy(text))
	if err != nil {
		return text, false
	}
	return day.AddDate(0, 0, 1).Format(form), true
}

// shown are the columns that the person chose, or those in front: behind are the fields
// that the 档号 says.
func (t *sheet) shown(behind []string) []int {
	chosen := t.deps.Memory.StringWithFallback(rememberColumns+"."+string(t.kind), "")
	var list []int
	for i, f := range t.fields {
		front := (f.Need == describe.Required || f.Front) && !slices.Contains(behind, f.Name)
		if chosen != "" {
			front = slices.Contains(strings.Fields(chosen), f.Name)
		}
		if front {
			list = append(list, i+1)
		}
	}
	return list
}

// tools are the buttons over the grid.
func (t *sheet) tools(behind []string) fyne.CanvasObject {
	row := container.NewHBox()
	for _, b := range []struct {
		word string
		do   func()
	}{
		{"sheet.fill", t.grid.FillDown}, {"sheet.series", t.grid.Series}, {"sheet.insert", t.grid.InsertRows},
		{"sheet.remove", t.grid.RemoveRows}, {"sheet.undo", t.grid.Undo},
	} {
		row.Add(parts.NewQuiet(words.T(b.word), nil, func() { b.do(); t.grid.Focus() }))
	}
	choose := parts.NewQuiet(words.T("sheet.columns"), base.ListIcon(), func() { t.chooseColumns(behind) })
	return parts.NewRow(choose, nil, row)
}

// chooseColumns asks which fields have columns.
func (t *sheet) chooseColumns(behind []string) {
	now := t.shown(behind)
	boxes := container.NewGridWithColumns(3)
	list := make([]*parts.Check, len(t.fields))
	for i, f := range t.fields {
		list[i] = parts.NewCheck(describing.Label(t.kind, f.Name), nil)
		list[i].SetChecked(slices.Contains(now, i+1))
		boxes.Add(list[i])
	}
	parts.Dialog(t.deps.Window, words.T("sheet.columns.title"), boxes, parts.Answer{Label: words.T("Cancel")},
		parts.Answer{Label: words.T("sheet.columns.do"), Do: func() {
			var names []string
			for i, c := range list {
				if c.Checked {
					names = append(names, t.fields[i].Name)
				}
			}
			t.deps.Memory.SetString(rememberColumns+"."+string(t.kind), strings.Join(append(names, "code"), " "))
			t.grid.ShowColumns(t.shown(behind))
			t.grid.Focus()
		}})
}

func (t *sheet) offer(column int, typed string) []string {
	if column == 0 {
		return nil
	}
	return describing.Offered(t.rules, t.fields[column-1], typed)
}

func (t *sheet) ghost(column int) string {
	if column > 0 {
		return ""
	}
	return t.codes.next()
}

// written are the rows in which something stands.
func (t *sheet) written() []*parts.GridRow {
	return slices.DeleteFunc(t.grid.Rows(), (*parts.GridRow).Empty)
}

// edited is told of everything that is typed.
func (t *sheet) edited() {
	if t.started.IsZero() {
		t.started = t.deps.Now()
	}
	t.after = ""
	t.codes.assign()
	t.check()
	t.hooks.Changed()
}

func (t *sheet) tooWide(columns, room int) {
	t.say.Importance = dangerous
	t.say.SetText(words.T("sheet.wide", words.Args{"Columns": columns, "Room": room}))
}

// rows are what stands in the sheet, for a draft: what is being saved too.
func (t *sheet) rows() []describing.Values {
	var list []describing.Values
	for _, r := range append(slices.Clone(t.flying), t.written()...) {
		v := describing.Values{}
		for i, text := range r.Cells {
			switch {
			case text == "":
			case i == 0:
				v["code"] = text
			default:
				v[t.fields[i-1].Name] = text
			}
		}
		list = append(list, v)
	}
	return list
}

// restore puts the rows of a draft before what stands in the sheet.
func (t *sheet) restore(list []describing.Values) {
	rows, at := make([][]string, len(list)), make([]int, len(list))
	for i, v := range list {
		rows[i], at[i] = append(rows[i], v["code"]), i
		for _, f := range t.fields {
			rows[i] = append(rows[i], v[f.Name])
		}
	}
	t.grid.AddRows(rows, at)
	t.edited()
}

// shownAgain asks the catalogue anew: others may have taken codes meanwhile.
func (t *sheet) shownAgain() {
	t.codes.forget()
	clear(t.found)
	t.codes.assign()
	t.check()
}
