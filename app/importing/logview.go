package importing

import (
	"context"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
)

// opsShown is how many operations are listed.
const opsShown = 200

// opUndo is the kind of op that an undo leaves.
const opUndo = archive.OpKind("op.undo")

// listedKinds are the operations that a person may want to take back.
func listedKinds() []archive.OpKind {
	return []archive.OpKind{exchange.OpImport, opUndo, archive.OpFondsAdd, archive.OpSeriesAdd, archive.OpHoldingAdd,
		archive.OpHoldingEdit, archive.OpPageLink, archive.OpPageUnlink}
}

// logView lists the newest imports and changes, and takes them back.
type logView struct {
	deps    Deps
	loads   task.Latest
	ops     atomic.Pointer[map[archive.ID]archive.Op] // read off the UI goroutine too
	table   *parts.Table
	undo    *parts.Button
	running *running
	root    fyne.CanvasObject
}

func newLogView(d Deps) *logView {
	v := &logView{deps: d}
	v.ops.Store(&map[archive.ID]archive.Op{})
	v.running = newRunning(d, func() { v.able() })
	v.table = parts.NewTable(parts.TableOptions{
		Key: "importing.log", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "time", Title: words.T("importing.log.time"), Width: 150},
			{Key: "kind", Title: words.T("importing.log.kind"), Width: 200, Stretch: true},
			{Key: "op", Title: words.T("importing.log.op"), Width: 200},
		},
		Fetch: v.fetch, OnSelect: v.able, Empty: words.T("importing.log.empty"),
	})
	v.undo = parts.NewButton(words.T("importing.log.undo"), base.ContentUndoIcon(), v.ask)
	head := container.NewVBox(parts.Paragraph(words.T("importing.log.say")), container.NewHBox(v.undo), v.running.root)
	v.root = container.NewBorder(head, nil, nil, nil, v.table)
	v.able()
	return v
}

func (v *logView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	ops := *v.ops.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		op := ops[id]
		rows[i] = parts.Row{Cells: []string{words.Clock(op.Time), words.T("op." + string(op.Kind)), op.ID.String()}}
	}
	return rows, nil
}

func (v *logView) load() {
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]archive.Op, error) {
		return v.deps.Archive.Ops(ctx, listedKinds(), opsShown)
	}, func(list []archive.Op, err error) {
		if err != nil {
			v.running.failed(err, "importing.undo.stopped")
			return
		}
		ids, ops := make([]archive.ID, len(list)), make(map[archive.ID]archive.Op, len(list))
		for i, op := range list {
			ids[i], ops[op.ID] = op.ID, op
		}
		v.ops.Store(&ops)
		v.table.SetIDs(ids)
		if row, _ := v.table.Current(); row < 0 && len(ids) > 0 {
			v.table.GoTo(0)
		}
		v.able()
	})
}

func (v *logView) able() {
	if v.undo == nil {
		return
	}
	_, id := v.table.Current()
	op, ok := (*v.ops.Load())[id]
	enable(v.undo, ok && op.Kind != opUndo && !v.running.busy())
}

// ask takes back the op that is chosen, when a person means it.
func (v *logView) ask() {
	_, id := v.table.Current()
	op, ok := (*v.ops.Load())[id]
	if !ok {
		return
	}
	question := words.T("importing.log.ask", words.Args{"What": words.T("op." + string(op.Kind)), "Time": words.Clock(op.Time)})
	askUndo(v.running, question, id, func() {})
}
