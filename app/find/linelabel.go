package find

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
)

// lineLabel is a line whose first words are set in bold and whose rest is quiet.
type lineLabel struct {
	widget.BaseWidget
	strong, quiet *widget.Label
	root          *fyne.Container
}

func newLineLabel() *lineLabel {
	l := &lineLabel{strong: parts.Heading(""), quiet: parts.Line("")}
	l.root = parts.NewRow(l.strong, l.quiet, nil)
	l.ExtendBaseWidget(l)
	return l
}

func (l *lineLabel) set(strong, quiet string) {
	l.strong.SetText(strong)
	l.strong.Hidden = strong == ""
	l.quiet.SetText(quiet)
	l.root.Refresh()
}

// CreateRenderer is called by the toolkit.
func (l *lineLabel) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.root) }
