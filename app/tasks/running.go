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

// runningView lists the tasks, newest first, and the failures of one of them.
type runningView struct {
	runner  *task.Runner
	rows    map[int]*parts.ProgressRow
	list    *fyne.Container
	empty   fyne.CanvasObject
	side    *fyne.Container
	root    fyne.CanvasObject
	silence func() // ends listening while hidden
}

func newRunningView(r *task.Runner) *runningView {
	v := &runningView{runner: r, rows: map[int]*parts.ProgressRow{}, list: container.NewVBox(), side: container.NewStack()}
	v.empty = parts.NewEmptyState(words.T("tasks.empty"), words.T("tasks.empty.say"), nil)
	v.side.Hide()
	v.root = parts.Border(nil, v.side, nil, nil, container.NewStack(v.empty, container.NewVScroll(v.list)))
	return v
}

// shown begins to follow the tasks.
func (v *runningView) shown() {
	v.hidden()
	v.silence = v.runner.Listen(v.update)
	v.update()
}

// hidden ends that.
func (v *runningView) hidden() {
	if v.silence != nil {
		v.silence()
		v.silence = nil
	}
}

func (v *runningView) update() {
	tasks := v.runner.Tasks()
	if len(tasks) == 0 {
		v.empty.Show()
		v.side.Hide()
	} else {
		v.empty.Hide()
	}
	var objects []fyne.CanvasObject
	rows := map[int]*parts.ProgressRow{}
	for _, i := range tasks {
		row, ok := v.rows[i.ID]
		if !ok {
			row = parts.NewProgressRow(v.runner)
			row.OnFailures = v.showFailures
		}
		row.Set(i)
		rows[i.ID] = row
		objects = append(objects, row, widget.NewSeparator())
	}
	v.rows, v.list.Objects = rows, objects
	v.list.Refresh()
}

// showFailures lists what one task could not use, with the reasons.
func (v *runningView) showFailures(i task.Info) {
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
	hide := parts.NewQuiet(words.T("action.close"), base.CancelIcon(), v.side.Hide)
	head := parts.Border(nil, nil, nil, container.NewHBox(copied, hide),
		parts.Heading(i.Title+"  "+words.N("task.failures", len(i.Failures))))
	scroll := container.NewVScroll(lines)
	scroll.SetMinSize(fyne.NewSize(0, 200))
	v.side.Objects = []fyne.CanvasObject{parts.Border(head, nil, nil, nil, scroll)}
	v.side.Show()
	v.root.Refresh()
}
