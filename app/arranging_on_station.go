package app

import (
	"cmp"
	"context"

	"lantai/app/arranging"
	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
)

// arranger is the open archive, as the screen 档号整理 uses it. What plans is the arranger's
// own; what writes names the person.
type arranger struct {
	*arrange.Arranger
	exchanging
}

// Scopes lists the fonds, each followed by its series.
func (a arranger) Scopes(ctx context.Context) ([]arranging.Scope, error) {
	cat, sight := a.station.Catalogue, a.station.Sight()
	fonds, err := cat.Fonds(ctx, sight)
	if err != nil {
		return nil, err
	}
	all, err := cat.SeriesOf(ctx, sight, 0)
	if err != nil {
		return nil, err
	}
	below := map[archive.ID][]arranging.Scope{}
	for _, v := range all {
		below[v.Fonds] = append(below[v.Fonds], arranging.Scope{Code: v.Code, Title: v.Title})
	}
	list := make([]arranging.Scope, len(fonds))
	for i, f := range fonds {
		list[i] = arranging.Scope{Code: f.Code, Title: f.Title, Series: below[f.ID]}
	}
	return list, nil
}

// Find says where a fonds, a series or a record stands.
func (a arranger) Find(ctx context.Context, id archive.ID, like string) (at arranging.At, err error) {
	cat, sight := a.station.Catalogue, a.station.Sight()
	h, err := cat.Holding(ctx, sight, id)
	if err != nil {
		return at, err
	}
	if h.Kind == archive.KindFonds {
		return arranging.At{Below: h.Code}, nil
	}
	code := h.Code
	if h.Kind == archive.KindSeries {
		code = like
	} else {
		at.Record = id
	}
	series, err := cat.Record(ctx, sight, cmp.Or(h.Series, h.ID))
	if err != nil {
		return at, err
	}
	at.Below = series.Common().Code
	scheme, err := refcode.Read(series.(*archive.Series).Scheme)
	if err != nil {
		return at, nil // a series without a scheme has no classes
	}
	if n, ok := scheme.Numbered(code); ok {
		at.Class = n.Prefix
	}
	return at, nil
}

// Insert plans to put a new record under a code; its kind follows from it.
func (a arranger) Insert(ctx context.Context, code, title, date string) (*arrange.Plan, error) {
	code = refcode.Normalise(code)
	series, scheme, err := a.SeriesFor(ctx, code, "")
	if err != nil {
		return nil, err
	}
	r := archive.NewRecord(scheme.KindIn(series.Holds, code))
	h := r.Common()
	h.Code, h.Title, h.Date = code, title, date
	return a.Arranger.Insert(ctx, r)
}

// Carry carries a plan out.
func (a arranger) Carry(ctx context.Context, p *arrange.Plan) (archive.ID, error) {
	defer a.wake()
	return a.Arranger.Carry(ctx, a.station.Actor(), p)
}

// Remove puts records into the trash.
func (a arranger) Remove(ctx context.Context, r arrange.Removal) (op archive.ID, records, pages int, err error) {
	defer a.wake()
	return a.Arranger.Remove(ctx, a.station.Actor(), r)
}

// Note says why a number is not used.
func (a arranger) Note(ctx context.Context, code, reason string) (archive.ID, error) {
	return a.Arranger.Note(ctx, a.station.Actor(), code, reason)
}

// Undo takes back what was done; kept counts what had to stay.
func (a arranger) Undo(ctx context.Context, op archive.ID, removal bool, progress func(archive.Progress)) (kept int, err error) {
	defer a.wake()
	var left []archive.Change
	if removal {
		_, left, err = a.Restore(ctx, a.station.Actor(), op, progress)
	} else {
		_, left, err = a.station.Catalogue.UndoTelling(ctx, a.station.Actor(), op, progress)
	}
	return len(left), err
}

// newArranging makes the screen 档号整理.
func newArranging(p *Program) Screen {
	ask, not := p.purgeDoor()
	return arranging.New(arranging.Deps{Purge: ask, NoPurge: not, Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Archive: arranger{p.Station.Arrange(), exchanging{p.Station}}})
}
