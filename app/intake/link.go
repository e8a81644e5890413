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
)

// linkView lists the pages 待挂接 and links those chosen to a 档号.
type linkView struct {
	pane
	changed func()
	batches []Batch
	batch   *parts.Select
	loads   task.Latest
	looks   task.Latest
	table   *parts.Table
	viewer  *parts.PageViewer
	code    *codeField
	chosen  *widget.Label
	do      *parts.Button
	undo    *parts.Button
	last    []archive.ID // linked just now
	empty   fyne.CanvasObject
	split   fyne.CanvasObject
	body    *fyne.Container
}

func newLinkView(d Deps, changed func()) *linkView {
	v := &linkView{changed: changed, chosen: parts.Heading("")}
	v.pane = newPane(d, v.load)
	v.batch = parts.NewSelect(nil, func(int) { v.list() })
	v.table = parts.NewTable(parts.TableOptions{
		Key: "intake.link", Runner: d.Runner, Memory: d.Memory,
		Columns: []parts.Column{
			{Key: "source", Title: words.T("intake.source"), Width: 240},
			{Key: "ordinal", Title: words.T("report.ordinal"), Width: 60, Number: true},
			{Key: "stage", Title: words.T("intake.batch.state"), Width: 96},
			{Key: "text", Title: words.T("intake.text"), Width: 200, Stretch: true},
		},
		Fetch:    v.fetch,
		OnSelect: v.selected,
		OnOpen:   func(archive.ID) { v.open() },
		OnError:  v.failed,
		Empty:    words.T("intake.link.empty"),
	})
	v.viewer = parts.NewPageViewer(d.Runner, d.View)
	v.code = newCodeField(d, v.able, v.link)
	v.do = parts.NewPrimary(words.T("intake.link.do"), base.ConfirmIcon(), v.link)
	v.undo = parts.NewQuiet(words.T("intake.link.undo"), base.ContentUndoIcon(), v.takeBack)
	v.undo.Hide()
	v.do.Disable()
	right := parts.Border(container.NewVBox(v.chosen, v.code.root,
		container.NewHBox(v.do, v.undo, newEarlier(d)), v.said), nil, nil, nil, v.viewer)
	left := parts.Border(container.NewVBox(v.batch, v.fault.Box), nil, nil, nil, v.table)
	v.split = parts.NewSplit(left, right, parts.SplitOptions{Key: "intake.link", Memory: d.Memory, Share: 0.6})
	v.empty = parts.NewEmptyState(words.T("intake.link.empty"), words.T("intake.link.empty.say"), nil)
	v.body = container.NewStack(v.split)
	v.holds(v.body, nil)
	return v
}

func (v *linkView) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	pages, err := v.deps.Archive.Pages(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(pages))
	for i, p := range pages {
		if p.ID != 0 {
			rows[i] = parts.Row{Cells: []string{p.Source, words.Number(p.Ordinal), words.Stage(p.Stage), p.Text},
				Alert: p.Stage == archive.StageRefused}
		}
	}
	return rows, nil
}

// offers are the receipts with pages 待挂接, and how many.
type offers struct {
	batches []Batch
	counts  map[archive.ID]int
}

// load reads which receipts there are, then the list.
func (v *linkView) load() {
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) (o offers, err error) {
		if o.counts, err = v.deps.Archive.UnlinkedByBatch(ctx); err != nil {
			return o, err
		}
		o.batches, err = v.deps.Archive.Batches(ctx, batchesShown)
		return o, err
	}, func(o offers, err error) {
		if err != nil {
			v.failed(err)
			return
		}
		v.offer(o)
		v.list()
	})
}

// offer has the choice of receipts name those with pages 待挂接.
func (v *linkView) offer(o offers) {
	was := v.batchID()
	v.batches = slices.DeleteFunc(o.batches, func(b Batch) bool { return o.counts[b.ID] == 0 && b.ID != was })
	names := []string{words.T("intake.batch.all")}
	for _, b := range v.batches {
		names = append(names, b.Name+"  "+words.Clock(b.Started)+"  "+words.Number(o.counts[b.ID]))
	}
	at := 1 + slices.IndexFunc(v.batches, func(b Batch) bool { return b.ID == was })
	if slices.Equal(names, v.batch.Options) && at == v.batch.SelectedIndex() {
		return
	}
	chosen := v.batch.OnChanged
	v.batch.OnChanged = nil
	v.batch.SetOptions(names)
	v.batch.SetSelectedIndex(at)
	v.batch.OnChanged = chosen
}

// batchID is the receipt chosen; zero for all.
func (v *linkView) batchID() archive.ID {
	if i := v.batch.SelectedIndex(); i > 0 && i <= len(v.batches) {
		return v.batches[i-1].ID
	}
	return 0
}

func (v *linkView) list() {
	batch := v.batchID()
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]archive.ID, error) {
		return v.deps.Archive.Unlinked(ctx, batch)
	}, func(ids []archive.ID, err error) {
		v.failed(err)
		if err != nil {
			return
		}
		_, was := v.table.Current()
		row, _ := v.table.Current()
		v.table.SetIDs(ids)
		if now, _ := v.table.Current(); now < 0 && len(ids) > 0 {
			if was == 0 {
				row = 0
			}
			v.table.GoTo(row)
		}
		v.put(len(ids) > 0 || batch != 0 || v.last != nil)
		v.able()
	})
}

func (v *linkView) put(some bool) {
	body := v.empty
	if some {
		body = v.split
	}
	parts.Put(v.body, body)
}

// focus gives the keyboard to the list while it is in view.
func (v *linkView) focus() {
	if v.body.Objects[0] == v.split {
		v.deps.Window.Canvas().Focus(v.table.Focusable())
	}
}

func (v *linkView) hidden() {
	v.loads.Cancel()
	v.looks.Cancel()
	v.code.hidden()
}

// selected shows the page that the keyboard is on.
func (v *linkView) selected() {
	v.able()
	_, id := v.table.Current()
	if id == 0 {
		v.viewer.SetPages(nil, 0)
		return
	}
	task.Load(v.deps.Runner, &v.looks, func(ctx context.Context) ([]Page, error) {
		return v.deps.Archive.Pages(ctx, []archive.ID{id})
	}, func(pages []Page, err error) {
		if err == nil && len(pages) == 1 && pages[0].ID != 0 {
			v.viewer.SetPages([]parts.PageRef{pages[0].Ref}, 0)
		}
	})
}

func (v *linkView) open() {
	if _, id := v.table.Current(); id != 0 {
		v.deps.Open(parts.Route{Screen: "viewer", Value: parts.PageValue{Page: id}})
	}
}

// able tells how many pages would be linked and lets it be done when it can be.
func (v *linkView) able() {
	n := v.table.SelectedCount()
	v.chosen.SetText(words.N("intake.link.chosen", n))
	parts.Able(v.do, n > 0 && v.code.found())
}

func (v *linkView) link() {
	pages := v.table.Selected()
	if len(pages) == 0 || !v.code.found() {
		return
	}
	code := v.code.code()
	v.do.Disable()
	task.Run(v.deps.Runner, words.N("intake.linking", len(pages), words.Args{"Code": code}),
		func(ctx context.Context, _ func(archive.Progress)) (archive.Holding, error) {
			return v.deps.Archive.Link(ctx, pages, code)
		}, func(h archive.Holding, err error) {
			if err != nil {
				parts.ShowError(v.deps.Window, err)
				v.able()
				return
			}
			v.last = pages
			v.tell(words.N("intake.linked", len(pages), words.Args{"Code": h.Code, "Title": h.Title}), widget.SuccessImportance)
			v.undo.Show()
			v.changed()
			v.focus()
		}, task.Quiet())
}

// takeBack undoes the last linking.
func (v *linkView) takeBack() {
	pages := v.last
	if len(pages) == 0 {
		return
	}
	v.undo.Hide()
	task.Run(v.deps.Runner, words.T("intake.link.undo"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, v.deps.Archive.Unlink(ctx, pages)
	}, func(_ struct{}, err error) {
		if err != nil {
			parts.ShowError(v.deps.Window, err)
			v.undo.Show()
			return
		}
		v.last = nil
		v.tell(words.N("intake.unlinked", len(pages)), widget.SuccessImportance)
		v.changed()
	}, task.Quiet())
}
