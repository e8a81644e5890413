package viewer

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// pageBar is the row above the image: back, what is shown, which page of how many,
// and how large.
type pageBar struct {
	title      *widget.Label
	number     *parts.Entry
	of         *widget.Label
	zoom       *widget.Label
	prev, next *parts.Button
	content    fyne.CanvasObject
}

func newPageBar(s *Screen) *pageBar {
	b := &pageBar{title: parts.Heading(""), number: parts.NewEntry(), of: parts.Caption(""), zoom: parts.Caption("")}
	b.title.Truncation = fyne.TextTruncateEllipsis
	back := parts.NewButton(words.T("viewer.back"), base.NavigateBackIcon(), s.deps.Back)
	b.prev = parts.NewQuiet(words.T("viewer.prev"), base.NavigateBackIcon(), func() { s.viewer.Turn(-1) })
	b.next = parts.NewQuiet(words.T("viewer.next"), base.NavigateNextIcon(), func() { s.viewer.Turn(1) })
	b.next.IconPlacement = widget.ButtonIconTrailingText
	b.number.OnSubmitted = func(text string) { s.goTo(text) }
	rotate := parts.NewQuiet(words.T("viewer.rotate"), base.ViewRefreshIcon(), s.rotate)
	if s.deps.ReadOnly {
		rotate.Hide()
	}
	tools := container.NewHBox(b.prev, container.NewGridWrap(fyne.NewSize(54, b.number.MinSize().Height), b.number), b.of, b.next,
		widget.NewSeparator(),
		parts.NewQuiet("", base.ZoomOutIcon(), func() { s.viewer.ZoomBy(0.8) }), b.zoom,
		parts.NewQuiet("", base.ZoomInIcon(), func() { s.viewer.ZoomBy(1.25) }),
		parts.NewQuiet(words.T("viewer.fit"), base.ZoomFitIcon(), s.viewer.Fit),
		parts.NewQuiet(words.T("viewer.width"), base.ViewFullScreenIcon(), s.viewer.FitWidth),
		rotate)
	b.content = parts.NewRow(back, b.title, tools)
	return b
}

// update shows which page of which record is in view.
func (b *pageBar) update(v Volume, viewer *parts.PageViewer) {
	title := strings.TrimSpace(v.Code + "  " + v.Title)
	if v.Holding == 0 {
		title = strings.TrimSpace(words.T("page.unlinked") + "  " + v.Title)
	}
	b.title.SetText(title)
	b.number.SetText(strconv.Itoa(v.Index + 1))
	b.of.SetText(words.N("viewer.of", len(v.Pages)))
	parts.Able(b.prev, v.Index > 0)
	parts.Able(b.next, v.Index < len(v.Pages)-1)
	b.zoomed(viewer)
}

func (b *pageBar) zoomed(viewer *parts.PageViewer) {
	b.zoom.SetText(words.T("viewer.zoom", words.Args{"Zoom": viewer.Percent()}))
}

// goTo shows the page whose number was typed; one that there is not changes nothing.
func (s *Screen) goTo(text string) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > len(s.volume.Pages) {
		s.bar.number.SetText(strconv.Itoa(s.volume.Index + 1))
		return
	}
	s.viewer.Turn(n - 1 - s.volume.Index)
	s.deps.Window.Canvas().Focus(s.viewer)
}
