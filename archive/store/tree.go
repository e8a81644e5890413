package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
)

// Division is by what the tree parts a series.
type Division string

// The divisions of a series.
const (
	Undivided   Division = ""
	ByYear      Division = "year"      // 年度
	ByCatalogue Division = "catalogue" // 目录号, where one series has several
)

// Branch is a place in the tree of holdings: the archive (zero), a fonds, a series, a
// year or 目录 of a series, or a container.
type Branch struct {
	Node     archive.ID // zero: the archive
	Division Division   // set: a part of the series Node
	Part     string     // the year, "" when it is not known, or the 目录号
}

// TreeNode is a branch as the tree shows it.
type TreeNode struct {
	Branch Branch
	Kind   archive.HoldingKind // of Branch.Node
	Fonds  archive.ID
	Code   string // 全宗号 or 档号; of a 目录 what its codes begin with
	Title  string
	Year   int
	Method archive.Method // of a series
	Scheme string         // of a series, as JSON
	Count  Count          // what lies below; of a 目录 its volumes, of a year no pages
}

const doingTree = "read tree"

// Tree lists what hangs on a branch: fonds by number, series by code, years or 目录,
// containers by code. Below a container there is nothing more: its records are a list.
func (c *Catalogue) Tree(ctx context.Context, sight access.Sight, at Branch) ([]TreeNode, error) {
	if at.Node == 0 {
		fonds, err := c.Fonds(ctx, sight)
		if err != nil {
			return nil, err
		}
		nodes := make([]TreeNode, len(fonds))
		for i, f := range fonds {
			nodes[i] = treeNode(f.Holding)
		}
		return nodes, c.countNodes(ctx, sight, nodes)
	}
	h, err := c.Holding(ctx, sight, at.Node)
	switch {
	case err != nil:
		return nil, err
	case h.Kind == archive.KindFonds:
		return c.treeOfFonds(ctx, sight, h)
	case h.Kind == archive.KindSeries && at.Division == Undivided:
		return c.treeOfSeries(ctx, sight, h)
	case h.Kind == archive.KindSeries:
		list, err := c.BranchList(ctx, sight, at)
		if err != nil {
			return nil, err
		}
		list.Kinds = containerKinds()
		return c.treeOfContainers(ctx, sight, list)
	}
	return nil, nil
}

func treeNode(h archive.Holding) TreeNode {
	return TreeNode{Branch: Branch{Node: h.ID}, Kind: h.Kind, Fonds: h.Fonds, Code: h.Code, Title: h.Title, Year: h.Year}
}

func containerKinds() []archive.HoldingKind {
	return slices.DeleteFunc(archive.Kinds(), func(k archive.HoldingKind) bool { return !k.IsContainer() })
}

// countNodes fills in what lies below nodes.
func (c *Catalogue) countNodes(ctx context.Context, sight access.Sight, nodes []TreeNode) error {
	ids := make([]archive.ID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.Branch.Node
	}
	counts, err := c.ChildCounts(ctx, sight, ids)
	for i := range nodes {
		nodes[i].Count = counts[nodes[i].Branch.Node]
	}
	return err
}

func (c *Catalogue) treeOfFonds(ctx context.Context, sight access.Sight, fonds archive.Holding) ([]TreeNode, error) {
	series, err := c.SeriesOf(ctx, sight, fonds.ID)
	if err != nil {
		return nil, err
	}
	nodes := make([]TreeNode, len(series))
	for i, s := range series {
		nodes[i] = treeNode(s.Holding)
		nodes[i].Method, nodes[i].Scheme = s.Method, s.Scheme
	}
	return nodes, c.countNodes(ctx, sight, nodes)
}

// treeOfSeries parts a series by 目录 where its codes name several, else by year; one
// without years is not parted.
func (c *Catalogue) treeOfSeries(ctx context.Context, sight access.Sight, series archive.Holding) ([]TreeNode, error) {
	nodes, err := c.cataloguesOf(ctx, sight, series)
	if err != nil || len(nodes) > 1 {
		return nodes, err
	}
	if nodes, err = c.yearsOf(ctx, sight, series); err != nil || slices.ContainsFunc(nodes, func(n TreeNode) bool { return n.Year != 0 }) {
		return nodes, err
	}
	return c.treeOfContainers(ctx, sight, List{Parent: series.ID, Kinds: containerKinds()})
}

const (
	tallyOfYears = `SELECT t.kind, SUM(t.n) FROM tally t
		WHERE t.node = $1 AND t.kind >= 'year.' AND t.kind < 'year/' AND {tally t} GROUP BY t.kind ORDER BY t.kind`
	seriesScheme = `SELECT s.scheme FROM series s WHERE s.id = $1`
)

func (c *Catalogue) yearsOf(ctx context.Context, sight access.Sight, series archive.Holding) ([]TreeNode, error) {
	var nodes []TreeNode
	err := rows(ctx, c.cat.read, sighted(tallyOfYears, sight), []any{int64(series.ID)}, func(r *sql.Rows) error {
		var name string
		var n int
		if err := r.Scan(&name, &n); err != nil || n == 0 {
			return err
		}
		digits, kind, _ := strings.Cut(strings.TrimPrefix(name, tallyYear), ".")
		year, _ := strconv.Atoi(digits)
		if len(nodes) == 0 || nodes[len(nodes)-1].Year != year {
			node := treeNode(series)
			node.Year, node.Count.Holdings = year, map[archive.HoldingKind]int{}
			node.Branch.Division = ByYear
			if year != 0 {
				node.Branch.Part = digits
			}
			nodes = append(nodes, node)
		}
		nodes[len(nodes)-1].Count.Holdings[archive.HoldingKind(kind)] = n
		return nil
	})
	return nodes, fault(doingTree, series.Code, err)
}

// cataloguesOf leaps through the codes of a series from one 目录 to the next.
func (c *Catalogue) cataloguesOf(ctx context.Context, sight access.Sight, series archive.Holding) ([]TreeNode, error) {
	var text string
	if err := c.cat.read.QueryRowContext(ctx, seriesScheme, int64(series.ID)).Scan(&text); err != nil {
		return nil, fault(doingTree, series.Code, err)
	}
	scheme, err := refcode.Read(text)
	if _, named := scheme.Element(refcode.CatalogueNo); err != nil || !named {
		return nil, nil // a series without a scheme is not parted by it
	}
	var nodes []TreeNode
	for from := []byte{}; ; {
		code, err := c.codeFrom(ctx, sight, series.ID, from)
		if err != nil || code == "" {
			return nodes, err
		}
		prefix, part := cataloguePrefix(scheme, code)
		if prefix == "" { // a code that does not fit is in no 目录
			from = append(codeKey(code), 0)
			continue
		}
		node := treeNode(series)
		node.Branch.Division, node.Branch.Part, node.Code = ByCatalogue, part, strings.TrimSuffix(prefix, refcode.Dash)
		node.Count.Holdings = map[archive.HoldingKind]int{}
		key := codeKey(prefix)
		from = afterKey(key)
		if err := rows(ctx, c.cat.read, sighted(kindsOfCatalogue, sight), []any{int64(series.ID), key, from}, func(r *sql.Rows) error {
			var kind archive.HoldingKind
			var n int
			err := r.Scan(&kind, &n)
			node.Count.Holdings[kind] = n
			return err
		}); err != nil {
			return nil, fault(doingTree, series.Code, err)
		}
		nodes = append(nodes, node)
	}
}

const (
	nextCode = `SELECT h.code FROM holding h WHERE h.parent = $1 AND h.code_sort >= $2 AND h.code <> '' AND {holding h}
		ORDER BY h.code_sort LIMIT 1`
	kindsOfCatalogue = `SELECT h.kind, COUNT(*) FROM holding h
		WHERE h.parent = $1 AND h.code_sort >= $2 AND h.code_sort < $3 AND {holding h} GROUP BY h.kind`
)

// codeFrom is the first code of a series at or behind a sort key; "" if there is none.
func (c *Catalogue) codeFrom(ctx context.Context, sight access.Sight, series archive.ID, key []byte) (string, error) {
	var code string
	err := rows(ctx, c.cat.read, sighted(nextCode, sight), []any{int64(series), key}, func(r *sql.Rows) error { return r.Scan(&code) })
	return code, fault(doingTree, series.String(), err)
}

// cataloguePrefix is what the codes of the 目录 of a code begin with, and its number.
func cataloguePrefix(scheme refcode.Scheme, code string) (prefix, part string) {
	v, err := scheme.Parse(code)
	if err != nil || v[refcode.CatalogueNo] == "" {
		return "", ""
	}
	class := refcode.Values{}
	for _, e := range scheme.Elements {
		if e.Serial {
			break
		}
		if value, given := v[e.Name]; given {
			class[e.Name] = value
		}
	}
	prefix, err = scheme.Prefix(class)
	if err != nil {
		return "", ""
	}
	return prefix, v[refcode.CatalogueNo]
}

func (c *Catalogue) treeOfContainers(ctx context.Context, sight access.Sight, list List) ([]TreeNode, error) {
	found, err := c.Children(ctx, sight, list)
	if err != nil {
		return nil, err
	}
	holdings, err := c.Holdings(ctx, sight, found)
	if err != nil {
		return nil, err
	}
	nodes := make([]TreeNode, len(holdings))
	for i, h := range holdings {
		nodes[i] = treeNode(h)
	}
	return nodes, c.countNodes(ctx, sight, nodes)
}

// BranchList is the list of what lies on a branch: all below a fonds, the children of a
// series or of a part of it, what a container holds.
func (c *Catalogue) BranchList(ctx context.Context, sight access.Sight, at Branch) (List, error) {
	if at.Node == 0 {
		return List{}, nil
	}
	h, err := c.Holding(ctx, sight, at.Node)
	if err != nil {
		return List{}, err
	}
	list := List{Parent: at.Node}
	switch {
	case h.Kind == archive.KindFonds:
		return List{Below: at.Node}, nil
	case h.Kind == archive.KindBox:
		return List{Box: at.Node}, nil
	case at.Division == ByYear && at.Part == "":
		list.Where = []Filter{{Field: "year", Match: IsEmpty}}
	case at.Division == ByYear:
		if list.Year, err = strconv.Atoi(at.Part); err != nil {
			return List{}, archive.Errorf(archive.Invalid, doingTree, at.Part, "no year")
		}
	case at.Division == ByCatalogue:
		return c.catalogueList(ctx, sight, h, at.Part)
	}
	return list, nil
}

// catalogueList is the list of one 目录 of a series.
func (c *Catalogue) catalogueList(ctx context.Context, sight access.Sight, series archive.Holding, part string) (List, error) {
	nodes, err := c.cataloguesOf(ctx, sight, series)
	if err != nil {
		return List{}, err
	}
	i := slices.IndexFunc(nodes, func(n TreeNode) bool { return n.Branch.Part == part })
	if i < 0 {
		return List{}, archive.Errorf(archive.NotFound, doingTree, part, "no such 目录 in %s", series.Code)
	}
	prefix := nodes[i].Code + refcode.Dash
	return List{Parent: series.ID, Where: []Filter{{Field: "code", Match: Between, Value: prefix, To: prefix}}}, nil
}
