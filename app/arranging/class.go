package arranging

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/arrange"
)

// classPane shows the records of one class and what can be done with them.
type classPane struct {
	deps Deps
	open func(prefix string) // the inside of a volume
	do   func(deed)
	know func(prefix string) (arrange.Numbering, bool) // what the list of classes knows of one

	now    arrange.Class
	about  arrange.Numbering // what the list of classes knows of it
	rows   atomic.Pointer[entryRows]
	orders map[string][]archive.ID // begun and not carried out, by prefix
	want   []archive.ID            // to be selected when the class has come
	loads  task.Latest

	head    *widget.Label
	say     *parts.Prose
	why     *parts.Prose
	buttons map[string]*parts.Button
	deeds   []deed
	grid    *fyne.Container
	top     *fyne.Container // buttons, or the form of one of them
	fault   *parts.Fault
	told    *fyne.Container // what came of the last operation
	table   *parts.Table
	root    *fyne.Container
}

// entryRows are the records of a class by id.
type entryRows struct {
	prefix  string
	entries []arrange.Entry
	at      map[archive.ID]int
	place   map[archive.ID]int // in an order that was begun; nil: none was
}

func newClassPane(d Deps, open func(string), do func(deed)) *classPane {
	p := &classPane{deps: d, open: open, do: do, orders: map[string][]archive.ID{}, buttons: map[string]*parts.Button{}, deeds: deeds(),
		head: parts.Heading(""), say: parts.Paragraph(""), why: parts.Paragraph(""), grid: container.NewGridWithColumns(5),
		told: container.NewVBox()}
	p.head.Truncation = fyne.TextTruncateEllipsis
	p.why.Importance = widget.WarningImportance
	p.fault = parts.NewFault(func() { p.load(p.now.Prefix) })
	for _, one := range p.deeds {
		b := parts.NewQuiet(words.T("arranging.do."+one.name), nil, func() { p.press(one) })
		p.buttons[one.name] = b
		p.grid.Add(b)
	}
	p.table = parts.NewTable(parts.TableOptions{
		Key: "arranging.entries", Runner: d.Runner, Memory: d.Memory,
		Columns: []parts.Column{
			{Key: "number", Title: words.T("arranging.number"), Width: 62, Number: true},
			{Key: "code", Title: words.T("field.code"), Width: 240},
			{Key: "title", Title: words.T("field.title"), Width: 220, Stretch: true},
			{Key: "date", Title: words.T("field.date"), Width: 96},
		},
		Fetch: p.fetch, OnSelect: p.able, OnOpen: p.opened, Empty: words.T("arranging.class.empty"),
	})
	p.top = container.NewStack(p.grid)
	p.root = parts.Border(container.NewVBox(p.head, p.say, p.told, p.fault.Box, p.top, p.why), nil, nil, nil, p.table)
	p.able()
	return p
}

// load reads a class; the one before stays until it is there.
func (p *classPane) load(name string) {
	task.Load(p.deps.Runner, &p.loads, func(ctx context.Context) (entryRowsOf, error) {
		c, err := p.deps.Archive.Class(ctx, name)
		rows := &entryRows{prefix: c.Prefix, entries: c.Entries, at: make(map[archive.ID]int, len(c.Entries))}
		for i, e := range c.Entries {
			rows.at[e.ID] = i
		}
		return entryRowsOf{c, rows}, err
	}, func(got entryRowsOf, err error) {
		if err != nil {
			got = entryRowsOf{class: arrange.Class{Prefix: name}, rows: &entryRows{prefix: name}}
		}
		unknown := archive.KindOf(err) == archive.NotFound || archive.KindOf(err) == archive.Invalid
		if err == nil || !unknown {
			p.fault.Show(err)
		}
		p.show(got)
		if err != nil && unknown {
			p.fault.Show(nil)
			p.tell(words.T("arranging.class.unknown"))
		}
	})
}

// entryRowsOf is a class as it was read.
type entryRowsOf struct {
	class arrange.Class
	rows  *entryRows
}

func (p *classPane) show(got entryRowsOf) {
	other := got.class.Prefix != p.now.Prefix
	if other {
		p.why.SetText("")
		p.outcome("", widget.MediumImportance)
	}
	p.now = got.class
	p.head.SetText(p.now.Prefix)
	if p.now.Series != 0 {
		p.head.SetText(words.T("arranging.class.head", words.Args{"Class": p.now.Prefix, "State": words.Arranged(p.now.State)}))
	}
	ids := make([]archive.ID, len(p.now.Entries))
	for i, e := range p.now.Entries {
		ids[i] = e.ID
	}
	order, begun := p.orders[p.now.Prefix]
	if begun && (len(order) != len(ids) || slices.ContainsFunc(order, func(id archive.ID) bool { _, there := got.rows.at[id]; return !there })) {
		delete(p.orders, p.now.Prefix) // somebody changed the class meanwhile
		begun = false
	}
	row, _ := p.table.Current()
	p.rows.Store(got.rows)
	if begun {
		p.lay(order)
	} else {
		p.table.SetIDs(ids)
	}
	if len(p.want) > 0 {
		p.table.SelectIDs(p.want)
		p.want = nil
	}
	if now, _ := p.table.Current(); now < 0 && len(ids) > 0 {
		if other {
			row = 0
		}
		p.table.GoTo(max(row, 0))
	}
	p.table.Reload()
	p.describe()
	p.able()
}

// fetch is called off the UI goroutine.
func (p *classPane) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	out := make([]parts.Row, len(ids))
	rows := p.rows.Load()
	for i, id := range ids {
		if rows == nil {
			continue
		}
		at, ok := rows.at[id]
		if !ok {
			continue
		}
		e := rows.entries[at]
		number := strconv.Itoa(e.Number)
		if place, moved := rows.place[id]; moved && rows.entries[place].Number != e.Number {
			number = words.T("arranging.number.moves", words.Args{"Old": number, "New": strconv.Itoa(rows.entries[place].Number)})
		}
		out[i] = parts.Row{Cells: []string{number, e.Code, e.Title, words.Date(e.Date)}}
	}
	return out, nil
}

// opened goes into a volume, and to the record of anything else.
func (p *classPane) opened(id archive.ID) {
	e, ok := p.entry(id)
	switch {
	case !ok:
	case e.Kind.IsSingle():
		p.deps.Open(parts.Route{Screen: "holdings", Value: parts.HoldingValue{Holding: id}})
	default:
		p.open(e.Code + dash)
	}
}

func (p *classPane) entry(id archive.ID) (arrange.Entry, bool) {
	rows := p.rows.Load()
	if rows == nil {
		return arrange.Entry{}, false
	}
	at, ok := rows.at[id]
	if !ok {
		return arrange.Entry{}, false
	}
	return rows.entries[at], true
}

// asked is what operations would be about now.
func (p *classPane) asked() asked {
	q := asked{class: p.now, order: p.orders[p.now.Prefix], text: map[string]string{}, choice: map[string]string{}}
	for _, id := range p.table.Selected() {
		if e, ok := p.entry(id); ok {
			q.chosen = append(q.chosen, e)
		}
	}
	if len(p.about.Gaps) > 0 {
		q.text["gap"] = p.about.Gaps[0].From
	}
	return q
}

// able shows what can be done: a button that cannot be used is quiet, and says why when it
// is pressed.
func (p *classPane) able() {
	if p.table == nil {
		return
	}
	q := p.asked()
	for _, d := range p.deeds {
		b, importance := p.buttons[d.name], widget.MediumImportance
		if p.now.Series == 0 || d.not(q) != "" || d.name == purgeDeed && p.deps.Purge == nil {
			importance = widget.LowImportance
		}
		if b.Importance != importance {
			b.Importance = importance
			b.Refresh()
		}
	}
}

func (p *classPane) press(d deed) {
	if p.now.Series == 0 {
		p.tell(words.T("arranging.class.unknown"))
		return
	}
	if why := reason(d, p.asked()); why != "" {
		p.tell(why)
		return
	}
	if d.name == purgeDeed && p.deps.Purge == nil {
		p.tell(words.T("purging.not." + p.deps.NoPurge))
		return
	}
	p.tell("")
	p.do(d)
}

// tell says a sentence below the buttons; "" says nothing.
func (p *classPane) tell(say string) {
	if p.why.Text != say {
		p.why.SetText(say)
		p.root.Refresh()
	}
}

// describe says what the list of classes knows of this one.
func (p *classPane) describe() {
	var say []string
	n, known := p.know(p.now.Prefix)
	if p.about = n; known {
		say = about(n)
	}
	if _, begun := p.orders[p.now.Prefix]; begun {
		say = append(say, words.T("arranging.order.begun"))
	}
	if text := strings.Join(say, words.T("arranging.and")); p.say.Text != text {
		p.say.SetText(text)
	}
	p.say.Hidden = len(say) == 0
	p.root.Refresh()
}

// most are how many gaps, doubles and notes are told of a class in words.
const most = 4

func about(n arrange.Numbering) (say []string) {
	var gaps, twice, vacant []string
	for _, g := range n.Gaps[:min(len(n.Gaps), most)] {
		if g.N == 1 {
			gaps = append(gaps, g.From)
			continue
		}
		gaps = append(gaps, words.T("arranging.gap", words.Args{"From": g.From, "To": g.To}))
	}
	for _, t := range n.Twice[:min(len(n.Twice), most)] {
		twice = append(twice, strings.Join(t.Codes, " = "))
	}
	for _, v := range n.Vacant[:min(len(n.Vacant), most)] {
		vacant = append(vacant, words.T("arranging.noted", words.Args{"Code": v.Code, "Reason": v.Reason}))
	}
	for _, c := range []struct {
		key  string
		list []string
		n    int
	}{{"arranging.about.gaps", gaps, missing(n)}, {"arranging.about.twice", twice, len(n.Twice)}, {"arranging.about.vacant", vacant, len(n.Vacant)}} {
		if len(c.list) > 0 {
			list := strings.Join(c.list, words.T("arranging.total.and"))
			if c.key == "arranging.about.gaps" && len(n.Gaps) > most || c.key != "arranging.about.gaps" && c.n > most {
				list += " …"
			}
			say = append(say, words.N(c.key, c.n, words.Args{"List": list}))
		}
	}
	if n.Next != "" {
		say = append(say, words.T("arranging.about.next", words.Args{"Code": n.Next}))
	}
	return say
}

// shift moves the selected records up or down among the others: the order they are to have
// is kept until it is carried out or dropped.
func (p *classPane) shift(by int) {
	q := p.asked()
	if why := first(arranging, some)(q); why != "" {
		p.tell(words.T("arranging.not."+why, words.Args{"Class": q.class.Prefix}))
		return
	}
	order := slices.Clone(p.table.IDs())
	chosen := map[archive.ID]bool{}
	for _, e := range q.chosen {
		chosen[e.ID] = true
	}
	if by < 0 {
		slices.Reverse(order)
	}
	// Seen in the direction they go, the last ones first: each changes places with the one
	// ahead, unless that is one of them which could not go either.
	for i := len(order) - 2; i >= 0; i-- {
		if chosen[order[i]] && !chosen[order[i+1]] {
			order[i], order[i+1] = order[i+1], order[i]
		}
	}
	if by < 0 {
		slices.Reverse(order)
	}
	p.reorder(order, q.ids())
}

// reorder shows an order that was begun.
func (p *classPane) reorder(order, chosen []archive.ID) {
	p.orders[p.now.Prefix] = order
	if slices.EqualFunc(order, p.now.Entries, func(id archive.ID, e arrange.Entry) bool { return id == e.ID }) {
		delete(p.orders, p.now.Prefix)
	}
	p.lay(order)
	p.table.SelectIDs(chosen)
	p.describe()
	p.able()
}

func (p *classPane) lay(order []archive.ID) {
	was := p.rows.Load()
	rows := &entryRows{prefix: was.prefix, entries: was.entries, at: was.at}
	if _, begun := p.orders[p.now.Prefix]; begun {
		rows.place = make(map[archive.ID]int, len(order))
		for i, id := range order {
			rows.place[id] = i
		}
	}
	p.rows.Store(rows)
	p.table.SetIDs(order)
	p.table.Reload()
}

// drop forgets an order that was begun.
func (p *classPane) drop() bool {
	if _, begun := p.orders[p.now.Prefix]; !begun {
		return false
	}
	ids := make([]archive.ID, len(p.now.Entries))
	for i, e := range p.now.Entries {
		ids[i] = e.ID
	}
	p.reorder(ids, p.table.Selected())
	return true
}

// outcome says what came of an operation, with what can be done about it.
func (p *classPane) outcome(say string, importance widget.Importance, more ...fyne.CanvasObject) {
	p.told.Objects = nil
	if say != "" {
		s := parts.Paragraph(say)
		s.Importance = importance
		p.told.Objects = []fyne.CanvasObject{s}
		if len(more) > 0 {
			p.told.Objects = append(p.told.Objects, container.NewHBox(more...))
		}
	}
	p.told.Refresh()
	p.root.Refresh()
}
