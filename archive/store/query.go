package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// querier is a pool or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// sighted puts a Sight into a query. {holding h} stands for "the row h of holding may be
// seen and is no part of a pending op"; so do {page p}, {file f} (one of its pages may be
// seen), {batch b}, {quarantine q} and {tally t} for theirs, and {live h} for its second
// half. Classes and ids are numbers and are written into the text, so that parameters
// keep their places.
func sighted(query string, sight access.Sight) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(query, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		token, after, _ := strings.Cut(rest, "}")
		verb, alias, _ := strings.Cut(token, " ")
		switch verb {
		case "holding":
			b.WriteString(holdingSeen(alias, sight) + " AND " + live(alias))
		case "page":
			b.WriteString(pageSeen(alias, sight) + " AND " + live(alias))
		case "file":
			b.WriteString(fileSeen(alias, sight) + " AND " + live(alias))
		case "batch":
			b.WriteString(batchSeen(alias, sight) + " AND " + live(alias))
		case "quarantine":
			b.WriteString(quarantineSeen(alias, sight))
		case "tally":
			b.WriteString(tallySeen(alias, sight))
		case "live":
			b.WriteString(live(alias))
		default:
			b.WriteString("{" + token + "}")
		}
		query = after
	}
}

func live(alias string) string {
	return alias + ".born NOT IN (SELECT op FROM pending)"
}

// placeholders gives "$from, …" for n parameters.
func placeholders(from, n int) string {
	b := make([]byte, 0, n*5)
	for i := range n {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(from+i), 10)
	}
	return string(b)
}

// each runs query for keys in groups; {keys} stands for the parameters of a group,
// and query has no others. Groups come in few sizes, filled up with their last key,
// so that engines keep the prepared statements.
func each[K any](ctx context.Context, db querier, query string, keys []K, scan func(*sql.Rows) error) error {
	for len(keys) > 0 {
		n := min(len(keys), 512)
		size := 512
		for _, s := range []int{1, 8, 64} {
			if n <= s {
				size = s
				break
			}
		}
		args := make([]any, size)
		for i := range args {
			args[i] = keys[min(i, n-1)]
		}
		keys = keys[n:]
		q := strings.Replace(query, "{keys}", placeholders(1, size), 1)
		if err := rows(ctx, db, q, args, scan); err != nil {
			return err
		}
	}
	return nil
}

// rows runs query and calls scan for each row.
func rows(ctx context.Context, db querier, query string, args []any, scan func(*sql.Rows) error) error {
	r, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		if err := scan(r); err != nil {
			return err
		}
	}
	return r.Err()
}

// ids runs a query of one column of ids.
func ids(ctx context.Context, db querier, query string, args ...any) ([]archive.ID, error) {
	list := make([]archive.ID, 0, 64)
	var id any // what the driver gives; to be read into a number it would go through a text
	err := rows(ctx, db, query, args, func(r *sql.Rows) error {
		if err := r.Scan(&id); err != nil {
			return err
		}
		return addID(&list, id)
	})
	return list, err
}

// addID adds an id as a driver gives it.
func addID(list *[]archive.ID, v any) error {
	id, ok := v.(int64)
	if !ok {
		return fmt.Errorf("%v is no id", v)
	}
	*list = append(*list, archive.ID(id))
	return nil
}

// inOrder sorts fetched records into the order they were asked for.
func inOrder[T any](ids []archive.ID, byID map[archive.ID]T) []T {
	list := make([]T, 0, len(byID))
	for _, id := range ids {
		if v, ok := byID[id]; ok {
			list = append(list, v)
		}
	}
	return list
}

// clauses builds a query whose parts depend on what is asked; parameters are
// numbered as they come.
type clauses struct {
	text strings.Builder
	args []any
}

// add writes text, in which each ? becomes the next parameter.
func (c *clauses) add(text string, args ...any) {
	for _, arg := range args {
		before, after, _ := strings.Cut(text, "?")
		c.args = append(c.args, arg)
		c.text.WriteString(before + "$" + strconv.Itoa(len(c.args)))
		text = after
	}
	c.text.WriteString(text)
}
