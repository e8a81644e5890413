package app

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"strings"

	"lantai/app/describing"
	"lantai/app/holdings"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

// catalogue is the open archive's, as the screen 馆藏目录 uses it.
type catalogue struct {
	station *station.Station
	noting  *noting
}

// Tree lists what hangs on a branch, with the counts of the tally.
func (c catalogue) Tree(ctx context.Context, at holdings.Branch) ([]holdings.Node, error) {
	found, err := c.station.Catalogue.Tree(ctx, c.station.Sight(), branchOf(at))
	if err != nil {
		return nil, err
	}
	shown, err := c.listed(ctx, found)
	if err != nil {
		return nil, err
	}
	nodes := make([]holdings.Node, 0, len(found))
	for i, n := range found {
		node := holdings.Node{Branch: holdings.Branch{Node: n.Branch.Node, Division: string(n.Branch.Division), Part: n.Branch.Part},
			Fonds: n.Fonds, Kind: n.Kind, Code: n.Code, Title: n.Title, Scheme: n.Scheme,
			Records: shown[i], SeriesCount: n.Count.Holdings[archive.KindSeries], Leaf: leaf(n)}
		if n.Kind.IsContainer() {
			node.Series = at.Node
		}
		if n.Branch.Division == store.ByYear && shown[i] == 0 && node.Leaf {
			continue // what is of this year lies in volumes of other years
		}
		nodes = append(nodes, node)
	}
	return nodes, nil
}

func branchOf(at holdings.Branch) store.Branch {
	return store.Branch{Node: at.Node, Division: store.Division(at.Division), Part: at.Part}
}

// leaf tells whether nothing hangs on a node: a fonds without series, an empty series, a
// year without containers, a container.
func leaf(n store.TreeNode) bool {
	switch {
	case n.Kind == archive.KindFonds:
		return n.Count.Holdings[archive.KindSeries] == 0
	case n.Kind.IsContainer():
		return true
	case n.Branch.Division == store.ByYear:
		return n.Count.Holdings[archive.KindVolume]+n.Count.Holdings[archive.KindBox]+n.Count.Holdings[archive.KindAlbum] == 0
	}
	return len(n.Count.Holdings) == 0
}

// listed counts what the lists of nodes show: of a series and its years the records that
// lie in nothing else, of anything else all below.
func (c catalogue) listed(ctx context.Context, nodes []store.TreeNode) ([]int, error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	direct := map[archive.ID]map[int]map[archive.HoldingKind]int{}
	sums := make([]int, len(nodes))
	for i, n := range nodes {
		sums[i] = sumRecords(n.Count.Holdings)
		if n.Kind != archive.KindSeries || n.Branch.Division == store.ByCatalogue {
			continue
		}
		id := n.Branch.Node
		if _, read := direct[id]; !read {
			all, err := cat.Counts(ctx, sight, id)
			if err == nil && all.Holdings[archive.KindVolume]+all.Holdings[archive.KindAlbum] > 0 {
				direct[id], err = cat.DirectCounts(ctx, sight, id)
			} else {
				direct[id] = nil // nothing lies in anything
			}
			if err != nil {
				return nil, err
			}
		}
		if direct[id] == nil {
			continue
		}
		sums[i] = 0
		for year, kinds := range direct[id] {
			if n.Branch.Division == store.Undivided || year == n.Year {
				sums[i] += sumRecords(kinds)
			}
		}
	}
	return sums, nil
}

func sumRecords(counts map[archive.HoldingKind]int) int {
	sum := 0
	for _, kind := range records() {
		sum += counts[kind]
	}
	return sum
}

// records are the kinds that lists show. A box has no meaning of its own.
func records() []archive.HoldingKind {
	return []archive.HoldingKind{archive.KindVolume, archive.KindAlbum, archive.KindItem, archive.KindPhoto,
		archive.KindObject, archive.KindBook, archive.KindAV}
}

// View tells which kinds lie on a branch, and the fields of these.
func (c catalogue) View(ctx context.Context, at holdings.Branch) (holdings.View, error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	counts, err := cat.Counts(ctx, sight, at.Node)
	if err != nil {
		return holdings.View{}, err
	}
	rules, err := c.station.Rules(ctx)
	if err != nil {
		return holdings.View{}, err
	}
	var v holdings.View
	for _, kind := range records() {
		if counts.Holdings[kind] > 0 {
			v.Kinds = append(v.Kinds, kind)
		}
	}
	if len(v.Kinds) == 0 {
		v.Kinds = []archive.HoldingKind{archive.KindItem}
	}
	names := map[string]bool{}
	add := func(f holdings.Field) {
		if !names[f.Name] {
			names[f.Name] = true
			v.Fields = append(v.Fields, f)
		}
	}
	for _, kind := range v.Kinds {
		for _, f := range rules.Fields(kind) {
			if store.Listed(f.Name) {
				add(holdings.Field{Name: f.Name, Type: f.Type, Kind: kind, Lists: true})
			}
		}
	}
	add(holdings.Field{Name: holdings.FieldKind, Lists: true})
	add(holdings.Field{Name: holdings.FieldPages})
	own, err := cat.ExtraFields(ctx)
	for _, name := range own {
		add(holdings.Field{Name: store.ExtraColumn + name, Title: name, Lists: true})
	}
	return v, err
}

// list is a list as the catalogue takes it.
func (c catalogue) list(ctx context.Context, l holdings.List) (store.List, error) {
	want, err := c.station.Catalogue.BranchList(ctx, c.station.Sight(), branchOf(l.At))
	want.Whole = l.At == holdings.Branch{}
	want.Kinds = records()
	for _, o := range l.Order {
		want.Order = append(want.Order, store.Order{Field: o.Field, Desc: o.Desc})
	}
	for _, f := range l.Where {
		want.Where = append(want.Where, store.Filter{Field: f.Field, Match: store.Match(f.Match), Value: f.Value, To: f.To})
	}
	return want, err
}

// First gives the beginning of a list.
func (c catalogue) First(ctx context.Context, l holdings.List, n int) ([]archive.ID, error) {
	want, err := c.list(ctx, l)
	if err != nil {
		return nil, err
	}
	return c.station.Catalogue.First(ctx, c.station.Sight(), want, n)
}

// List gives the ids of a list, and counts it without its filters.
func (c catalogue) List(ctx context.Context, l holdings.List) (ids []archive.ID, total int, err error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	want, err := c.list(ctx, l)
	if err != nil {
		return nil, 0, err
	}
	if ids, err = cat.Children(ctx, sight, want); err != nil || len(l.Where) == 0 {
		return ids, len(ids), err
	}
	if want, err = c.list(ctx, holdings.List{At: l.At}); err != nil {
		return nil, 0, err
	}
	total, known, err := cat.Total(ctx, sight, want)
	if err != nil || known {
		return ids, total, err
	}
	all, err := cat.Children(ctx, sight, want)
	return ids, len(all), err
}

// Rows reads a window of a list.
func (c catalogue) Rows(ctx context.Context, ids []archive.ID, columns []string) ([]holdings.Row, error) {
	found, err := c.station.Catalogue.Rows(ctx, c.station.Sight(), ids, columns)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.ID]holdings.Row, len(found))
	for _, r := range found {
		byID[r.ID] = holdings.Row{ID: r.ID, Kind: r.Kind, Cells: r.Cells}
	}
	rows := make([]holdings.Row, len(ids))
	for i, id := range ids {
		rows[i] = byID[id]
	}
	return rows, nil
}

// Described reads one record with the rules it is described by.
func (c catalogue) Described(ctx context.Context, id archive.ID) (describing.Record, error) {
	rec, err := c.station.Catalogue.Record(ctx, c.station.Sight(), id)
	if err != nil {
		return describing.Record{}, err
	}
	r := describing.Record{Holding: *rec.Common(), Values: describing.Values{}}
	for _, field := range append(rec.Common().Described(), rec.Fields()...) {
		r.Values[field.Name] = field.Text()
	}
	own, err := c.station.Catalogue.Extras(ctx, c.station.Sight(), []archive.ID{id})
	if err != nil {
		return describing.Record{}, err
	}
	for name, text := range own[id] {
		r.Values[describe.Own+name] = text
	}
	if r.Rules, err = c.Rules(ctx); err != nil {
		return r, err
	}
	return r, c.noting.saw(ctx, archive.OpRecordView, id, "", map[string]string{"code": r.Holding.Code})
}

// Record reads one record with its pages and what it lies in.
func (c catalogue) Record(ctx context.Context, id archive.ID) (holdings.Record, error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	described, err := c.Described(ctx, id)
	if err != nil {
		return holdings.Record{}, err
	}
	r := holdings.Record{Record: described, Scheme: described.Values["scheme"]}
	for up := r.Holding.Parent; up != 0; {
		a, err := cat.Holding(ctx, sight, up)
		if err != nil {
			return holdings.Record{}, err
		}
		r.Above = append([]archive.Holding{a}, r.Above...)
		up = a.Parent
	}
	n, err := cat.Counts(ctx, sight, id)
	if err != nil {
		return holdings.Record{}, err
	}
	r.Below, r.Linked = n.Holdings, n.Pages
	if r.Holding.Kind != archive.KindFonds && r.Holding.Kind != archive.KindSeries {
		if r.Pages, err = cat.PagesOf(ctx, sight, id); err == nil {
			r.ClosedPages, r.Closed, err = c.station.ClosedPages(ctx, r.Holding)
		}
	}
	return r, err
}

// FindCode finds the record that has or had a 档号.
func (c catalogue) FindCode(ctx context.Context, code string) (archive.Holding, error) {
	return c.station.Catalogue.HoldingByCode(ctx, c.station.Sight(), refcode.Normalise(code))
}

// Find finds a record by its 档号, whichever separators and however many noughts were typed,
// or the first one behind it in the fonds.
func (c catalogue) Find(ctx context.Context, typed string, in holdings.Branch) (archive.Holding, bool, error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	readings := refcode.Readings(typed)
	held, err := cat.HoldingsByCode(ctx, sight, readings)
	if err != nil {
		return archive.Holding{}, false, err
	}
	for _, code := range readings {
		if h, ok := held[code]; ok {
			return h, true, nil
		}
	}
	if h, err := c.FindCode(ctx, typed); archive.KindOf(err) != archive.NotFound {
		return h, true, err // the code was its own before a correction
	}
	for _, code := range readings {
		h, err := c.near(ctx, holdings.Branch{}, code)
		if archive.KindOf(err) == archive.NotFound {
			continue
		}
		if err != nil || bytes.Equal(refcode.SortKey(h.Code), refcode.SortKey(code)) {
			return h, true, err
		}
	}
	h, err := c.near(ctx, in, readings[0])
	if archive.KindOf(err) == archive.NotFound && in != (holdings.Branch{}) {
		h, err = c.near(ctx, holdings.Branch{}, readings[0])
	}
	return h, false, err
}

// near finds the first record of a list at or behind a code, in the fonds of the code.
func (c catalogue) near(ctx context.Context, in holdings.Branch, code string) (archive.Holding, error) {
	cat, sight := c.station.Catalogue, c.station.Sight()
	missing := archive.Errorf(archive.NotFound, "find code", code, "no record at or behind it in its fonds")
	list, err := c.list(ctx, holdings.List{At: in})
	if err != nil {
		return archive.Holding{}, err
	}
	id, err := cat.Near(ctx, sight, list, code)
	if err != nil || id == 0 {
		return archive.Holding{}, cmp.Or(err, missing)
	}
	h, err := cat.Holding(ctx, sight, id)
	fonds, _, deep := strings.Cut(code, refcode.Dash)
	if err == nil && (!deep || !refcode.Within(h.Code, fonds)) {
		err = missing
	}
	return h, err
}

// Rules are how the archive describes its records, with the fields of its own.
func (c catalogue) Rules(ctx context.Context) (describe.Rules, error) {
	rules, err := c.station.Rules(ctx)
	if err != nil {
		return rules, err
	}
	own, err := c.station.Catalogue.ExtraFields(ctx)
	return rules.WithOwn(own), err
}

// parted takes the fields of the site's own out of what was typed.
func parted(typed describing.Values) (values station.Values, own map[string]string) {
	values, own = station.Values{}, map[string]string{}
	for name, text := range typed {
		if bare, ok := strings.CutPrefix(name, describe.Own); ok {
			own[bare] = strings.TrimSpace(text)
			continue
		}
		values[name] = text
	}
	return values, own
}

// Save writes the values that differ.
func (c catalogue) Save(ctx context.Context, id archive.ID, rev int, values describing.Values) error {
	fields, own := parted(values)
	_, _, err := c.station.SaveRecord(ctx, c.station.Actor(), id, rev, fields, own)
	return err
}

// AddFonds registers a fonds.
func (c catalogue) AddFonds(ctx context.Context, code string, values describing.Values) (archive.Holding, error) {
	fields, own := parted(values)
	maps.DeleteFunc(own, func(_, text string) bool { return text == "" })
	f, _, err := c.station.AddFonds(ctx, c.station.Actor(), code, fields)
	if err == nil && len(own) > 0 {
		_, _, err = c.station.SaveRecord(ctx, c.station.Actor(), f.ID, f.Rev, nil, own)
	}
	return f.Holding, err
}

// AddSeries registers a series.
func (c catalogue) AddSeries(ctx context.Context, n holdings.NewSeries) (archive.Holding, error) {
	v, err := c.station.AddSeries(ctx, c.station.Actor(), station.NewSeries{Code: n.Code, Title: n.Title, Scheme: n.Scheme, Holds: n.Holds})
	return v.Holding, err
}

// Names lists the former names of a fonds.
func (c catalogue) Names(ctx context.Context, fonds archive.ID) ([]archive.FondsName, error) {
	return c.station.Catalogue.FondsNames(ctx, c.station.Sight(), fonds)
}

// AddName registers a former name.
func (c catalogue) AddName(ctx context.Context, n archive.FondsName) error {
	_, err := c.station.Catalogue.Do(ctx, c.station.Actor(), archive.OpNameEdit, func(tx *store.Tx) error { return tx.AddFondsName(&n) })
	return err
}

// RemoveName takes a former name away.
func (c catalogue) RemoveName(ctx context.Context, id archive.ID) error {
	_, err := c.station.Catalogue.Do(ctx, c.station.Actor(), archive.OpNameEdit, func(tx *store.Tx) error { return tx.RemoveFondsName(id) })
	return err
}

// Papers lists what the dossier of a fonds holds, by date.
func (c catalogue) Papers(ctx context.Context, fonds archive.ID) ([]archive.ID, error) {
	return c.station.Catalogue.Children(ctx, c.station.Sight(), store.List{Parent: fonds, Kinds: []archive.HoldingKind{archive.KindDossier},
		Order: []store.Order{{Field: "date"}}})
}

// newHoldings makes the screen 馆藏目录.
func newHoldings(p *Program) Screen {
	purge, _ := p.purgeDoor()
	return holdings.New(holdings.Deps{Purge: purge, Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Catalogue: catalogue{p.Station, newNoting(p.Station)}, Thumb: newPageImages(p.Station).Thumb, Drafts: draftsOf(p), ReadOnly: !p.edits()})
}
