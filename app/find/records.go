package find

import (
	"context"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// records lists the records whose description holds the words.
type records struct {
	table   *parts.Table
	total   int
	content fyne.CanvasObject
	rows    atomic.Pointer[map[archive.ID]Item] // read off the UI goroutine, replaced on it
}

func newRecords(d Deps) *records {
	r := &records{}
	r.table = parts.NewTable(parts.TableOptions{
		Key: "find.records", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("find.column.code"), Width: 220},
			{Key: "title", Title: words.T("find.column.title"), Width: 200, Stretch: true},
			{Key: "date", Title: words.T("find.column.date"), Width: 92},
			{Key: "kind", Title: words.T("find.column.kind"), Width: 60},
		},
		Fetch: r.fetch,
		OnOpen: func(id archive.ID) {
			d.Open(parts.Route{Screen: routeHoldings, Value: parts.HoldingValue{Holding: id}})
		},
		Empty: words.T("find.records.none"),
	})
	r.content = r.table
	return r
}

func (r *records) set(items []Item) {
	rows := make(map[archive.ID]Item, len(items))
	ids := make([]archive.ID, 0, len(items))
	for _, i := range items {
		rows[i.ID] = i
		ids = append(ids, i.ID)
	}
	r.rows.Store(&rows)
	r.table.SetIDs(ids)
}

func (r *records) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	rows := *r.rows.Load()
	out := make([]parts.Row, len(ids))
	for n, id := range ids {
		if i, ok := rows[id]; ok {
			out[n] = parts.Row{Cells: []string{i.Code, i.Title, words.Date(i.Date), words.Kind(i.Kind)}}
		}
	}
	return out, nil
}

// where says how many of how many are listed.
func (r *records) where() string {
	n := len(r.table.IDs())
	if n == 0 {
		return ""
	}
	return words.T("find.records.where", words.Args{"N": words.Number(n), "Total": words.Number(r.total)})
}
