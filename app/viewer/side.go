package viewer

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// side is what stands beside the image: the text, or the description.
type side struct {
	screen      *Screen
	text        *textPane
	byText      *parts.Button
	byRecord    *parts.Button
	description *fyne.Container
	original    *fyne.Container
	record      fyne.CanvasObject
	place       *fyne.Container
	onRecord    bool
	content     fyne.CanvasObject
}

func newSide(s *Screen) *side {
	p := &side{screen: s, text: newTextPane(s), description: container.NewVBox(), original: container.NewVBox()}
	p.byText = parts.NewQuiet(words.T("viewer.side.text"), nil, func() { p.turnTo(false) })
	p.byRecord = parts.NewQuiet(words.T("viewer.side.record"), nil, func() { p.turnTo(true) })
	p.record = parts.Scroll(container.NewVBox(p.description, parts.Heading(words.T("viewer.original")), p.original))
	p.place = container.NewStack()
	hint := parts.Caption(words.T("viewer.side.key"))
	p.content = container.NewBorder(container.NewBorder(nil, nil, container.NewHBox(p.byText, p.byRecord), hint), nil, nil, nil, p.place)
	p.turnTo(false)
	return p
}

// swap changes between text and description, with the keyboard.
func (p *side) swap() {
	p.turnTo(!p.onRecord)
	c := p.screen.deps.Window.Canvas()
	if p.onRecord {
		c.Focus(p.screen.viewer)
	} else {
		c.Focus(p.text.entry)
	}
}

func (p *side) turnTo(record bool) {
	p.onRecord = record
	p.byText.Importance, p.byRecord.Importance = widget.MediumImportance, widget.LowImportance
	now := p.text.content
	if record {
		p.byText.Importance, p.byRecord.Importance = widget.LowImportance, widget.MediumImportance
		now = p.record
	}
	p.byText.Refresh()
	p.byRecord.Refresh()
	p.place.Objects = []fyne.CanvasObject{now}
	p.place.Refresh()
}

// describe shows the record that the page belongs to.
func (p *side) describe(v Volume) {
	p.description.RemoveAll()
	if v.Holding == 0 {
		p.description.Add(parts.Paragraph(words.T("viewer.unlinked")))
		return
	}
	p.description.Add(fields(v.Fields))
	open := parts.NewButton(words.T("viewer.record.open"), base.StorageIcon(), func() {
		p.screen.deps.Open(parts.Route{Screen: routeHoldings, Value: parts.HoldingValue{Holding: v.Holding}})
	})
	p.description.Add(container.NewHBox(open))
}

// read takes the text of a page.
func (p *side) read(page archive.ID, t Text) {
	p.original.RemoveAll()
	p.original.Add(fields(t.Original))
	p.text.show(page, t)
}

// fields sets names beside values; a long value wraps.
func fields(list []Field) fyne.CanvasObject {
	names := container.New(pairs{})
	for _, f := range list {
		if f.Value != "" {
			names.Add(parts.Caption(words.T(f.Word)))
			value := parts.Paragraph(f.Value)
			value.Selectable = true
			names.Add(value)
		}
	}
	return names
}

// pairs sets names in a column and what belongs to them beside it.
type pairs struct{}

const nameWidth float32 = 92

func (pairs) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var h float32
	for i := 0; i+1 < len(objects); i += 2 {
		h += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height)
	}
	return fyne.NewSize(nameWidth+120, h)
}

func (pairs) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i := 0; i+1 < len(objects); i += 2 {
		name, value := objects[i], objects[i+1]
		// The width comes first: what wraps knows its height only then.
		value.Resize(fyne.NewSize(size.Width-nameWidth, value.MinSize().Height))
		h := max(name.MinSize().Height, value.MinSize().Height)
		value.Resize(fyne.NewSize(size.Width-nameWidth, h))
		value.Move(fyne.NewPos(nameWidth, y))
		name.Resize(fyne.NewSize(nameWidth, name.MinSize().Height))
		name.Move(fyne.NewPos(0, y+2))
		y += h
	}
}
