package viewer

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// textPane shows the text of the page and takes corrections.
type textPane struct {
	screen  *Screen
	page    archive.ID // whose text is in the field
	saved   string
	filling bool // the program is writing into the field
	chosen  string

	state   *parts.Prose
	engine  *widget.Label
	entry   *parts.Entry
	save    *parts.Button
	next    *parts.Button
	restore *parts.Button
	middle  *fyne.Container
	content fyne.CanvasObject
}

func newTextPane(s *Screen) *textPane {
	p := &textPane{screen: s, state: parts.Paragraph(""), engine: parts.Line(""), entry: parts.NewTextArea(4)}
	p.state.TextStyle.Bold = true
	p.entry.OnChanged = p.changed
	p.entry.OnSubmitted = func(string) { s.save(nil) }
	p.entry.OnCursorChanged = p.moved
	p.save = parts.NewPrimary(words.T("viewer.save"), base.DocumentSaveIcon(), func() { s.save(nil) })
	p.next = parts.NewButton(words.T("viewer.save.next"), nil, s.saveAndNext)
	p.restore = parts.NewQuiet(words.T("viewer.restore"), base.ContentUndoIcon(), p.takeRecognised)
	if s.deps.ReadOnly {
		for _, b := range []*parts.Button{p.save, p.next, p.restore} {
			b.Hide()
		}
	}
	p.middle = container.NewStack(p.entry)
	p.content = parts.Border(container.NewVBox(p.state, p.engine),
		container.NewHBox(p.save, p.next, p.restore), nil, nil, p.middle)
	p.buttons()
	return p
}

// loading keeps the text of another page from being changed while this one's is read.
func (p *textPane) loading(page archive.ID) {
	if p.page != page {
		p.entry.Disable()
		p.buttons()
	}
}

func (p *textPane) failed(err error, retry func()) {
	p.middle.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, retry)}
	p.middle.Refresh()
}

// show takes the text of a page. What was changed there before and not saved stands.
func (p *textPane) show(page archive.ID, t Text) {
	if p.middle.Objects[0] != p.entry {
		p.middle.Objects = []fyne.CanvasObject{p.entry}
		p.middle.Refresh()
	}
	other := p.page != page
	p.page, p.saved = page, t.Shown()
	text, changed := p.screen.drafts[page]
	if !changed {
		text = p.saved
	}
	p.entry.Enable()
	if t.Stage == archive.StageQuarantined || p.screen.deps.ReadOnly { // no text of it may be kept
		p.entry.Disable()
	}
	if p.entry.Text != text {
		p.fill(text)
	}
	if other {
		p.entry.CursorRow, p.entry.CursorColumn = 0, 0
		p.entry.Refresh()
	}
	p.tell()
}

func (p *textPane) fill(text string) {
	p.filling = true
	p.entry.SetText(text)
	p.filling = false
}

// changed notes what somebody types as not saved yet.
func (p *textPane) changed(text string) {
	if p.filling || p.page == 0 {
		return
	}
	if text == p.saved {
		delete(p.screen.drafts, p.page)
	} else {
		p.screen.drafts[p.page] = text
	}
	p.tell()
}

// moved boxes what is selected on the image.
func (p *textPane) moved() {
	if p.filling {
		return
	}
	if s := p.entry.SelectedText(); s != p.chosen {
		p.chosen = s
		p.screen.locate(s)
	}
}

// takeRecognised puts the recognised text back into the field, to be saved or not.
func (p *textPane) takeRecognised() { p.entry.SetText(p.screen.text.Recognised) }

// dirty tells whether the field holds something that is not saved.
func (p *textPane) dirty() bool {
	_, yes := p.screen.drafts[p.page]
	return yes
}

func (p *textPane) buttons() {
	parts.Able(p.save, p.dirty() && !p.screen.saving)
	parts.Able(p.next, p.page != 0 && !p.entry.Disabled() && !p.screen.saving)
	parts.Able(p.restore, p.page != 0 && p.screen.text.Read && p.entry.Text != p.screen.text.Recognised)
}

// tell says where the text comes from and whether it is saved.
func (p *textPane) tell() {
	t := p.screen.text
	p.state.Importance = widget.MediumImportance
	engine := ""
	switch {
	case p.screen.saving:
		p.state.SetText(words.T("viewer.saving"))
	case p.dirty():
		p.state.Importance = widget.WarningImportance
		p.state.SetText(words.T("viewer.state.changed"))
	case t.HasCorrect:
		p.state.Importance = widget.SuccessImportance
		p.state.SetText(words.T("viewer.state.corrected"))
	case t.Delivered:
		p.state.SetText(words.T("viewer.state.delivered"))
	case t.Read && t.Recognised == "":
		p.state.SetText(words.T("viewer.state.empty"))
	case t.Read:
		p.state.SetText(words.T("viewer.state.recognised"))
	case t.Stage == archive.StageQuarantined:
		p.state.Importance = widget.WarningImportance
		p.state.SetText(words.T("viewer.state.quarantined"))
	case t.Stage == archive.StageRefused:
		p.state.Importance = widget.DangerImportance
		p.state.SetText(words.T("viewer.state.refused", words.Args{"Reason": words.Reason(t.Reason)}))
	default:
		p.state.SetText(words.T("viewer.state.waiting", words.Args{"Stage": words.Stage(t.Stage)}))
	}
	if t.Read && t.Engine != "" {
		engine = words.T("viewer.engine", words.Args{"Confidence": t.Confidence, "Engine": program(t.Engine)})
	}
	p.engine.SetText(engine)
	p.state.Refresh()
	p.buttons()
}

// program is the name and version out of the whole of what recognised a page: models
// and parameters follow after a semicolon.
func program(engine string) string {
	name, _, _ := strings.Cut(engine, ";")
	return name
}
