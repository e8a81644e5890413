package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
)

// draft is a row on its way in.
type draft struct {
	sheet  string
	number int
	cells  []sheet.Cell // as read, dittos resolved
	fate   Fate
	bad    []Reject

	kind   archive.HoldingKind
	series *series
	parent string // its code; empty: the series
	box    string // 盒号 or code
	item   archive.Item
	volume archive.Container
	more   map[Field]string // what else it is described with
	extra  map[string]string
	secret bool     // rejected for its 密级: nothing of it is written anywhere but its code
	given  fieldSet // what the row states
	asBox  *box     // the row is this box
	inBox  *box     // the row lies in this box
}

func (d *draft) holding() *archive.Holding {
	if d.kind.IsContainer() {
		return &d.volume.Holding
	}
	return &d.item.Holding
}

func (d *draft) reject(column, value string, p problem) {
	d.fate = Rejected
	d.bad = append(d.bad, Reject{Sheet: d.sheet, Row: d.number, Column: column, Value: value, Reason: p.reason, Detail: p.detail, Code: p.code})
}

// fieldSet are the fields that a row has a value for.
type fieldSet map[Field]bool

// reader makes drafts of rows.
type reader struct {
	m       Mapping
	names   map[int]string // of columns
	columns []Column
	places  *places
	now     time.Time
	csv     bool
	class   archive.Secrecy // the highest 密级 that may come in
	header  []string
	above   []sheet.Cell
}

func newReader(m Mapping, header []string, p *places, o Options, csv bool) *reader {
	r := &reader{m: m, names: map[int]string{}, places: p, now: o.now(), csv: csv, header: header}
	for _, c := range m.Columns {
		r.names[c.Index] = c.Name
		if c.Field != "" || c.Extra != "" || len(c.Split) > 0 {
			r.columns = append(r.columns, c)
		}
	}
	return r
}

// values are the cells of a row by field.
type values struct {
	cells map[Field]sheet.Cell
	extra map[string]string
	at    map[Field]int // column
}

func (v values) text(f Field) string { return v.cells[f].Text }

// draft reads a row.
func (r *reader) draft(name string, row sheet.Row) *draft {
	d := &draft{sheet: name, number: row.Number, cells: slices.Clone(row.Cells)}
	if r.repeatsHeader(d.cells) || !r.m.Exact && totals(d.cells) && r.noCode(d.cells) {
		d.fate = Skipped
		return d
	}
	v := r.values(d)
	if d.fate == Rejected {
		return d
	}
	if r.m.Exact {
		r.exact(d, v)
	} else {
		r.fill(d, v)
	}
	if d.series != nil {
		r.mayHold(d, v)
	}
	return d
}

// repeatsHeader tells whether a row is the header again, as at the top of each page.
func (r *reader) repeatsHeader(cells []sheet.Cell) bool {
	n := 0
	for i, name := range r.header {
		text := ""
		if i < len(cells) {
			text = cells[i].Text
		}
		if headerKey(text) != headerKey(name) {
			return false
		}
		if name != "" {
			n++
		}
	}
	return n > 0
}

func (r *reader) noCode(cells []sheet.Cell) bool {
	for _, c := range r.columns {
		if c.Field == FieldCode && c.Index < len(cells) && strings.ContainsAny(cells[c.Index].Text, "-－·") {
			return false
		}
	}
	return true
}

// values takes the cells of the columns that are mapped, and resolves what says "as
// above".
func (r *reader) values(d *draft) values {
	v := values{cells: map[Field]sheet.Cell{}, extra: map[string]string{}, at: map[Field]int{}}
	for len(d.cells) < len(r.above) {
		d.cells = append(d.cells, sheet.Cell{})
	}
	for _, c := range r.columns {
		if c.Index >= len(d.cells) {
			continue
		}
		cell := &d.cells[c.Index]
		r.unguard(cell)
		if !r.m.Exact && ditto(cell.Text) {
			if c.Index >= len(r.above) || r.above[c.Index].Kind == sheet.Empty {
				d.reject(c.Name, cell.Text, problem{reason: NothingAbove})
				continue
			}
			*cell = r.above[c.Index]
		}
		if cell.Kind == sheet.Fault {
			d.reject(c.Name, cell.Text, problem{reason: FaultCell, detail: cell.Text})
			continue
		}
		switch {
		case len(c.Split) > 0:
			r.split(d, v, c, *cell)
		case c.Extra != "":
			r.own(d, v, c, *cell)
		case cell.Kind != sheet.Empty:
			v.cells[c.Field], v.at[c.Field] = *cell, c.Index
		}
	}
	r.above = append(r.above[:0], d.cells...)
	return v
}

// unguard takes away what our own files put before a text.
func (r *reader) unguard(c *sheet.Cell) {
	if c.Kind != sheet.Text {
		return
	}
	if r.m.Exact {
		c.Text = sheet.Unescape(c.Text)
	}
	if r.csv {
		c.Text = sheet.Unguard(c.Text)
	}
}

// own reads a column that becomes a field of the site's own.
func (r *reader) own(d *draft, v values, c Column, cell sheet.Cell) {
	text, p := cell.Text, problem{}
	if !r.m.Exact {
		text, p = cleanText(text)
	}
	if p.bad() {
		d.reject(c.Name, cell.Text, p)
		return
	}
	if text != "" {
		v.extra[c.Extra] = text
	}
}

// split takes a combined key apart.
func (r *reader) split(d *draft, v values, c Column, cell sheet.Cell) {
	if cell.Kind == sheet.Empty {
		return
	}
	width := 0
	for _, p := range c.Split {
		width += p.Width
	}
	text := []rune(strings.TrimSpace(halfDigits(cell.Text)))
	switch {
	case cell.Lossy:
		d.reject(c.Name, cell.Text, problem{reason: DigitsLost})
		return
	case cell.Kind == sheet.Number && digitsOnly(string(text)):
		for len(text) < width { // zeros at its beginning were lost
			text = append([]rune{'0'}, text...)
		}
	}
	if len(text) != width {
		d.reject(c.Name, cell.Text, problem{reason: TooWide, detail: strconv.Itoa(width)})
		return
	}
	for _, p := range c.Split {
		if p.Field != "" {
			part := strings.TrimSpace(string(text[:p.Width]))
			v.cells[p.Field], v.at[p.Field] = sheet.Cell{Text: part, Kind: sheet.Text}, c.Index
		}
		text = text[p.Width:]
	}
}

// fill brings the values into the form of their fields.
func (r *reader) fill(d *draft, v values) {
	bad := func(f Field, p problem) {
		if !p.bad() {
			return
		}
		column := r.columnOf(f) // the row may have no cell there
		if at, ok := v.at[f]; ok {
			column = r.names[at]
		}
		d.reject(column, v.text(f), p)
	}
	text := func(f Field) string {
		s, p := cleanText(v.text(f))
		bad(f, p)
		return s
	}
	d.given, d.extra, d.more = fieldSet{}, v.extra, map[Field]string{}
	for f, c := range v.cells {
		if c.Kind != sheet.Empty {
			d.given[f] = true
		}
	}
	kind, ok := kindOf(text(FieldKind))
	if !ok {
		bad(FieldKind, problem{reason: WrongKind})
	}
	if kind == "" {
		kind = r.m.Kind
	}
	d.box = text(FieldBox)
	code := r.code(d, v, kind, bad)
	if d.series == nil { // so that whoever mends the row finds it
		hold := d.holding()
		hold.Code, hold.Title = strings.TrimSpace(v.text(FieldCode)), strings.TrimSpace(v.text(FieldTitle))
		return
	}
	h := archive.Holding{Kind: d.kind, Code: code, Title: text(FieldTitle), Opening: text(FieldOpening)}
	if h.Title == "" && d.kind != archive.KindBox {
		d.reject(r.columnOf(FieldTitle), "", problem{reason: NoTitle})
	}
	r.when(d, v, &h, bad)
	h.Retention = text(FieldRetention)
	if n, p := wholeNumber(v.cells[FieldAccess]); p.bad() || n >= archive.AccessGroups {
		bad(FieldAccess, problem{reason: BadNumber})
	} else {
		h.Access = archive.AccessClass(n)
	}
	r.describe(d, v, bad)
	pages, p := wholeNumber(v.cells[FieldPageCount])
	bad(FieldPageCount, p)
	if v.cells[FieldPageNo].Kind == sheet.Date {
		bad(FieldPageNo, problem{reason: BecameDate})
	}
	if d.kind.IsContainer() {
		d.volume.Holding, d.volume.Author, d.volume.Note, d.volume.PageCount = h, text(FieldAuthor), text(FieldNote), pages
		return
	}
	d.item.Holding, d.item.Author, d.item.Note, d.item.PageCount = h, text(FieldAuthor), text(FieldNote), pages
	d.item.DocNo, d.item.PageNo = text(FieldDocNo), strings.ReplaceAll(halfDigits(text(FieldPageNo)), "－", "-")
	d.item.Persons = persons(text(FieldPersons))
}

// columnOf names the column of a field; empty when it has none.
func (r *reader) columnOf(f Field) string {
	for _, c := range r.columns {
		if c.Field == f {
			return c.Name
		}
	}
	return ""
}

// dateAsWritten is the field of the site's own that keeps a date whose form was changed.
const dateAsWritten = "日期原文"

// when reads dates and year, and checks the year against the code.
func (r *reader) when(d *draft, v values, h *archive.Holding, bad func(Field, problem)) {
	keep := func(f Field, now string) {
		if was, _ := cleanText(v.text(f)); v.cells[f].Kind == sheet.Text && was != now && halfDigits(was) != now {
			name := dateAsWritten
			if f != FieldDate {
				name += "（" + r.names[v.at[f]] + "）"
			}
			d.extra[name] = was
		}
	}
	for _, one := range []struct {
		field Field
		to    *string
	}{{FieldDate, &h.Date}, {FieldDateBegin, &d.volume.DateBegin}, {FieldDateEnd, &d.volume.DateEnd}} {
		c := v.cells[one.field]
		date, p := dateValue(c, r.now)
		bad(one.field, p)
		*one.to = date
		keep(one.field, date)
	}
	if v.text(FieldDates) != "" {
		begin, end, p := datesValue(v.cells[FieldDates], r.now)
		bad(FieldDates, p)
		if d.volume.DateBegin == "" {
			d.volume.DateBegin = begin
		}
		if d.volume.DateEnd == "" {
			d.volume.DateEnd = end
		}
		keep(FieldDates, begin)
	}
	if !d.kind.IsContainer() && h.Date == "" && d.volume.DateBegin != "" {
		h.Date = d.volume.DateBegin
	}
	year, p := yearValue(v.cells[FieldYear], r.now)
	bad(FieldYear, p)
	h.Year = year
}

// exact takes the values of a table that this package wrote.
func (r *reader) exact(d *draft, v values) {
	d.extra, d.more, d.box, d.parent = v.extra, map[Field]string{}, v.text(FieldBox), v.text(FieldParent)
	number := func(f Field) int {
		n, err := strconv.Atoi(v.text(f))
		if err != nil && v.text(f) != "" {
			d.reject(r.names[v.at[f]], v.text(f), problem{reason: BadNumber})
		}
		return n
	}
	kind, ok := kindOf(v.text(FieldKind))
	if !ok || kind == "" {
		d.reject(r.columnOf(FieldKind), v.text(FieldKind), problem{reason: WrongKind})
		return
	}
	d.kind = kind
	for f := range isDescribed() {
		if text := v.text(f); text != "" {
			d.more[f] = text
		}
	}
	if d.series = r.places.byCode[v.text(FieldSeries)]; d.series == nil {
		fonds, _, _ := strings.Cut(v.text(FieldSeries), refcode.Dash)
		p := problem{reason: NoSeries, detail: v.text(FieldSeries)}
		if _, held := r.places.fonds[fonds]; !held {
			p = problem{reason: NoFonds, detail: fonds}
		}
		if d.series, _, p = r.places.made(v.text(FieldCode), "", p); p.bad() {
			d.reject(r.columnOf(FieldSeries), v.text(FieldSeries), p)
			return
		}
	}
	h := archive.Holding{Kind: kind, Code: v.text(FieldCode), Title: v.text(FieldTitle), Date: v.text(FieldDate), Year: number(FieldYear),
		Retention: v.text(FieldRetention), Opening: v.text(FieldOpening), Access: archive.AccessClass(number(FieldAccess))}
	if h.Code == "" && kind != archive.KindBox {
		d.reject(r.columnOf(FieldCode), "", problem{reason: NoCode})
		return
	}
	if kind.IsContainer() {
		d.volume = archive.Container{Holding: h, Number: v.text(FieldNumber), Author: v.text(FieldAuthor), DateBegin: v.text(FieldDateBegin),
			DateEnd: v.text(FieldDateEnd), PageCount: number(FieldPageCount), Note: v.text(FieldNote)}
		return
	}
	d.item = archive.Item{Holding: h, Number: v.text(FieldNumber), Author: v.text(FieldAuthor), DocNo: v.text(FieldDocNo),
		Persons: v.text(FieldPersons), PageCount: number(FieldPageCount), PageNo: v.text(FieldPageNo), Note: v.text(FieldNote)}
}
