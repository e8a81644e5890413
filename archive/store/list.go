package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// Order is one key that a list is ordered by.
type Order struct {
	Field string // a name as [archive.Field] knows it, or "kind"
	Desc  bool
}

// List says which holdings to list, and in which order. Rows that are equal under all
// keys follow by 档号, then id, in the direction of the last key.
type List struct {
	Parent archive.ID            // children of this holding; zero: the fonds
	Below  archive.ID            // instead of Parent: all below this fonds or series, at any depth
	Box    archive.ID            // instead of Parent: items that lie in this box
	Whole  bool                  // instead of Parent: all of the archive
	Kinds  []archive.HoldingKind // empty: all kinds
	Year   int                   // zero: all years
	Where  []Filter              // all must fit
	Order  []Order               // empty: by 档号
}

const doingList = "list holdings"

// Children lists the ids of holdings. In the order of 档号 or date below a fonds or
// series, and of 档号 in the whole archive, indexes have the order already; others are
// sorted as they are read.
func (c *Catalogue) Children(ctx context.Context, sight access.Sight, list List) ([]archive.ID, error) {
	return c.First(ctx, sight, list, 0)
}

// First lists the first n ids of a list, or for zero all: what is seen while the whole
// is still being read.
func (c *Catalogue) First(ctx context.Context, sight access.Sight, list List, n int) ([]archive.ID, error) {
	q, err := c.listQuery(ctx, sight, list)
	if err == nil {
		err = q.build(n)
	}
	if err != nil || len(q.sources) == 0 {
		return []archive.ID{}, err
	}
	found, err := c.listed(ctx, q)
	return found, fault(doingList, "", err)
}

// listed reads the ids; what comes along to be merged by is left where it is.
func (c *Catalogue) listed(ctx context.Context, q *listQuery) ([]archive.ID, error) {
	if len(q.sources) == 1 {
		return ids(ctx, c.cat.read, q.text.String(), q.args...)
	}
	list := make([]archive.ID, 0, 64)
	var id any
	targets := []any{&id}
	for range q.keys[:len(q.keys)-1] {
		targets = append(targets, new(sql.RawBytes))
	}
	err := rows(ctx, c.cat.read, q.text.String(), q.args, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		return addID(&list, id)
	})
	return list, err
}

// Near finds the first record of a list at or behind a 档号, numbers by value, whatever
// order the list is in; zero when all lie before it.
func (c *Catalogue) Near(ctx context.Context, sight access.Sight, list List, code string) (archive.ID, error) {
	list.Order = nil
	list.Where = append(slices.Clone(list.Where), Filter{Field: "code", Match: Between, Value: code})
	found, err := c.First(ctx, sight, list, 1)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// source is one SELECT of a list: holdings under a condition that an index answers.
type source struct {
	cond string // behind WHERE, each ? a parameter
	args []any
}

// listQuery is a list on its way to SQL.
type listQuery struct {
	clauses
	list    List
	sight   access.Sight
	tables  map[string]bool // that records of the list's kinds have rows in
	keys    []string        // what it is ordered by, as SQL
	desc    []bool
	fields  []listField // that order and filters read
	sources []source    // none: nothing is there
}

func (c *Catalogue) listQuery(ctx context.Context, sight access.Sight, list List) (*listQuery, error) {
	q := &listQuery{list: list, sight: sight, tables: tablesOf(list.Kinds)}
	if err := q.order(); err != nil {
		return nil, err
	}
	for _, f := range list.Where {
		q.fields = append(q.fields, listFields()[f.Field])
	}
	return q, c.findSources(ctx, q)
}

// order reads the keys, and adds those that make the order of equal rows the same
// every time.
func (q *listQuery) order() error {
	desc, byCode := false, false
	for _, o := range q.list.Order {
		f, ok := listFields()[o.Field]
		if !ok {
			return archive.Errorf(archive.Invalid, doingList, o.Field, "no such order")
		}
		desc, byCode = o.Desc, byCode || o.Field == "code"
		if f.own || len(f.among(q.tables)) > 0 { // what no record of the list has orders nothing
			q.fields = append(q.fields, f)
			q.keys, q.desc = append(q.keys, f.key(q.tables)), append(q.desc, desc)
		}
	}
	if !byCode {
		q.keys, q.desc = append(q.keys, "h.code_sort"), append(q.desc, desc)
	}
	q.keys, q.desc = append(q.keys, "h.id"), append(q.desc, desc)
	return nil
}

// indexed tells whether an index has the order, below one series and kind: that of
// codes, or of dates, all in one direction.
func (q *listQuery) indexed() bool {
	if slices.Contains(q.desc, !q.desc[0]) {
		return false
	}
	order := strings.Join(q.keys, " ")
	return order == "h.code_sort h.id" || order == "h.date_sort h.code_sort h.id"
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

// build writes the query; limit 0: all rows.
func (q *listQuery) build(limit int) error {
	if len(q.sources) == 0 {
		return nil
	}
	if len(q.sources) == 1 {
		q.add("SELECT h.id")
		if err := q.selectFrom(q.sources[0]); err != nil {
			return err
		}
		q.orderBy(q.keys)
	} else {
		if err := q.union(limit); err != nil {
			return err
		}
	}
	if limit > 0 {
		q.add(" LIMIT " + strconv.Itoa(limit))
	}
	return nil
}

// union merges the sources. Their keys come along behind the id, since that is how an
// engine can merge what each source has in order already. Of a beginning each source
// gives no more than is asked for: PostgreSQL would sort all of them otherwise.
func (q *listQuery) union(limit int) error {
	places := make([]string, len(q.keys))
	outer, names := "", ""
	for k := range q.keys[:len(q.keys)-1] {
		places[k] = strconv.Itoa(k + 2)
		outer += ", b.key" + places[k]
		names += ", " + q.keys[k] + " AS key" + places[k]
	}
	places[len(places)-1] = "1"
	for i, s := range q.sources {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		if limit > 0 {
			q.add("SELECT b.id" + outer + " FROM (")
		}
		q.add("SELECT h.id AS id" + names)
		if err := q.selectFrom(s); err != nil {
			return err
		}
		if limit > 0 {
			q.orderBy(q.keys)
			q.add(" LIMIT " + strconv.Itoa(limit) + ") b")
		}
	}
	q.orderBy(places)
	return nil
}

func (q *listQuery) selectFrom(s source) error {
	q.add(" FROM holding h" + joins(q.fields, q.tables) + " WHERE ")
	q.add(s.cond, s.args...)
	if q.list.Year != 0 {
		q.add(" AND h.year = ?", q.list.Year)
	}
	for _, f := range q.list.Where {
		if err := q.filter(f); err != nil {
			return err
		}
	}
	q.add(sighted(" AND {see h}", q.sight))
	return nil
}

func (q *listQuery) orderBy(keys []string) {
	for i, key := range keys {
		q.add(map[bool]string{true: " ORDER BY ", false: ", "}[i == 0] + key + map[bool]string{true: " DESC"}[q.desc[i]])
	}
}
