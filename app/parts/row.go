package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/theme"
)

// NewRow sets things beside each other on one line: left and right have the width they
// need, middle takes the rest. Each keeps its own height and stands in the middle of the
// line's, so that headings and controls are level. Any of them may be nil.
func NewRow(left, middle, right fyne.CanvasObject) *fyne.Container {
	l := rowLayout{left, middle, right}
	var objects []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{left, middle, right} {
		if o != nil {
			objects = append(objects, o)
		}
	}
	return container.New(l, objects...)
}

type rowLayout struct{ left, middle, right fyne.CanvasObject }

func (rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if s.Width > 0 {
			s.Width += theme.Gap
		}
		m := o.MinSize()
		s = fyne.NewSize(s.Width+m.Width, max(s.Height, m.Height))
	}
	return s
}

func (l rowLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	from, to := float32(0), size.Width
	if l.left != nil && l.left.Visible() {
		place(l.left, 0, l.left.MinSize().Width, size.Height)
		from = l.left.MinSize().Width + theme.Gap
	}
	if l.right != nil && l.right.Visible() {
		to -= l.right.MinSize().Width
		place(l.right, to, l.right.MinSize().Width, size.Height)
		to -= theme.Gap
	}
	if l.middle != nil {
		place(l.middle, from, max(to-from, 0), size.Height)
	}
}

func place(o fyne.CanvasObject, x, width, height float32) {
	h := min(o.MinSize().Height, height)
	o.Resize(fyne.NewSize(width, h))
	o.Move(fyne.NewPos(x, float32(int((height-h)/2))))
}
