package store

import (
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// source is one SELECT of a list: holdings under a condition that an index answers.
type source struct {
	cond string // behind WHERE, each ? a parameter
	args []any
}

// mostSources is how many SELECTs are merged; engines bear some hundreds.
const mostSources = 120

// findSources finds where the list is read from. Where an index has the order, that is
// one SELECT for each series and kind that is not empty, which the engine merges.
func (c *Catalogue) findSources(ctx context.Context, q *listQuery) error {
	l := q.list
	switch {
	case l.Box != 0:
		q.sources = []source{q.ofKinds("h.id IN (SELECT b.id FROM item b WHERE b.box = ?)", int64(l.Box))}
		return nil
	case l.Whole:
		if q.keys[0] != "h.code_sort" || !q.indexed() || !q.covered() {
			q.sources = []source{q.scan()}
			return nil
		}
		kinds, err := c.kindsBelow(ctx, []archive.ID{0}, l.Kinds)
		for _, kind := range kinds[0] {
			q.sources = append(q.sources, source{"h.kind = ?", []any{string(kind)}})
		}
		return err
	case l.Below != 0:
		return c.sourcesBelow(ctx, q)
	case l.Parent != 0:
		q.sources = []source{q.ofKinds("h.parent = ?", int64(l.Parent))}
		if q.keys[0] == "h.date_sort" && q.indexed() {
			return c.sourcesByDate(ctx, q)
		}
	default:
		q.sources = []source{q.ofKinds("h.parent IS NULL")}
	}
	return nil
}

// covered tells whether an index has all columns that order and filters read.
func (q *listQuery) covered() bool {
	for _, f := range q.fields {
		switch f.name {
		case "kind", "year", "date", "retention", "access_class":
		case "code": // as a key; the text is in the row
			if slices.ContainsFunc(q.list.Where, func(w Filter) bool { return w.Field == "code" && w.Match != Between }) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// scan is a source of the whole archive that is sorted as it is read. Where rows must be
// looked at, they are best read as they lie, and no index of kinds should lead to them.
func (q *listQuery) scan() source {
	s := q.ofKinds("h.id <> 0")
	if !q.covered() {
		s.cond = strings.Replace(s.cond, "h.kind IN", "COALESCE(h.kind, '') IN", 1)
	}
	return s
}

// ofKinds is a source without regard to the order.
func (q *listQuery) ofKinds(cond string, args ...any) source {
	s := source{cond, args}
	for i, k := range q.list.Kinds {
		s.cond += map[bool]string{true: " AND h.kind IN (?", false: ", ?"}[i == 0]
		s.args = append(s.args, string(k))
	}
	if len(q.list.Kinds) > 0 {
		s.cond += ")"
	}
	return s
}

const seriesIDs = `SELECT h.id FROM holding h WHERE h.parent = $1 AND h.kind = 'series' AND {live h}`

func (c *Catalogue) sourcesBelow(ctx context.Context, q *listQuery) error {
	at, err := c.Holding(ctx, q.sight, q.list.Below)
	if err != nil {
		return err
	}
	series := []archive.ID{at.ID}
	fonds := at.Kind == archive.KindFonds
	if fonds {
		if series, err = ids(ctx, c.cat.read, sighted(seriesIDs, q.sight), int64(at.ID)); err != nil {
			return fault(doingList, "", err)
		}
	}
	kinds, err := c.kindsBelow(ctx, series, q.list.Kinds)
	if err != nil {
		return err
	}
	for _, id := range series {
		if fonds && q.takes(archive.KindSeries) {
			kinds[id] = append(kinds[id], archive.KindSeries)
		}
		for _, kind := range kinds[id] {
			q.sources = append(q.sources, source{"h.series = ? AND h.kind = ?", []any{int64(id), string(kind)}})
		}
	}
	if n := len(q.sources); n > mostSources || n > 1 && !q.indexed() {
		q.sources = q.together(series, fonds)
	}
	if fonds && q.takes(archive.KindDossier) {
		q.sources = append(q.sources, source{"h.parent = ? AND h.kind = 'dossier'", []any{int64(at.ID)}})
	}
	return nil
}

// together is one source for all series.
func (q *listQuery) together(series []archive.ID, fonds bool) []source {
	cond, args := "h.series IN (", []any{}
	for i, id := range series {
		if i > 0 {
			cond += ", "
		}
		cond += "?"
		args = append(args, int64(id))
	}
	cond += ")"
	if !fonds {
		cond, args = cond+" AND h.id <> ?", append(args, int64(series[0]))
	}
	return []source{q.ofKinds(cond, args...)}
}

// takes tells whether records of a kind are listed.
func (q *listQuery) takes(kind archive.HoldingKind) bool {
	return len(q.list.Kinds) == 0 || slices.Contains(q.list.Kinds, kind)
}

// sourcesByDate reads the children of a series by the index of dates.
func (c *Catalogue) sourcesByDate(ctx context.Context, q *listQuery) error {
	at, err := c.Holding(ctx, q.sight, q.list.Parent)
	if err != nil || at.Kind != archive.KindSeries {
		if archive.KindOf(err) == archive.NotFound {
			q.sources = nil
			return nil
		}
		return err
	}
	kinds, err := c.kindsBelow(ctx, []archive.ID{at.ID}, q.list.Kinds)
	q.sources = nil
	for _, kind := range kinds[at.ID] {
		q.sources = append(q.sources, source{"h.series = ? AND h.kind = ? AND h.parent = ?", []any{int64(at.ID), string(kind), int64(at.ID)}})
	}
	return err
}

// kindsBelow tells which kinds lie below nodes, among those wanted.
func (c *Catalogue) kindsBelow(ctx context.Context, nodes []archive.ID, wanted []archive.HoldingKind) (map[archive.ID][]archive.HoldingKind, error) {
	counts, err := c.ChildCounts(ctx, access.All(), nodes)
	if err != nil {
		return nil, err
	}
	found := make(map[archive.ID][]archive.HoldingKind, len(nodes))
	for _, node := range nodes {
		for _, kind := range archive.Kinds() {
			if counts[node].Holdings[kind] > 0 && (len(wanted) == 0 || slices.Contains(wanted, kind)) {
				found[node] = append(found[node], kind)
			}
		}
	}
	return found, nil
}
