package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

// orders are the ORDER BY of each Sort, ascending and descending. The last columns
// make the order of equal rows the same every time.
func orders(by Sort, desc bool) (string, bool) {
	column, ok := map[Sort]string{
		"": "", ByCode: "", ByTitle: "h.title_pinyin", ByDate: "h.date_sort", ByYear: "h.year", ByRetention: "h.retention",
	}[by]
	direction := ""
	if desc {
		direction = " DESC"
	}
	if column != "" {
		column += direction + ", "
	}
	return " ORDER BY " + column + "h.code_sort" + direction + ", h.id" + direction, ok
}

// Children lists ids of holdings.
func (c *Catalogue) Children(ctx context.Context, sight access.Sight, list List) ([]archive.ID, error) {
	const doing = "list holdings"
	order, ok := orders(list.Sort, list.Desc)
	if !ok {
		return nil, archive.Errorf(archive.Invalid, doing, string(list.Sort), "no such order")
	}
	q := &clauses{}
	q.add("SELECT h.id FROM holding h")
	switch {
	case list.Box != 0:
		q.add(" JOIN item i ON i.id = h.id WHERE i.box = ?", int64(list.Box))
	case list.Below != 0:
		at, err := c.Holding(ctx, sight, list.Below)
		if err != nil {
			return nil, err
		}
		if at.Kind == archive.KindFonds {
			q.add(" WHERE h.series IN (SELECT s.id FROM holding s WHERE s.parent = ?)", int64(at.ID))
		} else {
			q.add(" WHERE h.series = ? AND h.id <> ?", int64(at.ID), int64(at.ID))
		}
	case list.Parent != 0:
		q.add(" WHERE h.parent = ?", int64(list.Parent))
	default:
		q.add(" WHERE h.parent IS NULL")
	}
	if len(list.Kinds) > 0 {
		q.add(" AND h.kind IN (")
		for i, k := range list.Kinds {
			if i > 0 {
				q.add(", ")
			}
			q.add("?", string(k))
		}
		q.add(")")
	}
	if list.Year != 0 {
		q.add(" AND h.year = ?", list.Year)
	}
	q.add(sighted(" AND {see h}", sight) + order)
	found, err := ids(ctx, c.cat.read, q.text.String(), q.args...)
	return found, fault(doing, "", err)
}

const (
	itemRows = `SELECT h.id, h.kind, h.code, h.title, COALESCE(i.author, v.author, ''), h.date, h.year,
			COALESCE(i.doc_no, ''), h.retention, COALESCE(i.page_count, v.page_count, 0), h.rev
		FROM holding h LEFT JOIN item i ON i.id = h.id LEFT JOIN container v ON v.id = h.id
		WHERE h.id IN ({keys}) AND {see h}`
	linkedPages = `SELECT p.holding, COUNT(*) FROM page p WHERE p.holding IN ({keys}) AND {see p} GROUP BY p.holding`
)

// ItemRows is Holdings with the columns that a list of items or containers shows.
func (c *Catalogue) ItemRows(ctx context.Context, sight access.Sight, ids []archive.ID) ([]ItemRow, error) {
	found := make(map[archive.ID]ItemRow, len(ids))
	err := each(ctx, c.cat.read, sighted(itemRows, sight), ids, func(r *sql.Rows) error {
		var row ItemRow
		if err := r.Scan(&row.ID, &row.Kind, &row.Code, &row.Title, &row.Author, &row.Date, &row.Year,
			&row.DocNo, &row.Retention, &row.PageCount, &row.Rev); err != nil {
			return err
		}
		found[row.ID] = row
		return nil
	})
	if err == nil {
		err = each(ctx, c.cat.read, sighted(linkedPages, sight), ids, func(r *sql.Rows) error {
			var id archive.ID
			var n int
			if err := r.Scan(&id, &n); err != nil {
				return err
			}
			if row, ok := found[id]; ok {
				row.Pages = n
				found[id] = row
			}
			return nil
		})
	}
	if err != nil {
		return nil, fault("read list", "", err)
	}
	return inOrder(ids, found), nil
}

const (
	tallyOf = `SELECT t.node, t.kind, SUM(t.n) FROM tally t WHERE t.node IN ({keys}) AND {class t} GROUP BY t.node, t.kind`
)

// counted reads the tally of nodes.
func (c *Catalogue) counted(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]map[string]int, error) {
	found := make(map[archive.ID]map[string]int, len(nodes))
	err := each(ctx, c.cat.read, sighted(tallyOf, sight), nodes, func(r *sql.Rows) error {
		var node archive.ID
		var kind string
		var n int
		if err := r.Scan(&node, &kind, &n); err != nil {
			return err
		}
		if found[node] == nil {
			found[node] = map[string]int{}
		}
		found[node][kind] = n
		return nil
	})
	return found, fault("count holdings", "", err)
}

// Counts tells how much lies below a fonds, series or container; zero: in the archive.
func (c *Catalogue) Counts(ctx context.Context, sight access.Sight, node archive.ID) (Count, error) {
	counts, err := c.ChildCounts(ctx, sight, []archive.ID{node})
	return counts[node], err
}

// ChildCounts is Counts for many nodes, for a tree.
func (c *Catalogue) ChildCounts(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]Count, error) {
	found, err := c.counted(ctx, sight, nodes)
	if err != nil {
		return nil, err
	}
	counts := make(map[archive.ID]Count, len(nodes))
	for _, node := range nodes {
		n := Count{Holdings: map[archive.HoldingKind]int{}}
		for _, kind := range archive.Kinds() {
			if k := found[node][string(kind)]; k != 0 {
				n.Holdings[kind] = k
			}
		}
		n.Pages = found[node][tallyPage]
		counts[node] = n
	}
	return counts, nil
}
