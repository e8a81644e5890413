package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// Title makes the heading of a screen.
func Title(s string) *widget.Label {
	l := widget.NewLabel(s)
	l.SizeName = base.SizeNameHeadingText
	l.TextStyle.Bold = true
	return l
}

// Heading makes the heading of a part of a screen.
func Heading(s string) *widget.Label {
	l := widget.NewLabel(s)
	l.TextStyle.Bold = true
	return l
}

// Caption makes small, quiet text that is always shown whole.
func Caption(s string) *widget.Label {
	l := widget.NewLabel(s)
	l.SizeName = captionSize
	l.Importance = widget.LowImportance
	return l
}

// Line is a Caption that is cut short where there is no room for all of it; in a row
// of things that take what they need it must be given its width.
func Line(s string) *widget.Label {
	l := Caption(s)
	l.Truncation = fyne.TextTruncateEllipsis
	return l
}

// NewErrorPanel tells what happened, what is safe and what to do; the technical
// details are folded away and can be copied. retry may be nil.
func NewErrorPanel(err error, retry func()) fyne.CanvasObject {
	told := words.Tell(err)
	what := Paragraph(told.What)
	what.TextStyle.Bold = true
	what.Importance = widget.DangerImportance
	box := container.NewVBox(what)
	for _, s := range []string{told.Safe, told.Do} {
		if s != "" {
			box.Add(Paragraph(s))
		}
	}
	details := Paragraph(told.Details)
	details.SizeName = captionSize
	details.Hide()
	fold := NewQuiet(words.T("error.details"), base.MenuDropDownIcon(), nil)
	fold.OnTapped = func() {
		if details.Visible() {
			details.Hide()
		} else {
			details.Show()
		}
		box.Refresh()
	}
	copied := NewQuiet(words.T("error.copy"), base.ContentCopyIcon(), func() {
		fyne.CurrentApp().Clipboard().SetContent(told.What + "\n" + told.Details)
	})
	row := container.NewHBox(fold, copied)
	if retry != nil {
		row.Objects = append([]fyne.CanvasObject{NewButton(words.T("action.retry"), base.ViewRefreshIcon(), retry)}, row.Objects...)
	}
	box.Add(row)
	box.Add(details)
	return box
}

// ShowError shows an error over a window. A stop that somebody asked for is none.
func ShowError(w fyne.Window, err error) {
	if err == nil || archive.KindOf(err) == archive.Stopped {
		return
	}
	Dialog(w, words.T("error.title"), Sized(NewErrorPanel(err, nil), 520, 110), Answer{words.T("action.close"), nil})
}

// Ask puts a question whose answer does something; the safe answer has the keyboard.
func Ask(w fyne.Window, title, question, action string, yes func()) {
	Dialog(w, title, Sized(Paragraph(question), 440, 60), Answer{words.T("Cancel"), nil}, Answer{action, yes})
}

// Answer is a button of a dialog; the dialog has gone when Do, which may be nil, is
// called.
type Answer struct {
	Label string
	Do    func()
}

// Dialog puts something over a window, with answers below. The first is the one that
// changes nothing: it has the keyboard, and Escape gives it.
func Dialog(w fyne.Window, title string, content fyne.CanvasObject, answers ...Answer) (buttons []*Button) {
	shown := content
	if band := bandOf(w); band != "" {
		shown = Border(NewBand(band), nil, nil, nil, content)
	}
	d := dialog.NewCustomWithoutButtons(title, shown, w)
	row := make([]fyne.CanvasObject, len(answers))
	for i, a := range answers {
		b := NewButton(a.Label, nil, func() {
			d.Hide()
			if a.Do != nil {
				a.Do()
			}
		})
		if i == len(answers)-1 {
			b.Importance = widget.HighImportance
		}
		buttons = append(buttons, b)
		row[i] = b
	}
	escape := func(name fyne.KeyName) bool {
		if name == fyne.KeyEscape {
			buttons[0].OnTapped()
		}
		return name == fyne.KeyEscape
	}
	eachKeyHook(append(row, content), func(hook *func(fyne.KeyName) bool) {
		before := *hook
		*hook = func(name fyne.KeyName) bool { return before != nil && before(name) || escape(name) }
	})
	d.SetButtons(row)
	d.Show()
	w.Canvas().Focus(buttons[0])
	return buttons
}

// eachKeyHook finds, in containers, the parts that let somebody see their keys first.
func eachKeyHook(objects []fyne.CanvasObject, f func(hook *func(fyne.KeyName) bool)) {
	for _, o := range objects {
		switch o := o.(type) {
		case *Button:
			f(&o.OnKey)
		case *Entry:
			f(&o.OnKey)
		case *Select:
			f(&o.OnKey)
		case *Check:
			f(&o.OnKey)
		case *Table:
			f(&o.onKey)
		case holder:
			eachKeyHook(o.held(), f)
		case *fyne.Container:
			eachKeyHook(o.Objects, f)
		}
	}
}

// Sized gives an object a least size.
func Sized(o fyne.CanvasObject, width, height float32) fyne.CanvasObject {
	return container.New(atLeast{fyne.NewSize(width, height)}, o)
}

type atLeast struct{ size fyne.Size }

func (a atLeast) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := a.size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s
}

func (a atLeast) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
		o.Move(fyne.NewPos(0, 0))
	}
}

// NewEmptyState fills a place that has nothing to show yet: what would be here, and
// the button that leads there. action may be nil.
func NewEmptyState(title, body string, action *Button) fyne.CanvasObject {
	head := widget.NewLabel(title)
	head.Alignment = fyne.TextAlignCenter
	head.SizeName = base.SizeNameSubHeadingText
	head.TextStyle.Bold = true
	say := Paragraph(body)
	say.Alignment = fyne.TextAlignCenter
	say.Importance = widget.LowImportance
	box := container.NewVBox(layout.NewSpacer(), head, say)
	if action != nil {
		box.Add(container.NewCenter(action))
	}
	box.Add(layout.NewSpacer())
	box.Add(layout.NewSpacer())
	return container.New(layout.NewCustomPaddedLayout(0, 0, 4*theme.Margin, 4*theme.Margin), box)
}

// Scroll lets a column of things be scrolled, with room beside them for the bar.
func Scroll(o fyne.CanvasObject) *container.Scroll {
	return container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.Margin), o))
}

// Border puts things at the edges of another, each of which may be nil. Tab goes through
// them as a person reads: top, left, middle, right, bottom.
func Border(top, bottom, left, right fyne.CanvasObject, middle ...fyne.CanvasObject) *fyne.Container {
	var list []fyne.CanvasObject
	for _, o := range append(append([]fyne.CanvasObject{top, left}, middle...), right, bottom) {
		if o != nil {
			list = append(list, o)
		}
	}
	return container.New(layout.NewBorderLayout(top, bottom, left, right), list...)
}

// Padded leaves the margin of a screen around an object.
func Padded(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(theme.Gap, theme.Gap, theme.Margin, theme.Margin), o)
}
