package importing

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive/exchange"
)

// partsOffered is into how many parts a combined key is taken apart at most.
const partsOffered = 6

// maxWidth is the widest part, in characters.
const maxWidth = 100

// splitForm asks for the parts of a combined key.
type splitForm struct {
	widths []*parts.Entry
	fields []*parts.Select
	wrong  *parts.Prose
}

// askSplit asks how a column is taken apart; without an answer it stays as it was.
func (p *columnsPane) askSplit(i int) {
	var now []exchange.Part
	if at := p.find(i); at >= 0 {
		now = p.mapping.Columns[at].Split
	}
	p.splitDialog(i, now, "")
}

func (p *columnsPane) splitDialog(i int, now []exchange.Part, wrong string) {
	f := &splitForm{wrong: parts.Paragraph(wrong)}
	f.wrong.Importance = widget.DangerImportance
	names := []string{words.T("importing.not")}
	for _, field := range exchange.Fields() {
		names = append(names, fieldName(field))
	}
	grid := container.NewGridWithColumns(2, parts.Caption(words.T("importing.split.width")), parts.Caption(words.T("importing.split.field")))
	for n := range partsOffered {
		width, field := parts.NewEntry(), parts.NewSelect(names, nil)
		field.SetSelectedIndex(0)
		if n < len(now) {
			if now[n].Width > 0 {
				width.SetText(strconv.Itoa(now[n].Width))
			}
			for at, known := range exchange.Fields() {
				if known == now[n].Field {
					field.SetSelectedIndex(at + 1)
				}
			}
		}
		f.widths, f.fields = append(f.widths, width), append(f.fields, field)
		grid.Add(width)
		grid.Add(field)
	}
	say := words.T("importing.split.say", words.Args{"Example": p.example(i)})
	content := []fyne.CanvasObject{parts.Paragraph(say), grid}
	if wrong != "" {
		content = append(content, f.wrong)
	}
	parts.Dialog(p.deps.Window, words.T("importing.split.title", words.Args{"Name": p.extraName(i)}),
		parts.Sized(container.NewVBox(content...), 520, 320),
		parts.Answer{Label: words.T("Cancel"), Do: p.refill},
		parts.Answer{Label: words.T("importing.split.do"), Do: func() {
			list, ok := f.parts()
			if !ok {
				p.splitDialog(i, list, words.T("importing.split.wrong"))
				return
			}
			p.set(i, func(c *exchange.Column) { c.Split = list })
		}})
	p.deps.Window.Canvas().Focus(f.widths[0])
}

// example is the first cell of a column below the header.
func (p *columnsPane) example(i int) string {
	for _, r := range p.preview.Rows {
		if r.Number > p.mapping.HeaderEnd && i < len(r.Cells) && r.Cells[i] != "" {
			return cut(r.Cells[i])
		}
	}
	return ""
}

// parts reads the form. Rows without a width are left out; one width at least, and a
// field for one of them, have to be there.
func (f *splitForm) parts() (list []exchange.Part, ok bool) {
	ok = true
	named := false
	for n, e := range f.widths {
		text := strings.TrimSpace(e.Text)
		at := f.fields[n].SelectedIndex()
		if text == "" && at <= 0 {
			continue
		}
		width, err := strconv.Atoi(text)
		ok = ok && err == nil && width > 0 && width <= maxWidth
		part := exchange.Part{Width: width}
		if at > 0 {
			part.Field, named = exchange.Fields()[at-1], true
		}
		list = append(list, part)
	}
	return list, ok && named
}
