package entry

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// nodesPane lists fonds and series; what is typed above it narrows the list.
type nodesPane struct {
	nodes  []Node
	now    archive.ID
	onPick func(Node)
	narrow *parts.Entry
	rows   parts.HeldRows
	table  *parts.Table
	root   fyne.CanvasObject
}

func newNodesPane(d Deps, onPick func(Node), onOpen func()) *nodesPane {
	p := &nodesPane{onPick: onPick, narrow: parts.NewEntry()}
	p.narrow.SetPlaceHolder(words.T("entry.narrow"))
	p.narrow.OnChanged = func(string) { p.lay() }
	p.narrow.OnNext = p.pickFirst
	p.table = parts.NewTable(parts.TableOptions{
		Key: "entry.nodes", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns:  []parts.Column{{Key: "name", Title: words.T("holdings.tree"), Width: 100, Stretch: true}},
		Fetch:    p.rows.Fetch,
		OnSelect: p.selected,
		OnOpen:   func(archive.ID) { onOpen() },
		Empty:    words.T("entry.narrow.none"),
	})
	p.root = parts.Border(p.narrow, nil, nil, nil, p.table)
	return p
}

func (p *nodesPane) set(nodes []Node) {
	p.nodes = nodes
	p.lay()
}

// lay lists the series that hold what was typed, each below its fonds.
func (p *nodesPane) lay() {
	wanted := strings.Fields(strings.ToLower(p.narrow.Text))
	rows := map[archive.ID]parts.Row{}
	var ids []archive.ID
	fonds := Node{}
	for _, n := range p.nodes {
		name := n.Code + " " + n.Title
		if n.Kind == archive.KindFonds {
			fonds = n
		} else {
			name = "　 " + words.CodeInFonds(n.Code) + " " + n.Title
		}
		rows[n.ID] = parts.Row{Cells: []string{name}}
		text := strings.ToLower(n.Code + " " + n.Title + " " + fonds.Title)
		if slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(text, w) }) {
			continue
		}
		if n.Kind != archive.KindFonds && len(wanted) > 0 && !slices.Contains(ids, fonds.ID) {
			ids = append(ids, fonds.ID)
		}
		ids = append(ids, n.ID)
	}
	p.rows.Set(rows)
	p.table.SetIDs(ids)
	p.table.GoToID(p.now)
}

func (p *nodesPane) node(id archive.ID) (Node, bool) {
	i := slices.IndexFunc(p.nodes, func(n Node) bool { return n.ID == id })
	if i < 0 {
		return Node{}, false
	}
	return p.nodes[i], true
}

func (p *nodesPane) byCode(code string) (Node, bool) {
	i := slices.IndexFunc(p.nodes, func(n Node) bool { return n.Code == code })
	if i < 0 {
		return Node{}, false
	}
	return p.nodes[i], true
}

// first is where to begin when nothing is remembered: a series, else a fonds.
func (p *nodesPane) first() (Node, bool) {
	for _, n := range p.nodes {
		if n.Kind == archive.KindSeries {
			return n, true
		}
	}
	if len(p.nodes) > 0 {
		return p.nodes[0], true
	}
	return Node{}, false
}

// mark shows where records are entered without telling anybody.
func (p *nodesPane) mark(id archive.ID) {
	p.now = id
	p.table.GoToID(id)
}

func (p *nodesPane) selected() {
	_, id := p.table.Current()
	if id == 0 || id == p.now {
		return
	}
	if n, ok := p.node(id); ok {
		p.now = id
		p.onPick(n)
	}
}

// pickFirst takes the first series in view: Enter in the field above.
func (p *nodesPane) pickFirst() {
	for _, id := range p.table.IDs() {
		if n, _ := p.node(id); n.Kind == archive.KindSeries {
			p.table.GoToID(id)
			p.selected()
			break
		}
	}
	p.table.Focus()
}
