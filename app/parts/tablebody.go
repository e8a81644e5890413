package parts

import (
	"context"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// tableBody draws the rows in view and takes keys and the mouse.
type tableBody struct {
	widget.BaseWidget
	table   *Table
	focused bool
	shift   shiftHeld
	wheel   float32 // what the wheel has turned short of a row
	hover   int     // row under the pointer, or -1
}

func newTableBody(t *Table) *tableBody {
	b := &tableBody{table: t, hover: -1}
	b.ExtendBaseWidget(b)
	return b
}

func (b *tableBody) MinSize() fyne.Size { return fyne.NewSize(60, 2*rowHeight) }

func (b *tableBody) FocusGained() { b.focused = true; reveal(b); b.Refresh() }

func (b *tableBody) FocusLost() { b.focused, b.shift = false, false; b.Refresh() }

func (b *tableBody) TypedRune(r rune) {
	if b.table.opt.OnRune != nil {
		b.table.opt.OnRune(r)
	}
}

func (b *tableBody) KeyDown(key *fyne.KeyEvent) { b.shift.down(key) }

func (b *tableBody) KeyUp(key *fyne.KeyEvent) { b.shift.up(key) }

func (b *tableBody) TypedKey(key *fyne.KeyEvent) {
	t := b.table
	if t.onKey != nil && t.onKey(key.Name) {
		return
	}
	page := max(t.whole()-1, 1)
	extend := bool(b.shift)
	switch key.Name {
	case fyne.KeyUp:
		t.moveTo(t.current-1, extend)
	case fyne.KeyDown:
		t.moveTo(t.current+1, extend)
	case fyne.KeyPageUp:
		t.moveTo(t.current-page, extend)
	case fyne.KeyPageDown:
		t.moveTo(max(t.current, 0)+page, extend)
	case fyne.KeyHome:
		t.moveTo(0, extend)
	case fyne.KeyEnd:
		t.moveTo(len(t.ids)-1, extend)
	case fyne.KeyReturn, fyne.KeyEnter:
		t.open()
	case fyne.KeyLeft, fyne.KeyRight:
		const step = 60
		if !t.across.Visible() {
			passOn(b, key)
			return
		}
		t.across.shift(map[fyne.KeyName]float64{fyne.KeyLeft: -step, fyne.KeyRight: step}[key.Name])
	default:
		passOn(b, key)
	}
}

// TypedShortcut selects all and copies; the rest is for the window.
func (b *tableBody) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutSelectAll:
		b.table.SelectAll()
	case *fyne.ShortcutCopy:
		fyne.CurrentApp().Clipboard().SetContent(b.table.copied())
	default:
		passShortcut(b, s)
	}
}

func (b *tableBody) MouseDown(e *desktop.MouseEvent) {
	if c := canvasOf(b); c != nil {
		c.Focus(b)
	}
	t := b.table
	row := b.rowAt(e.Position)
	if row < 0 || e.Button == desktop.MouseButtonSecondary && t.chosen.Has(row) {
		return
	}
	if e.Modifier&fyne.KeyModifierControl != 0 && !t.opt.Single {
		t.current, t.anchor = row, row
		t.chosen.Toggle(row)
		t.redraw()
		t.tell()
		return
	}
	t.moveTo(row, e.Modifier&fyne.KeyModifierShift != 0)
	if t.opt.OnTap != nil && e.Button == desktop.MouseButtonPrimary {
		t.opt.OnTap(t.ids[row], e.Position.X+t.left)
	}
}

func (b *tableBody) MouseUp(*desktop.MouseEvent) {}

func (b *tableBody) DoubleTapped(*fyne.PointEvent) { b.table.open() }

func (b *tableBody) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

func (b *tableBody) MouseMoved(e *desktop.MouseEvent) {
	if row := b.rowAt(e.Position); row != b.hover {
		b.hover = row
		b.Refresh()
	}
}

func (b *tableBody) MouseOut() { b.hover = -1; b.Refresh() }

// Scrolled moves by whole rows, three for a notch of a wheel.
func (b *tableBody) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DX != 0 && b.table.across.Visible() {
		b.table.across.shift(float64(-e.Scrolled.DX))
	}
	b.wheel -= e.Scrolled.DY
	const perRow = 10
	rows := int(b.wheel / perRow)
	b.wheel -= float32(rows) * perRow
	b.table.scrollTo(b.table.top + rows)
}

func (b *tableBody) rowAt(p fyne.Position) int {
	row := b.table.top + int(p.Y/rowHeight)
	if p.Y < 0 || row >= len(b.table.ids) {
		return -1
	}
	return row
}

func (t *Table) open() {
	if _, id := t.Current(); id != 0 && t.opt.OnOpen != nil {
		t.opt.OnOpen(id)
	}
}

// copied gives the selected rows that are loaded as lines of cells, for a
// spreadsheet.
func (t *Table) copied() string {
	var out []byte
	t.chosen.Each(func(row int) {
		r, ok := t.rows.get(t.ids[row])
		if !ok {
			return
		}
		for i, c := range r.Cells {
			if i > 0 {
				out = append(out, '\t')
			}
			out = append(out, oneLine(c, false)...)
		}
		out = append(out, '\n')
	})
	return string(out)
}

func (b *tableBody) CreateRenderer() fyne.WidgetRenderer {
	r := &bodyRenderer{body: b, fit: newFitter(base.TextSize(), fyne.TextStyle{})}
	r.empty = Paragraph(b.table.opt.Empty)
	r.empty.Alignment = fyne.TextAlignCenter
	r.empty.Importance = widget.LowImportance
	r.ring = newRing()
	r.edge = canvas.NewRectangle(color.Transparent)
	r.build(b.Size())
	r.Refresh()
	return r
}

type bodyRenderer struct {
	body    *tableBody
	fit     *fitter
	rows    []*drawnRow
	empty   *Prose
	ring    *canvas.Rectangle
	edge    *canvas.Rectangle // of the column that stays
	columns int
	objects []fyne.CanvasObject
	laid    bool                // the body has had a size
	drawn   map[archive.ID]bool // rows whose words were drawn last
	more    bool                // the words of further rows are on their way
	part    time.Time           // when new words were drawn last
}

// Words that were not drawn before cost the toolkit a quarter of a millisecond each: of a
// view full of new ones partRows are drawn at a time, partPause apart, so that the window
// answers in between.
const (
	partRows  = 4
	partPause = 16 * time.Millisecond
)

// drawnRow is what one row on the screen is drawn with; it is used again for
// whatever row comes to stand there.
type drawnRow struct {
	ground *canvas.Rectangle
	line   *canvas.Rectangle
	texts  []*canvas.Text
}

func (r *bodyRenderer) Destroy()                     {}
func (r *bodyRenderer) IsClip()                      {}
func (r *bodyRenderer) MinSize() fyne.Size           { return fyne.NewSize(60, 2*rowHeight) }
func (r *bodyRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *bodyRenderer) Layout(size fyne.Size) {
	r.build(size)
	t := r.body.table
	if !r.laid && size.Height >= rowHeight {
		r.laid = true
		t.reveal()
	}
	t.clampTop()
	t.redraw()
}

// build makes what as many rows as fit are drawn with.
func (r *bodyRenderer) build(size fyne.Size) {
	r.columns = len(r.body.table.opt.Columns)
	for n := int(size.Height/rowHeight) + 1; len(r.rows) < n; {
		r.rows = append(r.rows, &drawnRow{ground: canvas.NewRectangle(color.Transparent), line: canvas.NewRectangle(color.Transparent)})
	}
	r.objects = nil
	for _, d := range r.rows {
		for len(d.texts) < r.columns {
			text := canvas.NewText("", color.Black)
			text.TextSize = r.fit.size
			d.texts = append(d.texts, text)
		}
		d.texts = d.texts[:r.columns]
		r.objects = append(r.objects, d.ground, d.line)
		for _, text := range d.texts {
			r.objects = append(r.objects, text)
		}
	}
	r.objects = append(r.objects, r.edge, r.empty, r.ring)
	r.empty.Resize(fyne.NewSize(size.Width-2*theme.Margin, r.empty.MinSize().Height))
	r.empty.Move(fyne.NewPos(theme.Margin, max(size.Height/3-20, 0)))
	r.ring.Resize(size)
}

func (r *bodyRenderer) Refresh() {
	b, t := r.body, r.body.table
	if r.columns != len(t.opt.Columns) {
		r.build(b.Size())
	}
	r.edge.Hidden = t.left == 0 || t.frozen() == 0 || len(t.ids) == 0
	r.edge.FillColor = base.Color(base.ColorNamePrimary)
	r.edge.Move(fyne.NewPos(t.frozen()-1, 0))
	r.edge.Resize(fyne.NewSize(1, b.Size().Height))
	say := t.opt.Empty
	if !t.listed {
		say = words.T("table.reading")
	}
	r.empty.SetText(say)
	r.empty.Hidden = len(t.ids) > 0 || say == ""
	r.ring.Hidden = !b.focused
	r.ring.StrokeColor = base.Color(theme.ColorRing)
	r.drawRows()
	if !r.empty.Hidden {
		r.empty.Refresh()
	}
	canvas.Refresh(b)
}

// drawRows draws the rows in view; of words that were not there before as many as one part
// has, and the others soon after.
func (r *bodyRenderer) drawRows() {
	b, t := r.body, r.body.table
	drawn, left := make(map[archive.ID]bool, len(r.rows)), partRows
	if time.Since(r.part) < partPause { // several things may have the body drawn at once
		left = 0
	}
	for i, d := range r.rows {
		row := t.top + i
		if row >= len(t.ids) || float32(i)*rowHeight >= b.Size().Height {
			d.hide()
			continue
		}
		r.draw(d, row, float32(i)*rowHeight)
		id := t.ids[row]
		if _, known := t.rows.get(id); !known {
			continue
		}
		if !r.drawn[id] && t.opt.Runner != nil {
			if left--; left < 0 {
				d.hideWords()
				continue
			}
			r.part = time.Now()
		}
		drawn[id] = true
	}
	r.drawn = drawn
	if left >= 0 || r.more {
		return
	}
	r.more = true
	task.Run(t.opt.Runner, "", func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		select {
		case <-time.After(partPause):
		case <-ctx.Done():
		}
		return struct{}{}, nil
	}, func(struct{}, error) {
		r.more = false
		b.Refresh()
	}, task.Quiet())
}

func (d *drawnRow) hide() {
	d.ground.Hidden, d.line.Hidden = true, true
	d.hideWords()
}

func (d *drawnRow) hideWords() {
	for _, text := range d.texts {
		text.Hidden = true
	}
}

func (r *bodyRenderer) draw(d *drawnRow, row int, y float32) {
	b, t := r.body, r.body.table
	width := b.Size().Width
	d.ground.Hidden, d.line.Hidden = false, false
	d.ground.FillColor = r.ground(row)
	d.ground.Move(fyne.NewPos(0, y))
	d.ground.Resize(fyne.NewSize(width, rowHeight))
	d.line.FillColor = base.Color(base.ColorNameSeparator)
	d.line.Move(fyne.NewPos(0, y+rowHeight-1))
	d.line.Resize(fyne.NewSize(width, 1))
	record, known := t.rows.get(t.ids[row])
	ink := base.Color(base.ColorNameForeground)
	switch {
	case record.Alert:
		ink = base.Color(base.ColorNameError)
	case record.Dim:
		ink = base.Color(base.ColorNamePlaceHolder)
	}
	// Of a row that is cut off at the lower edge so far that letters would be, the ground is
	// enough to say that more rows follow.
	cut := y+rowHeight-cellPad/2 > b.Size().Height+1
	for i, text := range d.texts {
		x, w := t.placed[i].x, t.placed[i].width
		cell := ""
		if i < len(record.Cells) {
			cell = record.Cells[i]
		} else if !known && i == 0 {
			cell = "…"
		}
		text.Hidden = cut || cell == "" || x > width || x+w < 0 || w <= 2*cellPad
		text.Text = r.fit.fit(cell, w-2*cellPad)
		text.Color = ink
		text.Alignment = fyne.TextAlignLeading
		if t.opt.Columns[i].Number {
			text.Alignment = fyne.TextAlignTrailing
		}
		r.fit.set(text, x+cellPad, y, w-2*cellPad, rowHeight)
	}
}

func (r *bodyRenderer) ground(row int) color.Color {
	b, t := r.body, r.body.table
	switch {
	case t.chosen.Has(row):
		return base.Color(base.ColorNameSelection)
	case row == b.hover:
		return base.Color(base.ColorNameHover)
	case row%2 == 1:
		return base.Color(theme.ColorStripe)
	}
	return color.Transparent
}
