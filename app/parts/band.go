package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Band is a line over the whole width of a window that says what must never be overlooked:
// that the archive is a classified one. It stands at the top of the window's content, and
// Dialog repeats it, since a dialog takes the light from what lies below.
type Band struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	text   *canvas.Text
}

// NewBand makes a band; without a text it takes no room.
func NewBand(text string) *Band {
	// The same red in both looks, with white on it at more than 6 : 1.
	b := &Band{ground: canvas.NewRectangle(color.NRGBA{R: 0xb7, G: 0x1c, B: 0x1c, A: 0xff}), text: canvas.NewText("", color.White)}
	b.text.TextStyle.Bold = true
	b.text.Alignment = fyne.TextAlignCenter
	b.text.TextSize = base.TextSize()
	b.ExtendBaseWidget(b)
	b.SetText(text)
	return b
}

// SetText changes what the band says; "" takes it away.
func (b *Band) SetText(text string) {
	b.text.Text = text
	if text == "" {
		b.Hide()
		return
	}
	b.Show()
	b.Refresh()
}

// CreateRenderer is called by the toolkit.
func (b *Band) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(b.ground, container.NewPadded(b.text)))
}

// bandOf finds what the band of a window says; "" without one.
func bandOf(w fyne.Window) string {
	if c, ok := w.Content().(*fyne.Container); ok {
		for _, o := range c.Objects {
			if b, ok := o.(*Band); ok && b.Visible() {
				return b.text.Text
			}
		}
	}
	return ""
}
