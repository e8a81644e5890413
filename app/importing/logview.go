package importing

import (
	"context"
	"strconv"
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

// deedsShown is how many deeds are listed.
const deedsShown = 500

// deedKinds are what can be listed: all of it, and the parts that a person may look for.
func deedKinds() []struct {
	word  string
	kinds []archive.OpKind
} {
	links := []archive.OpKind{archive.OpPageLink, archive.OpPageUnlink}
	imports := []archive.OpKind{exchange.OpImport}
	entries := []archive.OpKind{archive.OpFondsAdd, archive.OpSeriesAdd, archive.OpHoldingAdd, archive.OpHoldingEdit}
	receipts := []archive.OpKind{archive.OpBatchAdd}
	codes := []archive.OpKind{archive.OpCodeInsert, archive.OpCodeMove, archive.OpCodeReorder, archive.OpCodeRenumber, archive.OpCodeSplit,
		archive.OpCodeBind, archive.OpCodeUnbind, archive.OpCodeCorrect, archive.OpCodeVacancy, archive.OpCodeFile, archive.OpCodeAccession,
		archive.OpHoldingRemove}
	all := []archive.OpKind{archive.OpUndo}
	for _, list := range [][]archive.OpKind{links, imports, entries, receipts, codes} {
		all = append(all, list...)
	}
	return []struct {
		word  string
		kinds []archive.OpKind
	}{{"importing.log.all", all}, {"importing.log.links", links}, {"importing.log.imports", imports},
		{"importing.log.entries", entries}, {"importing.log.receipts", receipts},
		{"importing.log.codes", codes}}
}

// onlyLinks is the place of links among deedKinds.
const onlyLinks = 1

// logView lists what was done, and takes it back.
type logView struct {
	deps    Deps
	loads   task.Latest
	deeds   atomic.Pointer[map[archive.ID]Deed] // read off the UI goroutine too
	which   *parts.Select
	table   *parts.Table
	undo    *parts.Button
	why     *parts.Prose // the deed chosen cannot be undone
	running *running
	root    fyne.CanvasObject
}

func newLogView(d Deps) *logView {
	v := &logView{deps: d, why: parts.Paragraph("")}
	v.deeds.Store(&map[archive.ID]Deed{})
	v.running = newRunning(d, func() { v.able() })
	v.running.home = func() fyne.Focusable { return v.table.Focusable() }
	v.table = parts.NewTable(parts.TableOptions{
		Key: "importing.log", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "time", Title: words.T("importing.log.time"), Width: 136},
			{Key: "kind", Title: words.T("importing.log.kind"), Width: 150},
			{Key: "of", Title: words.T("importing.log.of"), Width: 300, Stretch: true},
			{Key: "changes", Title: words.T("importing.log.changes"), Width: 90, Number: true},
			{Key: "who", Title: words.T("importing.log.who"), Width: 150},
			{Key: "state", Title: words.T("importing.log.state"), Width: 130},
		},
		Fetch: v.fetch, OnSelect: v.able, OnOpen: func(archive.ID) { v.ask() }, Empty: words.T("importing.log.empty"),
	})
	var names []string
	for _, k := range deedKinds() {
		names = append(names, words.T(k.word))
	}
	v.which = parts.NewSelect(names, nil)
	v.which.SetSelectedIndex(0)
	v.which.OnChanged = func(string) { v.load() }
	v.undo = parts.NewButton(words.T("importing.log.undo"), base.ContentUndoIcon(), v.ask)
	head := container.NewVBox(parts.Paragraph(words.T("importing.log.say")),
		parts.Border(nil, nil, container.NewHBox(parts.Sized(v.which, 220, 0), v.undo), nil, v.why), v.running.root)
	v.root = parts.Border(head, nil, nil, nil, v.table)
	v.running.around = v.root
	v.able()
	return v
}

// fetch is called off the UI goroutine.
func (v *logView) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	deeds := *v.deeds.Load()
	list := make([]Deed, len(ids))
	for i, id := range ids {
		list[i] = deeds[id]
	}
	of, err := v.deps.Archive.Touched(ctx, list)
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(ids))
	for i, d := range list {
		if d.ID == 0 {
			continue
		}
		changes := words.Number(d.Changes)
		if d.Kind == archive.OpBatchAdd {
			changes = "" // that of the receipt as such says nothing
		}
		rows[i] = parts.Row{Cells: []string{words.Clock(d.Begun), words.T("op." + string(d.Kind)), of[i], changes, who(d), state(d)},
			Dim: d.Undone == len(d.Ops)}
	}
	return rows, nil
}

// who names the person, and the station where it is not the first.
func who(d Deed) string {
	name := d.Who
	if d.Station > 1 {
		name = words.T("importing.log.station", words.Args{"Name": name, "N": strconv.Itoa(d.Station)})
	}
	return name
}

func state(d Deed) string {
	switch d.Undone {
	case 0:
		return ""
	case len(d.Ops):
		return words.T("importing.log.undone")
	}
	return words.T("importing.log.undone.part")
}

func (v *logView) load() {
	kinds := deedKinds()[max(v.which.SelectedIndex(), 0)].kinds
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]Deed, error) {
		return v.deps.Archive.Deeds(ctx, kinds, deedsShown)
	}, func(list []Deed, err error) {
		if err != nil {
			v.running.failed(err, "importing.undo.stopped")
			return
		}
		ids, deeds := make([]archive.ID, len(list)), make(map[archive.ID]Deed, len(list))
		for i, d := range list {
			ids[i], deeds[d.ID] = d.ID, d
		}
		v.deeds.Store(&deeds)
		v.table.SetIDs(ids)
		v.table.Reload()
		if row, _ := v.table.Current(); row < 0 && len(ids) > 0 {
			v.table.GoTo(0)
		}
		v.able()
	})
}

// chosen is the deed that has the keyboard, and why it cannot be undone; "": it can.
func (v *logView) chosen() (Deed, string) {
	_, id := v.table.Current()
	d, ok := (*v.deeds.Load())[id]
	switch {
	case !ok:
		return d, words.T("importing.log.pick")
	case d.Kind == archive.OpUndo:
		return d, words.T("importing.log.not.undo")
	case d.Kind == archive.OpBatchAdd:
		return d, words.T("importing.log.not.receipt")
	case d.Undone == len(d.Ops):
		return d, words.T("importing.log.not.again")
	}
	return d, ""
}

func (v *logView) able() {
	if v.undo == nil {
		return
	}
	_, why := v.chosen()
	v.why.SetText(why)
	parts.Able(v.undo, why == "" && !v.running.busy())
}

// ask takes the deed back that is chosen, when a person means it.
func (v *logView) ask() {
	d, why := v.chosen()
	if why != "" || v.running.busy() {
		return
	}
	what := words.T("importing.log.deed", words.Args{"Time": words.Clock(d.Begun), "What": words.T("op." + string(d.Kind))})
	askUndo(v.running, what, d, func() {})
}
