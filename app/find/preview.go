package find

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// preview is the right half: the page of the selected hit with its words boxed.
type preview struct {
	page    archive.ID
	viewer  *parts.PageViewer
	title   *widget.Label
	zoom    *widget.Label
	open    *parts.Button
	content fyne.CanvasObject
}

func newPreview(d Deps, open func()) *preview {
	p := &preview{title: parts.Line(""), zoom: parts.Caption("")}
	p.viewer = parts.NewPageViewer(d.Runner, d.Finder.Image)
	p.viewer.OnZoom = p.tell
	p.open = parts.NewButton(words.T("find.open"), base.ViewFullScreenIcon(), open)
	tools := container.NewHBox(p.zoom,
		parts.NewQuiet("", base.ZoomOutIcon(), func() { p.viewer.ZoomBy(0.8) }),
		parts.NewQuiet("", base.ZoomInIcon(), func() { p.viewer.ZoomBy(1.25) }),
		parts.NewQuiet(words.T("viewer.fit"), base.ZoomFitIcon(), p.viewer.Fit), p.open)
	p.content = parts.Border(parts.NewRow(nil, p.title, tools), nil, nil, nil, p.viewer)
	p.clear()
	return p
}

func (p *preview) clear() {
	p.page = 0
	p.viewer.SetPages(nil, 0)
	p.title.SetText("")
	p.zoom.SetText("")
	p.open.Disable()
}

func (p *preview) show(h Hit) {
	code := h.Code
	if code == "" {
		code = words.T("page.unlinked")
	}
	p.title.SetText(code + "  " + words.N("find.place", h.Ordinal))
	p.open.Enable()
	if p.page != h.Page.ID {
		p.page = h.Page.ID
		p.viewer.SetPages([]parts.PageRef{h.Page}, 0)
	}
	p.viewer.SetBoxes(h.Boxes)
	p.viewer.GoToBox(0)
	p.tell()
}

func (p *preview) tell() {
	if p.page != 0 {
		p.zoom.SetText(words.T("viewer.zoom", words.Args{"Zoom": p.viewer.Percent()}))
	}
}
