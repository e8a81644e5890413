package app

import (
	"context"
	"maps"
	"path/filepath"

	"lantai/app/describing"
	"lantai/app/entry"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

// described is the open archive's, as the screen 著录整理 uses it.
type described struct {
	catalogue
	images *pageImages
}

// Nodes lists fonds and series with the kinds of record that belong there.
func (d described) Nodes(ctx context.Context) ([]entry.Node, error) {
	cat, sight := d.station.Catalogue, d.station.Sight()
	fonds, err := cat.Fonds(ctx, sight)
	if err != nil {
		return nil, err
	}
	all, err := cat.SeriesOf(ctx, sight, 0)
	if err != nil {
		return nil, err
	}
	below := map[archive.ID][]entry.Node{}
	for _, v := range all {
		if kinds := station.KindsUnder(v); len(kinds) > 0 {
			below[v.Fonds] = append(below[v.Fonds], entry.Node{ID: v.ID, Fonds: v.Fonds, Kind: v.Kind, Code: v.Code, Title: v.Title,
				Scheme: v.Scheme, Kinds: kinds})
		}
	}
	var nodes []entry.Node
	for _, f := range fonds {
		nodes = append(nodes, entry.Node{ID: f.ID, Fonds: f.ID, Kind: f.Kind, Code: f.Code, Title: f.Title,
			Kinds: []archive.HoldingKind{archive.KindDossier}})
		nodes = append(nodes, below[f.ID]...)
	}
	return nodes, nil
}

// NextCode proposes the next 档号 of a class.
func (d described) NextCode(ctx context.Context, scheme refcode.Scheme, class refcode.Values) (string, error) {
	return d.station.NextCode(ctx, scheme, class)
}

// LastCode gives the highest code in a series. Where the codes do not begin with that of
// their series, as those of photographs, it has to be looked for among its records.
func (d described) LastCode(ctx context.Context, n entry.Node) (string, error) {
	cat, sight := d.station.Catalogue, d.station.Sight()
	scheme, err := refcode.Read(n.Scheme)
	if err != nil {
		return "", err
	}
	code, err := cat.HighestCode(ctx, sight, n.Code)
	if err != nil {
		return "", err
	}
	if _, err := scheme.Parse(code); err == nil {
		return code, nil
	}
	ids, err := cat.First(ctx, sight, store.List{Parent: n.ID, Order: []store.Order{{Field: "code", Desc: true}}}, 1)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	h, err := cat.Holding(ctx, sight, ids[0])
	return h.Code, err
}

// Pages lists the images of a record.
func (d described) Pages(ctx context.Context, id archive.ID) ([]parts.PageRef, error) {
	pages, err := d.station.Catalogue.PagesOf(ctx, d.station.Sight(), id)
	if err != nil {
		return nil, err
	}
	refs := make([]parts.PageRef, len(pages))
	for i, p := range pages {
		refs[i] = d.images.Ref(p)
	}
	return refs, nil
}

// forStation is the list as the station takes it.
func forStation(list []entry.NewRecord) []station.NewRecord {
	records := make([]station.NewRecord, len(list))
	for i, n := range list {
		values, own := parted(n.Values)
		maps.DeleteFunc(own, func(_, text string) bool { return text == "" })
		records[i] = station.NewRecord{Kind: n.Kind, Code: n.Code, Series: n.Series, Values: values, Extra: own}
	}
	return records
}

// CheckNew looks at the codes of records that are to be registered.
func (d described) CheckNew(ctx context.Context, list []entry.NewRecord) ([]entry.CodeCheck, error) {
	found, err := d.station.CheckNew(ctx, forStation(list))
	if err != nil {
		return nil, err
	}
	checks := make([]entry.CodeCheck, len(found))
	for i, f := range found {
		checks[i] = entry.CodeCheck(f)
	}
	return checks, nil
}

// Add registers records, wholly or not at all.
func (d described) Add(ctx context.Context, list []entry.NewRecord) ([]archive.Holding, error) {
	added, _, err := d.station.AddRecords(ctx, d.station.Actor(), forStation(list))
	if err != nil {
		return nil, err
	}
	out := make([]archive.Holding, len(added))
	for i, r := range added {
		out[i] = *r.Common()
	}
	return out, nil
}

// newEntry makes the screen 著录整理.
func newEntry(p *Program) Screen {
	images := newPageImages(p.Station)
	return entry.New(entry.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Archive: described{catalogue{p.Station}, images}, Drafts: draftsOf(p), View: images.View})
}

// draftsOf is where what is typed and not saved is kept.
func draftsOf(p *Program) describing.Drafts {
	drafts := describing.Drafts{Archive: p.Station.Home.ArchiveID(), Class: p.Station.Home.Class()}
	if p.Folder != "" {
		drafts.Dir = filepath.Join(p.Folder, "drafts")
	}
	return drafts
}
