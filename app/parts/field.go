package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

// Field is one control of a form with its label above, and below it a hint or what
// is wrong with its content. The content is never touched when it is wrong.
type Field struct {
	widget.BaseWidget
	label *widget.Label
	note  *Prose
	hint  string
	wrong bool
	root  *fyne.Container
}

// NewField makes a field; control is an Entry, a Select, or anything else.
func NewField(label string, control fyne.CanvasObject) *Field {
	f := &Field{label: widget.NewLabel(label), note: Paragraph("")}
	f.label.SizeName = captionSize
	f.label.Truncation = fyne.TextTruncateEllipsis
	f.note.SizeName = captionSize
	f.note.Hide()
	f.root = container.New(tight{}, f.label, control, f.note)
	f.ExtendBaseWidget(f)
	return f
}

// SetAsked colours the label of a field that is asked for and empty; nothing moves.
func (f *Field) SetAsked(asked bool) {
	f.label.Importance = widget.MediumImportance
	if asked {
		f.label.Importance = widget.WarningImportance
	}
	f.label.Refresh()
}

// SetLabel renames the field.
func (f *Field) SetLabel(label string) { f.label.SetText(label) }

// SetHint shows a line below the control while nothing is wrong; "" for none.
func (f *Field) SetHint(hint string) {
	f.hint = hint
	if !f.wrong {
		f.show(hint, widget.LowImportance)
	}
}

// SetError says what is wrong; "" when nothing is.
func (f *Field) SetError(text string) {
	f.wrong = text != ""
	if f.wrong {
		f.show(text, widget.DangerImportance)
		return
	}
	f.show(f.hint, widget.LowImportance)
}

// SetWarning says what is odd but may stay; "" when nothing is.
func (f *Field) SetWarning(text string) {
	f.wrong = false
	if text != "" {
		f.show(text, widget.WarningImportance)
		return
	}
	f.show(f.hint, widget.LowImportance)
}

// Wrong tells whether the field shows an error.
func (f *Field) Wrong() bool { return f.wrong }

func (f *Field) show(text string, importance widget.Importance) {
	f.note.Importance = importance
	f.note.SetText(text)
	if text == "" {
		f.note.Hide()
	} else {
		f.note.Show()
	}
	f.Refresh()
}

func (f *Field) held() []fyne.CanvasObject { return []fyne.CanvasObject{f.root} }

// CreateRenderer is called by the toolkit.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.root) }

// tight stacks objects with no gap between, since a label has its own.
type tight struct{}

func (tight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			s = fyne.NewSize(max(s.Width, m.Width), s.Height+m.Height)
		}
	}
	return s
}

func (tight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		// The width comes first: what wraps knows its height only then.
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

// NewForm sets fields out in columns of equal width, row by row. A nil field leaves
// its place empty.
func NewForm(columns int, fields ...fyne.CanvasObject) *fyne.Container {
	for i, f := range fields {
		if f == nil {
			fields[i] = layout.NewSpacer()
		}
	}
	return container.New(formGrid{columns}, fields...)
}

// formGrid is a grid whose rows are as high as their highest field, not all alike.
type formGrid struct{ columns int }

func (g formGrid) rows(objects []fyne.CanvasObject) (rows [][]fyne.CanvasObject) {
	for len(objects) > 0 {
		n := min(g.columns, len(objects))
		rows = append(rows, objects[:n])
		objects = objects[n:]
	}
	return rows
}

func (g formGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var width, height float32
	for _, row := range g.rows(objects) {
		h := float32(0)
		for _, o := range row {
			m := o.MinSize()
			width, h = max(width, m.Width), max(h, m.Height)
		}
		height += h + 2
	}
	return fyne.NewSize(width*float32(g.columns)+theme.Gap*float32(g.columns-1), height)
}

func (g formGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := (size.Width - theme.Gap*float32(g.columns-1)) / float32(g.columns)
	y := float32(0)
	for _, row := range g.rows(objects) {
		h := float32(0)
		for i, o := range row {
			o.Resize(fyne.NewSize(w, o.MinSize().Height))
			o.Move(fyne.NewPos(float32(i)*(w+theme.Gap), y))
			h = max(h, o.MinSize().Height)
		}
		for _, o := range row {
			o.Resize(fyne.NewSize(w, h))
		}
		y += h + 2
	}
}
