package intake

import (
	"context"
	"io"
	"slices"
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

// refusedView lists the files and pages that were refused, why, and what to do.
type refusedView struct {
	pane
	again func([]Delivery)
	loads task.Latest
	// list is read off the UI goroutine too; row n of the table has the id n+1.
	list  atomic.Pointer[[]Refused]
	table *parts.Table
	retry *parts.Button
	all   *parts.Button
	save  *parts.Button
	do    *parts.Prose  // what to do about the row chosen
	did   *widget.Label // what was done, beside the buttons
	empty fyne.CanvasObject
	full  fyne.CanvasObject
	body  *fyne.Container
}

func newRefusedView(d Deps, again func([]Delivery)) *refusedView {
	v := &refusedView{again: again, do: parts.Paragraph(""), did: parts.Line("")}
	v.pane = newPane(d, v.load)
	v.list.Store(&[]Refused{})
	v.table = parts.NewTable(parts.TableOptions{
		Key: "intake.refused", Runner: d.Runner, Memory: d.Memory,
		Columns: []parts.Column{
			{Key: "path", Title: words.T("intake.source"), Width: 280},
			{Key: "batch", Title: words.T("intake.batch.name"), Width: 140},
			{Key: "what", Title: words.T("intake.refused.what"), Width: 64},
			{Key: "reason", Title: words.T("intake.refused.reason"), Width: 260, Stretch: true},
		},
		Fetch:    v.fetch,
		OnSelect: v.selected,
		OnOpen:   func(archive.ID) { v.open() },
	})
	v.retry = parts.NewButton(words.T("intake.retry"), base.ViewRefreshIcon(), func() { v.try(v.chosen()) })
	v.all = parts.NewButton(words.T("intake.retry.all"), base.ViewRefreshIcon(), func() { v.try(*v.list.Load()) })
	v.save = parts.NewButton(words.T("intake.export"), base.DocumentSaveIcon(), v.export)
	head := parts.Border(nil, nil, container.NewHBox(v.retry, v.all, v.save), nil, v.did)
	v.full = parts.Border(container.NewVBox(head, v.fault.Box), v.do, nil, nil, v.table)
	v.empty = parts.NewEmptyState(words.T("intake.refused.empty"), words.T("intake.refused.empty.say"), nil)
	v.body = container.NewStack(v.full)
	v.selected()
	v.all.Disable()
	v.save.Disable()
	v.holds(v.body, nil)
	return v
}

func (v *refusedView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *v.list.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		if n := int(id) - 1; n < len(list) {
			r := list[n]
			rows[i] = parts.Row{Cells: []string{r.Path, r.Batch, what(r), words.Reason(r.Reason)}}
		}
	}
	return rows, nil
}

// what names what was refused: a file, or a page of one that was taken.
func what(r Refused) string {
	if r.Page == 0 {
		return words.T("intake.refused.file")
	}
	return words.T("intake.refused.page")
}

func (v *refusedView) load() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Archive.Refused, func(list []Refused, err error) {
		v.failed(err)
		body := v.full
		if err == nil {
			v.fill(list)
			if len(list) == 0 {
				body = v.empty
			}
		}
		parts.Put(v.body, body)
		if v.deps.Window.Canvas().Focused() == nil {
			v.focus()
		}
	})
}

func (v *refusedView) fill(list []Refused) {
	if slices.Equal(list, *v.list.Load()) {
		return
	}
	v.list.Store(&list)
	if len(list) > 0 {
		v.all.Enable()
		v.save.Enable()
	}
	ids := make([]archive.ID, len(list))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	v.table.ClearSelection()
	v.table.SetIDs(ids)
	v.table.GoTo(0)
	v.selected()
}

// focus gives the keyboard to the list while it is in view.
func (v *refusedView) focus() {
	if v.body.Objects[0] == v.full {
		v.deps.Window.Canvas().Focus(v.table.Focusable())
	}
}

func (v *refusedView) hidden() { v.loads.Cancel() }

func (v *refusedView) chosen() []Refused {
	list := *v.list.Load()
	var out []Refused
	for _, id := range v.table.Selected() {
		if n := int(id) - 1; n < len(list) {
			out = append(out, list[n])
		}
	}
	return out
}

func (v *refusedView) selected() {
	v.retry.Disable()
	v.do.SetText(words.T("intake.refused.pick"))
	if chosen := v.chosen(); len(chosen) > 0 {
		v.retry.Enable()
		row, _ := v.table.Current()
		if list := *v.list.Load(); row >= 0 && row < len(list) {
			v.do.SetText(words.T("reason." + string(list[row].Reason) + ".do"))
		}
	}
}

func (v *refusedView) open() {
	if chosen := v.chosen(); len(chosen) > 0 && chosen[0].Page != 0 {
		v.deps.Open(parts.Route{Screen: "viewer", Value: parts.PageValue{Page: chosen[0].Page}})
	}
}

// try puts pages back to the start, and receives the folders of refused files again.
func (v *refusedView) try(list []Refused) {
	var pages []archive.ID
	var folders []Delivery
	for _, r := range list {
		if r.Page != 0 {
			pages = append(pages, r.Page)
			continue
		}
		i := slices.IndexFunc(folders, func(d Delivery) bool { return d.Dir == r.Source })
		if i < 0 {
			i = len(folders)
			folders = append(folders, Delivery{Dir: r.Source, Way: AsBefore})
		}
		switch r.Reason { // refused only where texts were taken
		case archive.ReasonTextAlone, archive.ReasonTextPages, archive.ReasonTextCode:
			folders[i].Text = true
		}
	}
	if len(pages) > 0 {
		task.Run(v.deps.Runner, words.T("intake.retrying"), func(ctx context.Context, _ func(archive.Progress)) (int, error) {
			return v.deps.Archive.Retry(ctx, pages)
		}, func(n int, err error) {
			if err != nil {
				parts.ShowError(v.deps.Window, err)
				return
			}
			v.did.SetText(words.N("intake.retried", n))
			v.again(nil)
		})
	}
	if len(folders) > 0 {
		v.again(folders)
	}
}

// export saves the list as a table.
func (v *refusedView) export() {
	list := *v.list.Load()
	askSheet(v.deps, words.T("intake.export.name"), func(_ context.Context, write func(...string) error) error {
		return refusedRows(list, write)
	}, v.did.SetText)
}

// WriteCSV writes what was refused as a table.
func WriteCSV(w io.Writer, list []Refused) error {
	return parts.WriteCSV(w, func(write func(...string) error) error { return refusedRows(list, write) })
}

func refusedRows(list []Refused, write func(...string) error) error {
	err := write(words.T("intake.source"), words.T("intake.batch.name"), words.T("intake.refused.what"),
		words.T("intake.refused.reason"), words.T("intake.refused.do"), words.T("intake.refused.detail"), words.T("intake.batch.source"))
	for _, r := range list {
		if err == nil {
			err = write(r.Path, r.Batch, what(r), words.Reason(r.Reason), words.T("reason."+string(r.Reason)+".do"), r.Detail, r.Source)
		}
	}
	return err
}
