// Package holdings is the screen 馆藏目录: the tree of fonds, series, years and containers,
// the list of what lies on one of its branches, and the record of one of them with its pages.
//
// Its route value is a parts.HoldingValue: the record is shown where it stands in its
// list. Without a value the screen is as it was left.
package holdings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Screen is the screen.
type Screen struct {
	deps   Deps
	tree   *treePane
	list   *listPane
	side   *sidePane
	jump   *parts.Entry
	note   *widget.Label // what came of the jump
	add    struct{ fonds, series, holding *parts.Button }
	tables *parts.Button // leads to catalogues in and out
	trash  *parts.Button
	middle *fyne.Container
	empty  fyne.CanvasObject
	begin  *parts.Button // of the empty state
	panes  fyne.CanvasObject
	fault  *fyne.Container
	whole  *fyne.Container

	loads     task.Latest
	finds     task.Latest
	loaded    bool // the tree was read at least once
	recovered bool // what an earlier run left unsaved was looked for
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, fault: container.NewStack(), middle: container.NewStack(), note: parts.Line("")}
	s.tree = newTreePane(d, s.nodePicked, func(err error) { s.failed(err, s.Reload) })
	s.list = newListPane(d, s.rowPicked, s.rowOpened, s.showNode)
	s.side = newSidePane(d, sideEvents{saved: s.saved, registered: s.registered, closed: s.formClosed,
		next: s.goOn, paper: s.registerPaper, open: func(id archive.ID) { s.side.show(id) }})
	s.list.empty = s.emptyList
	s.list.outside = func(row, n int) {
		s.note.SetText(words.T("holdings.jump.outside", words.Args{"Row": words.Number(row), "N": words.Number(n)}))
	}
	s.jump = parts.NewEntry()
	s.jump.SetPlaceHolder(words.T("holdings.jump"))
	s.jump.OnSubmitted = s.jumpTo
	s.jump.OnChanged = func(string) { s.note.SetText("") }
	s.build()
	return s
}

func (s *Screen) build() {
	s.add.fonds = parts.NewButton(words.T("holdings.add.fonds"), base.ContentAddIcon(), s.registerFonds)
	s.add.series = parts.NewButton(words.T("holdings.add.series"), base.ContentAddIcon(), s.registerSeries)
	s.add.holding = parts.NewPrimary(words.T("holdings.add.item"), base.ContentAddIcon(), s.registerHolding)
	s.tables = parts.NewQuiet(words.T("holdings.tables"), base.MailForwardIcon(), func() {
		s.deps.Open(parts.Route{Screen: "importing"})
	})
	s.trash = parts.NewQuiet(words.T("trash.title"), base.DeleteIcon(), func() { s.deps.Open(parts.Route{Screen: "trash"}) })
	jump := parts.NewRow(nil, s.jump, parts.NewButton(words.T("holdings.jump.do"), base.NavigateNextIcon(),
		func() { s.jumpTo(s.jump.Text) }))
	head := parts.NewRow(parts.Title(words.T("nav.holdings")), container.NewGridWithColumns(2, jump, s.note),
		container.NewHBox(s.trash, s.tables, s.add.fonds, s.add.series, s.add.holding))
	right := parts.NewSplit(s.list.root, s.side.root, parts.SplitOptions{Key: "holdings.record", Memory: s.deps.Memory, Share: 0.65})
	s.panes = parts.NewSplit(s.tree.root, right, parts.SplitOptions{Key: "holdings.tree", Memory: s.deps.Memory, Share: 0.22})
	s.begin = parts.NewPrimary(words.T("holdings.add.fonds"), base.ContentAddIcon(), s.registerFonds)
	s.empty = parts.NewEmptyState(words.T("holdings.empty"), words.T("holdings.empty.say"), s.begin)
	if s.deps.ReadOnly {
		for _, b := range []*parts.Button{s.trash, s.tables, s.add.fonds, s.add.series, s.add.holding, s.begin} {
			b.Hide()
		}
	}
	s.middle.Objects = []fyne.CanvasObject{s.panes}
	s.whole = parts.Padded(parts.Border(container.NewVBox(head, s.fault), nil, nil, nil, s.middle)).(*fyne.Container)
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.holdings") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads the catalogue and goes to the record that a route names.
func (s *Screen) Shown(value any) {
	s.bind(true)
	s.Reload()
	if v, ok := value.(parts.HoldingValue); ok && v.Holding != 0 {
		s.side.leaveForm()
		s.reveal(v.Holding)
	}
	s.focusList()
	if !s.recovered {
		s.recovered = true
		s.side.record.editor.Recover(s.offerEdits)
	}
}

// Hidden drops loads under way. What was typed stays.
func (s *Screen) Hidden() {
	s.bind(false)
	s.loads.Cancel()
	s.finds.Cancel()
	s.list.cancel()
	s.side.hidden()
}

// Reload reads tree, list and record again; a record with changes that were not saved
// is left as it is.
func (s *Screen) Reload() {
	s.reloadTree()
	s.list.reload()
	s.side.reload()
}

func (s *Screen) reloadTree() {
	branches := s.tree.opened()
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (map[Branch][]Node, error) {
		return readTree(ctx, s.deps.Catalogue, branches)
	}, func(kids map[Branch][]Node, err error) {
		if err != nil {
			s.failed(err, s.Reload)
			return
		}
		s.failed(nil, nil)
		s.loaded = true
		s.tree.set(kids)
		s.showWhole()
		s.beginSomewhere()
	})
}

// beginSomewhere lists a branch where nothing is listed yet, and no record is on its way
// that says what to list.
func (s *Screen) beginSomewhere() {
	if fonds := s.tree.fonds(); len(fonds) > 0 && !s.list.listed && s.tree.later == nil && !s.finds.Busy() {
		s.tree.pick(beginning(fonds, s.tree.seriesOf(0)))
	}
}

// beginning is where the screen begins: the first series in view, or else a fonds.
func beginning(fonds, series []Node) Branch {
	if len(series) > 0 {
		return series[0].Branch
	}
	return fonds[0].Branch
}

// showWhole chooses between the panes and the invitation to register the first fonds.
func (s *Screen) showWhole() {
	show := s.panes
	if s.loaded && len(s.tree.fonds()) == 0 && !s.side.registering() {
		show = s.empty
	}
	parts.Able(s.add.series, len(s.tree.fonds()) > 0)
	parts.Able(s.add.holding, s.tree.hasSeries(0))
	if s.middle.Objects[0] != show {
		s.middle.Objects = []fyne.CanvasObject{show}
		s.middle.Refresh()
		if show == s.empty {
			s.focusList()
		}
	}
}

func (s *Screen) failed(err error, again func()) {
	s.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, again)}
	}
	s.fault.Refresh()
	s.whole.Refresh()
}

// nodePicked is told of a branch chosen in the tree.
func (s *Screen) nodePicked(n Node) {
	s.showNode(Place{Branch: n.Branch, Kind: n.Kind, Fonds: n.Fonds, Series: n.Series, Code: n.Code, Title: n.Title})
}

// showNode lists what lies on a branch and shows its own record beside.
func (s *Screen) showNode(p Place) {
	s.list.show(p, 0)
	if p.Node != 0 {
		s.side.show(p.Node)
	} else if !s.side.registering() {
		s.side.put(s.side.hint)
	}
}

func (s *Screen) rowPicked(id archive.ID) { s.side.showSoon(id) }

// rowOpened goes into a volume, and to the pages of anything else.
func (s *Screen) rowOpened(id archive.ID) {
	s.side.whenShown(id, func(r Record) {
		if r.Holding.Kind.IsContainer() {
			s.list.show(placeOf(r.Holding), 0, s.list.now)
			return
		}
		if len(r.Pages) == 0 {
			s.side.edit()
			return
		}
		s.deps.Open(parts.Route{Screen: "viewer", Value: parts.PageValue{Page: r.Pages[0].ID}})
	})
}

// reveal shows a record where it stands.
func (s *Screen) reveal(id archive.ID) {
	task.Load(s.deps.Runner, &s.finds, func(ctx context.Context) (Record, error) {
		return s.deps.Catalogue.Record(ctx, id)
	}, func(r Record, err error) {
		if err != nil {
			s.failed(err, nil)
			s.beginSomewhere()
			return
		}
		s.goTo(r)
	})
}

func (s *Screen) goTo(r Record) {
	node, at := r.Holding, archive.ID(0)
	if node.Kind != archive.KindFonds && node.Kind != archive.KindSeries && len(r.Above) > 0 {
		node, at = r.Above[len(r.Above)-1], r.Holding.ID
	}
	branch := node.ID
	if node.Kind != archive.KindFonds {
		branch = node.Series
	}
	s.tree.mark(Branch{Node: branch}, node.Fonds)
	var above []Place
	if n := len(r.Above); n > 1 && node.ID == r.Above[n-1].ID && node.Kind != archive.KindSeries {
		above = []Place{placeOf(r.Above[n-2])}
	}
	s.list.show(placeOf(node), at, above...)
	if !s.side.registering() {
		s.side.show(r.Holding.ID)
	}
}

// saved is told that a record was written.
func (s *Screen) saved(archive.ID) {
	s.reloadTree()
	s.list.reload()
}

// registered is told that a record was added: the tree counts it, the list shows it.
func (s *Screen) registered(h archive.Holding) {
	s.side.want = h.ID
	if h.Kind == archive.KindFonds || h.Kind == archive.KindSeries {
		s.tree.markLater(Branch{Node: h.ID}, h.Fonds)
	}
	s.reloadTree()
	switch h.Kind {
	case archive.KindFonds, archive.KindSeries:
		s.list.show(placeOf(h), 0)
	default:
		if s.list.now.Node != h.Parent && s.list.now.Node != h.Fonds {
			s.reveal(h.ID)
			return
		}
		s.list.load(h.ID)
	}
}

// goOn shows the record after the one that was saved, ready to be written in.
func (s *Screen) goOn() {
	row, id := s.list.table.Current()
	ids := s.list.table.IDs()
	if id != s.side.record.now.Holding.ID || row+1 >= len(ids) {
		return
	}
	s.list.table.GoTo(row + 1)
	s.side.whenShown(ids[row+1], func(Record) { s.side.edit() })
}

// focusList gives the keyboard to the list, or to the button that leads on from nothing.
func (s *Screen) focusList() {
	c := s.deps.Window.Canvas()
	switch {
	case s.middle.Objects[0] == s.empty:
		c.Focus(s.begin)
	case s.list.body.Objects[0] == s.list.table:
		c.Focus(s.list.table.Focusable())
	default:
		c.Focus(s.tree.table.Focusable())
	}
}

func (s *Screen) formClosed() {
	s.showWhole()
	s.focusList()
}

// Unkept asks whether what was typed and not saved may be lost.
func (s *Screen) Unkept(then func()) {
	n := s.side.unsaved()
	if n == 0 {
		then()
		return
	}
	s.deps.Open(parts.Route{Screen: "holdings"})
	parts.Ask(s.deps.Window, words.T("holdings.unkept.title"), words.N("holdings.unkept", n), words.T("holdings.unkept.do"), func() { s.side.record.editor.Forget(then) })
}

// bind gives the screen its shortcuts while it is in view.
func (s *Screen) bind(on bool) {
	c := s.deps.Window.Canvas()
	for _, k := range []struct {
		name     fyne.KeyName
		modifier fyne.KeyModifier
		do       func()
	}{
		{fyne.KeyS, fyne.KeyModifierControl, func() { s.side.save(false) }},
		{fyne.KeyG, fyne.KeyModifierControl, func() {
			c.Focus(s.jump)
			s.jump.TypedShortcut(&fyne.ShortcutSelectAll{})
		}},
		{fyne.KeyL, fyne.KeyModifierControl | fyne.KeyModifierShift, s.list.askFilter},
		{fyne.KeyO, fyne.KeyModifierControl | fyne.KeyModifierShift, s.list.askOrder},
		{fyne.KeyK, fyne.KeyModifierControl | fyne.KeyModifierShift, s.list.askColumns},
	} {
		sc := &desktop.CustomShortcut{KeyName: k.name, Modifier: k.modifier}
		c.RemoveShortcut(sc)
		if !on {
			continue
		}
		c.AddShortcut(sc, func(fyne.Shortcut) {
			if len(c.Overlays().List()) == 0 {
				k.do()
			}
		})
	}
}

// TakeKey takes F9 (save, and on to the next), F4 (as in the record before), F2 (edit),
// F6 (the pages) and Escape.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyF9:
		s.side.save(true)
	case fyne.KeyF4:
		return s.side.repeat()
	case fyne.KeyF2:
		s.side.edit()
	case fyne.KeyF6:
		s.side.openPages()
	case fyne.KeyEscape:
		return s.side.escape()
	default:
		return false
	}
	return true
}
