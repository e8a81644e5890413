package holdings

import (
	"context"
	"slices"
	"strings"
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

// firstRows is how many rows are read before the whole list is there.
const firstRows = 200

// listPane lists what lies on one branch.
type listPane struct {
	deps   Deps
	now    Place
	listed bool    // a place was chosen
	above  []Place // the places gone through to come here
	view   View
	key    string // of the kind of place, in Memory
	arrangement
	where  map[Branch][]Filter // while the program runs
	drawn  atomic.Pointer[[]Field]
	views  task.Latest
	firsts task.Latest
	loads  task.Latest

	at      archive.ID // the row to stand on when the list is there
	row     int        // instead: the row of this number, from 1
	partial bool       // the whole list is being read
	filling bool
	table   *parts.Table
	path    *widget.Label
	total   *widget.Label
	tools   struct{ filter, sort, columns *parts.Button }
	chips   *fyne.Container
	up      *parts.Button
	body    *fyne.Container
	root    fyne.CanvasObject

	onPick func(archive.ID)
	onUp   func(Place)
	// empty gives what to show instead of a list without rows.
	empty func(Place) fyne.CanvasObject
	// outside is told when there is no row of a number; n is the length of the list.
	outside func(row, n int)
}

func newListPane(d Deps, onPick, onOpen func(archive.ID), onUp func(Place)) *listPane {
	l := &listPane{deps: d, onPick: onPick, onUp: onUp, path: parts.Heading(""), total: parts.Line(""), where: map[Branch][]Filter{}}
	l.path.Truncation = fyne.TextTruncateEllipsis
	l.up = parts.NewQuiet(words.T("holdings.up"), base.MenuDropUpIcon(), l.goUp)
	l.up.Hide()
	l.drawn.Store(&[]Field{})
	l.table = parts.NewTable(parts.TableOptions{
		Runner: d.Runner, Memory: d.Memory, Frozen: true,
		Columns:  []parts.Column{Field{Name: FieldCode}.column(), Field{Name: FieldTitle}.column()}, // until it is known what there is
		Fetch:    l.fetch,
		OnOpen:   onOpen,
		OnSort:   l.sorted,
		OnSelect: l.selected,
		OnError:  l.failed,
		Empty:    words.T("holdings.list.empty"),
	})
	l.tools.filter = parts.NewQuiet(words.T("holdings.filter"), base.SearchIcon(), l.askFilter)
	l.tools.sort = parts.NewQuiet(words.T("holdings.sort"), base.MenuDropDownIcon(), l.askOrder)
	l.tools.columns = parts.NewQuiet(words.T("holdings.columns"), base.ListIcon(), l.askColumns)
	l.chips = container.NewVBox()
	l.chips.Hide()
	l.body = container.NewStack(l.table)
	groups := parts.NewQuiet(words.T("groups.title"), base.FolderIcon(), func() {
		d.Open(parts.Route{Screen: "groups", Value: parts.GroupsValue{Add: l.table.Selected()}})
	})
	tools := parts.NewRow(nil, l.total, container.NewHBox(groups, l.tools.filter, l.tools.sort, l.tools.columns))
	l.root = parts.Border(container.NewVBox(parts.Border(nil, nil, l.up, nil, l.path), tools, l.chips), nil, nil, nil, l.body)
	return l
}

// fetch reads rows off the UI goroutine, with the columns that are shown.
func (l *listPane) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	fields := *l.drawn.Load()
	found, err := l.deps.Catalogue.Rows(ctx, ids, names(fields))
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(found))
	for i, r := range found {
		if r.ID == 0 {
			continue
		}
		for k, f := range fields {
			r.Cells[k] = f.cell(r.Cells[k])
			if f.Name == FieldTitle && r.Kind.IsContainer() {
				r.Cells[k] = "＋ " + r.Cells[k]
			}
		}
		rows[i] = parts.Row{Cells: r.Cells}
	}
	return rows, nil
}

// show lists a place; at, when given, is the row to stand on. above is the way back up
// from a container.
func (l *listPane) show(p Place, at archive.ID, above ...Place) {
	if p.Branch != l.now.Branch || !l.listed {
		l.above = above
		l.table.ClearSelection()
		l.partial = true
	}
	l.now, l.listed = p, true
	l.path.SetText(l.way())
	l.up.Hidden = len(l.above) == 0
	l.up.Refresh()
	l.load(at)
}

func (l *listPane) way() string {
	var names []string
	for _, p := range append(l.above[:len(l.above):len(l.above)], l.now) {
		names = append(names, p.name())
	}
	return strings.Join(names, "  ›  ")
}

// name is what a place is called above its list.
func (p Place) name() string {
	name := strings.TrimSpace(p.Code + " " + p.Title)
	if p.Branch == (Branch{}) {
		name = words.T("holdings.tree.all")
	}
	if p.Division != "" {
		name += " · " + nameOf(Node{Branch: p.Branch})
	}
	return name
}

func (l *listPane) goUp() {
	if len(l.above) == 0 {
		return
	}
	from, to := l.now.Node, l.above[len(l.above)-1]
	l.onUp(to)
	l.at = from
}

func (l *listPane) reload() {
	if l.listed {
		l.load(0)
	}
}

// load reads what the list can show, and then the list.
func (l *listPane) load(at archive.ID) {
	l.at, l.row = at, 0
	place := l.now.Branch
	l.firsts.Cancel()
	l.loads.Cancel()
	task.Load(l.deps.Runner, &l.views, func(ctx context.Context) (View, error) {
		return l.deps.Catalogue.View(ctx, place)
	}, func(v View, err error) {
		if err != nil {
			l.failed(err)
			return
		}
		l.take(v)
		l.read()
	})
}

// take arranges the list as a person had it for places of this kind.
func (l *listPane) take(v View) {
	l.view = v
	if key := keyOf(l.now, v); key != l.key {
		l.key = key
		l.arrangement = rememberedArrangement(l.deps.Memory, key)
	}
	l.arrange()
}

// arrange shows the columns and the order that are chosen.
func (l *listPane) arrange() {
	var fields []Field
	var columns []parts.Column
	for _, name := range l.shown(l.view) {
		f, _ := l.view.field(name)
		fields = append(fields, f)
		columns = append(columns, f.column())
	}
	l.drawn.Store(&fields)
	l.table.SetColumns("holdings.list."+l.key, columns)
	l.table.SetSort(sortKeys(l.keys(l.view))...)
	l.showChips()
}

// read reads the beginning of the list and the whole of it at once: whichever comes first
// is shown, and the whole in the end.
func (l *listPane) read() {
	want := List{At: l.now.Branch, Order: l.keys(l.view), Where: slices.Clone(l.filters())}
	if l.partial {
		l.showTotal(-1, 0)
		task.Load(l.deps.Runner, &l.firsts, func(ctx context.Context) ([]archive.ID, error) {
			return l.deps.Catalogue.First(ctx, want, firstRows)
		}, func(ids []archive.ID, err error) {
			if err == nil && len(ids) == firstRows { // fewer are the whole, which comes at once
				l.filling = true
				l.table.SetBeginning(ids)
				l.filling = false
				l.put(l.table)
			}
		})
	}
	type whole struct {
		ids   []archive.ID
		total int
	}
	task.Load(l.deps.Runner, &l.loads, func(ctx context.Context) (got whole, err error) {
		got.ids, got.total, err = l.deps.Catalogue.List(ctx, want)
		return got, err
	}, func(got whole, err error) {
		l.firsts.Cancel()
		if err != nil {
			l.failed(err)
			return
		}
		l.partial = false
		l.fill(got.ids, got.total)
	})
}

// fill shows the ids and stands on one of them. That is no choice of the person's: what
// is shown beside the list stays.
func (l *listPane) fill(ids []archive.ID, total int) {
	l.filling = true
	l.table.SetIDs(ids)
	found := l.at == 0 || l.table.GoToID(l.at)
	l.filling = false
	at := l.at
	l.at = 0
	if !found && len(l.filters()) > 0 { // a record that was gone to has to be seen
		l.setFilters(nil)
		l.at = at
		return
	}
	l.showTotal(total, len(ids))
	var body fyne.CanvasObject = l.table
	if len(ids) == 0 && len(l.filters()) > 0 {
		body = parts.NewEmptyState(words.T("holdings.filter.none"), words.T("holdings.filter.none.say"),
			parts.NewPrimary(words.T("holdings.filter.clear"), nil, func() { l.setFilters(nil) }))
	} else if len(ids) == 0 && l.empty != nil {
		body = l.empty(l.now)
	}
	l.put(body)
	if l.row > 0 {
		l.goToRow(l.row)
	}
}

// goToRow goes to the row of a number, from 1, when so many are there.
func (l *listPane) goToRow(row int) {
	n := len(l.table.IDs())
	switch {
	case l.partial && row > n:
		l.row = row
		return
	case row > n || row < 1:
		l.outside(row, n)
	default:
		l.table.GoTo(row - 1)
		l.table.Focus()
	}
	l.row = 0
}

// showTotal says how many records there are, and how many of them fit; total below zero:
// they are being counted.
func (l *listPane) showTotal(total, fit int) {
	say := words.T("holdings.list.counting")
	if total >= 0 {
		say = words.N("holdings.list.total", total)
	}
	if total >= 0 && len(l.filters()) > 0 {
		say += " · " + words.T("holdings.list.fit", words.Args{"N": words.Number(fit)})
	}
	var keys []string
	hidden := false
	shown := l.shown(l.view)
	for _, o := range l.keys(l.view) {
		f, _ := l.view.field(o.Field)
		keys = append(keys, f.label()+map[bool]string{false: "▲", true: "▼"}[o.Desc])
		hidden = hidden || !slices.Contains(shown, o.Field)
	}
	if hidden { // the heads do not tell all of the order
		say += " · " + words.T("holdings.list.by", words.Args{"Keys": strings.Join(keys, " ")})
	}
	l.total.SetText(say)
}

func (l *listPane) put(o fyne.CanvasObject) {
	if l.body.Objects[0] != o {
		l.body.Objects = []fyne.CanvasObject{o}
		l.body.Refresh()
	}
}

func (l *listPane) failed(err error) {
	if archive.KindOf(err) != archive.Stopped {
		l.total.SetText("")
		l.put(parts.NewErrorPanel(err, func() { l.put(l.table); l.reload() }))
	}
}

func (l *listPane) selected() {
	if _, id := l.table.Current(); id != 0 && !l.filling {
		l.onPick(id)
	}
}

// sorted is told of clicks on heads.
func (l *listPane) sorted(keys []parts.SortKey) {
	order := make([]Order, len(keys))
	for i, k := range keys {
		order[i] = Order{k.Column, k.Descending}
	}
	l.setOrder(order)
}

func (l *listPane) setOrder(order []Order) {
	l.order = order
	rememberArrangement(l.deps.Memory, l.key, l.arrangement)
	l.table.SetSort(sortKeys(order)...)
	l.again()
}

// again reads the list from its beginning, in another order or by other filters.
func (l *listPane) again() {
	l.firsts.Cancel()
	l.at, l.row, l.partial = 0, 0, true
	l.filling = true
	l.table.ClearSelection()
	l.table.ToTop()
	l.filling = false
	l.read()
}

func sortKeys(order []Order) []parts.SortKey {
	keys := make([]parts.SortKey, len(order))
	for i, o := range order {
		keys[i] = parts.SortKey{Column: o.Field, Descending: o.Desc}
	}
	return keys
}

func (l *listPane) filters() []Filter { return l.where[l.now.Branch] }

// setFilters lists what fits other filters.
func (l *listPane) setFilters(where []Filter) {
	l.where[l.now.Branch] = where
	l.showChips()
	l.again()
}

// cancel drops what is being read.
func (l *listPane) cancel() {
	for _, loads := range []*task.Latest{&l.views, &l.firsts, &l.loads} {
		loads.Cancel()
	}
}
