package audit

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

const (
	firstRead = 500     // entries that are shown at once
	stretch   = 200_000 // that are read behind them, and with each asking for older ones
)

// logView lists the entries of the log.
type logView struct {
	deps   Deps
	asked  Filter
	loads  task.Latest
	more   task.Latest
	filter *filtering
	side   *side

	table   *parts.Table
	older   *parts.Button
	export  *parts.Button
	fault   *parts.Fault
	running *running
	root    fyne.CanvasObject
}

func newLogView(d Deps) *logView {
	v := &logView{deps: d, side: newSide(d)}
	v.filter = newFiltering(d, v.ask)
	v.fault = parts.NewFault(v.load)
	v.table = parts.NewTable(parts.TableOptions{
		Key: "audit.log", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "time", Title: words.T("audit.column.time"), Width: 146},
			{Key: "who", Title: words.T("audit.column.who"), Width: 90},
			{Key: "kind", Title: words.T("audit.column.kind"), Width: 116},
			{Key: "subject", Title: words.T("audit.column.subject"), Width: 190},
			{Key: "what", Title: words.T("audit.column.what"), Width: 160, Stretch: true},
		},
		Fetch: v.fetch, OnSelect: v.chosen, OnError: func(err error) { v.tell(err) }, Empty: words.T("audit.empty"),
	})
	v.older = parts.NewButton(words.T("audit.older"), base.MoveDownIcon(), v.goOn)
	v.older.Hide()
	v.export = parts.NewButton(words.T("audit.export"), base.DocumentSaveIcon(), v.save)
	v.running = newRunning(d.Runner, func() { v.relay() })
	list := parts.Border(nil, container.NewHBox(v.older), nil, nil, v.table)
	split := parts.NewSplit(list, v.side.root, parts.SplitOptions{Key: "audit.detail", Memory: d.Memory, Share: 0.66})
	head := container.NewVBox(parts.Border(nil, nil, nil, container.NewVBox(parts.Heading(""), v.export), v.filter.root), v.fault.Box, v.running.box)
	v.root = parts.Border(head, nil, nil, nil, split)
	return v
}

func (v *logView) relay() {
	if v.root != nil {
		v.root.Refresh()
		v.able()
	}
}

func (v *logView) able() {
	parts.Able(v.export, !v.running.busy())
}

func (v *logView) hidden() {
	v.loads.Cancel()
	v.more.Cancel()
	v.side.loads.Cancel()
	v.filter.loads.Cancel()
}

// fetch is called off the UI goroutine.
func (v *logView) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	list, err := v.deps.Archive.Entries(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[archive.ID]parts.Row, len(list))
	for _, e := range list {
		by[e.Op.ID] = parts.Row{Cells: []string{clock(e.Op.Time), who(e.Op, e.Who), words.Deed(e.Op.Kind), e.Subject, e.What},
			Alert: e.Op.Kind == "refused" || e.Op.Kind == "login.refused"}
	}
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		rows[i] = by[id]
	}
	return rows, nil
}

// who names the person, and the station where it is not the first.
func who(o archive.Op, name string) string {
	if o.Station > 1 {
		return words.T("audit.who.station", words.Args{"Name": name, "N": o.Station})
	}
	return name
}

// ask lists what a filter leaves.
func (v *logView) ask(f Filter) {
	v.asked = f
	v.load()
}

// load reads the newest entries, and then those behind them.
func (v *logView) load() {
	v.filter.load()
	v.more.Cancel()
	f := v.asked
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]archive.ID, error) {
		return v.deps.Archive.IDs(ctx, f, 0, firstRead)
	}, func(ids []archive.ID, err error) {
		v.tell(err)
		if err != nil {
			return
		}
		if len(ids) < firstRead {
			v.set(ids, false)
			return
		}
		if have := v.table.IDs(); len(have) <= firstRead || have[0] != ids[0] {
			v.table.SetBeginning(ids)
			v.stand()
		}
		v.read(ids)
	})
}

// read reads a stretch of entries behind some.
func (v *logView) read(have []archive.ID) {
	f := v.asked
	task.Load(v.deps.Runner, &v.more, func(ctx context.Context) ([]archive.ID, error) {
		more, err := v.deps.Archive.IDs(ctx, f, have[len(have)-1], stretch)
		return append(have[:len(have):len(have)], more...), err
	}, func(ids []archive.ID, err error) {
		v.tell(err)
		if err == nil {
			v.set(ids, len(ids) == len(have)+stretch)
		}
	})
}

// goOn reads older entries.
func (v *logView) goOn() {
	if ids := v.table.IDs(); len(ids) > 0 {
		v.read(ids)
	}
}

func (v *logView) set(ids []archive.ID, more bool) {
	if more {
		v.table.SetBeginning(ids) // how many there are nobody has counted
	} else {
		v.table.SetIDs(ids)
	}
	v.older.Hidden = !more
	v.root.Refresh()
	v.stand()
}

func (v *logView) stand() {
	if row, _ := v.table.Current(); row < 0 && len(v.table.IDs()) > 0 {
		v.table.GoTo(0)
	}
	v.chosen()
}

func (v *logView) tell(err error) {
	if v.fault.Show(err) {
		v.root.Refresh()
	}
}

func (v *logView) chosen() {
	_, id := v.table.Current()
	v.side.show(id)
}

// save exports what the filter leaves.
func (v *logView) save() {
	f := v.asked
	o := parts.ChooseOptions{Title: words.T("audit.export.title"), Files: []string{".xlsx", ".csv"}, Save: words.T("audit.title") + ".xlsx", Memory: v.deps.Memory}
	parts.Choose(v.deps.Runner, v.deps.Window, o, func(path string) {
		start(v.running, words.T("audit.exporting", words.Args{"Name": filepath.Base(path)}), func(ctx context.Context, progress func(archive.Progress)) (int, error) {
			return v.deps.Archive.Export(ctx, path, f, progress)
		}, func(rows int) {
			v.running.say(words.N("audit.exported", rows, words.Args{"Path": path}), widget.SuccessImportance)
		})
	})
}
