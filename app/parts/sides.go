package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/archive"
)

// Tabs are buttons in a row, one of them marked: which of several things is in view.
type Tabs[K comparable] struct {
	Row     *fyne.Container
	buttons map[K]*Button
}

// NewTabs makes the buttons in the order of their keys, without words yet; chosen is told
// of the one that is pressed.
func NewTabs[K comparable](chosen func(K), keys ...K) *Tabs[K] {
	t := &Tabs[K]{Row: container.NewHBox(), buttons: map[K]*Button{}}
	for _, k := range keys {
		t.buttons[k] = NewQuiet("", nil, func() { chosen(k) })
		t.Row.Add(t.buttons[k])
	}
	return t
}

// Has tells whether there is a button for a key.
func (t *Tabs[K]) Has(key K) bool { return t.buttons[key] != nil }

// SetText gives a button its words.
func (t *Tabs[K]) SetText(key K, text string) { t.buttons[key].SetText(text) }

// Mark marks one button.
func (t *Tabs[K]) Mark(key K) {
	for k, b := range t.buttons {
		b.Importance = widget.LowImportance
		if k == key {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
}

// Sides are a screen of several sides, of which one is in view.
type Sides[K comparable] struct {
	*Tabs[K]
	Content fyne.CanvasObject
	middle  *fyne.Container
}

// NewSides makes a screen with its title and a tab for each side, and nothing below yet.
func NewSides[K comparable](title string, chosen func(K), keys ...K) *Sides[K] {
	s := &Sides[K]{Tabs: NewTabs(chosen, keys...), middle: container.NewStack()}
	head := container.NewVBox(NewRow(Title(title), s.Row, nil), widget.NewSeparator())
	s.Content = Padded(Border(head, nil, nil, nil, s.middle))
	return s
}

// Show brings a side into view.
func (s *Sides[K]) Show(key K, side fyne.CanvasObject) {
	s.Mark(key)
	Put(s.middle, side)
}

// Put has a container show one thing alone, which may be what it shows already.
func Put(in *fyne.Container, o fyne.CanvasObject) {
	if len(in.Objects) != 1 || in.Objects[0] != o {
		in.Objects = []fyne.CanvasObject{o}
		in.Refresh()
	}
}

// Fault is the place among other things where an error is told while there is one.
type Fault struct {
	Box   *fyne.Container
	again func()
}

// NewFault makes an empty place; again, which may be nil, tries once more what failed.
func NewFault(again func()) *Fault { return &Fault{container.NewStack(), again} }

// Show tells of an error instead of the one before; nil, and a stop that somebody asked
// for, are none. It tells whether the place has another height now.
func (f *Fault) Show(err error) (changed bool) {
	had := len(f.Box.Objects) > 0
	f.Box.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		f.Box.Objects = []fyne.CanvasObject{NewErrorPanel(err, f.again)}
	}
	changed = had || len(f.Box.Objects) > 0
	if changed {
		f.Box.Refresh()
	}
	return changed
}
