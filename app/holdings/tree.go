package holdings

import (
	"maps"
	"slices"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// treePane is the tree of fonds and series. It is drawn as a list whose fonds fold
// open, so that some thousand nodes cost no more than those in view.
type treePane struct {
	nodes  []Node
	open   map[archive.ID]bool
	picked archive.ID
	later  archive.ID // to be marked when the tree has it
	onPick func(Node)
	rows   parts.HeldRows
	table  *parts.Table
	root   fyne.CanvasObject
}

func newTreePane(d Deps, onPick func(Node)) *treePane {
	t := &treePane{open: map[archive.ID]bool{}, onPick: onPick}
	t.table = parts.NewTable(parts.TableOptions{
		Key: "holdings.tree", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("holdings.tree"), Width: 100, Stretch: true},
			{Key: "n", Title: words.T("holdings.tree.records"), Width: 44, Number: true},
		},
		Fetch:    t.rows.Fetch,
		OnSelect: t.selected,
		OnOpen:   t.fold,
		Empty:    words.T("holdings.empty"),
	})
	t.root = t.table
	return t
}

// set shows another tree. A small one is open throughout.
func (t *treePane) set(nodes []Node) {
	const small = 40
	first := t.nodes == nil
	t.nodes = nodes
	if first && len(nodes) <= small {
		for _, n := range nodes {
			t.open[n.ID] = true
		}
	}
	if t.later != 0 && slices.ContainsFunc(nodes, func(n Node) bool { return n.ID == t.later }) {
		t.mark(t.later, t.node(t.later).Fonds)
		t.later = 0
		return
	}
	t.lay()
}

// lay lists the nodes that are not folded away.
func (t *treePane) lay() {
	rows := make(map[archive.ID]parts.Row, len(t.nodes))
	var ids []archive.ID
	for i, n := range t.nodes {
		if n.Kind == archive.KindFonds {
			sign := "　 "
			if i+1 < len(t.nodes) && t.nodes[i+1].Kind == archive.KindSeries {
				sign = map[bool]string{true: "－ ", false: "＋ "}[t.open[n.ID]]
			}
			rows[n.ID] = parts.Row{Cells: []string{sign + n.Code + " " + n.Title, words.Number(n.Records)}}
			ids = append(ids, n.ID)
			continue
		}
		rows[n.ID] = parts.Row{Cells: []string{"　 " + words.CodeInFonds(n.Code) + " " + n.Title, words.Number(n.Records)}}
		if t.open[n.Fonds] {
			ids = append(ids, n.ID)
		}
	}
	old := t.rows.All()
	t.rows.Set(rows)
	if !maps.EqualFunc(old, rows, func(a, b parts.Row) bool { return slices.Equal(a.Cells, b.Cells) }) || !slices.Equal(ids, t.table.IDs()) {
		t.table.SetIDs(ids)
	}
}

func (t *treePane) node(id archive.ID) Node {
	i := slices.IndexFunc(t.nodes, func(n Node) bool { return n.ID == id })
	if i < 0 {
		return Node{}
	}
	return t.nodes[i]
}

func (t *treePane) hasSeries() bool {
	return slices.ContainsFunc(t.nodes, func(n Node) bool { return n.Kind == archive.KindSeries })
}

// seriesOf lists the series of a fonds; zero: of all.
func (t *treePane) seriesOf(fonds archive.ID) []Node {
	var list []Node
	for _, n := range t.nodes {
		if n.Kind == archive.KindSeries && (fonds == 0 || n.Fonds == fonds) {
			list = append(list, n)
		}
	}
	return list
}

func (t *treePane) fonds() []Node {
	var list []Node
	for _, n := range t.nodes {
		if n.Kind == archive.KindFonds {
			list = append(list, n)
		}
	}
	return list
}

// selected is told by the table. Choosing a folded fonds unfolds it.
func (t *treePane) selected() {
	_, id := t.table.Current()
	if id == 0 || id == t.picked {
		return
	}
	t.picked = id
	n := t.node(id)
	if n.Kind == archive.KindFonds && !t.open[id] {
		t.open[id] = true
		t.lay()
	}
	t.onPick(n)
}

func (t *treePane) fold(id archive.ID) {
	if t.node(id).Kind == archive.KindFonds {
		t.open[id] = !t.open[id]
		t.lay()
	}
}

// pick chooses a node as a person would.
func (t *treePane) pick(id archive.ID) {
	t.open[t.node(id).Fonds] = true
	t.lay()
	t.table.GoToID(id)
}

// mark shows where the list is without telling anybody.
func (t *treePane) mark(id, fonds archive.ID) {
	t.picked = id
	t.open[fonds] = true
	t.lay()
	if !t.table.GoToID(id) {
		t.later = id
	}
}

// markLater marks a node that was added just now, when the tree has it.
func (t *treePane) markLater(id archive.ID) { t.picked, t.later = id, id }
