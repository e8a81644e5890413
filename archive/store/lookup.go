package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const idByCode = `SELECT h.id FROM holding h WHERE h.code = $1 AND h.code <> '' AND h.born NOT IN (SELECT op FROM pending WHERE op <> $2)`

// IDByCode finds a holding by its canonical 档号, among them what this op has added.
func (t *Tx) IDByCode(code string) (archive.ID, error) {
	var id archive.ID
	err := t.tx.QueryRowContext(t.ctx, idByCode, cleaned(code), int64(t.op)).Scan(&id)
	return id, fault("find holding", code, err)
}

const codesLike = `SELECT ` + holdingFields + ` FROM holding h
	WHERE h.code >= $1 AND h.code < $2 AND h.code <> '' AND {holding h} ORDER BY h.code LIMIT $3`

// HoldingsLike lists the first holdings whose canonical 档号 begins with prefix, for
// completing what is typed. Numbers are ordered by digits here, not by value.
func (c *Catalogue) HoldingsLike(ctx context.Context, sight access.Sight, prefix string, limit int) ([]archive.Holding, error) {
	var list []archive.Holding
	var h archive.Holding
	targets := holdingTargets(&h)
	prefix = cleaned(prefix)
	err := rows(ctx, c.cat.read, sighted(codesLike, sight), []any{prefix, afterPrefix(prefix), limit}, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		list = append(list, h)
		return err
	})
	return list, fault("find codes", prefix, err)
}

const filesNamed = `SELECT f.id, f.path FROM file f WHERE f.root = 0 AND f.path >= $1 AND f.path < $2 AND {file f}`

// FilesNamed finds the originals in masters/ whose paths begin with prefix.
func (c *Catalogue) FilesNamed(ctx context.Context, sight access.Sight, prefix string) (map[archive.ID]string, error) {
	found := map[archive.ID]string{}
	prefix = cleaned(prefix)
	err := rows(ctx, c.cat.read, sighted(filesNamed, sight), []any{prefix, afterPrefix(prefix)}, func(r *sql.Rows) error {
		var id archive.ID
		var path string
		err := r.Scan(&id, &path)
		found[id] = path
		return err
	})
	return found, fault("find files", prefix, err)
}

// BatchCount tells what a batch brought.
type BatchCount struct {
	Files    int // taken
	Pages    int
	Unlinked int // of the pages, 待挂接
	Refused  int // of the pages
	NotTaken int // files that were refused
}

const (
	filesOfBatches = `SELECT f.batch, COUNT(*) FROM file f WHERE f.batch IN ({keys}) AND {file f} GROUP BY f.batch`
	pagesOfBatches = `SELECT f.batch, COUNT(*), SUM(CASE WHEN p.holding IS NULL THEN 1 ELSE 0 END),
			SUM(CASE WHEN p.stage = 'refused' THEN 1 ELSE 0 END)
		FROM file f JOIN page p ON p.file = f.id WHERE f.batch IN ({keys}) AND {page p} GROUP BY f.batch`
	refusedOfBatches = `SELECT batch, COUNT(*) FROM refused_input WHERE batch IN ({keys}) GROUP BY batch`
)

// BatchCounts counts what batches brought, as it stands now.
func (c *Catalogue) BatchCounts(ctx context.Context, sight access.Sight, batches []archive.ID) (map[archive.ID]BatchCount, error) {
	found := make(map[archive.ID]BatchCount, len(batches))
	count := func(query string, scan func(r *sql.Rows, id *archive.ID, n *BatchCount) error) error {
		return each(ctx, c.cat.read, sighted(query, sight), batches, func(r *sql.Rows) error {
			var id archive.ID
			var n BatchCount
			if err := scan(r, &id, &n); err != nil {
				return err
			}
			sum := found[id]
			sum.Files += n.Files
			sum.Pages += n.Pages
			sum.Unlinked += n.Unlinked
			sum.Refused += n.Refused
			sum.NotTaken += n.NotTaken
			found[id] = sum
			return nil
		})
	}
	err := count(filesOfBatches, func(r *sql.Rows, id *archive.ID, n *BatchCount) error { return r.Scan(id, &n.Files) })
	if err == nil {
		err = count(pagesOfBatches, func(r *sql.Rows, id *archive.ID, n *BatchCount) error {
			return r.Scan(id, &n.Pages, &n.Unlinked, &n.Refused)
		})
	}
	if err == nil && sight.SeesUnsorted() {
		err = count(refusedOfBatches, func(r *sql.Rows, id *archive.ID, n *BatchCount) error { return r.Scan(id, &n.NotTaken) })
	}
	return found, fault("count batches", "", err)
}

const unlinkedByBatch = `SELECT f.batch, COUNT(*) FROM page p JOIN file f ON f.id = p.file
	WHERE p.holding IS NULL AND {page p} GROUP BY f.batch`

// UnlinkedByBatch counts the pages 待挂接 of the batches that have some. It costs as much
// as there are such pages, however many are held.
func (c *Catalogue) UnlinkedByBatch(ctx context.Context, sight access.Sight) (map[archive.ID]int, error) {
	found := map[archive.ID]int{}
	err := rows(ctx, c.cat.read, sighted(unlinkedByBatch, sight), nil, func(r *sql.Rows) error {
		var id sql.NullInt64
		var n int
		err := r.Scan(&id, &n)
		found[archive.ID(id.Int64)] += n
		return err
	})
	return found, fault("count unlinked pages", "", err)
}
