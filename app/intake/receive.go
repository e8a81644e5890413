package intake

import (
	"context"
	"path/filepath"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// batchesShown is how many receipts are listed.
const batchesShown = 500

// receiveView has the folder to receive, what is being received, the stages of the
// work, and the last receipts.
type receiveView struct {
	deps    Deps
	done    func() // reads everything again
	folder  *parts.FolderField
	field   *parts.Field
	begin   *parts.Button
	running *running
	result  *fyne.Container
	fault   *fyne.Container
	stages  *stagesPanel
	loads   task.Latest
	table   *parts.Table
	batches atomic.Pointer[map[archive.ID]Batch] // read off the UI goroutine
	list    *fyne.Container
	empty   fyne.CanvasObject
	root    fyne.CanvasObject
}

func newReceiveView(d Deps, done func()) *receiveView {
	v := &receiveView{deps: d, done: done, running: newRunning(d.Runner, words.T("intake.task")), result: container.NewStack(), fault: container.NewStack()}
	v.batches.Store(&map[archive.ID]Batch{})
	v.folder = parts.NewFolderField(d.Runner, d.Window, words.T("intake.folder"))
	v.folder.OnSubmitted = func(string) { v.submit() }
	v.folder.OnChanged = func(string) { v.field.SetError("") }
	v.field = parts.NewField(words.T("intake.folder.label"), v.folder)
	v.field.SetHint(words.T("intake.folder.hint"))
	v.begin = parts.NewPrimary(words.T("intake.receive"), base.DownloadIcon(), v.submit)
	v.stages = newStagesPanel(d)
	v.table = newBatchTable(d, v.fetch)
	v.empty = parts.NewEmptyState(words.T("intake.batches.empty"), words.T("intake.batches.empty.say"), nil)
	v.list = container.NewStack(v.table)
	top := container.NewVBox(
		container.NewBorder(nil, nil, nil, parts.NewField(" ", v.begin), v.field),
		v.fault, v.running.box, v.result, v.stages.root, parts.Heading(words.T("intake.batches")))
	v.root = container.NewBorder(top, nil, nil, nil, v.list)
	return v
}

func newBatchTable(d Deps, fetch func(context.Context, []archive.ID) ([]parts.Row, error)) *parts.Table {
	return parts.NewTable(parts.TableOptions{
		Key: "intake.batches", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("intake.batch.name"), Width: 180},
			{Key: "source", Title: words.T("intake.batch.source"), Width: 220, Stretch: true},
			{Key: "time", Title: words.T("intake.batch.time"), Width: 136},
			{Key: "files", Title: words.T("intake.batch.files"), Width: 76, Number: true},
			{Key: "unlinked", Title: words.T("intake.batch.unlinked"), Width: 84, Number: true},
			{Key: "refused", Title: words.T("stage.refused"), Width: 76, Number: true},
			{Key: "state", Title: words.T("intake.batch.state"), Width: 120},
		},
		Fetch: fetch,
	})
}

// fetch is called off the UI goroutine.
func (v *receiveView) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	batches := *v.batches.Load()
	counts, err := v.deps.Archive.Counts(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		b, n := batches[id], counts[id]
		state := words.T("intake.batch.done")
		if b.Ended == 0 {
			state = words.T("intake.batch.open")
		}
		rows[i] = parts.Row{Cells: []string{b.Name, b.Source, words.Clock(b.Started), words.Number(n.Files),
			words.Number(n.Unlinked), words.Number(n.Refused), state}, Dim: b.Ended == 0}
	}
	return rows, nil
}

func (v *receiveView) load() {
	v.showTasks()
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]Batch, error) {
		return v.deps.Archive.Batches(ctx, batchesShown)
	}, func(list []Batch, err error) {
		v.failed(err)
		if err != nil {
			return
		}
		ids, batches := make([]archive.ID, len(list)), make(map[archive.ID]Batch, len(list))
		for i, b := range list {
			ids[i], batches[b.ID] = b.ID, b
		}
		v.batches.Store(&batches)
		v.table.SetIDs(ids)
		var body fyne.CanvasObject = v.table
		if len(ids) == 0 {
			body = v.empty
		}
		if v.list.Objects[0] != body {
			v.list.Objects = []fyne.CanvasObject{body}
			v.list.Refresh()
		}
	})
}

func (v *receiveView) hidden() { v.loads.Cancel() }

func (v *receiveView) focus() { v.deps.Window.Canvas().Focus(v.folder.Entry) }

func (v *receiveView) failed(err error) {
	had := len(v.fault.Objects) > 0
	v.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		v.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, v.done)}
	}
	if had || len(v.fault.Objects) > 0 {
		v.fault.Refresh()
		v.root.Refresh()
	}
}

func (v *receiveView) setState(s State) { v.stages.set(s) }

func (v *receiveView) dropped(paths []string) {
	if len(paths) == 1 {
		v.folder.SetPath(paths[0])
		v.deps.Window.Canvas().Focus(v.begin)
		return
	}
	for _, p := range paths {
		v.start(p)
	}
}

func (v *receiveView) submit() {
	dir := v.folder.Path()
	if dir == "" {
		v.field.SetError(words.T("intake.folder.missing"))
		v.deps.Window.Canvas().Focus(v.folder.Entry)
		return
	}
	v.start(dir)
}

// start receives a folder as a task. What it refuses is noted with the task, and kept
// in the archive's own list.
func (v *receiveView) start(dir string) {
	v.field.SetError("")
	title := words.T("intake.task") + " " + filepath.Base(dir)
	task.Run(v.deps.Runner, title, func(ctx context.Context, report func(archive.Progress)) (Report, error) {
		r, err := v.deps.Archive.Receive(ctx, dir, report)
		for _, f := range r.Refused {
			task.Fail(ctx, f.Path, archive.Refuse("receive folder", f.Path, f.Reason, "%s", f.Detail))
		}
		return r, err
	}, func(r Report, err error) { v.ended(dir, r, err) })
	v.showTasks()
}

func (v *receiveView) ended(dir string, r Report, err error) {
	switch {
	case err == nil:
		if v.folder.Path() == dir {
			v.folder.SetPath("")
		}
		v.say(words.T("intake.result", words.Args{"Name": filepath.Base(dir), "Files": words.Number(r.Received),
			"Pages": words.Number(r.Pages), "Already": words.Number(r.Already), "Unlinked": words.Number(r.Unlinked),
			"Refused": words.Number(len(r.Refused))}), len(r.Refused) > 0)
	case archive.KindOf(err) == archive.Stopped:
		v.say(words.T("intake.stopped", words.Args{"Name": filepath.Base(dir), "Files": words.Number(r.Received)}), false)
	default:
		v.result.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, func() { v.start(dir) })}
		v.result.Refresh()
	}
	v.showTasks()
	v.done()
}

func (v *receiveView) say(text string, alert bool) {
	l := parts.Paragraph(text)
	l.Importance = widget.SuccessImportance
	if alert {
		l.Importance = widget.WarningImportance
	}
	v.result.Objects = []fyne.CanvasObject{l}
	v.result.Refresh()
	v.root.Refresh()
}

// showTasks shows the folders that are being received.
func (v *receiveView) showTasks() {
	if v.running.show() {
		v.root.Refresh()
	}
}
