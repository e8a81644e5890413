package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"lantai/archive"
)

// column ties a column of a table to a field: a pointer to a string or int type. An
// archive.ID of zero is NULL in the table.
type column struct {
	name  string
	field any
}

// columns are the logged columns of a row, in the order of the table.
type columns []column

// list gives the names for a SELECT, each behind alias.
func (c columns) list(alias string) string {
	names := make([]string, len(c))
	for i, col := range c {
		names[i] = alias + "." + col.name
	}
	return strings.Join(names, ", ")
}

// targets are what Scan writes to.
func (c columns) targets() []any {
	t := make([]any, len(c))
	for i, col := range c {
		if id, ok := col.field.(*archive.ID); ok {
			t[i] = nullID{id}
		} else {
			t[i] = col.field
		}
	}
	return t
}

func (c columns) values() []any {
	list := make([]any, len(c))
	for i, col := range c {
		list[i] = col.value()
	}
	return list
}

// value is the field as the drivers take it.
func (c column) value() any {
	switch f := c.field.(type) {
	case *string:
		return *f
	case *int:
		return int64(*f)
	case *int64:
		return *f
	case *archive.HoldingKind:
		return string(*f)
	case *archive.AccessClass:
		return int64(*f)
	case *archive.ID:
		if *f == 0 {
			return nil
		}
		return int64(*f)
	}
	v := reflect.ValueOf(c.field).Elem()
	if v.Kind() == reflect.String {
		return v.String()
	}
	return v.Int()
}

// logged is the field as the log writes it: ids as strings, since a JSON number does
// not hold 63 bits everywhere.
func (c column) logged() any {
	if id, ok := c.field.(*archive.ID); ok {
		return id.String()
	}
	return c.value()
}

func (c column) empty() bool {
	switch f := c.field.(type) {
	case *string:
		return *f == ""
	case *int:
		return *f == 0
	case *archive.ID:
		return *f == 0
	}
	return reflect.ValueOf(c.field).Elem().IsZero()
}

// set reads a value of the log back.
func (c column) set(raw json.RawMessage) error { return json.Unmarshal(raw, c.field) }

type nullID struct{ id *archive.ID }

// Scan takes NULL as none.
func (n nullID) Scan(v any) error {
	var i sql.NullInt64
	if err := i.Scan(v); err != nil {
		return err
	}
	*n.id = archive.ID(i.Int64)
	return nil
}

// object writes columns as a JSON object, those alone that keep says; "" if none.
func (c columns) object(keep func(i int) bool) (string, error) {
	b := make([]byte, 0, 256)
	for i, col := range c {
		if !keep(i) {
			continue
		}
		if len(b) == 0 {
			b = append(b, '{')
		} else {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), col.name...), '"', ':')
		var err error
		if b, err = appendLogged(b, col.logged()); err != nil {
			return "", err
		}
	}
	if len(b) == 0 {
		return "", nil
	}
	return string(append(b, '}')), nil
}

// appendLogged writes a value as encoding/json does, the plain ones without its cost.
func appendLogged(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case string:
		if plain(v) {
			return append(append(append(b, '"'), v...), '"'), nil
		}
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

// plain tells whether JSON writes a text as it is.
func plain(s string) bool {
	for _, r := range s {
		switch r {
		case '"', '\\', '<', '>', '&', '\u2028', '\u2029', utf8.RuneError:
			return false
		}
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return true
}

// filled is the object of a whole row: what is not empty.
func (c columns) filled() (string, error) {
	s, err := c.object(func(i int) bool { return !c[i].empty() })
	if s == "" && err == nil {
		s = "{}"
	}
	return s, err
}

// differing gives the objects of the columns that differ, and which those are.
func differing(before, after columns) (from, to string, which []int, err error) {
	differ := func(i int) bool { return before[i].value() != after[i].value() }
	for i := range before {
		if differ(i) {
			which = append(which, i)
		}
	}
	if from, err = before.object(differ); err != nil {
		return "", "", nil, err
	}
	to, err = after.object(differ)
	return from, to, which, err
}

// check refuses text that not both engines can hold.
func (c columns) check(doing string) error {
	for _, col := range c {
		if s, ok := col.value().(string); ok && !storable(s) {
			return archive.Errorf(archive.Invalid, doing, col.name, "not valid UTF-8, or with a zero byte")
		}
	}
	return nil
}

func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// cleaned makes any bytes storable, rune by rune.
func cleaned(s string) string {
	if storable(s) {
		return s
	}
	return strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
}

// insert adds a row: id, the columns, then extra columns that are not logged.
func insert(ctx context.Context, db querier, table string, id archive.ID, cols columns, extra ...any) error {
	names := "id, " + strings.Join(cols.names(), ", ")
	args := append([]any{int64(id)}, cols.values()...)
	for i := 0; i < len(extra); i += 2 {
		names += ", " + extra[i].(string)
		args = append(args, extra[i+1]) //nolint:gosec // pairs of a name and its value
	}
	q := "INSERT INTO " + table + " (" + names + ") VALUES (" + placeholders(1, len(args)) + ")"
	_, err := db.ExecContext(ctx, q, args...)
	return err
}

// insertRows is insertGroups for rows that are there already.
func insertRows(ctx context.Context, db querier, query string, list [][]any) error {
	if len(list) == 0 {
		return nil
	}
	return insertGroups(ctx, db, query, len(list[0]), len(list), func(i int, args []any) []any { return append(args, list[i]...) })
}

// insertGroups adds n rows by a statement in which {rows} stands for their values, many
// at a time. Groups come in few sizes, so that engines keep the prepared statements.
func insertGroups(ctx context.Context, db querier, query string, wide, n int, row func(i int, args []any) []any) error {
	var text string
	var args []any
	for at, had := 0, 0; at < n; at += had {
		size := 1
		for _, s := range []int{64, 16, 4} {
			if n-at >= s {
				size = s
				break
			}
		}
		if size != had {
			text = strings.Replace(query, "{rows}", valueGroups(wide, size), 1)
			had = size
		}
		args = args[:0]
		for i := range size {
			args = row(at+i, args)
		}
		if _, err := db.ExecContext(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

// valueGroups are the placeholders of so many rows.
func valueGroups(wide, rows int) string {
	groups := make([]string, rows)
	for i := range groups {
		groups[i] = "(" + placeholders(1+i*wide, wide) + ")"
	}
	return strings.Join(groups, ", ")
}

// update writes some columns of a row, then extra ones.
func update(ctx context.Context, db querier, table string, id archive.ID, cols columns, which []int, extra ...any) error {
	var sets []string
	var args []any
	put := func(name string, v any) {
		args = append(args, v)
		sets = append(sets, name+" = $"+strconv.Itoa(len(args)))
	}
	for _, i := range which {
		put(cols[i].name, cols[i].value())
	}
	for i := 0; i < len(extra); i += 2 {
		put(extra[i].(string), extra[i+1]) //nolint:gosec // pairs of a name and its value
	}
	if len(sets) == 0 {
		return nil
	}
	args = append(args, int64(id))
	q := "UPDATE " + table + " SET " + strings.Join(sets, ", ") + " WHERE id = $" + strconv.Itoa(len(args))
	_, err := db.ExecContext(ctx, q, args...)
	return err
}

func (c columns) names() []string {
	names := make([]string, len(c))
	for i, col := range c {
		names[i] = col.name
	}
	return names
}
