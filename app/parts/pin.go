package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Pin stands at the end of an Entry, as its ActionItem: set, what the entry holds is kept
// for the next record. One that is not set shows while its entry has the keyboard.
type Pin struct {
	widget.BaseWidget
	set, near bool
	icon      *canvas.Image
	tapped    func()
}

// pinIcon is drawn for the program.
func pinIcon() fyne.Resource {
	return fyne.NewStaticResource("pin.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">`+
		`<path fill="#000000" d="M8 3h8v2h-1v5l3 3v2h-5v6h-2v-6H6v-2l3-3V5H8z"/></svg>`))
}

// NewPin makes a pin that is not set; tapped is told of a press of the mouse.
func NewPin(tapped func()) *Pin {
	p := &Pin{tapped: tapped, icon: canvas.NewImageFromResource(nil)}
	p.icon.FillMode = canvas.ImageFillContain
	p.ExtendBaseWidget(p)
	p.draw()
	return p
}

// Set shows the pin set or not.
func (p *Pin) Set(set bool) {
	p.set = set
	p.draw()
}

// Near tells the pin that its entry has the keyboard.
func (p *Pin) Near(near bool) {
	p.near = near
	p.draw()
}

func (p *Pin) draw() {
	p.icon.Hidden = !p.set && !p.near
	p.icon.Resource = base.NewDisabledResource(pinIcon())
	if p.set {
		p.icon.Resource = base.NewPrimaryThemedResource(pinIcon())
	}
	p.icon.Refresh()
}

// Tapped is called by the toolkit.
func (p *Pin) Tapped(*fyne.PointEvent) { p.tapped() }

// Cursor is called by the toolkit.
func (p *Pin) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// MinSize is that of a small icon.
func (p *Pin) MinSize() fyne.Size { return fyne.NewSize(20, 18) }

// CreateRenderer is called by the toolkit.
func (p *Pin) CreateRenderer() fyne.WidgetRenderer { return pinRenderer{p} }

type pinRenderer struct{ pin *Pin }

func (r pinRenderer) Destroy()                     {}
func (r pinRenderer) MinSize() fyne.Size           { return r.pin.MinSize() }
func (r pinRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.pin.icon} }

func (r pinRenderer) Layout(size fyne.Size) {
	const side = 14
	r.pin.icon.Resize(fyne.NewSquareSize(side))
	r.pin.icon.Move(fyne.NewPos((size.Width-side)/2, min((size.Height-side)/2, 10)))
}

func (r pinRenderer) Refresh() {
	r.pin.draw()
	canvas.Refresh(r.pin)
}
