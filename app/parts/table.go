package parts

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Column is one column of a Table.
type Column struct {
	Key      string  // for OnSort and for remembering its width
	Title    string  // in the reader's language
	Width    float32 // until a person changes it
	Number   bool    // set right
	Sortable bool
	Stretch  bool // takes what the others leave; one column at most
}

// Row is what a Table shows of one record, one text per column.
type Row struct {
	Cells []string
	Dim   bool // something not in force: superseded, not yet hashed
	Alert bool // something to look at: refused, damaged
}

// SortKey is one key that a list is ordered by.
type SortKey struct {
	Column     string
	Descending bool
}

// mostKeys is how many keys a person orders by.
const mostKeys = 3

// TableOptions says what a Table shows and whom it tells.
type TableOptions struct {
	Key     string // names the table in Memory; empty: nothing is remembered
	Columns []Column
	Runner  *task.Runner
	Memory  Memory // nil: forgetful

	// Fetch reads the rows of some ids, in the order of ids, off the UI goroutine. A
	// record that is gone or may not be seen has a zero Row.
	Fetch func(ctx context.Context, ids []archive.ID) ([]Row, error)

	OnOpen   func(id archive.ID)            // Enter or a double click
	OnSelect func()                         // the current row or the selection changed
	OnSort   func(keys []SortKey)           // the order that clicks on heads ask for, most important key first
	OnError  func(error)                    // Fetch failed; the rows stay empty
	OnKey    func(fyne.KeyName) (used bool) // sees keys before the table does
	OnRune   func(rune)                     // characters typed at the rows
	OnTap    func(id archive.ID, x float32) // a press of the mouse on a row, x from its left edge

	Empty  string // what to say when there are no rows
	Single bool   // at most one row is selected
	Plain  bool   // no line below that counts the rows
	Frozen bool   // the first column stays when the others are scrolled sideways
}

// Table shows a window of a long list. The list is a slice of ids in order, of any
// length; rows are read by id as they come into view. Positions are row numbers,
// never pixels, so that a million rows are as exact as ten.
type Table struct {
	widget.BaseWidget
	opt     TableOptions
	ids     []archive.ID
	top     int // the first row shown
	current int // the row with the keyboard, or -1
	anchor  int // where a selection with Shift began
	chosen  Selection
	rows    rowCache
	listed  bool // a list was set: without rows it is empty, not on its way
	partial bool // the rest of the list is still being read

	sorts  []SortKey
	widths []float32 // as set or remembered
	laid   []float32 // as drawn, after stretching
	placed []span    // where in the view columns are
	left   float32   // how far the columns are scrolled

	onKey  func(fyne.KeyName) bool // sees keys first, and tells whether it used one
	head   *tableHead
	body   *tableBody
	bar    *scrollBar
	across *scrollBar
	status *widget.Label
	root   *fyne.Container
}

// NewTable makes an empty table.
func NewTable(opt TableOptions) *Table {
	if opt.Memory == nil {
		opt.Memory = Forgetful{}
	}
	t := &Table{opt: opt, current: -1, anchor: -1, onKey: opt.OnKey}
	t.rows = newRowCache(t)
	t.widths = rememberedWidths(opt)
	t.head = newTableHead(t)
	t.body = newTableBody(t)
	t.bar = newScrollBar(false, func(v float64) { t.scrollTo(int(v + 0.5)) })
	t.across = newScrollBar(true, func(v float64) { t.left = float32(v); t.redraw() })
	t.across.Hide()
	t.status = widget.NewLabel("")
	t.status.Truncation = fyne.TextTruncateEllipsis
	t.status.SizeName = captionSize
	middle := Border(t.head, t.across, nil, t.bar, t.body)
	if opt.Plain {
		t.root = container.NewStack(middle)
	} else {
		t.root = Border(nil, t.status, nil, nil, middle)
	}
	t.ExtendBaseWidget(t)
	t.redraw()
	return t
}

// CreateRenderer is called by the toolkit.
func (t *Table) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.root) }

// MinSize leaves room for a few rows.
func (t *Table) MinSize() fyne.Size { return fyne.NewSize(200, 140) }

// SetIDs shows another list. The current row stays the same record where it is
// still there, and the view stays where it was as far as it can; the selection is
// emptied unless the list is equal. The table keeps ids and must be its only writer.
func (t *Table) SetIDs(ids []archive.ID) {
	t.partial = false
	t.set(ids)
}

// SetBeginning is SetIDs with the first records of a list whose rest is still being
// read: how many there are is not told yet.
func (t *Table) SetBeginning(ids []archive.ID) {
	t.partial = true
	t.set(ids)
}

func (t *Table) set(ids []archive.ID) {
	t.listed = true
	if slices.Equal(ids, t.ids) {
		t.Reload()
		return
	}
	var was archive.ID
	offset := t.current - t.top
	if t.current >= 0 {
		was = t.ids[t.current]
	}
	t.ids = ids
	t.chosen.Clear()
	t.current = -1
	if was != 0 {
		t.current = slices.Index(ids, was)
	}
	t.anchor = t.current
	if t.current >= 0 {
		t.chosen.Add(t.current, t.current+1)
		t.top = t.current - offset
	}
	t.rows.stale()
	t.clampTop()
	t.redraw()
	t.tell()
}

// IDs gives the list; it must not be changed.
func (t *Table) IDs() []archive.ID { return t.ids }

// Reload reads the rows in view again; the old ones stay until the new ones are there.
func (t *Table) Reload() {
	t.rows.stale()
	t.redraw()
}

// Current gives the row with the keyboard, from 0, and its id; -1 and 0 if none.
func (t *Table) Current() (row int, id archive.ID) {
	if t.current < 0 {
		return -1, 0
	}
	return t.current, t.ids[t.current]
}

// Line gives the cells of the current row with tabs between them, as Ctrl+C would; "" while
// it is being read.
func (t *Table) Line() string {
	if t.current < 0 {
		return ""
	}
	row, _ := t.rows.get(t.ids[t.current])
	return strings.Join(row.Cells, "\t")
}

// Selected gives the ids of the selected rows in the order of the list.
func (t *Table) Selected() []archive.ID {
	out := make([]archive.ID, 0, t.chosen.Len())
	t.chosen.Each(func(row int) { out = append(out, t.ids[row]) })
	return out
}

// SelectedCount counts the selected rows.
func (t *Table) SelectedCount() int { return t.chosen.Len() }

// SelectAll selects every row, shown or not.
func (t *Table) SelectAll() {
	if t.opt.Single {
		return
	}
	t.chosen.Clear()
	t.chosen.Add(0, len(t.ids))
	t.redraw()
	t.tell()
}

// ClearSelection leaves no row selected or current.
func (t *Table) ClearSelection() {
	t.chosen.Clear()
	t.current, t.anchor = -1, -1
	t.redraw()
	t.tell()
}

// GoTo makes a row, counted from 0, the current and only selected one and shows it.
func (t *Table) GoTo(row int) { t.moveTo(row, false) }

// ToTop brings the first row into view; the current one stays.
func (t *Table) ToTop() { t.scrollTo(0) }

// GoToID is GoTo for a record; it tells whether the list has it.
func (t *Table) GoToID(id archive.ID) bool {
	row := slices.Index(t.ids, id)
	if row >= 0 {
		t.GoTo(row)
	}
	return row >= 0
}

// SetSort shows by which columns the list is ordered; it does not order it.
func (t *Table) SetSort(keys ...SortKey) {
	t.sorts = slices.Clone(keys)
	t.head.Refresh()
}

// SetColumns shows other columns; key names the table in Memory from now on. Columns
// that are the same already stay as they are.
func (t *Table) SetColumns(key string, columns []Column) {
	if key == t.opt.Key && slices.Equal(columns, t.opt.Columns) {
		return
	}
	t.opt.Key, t.opt.Columns = key, columns
	t.widths = rememberedWidths(t.opt)
	t.left = 0
	t.head.current = min(t.head.current, max(len(columns)-1, 0))
	t.rows.drop()
	t.layColumns()
	t.redraw()
}

// SetTitles renames the columns, for a list whose meaning changed.
func (t *Table) SetTitles(titles ...string) {
	for i := range min(len(titles), len(t.opt.Columns)) {
		t.opt.Columns[i].Title = titles[i]
	}
	t.head.Refresh()
}

// Focus gives the table the keyboard.
func (t *Table) Focus() {
	if c := canvasOf(t); c != nil {
		c.Focus(t.body)
	}
}

// Focusable is what takes the keyboard, for a canvas that has not drawn the table yet.
func (t *Table) Focusable() fyne.Focusable { return t.body }

// Status says which rows are in view and how many are selected: "1–28 of 940,112".
func (t *Table) Status() string {
	if len(t.ids) == 0 {
		return ""
	}
	last := min(t.top+t.whole(), len(t.ids))
	if t.partial {
		return words.T("table.beginning", words.Args{"From": words.Number(t.top + 1), "To": words.Number(last)})
	}
	s := words.T("table.range", words.Args{
		"From": words.Number(t.top + 1), "To": words.Number(last), "N": words.Number(len(t.ids)),
	})
	if n := t.chosen.Len(); n > 1 {
		s += words.T("table.selected", words.Args{"N": words.Number(n)})
	}
	return s
}

// whole is how many rows fit wholly into the view.
func (t *Table) whole() int { return max(int(t.body.Size().Height/rowHeight), 1) }

func (t *Table) maxTop() int { return max(len(t.ids)-t.whole(), 0) }

func (t *Table) clampTop() { t.top = min(max(t.top, 0), t.maxTop()) }

func (t *Table) scrollTo(top int) {
	before := t.top
	t.top = top
	t.clampTop()
	if t.top != before {
		t.redraw()
	}
}

// moveTo makes row the current one; with extend the selection reaches from the
// anchor to it.
func (t *Table) moveTo(row int, extend bool) {
	if len(t.ids) == 0 {
		return
	}
	row = min(max(row, 0), len(t.ids)-1)
	t.current = row
	t.chosen.Clear()
	if extend && t.anchor >= 0 && !t.opt.Single {
		t.chosen.Add(min(t.anchor, row), max(t.anchor, row)+1)
	} else {
		t.anchor = row
		t.chosen.Add(row, row+1)
	}
	t.reveal()
	t.redraw()
	t.tell()
}

// reveal moves the view so far that the current row is in it. Before the table has
// a size there is nothing to move; its first layout does it.
func (t *Table) reveal() {
	if t.current < 0 || t.body.Size().Height < rowHeight {
		return
	}
	if last := t.current - t.whole() + 1; t.top < last {
		t.top = last
	}
	t.top = min(t.top, t.current)
	t.clampTop()
}

func (t *Table) tell() {
	if t.opt.OnSelect != nil {
		t.opt.OnSelect()
	}
}

// redraw brings every piece in line with the state.
func (t *Table) redraw() {
	t.layColumns()
	t.bar.set(float64(t.top), float64(t.whole()), float64(len(t.ids)))
	t.status.SetText(t.Status())
	t.head.Refresh()
	t.body.Refresh()
	t.rows.want()
}
