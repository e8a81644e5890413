package intake

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
)

// pane is what the sides of the screen have alike: where errors are told, and what was
// done last.
type pane struct {
	deps   Deps
	fault  *parts.Fault
	said   *parts.Prose
	around fyne.CanvasObject // what is laid out anew when one of these comes or goes
	root   fyne.CanvasObject
}

// newPane makes a pane with nothing to tell; again reads what failed once more.
func newPane(d Deps, again func()) pane {
	p := pane{deps: d, fault: parts.NewFault(again), said: parts.Paragraph("")}
	p.said.Hide()
	return p
}

// holds sets what the side shows, and what of it is laid out anew; nil: all.
func (p *pane) holds(root, around fyne.CanvasObject) {
	p.root, p.around = root, root
	if around != nil {
		p.around = around
	}
}

func (p *pane) content() fyne.CanvasObject { return p.root }

// failed tells of an error until the next one.
func (p *pane) failed(err error) {
	if p.fault.Show(err) {
		p.around.Refresh()
	}
}

// tell says what was done.
func (p *pane) tell(text string, importance widget.Importance) {
	p.said.Importance = importance
	p.said.SetText(text)
	p.said.Show()
	p.around.Refresh()
}
