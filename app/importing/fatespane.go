package importing

import (
	"context"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
)

// shownFates are the tabs in order; the empty one has all rows.
func shownFates() []exchange.Fate {
	return []exchange.Fate{"", exchange.Added, exchange.Already, exchange.Updated, exchange.Rejected, exchange.Skipped}
}

// fatesPane lists rows with what became of them, by fate.
type fatesPane struct {
	fates atomic.Pointer[fates] // read off the UI goroutine too; row n of the table has the id n+1
	now   exchange.Fate
	tabs  *parts.Tabs[exchange.Fate]
	table *parts.Table
	note  *parts.Prose // not all rows are kept
	why   *parts.Prose // the reasons of the row chosen, whole
	empty fyne.CanvasObject
	full  fyne.CanvasObject
	root  *fyne.Container
}

func newFatesPane(d Deps) *fatesPane {
	p := &fatesPane{note: parts.Paragraph(""), why: parts.Paragraph("")}
	p.fates.Store(newFates(false))
	p.tabs = parts.NewTabs(p.choose, shownFates()...)
	p.table = parts.NewTable(parts.TableOptions{
		Key: "importing.fates", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "row", Title: words.T("importing.row"), Width: 76, Number: true},
			{Key: "fate", Title: words.T("importing.fate"), Width: 112},
			{Key: "code", Title: words.T("field.code"), Width: 220},
			{Key: "title", Title: words.T("field.title"), Width: 240},
			{Key: "column", Title: words.T("importing.where"), Width: 100},
			{Key: "reason", Title: words.T("importing.reason"), Width: 260, Stretch: true},
		},
		Fetch: p.fetch, OnSelect: p.selected, Empty: words.T("importing.rows.none"),
	})
	p.note.Hide()
	p.full = parts.Border(container.NewVBox(p.tabs.Row, p.note), p.why, nil, nil, p.table)
	p.empty = parts.NewEmptyState(words.T("importing.rows.empty"), words.T("importing.rows.empty.say"), nil)
	p.root = container.NewStack(p.empty)
	return p
}

// show shows what became of the rows of a run; nil: there was none.
func (p *fatesPane) show(f *fates) {
	if f == nil {
		p.fates.Store(newFates(false))
		p.root.Objects = []fyne.CanvasObject{p.empty}
		p.root.Refresh()
		return
	}
	p.fates.Store(f)
	p.root.Objects = []fyne.CanvasObject{p.full}
	p.root.Refresh()
	first := exchange.Fate("")
	if f.count(exchange.Rejected) > 0 {
		first = exchange.Rejected
	}
	p.table.ClearSelection()
	p.choose(first)
}

func (p *fatesPane) choose(now exchange.Fate) {
	p.now = now
	f := p.fates.Load()
	p.tabs.Mark(now)
	for _, fate := range shownFates() {
		p.tabs.SetText(fate, words.T("importing.tab", words.Args{"Name": fateName(fate, f.dry), "N": words.Number(f.count(fate))}))
	}
	kept := f.of(now)
	ids := make([]archive.ID, len(kept))
	for i, at := range kept {
		ids[i] = archive.ID(at + 1)
	}
	p.table.SetIDs(ids)
	p.note.Hidden = len(ids) == f.count(now)
	p.note.SetText(words.T("importing.rows.some", words.Args{"N": words.Number(len(ids)), "All": words.Number(f.count(now))}))
	if len(ids) > 0 {
		p.table.GoTo(0)
	}
	p.selected()
	p.root.Refresh()
}

// fateName says what became of a row, or in a dry run what would.
func fateName(f exchange.Fate, dry bool) string {
	switch {
	case f == "":
		return words.T("importing.all")
	case dry:
		return words.T("importing.would." + string(f))
	}
	return words.T("importing.did." + string(f))
}

// fetch is called off the UI goroutine.
func (p *fatesPane) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	f := p.fates.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		l, ok := f.at(int(id) - 1)
		if !ok {
			continue
		}
		rows[i] = parts.Row{Cells: []string{f.number(l), fateName(l.Fate, f.dry), l.Code, l.Title, columns(l), reasons(l)},
			Alert: l.Fate == exchange.Rejected, Dim: l.Fate == exchange.Skipped}
	}
	return rows, nil
}

// selected shows the reasons of the row chosen whole, with what stands in its cells.
func (p *fatesPane) selected() {
	text := ""
	if _, id := p.table.Current(); id != 0 {
		if l, ok := p.fates.Load().at(int(id) - 1); ok {
			text = joined(l, func(r exchange.Reject) string {
				if r.Column == "" {
					return why(r)
				}
				return words.T("importing.cell", words.Args{"Column": r.Column, "Value": r.Value, "Why": why(r)})
			})
		}
	}
	p.why.SetText(text)
	p.why.Hidden = text == ""
	p.root.Refresh()
}
