package app

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
)

// strip is the line at the foot of the window: what is running, and how far it is.
type strip struct {
	widget.BaseWidget
	runner *task.Runner
	line   *widget.Label
	tasks  *parts.Button
	edge   *canvas.Rectangle
}

func newStrip(r *task.Runner, open func()) *strip {
	s := &strip{runner: r, line: parts.Line(""), edge: canvas.NewRectangle(color.Transparent)}
	s.tasks = parts.NewQuiet("", base.ListIcon(), open)
	s.ExtendBaseWidget(s)
	s.update()
	return s
}

// update shows the oldest running task, and how many there are.
func (s *strip) update() {
	line, running := words.T("strip.idle"), 0
	for _, i := range s.runner.Tasks() {
		if !i.State.Ended() {
			running++
			line = i.Title + "  " + parts.ProgressLine(i)
		}
	}
	if line != s.line.Text { // a text is laid out anew whenever it is set
		s.line.SetText(line)
	}
	count := words.T("nav.tasks")
	if running > 0 {
		count = words.N("strip.tasks", running)
	}
	if count != s.tasks.Text {
		s.tasks.SetText(count)
	}
}

func (s *strip) CreateRenderer() fyne.WidgetRenderer {
	s.edge.SetMinSize(fyne.NewSize(0, 1))
	return widget.NewSimpleRenderer(parts.Border(s.edge, nil, nil, nil, parts.NewRow(nil, s.line, s.tasks)))
}

func (s *strip) Refresh() {
	s.edge.FillColor = base.Color(base.ColorNameSeparator)
	s.BaseWidget.Refresh()
}
