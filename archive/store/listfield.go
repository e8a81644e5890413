package store

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"lantai/archive"
)

// listField is a field of records as lists read, order and filter it.
type listField struct {
	name   string
	own    bool     // a column of holding
	number bool     // a whole number; otherwise text
	tables []string // of kinds that have it, in the order of kindTables
	extra  string   // instead: what the row of a field of the site's own is called in the query
}

// kindAlias is what the table of a kind is called in the queries of lists.
func kindAlias(table string) string { return "k_" + table }

// tablesOf are the tables that records of some kinds have rows in; without kinds, all.
func tablesOf(kinds []archive.HoldingKind) map[string]bool {
	if len(kinds) == 0 {
		kinds = archive.Kinds()
	}
	tables := map[string]bool{}
	for _, kind := range kinds {
		if archive.NewRecord(kind) == nil {
			continue
		}
		for _, p := range blankSheet(kind).parts {
			tables[p.table] = true
		}
	}
	return tables
}

// listFields are the fields of all kinds by name. Ids are no fields: nobody reads them.
var listFields = sync.OnceValue(func() map[string]listField {
	fields := map[string]listField{"kind": {name: "kind", own: true}}
	add := func(table string, cols columns) {
		for _, col := range cols {
			if _, isID := col.field.(*archive.ID); isID {
				continue
			}
			f := fields[col.name]
			f.name = col.name
			_, text := col.value().(string)
			f.number = !text
			switch {
			case table == "holding":
				f.own = true
			case !f.own && !slices.Contains(f.tables, table):
				f.tables = append(f.tables, table)
			}
			fields[col.name] = f
		}
	}
	add("holding", bind((&archive.Holding{}).Described()))
	for _, table := range kindTables() {
		for _, kind := range archive.Kinds() {
			for _, p := range blankSheet(kind).parts {
				if p.table == table {
					add(table, p.cols)
				}
			}
		}
	}
	return fields
})

// Listed tells whether lists can be ordered and filtered by a field of records.
func Listed(field string) bool {
	_, known := listFields()[field]
	return known
}

// extraAlias is what the row of a field of the site's own is called in a query.
func extraAlias(n int) string { return "x" + strconv.Itoa(n) }

// field finds a field by name. One of the site's own is joined to the query.
func (q *listQuery) field(name string) (f listField, ok bool) {
	own, extra := strings.CutPrefix(name, ExtraColumn)
	if !extra {
		f, ok = listFields()[name]
		return f, ok
	}
	if own == "" || !storable(own) {
		return f, false
	}
	n := slices.Index(q.extras, own)
	if n < 0 {
		n = len(q.extras)
		q.extras = append(q.extras, own)
	}
	return listField{name: name, extra: extraAlias(n)}, true
}

// among gives the tables of the field that records of the kinds at hand have.
func (f listField) among(tables map[string]bool) []string {
	var list []string
	for _, t := range f.tables {
		if tables[t] {
			list = append(list, t)
		}
	}
	return list
}

// expr is the field as SQL over the aliases of the tables at hand; what a record does
// not have is empty.
func (f listField) expr(tables map[string]bool) string {
	switch {
	case f.own:
		return "h." + f.name
	case f.extra != "":
		return "COALESCE(" + f.extra + ".value, '')"
	}
	empty := "''"
	if f.number {
		empty = "0"
	}
	var parts []string
	for _, t := range f.among(tables) {
		parts = append(parts, kindAlias(t)+"."+f.name)
	}
	if len(parts) == 0 {
		return empty
	}
	return "COALESCE(" + strings.Join(append(parts, empty), ", ") + ")"
}

// key is what the field is ordered by: a sort key where there is one.
func (f listField) key(tables map[string]bool) string {
	switch f.name {
	case "code":
		return "h.code_sort"
	case "title":
		return "h.title_pinyin"
	case "date":
		return "h.date_sort"
	}
	if f.extra != "" {
		return f.extra + ".sort"
	}
	return f.expr(tables)
}

// joins joins the tables that some fields need.
func joins(fields []listField, tables map[string]bool) string {
	need := map[string]bool{}
	for _, f := range fields {
		if f.own {
			continue
		}
		for _, t := range f.among(tables) {
			need[t] = true
		}
	}
	var b strings.Builder
	for _, t := range kindTables() {
		if need[t] {
			b.WriteString(" LEFT JOIN " + t + " " + kindAlias(t) + " ON " + kindAlias(t) + ".id = h.id")
		}
	}
	return b.String()
}
