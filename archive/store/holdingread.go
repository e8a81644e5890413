package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"

	"lantai/archive"
	"lantai/archive/access"
)

// readSheet reads a holding of any kind. where follows "WHERE ".
func readSheet(ctx context.Context, db querier, s sheet, where string, args ...any) error {
	return db.QueryRowContext(ctx, s.query(where), args...).Scan(s.targets()...)
}

// sheet reads a holding as it stands in this transaction.
func (t *Tx) sheet(id archive.ID) (sheet, error) {
	if s, ok := t.read[id]; ok {
		delete(t.read, id)
		return s, nil
	}
	at, err := t.chain(id)
	if err != nil {
		return sheet{}, err
	}
	if archive.NewRecord(at.kind) == nil {
		return sheet{}, strangeKind("find holding", id, at.kind)
	}
	s := blankSheet(at.kind)
	err = readSheet(t.ctx, t.tx, s, "h.id = $1", int64(id))
	if code, ok := t.lifted[id]; ok {
		s.h.Code = code
	}
	return s, fault("find holding", id.String(), err)
}

const (
	sightedID   = "h.id = $1 AND {holding h}"
	sightedCode = "h.code = $1 AND h.code <> '' AND {holding h}"
)

// Fonds lists the fonds by number.
func (c *Catalogue) Fonds(ctx context.Context, sight access.Sight) ([]archive.Fonds, error) {
	var list []archive.Fonds
	var f archive.Fonds
	err := readSheets(ctx, c.cat.read, sheetOf(&f), sighted("h.parent IS NULL AND {holding h}", sight), nil, func() { list = append(list, f) })
	return list, fault("list fonds", "", err)
}

// FondsByNumber finds a fonds by its 全宗号.
func (c *Catalogue) FondsByNumber(ctx context.Context, sight access.Sight, number string) (archive.Fonds, error) {
	var f archive.Fonds
	err := readSheet(ctx, c.cat.read, sheetOf(&f), sighted(sightedCode, sight), number)
	return f, fault("find fonds", number, err)
}

// FondsByID finds a fonds.
func (c *Catalogue) FondsByID(ctx context.Context, sight access.Sight, id archive.ID) (archive.Fonds, error) {
	var f archive.Fonds
	err := readSheet(ctx, c.cat.read, sheetOf(&f), sighted(sightedID, sight), int64(id))
	return f, fault("find fonds", id.String(), err)
}

// SeriesOf lists the series of a fonds by code; zero: of all fonds.
func (c *Catalogue) SeriesOf(ctx context.Context, sight access.Sight, fonds archive.ID) ([]archive.Series, error) {
	where, args := "h.id IN (SELECT s.id FROM series s) AND {holding h}", []any(nil)
	if fonds != 0 {
		where, args = "h.parent = $1 AND {holding h}", []any{int64(fonds)}
	}
	var list []archive.Series
	var s archive.Series
	err := readSheets(ctx, c.cat.read, sheetOf(&s), sighted(where, sight), args, func() { list = append(list, s) })
	return list, fault("list series", fonds.String(), err)
}

// Series finds a series.
func (c *Catalogue) Series(ctx context.Context, sight access.Sight, id archive.ID) (archive.Series, error) {
	var s archive.Series
	err := readSheet(ctx, c.cat.read, sheetOf(&s), sighted(sightedID, sight), int64(id))
	return s, fault("find series", id.String(), err)
}

// Container finds a volume, box or album.
func (c *Catalogue) Container(ctx context.Context, sight access.Sight, id archive.ID) (archive.Container, error) {
	var v archive.Container
	err := readSheet(ctx, c.cat.read, sheetOf(&v), sighted(sightedID, sight), int64(id))
	return v, fault("find container", id.String(), err)
}

// Item finds an item, photo, object, book or AV record.
func (c *Catalogue) Item(ctx context.Context, sight access.Sight, id archive.ID) (archive.Item, error) {
	var i archive.Item
	err := readSheet(ctx, c.cat.read, sheetOf(&i), sighted(sightedID, sight), int64(id))
	return i, fault("find item", id.String(), err)
}

// Record finds a holding of any kind with the fields of its kind.
func (c *Catalogue) Record(ctx context.Context, sight access.Sight, id archive.ID) (archive.Record, error) {
	h, err := c.Holding(ctx, sight, id)
	if err != nil {
		return nil, err
	}
	r := archive.NewRecord(h.Kind)
	if r == nil {
		return nil, strangeKind("find record", id, h.Kind)
	}
	err = readSheet(ctx, c.cat.read, sheetOf(r), sighted(sightedID, sight), int64(id))
	return r, fault("find record", id.String(), err)
}

// readSheets reads all that where finds, by code, into s, and calls found for each.
func readSheets(ctx context.Context, db querier, s sheet, where string, args []any, found func()) error {
	targets := s.targets()
	return rows(ctx, db, s.query(where)+" ORDER BY h.code_sort, h.id", args, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		found()
		return nil
	})
}

const (
	holdingFields = `h.id, h.rev, h.kind, h.parent, h.fonds, h.series, h.code, h.title, h.date, h.year,
		h.retention, h.opening, h.access_class, h.secrecy, h.secrecy_term, h.location`
	holdingByID    = `SELECT ` + holdingFields + ` FROM holding h WHERE h.id = $1 AND {holding h}`
	holdingByCode  = `SELECT ` + holdingFields + ` FROM holding h WHERE h.code = $1 AND h.code <> '' AND {holding h}`
	holdingsByID   = `SELECT ` + holdingFields + ` FROM holding h WHERE h.id IN ({keys}) AND {holding h}`
	holdingsByCode = `SELECT ` + holdingFields + ` FROM holding h WHERE h.code IN ({keys}) AND h.code <> '' AND {holding h}`
	sightedHighest = `SELECT h.code FROM holding h WHERE h.code >= $1 AND h.code < $2 AND h.code <> '' AND {holding h}
		ORDER BY h.code_sort DESC LIMIT 1`
)

// holdingTargets fit holdingFields.
func holdingTargets(h *archive.Holding) []any {
	return append([]any{&h.ID, &h.Rev}, holdingColumns(h).targets()...)
}

// Holding finds what all kinds have in common.
func (c *Catalogue) Holding(ctx context.Context, sight access.Sight, id archive.ID) (archive.Holding, error) {
	var h archive.Holding
	err := c.cat.read.QueryRowContext(ctx, sighted(holdingByID, sight), int64(id)).Scan(holdingTargets(&h)...)
	return h, fault("find holding", id.String(), err)
}

// HighestCode finds the highest 档号 that begins with prefix among those that may be
// seen; "" if there is none. What is written asks Tx.HighestCode again.
func (c *Catalogue) HighestCode(ctx context.Context, sight access.Sight, prefix string) (string, error) {
	var code string
	err := c.cat.read.QueryRowContext(ctx, sighted(sightedHighest, sight), prefix, afterPrefix(prefix)).Scan(&code)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return code, fault("find highest code", prefix, err)
}

// Holdings fetches a window of a list, in the order of ids; what is gone or may not
// be seen is left out.
func (c *Catalogue) Holdings(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Holding, error) {
	found := make(map[archive.ID]archive.Holding, len(ids))
	var h archive.Holding
	targets := holdingTargets(&h)
	err := each(ctx, c.cat.read, sighted(holdingsByID, sight), ids, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		found[h.ID] = h
		return nil
	})
	return inOrder(ids, found), fault("read list", "", err)
}

// Items reads items, photos, objects, books and AV records, in the order of ids; what is
// gone, of another kind or may not be seen is left out.
func (c *Catalogue) Items(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Item, error) {
	found := make(map[archive.ID]archive.Item, len(ids))
	var i archive.Item
	err := c.sheetsByID(ctx, sight, sheetOf(&i), ids, func() { found[i.ID] = i })
	return inOrder(ids, found), err
}

// Containers is Items for volumes, boxes and albums.
func (c *Catalogue) Containers(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Container, error) {
	found := make(map[archive.ID]archive.Container, len(ids))
	var v archive.Container
	err := c.sheetsByID(ctx, sight, sheetOf(&v), ids, func() { found[v.ID] = v })
	return inOrder(ids, found), err
}

// Records is Items for all kinds, each with the fields of its kind.
func (c *Catalogue) Records(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Record, error) {
	list, err := c.Holdings(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	byKind := map[archive.HoldingKind][]archive.ID{}
	for _, h := range list {
		byKind[h.Kind] = append(byKind[h.Kind], h.ID)
	}
	found := make(map[archive.ID]archive.Record, len(list))
	for kind, some := range byKind {
		r := archive.NewRecord(kind)
		if r == nil {
			continue // written by no program of this archive: the list goes on without it
		}
		if err := c.sheetsByID(ctx, sight, sheetOf(r), some, func() {
			one := reflect.New(reflect.TypeOf(r).Elem())
			one.Elem().Set(reflect.ValueOf(r).Elem())
			found[r.Common().ID] = one.Interface().(archive.Record)
		}); err != nil {
			return nil, err
		}
	}
	return inOrder(ids, found), nil
}

func (c *Catalogue) sheetsByID(ctx context.Context, sight access.Sight, s sheet, ids []archive.ID, found func()) error {
	q, targets := s.query("h.id IN ({keys}) AND {holding h}"), s.targets()
	return fault("read records", "", each(ctx, c.cat.read, sighted(q, sight), ids, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		found()
		return nil
	}))
}
