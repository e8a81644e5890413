package find

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// results is the left half: the pages found, or the records, or a word on why there
// are none.
type results struct {
	deps     Deps
	selected func(Hit, bool)
	words    []string
	hits     *window
	list     *parts.LongList
	records  *records
	byPage   *parts.Button
	byRecord *parts.Button
	tabs     *fyne.Container
	where    *widget.Label
	place    *fyne.Container
	why      fyne.CanvasObject // stands instead of the list; nil: there are hits
	onRecord bool              // the records are in view
	content  fyne.CanvasObject
}

func newResults(d Deps, open func(row int), selected func(Hit, bool)) *results {
	r := &results{deps: d, selected: selected, where: parts.Line(""), place: container.NewStack()}
	r.hits = newWindow(d, r.arrived)
	r.list = parts.NewLongList(parts.LongListOptions{
		RowHeight: rowHeight,
		NewRow:    func() parts.LongRow { return newHitRow(r.hits) },
		OnView:    func(from, to int) { r.hits.want(from, to); r.tellWhere() },
		OnSelect:  func(int) { r.tellSelected() },
		OnOpen:    open,
	})
	r.records = newRecords(d)
	r.byPage = parts.NewQuiet("", nil, func() { r.turnTo(false) })
	r.byRecord = parts.NewQuiet("", nil, func() { r.turnTo(true) })
	r.tabs = container.NewHBox(r.byPage, r.byRecord)
	r.tabs.Hide()
	r.content = parts.Border(r.tabs, r.where, nil, nil, r.place)
	return r
}

// show puts an answer into the list; with keep the view stays where it is.
func (r *results) show(q Query, a Answer, keep bool) {
	keep = keep && r.hits.query == q && r.why == nil
	r.words, r.why = a.Words, nil
	r.hits.begin(q, a, keep)
	r.records.set(a.Items)
	r.tabs.Show()
	r.name(a)
	if keep {
		r.list.SetCount(a.Total)
		r.turnTo(r.onRecord)
		return
	}
	r.list.Reset(a.Total)
	r.turnTo(a.Total == 0 && a.ItemTotal > 0)
	if a.Total > 0 {
		r.list.GoTo(0)
	}
}

// name writes the counts onto the two buttons.
func (r *results) name(a Answer) {
	pages := "find.tab.pages"
	if !a.Exact {
		pages = "find.tab.pages.most"
	}
	r.byPage.SetText(words.N(pages, a.Total))
	r.byRecord.SetText(words.N("find.tab.records", a.ItemTotal))
	r.records.total = a.ItemTotal
}

// refined takes the exact total.
func (r *results) refined(a Answer) {
	r.name(a)
	r.list.SetCount(a.Total)
	r.tellWhere()
}

// explain shows something in place of the pages found.
func (r *results) explain(why fyne.CanvasObject) {
	r.why = why
	r.turnTo(r.onRecord && r.records.total > 0)
}

func (r *results) clear() {
	r.hits.begin(Query{}, Answer{}, false)
	r.records.set(nil)
	r.records.total = 0
	r.list.Reset(0)
	r.tabs.Hide()
}

// turnTo shows the pages or the records.
func (r *results) turnTo(record bool) {
	r.onRecord = record
	var now fyne.CanvasObject = r.list
	switch {
	case record:
		now = r.records.content
	case r.why != nil:
		now = r.why
	}
	r.byPage.Importance, r.byRecord.Importance = widget.MediumImportance, widget.LowImportance
	if record {
		r.byPage.Importance, r.byRecord.Importance = widget.LowImportance, widget.MediumImportance
	}
	r.place.Objects = []fyne.CanvasObject{now}
	r.content.Refresh()
	r.tellWhere()
}

// focus moves the keyboard into what is listed.
func (r *results) focus() {
	switch {
	case r.onRecord:
		r.records.table.Focus()
		if row, _ := r.records.table.Current(); row < 0 {
			r.records.table.GoTo(0)
		}
	case r.why == nil && r.list.Count() > 0:
		r.list.Focus()
	}
}

// step goes to a hit before or after the current one.
func (r *results) step(by int) {
	if r.why == nil && !r.onRecord && r.list.Count() > 0 {
		r.list.GoTo(r.list.Current() + by)
	}
}

func (r *results) hit(row int) (Hit, bool) { return r.hits.get(row) }

// arrived is told that rows were read.
func (r *results) arrived() {
	r.list.Redraw()
	r.tellSelected()
}

func (r *results) tellSelected() {
	r.tellWhere()
	row := r.list.Current()
	if row < 0 {
		r.selected(Hit{}, false)
		return
	}
	if h, ok := r.hits.get(row); ok {
		r.selected(h, true)
	}
}

// tellWhere says which of how many is looked at.
func (r *results) tellWhere() {
	n := r.list.Count()
	switch {
	case r.onRecord:
		r.where.SetText(r.records.where())
	case r.hits.err != nil:
		r.where.SetText(words.Tell(r.hits.err).What)
	case r.why != nil || n == 0:
		r.where.SetText("")
	default:
		from, to := r.list.View()
		r.where.SetText(words.T("find.where", words.Args{"Row": words.Number(r.list.Current() + 1),
			"From": words.Number(from + 1), "To": words.Number(to), "N": words.Number(n)}))
	}
}

// chunk is how many hits are read at a time.
const chunk = 40

// window keeps the hits around the view of a list that may be far longer, and reads
// what comes into view. One read runs at a time: when the view has moved on meanwhile,
// the next is for where it is then.
type window struct {
	deps    Deps
	arrived func()
	query   Query
	total   int
	number  int // grows with each answer; a read for an older one is dropped
	chunks  map[int]part
	busy    bool
	err     error // of the last read; no further read until the next answer
	from    int   // of the view
	to      int
}

type part struct {
	hits  []Hit
	stale bool
}

// chunksKept bounds the hits in memory.
const chunksKept = 50

func newWindow(d Deps, arrived func()) *window {
	return &window{deps: d, arrived: arrived, chunks: map[int]part{}}
}

// begin takes a new answer with its first hits; with keep the others are shown until
// they were read again.
func (w *window) begin(q Query, a Answer, keep bool) {
	w.number++
	w.query, w.total, w.err = q, a.Total, nil
	if keep {
		for i, p := range w.chunks {
			w.chunks[i] = part{p.hits, true}
		}
	} else {
		clear(w.chunks)
	}
	w.chunks[0] = part{hits: a.Hits}
}

func (w *window) get(row int) (Hit, bool) {
	p := w.chunks[row/chunk]
	if i := row % chunk; row >= 0 && i < len(p.hits) {
		return p.hits[i], true
	}
	return Hit{}, false
}

// missed tells that a row was read and is no hit any more: its text was changed.
func (w *window) missed(row int) bool {
	p, ok := w.chunks[row/chunk]
	return ok && row%chunk >= len(p.hits)
}

// want reads what lacks between two rows.
func (w *window) want(from, to int) {
	w.from, w.to = from, to
	if w.busy || w.err != nil || w.query.Empty() {
		return
	}
	at, ok := w.next()
	if !ok {
		return
	}
	w.busy = true
	q, number := w.query, w.number
	task.Run(w.deps.Runner, "", func(ctx context.Context, _ func(archive.Progress)) (Answer, error) {
		return w.deps.Finder.Find(ctx, q, at*chunk, chunk)
	}, func(a Answer, err error) {
		w.busy = false
		if number == w.number {
			w.took(at, a, err)
		}
		w.want(w.from, w.to)
	}, task.Quiet())
}

// next is the first chunk in view that is not there.
func (w *window) next() (int, bool) {
	for i := w.from / chunk; i*chunk < min(w.to, w.total); i++ {
		if p, ok := w.chunks[i]; !ok || p.stale {
			return i, true
		}
	}
	return 0, false
}

func (w *window) took(at int, a Answer, err error) {
	w.err = err
	if err == nil {
		if len(w.chunks) > chunksKept {
			first := w.chunks[0]
			clear(w.chunks)
			w.chunks[0] = first
		}
		w.chunks[at] = part{hits: a.Hits}
	}
	w.arrived()
}
