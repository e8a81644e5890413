package app

import (
	"context"

	"lantai/app/describing"
	"lantai/app/holdings"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/describe"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

// catalogue is the open archive's, as the screen 馆藏目录 uses it.
type catalogue struct{ station *station.Station }

// Tree lists fonds and series with the counts of the tally.
func (c catalogue) Tree(ctx context.Context) ([]holdings.Node, error) {
	cat, sight := c.station.Catalogue, access.All()
	fonds, err := cat.Tree(ctx, sight, store.Branch{})
	if err != nil {
		return nil, err
	}
	var nodes []holdings.Node
	for _, f := range fonds {
		series, err := cat.Tree(ctx, sight, f.Branch)
		if err != nil {
			return nil, err
		}
		for _, n := range append([]store.TreeNode{f}, series...) {
			nodes = append(nodes, holdings.Node{ID: n.Branch.Node, Fonds: n.Fonds, Kind: n.Kind, Code: n.Code, Title: n.Title,
				Scheme: n.Scheme, Records: listed(n.Method, n.Count)})
		}
	}
	return nodes, nil
}

// listed counts what the list of a node shows: the volumes of a series by volume, all
// records of anything else.
func listed(method archive.Method, n store.Count) int {
	if method == archive.ByVolume {
		return n.Holdings[archive.KindVolume]
	}
	sum := 0
	for _, kind := range records() {
		sum += n.Holdings[kind]
	}
	return sum
}

// records are the kinds that lists show. A box has no meaning of its own.
func records() []archive.HoldingKind {
	return []archive.HoldingKind{archive.KindVolume, archive.KindAlbum, archive.KindItem, archive.KindPhoto,
		archive.KindObject, archive.KindBook, archive.KindAV}
}

// List gives the ids of what a node holds.
func (c catalogue) List(ctx context.Context, l holdings.List) ([]archive.ID, error) {
	want := store.List{Parent: l.Node, Kinds: records(), Order: []store.Order{{Field: string(l.Sort), Desc: l.Desc}}}
	if l.Kind == archive.KindFonds {
		want.Parent, want.Below = 0, l.Node
	}
	return c.station.Catalogue.Children(ctx, access.All(), want)
}

// Rows reads a window of a list.
func (c catalogue) Rows(ctx context.Context, ids []archive.ID) ([]holdings.Row, error) {
	found, err := c.station.Catalogue.ItemRows(ctx, access.All(), ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[archive.ID]holdings.Row, len(found))
	for _, r := range found {
		byID[r.ID] = holdings.Row{ID: r.ID, Kind: r.Kind, Code: r.Code, Title: r.Title, Author: r.Author, Date: r.Date,
			DocNo: r.DocNo, Retention: r.Retention, PageCount: r.PageCount, Pages: r.Pages}
	}
	rows := make([]holdings.Row, len(ids))
	for i, id := range ids {
		rows[i] = byID[id]
	}
	return rows, nil
}

// Described reads one record with the rules it is described by.
func (c catalogue) Described(ctx context.Context, id archive.ID) (describing.Record, error) {
	rec, err := c.station.Catalogue.Record(ctx, access.All(), id)
	if err != nil {
		return describing.Record{}, err
	}
	r := describing.Record{Holding: *rec.Common(), Values: describing.Values{}}
	for _, field := range append(rec.Common().Described(), rec.Fields()...) {
		r.Values[field.Name] = field.Text()
	}
	r.Rules, err = c.station.Rules(ctx)
	return r, err
}

// Record reads one record with its pages and what it lies in.
func (c catalogue) Record(ctx context.Context, id archive.ID) (holdings.Record, error) {
	cat, sight := c.station.Catalogue, access.All()
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
		r.Pages, err = cat.PagesOf(ctx, sight, id)
	}
	return r, err
}

// FindCode finds a record by its 档号.
func (c catalogue) FindCode(ctx context.Context, code string) (archive.Holding, error) {
	return c.station.Catalogue.HoldingByCode(ctx, access.All(), refcode.Normalise(code))
}

// Rules are how the archive describes its records.
func (c catalogue) Rules(ctx context.Context) (describe.Rules, error) { return c.station.Rules(ctx) }

// Save writes the values that differ.
func (c catalogue) Save(ctx context.Context, id archive.ID, rev int, values describing.Values) error {
	_, _, err := c.station.SaveRecord(ctx, archive.LocalActor(), id, rev, station.Values(values), nil)
	return err
}

// AddFonds registers a fonds.
func (c catalogue) AddFonds(ctx context.Context, code string, values describing.Values) (archive.Holding, error) {
	f, _, err := c.station.AddFonds(ctx, archive.LocalActor(), code, station.Values(values))
	return f.Holding, err
}

// AddSeries registers a series.
func (c catalogue) AddSeries(ctx context.Context, n holdings.NewSeries) (archive.Holding, error) {
	v, err := c.station.AddSeries(ctx, archive.LocalActor(), station.NewSeries{Code: n.Code, Title: n.Title, Scheme: n.Scheme, Holds: n.Holds})
	return v.Holding, err
}

// Names lists the former names of a fonds.
func (c catalogue) Names(ctx context.Context, fonds archive.ID) ([]archive.FondsName, error) {
	return c.station.Catalogue.FondsNames(ctx, access.All(), fonds)
}

// AddName registers a former name.
func (c catalogue) AddName(ctx context.Context, n archive.FondsName) error {
	_, err := c.station.Catalogue.Do(ctx, archive.LocalActor(), archive.OpNameEdit, func(tx *store.Tx) error { return tx.AddFondsName(&n) })
	return err
}

// RemoveName takes a former name away.
func (c catalogue) RemoveName(ctx context.Context, id archive.ID) error {
	_, err := c.station.Catalogue.Do(ctx, archive.LocalActor(), archive.OpNameEdit, func(tx *store.Tx) error { return tx.RemoveFondsName(id) })
	return err
}

// Papers lists what the dossier of a fonds holds, by date.
func (c catalogue) Papers(ctx context.Context, fonds archive.ID) ([]archive.ID, error) {
	return c.station.Catalogue.Children(ctx, access.All(), store.List{Parent: fonds, Kinds: []archive.HoldingKind{archive.KindDossier},
		Order: []store.Order{{Field: "date"}}})
}

// newHoldings makes the screen 馆藏目录.
func newHoldings(p *Program) Screen {
	return holdings.New(holdings.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Catalogue: catalogue{p.Station}, Thumb: newPageImages(p.Station).Thumb, Drafts: draftsOf(p)})
}
