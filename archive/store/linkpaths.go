package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

// ExtraValue is what a field of the site's own says of a holding.
type ExtraValue struct {
	Holding archive.ID
	Parent  archive.ID
	Code    string
	Value   string
}

const extraValues = `SELECT x.holding, h.parent, h.code, x.value FROM extra x JOIN holding h ON h.id = x.holding
	WHERE x.holding > $1 AND x.field = $2 AND x.value <> '' AND {holding h} ORDER BY x.holding LIMIT 2000`

// ExtraValues walks the values of one of the site's own fields, by holding; some at a
// time, so that writers never wait. An error of fn ends it.
func (c *Catalogue) ExtraValues(ctx context.Context, sight access.Sight, field string, fn func(ExtraValue) error) error {
	return walk(func(last ExtraValue) ([]ExtraValue, error) {
		var list []ExtraValue
		err := rows(ctx, c.cat.read, sighted(extraValues, sight), []any{int64(last.Holding), cleaned(field)}, func(r *sql.Rows) error {
			var v ExtraValue
			err := r.Scan(&v.Holding, nullID{&v.Parent}, &v.Code, &v.Value)
			list = append(list, v)
			return err
		})
		return list, fault("read field", field, err)
	}, fn)
}

// walk calls next with the last row it gave until it gives none.
func walk[T any](next func(last T) ([]T, error), fn func(T) error) error {
	var last T
	for {
		list, err := next(last)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, v := range list {
			if err := fn(v); err != nil {
				return err
			}
		}
		last = list[len(list)-1]
	}
}

// FilePath is where an original lies and came from.
type FilePath struct {
	ID     archive.ID
	Root   archive.ID // zero: masters/
	Path   string
	Source string
	Batch  archive.ID
}

const (
	filePaths = `SELECT f.id, f.root, f.path, f.source, f.batch FROM file f
		WHERE f.id > $1 AND f.state <> 'superseded' AND {file f} ORDER BY f.id LIMIT 2000`
	filePathsOf = `SELECT f.id, f.root, f.path, f.source, f.batch FROM file f
		WHERE f.id > $1 AND f.batch = $2 AND f.state <> 'superseded' AND {file f} ORDER BY f.id LIMIT 2000`
)

// FilePaths walks the originals in use of one batch or (zero) of all, as received; some at a
// time, so that writers never wait. An error of fn ends it.
func (c *Catalogue) FilePaths(ctx context.Context, sight access.Sight, batch archive.ID, fn func(FilePath) error) error {
	return walk(func(last FilePath) ([]FilePath, error) {
		query, args := filePaths, []any{int64(last.ID)}
		if batch != 0 {
			query, args = filePathsOf, append(args, int64(batch))
		}
		var list []FilePath
		err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
			var f FilePath
			err := r.Scan(&f.ID, &f.Root, &f.Path, &f.Source, nullID{&f.Batch})
			list = append(list, f)
			return err
		})
		return list, fault("list files", "", err)
	}, fn)
}

// CodeEntry is one line of the list of all 档号.
type CodeEntry struct {
	ID   archive.ID
	Kind archive.HoldingKind
	Code string
}

const allCodes = `SELECT h.id, h.kind, h.code FROM holding h WHERE h.id > $1 AND h.code <> '' AND {holding h} ORDER BY h.id LIMIT 5000`

// Codes walks all 档号; some at a time, so that writers never wait. An error of fn ends it.
func (c *Catalogue) Codes(ctx context.Context, sight access.Sight, fn func(CodeEntry) error) error {
	return walk(func(last CodeEntry) ([]CodeEntry, error) {
		var list []CodeEntry
		err := rows(ctx, c.cat.read, sighted(allCodes, sight), []any{int64(last.ID)}, func(r *sql.Rows) error {
			var e CodeEntry
			err := r.Scan(&e.ID, &e.Kind, &e.Code)
			list = append(list, e)
			return err
		})
		return list, fault("list codes", "", err)
	}, fn)
}
