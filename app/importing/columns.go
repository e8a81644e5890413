package importing

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive/exchange"
	"lantai/archive/refcode"
)

const (
	rowsShown    = 8   // of the table, header included
	columnsShown = 80  // a choice for each; a table of more is mapped by a file
	narrowest    = 132 // column, in toolkit units
	widest       = 270
)

// The choices above the fields.
const (
	choiceNone = iota
	choiceExtra
	choiceSplit
	choiceFields // the first field
)

// columnsPane shows the first rows of a table as they stand, and over each column what
// it is taken for and a choice of something else.
type columnsPane struct {
	deps    Deps
	preview exchange.Preview
	mapping exchange.Mapping
	choices []*parts.Select
	notes   []*widget.Label // what a choice does not say: the name of a field, the parts
	setting bool            // the choices are being set, not made
	changed func()
	root    *fyne.Container
}

func newColumnsPane(d Deps, changed func()) *columnsPane {
	return &columnsPane{deps: d, changed: changed, root: container.NewStack()}
}

// show shows a table, with a mapping whose columns have their places in it.
func (p *columnsPane) show(preview exchange.Preview, m exchange.Mapping) {
	p.preview, p.mapping = preview, m
	p.choices, p.notes = nil, nil
	row := container.NewHBox()
	for i := range min(p.width(), columnsShown) {
		row.Add(p.column(i))
	}
	p.refill()
	p.root.Objects = []fyne.CanvasObject{parts.Border(nil, nil, nil, nil, container.NewHScroll(row))}
	p.root.Refresh()
}

// width is how many columns the table has.
func (p *columnsPane) width() int {
	n := 0
	for _, r := range p.preview.Rows {
		n = max(n, len(r.Cells))
	}
	for _, c := range p.mapping.Columns {
		n = max(n, c.Index+1)
	}
	return n
}

// column is a choice above the first cells of a column.
func (p *columnsPane) column(i int) fyne.CanvasObject {
	choice := parts.NewSelect(choices(), func(n int) {
		if !p.setting && n >= 0 {
			p.chosen(i, n)
		}
	})
	note := parts.Line("")
	p.choices, p.notes = append(p.choices, choice), append(p.notes, note)
	head := words.T("importing.column", words.Args{"Name": columnLetter(i)})
	if slices.Contains(p.preview.Hidden, i) {
		head = words.T("importing.column.hidden", words.Args{"Name": columnLetter(i)})
	}
	box := container.New(layout.NewCustomPaddedVBoxLayout(0), parts.Line(head), choice, note, widget.NewSeparator())
	width := float32(narrowest)
	for _, r := range p.preview.Rows {
		text := ""
		if i < len(r.Cells) {
			text = cut(strings.Join(strings.Fields(r.Cells[i]), " "))
		}
		cell := widget.NewLabel(text)
		cell.TextStyle.Bold = p.mapping.Header > 0 && r.Number >= p.mapping.Header && r.Number <= p.mapping.HeaderEnd
		box.Add(cell)
		// What cuts a text short wants a little more than the text takes.
		width = max(width, cell.MinSize().Width+base.Padding())
		cell.Truncation = fyne.TextTruncateEllipsis
	}
	return container.New(fixed{min(width, widest)}, box)
}

// fixed gives a column its width, whatever its cells hold.
type fixed struct{ width float32 }

func (f fixed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(f.width, objects[0].MinSize().Height)
}

func (f fixed) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	objects[0].Resize(f.MinSize(objects))
	objects[0].Move(fyne.NewPos(0, 0))
}

func choices() []string {
	list := []string{words.T("importing.not"), words.T("importing.extra"), words.T("importing.split")}
	for _, f := range exchange.Fields() {
		list = append(list, fieldName(f))
	}
	return list
}

// fieldName is a field as forms have it.
func fieldName(f exchange.Field) string {
	switch f {
	case refcode.FondsNo, refcode.Category, refcode.Subcategory, refcode.ClassCode, refcode.Retention, refcode.Org,
		refcode.CatalogueNo, refcode.VolumeNo, refcode.AlbumNo, refcode.ItemNo, refcode.PhotoNo:
		return words.T("importing.element", words.Args{"Name": words.T("element." + string(f))})
	}
	if f.Described() {
		return words.T("describe." + string(f))
	}
	return words.T("importing.field." + string(f))
}

// columnLetter names a column as spreadsheet programs do: A, B … AA.
func columnLetter(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// find gives the place of a table's column in the mapping, or -1.
func (p *columnsPane) find(i int) int {
	return slices.IndexFunc(p.mapping.Columns, func(c exchange.Column) bool { return c.Index == i })
}

// refill shows in the choices what the mapping says.
func (p *columnsPane) refill() {
	p.setting = true
	defer func() { p.setting = false }()
	for i, choice := range p.choices {
		n, note := choiceNone, ""
		if at := p.find(i); at >= 0 {
			n, note = chosenFor(p.mapping.Columns[at])
		}
		choice.SetSelectedIndex(n)
		p.notes[i].SetText(note)
	}
}

// chosenFor is the choice that a column stands for, and what there is to say of it.
func chosenFor(c exchange.Column) (choice int, note string) {
	switch {
	case c.Field != "":
		return choiceFields + slices.Index(exchange.Fields(), c.Field), ""
	case c.Extra != "":
		return choiceExtra, words.T("importing.extra.as", words.Args{"Name": c.Extra})
	case len(c.Split) > 0:
		return choiceSplit, splitNote(c.Split)
	}
	return choiceNone, ""
}

func splitNote(list []exchange.Part) string {
	var texts []string
	for _, part := range list {
		name := words.T("importing.not")
		if part.Field != "" {
			name = fieldName(part.Field)
		}
		texts = append(texts, strconv.Itoa(part.Width)+" "+name)
	}
	return strings.Join(texts, " + ")
}

// chosen is told of a choice that a person made.
func (p *columnsPane) chosen(i, n int) {
	switch n {
	case choiceSplit:
		p.askSplit(i)
	case choiceExtra:
		p.set(i, func(c *exchange.Column) { c.Extra = p.extraName(i) })
	case choiceNone:
		p.set(i, func(*exchange.Column) {})
	default:
		p.set(i, func(c *exchange.Column) { c.Field = exchange.Fields()[n-choiceFields] })
	}
}

// extraName is the name of a field of the archive's own: that of the column.
func (p *columnsPane) extraName(i int) string {
	if at := p.find(i); at >= 0 && p.mapping.Columns[at].Name != "" {
		return p.mapping.Columns[at].Name
	}
	return words.T("importing.column", words.Args{"Name": columnLetter(i)})
}

// set changes what a column is. The mapping that was handed in is left as it was.
func (p *columnsPane) set(i int, change func(*exchange.Column)) {
	p.mapping.Columns = slices.Clone(p.mapping.Columns)
	at := p.find(i)
	if at < 0 {
		p.mapping.Columns = append(p.mapping.Columns, exchange.Column{Index: i})
		at = len(p.mapping.Columns) - 1
	}
	c := exchange.Column{Index: i, Name: p.mapping.Columns[at].Name}
	change(&c)
	p.mapping.Columns[at] = c
	p.refill()
	p.changed()
}

// problem says why the mapping cannot be used yet; empty: it can.
func problem(m exchange.Mapping) string {
	used := map[exchange.Field]string{}
	placed := m.Series != ""
	twice := ""
	use := func(f exchange.Field, c exchange.Column) {
		name := c.Name
		if name == "" {
			name = columnLetter(c.Index)
		}
		if other, ok := used[f]; ok && twice == "" {
			twice = words.T("importing.twice", words.Args{"Field": fieldName(f), "A": other, "B": name})
		}
		used[f] = name
	}
	for _, c := range m.Columns {
		if c.Field != "" {
			use(c.Field, c)
		}
		for _, part := range c.Split {
			if part.Field != "" {
				use(part.Field, c)
			}
		}
	}
	for _, f := range []exchange.Field{exchange.FieldCode, exchange.FieldSeries, refcode.FondsNo} {
		_, has := used[f]
		placed = placed || has
	}
	switch {
	case twice != "":
		return twice
	case !placed:
		return words.T("importing.unplaced")
	}
	return ""
}
