package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"lantai/archive"
)

// NewRow is one holding of an import with its fields of the site's own.
type NewRow struct {
	Record archive.Record // a container or a single record
	Extra  map[string]string
}

// AddRows is Add for many at once, several times as quick. An id
// that is set is taken, so that a row may name another of the same call as its parent;
// it must come from NewID. It stops with a Conflict that names the code when one is
// taken, or stands twice in the call, and with Busy when it belongs to another long
// write; the transaction has then to be given up.
func (t *Tx) AddRows(list []NewRow) error {
	const doing = "add holdings"
	sheets, cols := make([]sheet, len(list)), make([]columns, len(list))
	for i, row := range list {
		h := row.Record.Common()
		if item, ok := row.Record.(*archive.Item); ok && item.Kind == "" {
			item.Kind = archive.KindItem
		}
		if !h.Kind.IsContainer() && !h.Kind.IsSingle() || !fitsKind(row.Record, h.Kind) {
			return archive.Errorf(archive.Invalid, doing, h.Code, "a %q is neither container nor single record", h.Kind)
		}
		s := sheetOf(row.Record)
		if s.h.ID == 0 {
			s.h.ID = t.NewID()
		}
		s.h.Rev = 1
		if err := t.place(doing, s); err != nil {
			return err
		}
		cols[i] = s.columns()
		if err := cols[i].check(doing); err != nil {
			return err
		}
		if err := t.mayKeep(doing, s, cols[i]); err != nil {
			return err
		}
		if s.h.Access < 0 {
			return archive.Errorf(archive.Invalid, doing, s.h.Code, "access class %d", s.h.Access)
		}
		if err := t.touch(doing, s.chain()); err != nil {
			return err
		}
		t.chains[s.h.ID] = s.chain()
		sheets[i] = s
	}
	if err := t.codesFree(doing, sheets); err != nil {
		return err
	}
	if err := t.insertSheets(sheets, cols); err != nil {
		return fault(doing, "", err)
	}
	for i, s := range sheets {
		if err := t.noteAdded(doing, s, cols[i], list[i].Extra); err != nil {
			return err
		}
	}
	return nil
}

// noteAdded counts and logs a new row, and writes its own fields.
func (t *Tx) noteAdded(doing string, s sheet, cols columns, extra map[string]string) error {
	t.countHolding(+1, s.chain())
	t.mark(nounHolding, s.h.ID, urgencyNew)
	after, err := cols.filled()
	if err != nil {
		return fault(doing, s.h.Code, err)
	}
	if err := t.log(string(s.h.Kind), s.h.ID, "", after); err != nil {
		return err
	}
	for field, value := range extra {
		if field == "" || !storable(field) || !storable(value) {
			return archive.Errorf(archive.Invalid, doing, s.h.Code, "own field %q: a name that is empty, or text that is not valid UTF-8 or has a zero byte", field)
		}
	}
	if err := t.mayKeepOwn(doing, s.h.Code, s.chain(), extra); err != nil {
		return err
	}
	object := fieldsObject(extra)
	if object == "" {
		return nil
	}
	if err := t.writeExtra(s.h.ID, extra); err != nil {
		return fault(doing, s.h.Code, err)
	}
	return t.log(nounExtra, s.h.ID, "", object)
}

const codeOwners = `SELECT h.code, CASE WHEN h.born IN (SELECT op FROM pending) THEN 1 ELSE 0 END
	FROM holding h WHERE h.code IN ({keys}) AND h.code <> ''`

// codesFree is codeFree for many.
func (t *Tx) codesFree(doing string, sheets []sheet) error {
	codes := make([]string, 0, len(sheets))
	for _, s := range sheets {
		if s.h.Code != "" {
			codes = append(codes, s.h.Code)
		}
	}
	var taken string
	var pending bool
	if err := each(t.ctx, t.tx, codeOwners, codes, func(r *sql.Rows) error { return r.Scan(&taken, &pending) }); err != nil {
		return fault(doing, "", err)
	}
	slices.Sort(codes)
	for i, code := range codes {
		if i > 0 && code == codes[i-1] {
			taken = code
		}
	}
	switch {
	case taken == "":
		return nil
	case pending:
		return archive.Errorf(archive.Busy, doing, taken, "another long write is adding the code")
	}
	return archive.Errorf(archive.Conflict, doing, taken, "the code is taken")
}

// insertSheets writes new rows to holding and to the tables of their kinds.
func (t *Tx) insertSheets(sheets []sheet, cols []columns) error {
	if len(sheets) == 0 {
		return nil
	}
	common := len(holdingColumns(sheets[0].h))
	said := stated("holding", len(sheets), func(i int) columns { return cols[i][:common] })
	names := cols[0][:common].appendNames(said, []string{"id"})
	derived := sheets[0].derived()
	for k := 0; k < len(derived); k += 2 {
		names = append(names, derived[k].(string))
	}
	born := int64(t.op)
	err := insertMany(t.ctx, t.tx, "holding", "", append(names, "born"), len(sheets), func(i int, args []any) []any {
		s := sheets[i]
		args = cols[i][:common].appendSaid(said, append(args, int64(s.h.ID)))
		derived := s.derived()
		for k := 0; k < len(derived); k += 2 {
			args = append(args, derived[k+1])
		}
		return append(args, born)
	})
	type own struct {
		id   archive.ID
		cols columns
	}
	byTable := map[string][]own{}
	for i, s := range sheets {
		rest := cols[i][common:]
		for _, p := range s.parts {
			byTable[p.table] = append(byTable[p.table], own{s.h.ID, rest[:len(p.cols)]})
			rest = rest[len(p.cols):]
		}
	}
	for _, table := range kindTables() {
		list := byTable[table]
		if err != nil || len(list) == 0 {
			continue
		}
		said := stated(table, len(list), func(i int) columns { return list[i].cols })
		err = insertMany(t.ctx, t.tx, table, "", list[0].cols.appendNames(said, []string{"id"}), len(list), func(i int, args []any) []any {
			return list[i].cols.appendSaid(said, append(args, int64(list[i].id)))
		})
	}
	return err
}

// undefaulted is how many columns of a table, from the first, have to be stated: the
// tables give the others a default.
func undefaulted(table string) int {
	return map[string]int{"holding": 11, "fonds": 5, "series": 5, "container": 6, "item": 8}[table]
}

// stated tells which columns say something in any of n rows. Most records leave most of
// their fields empty, and each value that is bound costs.
func stated(table string, n int, row func(i int) columns) []bool {
	said := make([]bool, len(row(0)))
	for k := range said[:undefaulted(table)] {
		said[k] = true
	}
	for i := range n {
		for k, col := range row(i) {
			said[k] = said[k] || !col.empty()
		}
	}
	return said
}

// appendNames adds the names of the columns that are said.
func (c columns) appendNames(said []bool, names []string) []string {
	for i, col := range c {
		if said[i] {
			names = append(names, col.name)
		}
	}
	return names
}

// appendSaid adds their values.
func (c columns) appendSaid(said []bool, values []any) []any {
	for i, col := range c {
		if said[i] {
			values = append(values, col.value())
		}
	}
	return values
}

// insertMany adds n rows, whose values row appends in the order of names. clause follows
// the values.
func insertMany(ctx context.Context, db querier, table, clause string, names []string, n int, row func(i int, args []any) []any) error {
	query := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES {rows}" + clause
	return insertGroups(ctx, db, query, len(names), n, row)
}
