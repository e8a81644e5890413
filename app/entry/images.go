package entry

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// images shows the pages of a record beside its description.
type images struct {
	viewer *parts.PageViewer
	status *widget.Label
	root   fyne.CanvasObject
	pages  int
}

func newImages(d Deps) *images {
	v := &images{viewer: parts.NewPageViewer(d.Runner, d.View), status: parts.Line("")}
	v.viewer.OnTurn = func(int) { v.tell() }
	v.viewer.OnZoom = v.tell
	back := parts.NewQuiet("", base.NavigateBackIcon(), func() { v.viewer.Turn(-1) })
	on := parts.NewQuiet("", base.NavigateNextIcon(), func() { v.viewer.Turn(1) })
	v.root = parts.Border(parts.NewRow(parts.Heading(words.T("entry.images")), v.status, container.NewHBox(back, on)), nil, nil, nil, v.viewer)
	return v
}

func (v *images) set(pages []parts.PageRef) {
	v.pages = len(pages)
	v.viewer.SetPages(pages, 0)
	v.tell()
}

func (v *images) tell() { v.status.SetText(v.viewer.Status()) }
