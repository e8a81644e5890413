package parts

import (
	"strings"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Prose is running text that fills the width it is given. The toolkit's own wrapping
// knows no rules of Chinese: it lets a full stop begin a line, and breaks words.
type Prose struct {
	widget.Label
	whole string
	size  float32
	style fyne.TextStyle
	fit   *fitter
}

// Paragraph makes running text.
func Paragraph(s string) *Prose {
	p := &Prose{whole: s}
	p.Text = s
	p.ExtendBaseWidget(p)
	return p
}

// SetText replaces the text.
func (p *Prose) SetText(s string) {
	p.whole = s
	p.lay()
}

// Resize breaks the text into lines of the new width.
func (p *Prose) Resize(size fyne.Size) {
	p.Label.Resize(size)
	p.lay()
}

// Refresh is called by the toolkit and after a change of looks.
func (p *Prose) Refresh() {
	p.lay()
	p.Label.Refresh()
}

// MinSize is as high as the lines at the present width are together.
func (p *Prose) MinSize() fyne.Size {
	const narrow = 40
	s := p.Label.MinSize()
	return fyne.NewSize(min(s.Width, narrow), s.Height)
}

// CreateRenderer is called by the toolkit.
func (p *Prose) CreateRenderer() fyne.WidgetRenderer { return p.Label.CreateRenderer() }

func (p *Prose) lay() {
	size := base.TextSize()
	if p.SizeName != "" {
		size = base.Size(p.SizeName)
	}
	if p.fit == nil || p.size != size || p.style != p.TextStyle {
		p.size, p.style, p.fit = size, p.TextStyle, newFitter(size, p.TextStyle)
	}
	text := p.whole
	if width := p.Size().Width - 2*base.InnerPadding(); width > 0 {
		text = strings.Join(breakLines(p.whole, width, p.fit.rune), "\n")
	}
	if text != p.Text {
		p.Label.SetText(text)
	}
}
