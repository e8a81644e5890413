package intake

import (
	"context"
	"slices"

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

// carried is what one linking wrote, so that it can be taken back.
type carried struct {
	ops   []archive.ID
	pages int
}

// bulkView links whole deliveries: a form, the plan that it makes, and carrying it out.
type bulkView struct {
	pane
	changed func()
	form    *bulkForm
	rows    *planTable
	running *running
	done    []carried // of this session, the last one last
	over    bool      // the plan shown was carried out, or its options were changed

	try, do, save, undo *parts.Button
	body                *fyne.Container
	empty               fyne.CanvasObject
	right               *fyne.Container
}

func newBulkView(d Deps, changed func()) *bulkView {
	v := &bulkView{changed: changed}
	v.pane = newPane(d, v.load)
	v.running = newRunning(d.Runner, words.T("intake.bulk.planning"), words.T("intake.bulk.linking"), words.T("intake.bulk.undoing"))
	v.rows = newPlanTable(d, v.failed)
	v.try = parts.NewButton(words.T("intake.bulk.try"), base.SearchIcon(), v.plan)
	v.do = parts.NewPrimary(words.T("intake.bulk.do"), base.ConfirmIcon(), v.carry)
	v.save = parts.NewButton(words.T("intake.sheet"), base.DocumentSaveIcon(), v.export)
	v.undo = parts.NewButton("", base.ContentUndoIcon(), v.takeBack)
	v.undo.Hide()
	v.empty = parts.NewEmptyState(words.T("intake.bulk.empty"), words.T("intake.bulk.empty.say"), nil)
	v.form = newBulkForm(d, v.stale)
	v.body = container.NewStack(v.empty)
	top := container.NewVBox(v.fault.Box, v.running.box, v.said, container.NewHBox(v.do, v.save, v.undo, newEarlier(d)), v.rows.tabs.Row)
	v.right = parts.Border(top, nil, nil, nil, v.body)
	left := parts.Border(nil, container.NewHBox(v.try), nil, nil, parts.Scroll(v.form.root))
	v.holds(parts.NewSplit(left, v.right, parts.SplitOptions{Key: "intake.bulk", Memory: d.Memory, Share: 0.3}), v.right)
	v.able()
	return v
}

func (v *bulkView) load() {
	v.showTasks()
	v.form.load(v.failed)
}

func (v *bulkView) hidden() { v.form.hidden() }

func (v *bulkView) focus() { v.deps.Window.Canvas().Focus(v.form.by) }

func (v *bulkView) showTasks() {
	if v.running.show() {
		v.able()
		v.right.Refresh()
	}
}

// able lets be done what can be done now.
func (v *bulkView) able() {
	busy, plan := v.running.some(), v.rows.plan()
	parts.Able(v.try, !busy)
	parts.Able(v.save, plan != nil)
	parts.Able(v.do, plan != nil && !busy && !v.over && plan.Linked > 0)
	parts.Able(v.undo, !busy)
	v.undo.Hidden = len(v.done) == 0
	if n := len(v.done); n > 0 {
		v.undo.SetText(words.N("intake.bulk.undo", v.done[n-1].pages))
	}
	v.do.Hidden, v.save.Hidden = plan == nil, plan == nil
	v.rows.tabs.Row.Hidden = plan == nil
}

// stale is told that the form says something else than the plan was made for.
func (v *bulkView) stale() {
	if v.rows.plan() == nil || v.over {
		return
	}
	v.over = true
	v.tell(words.T("intake.bulk.stale"), widget.WarningImportance)
}

func (v *bulkView) tell(text string, importance widget.Importance) {
	v.able()
	v.pane.tell(text, importance)
}

// plan finds out what linking would do.
func (v *bulkView) plan() {
	r, ok := v.form.request()
	if !ok {
		return
	}
	v.said.Hide()
	task.Run(v.deps.Runner, words.T("intake.bulk.planning"), func(ctx context.Context, report func(archive.Progress)) (*Plan, error) {
		return v.deps.Archive.PlanLinks(ctx, r, report)
	}, func(p *Plan, err error) {
		v.running.show()
		if err != nil {
			parts.ShowError(v.deps.Window, err)
			v.able()
			return
		}
		v.over = false
		v.rows.show(&shownPlan{plan: p, mismatches: p.Mismatches})
		v.body.Objects = []fyne.CanvasObject{v.rows.table}
		now, fits := v.form.request()
		v.tell(planned(p), importanceOf(p.Report()))
		if !fits || !sameRequest(r, now) {
			v.stale()
		}
		v.rows.focus()
	})
	v.showTasks()
}

func sameRequest(a, b ingest.LinkRequest) bool {
	return slices.Equal(a.Replace, b.Replace) && a.By == b.By && a.Batch == b.Batch && a.Fonds == b.Fonds && a.Force == b.Force &&
		a.Separators == b.Separators && a.Column == b.Column && a.AnyCase == b.AnyCase && a.Head == b.Head && a.Tail == b.Tail
}

func importanceOf(r ingest.LinkReport) widget.Importance {
	if r.Listed() {
		return widget.WarningImportance
	}
	return widget.SuccessImportance
}

// planned says what a plan would do.
func planned(p *Plan) string {
	if p.Linked == 0 {
		return words.T("intake.bulk.nothing") + listed(p.Report())
	}
	say := words.N("intake.bulk.planned", p.Linked)
	if n := p.Lines.Count(ingest.FateHeld); n > 0 {
		say += words.N("intake.bulk.planned.held", n)
	}
	return say + listed(p.Report())
}

// listed counts what needs a person.
func listed(r ingest.LinkReport) string {
	say := ""
	if len(r.Unmatched)+len(r.ClaimedTwice)+len(r.Mismatches) > 0 {
		say = words.T("intake.bulk.listed", words.Args{"Unmatched": words.Number(len(r.Unmatched)),
			"Twice": words.Number(len(r.ClaimedTwice)), "Mismatches": words.Number(len(r.Mismatches))})
	}
	if n := len(r.Quarantined); n > 0 {
		say += words.N("intake.bulk.aside", n)
	}
	return say
}

// carry carries the plan out that is shown.
func (v *bulkView) carry() {
	plan := v.rows.plan()
	if plan == nil || v.over {
		return
	}
	separators, kept := v.form.separatorsKept()
	v.over = true
	task.Run(v.deps.Runner, words.T("intake.bulk.linking"), func(ctx context.Context, report func(archive.Progress)) (ingest.LinkReport, error) {
		if err := keep(ctx, v.deps.Archive, separators, kept); err != nil {
			return ingest.LinkReport{}, err
		}
		return v.deps.Archive.CarryLinks(ctx, plan, report)
	}, func(r ingest.LinkReport, err error) {
		v.running.show()
		if len(r.Ops) > 0 {
			v.done = append(v.done, carried{r.Ops, r.Linked})
		}
		switch {
		case err == nil:
			v.rows.show(&shownPlan{plan, r.Mismatches, true})
			v.tell(words.N("intake.bulk.done", r.Linked)+listed(r), importanceOf(r))
		case archive.KindOf(err) == archive.Stopped:
			v.tell(words.N("intake.bulk.stopped", r.Linked), widget.WarningImportance)
		default:
			parts.ShowError(v.deps.Window, err)
			v.tell(words.N("intake.bulk.stopped", r.Linked), widget.WarningImportance)
		}
		v.changed()
	})
	v.showTasks()
}

// takeBack undoes the last linking of this session. Stopped, it goes on from there.
func (v *bulkView) takeBack() {
	if len(v.done) == 0 {
		return
	}
	last := v.done[len(v.done)-1]
	type outcome struct{ done, kept int }
	task.Run(v.deps.Runner, words.T("intake.bulk.undoing"), func(ctx context.Context, report func(archive.Progress)) (o outcome, err error) {
		newest := slices.Clone(last.ops)
		slices.Reverse(newest)
		o.done, o.kept, err = v.deps.Archive.UndoLinks(ctx, newest, report)
		return o, err
	}, func(o outcome, err error) {
		v.running.show()
		v.over = true
		v.done = v.done[:len(v.done)-1]
		v.rows.undone()
		switch {
		case err == nil && o.kept > 0:
			v.tell(words.N("intake.bulk.undone.kept", o.kept), widget.WarningImportance)
		case err == nil:
			v.tell(words.N("intake.bulk.undone", last.pages), widget.SuccessImportance)
		default:
			v.done = append(v.done, carried{last.ops[:len(last.ops)-o.done], last.pages})
			parts.ShowError(v.deps.Window, err)
			v.tell(words.T("intake.bulk.undo.part"), widget.WarningImportance)
		}
		v.changed()
	})
	v.showTasks()
}

// export saves the plan as a table: every line, then what is contradictory.
func (v *bulkView) export() {
	plan, mismatches := v.rows.plan(), v.rows.mismatches()
	if plan == nil {
		return
	}
	askSheet(v.deps, words.T("intake.bulk.sheet"), func(ctx context.Context, write func(...string) error) error {
		return planRows(ctx, v.deps.Archive, plan, mismatches, write)
	}, func(s string) { v.tell(s, widget.SuccessImportance) })
}
