package intake

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// checkView compares the linked images with the catalogue and lists what does not agree.
type checkView struct {
	pane
	fonds   *parts.Select
	listed  []archive.Holding // the fonds that can be chosen
	kind    *parts.Select
	kinds   []ingest.MismatchKind // that were found
	loads   task.Latest
	running *running
	found   atomic.Pointer[checked] // read off the UI goroutine too
	round   int

	do, save *parts.Button
	table    *parts.Table
	empty    fyne.CanvasObject
	body     *fyne.Container
	results  *fyne.Container // the choice of a kind, and the button that saves
}

// checked is what a count found, with its places by kind. It is not changed any more.
type checked struct {
	ingest.LinkCheck
	of map[ingest.MismatchKind][]int32
}

func newCheckView(d Deps) *checkView {
	v := &checkView{running: newRunning(d.Runner, words.T("intake.check.task"))}
	v.pane = newPane(d, v.load)
	v.fonds = parts.NewSelect([]string{words.T("intake.bulk.fonds.all")}, nil)
	setChoices(v.fonds, v.fonds.Options, 0)
	v.kind = parts.NewSelect(nil, func(int) { v.list() })
	v.do = parts.NewPrimary(words.T("intake.check.do"), base.ConfirmIcon(), v.check)
	v.save = parts.NewButton(words.T("intake.sheet"), base.DocumentSaveIcon(), v.export)
	v.table = parts.NewTable(parts.TableOptions{
		Key: "intake.check", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("report.code"), Width: 210},
			{Key: "title", Title: words.T("report.title"), Width: 220, Stretch: true},
			{Key: "kind", Title: words.T("report.kind"), Width: 240},
			{Key: "expected", Title: words.T("report.expected"), Width: 72, Number: true},
			{Key: "found", Title: words.T("report.found"), Width: 72, Number: true},
			{Key: "detail", Title: words.T("report.detail"), Width: 180},
		},
		Fetch:   v.fetch,
		OnOpen:  v.open,
		OnError: v.failed,
	})
	v.empty = parts.NewEmptyState(words.T("intake.check.empty"), words.T("intake.check.empty.say"), nil)
	v.body = container.NewStack(v.empty)
	v.results = container.NewHBox(parts.Sized(v.kind, 300, 0), v.save)
	v.results.Hide()
	row := container.NewHBox(parts.Sized(v.fonds, 260, 0), v.do, v.results)
	v.holds(parts.Border(container.NewVBox(row, v.fault.Box, v.running.box, v.said), nil, nil, nil, v.body), nil)
	return v
}

func (v *checkView) load() {
	v.showTasks()
	task.Load(v.deps.Runner, &v.loads, v.deps.Archive.LinkChoices, func(c LinkChoices, err error) {
		v.failed(err)
		if err != nil {
			return
		}
		was := v.fondsID()
		v.listed = c.Fonds
		names, at := []string{words.T("intake.bulk.fonds.all")}, 0
		for i, h := range c.Fonds {
			names = append(names, h.Code+"  "+h.Title)
			if h.ID == was {
				at = i + 1
			}
		}
		setChoices(v.fonds, names, at)
	})
}

func (v *checkView) hidden() { v.loads.Cancel() }

func (v *checkView) focus() { v.deps.Window.Canvas().Focus(v.fonds) }

func (v *checkView) fondsID() archive.ID {
	if i := v.fonds.SelectedIndex(); i > 0 && i <= len(v.listed) {
		return v.listed[i-1].ID
	}
	return 0
}

func (v *checkView) showTasks() {
	if v.running.show() {
		parts.Able(v.do, !v.running.some())
		v.root.Refresh()
	}
}

// check counts as a task.
func (v *checkView) check() {
	fonds := v.fondsID()
	v.said.Hide()
	task.Run(v.deps.Runner, words.T("intake.check.task"), func(ctx context.Context, report func(archive.Progress)) (*checked, error) {
		found, err := v.deps.Archive.CheckLinks(ctx, fonds, report)
		c := &checked{found, map[ingest.MismatchKind][]int32{}}
		for i, m := range found.Mismatches {
			c.of[m.Kind] = append(c.of[m.Kind], int32(i))
		}
		return c, err
	}, func(c *checked, err error) {
		v.showTasks()
		switch {
		case archive.KindOf(err) == archive.Stopped:
			v.tell(words.T("intake.check.stopped"), widget.WarningImportance)
		case err != nil:
			parts.ShowError(v.deps.Window, err)
		default:
			v.show(c)
		}
	})
	v.showTasks()
}

func (v *checkView) show(c *checked) {
	v.found.Store(c)
	v.round++
	v.kinds = v.kinds[:0]
	for k := range c.of {
		v.kinds = append(v.kinds, k)
	}
	slices.SortFunc(v.kinds, func(a, b ingest.MismatchKind) int { return len(c.of[b]) - len(c.of[a]) })
	names := []string{words.T("intake.check.kinds", words.Args{"N": words.Number(len(c.Mismatches))})}
	for _, k := range v.kinds {
		names = append(names, words.T("mismatch."+string(k))+"  "+words.Number(len(c.of[k])))
	}
	setChoices(v.kind, names, 0)
	v.results.Hidden = len(c.Mismatches) == 0
	say := words.Args{"Records": words.Number(c.Checked), "Pages": words.Number(c.Pages), "N": words.Number(len(c.Mismatches))}
	if len(c.Mismatches) == 0 {
		v.body.Objects = []fyne.CanvasObject{v.empty}
		v.tell(words.T("intake.check.agree", say), widget.SuccessImportance)
		return
	}
	v.body.Objects = []fyne.CanvasObject{v.table}
	v.list()
	v.tell(words.T("intake.check.differ", say), widget.WarningImportance)
	v.deps.Window.Canvas().Focus(v.table.Focusable())
}

// list shows the kind that is chosen. The id of a row tells which count it is of.
func (v *checkView) list() {
	c := v.found.Load()
	if c == nil {
		return
	}
	head := archive.ID(v.round) << placeBits
	var ids []archive.ID
	if i := v.kind.SelectedIndex(); i > 0 && i <= len(v.kinds) {
		for _, at := range c.of[v.kinds[i-1]] {
			ids = append(ids, head|archive.ID(at+1))
		}
	} else {
		ids = make([]archive.ID, len(c.Mismatches))
		for at := range ids {
			ids[at] = head | archive.ID(at+1)
		}
	}
	v.table.SetIDs(ids)
	v.table.GoTo(0)
}

func (v *checkView) of(c *checked, id archive.ID) (ingest.Mismatch, bool) {
	if _, at := placed(id); c != nil && at >= 0 && at < len(c.Mismatches) {
		return c.Mismatches[at], true
	}
	return ingest.Mismatch{}, false
}

// fetch is called off the UI goroutine.
func (v *checkView) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	c, rows := v.found.Load(), make([]parts.Row, len(ids))
	var holdings []archive.ID
	for _, id := range ids {
		if m, ok := v.of(c, id); ok {
			holdings = append(holdings, m.Holding)
		}
	}
	titles, err := v.deps.Archive.Titles(ctx, holdings)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if m, ok := v.of(c, id); ok {
			rows[i] = parts.Row{Cells: checkCells(m, titles)}
		}
	}
	return rows, nil
}

func checkCells(m ingest.Mismatch, titles map[archive.ID]string) []string {
	return []string{m.Code, titles[m.Holding], words.T("mismatch." + string(m.Kind)),
		strconv.Itoa(m.Expected), strconv.Itoa(m.Found), detail(m)}
}

// open goes to the record of a row.
func (v *checkView) open(id archive.ID) {
	if m, ok := v.of(v.found.Load(), id); ok && m.Holding != 0 {
		v.deps.Open(parts.Route{Screen: routeHoldings, Value: parts.HoldingValue{Holding: m.Holding}})
	}
}

// export saves all that was found as a table.
func (v *checkView) export() {
	c := v.found.Load()
	if c == nil {
		return
	}
	askSheet(v.deps, words.T("intake.check.sheet"), func(ctx context.Context, write func(...string) error) error {
		return checkRows(ctx, v.deps.Archive, c.Mismatches, write)
	}, func(s string) { v.tell(s, widget.SuccessImportance) })
}

func checkRows(ctx context.Context, a Linking, list []ingest.Mismatch, write func(...string) error) error {
	const together = 500
	err := write(words.T("report.code"), words.T("report.title"), words.T("report.kind"),
		words.T("report.expected"), words.T("report.found"), words.T("report.detail"))
	if err != nil {
		return err
	}
	for part := range slices.Chunk(list, together) {
		ids := make([]archive.ID, len(part))
		for i, m := range part {
			ids[i] = m.Holding
		}
		titles, err := a.Titles(ctx, ids)
		if err != nil {
			return err
		}
		for _, m := range part {
			if err := write(checkCells(m, titles)...); err != nil {
				return err
			}
		}
	}
	return nil
}
