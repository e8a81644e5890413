package holdings

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

const sortMemory = "holdings.sort"

// listPane lists what one node holds.
type listPane struct {
	deps  Deps
	now   Place
	above []Place // the nodes gone through to come here
	sort  Sort
	desc  bool
	loads task.Latest

	filling bool
	table   *parts.Table
	where   *widget.Label
	up      *parts.Button
	body    *fyne.Container
	root    fyne.CanvasObject

	onPick func(archive.ID)
	onUp   func(Place)
	// empty gives what to show instead of a list without rows.
	empty func(Place) fyne.CanvasObject
}

func newListPane(d Deps, onPick, onOpen func(archive.ID), onUp func(Place)) *listPane {
	l := &listPane{deps: d, onPick: onPick, onUp: onUp, where: parts.Heading(""), sort: ByCode}
	l.where.Truncation = fyne.TextTruncateEllipsis
	l.up = parts.NewQuiet(words.T("holdings.up"), base.MenuDropUpIcon(), l.goUp)
	l.up.Hide()
	by, desc, _ := strings.Cut(d.Memory.StringWithFallback(sortMemory, string(ByCode)), " ")
	l.sort, l.desc = Sort(by), desc != ""
	l.table = parts.NewTable(parts.TableOptions{
		Key: "holdings.list", Runner: d.Runner, Memory: d.Memory,
		Columns: []parts.Column{
			{Key: string(ByCode), Title: words.T("field.code"), Width: 218, Sortable: true},
			{Key: string(ByTitle), Title: words.T("field.title"), Width: 236, Sortable: true, Stretch: true},
			{Key: string(ByDate), Title: words.T("field.date"), Width: 86, Sortable: true},
			{Key: "pages", Title: words.T("field.pages"), Width: 44, Number: true},
			{Key: "author", Title: words.T("field.author"), Width: 120},
			{Key: "doc_no", Title: words.T("field.doc_no"), Width: 140},
			{Key: string(ByRetention), Title: words.T("field.retention"), Width: 76, Sortable: true},
			{Key: "page_count", Title: words.T("field.page_count"), Width: 44, Number: true},
		},
		Fetch:    l.fetch,
		OnOpen:   onOpen,
		OnSort:   l.sorted,
		OnSelect: l.selected,
		OnError:  l.failed,
		Empty:    words.T("holdings.list.empty"),
	})
	l.table.SetSort(string(l.sort), l.desc)
	l.body = container.NewStack(l.table)
	l.root = parts.Border(parts.Border(nil, nil, l.up, nil, l.where), nil, nil, nil, l.body)
	return l
}

func (l *listPane) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	found, err := l.deps.Catalogue.Rows(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(found))
	for i, r := range found {
		if r.ID == 0 {
			continue
		}
		title := r.Title
		if r.Kind == archive.KindVolume || r.Kind == archive.KindAlbum {
			title = "＋ " + title
		}
		rows[i] = parts.Row{Cells: []string{r.Code, title, r.Date, count(r.Pages), r.Author, r.DocNo,
			words.Retention(r.Retention), count(r.PageCount)}}
	}
	return rows, nil
}

// count leaves the place of a zero empty: a column of noughts is tiring to read.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Number(n)
}

// show lists a node; at, when given, is the row to stand on. above is the way back up
// from a volume.
func (l *listPane) show(p Place, at archive.ID, above ...Place) {
	if p.ID != l.now.ID {
		l.above = above
		l.table.ClearSelection()
	}
	l.now = p
	l.where.SetText(l.path())
	l.up.Hidden = len(l.above) == 0
	l.up.Refresh()
	l.load(at)
}

func (l *listPane) path() string {
	var names []string
	for _, p := range append(l.above[:len(l.above):len(l.above)], l.now) {
		names = append(names, strings.TrimSpace(p.Code+" "+p.Title))
	}
	return strings.Join(names, "  ›  ")
}

func (l *listPane) goUp() {
	if len(l.above) == 0 {
		return
	}
	from, to := l.now.ID, l.above[len(l.above)-1]
	l.onUp(to)
	l.load(from)
}

func (l *listPane) reload() {
	if l.now.ID != 0 {
		l.load(0)
	}
}

func (l *listPane) load(at archive.ID) {
	want := List{Node: l.now.ID, Kind: l.now.Kind, Sort: l.sort, Desc: l.desc}
	task.Load(l.deps.Runner, &l.loads, func(ctx context.Context) ([]archive.ID, error) {
		return l.deps.Catalogue.List(ctx, want)
	}, func(ids []archive.ID, err error) {
		if err != nil {
			l.failed(err)
			return
		}
		l.fill(ids, at)
	})
}

// fill shows the ids and stands on one of them. That is no choice of the person's: what
// is shown beside the list stays.
func (l *listPane) fill(ids []archive.ID, at archive.ID) {
	l.filling = true
	l.table.SetIDs(ids)
	if at != 0 {
		l.table.GoToID(at)
	}
	l.filling = false
	var body fyne.CanvasObject = l.table
	if len(ids) == 0 && l.empty != nil {
		body = l.empty(l.now)
	}
	l.put(body)
}

func (l *listPane) put(o fyne.CanvasObject) {
	if l.body.Objects[0] != o {
		l.body.Objects = []fyne.CanvasObject{o}
		l.body.Refresh()
	}
}

func (l *listPane) failed(err error) {
	if archive.KindOf(err) != archive.Stopped {
		l.put(parts.NewErrorPanel(err, func() { l.put(l.table); l.reload() }))
	}
}

func (l *listPane) selected() {
	if _, id := l.table.Current(); id != 0 && !l.filling {
		l.onPick(id)
	}
}

func (l *listPane) sorted(column string, desc bool) {
	l.sort, l.desc = Sort(column), desc
	kept := column
	if desc {
		kept += " desc"
	}
	l.deps.Memory.SetString(sortMemory, kept)
	l.reload()
}
