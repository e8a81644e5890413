package start

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// duty is one thing that waits, and where it is done.
type duty struct {
	icon   fyne.Resource
	say    string
	more   string
	action string
	screen string
	value  any // of the route; nil: its beginning
}

func (s *Screen) row(d duty) fyne.CanvasObject {
	do := parts.NewButton(d.action, base.NavigateNextIcon(), func() { s.deps.Open(parts.Route{Screen: d.screen, Value: d.value}) })
	do.IconPlacement = widget.ButtonIconTrailingText
	say := container.NewVBox(parts.Paragraph(d.say))
	if d.more != "" {
		more := parts.Paragraph(d.more)
		more.Importance = widget.LowImportance
		say.Add(more)
	}
	icon := container.NewGridWrap(fyne.NewSize(28, do.MinSize().Height), widget.NewIcon(d.icon))
	line := parts.Border(nil, nil, container.NewVBox(icon), container.NewVBox(do), say)
	return container.NewVBox(line, widget.NewSeparator())
}

// figure is a total with its name below.
func figure(word string, n int) fyne.CanvasObject {
	number := widget.NewLabel(words.Number(n))
	number.SizeName = base.SizeNameHeadingText
	number.TextStyle.Bold = true
	return container.NewVBox(number, parts.Caption(words.T(word)))
}

// column sets things below each other in a column that is not too wide to read, in
// the middle of the screen.
type column struct{}

const widest float32 = 880

func (column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		s = fyne.NewSize(max(s.Width, m.Width), s.Height+m.Height+4)
	}
	return s
}

func (column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, widest)
	x, y := (size.Width-width)/2, float32(0)
	for _, o := range objects {
		// The width comes first: what wraps knows its height only then.
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		h := o.MinSize().Height
		o.Resize(fyne.NewSize(width, h))
		o.Move(fyne.NewPos(x, y))
		y += h + 4
	}
}
