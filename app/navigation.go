package app

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/theme"
	"lantai/app/words"
)

// navigation is the column of places on the left: icons with words.
type navigation struct {
	widget.BaseWidget
	open   func(name string)
	ground *canvas.Rectangle
	box    *fyne.Container
	who    *fyne.Container
	items  map[string]*navItem
}

func newNavigation(open func(string)) *navigation {
	n := &navigation{open: open, ground: canvas.NewRectangle(color.Transparent), box: container.NewVBox(), who: container.NewVBox()}
	n.ExtendBaseWidget(n)
	return n
}

func (n *navigation) set(places []Place) {
	n.box.RemoveAll()
	n.items = map[string]*navItem{}
	for _, p := range places {
		if p.Under != "" {
			continue
		}
		item := newNavItem(words.T(p.Word), p.Icon, func() { n.open(p.Name) })
		n.items[p.Name] = item
		n.box.Add(item)
	}
	n.Hidden = len(n.items) == 0 // nothing to go to: the page has the whole window
	n.Refresh()
}

// setWho says below the places who is signed in.
func (n *navigation) setWho(name string, does []WhoDoes) {
	n.who.RemoveAll()
	if name != "" {
		n.who.Add(parts.Caption(name))
	}
	for _, d := range does {
		b := parts.NewQuiet(d.Word, d.Icon, d.Do)
		b.Alignment = widget.ButtonAlignLeading
		n.who.Add(b)
	}
	n.Refresh()
}

func (n *navigation) mark(name string) {
	for k, item := range n.items {
		item.setMarked(k == name)
	}
}

func (n *navigation) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(n.ground,
		container.NewPadded(parts.Border(nil, n.who, nil, nil, n.box))))
}

func (n *navigation) Refresh() {
	n.ground.FillColor = base.Color(theme.ColorNavigation)
	n.ground.Refresh()
	n.BaseWidget.Refresh()
}

// navItem is one place: a button that shows with a bar at its edge that it is where
// the person is.
type navItem struct {
	widget.BaseWidget
	button *parts.Button
	bar    *canvas.Rectangle
}

func newNavItem(word string, icon fyne.Resource, tapped func()) *navItem {
	i := &navItem{button: parts.NewQuiet(word, icon, tapped), bar: canvas.NewRectangle(color.Transparent)}
	i.button.Alignment = widget.ButtonAlignLeading
	i.ExtendBaseWidget(i)
	return i
}

func (i *navItem) setMarked(marked bool) {
	i.bar.FillColor = color.Transparent
	i.button.Importance = widget.LowImportance
	if marked {
		i.bar.FillColor = base.Color(base.ColorNamePrimary)
		i.button.Importance = widget.MediumImportance
	}
	i.bar.Refresh()
	i.button.Refresh()
}

func (i *navItem) MinSize() fyne.Size {
	return i.button.MinSize().Max(fyne.NewSize(124, 36))
}

func (i *navItem) CreateRenderer() fyne.WidgetRenderer {
	i.bar.SetMinSize(fyne.NewSize(3, 0))
	return widget.NewSimpleRenderer(parts.Border(nil, nil, i.bar, nil, i.button))
}
