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
	Field string // a name as [archive.Field] knows it, "kind", or a field of the site's own behind ExtraColumn
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

// listQuery is a list on its way to SQL.
type listQuery struct {
	clauses
	list    List
	sight   access.Sight
	tables  map[string]bool // that records of the list's kinds have rows in
	keys    []string        // what it is ordered by, as SQL
	desc    []bool
	fields  []listField // that order and filters read
	extras  []string    // fields of the site's own among them
	sources []source    // none: nothing is there
}

func (c *Catalogue) listQuery(ctx context.Context, sight access.Sight, list List) (*listQuery, error) {
	q := &listQuery{list: list, sight: sight, tables: tablesOf(list.Kinds)}
	if err := q.order(); err != nil {
		return nil, err
	}
	for _, f := range list.Where {
		field, _ := q.field(f.Field)
		q.fields = append(q.fields, field)
	}
	return q, c.findSources(ctx, q)
}

// order reads the keys, and adds those that make the order of equal rows the same
// every time.
func (q *listQuery) order() error {
	desc, byCode := false, false
	for _, o := range q.list.Order {
		f, ok := q.field(o.Field)
		if !ok {
			return archive.Errorf(archive.Invalid, doingList, o.Field, "no such order")
		}
		desc, byCode = o.Desc, byCode || o.Field == "code"
		if f.extra != "" { // engines do not agree where nothing stands
			q.keys, q.desc = append(q.keys, "CASE WHEN "+f.extra+".sort IS NULL THEN 0 ELSE 1 END"), append(q.desc, desc)
		}
		if f.own || f.extra != "" || len(f.among(q.tables)) > 0 { // what no record of the list has orders nothing
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
	q.add(" FROM holding h" + joins(q.fields, q.tables))
	for n, name := range q.extras {
		x := extraAlias(n)
		q.add(" LEFT JOIN extra "+x+" ON "+x+".holding = h.id AND "+x+".field = ?", name)
	}
	q.add(" WHERE ")
	q.add(s.cond, s.args...)
	if q.list.Year != 0 {
		q.add(" AND h.year = ?", q.list.Year)
	}
	for _, f := range q.list.Where {
		if err := q.filter(f); err != nil {
			return err
		}
	}
	q.add(sighted(" AND {holding h}", q.sight))
	return nil
}

func (q *listQuery) orderBy(keys []string) {
	for i, key := range keys {
		q.add(map[bool]string{true: " ORDER BY ", false: ", "}[i == 0] + key + map[bool]string{true: " DESC"}[q.desc[i]])
	}
}
