package store

import (
	"context"
	"database/sql"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// Row is a record in a list with the fields that were asked for.
type Row struct {
	ID    archive.ID
	Kind  archive.HoldingKind
	Rev   int
	Cells []string // as written: "" for a number that is not stated
}

// ColumnPages is a column of [Catalogue.Rows] that is no field: how many linked page
// images of the record may be seen.
const ColumnPages = "pages"

// ExtraColumn stands before the name of a field of the site's own that is a column of
// [Catalogue.Rows].
const ExtraColumn = "extra:"

// Rows fetches a window of a list with some columns: names as [archive.Field] knows them,
// "kind", ColumnPages, or a field of the site's own behind ExtraColumn. Rows come in the order of ids; what is gone or may not be seen is
// left out.
func (c *Catalogue) Rows(ctx context.Context, sight access.Sight, ids []archive.ID, columns []string) ([]Row, error) {
	const doing = "read list"
	var fields []listField
	pages, own := -1, false
	tables := tablesOf(nil)
	query := "SELECT h.id, h.kind, h.rev"
	for i, name := range columns {
		f, ok := listFields()[name]
		switch {
		case name == ColumnPages:
			pages = i
			query += ", ''"
			continue
		case strings.HasPrefix(name, ExtraColumn):
			own = true
			query += ", ''"
			continue
		case !ok:
			return nil, archive.Errorf(archive.Invalid, doing, name, "no such field")
		}
		fields = append(fields, f)
		query += ", " + f.expr(tables)
	}
	query += " FROM holding h" + joins(fields, tables) + " WHERE h.id IN ({keys}) AND {holding h}"
	found := make(map[archive.ID]Row, len(ids))
	if err := each(ctx, c.cat.read, sighted(query, sight), ids, func(r *sql.Rows) error {
		row := Row{Cells: make([]string, len(columns))}
		targets := []any{&row.ID, &row.Kind, &row.Rev}
		for i := range row.Cells {
			targets = append(targets, &row.Cells[i])
		}
		err := r.Scan(targets...)
		for i, name := range columns {
			if listFields()[name].number && row.Cells[i] == "0" {
				row.Cells[i] = ""
			}
		}
		found[row.ID] = row
		return err
	}); err != nil {
		return nil, fault(doing, "", err)
	}
	if own {
		if err := c.ownColumns(ctx, sight, ids, columns, found); err != nil {
			return nil, err
		}
	}
	if pages >= 0 {
		if err := each(ctx, c.cat.read, sighted(linkedPages, sight), ids, func(r *sql.Rows) error {
			var id archive.ID
			var n string
			err := r.Scan(&id, &n)
			if row, ok := found[id]; ok {
				row.Cells[pages] = n
			}
			return err
		}); err != nil {
			return nil, fault(doing, "", err)
		}
	}
	return inOrder(ids, found), nil
}

// ownColumns fills in the columns of fields of the site's own.
func (c *Catalogue) ownColumns(ctx context.Context, sight access.Sight, ids []archive.ID, columns []string, found map[archive.ID]Row) error {
	extras, err := c.Extras(ctx, sight, ids)
	for id, fields := range extras {
		row, ok := found[id]
		for i, name := range columns {
			if field, own := strings.CutPrefix(name, ExtraColumn); own && ok {
				row.Cells[i] = fields[field]
			}
		}
	}
	return err
}

const (
	itemRows = `SELECT h.id, h.kind, h.code, h.title, COALESCE(i.author, v.author, ''), h.date, h.year,
			COALESCE(i.doc_no, ''), h.retention, COALESCE(i.page_count, v.page_count, 0), h.rev
		FROM holding h LEFT JOIN item i ON i.id = h.id LEFT JOIN container v ON v.id = h.id
		WHERE h.id IN ({keys}) AND {holding h}`
	linkedPages = `SELECT p.holding, COUNT(*) FROM page p WHERE p.holding IN ({keys}) AND {page p} GROUP BY p.holding`
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
