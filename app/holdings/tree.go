package holdings

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// treePane is the tree: the archive, its fonds, their series, years or 目录 of these, and
// containers. What hangs on a branch is read when it is opened. It is drawn as a list, so
// that some thousand nodes cost no more than those in view.
type treePane struct {
	deps   Deps
	kids   map[Branch][]Node
	nodes  map[Branch]Node
	depth  map[Branch]int
	open   map[Branch]bool
	rowIDs map[Branch]archive.ID // a row of the table for each branch ever shown
	placed map[archive.ID]Branch
	picked *Branch
	later  *Branch // to be marked when the tree has it

	onPick   func(Node)
	onFailed func(error)
	rows     parts.HeldRows
	filter   *parts.Entry
	table    *parts.Table
	root     fyne.CanvasObject

	typed   string // characters typed at the tree, one soon after another
	typedAt time.Time
}

func newTreePane(d Deps, onPick func(Node), onFailed func(error)) *treePane {
	t := &treePane{deps: d, onPick: onPick, onFailed: onFailed, kids: map[Branch][]Node{}, nodes: map[Branch]Node{}, depth: map[Branch]int{},
		rowIDs: map[Branch]archive.ID{}, placed: map[archive.ID]Branch{}}
	t.open = rememberedBranches(d.Memory)
	t.table = parts.NewTable(parts.TableOptions{
		Key: "holdings.tree", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("holdings.tree"), Width: 100, Stretch: true},
			{Key: "records", Title: words.T("holdings.tree.records"), Width: 74, Number: true},
		},
		Fetch:    t.rows.Fetch,
		OnSelect: t.selected,
		OnOpen:   func(archive.ID) { t.fold() },
		OnKey:    t.key,
		OnRune:   t.rune,
		OnTap:    t.tapped,
		Empty:    words.T("holdings.tree.none"),
	})
	t.filter = parts.NewEntry()
	t.filter.SetPlaceHolder(words.T("holdings.tree.filter"))
	t.filter.OnChanged = func(string) { t.lay() }
	t.filter.OnKey = func(name fyne.KeyName) bool {
		if name == fyne.KeyDown || name == fyne.KeyReturn {
			t.table.Focus()
			return true
		}
		return false
	}
	t.root = parts.Border(t.filter, nil, nil, nil, t.table)
	return t
}

// opened lists the branches to be read: the archive, and those that are open.
func (t *treePane) opened() []Branch {
	list := []Branch{{}}
	for b, open := range t.open {
		if open {
			list = append(list, b)
		}
	}
	return list
}

// readTree reads what hangs on some branches; those that are gone are left out. Of a small
// archive that nobody opened a branch of yet, all fonds are open.
func readTree(ctx context.Context, c Catalogue, branches []Branch) (map[Branch][]Node, error) {
	const small = 40
	kids := map[Branch][]Node{}
	for len(branches) > 0 {
		at := branches[0]
		branches = branches[1:]
		nodes, err := c.Tree(ctx, at)
		if archive.KindOf(err) == archive.NotFound && at != (Branch{}) {
			continue
		}
		if err != nil {
			return nil, err
		}
		kids[at] = nodes
		if at != (Branch{}) || len(branches) > 0 {
			continue
		}
		n := len(nodes)
		for _, f := range nodes {
			n += f.SeriesCount
		}
		for _, f := range nodes {
			if n <= small && !f.Leaf {
				branches = append(branches, f.Branch)
			}
		}
	}
	return kids, nil
}

// set shows what was read of the tree.
func (t *treePane) set(kids map[Branch][]Node) {
	if len(t.opened()) == 1 {
		for at := range kids {
			t.open[at] = at != Branch{}
		}
	}
	for at := range t.kids {
		if _, read := kids[at]; !read && !t.open[at] {
			delete(t.kids, at)
		}
	}
	maps.Copy(t.kids, kids)
	t.lay()
	t.markAwaited()
}

// markAwaited marks a branch that was not in the tree before.
func (t *treePane) markAwaited() {
	if t.later == nil {
		return
	}
	at := *t.later
	if row := t.rowIDs[at]; row != 0 && slices.Contains(t.table.IDs(), row) {
		t.later = nil
		t.picked = &at
		t.table.GoToID(row)
	}
}

// lay lists the nodes that are not folded away.
func (t *treePane) lay() {
	rows := map[archive.ID]parts.Row{}
	var ids []archive.ID
	clear(t.nodes)
	add := func(n Node, depth int, sign, name string) {
		if t.rowIDs[n.Branch] == 0 {
			id := archive.ID(len(t.rowIDs) + 1)
			t.rowIDs[n.Branch], t.placed[id] = id, n.Branch
		}
		id := t.rowIDs[n.Branch]
		t.nodes[n.Branch], t.depth[n.Branch] = n, depth
		rows[id] = parts.Row{Cells: []string{strings.Repeat("　", depth) + sign + name, words.Number(n.Records)}}
		ids = append(ids, id)
	}
	fonds := t.kids[Branch{}]
	if len(fonds) > 0 {
		add(t.archive(), 0, "", words.T("holdings.tree.all"))
	}
	wanted := strings.ToUpper(strings.TrimSpace(t.filter.Text))
	var walk func(nodes []Node, depth int)
	walk = func(nodes []Node, depth int) {
		for _, n := range nodes {
			if n.Kind == archive.KindFonds && wanted != "" && !strings.Contains(strings.ToUpper(n.Code+" "+n.Title), wanted) {
				continue
			}
			sign := map[bool]string{true: "－ ", false: "＋ "}[t.open[n.Branch]]
			if kids, read := t.kids[n.Branch]; n.Leaf || read && len(kids) == 0 {
				sign = "　 "
			}
			add(n, depth, sign, nameOf(n))
			if t.open[n.Branch] {
				walk(t.kids[n.Branch], depth+1)
			}
		}
	}
	walk(fonds, 0)
	old := t.rows.All()
	t.rows.Set(rows)
	if !maps.EqualFunc(old, rows, func(a, b parts.Row) bool { return slices.Equal(a.Cells, b.Cells) }) || !slices.Equal(ids, t.table.IDs()) {
		t.table.SetIDs(ids)
	}
	if row, _ := t.table.Current(); row < 0 && t.picked != nil { // it was not in view
		t.table.GoToID(t.rowIDs[*t.picked])
	}
}

// archive is the node of the whole archive.
func (t *treePane) archive() Node {
	all := Node{}
	for _, f := range t.kids[Branch{}] {
		all.Records += f.Records
	}
	return all
}

// nameOf is what a node is called in the tree.
func nameOf(n Node) string {
	switch {
	case n.Division == ByYear && n.Part == "":
		return words.T("holdings.tree.yearless")
	case n.Division == ByYear:
		return words.T("holdings.tree.year", words.Args{"Year": n.Part})
	case n.Division == ByCatalogue:
		return words.T("holdings.tree.catalogue", words.Args{"No": n.Part})
	case n.Kind == archive.KindFonds:
		return n.Code + " " + n.Title
	}
	return strings.TrimSpace(words.CodeInFonds(n.Code) + " " + n.Title)
}

// now is the node with the keyboard.
func (t *treePane) now() (Node, bool) {
	_, id := t.table.Current()
	n, ok := t.nodes[t.placed[id]]
	return n, ok && id != 0
}

// all lists the nodes of a kind that were read, in order.
func (t *treePane) all(kind archive.HoldingKind, fonds archive.ID) []Node {
	var list []Node
	for _, f := range t.kids[Branch{}] {
		if kind == archive.KindFonds {
			list = append(list, f)
			continue
		}
		if fonds == 0 || f.Node == fonds {
			list = append(list, t.kids[f.Branch]...)
		}
	}
	return list
}

func (t *treePane) fonds() []Node { return t.all(archive.KindFonds, 0) }

func (t *treePane) seriesOf(fonds archive.ID) []Node { return t.all(archive.KindSeries, fonds) }

// hasSeries tells whether there is a series in a fonds; zero: in any.
func (t *treePane) hasSeries(fonds archive.ID) bool {
	return slices.ContainsFunc(t.fonds(), func(f Node) bool { return f.SeriesCount > 0 && (fonds == 0 || f.Node == fonds) })
}

// selected is told by the table.
func (t *treePane) selected() {
	n, ok := t.now()
	if !ok || t.picked != nil && *t.picked == n.Branch {
		return
	}
	t.picked = &n.Branch
	t.onPick(n)
}

// tapped folds a branch at its sign, and unfolds it wherever it is pressed.
func (t *treePane) tapped(id archive.ID, x float32) {
	at := t.placed[id]
	sign := theme.Margin + float32(t.depth[at]+1)*base.TextSize()
	if at != (Branch{}) && (x < sign || !t.open[at]) {
		t.unfold(at, !t.open[at])
	}
}

// fold opens or closes the current branch.
func (t *treePane) fold() {
	if n, ok := t.now(); ok && n.Branch != (Branch{}) {
		t.unfold(n.Branch, !t.open[n.Branch])
	}
}

// unfold opens or closes a branch, and reads what hangs on it.
func (t *treePane) unfold(at Branch, open bool) {
	if t.nodes[at].Leaf {
		return
	}
	if open {
		t.open[at] = true
	} else {
		delete(t.open, at)
	}
	rememberBranches(t.deps.Memory, t.open)
	_, read := t.kids[at]
	if !open || read {
		t.lay()
		return
	}
	task.Run(t.deps.Runner, "", func(ctx context.Context, _ func(archive.Progress)) ([]Node, error) {
		return t.deps.Catalogue.Tree(ctx, at)
	}, func(nodes []Node, err error) {
		if err != nil {
			delete(t.open, at)
			t.onFailed(err)
			return
		}
		t.kids[at] = nodes
		t.lay()
		t.markAwaited()
	}, task.Quiet())
}

// key goes through the tree: Right opens a branch and goes into it, Left closes it and
// goes to what it hangs on.
func (t *treePane) key(name fyne.KeyName) bool {
	n, ok := t.now()
	if !ok || name != fyne.KeyLeft && name != fyne.KeyRight {
		return false
	}
	row, _ := t.table.Current()
	switch open := t.open[n.Branch]; {
	case n.Branch == Branch{}:
		return true
	case name == fyne.KeyRight && !open && !n.Leaf:
		t.unfold(n.Branch, true)
	case name == fyne.KeyRight && open && len(t.kids[n.Branch]) > 0:
		t.table.GoTo(row + 1)
	case name == fyne.KeyLeft && open:
		t.unfold(n.Branch, false)
	case name == fyne.KeyLeft:
		ids, depth := t.table.IDs(), t.depth[n.Branch]
		for row--; row > 0 && t.depth[t.placed[ids[row]]] >= depth; row-- {
		}
		t.table.GoTo(max(row, 0))
	}
	return true
}

// rune goes to the next node whose code begins with what is typed.
func (t *treePane) rune(r rune) {
	const pause = 1200 * time.Millisecond
	if now := time.Now(); now.Sub(t.typedAt) > pause {
		t.typed, t.typedAt = "", now
	} else {
		t.typedAt = now
	}
	t.typed += string(unicode.ToUpper(r))
	row, _ := t.table.Current()
	ids := t.table.IDs()
	from := max(row, 0)
	if len([]rune(t.typed)) == 1 {
		from++
	}
	for i := range ids {
		at := (from + i) % len(ids)
		n := t.nodes[t.placed[ids[at]]]
		for _, code := range []string{n.Code, words.CodeInFonds(n.Code), nameOf(n), n.Part} {
			if n.Branch != (Branch{}) && strings.HasPrefix(strings.ToUpper(code), t.typed) {
				t.table.GoTo(at)
				return
			}
		}
	}
}

// pick chooses a node as a person would.
func (t *treePane) pick(at Branch) {
	if n := t.nodes[at]; n.Kind == archive.KindSeries {
		t.open[Branch{Node: n.Fonds}] = true
		t.lay()
	}
	t.table.GoToID(t.rowIDs[at])
}

// mark shows where the list is without telling anybody; the fonds is unfolded for it.
func (t *treePane) mark(at Branch, fonds archive.ID) {
	t.picked, t.later = &at, &at
	if over := (Branch{Node: fonds}); at != over && at != (Branch{}) && !t.open[over] {
		t.unfold(over, true)
	}
	t.markAwaited()
}

// markLater marks a node that was added just now, when the tree has it.
func (t *treePane) markLater(at Branch, fonds archive.ID) {
	t.picked, t.later = &at, &at
	t.open[Branch{Node: fonds}] = true
}
