package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"iter"

	"lantai/archive"
	"lantai/archive/access"
)

// PageFile is a page with the 档号 of its record and its file.
type PageFile struct {
	Code    string // empty: 待挂接
	Ordinal int
	Frame   int
	File    archive.File
}

const pagesFiles = `SELECT p.id, COALESCE(h.code, ''), p.ordinal, p.frame, ` + fileFields + ` FROM page p JOIN file f ON f.id = p.file
	LEFT JOIN holding h ON h.id = p.holding WHERE p.id > $1 AND {page p} ORDER BY p.id LIMIT 2000`

// PagesWithFiles walks all pages in the order in which they came, some at a time.
func (c *Catalogue) PagesWithFiles(ctx context.Context, sight access.Sight) iter.Seq2[PageFile, error] {
	return func(yield func(PageFile, error) bool) {
		query := sighted(pagesFiles, sight)
		var list []PageFile
		for last := archive.ID(0); ; {
			list = list[:0]
			err := rows(ctx, c.cat.read, query, []any{int64(last)}, func(r *sql.Rows) error {
				var p PageFile
				var sum []byte
				err := r.Scan(append([]any{&last, &p.Code, &p.Ordinal, &p.Frame}, fileTargets(&p.File, &sum)...)...)
				p.File.SHA256 = hex.EncodeToString(sum)
				list = append(list, p)
				return err
			})
			if err != nil {
				yield(PageFile{}, fault("list pages", "", err))
				return
			}
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
			if len(list) == 0 {
				return
			}
		}
	}
}
