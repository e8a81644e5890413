package parts

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

// gutter is the width of the numbers of the rows.
const gutter float32 = 44

func (b *gridBody) CreateRenderer() fyne.WidgetRenderer {
	g := b.grid
	r := &gridRenderer{body: b, fixed: newGridPane(g), rest: newGridPane(g), ring: newRing()}
	r.objects = []fyne.CanvasObject{r.rest, r.fixed, g.edit.line, g.edit.area, g.edit.offers, r.ring}
	r.Refresh()
	return r
}

// gridRenderer draws two panes: what stays in view, and what is scrolled beside it.
type gridRenderer struct {
	body        *gridBody
	fixed, rest *gridPane
	ring        *canvas.Rectangle
	objects     []fyne.CanvasObject
}

func (r *gridRenderer) Destroy()                     {}
func (r *gridRenderer) IsClip()                      {}
func (r *gridRenderer) MinSize() fyne.Size           { return r.body.MinSize() }
func (r *gridRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *gridRenderer) Layout(fyne.Size) {
	r.body.grid.reveal()
	r.body.grid.redraw()
}

func (r *gridRenderer) Refresh() {
	g, size := r.body.grid, r.body.Size()
	fixed := min(g.fixed(), size.Width)
	r.fixed.show(fyne.NewPos(0, 0), fyne.NewSize(fixed, size.Height), 0, 1)
	r.rest.show(fyne.NewPos(fixed, 0), fyne.NewSize(size.Width-fixed, size.Height), 1, len(g.shown))
	r.ring.Hidden = !r.body.focused
	r.ring.StrokeColor = base.Color(theme.ColorRing)
	r.ring.Resize(size)
	g.edit.lay()
	g.edit.place()
	canvas.Refresh(r.body)
}

// gridPane draws some columns of a Grid and cuts off what stands out.
type gridPane struct {
	widget.BaseWidget
	grid     *Grid
	from, to int // places in shown
	objects  []fyne.CanvasObject
	rects    []*canvas.Rectangle
	texts    []*canvas.Text
	used     struct{ rects, texts int }
	fit      *fitter
	head     *fitter
	small    *fitter
}

func newGridPane(g *Grid) *gridPane {
	p := &gridPane{grid: g, fit: newFitter(base.TextSize(), fyne.TextStyle{}), head: headFitter(),
		small: newFitter(base.CaptionTextSize(), fyne.TextStyle{})}
	p.ExtendBaseWidget(p)
	return p
}

func (p *gridPane) MinSize() fyne.Size { return fyne.Size{} }

func (p *gridPane) CreateRenderer() fyne.WidgetRenderer { return gridPaneRenderer{p} }

type gridPaneRenderer struct{ pane *gridPane }

func (r gridPaneRenderer) Destroy()                     {}
func (r gridPaneRenderer) IsClip()                      {}
func (r gridPaneRenderer) Layout(fyne.Size)             {}
func (r gridPaneRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r gridPaneRenderer) Objects() []fyne.CanvasObject { return r.pane.objects }
func (r gridPaneRenderer) Refresh()                     { canvas.Refresh(r.pane) }

// show draws the columns from … to-1 of those shown.
func (p *gridPane) show(at fyne.Position, size fyne.Size, from, to int) {
	p.Move(at)
	p.Resize(size)
	p.from, p.to = from, to
	p.used.rects, p.used.texts = 0, 0
	p.objects = p.objects[:0]
	g := p.grid
	p.rect(0, 0, size.Width, headHeight, base.Color(base.ColorNameHeaderBackground))
	rows := 0
	for ; g.top+rows < len(g.cells.rows) && headHeight+float32(rows)*rowHeight < size.Height; rows++ {
		p.drawRow(g.top+rows, headHeight+float32(rows)*rowHeight, size.Width)
	}
	p.drawHead(size, headHeight+float32(rows)*rowHeight)
	canvas.Refresh(p)
}

// rect draws a rectangle, one of those made before where there are any left.
func (p *gridPane) rect(x, y, w, h float32, fill color.Color) *canvas.Rectangle {
	if p.used.rects == len(p.rects) {
		p.rects = append(p.rects, canvas.NewRectangle(color.Transparent))
	}
	r := p.rects[p.used.rects]
	p.used.rects++
	r.FillColor, r.StrokeWidth = fill, 0
	r.Move(fyne.NewPos(x, y))
	r.Resize(fyne.NewSize(w, h))
	p.objects = append(p.objects, r)
	return r
}

func (p *gridPane) text(f *fitter, text string, x, y, w, h float32, ink color.Color, trailing bool) {
	if text == "" || w <= 2*cellPad {
		return
	}
	if p.used.texts == len(p.texts) {
		p.texts = append(p.texts, canvas.NewText("", color.Black))
	}
	t := p.texts[p.used.texts]
	p.used.texts++
	t.Text, t.Color, t.TextSize, t.TextStyle = f.fit(text, w-2*cellPad), ink, f.size, f.style
	t.Alignment = fyne.TextAlignLeading
	if trailing {
		t.Alignment = fyne.TextAlignTrailing
	}
	f.set(t, x+cellPad, y, w-2*cellPad, h)
	p.objects = append(p.objects, t)
}

// x is where a shown column begins in the pane.
func (p *gridPane) x(column int) float32 { return p.grid.x(column) - p.Position().X }

func (p *gridPane) drawHead(size fyne.Size, bottom float32) {
	g := p.grid
	line := base.Color(base.ColorNameSeparator)
	p.rect(0, headHeight-1, size.Width, 1, line)
	if p.from == 0 {
		p.rect(gutter-1, 0, 1, bottom, line)
	}
	for i := p.from; i < p.to; i++ {
		c := g.shown[i]
		x, w := p.x(i), g.widths[c]
		if x > size.Width || x+w < 0 {
			continue
		}
		p.text(p.head, g.opt.Columns[c].Title, x, 0, w, headHeight, base.Color(base.ColorNameForeground), false)
		p.rect(x+w-1, 0, 1, bottom, line)
	}
	if p.from == 0 { // the edge beyond which columns are scrolled
		p.rect(size.Width-1, 0, 1, bottom, base.Color(base.ColorNameInputBorder))
	}
}

func (p *gridPane) drawRow(row int, y, width float32) {
	g := p.grid
	record := g.cells.rows[row]
	if row%2 == 1 {
		p.rect(0, y, width, rowHeight, base.Color(theme.ColorStripe))
	}
	if p.from == 0 {
		p.number(row, record, y)
	}
	for i := p.from; i < p.to; i++ {
		if x := p.x(i); x <= width && x+g.widths[g.shown[i]] >= 0 {
			p.cell(row, i, record, x, y)
		}
	}
	p.rect(0, y+rowHeight-1, width, 1, base.Color(base.ColorNameSeparator))
}

// number draws the number of a row; the empty one at the end has a star.
func (p *gridPane) number(row int, record *GridRow, y float32) {
	g := p.grid
	ink := base.Color(base.ColorNamePlaceHolder)
	if row == g.row {
		ink = base.Color(base.ColorNameForeground)
	}
	text := strconv.Itoa(row + 1)
	if row == len(g.cells.rows)-1 && record.Empty() {
		text = "*"
	} else if g.opt.MarkRow != nil {
		if mark := g.opt.MarkRow(record); mark >= GridOdd {
			ink = markColor(mark)
			p.rect(0, y, 3, rowHeight-1, ink)
		}
	}
	p.text(p.small, text, 0, y, gutter, rowHeight, ink, true)
}

func (p *gridPane) cell(row, place int, record *GridRow, x, y float32) {
	g := p.grid
	column := g.shown[place]
	w := g.widths[column]
	ink := base.Color(base.ColorNameForeground)
	if g.opt.Mark != nil {
		switch mark := g.opt.Mark(record, column); mark {
		case GridFine:
		case GridAsked:
			p.rect(x, y, 3, rowHeight-1, markColor(mark))
		default:
			p.rect(x, y, w-1, rowHeight-1, faint(markColor(mark)))
			p.rect(x, y, 3, rowHeight-1, markColor(mark))
			ink = markColor(mark)
		}
	}
	marked, current := g.marked(), row == g.row && place == g.column
	if marked.has(row, place) && !marked.single() {
		p.rect(x, y, w-1, rowHeight-1, base.Color(base.ColorNameSelection))
	}
	open := g.edit.open != nil && current
	text := record.Cells[column]
	if text == "" && g.opt.Ghost != nil && row == len(g.cells.rows)-1 && record.Empty() {
		text, ink = g.opt.Ghost(column), base.Color(base.ColorNamePlaceHolder)
	}
	if !open {
		p.text(p.fit, text, x, y, w, rowHeight, ink, false)
	}
	if current {
		frame := p.rect(x, y, w-1, rowHeight-1, color.Transparent)
		frame.StrokeWidth, frame.StrokeColor = 2, base.Color(base.ColorNamePrimary)
	}
}

func markColor(m GridMark) color.Color {
	if m == GridWrong {
		return base.Color(base.ColorNameError)
	}
	return base.Color(base.ColorNameWarning)
}

// faint is a colour as a ground for text of it.
func faint(c color.Color) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = 0x1c
	return n
}
