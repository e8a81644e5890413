package find

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/theme"
	"lantai/app/words"
)

const (
	lineHeight float32 = 21
	rowPad     float32 = 8
	rowLines           = 3 // place and title, then two of the text
	rowHeight          = rowLines*lineHeight + 10
)

// hitRow draws one hit: where it is, and the words found in their sentence.
type hitRow struct {
	hits                     *window
	strong, plain            *measure
	code, place, title, date *canvas.Text
	pieces                   []*canvas.Text
	marks                    []*canvas.Rectangle
}

func newHitRow(w *window) *hitRow {
	size := base.TextSize()
	r := &hitRow{hits: w, strong: newMeasure(size, fyne.TextStyle{Bold: true}), plain: newMeasure(size, fyne.TextStyle{})}
	for _, t := range []**canvas.Text{&r.code, &r.place, &r.title, &r.date} {
		*t = canvas.NewText("", color.Black)
		(*t).TextSize = size
	}
	r.code.TextStyle.Bold = true
	return r
}

// Draw implements parts.LongRow.
func (r *hitRow) Draw(row int, size fyne.Size) []fyne.CanvasObject {
	h, ok := r.hits.get(row)
	if !ok {
		return r.drawEmpty(row, size)
	}
	out := r.drawHead(h, size.Width)
	return append(out, r.drawSnippet(h, size.Width)...)
}

// drawEmpty stands for a hit that is being read, or was changed since.
func (r *hitRow) drawEmpty(row int, size fyne.Size) []fyne.CanvasObject {
	say := "…"
	if r.hits.missed(row) {
		say = words.T("find.gone")
	}
	r.put(r.title, r.plain.fit(say, size.Width-2*rowPad), rowPad, 0, base.ColorNamePlaceHolder)
	return []fyne.CanvasObject{r.title}
}

// drawHead sets the first line: 档号, 画幅, title, and the date to the right.
func (r *hitRow) drawHead(h Hit, width float32) []fyne.CanvasObject {
	code := h.Code
	if code == "" {
		code = words.T("page.unlinked")
	}
	date := words.Date(h.Date)
	right := width - rowPad
	if date != "" {
		right -= r.plain.width(date)
		r.put(r.date, date, right, 0, base.ColorNamePlaceHolder)
		right -= rowPad
	}
	code = r.strong.fit(code, right-rowPad)
	r.put(r.code, code, rowPad, 0, base.ColorNameForeground)
	x := rowPad + r.strong.width(code) + rowPad
	place := r.plain.fit(words.N("find.place", h.Ordinal), right-x)
	r.put(r.place, place, x, 0, base.ColorNamePlaceHolder)
	x += r.plain.width(place) + rowPad
	r.put(r.title, r.plain.fit(h.Title, right-x), x, 0, base.ColorNameForeground)
	out := []fyne.CanvasObject{r.code, r.place, r.title}
	if date != "" {
		out = append(out, r.date)
	}
	return out
}

// drawSnippet sets the text on the lines below, each stretch found on a mark.
func (r *hitRow) drawSnippet(h Hit, width float32) []fyne.CanvasObject {
	pieces := r.flow(h, width-2*rowPad)
	var grounds, texts []fyne.CanvasObject
	for i, p := range pieces {
		if i == len(r.pieces) {
			t := canvas.NewText("", color.Black)
			t.TextSize = r.plain.size
			m := canvas.NewRectangle(color.Transparent)
			m.CornerRadius = 2
			r.pieces, r.marks = append(r.pieces, t), append(r.marks, m)
		}
		t := r.pieces[i]
		t.TextStyle.Bold = p.marked
		r.put(t, p.text, rowPad+p.x, p.line+1, base.ColorNameForeground)
		texts = append(texts, t)
		if p.marked {
			m := r.marks[i]
			m.FillColor = base.Color(theme.ColorMark)
			m.Move(t.Position().AddXY(-1, 0))
			m.Resize(fyne.NewSize(p.width+2, r.plain.height))
			grounds = append(grounds, m)
		}
	}
	return append(grounds, texts...)
}

// put places a text on one of the row's lines.
func (r *hitRow) put(t *canvas.Text, text string, x float32, line int, ink fyne.ThemeColorName) {
	t.Text, t.Color = text, base.Color(ink)
	t.Move(fyne.NewPos(float32(int(x+0.5)), 5+float32(line)*lineHeight))
	t.Resize(fyne.NewSize(0, r.plain.height))
}
