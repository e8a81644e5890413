package arranging

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
)

// rememberBelow keeps what was read last.
const rememberBelow = "arranging.below"

// classesPane lists the classes of a fonds or series, or of the whole archive.
type classesPane struct {
	deps   Deps
	pick   func(prefix string)
	came   func() // the list is another
	scopes []Scope
	below  string // what was read, or is being read

	fonds, series *parts.Select
	narrow        *parts.Entry
	faulty        *parts.Check
	again         *parts.Button
	work          *working
	fault         *parts.Fault
	table         *parts.Table
	root          fyne.CanvasObject

	list       []arrange.Numbering // as read
	shown      atomic.Pointer[shownClasses]
	round      int
	sortBy     string
	descending bool
	want       string // the prefix to be marked
	filling    bool   // the program chooses
	reads      task.Latest
	lays       task.Latest
}

// shownClasses are the classes in view, with the number of the list they are of.
type shownClasses struct {
	round int
	list  []arrange.Numbering
}

func newClassesPane(d Deps, pick func(prefix string), enter func()) *classesPane {
	p := &classesPane{deps: d, pick: pick}
	p.fonds = parts.NewSelect(nil, p.fondsChosen)
	p.series = parts.NewSelect(nil, func(int) { p.chosen() })
	p.narrow = parts.NewEntry()
	p.narrow.SetPlaceHolder(words.T("arranging.narrow"))
	p.narrow.OnChanged = func(string) { p.lay() }
	p.narrow.OnSubmitted = func(text string) { p.named(text) }
	p.faulty = parts.NewCheck(words.T("arranging.faulty"), func(bool) { p.lay() })
	p.again = parts.NewQuiet(words.T("arranging.again"), base.ViewRefreshIcon(), func() { p.read() })
	p.work = newWorking(d)
	p.fault = parts.NewFault(func() { p.read() })
	p.table = parts.NewTable(parts.TableOptions{
		Key: "arranging.classes", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "prefix", Title: words.T("arranging.class"), Width: 190, Sortable: true, Stretch: true},
			{Key: "n", Title: words.T("arranging.count"), Width: 60, Number: true, Sortable: true},
			{Key: "gaps", Title: words.T("arranging.gaps"), Width: 54, Number: true, Sortable: true},
			{Key: "twice", Title: words.T("arranging.twice"), Width: 54, Number: true, Sortable: true},
			{Key: "state", Title: words.T("arranging.state"), Width: stateWidth(), Sortable: true},
			{Key: "range", Title: words.T("arranging.range"), Width: 90},
			{Key: "widths", Title: words.T("arranging.widths"), Width: 56, Sortable: true},
			{Key: "vacant", Title: words.T("arranging.vacant"), Width: 76, Number: true, Sortable: true},
		},
		Fetch: p.fetch, OnSelect: p.selected, OnOpen: func(archive.ID) { enter() }, Empty: words.T("arranging.none"),
		OnSort: func(keys []parts.SortKey) {
			p.table.SetSort(keys[0])
			p.sortBy, p.descending = keys[0].Column, keys[0].Descending
			p.lay()
		},
	})
	p.table.SetSort(parts.SortKey{Column: "prefix"})
	p.sortBy = "prefix"
	head := container.NewVBox(container.NewGridWithColumns(2, p.fonds, p.series), p.narrow,
		parts.NewRow(p.faulty, nil, p.again), p.work.root, p.fault.Box)
	p.root = parts.Border(head, nil, nil, nil, p.table)
	return p
}

// stateWidth leaves room for the longest state.
func stateWidth() (width float32) {
	for _, s := range []archive.Arranged{archive.Arranging, archive.Filed, archive.Accessioned} {
		width = max(width, fyne.MeasureText(words.Arranged(s), base.TextSize(), fyne.TextStyle{}).Width)
	}
	const around = 18
	return width + around
}

// setScopes shows what can be chosen.
func (p *classesPane) setScopes(scopes []Scope) {
	p.scopes = scopes
	names := []string{words.T("arranging.whole")}
	for _, f := range scopes {
		names = append(names, f.Code+" "+f.Title)
	}
	p.filling = true
	p.fonds.SetOptions(names)
	p.filling = false
}

// first is the series that the screen begins with: the one that was read last, or the first.
func (p *classesPane) first() string {
	kept := p.deps.Memory.StringWithFallback(rememberBelow, "")
	begin := ""
	for _, f := range p.scopes {
		for _, s := range f.Series {
			if s.Code == kept {
				return kept
			}
			begin = cmp.Or(begin, s.Code)
		}
	}
	return begin
}

// show reads a fonds or series, and marks a class.
func (p *classesPane) show(below, class string) {
	p.want = class
	if below == p.below && p.list != nil {
		p.lay()
		return
	}
	p.filling = true
	at := slices.IndexFunc(p.scopes, func(f Scope) bool { return refcode.Within(below, f.Code) }) + 1
	p.fonds.SetSelectedIndex(at)
	p.setSeries(at)
	if at > 0 {
		p.series.SetSelectedIndex(slices.IndexFunc(p.scopes[at-1].Series, func(s Scope) bool { return s.Code == below }) + 1)
	}
	p.filling = false
	p.below = below
	p.read()
}

// mark shows which class is in view.
func (p *classesPane) mark(class string) {
	p.want = class
	p.lay()
}

// setSeries offers the series of a fonds.
func (p *classesPane) setSeries(at int) {
	names := []string{words.T("arranging.whole.fonds")}
	if at > 0 {
		for _, s := range p.scopes[at-1].Series {
			names = append(names, words.CodeInFonds(s.Code)+" "+s.Title)
		}
	}
	p.series.SetOptions(names)
	p.series.SetSelectedIndex(0)
	parts.Able(p.series, at != 0)
}

// fondsChosen goes to the first series of a fonds: one is read at a time unless a person
// wants more.
func (p *classesPane) fondsChosen(at int) {
	if p.filling || at < 0 {
		return
	}
	p.filling = true
	p.setSeries(at)
	if at > 0 && len(p.scopes[at-1].Series) > 0 {
		p.series.SetSelectedIndex(1)
	}
	p.filling = false
	p.chosen()
}

func (p *classesPane) chosen() {
	at, below := p.fonds.SelectedIndex(), ""
	if p.filling || at < 0 {
		return
	}
	if at > 0 {
		below = p.scopes[at-1].Code
		if s := p.series.SelectedIndex(); s > 0 {
			below = p.scopes[at-1].Series[s-1].Code
		}
	}
	p.want = ""
	p.below = below
	p.read()
}

// small tells whether what is read is one series.
func (p *classesPane) small() bool { return strings.Contains(p.below, dash) }

// read reads the classes. Those of more than a series are read as a task that can be
// stopped.
func (p *classesPane) read() {
	below := p.below
	p.fault.Show(nil)
	p.deps.Memory.SetString(rememberBelow, below)
	p.reads.Cancel()
	p.work.stop()
	if p.small() {
		task.Load(p.deps.Runner, &p.reads, func(ctx context.Context) ([]arrange.Numbering, error) {
			return p.deps.Archive.Numberings(ctx, below, func(int) {})
		}, p.take)
		return
	}
	start(p.work, words.T("arranging.reading"), func(ctx context.Context, report func(archive.Progress)) ([]arrange.Numbering, error) {
		return p.deps.Archive.Numberings(ctx, below, func(n int) { report(archive.Progress{Phase: "check", Done: n}) })
	}, func(list []arrange.Numbering, err error) {
		if p.below == below {
			p.take(list, err)
		}
	})
}

func (p *classesPane) take(list []arrange.Numbering, err error) {
	if err != nil {
		if p.fault.Show(err) {
			p.root.Refresh()
		}
		return
	}
	if list == nil {
		list = []arrange.Numbering{}
	}
	p.list = list
	p.lay()
}

// renew reads some fonds again after something was done there.
func (p *classesPane) renew(fonds []string) {
	if p.small() || p.list == nil {
		p.read()
		return
	}
	was := p.list
	task.Load(p.deps.Runner, &p.reads, func(ctx context.Context) ([]arrange.Numbering, error) {
		list := slices.Clone(was)
		for _, f := range fonds {
			head := f + dash
			fresh, err := p.deps.Archive.Numberings(ctx, head, func(int) {})
			if err != nil {
				return nil, err
			}
			list = slices.DeleteFunc(list, func(n arrange.Numbering) bool { return strings.HasPrefix(n.Prefix, head) })
			list = append(list, fresh...)
		}
		slices.SortFunc(list, func(a, b arrange.Numbering) int { return cmp.Compare(a.Prefix, b.Prefix) })
		return list, nil
	}, p.take)
}

func (p *classesPane) selected() {
	if p.filling {
		return
	}
	_, id := p.table.Current()
	if n, ok := p.shown.Load().at(id); ok {
		p.want = n.Prefix
		p.pick(n.Prefix)
	}
}

// numbering is what is known of the numbers of a class.
func (p *classesPane) numbering(prefix string) (arrange.Numbering, bool) {
	s := p.shown.Load()
	if s == nil {
		return arrange.Numbering{}, false
	}
	_, id := p.table.Current()
	if n, ok := s.at(id); ok && n.Prefix == prefix {
		return n, true
	}
	i := slices.IndexFunc(p.list, func(n arrange.Numbering) bool { return n.Prefix == prefix })
	if i < 0 {
		return arrange.Numbering{}, false
	}
	return p.list[i], true
}

// named shows the class that was typed, which may have no records yet.
func (p *classesPane) named(text string) {
	if text = refcode.Normalise(text); text == "" {
		return
	}
	s := p.shown.Load()
	if s != nil && len(s.list) > 0 {
		at := max(slices.IndexFunc(s.list, func(n arrange.Numbering) bool { return strings.HasPrefix(n.Prefix, text) }), 0)
		p.table.GoTo(at)
		p.table.Focus()
		return
	}
	p.want = text
	p.pick(text)
}

func (p *classesPane) hidden() {
	p.lays.Cancel()
	p.reads.Cancel()
}
