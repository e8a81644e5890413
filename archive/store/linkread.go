package store

import (
	"context"
	"database/sql"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// Image is a page with what tells where it belongs: the path it came under.
type Image struct {
	Page    archive.ID
	File    archive.ID
	Frame   int        // 0-based in the file
	Holding archive.ID // zero: 待挂接
	Ordinal int
	Source  string // path below the folder it was received from
	Batch   archive.ID
	Bytes   int64 // of the file
}

const (
	imageFields = `p.id, p.file, p.frame, p.holding, p.ordinal, f.source, f.batch, f.bytes`
	fromImages  = `SELECT ` + imageFields + ` FROM page p JOIN file f ON f.id = p.file `
	looseImages = fromImages + `WHERE p.holding IS NULL AND (p.file, p.frame) > ($1, $2) AND {page p}
		ORDER BY p.file, p.frame LIMIT 2000`
	looseImagesOf = fromImages + `WHERE p.holding IS NULL AND f.id >= $1 AND f.batch = $2 AND (f.id > $3 OR p.frame > $4) AND {page p}
		ORDER BY f.id, p.frame LIMIT 2000`
	imagesByID    = fromImages + `WHERE p.id IN ({keys}) AND {page p}`
	imagesOf      = fromImages + `WHERE p.holding IN ({keys}) AND {page p} ORDER BY p.holding, p.ordinal, p.id`
	imagesOfFiles = fromImages + `WHERE p.file IN ({keys}) AND {page p} ORDER BY p.file, p.frame`
)

func scanImage(r *sql.Rows) (Image, error) {
	var i Image
	err := r.Scan(&i.Page, &i.File, &i.Frame, nullID{&i.Holding}, &i.Ordinal, &i.Source, nullID{&i.Batch}, &i.Bytes)
	return i, err
}

// LooseImages walks the pages 待挂接, of one batch or (zero) of all, files as received
// and their frames in order; some at a time, so that writers never wait. An error of fn
// ends it.
func (c *Catalogue) LooseImages(ctx context.Context, sight access.Sight, batch archive.ID, fn func(Image) error) error {
	query := looseImages
	if batch != 0 {
		query = looseImagesOf
	}
	return walk(func(last Image) ([]Image, error) {
		args := []any{int64(last.File), last.Frame}
		if batch != 0 {
			args = []any{int64(last.File), int64(batch), int64(last.File), last.Frame}
		}
		list, err := c.images(ctx, query, sight, args...)
		return list, fault("list unlinked pages", batch.String(), err)
	}, fn)
}

func (c *Catalogue) images(ctx context.Context, query string, sight access.Sight, args ...any) ([]Image, error) {
	var list []Image
	err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
		i, err := scanImage(r)
		list = append(list, i)
		return err
	})
	return list, err
}

// Images fetches pages in the order of ids.
func (c *Catalogue) Images(ctx context.Context, sight access.Sight, ids []archive.ID) ([]Image, error) {
	found := make(map[archive.ID]Image, len(ids))
	err := each(ctx, c.cat.read, sighted(imagesByID, sight), ids, func(r *sql.Rows) error {
		i, err := scanImage(r)
		found[i.Page] = i
		return err
	})
	return inOrder(ids, found), fault("read pages", "", err)
}

// ImagesOf lists the pages of holdings, in order.
func (c *Catalogue) ImagesOf(ctx context.Context, sight access.Sight, holdings []archive.ID) (map[archive.ID][]Image, error) {
	return c.imagesBy(ctx, imagesOf, sight, holdings, func(i Image) archive.ID { return i.Holding })
}

// ImagesOfFiles lists the pages of files, in order.
func (c *Catalogue) ImagesOfFiles(ctx context.Context, sight access.Sight, files []archive.ID) (map[archive.ID][]Image, error) {
	return c.imagesBy(ctx, imagesOfFiles, sight, files, func(i Image) archive.ID { return i.File })
}

func (c *Catalogue) imagesBy(ctx context.Context, query string, sight access.Sight, keys []archive.ID, key func(Image) archive.ID) (map[archive.ID][]Image, error) {
	found := make(map[archive.ID][]Image, len(keys))
	err := each(ctx, c.cat.read, sighted(query, sight), keys, func(r *sql.Rows) error {
		i, err := scanImage(r)
		found[key(i)] = append(found[key(i)], i)
		return err
	})
	return found, fault("list pages", "", err)
}

// Paged is a holding with what its catalogue says of its pages.
type Paged struct {
	ID        archive.ID
	Kind      archive.HoldingKind
	Parent    archive.ID
	Code      string
	PageCount int    // 页数; 0: not stated
	PageNo    string // 页号 in the volume; of items alone
}

const (
	pagedFields = `h.id, h.kind, h.parent, h.code, COALESCE(i.page_count, v.page_count, 0), COALESCE(i.page_no, '')`
	fromPaged   = `SELECT ` + pagedFields + ` FROM holding h LEFT JOIN item i ON i.id = h.id LEFT JOIN container v ON v.id = h.id `
	pagedBelow  = fromPaged + `WHERE h.parent IN ({keys}) AND {holding h} ORDER BY h.parent, h.code_sort, h.id`
	// Without an order, which PostgreSQL would rather take from the primary key than from
	// the index of the series, reading every holding for each.
	idsInSeries = `SELECT h.id FROM holding h WHERE h.series = $1 AND h.kind = $2 AND {holding h}`
	pagedByID   = fromPaged + `WHERE h.id IN ({keys}) AND {holding h}`
)

func scanPaged(r *sql.Rows) (Paged, error) {
	var p Paged
	err := r.Scan(&p.ID, &p.Kind, nullID{&p.Parent}, &p.Code, &p.PageCount, &p.PageNo)
	return p, err
}

// InSeries lists the holdings of a kind in a series, in the order of their ids.
func (c *Catalogue) InSeries(ctx context.Context, sight access.Sight, series archive.ID, kind archive.HoldingKind) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, sighted(idsInSeries, sight), int64(series), string(kind))
	slices.Sort(list)
	return list, fault("list holdings", series.String(), err)
}

// PagedBelow lists what lies in volumes, by code.
func (c *Catalogue) PagedBelow(ctx context.Context, sight access.Sight, volumes []archive.ID) (map[archive.ID][]Paged, error) {
	found := make(map[archive.ID][]Paged, len(volumes))
	err := each(ctx, c.cat.read, sighted(pagedBelow, sight), volumes, func(r *sql.Rows) error {
		p, err := scanPaged(r)
		found[p.Parent] = append(found[p.Parent], p)
		return err
	})
	return found, fault("list holdings", "", err)
}

// PagedByID finds holdings by id; those that are gone or may not be seen are absent.
func (c *Catalogue) PagedByID(ctx context.Context, sight access.Sight, ids []archive.ID) (map[archive.ID]Paged, error) {
	found := make(map[archive.ID]Paged, len(ids))
	err := each(ctx, c.cat.read, sighted(pagedByID, sight), ids, func(r *sql.Rows) error {
		p, err := scanPaged(r)
		found[p.ID] = p
		return err
	})
	return found, fault("read holdings", "", err)
}

// Scanned is the little of a linked page that counting needs.
type Scanned struct {
	Holding archive.ID
	Frame   int
	Source  string
	Bytes   int64
}

// Ids in an IN list reach for the index of pages on both engines; a join from the
// holdings of a series has PostgreSQL read all pages for every series.
const scannedOf = `SELECT p.holding, p.frame, f.source, f.bytes FROM page p JOIN file f ON f.id = p.file
	WHERE p.holding IN ({keys}) AND {page p} ORDER BY p.holding, p.ordinal`

// ScannedOf walks the linked pages of holdings, whose ids are given in ascending order, by
// holding and in order; some holdings at a time, so that writers never wait.
func (c *Catalogue) ScannedOf(ctx context.Context, sight access.Sight, holdings []archive.ID, fn func(Scanned) error) error {
	var s Scanned
	targets := []any{&s.Holding, &s.Frame, &s.Source, &s.Bytes}
	err := each(ctx, c.cat.read, sighted(scannedOf, sight), holdings, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		return fn(s)
	})
	return fault("list pages", "", err)
}
