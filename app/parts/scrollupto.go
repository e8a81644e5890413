package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// ScrollUpTo gives a column of things the height it needs, up to a limit, beyond which it
// scrolls.
func ScrollUpTo(o fyne.CanvasObject, height float32) fyne.CanvasObject {
	return container.New(upTo{o, height}, Scroll(o))
}

type upTo struct {
	inner fyne.CanvasObject
	limit float32
}

func (u upTo) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width, min(u.inner.MinSize().Height, u.limit))
}

func (u upTo) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[0].Move(fyne.NewPos(0, 0))
}
