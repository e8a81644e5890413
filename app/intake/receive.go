package intake

import (
	"context"
	"path/filepath"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

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
	pane
	done    func() // reads everything again
	refused func() // shows what was refused
	folder  *parts.FolderField
	field   *parts.Field
	way     *wayFields
	begin   *parts.Button
	running *running
	result  *fyne.Container
	stages  *stagesPanel
	loads   task.Latest
	asides  task.Latest
	last    *received // what the report in view is of; nil: none
	aside   int       // pages put aside when that was looked up
	table   *parts.Table
	cut     *unfinished
	toCut   bool                                 // the keyboard goes to what was cut off once the list is read
	batches atomic.Pointer[map[archive.ID]Batch] // read off the UI goroutine
	list    *fyne.Container
	empty   fyne.CanvasObject
}

func newReceiveView(d Deps, done, refused func()) *receiveView {
	v := &receiveView{pane: newPane(d, done), done: done, refused: refused, result: container.NewStack(),
		running: newRunning(d.Runner, words.T("intake.task"), words.T("intake.adopt.task"))}
	v.batches.Store(&map[archive.ID]Batch{})
	v.folder = parts.NewFolderField(d.Runner, d.Window, words.T("intake.folder"))
	v.folder.Memory = d.Memory
	v.folder.OnSubmitted = func(string) { v.submit() }
	v.way = newWayFields(d)
	v.folder.OnChanged = func(path string) {
		v.field.SetError("")
		v.way.look(path)
	}
	v.field = parts.NewField(words.T("intake.folder.label"), v.folder)
	v.begin = parts.NewPrimary(words.T("intake.receive"), base.DownloadIcon(), v.submit)
	v.stages = newStagesPanel(d)
	v.cut = newUnfinished(v)
	v.table = newBatchTable(d, v)
	v.empty = parts.NewEmptyState(words.T("intake.batches.empty"), words.T("intake.batches.empty.say"), nil)
	v.list = container.NewStack(v.table)
	top := container.NewVBox(
		parts.Border(nil, nil, nil, parts.NewField(" ", v.begin), v.field),
		v.way.root, v.fault.Box, v.running.box, v.result, v.stages.root, v.cut.root)
	v.showCut()
	v.holds(parts.Border(top, nil, nil, nil, v.list), nil)
	return v
}

func newBatchTable(d Deps, v *receiveView) *parts.Table {
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
		Fetch:    v.fetch,
		OnSelect: v.showCut,
		OnOpen:   func(archive.ID) { v.resumeChosen() },
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
		switch {
		case b.Cut:
			state = words.T("intake.batch.open")
		case b.Ended == 0:
			state = words.T("intake.batch.running")
		}
		rows[i] = parts.Row{Cells: []string{b.Name, b.Source, words.Clock(b.Started), words.Number(n.Files),
			words.Number(n.Unlinked), words.Number(n.Refused), state}, Dim: b.Ended == 0 && !b.Cut, Alert: b.Cut}
	}
	return rows, nil
}

func (v *receiveView) load() {
	v.showTasks()
	task.Load(v.deps.Runner, &v.loads, v.receipts, func(list []Batch, err error) {
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
		if row, _ := v.table.Current(); row < 0 && len(list) > 0 && list[0].Cut {
			v.table.GoTo(0)
		}
		v.showCut()
		if v.toCut && len(list) > 0 && list[0].Cut {
			v.table.GoTo(0)
			v.deps.Window.Canvas().Focus(v.table.Focusable())
		}
		v.toCut = false
		var body fyne.CanvasObject = v.table
		if len(ids) == 0 {
			body = v.empty
		}
		parts.Put(v.list, body)
	})
}

func (v *receiveView) hidden() {
	v.loads.Cancel()
	v.way.loads.Cancel()
	v.asides.Cancel()
}

func (v *receiveView) focus() { v.deps.Window.Canvas().Focus(v.folder.Entry) }

func (v *receiveView) setState(s State) {
	v.stages.set(s)
	v.followAsides(s.Stages[archive.StageQuarantined])
}

func (v *receiveView) dropped(paths []string) {
	if len(paths) == 1 {
		v.folder.SetPath(paths[0])
		v.deps.Window.Canvas().Focus(v.begin)
		return
	}
	for _, p := range paths {
		v.start(v.way.delivery(p))
	}
}

func (v *receiveView) submit() {
	dir := v.folder.Path()
	if dir == "" {
		v.field.SetError(words.T("intake.folder.missing"))
		v.deps.Window.Canvas().Focus(v.folder.Entry)
		return
	}
	v.start(v.way.delivery(dir))
}

// start receives a folder as a task. What it refuses is noted with the task, and kept
// in the archive's own list.
func (v *receiveView) start(d Delivery) {
	v.field.SetError("")
	v.last = nil
	v.result.Objects = nil
	v.result.Refresh()
	task.Run(v.deps.Runner, titleOf(d), func(ctx context.Context, report func(archive.Progress)) (Report, error) {
		r, err := v.deps.Archive.Receive(ctx, d, report)
		for _, f := range r.Refused {
			task.Fail(ctx, f.Path, archive.Refuse("receive folder", f.Path, f.Reason, "%s", f.Detail))
		}
		return r, err
	}, func(r Report, err error) { v.ended(d, r, err) })
	v.showTasks()
}

func titleOf(d Delivery) string {
	word := "intake.task"
	if d.Way == InPlace {
		word = "intake.adopt.task"
	}
	return words.T(word) + " " + filepath.Base(d.Dir)
}

func (v *receiveView) ended(d Delivery, r Report, err error) {
	switch {
	case err == nil && v.folder.Path() == d.Dir:
		v.folder.SetPath("")
		fallthrough
	case err == nil, archive.KindOf(err) == archive.Stopped:
		v.last = &received{d, r, err != nil}
		v.result.Objects = []fyne.CanvasObject{v.resultOf(d, r, err != nil)}
	case d.Batch != 0 && archive.KindOf(err) == archive.NotFound:
		v.result.Objects = []fyne.CanvasObject{v.goneOf(d)}
	default:
		v.result.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, func() { v.start(d) })}
	}
	v.result.Refresh()
	v.root.Refresh()
	v.showTasks()
	v.done()
}

// showTasks shows the folders that are being received.
func (v *receiveView) showTasks() {
	if v.running.show() {
		v.root.Refresh()
	}
}
