// Package tasks is the screen 任务: what runs, what ran, and what failed in it.
package tasks

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
)

// failuresShown bounds the list of failures on the screen; the copy has them all.
const failuresShown = 500

// Screen lists the tasks, newest first, and the failures of one of them.
type Screen struct {
	runner  *task.Runner
	rows    map[int]*parts.ProgressRow
	list    *fyne.Container
	empty   fyne.CanvasObject
	side    *fyne.Container
	content fyne.CanvasObject
	silence func() // ends listening while hidden
}

// New makes the screen.
func New(r *task.Runner) *Screen {
	s := &Screen{runner: r, rows: map[int]*parts.ProgressRow{}, list: container.NewVBox(), side: container.NewStack()}
	s.empty = parts.NewEmptyState(words.T("tasks.empty"), words.T("tasks.empty.say"), nil)
	s.side.Hide()
	s.content = parts.Padded(container.NewBorder(parts.Title(words.T("nav.tasks")), s.side, nil, nil,
		container.NewStack(s.empty, container.NewVScroll(s.list))))
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.tasks") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown begins to follow the tasks.
func (s *Screen) Shown(any) {
	s.Hidden()
	s.silence = s.runner.Listen(s.update)
	s.update()
}

// Hidden ends that.
func (s *Screen) Hidden() {
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
}

func (s *Screen) update() {
	tasks := s.runner.Tasks()
	if len(tasks) == 0 {
		s.empty.Show()
		s.side.Hide()
	} else {
		s.empty.Hide()
	}
	var objects []fyne.CanvasObject
	rows := map[int]*parts.ProgressRow{}
	for _, i := range tasks {
		row, ok := s.rows[i.ID]
		if !ok {
			row = parts.NewProgressRow(s.runner)
			row.OnFailures = s.showFailures
		}
		row.Set(i)
		rows[i.ID] = row
		objects = append(objects, row, widget.NewSeparator())
	}
	s.rows, s.list.Objects = rows, objects
	s.list.Refresh()
}

// showFailures lists what one task could not use, with the reasons.
func (s *Screen) showFailures(i task.Info) {
	all := ""
	lines := container.NewVBox()
	for n, f := range i.Failures {
		told := words.Tell(f.Err)
		line := f.Subject + "\t" + told.What
		all += line + "\t" + told.Details + "\n"
		if n < failuresShown {
			l := widget.NewLabel(f.Subject + "  " + strings.TrimSuffix(told.What, words.T("error.subject", words.Args{"Subject": f.Subject})))
			l.Truncation = fyne.TextTruncateEllipsis
			lines.Add(l)
		}
	}
	copied := parts.NewQuiet(words.T("tasks.copy"), base.ContentCopyIcon(), func() {
		fyne.CurrentApp().Clipboard().SetContent(all)
	})
	hide := parts.NewQuiet(words.T("action.close"), base.CancelIcon(), s.side.Hide)
	head := container.NewBorder(nil, nil, nil, container.NewHBox(copied, hide),
		parts.Heading(i.Title+"  "+words.N("task.failures", len(i.Failures))))
	scroll := container.NewVScroll(lines)
	scroll.SetMinSize(fyne.NewSize(0, 200))
	s.side.Objects = []fyne.CanvasObject{container.NewBorder(head, nil, nil, nil, scroll)}
	s.side.Show()
	s.content.Refresh()
}
