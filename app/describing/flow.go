package describing

import (
	"fyne.io/fyne/v2"

	"lantai/app/theme"
)

// flow lays a form out in two columns: fields side by side, those that need room in rows
// of their own. What is hidden takes no place.
type flow struct{ form *Form }

// apart is the room between two rows.
const apart float32 = 2

// rows pairs the objects in view.
func (l *flow) rows(objects []fyne.CanvasObject) (rows [][]fyne.CanvasObject) {
	half := map[fyne.CanvasObject]bool{}
	for _, x := range l.form.fields {
		half[x.box] = !x.wide
	}
	open := false // the last row has room for another field
	for _, o := range objects {
		switch {
		case !o.Visible():
		case open && half[o]:
			rows[len(rows)-1] = append(rows[len(rows)-1], o)
			open = false
		default:
			rows = append(rows, []fyne.CanvasObject{o})
			open = half[o]
		}
	}
	return rows
}

// MinSize is called by the toolkit.
func (l *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, row := range l.rows(objects) {
		w, h := float32(0), float32(0)
		for _, o := range row {
			m := o.MinSize()
			w, h = max(w, m.Width*float32(len(row))), max(h, m.Height)
		}
		s = fyne.NewSize(max(s.Width, w), s.Height+h+apart)
	}
	return s
}

// Layout is called by the toolkit.
func (l *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	half := (size.Width - theme.Gap) / 2
	y := float32(0)
	for _, row := range l.rows(objects) {
		h := float32(0)
		for i, o := range row {
			w := size.Width
			if len(row) == 2 || l.narrow(o) {
				w = half
			}
			// The width comes first: what wraps knows its height only then.
			o.Resize(fyne.NewSize(w, o.MinSize().Height))
			o.Move(fyne.NewPos(float32(i)*(half+theme.Gap), y))
			h = max(h, o.MinSize().Height)
		}
		for _, o := range row {
			o.Resize(fyne.NewSize(o.Size().Width, h))
		}
		y += h + apart
	}
}

// narrow tells whether an object keeps to its column also when it stands alone.
func (l *flow) narrow(o fyne.CanvasObject) bool {
	if o == fyne.CanvasObject(l.form.more) {
		return true
	}
	for _, x := range l.form.fields {
		if fyne.CanvasObject(x.box) == o {
			return !x.wide
		}
	}
	return false
}
