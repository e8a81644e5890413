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
	description *parts.Facts
	original    *parts.Facts
	unlinked    *parts.Prose
	open        *parts.Button
	record      fyne.CanvasObject
	place       *fyne.Container
	notice      *parts.Prose
	onRecord    bool
	content     fyne.CanvasObject
}

func newSide(s *Screen) *side {
	p := &side{screen: s, text: newTextPane(s), description: parts.NewFacts(), original: parts.NewFacts(),
		unlinked: parts.Paragraph(words.T("viewer.unlinked"))}
	p.open = parts.NewButton(words.T("viewer.record.open"), base.StorageIcon(), func() {
		s.deps.Open(parts.Route{Screen: routeHoldings, Value: parts.HoldingValue{Holding: s.volume.Holding}})
	})
	p.byText = parts.NewQuiet(words.T("viewer.side.text"), nil, func() { p.turnTo(false) })
	p.byRecord = parts.NewQuiet(words.T("viewer.side.record"), nil, func() { p.turnTo(true) })
	p.record = parts.Scroll(container.NewVBox(p.unlinked, p.description, container.NewHBox(p.open),
		parts.Heading(words.T("viewer.original")), p.original))
	p.place = container.NewStack()
	hint := parts.Caption(words.T("viewer.side.key"))
	p.notice = parts.Paragraph("")
	p.notice.Importance = widget.WarningImportance
	p.notice.Hide()
	p.content = parts.Border(container.NewVBox(parts.NewRow(container.NewHBox(p.byText, p.byRecord), nil, hint), p.notice),
		nil, nil, nil, p.place)
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
	linked := v.Holding != 0
	p.unlinked.Hidden, p.description.Hidden, p.open.Hidden = linked, !linked, !linked
	p.description.Set(facts(v.Fields))
	p.record.Refresh()
}

// read takes the text of a page.
func (p *side) read(page archive.ID, t Text) {
	p.original.Set(facts(t.Original))
	if p.notice.SetText(t.Notice); p.notice.Hidden != (t.Notice == "") {
		p.notice.Hidden = t.Notice == ""
		p.content.Refresh()
	}
	p.text.show(page, t)
}

// facts puts the names of fields into words.
func facts(list []Field) []parts.Fact {
	out := make([]parts.Fact, len(list))
	for i, f := range list {
		out[i] = parts.Fact{Name: words.T(f.Word), Value: f.Value}
	}
	return out
}
