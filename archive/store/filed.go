package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"

	"lantai/archive"
)

// Filed is an op that filed classes (归档).
type Filed struct {
	Op       archive.ID
	Prefixes []string // of those that are not arranged again
}

// FiledOriginal is an original in masters/ with the record that its first page lies in.
type FiledOriginal struct {
	File    archive.File
	Holding archive.ID
	Ordinal int // of the first page, in its record
}

const (
	filedSince = `SELECT o.id, n.prefix FROM op o JOIN change ch ON ch.op = o.id AND ch.noun = 'numbering'
		LEFT JOIN numbering n ON n.id = ch.id AND n.arranged <> ''
		WHERE o.kind = $1 AND o.id > $2 AND o.number IS NOT NULL ORDER BY o.id, ch.seq`
	filedOriginals = `SELECT p.holding, p.ordinal, ` + fileFields + ` FROM holding h JOIN page p ON p.holding = h.id JOIN file f ON f.id = p.file
		WHERE h.code >= $1 AND h.code < $2 AND h.code <> '' AND p.frame = 0 AND f.root = 0 AND f.state <> 'quarantined'
		ORDER BY h.code_sort, p.ordinal, f.id`
)

// FiledSince lists the ops behind one that filed classes, the oldest first.
func (c *Catalogue) FiledSince(ctx context.Context, after archive.ID) ([]Filed, error) {
	var list []Filed
	err := rows(ctx, c.cat.read, filedSince, []any{string(archive.OpCodeFile), int64(after)}, func(r *sql.Rows) error {
		var op archive.ID
		var prefix sql.NullString
		if err := r.Scan(&op, &prefix); err != nil {
			return err
		}
		if n := len(list); n == 0 || list[n-1].Op != op {
			list = append(list, Filed{Op: op})
		}
		if at := &list[len(list)-1]; prefix.String != "" && !slices.Contains(at.Prefixes, prefix.String) {
			at.Prefixes = append(at.Prefixes, prefix.String)
		}
		return nil
	})
	return list, fault("list filed classes", "", err)
}

// FiledOriginals lists the originals of the records whose codes begin with prefix, by code
// and page. What lies on storage roots or in quarantine is left out.
func (c *Catalogue) FiledOriginals(ctx context.Context, prefix string) ([]FiledOriginal, error) {
	var list []FiledOriginal
	err := rows(ctx, c.cat.read, filedOriginals, []any{prefix, afterPrefix(prefix)}, func(r *sql.Rows) error {
		var o FiledOriginal
		var sum []byte
		if err := r.Scan(append([]any{&o.Holding, &o.Ordinal}, fileTargets(&o.File, &sum)...)...); err != nil {
			return err
		}
		o.File.SHA256 = hex.EncodeToString(sum)
		list = append(list, o)
		return nil
	})
	return list, fault("list originals", prefix, err)
}
