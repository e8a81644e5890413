package intake

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
)

// running shows the tasks of one kind that are at work, each with its progress and the
// button that stops it.
type running struct {
	runner *task.Runner
	titles []string // how their titles begin
	rows   map[int]*parts.ProgressRow
	box    *fyne.Container
}

func newRunning(r *task.Runner, titles ...string) *running {
	return &running{runner: r, titles: titles, rows: map[int]*parts.ProgressRow{}, box: container.NewVBox()}
}

// some tells whether any is at work.
func (n *running) some() bool { return len(n.rows) > 0 }

func (n *running) mine(title string) bool {
	for _, t := range n.titles {
		if strings.HasPrefix(title, t) {
			return true
		}
	}
	return false
}

// show brings the rows up to date and tells whether their number changed.
func (n *running) show() bool {
	rows := map[int]*parts.ProgressRow{}
	var objects []fyne.CanvasObject
	for _, i := range n.runner.Tasks() {
		if i.State.Ended() || !n.mine(i.Title) {
			continue
		}
		row, ok := n.rows[i.ID]
		if !ok {
			row = parts.NewProgressRow(n.runner)
		}
		row.Set(i)
		rows[i.ID] = row
		objects = append(objects, row)
	}
	changed := len(objects) != len(n.rows)
	n.rows, n.box.Objects = rows, objects
	if changed {
		n.box.Refresh()
	}
	return changed
}
