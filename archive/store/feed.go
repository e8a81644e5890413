package store

import (
	"context"
	"database/sql"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// Feed is one step of the index's feed: what to put, and which marks that clears.
type Feed struct {
	Batch archive.IndexBatch
	marks []feedMark
}

type feedMark struct {
	markKey
	stamp int64
}

// Empty tells whether there is nothing to do.
func (f Feed) Empty() bool { return len(f.marks) == 0 }

const (
	feedMarks = `SELECT d.noun, d.id, d.mark FROM dirty d WHERE d.station = $1
		AND d.urgency < CASE WHEN EXISTS (SELECT 1 FROM pending) THEN 3 ELSE 4 END
		ORDER BY d.urgency, d.noun, d.id LIMIT $2`
	feedPages = `SELECT p.id, p.holding, h.parent, h.fonds, h.series, COALESCE(h.code, ''), h.code_sort, p.ordinal,
			COALESCE(h.title, ''), COALESCE(i.doc_no, ''), COALESCE(i.persons, ''), COALESCE(h.year, 0),
			h.date_sort, COALESCE(s.category, ''), p.access_class
		FROM page p LEFT JOIN holding h ON h.id = p.holding LEFT JOIN item i ON i.id = h.id
			LEFT JOIN series s ON s.id = h.series
		WHERE p.id IN ({keys}) AND {page p}`
	feedItems = `SELECT h.id, h.kind, h.fonds, h.series, h.code, h.code_sort, h.title, COALESCE(i.doc_no, ''),
			COALESCE(i.persons, ''), COALESCE(i.author, v.author, f.creator, ''), h.year, h.date_sort,
			COALESCE(s.category, ''), h.access_class
		FROM holding h LEFT JOIN item i ON i.id = h.id LEFT JOIN container v ON v.id = h.id
			LEFT JOIN fonds f ON f.id = h.id LEFT JOIN series s ON s.id = h.series
		WHERE h.id IN ({keys}) AND {holding h}`
	feedFormer = `SELECT a.holding, a.code FROM code_alias a WHERE a.holding IN ({keys}) ORDER BY a.id`
)

// IndexFeed gives up to limit pages and holdings that the index has not read since
// they changed: people's edits first, then new pages, then a rebuild. It is empty when
// the index is up to date. A page without text is given to be removed.
func (c *Catalogue) IndexFeed(ctx context.Context, limit int) (Feed, error) {
	const doing = "feed index"
	var f Feed
	var pages, holdings []archive.ID
	if err := rows(ctx, c.cat.read, feedMarks, []any{c.feeder, limit}, func(r *sql.Rows) error {
		var m feedMark
		if err := r.Scan(&m.noun, &m.id, &m.stamp); err != nil {
			return err
		}
		f.marks = append(f.marks, m)
		if m.noun == nounPage {
			pages = append(pages, m.id)
		} else {
			holdings = append(holdings, m.id)
		}
		return nil
	}); err != nil {
		return Feed{}, fault(doing, "", err)
	}
	if err := c.feedPages(ctx, &f.Batch, pages); err != nil {
		return Feed{}, fault(doing, "", err)
	}
	if err := c.feedItems(ctx, &f.Batch, holdings); err != nil {
		return Feed{}, fault(doing, "", err)
	}
	return f, nil
}

func (c *Catalogue) feedPages(ctx context.Context, b *archive.IndexBatch, pages []archive.ID) error {
	found := make(map[archive.ID]archive.IndexPage, len(pages))
	err := each(ctx, c.cat.read, sighted(feedPages, access.All()), pages, func(r *sql.Rows) error {
		var p archive.IndexPage
		var date []byte
		if err := r.Scan(&p.ID, nullID{&p.Item}, nullID{&p.Parent}, nullID{&p.Fonds}, nullID{&p.Series}, &p.Code, &p.CodeSort, &p.Ordinal,
			&p.Title, &p.DocNo, &p.Persons, &p.Year, &date, &p.Category, &p.Access); err != nil {
			return err
		}
		p.Date = string(date)
		found[p.ID] = p
		return nil
	})
	if err != nil {
		return err
	}
	texts, err := c.texts(ctx, plainTexts, pages)
	if err != nil {
		return err
	}
	for _, id := range pages {
		p, held := found[id]
		text, written := texts[id]
		if !held || !written {
			b.RemovePages = append(b.RemovePages, id)
			continue
		}
		p.Text = text.Text()
		b.Pages = append(b.Pages, p)
	}
	return nil
}

func (c *Catalogue) feedItems(ctx context.Context, b *archive.IndexBatch, holdings []archive.ID) error {
	found := make(map[archive.ID]archive.IndexItem, len(holdings))
	err := each(ctx, c.cat.read, sighted(feedItems, access.All()), holdings, func(r *sql.Rows) error {
		var i archive.IndexItem
		var date []byte
		if err := r.Scan(&i.ID, &i.Kind, &i.Fonds, nullID{&i.Series}, &i.Code, &i.CodeSort, &i.Title, &i.DocNo,
			&i.Persons, &i.Author, &i.Year, &date, &i.Category, &i.Access); err != nil {
			return err
		}
		i.Date = string(date)
		found[i.ID] = i
		return nil
	})
	if err != nil {
		return err
	}
	if err := each(ctx, c.cat.read, feedFormer, holdings, func(r *sql.Rows) error {
		var id archive.ID
		var code string
		err := r.Scan(&id, &code)
		if i, ok := found[id]; ok {
			i.Former = strings.TrimPrefix(i.Former+" "+code, " ")
			found[id] = i
		}
		return err
	}); err != nil {
		return err
	}
	for _, id := range holdings {
		if i, ok := found[id]; ok {
			b.Items = append(b.Items, i)
		} else {
			b.RemoveItems = append(b.RemoveItems, id)
		}
	}
	return nil
}

const (
	clearMark = `DELETE FROM dirty WHERE station = $1 AND noun = $2 AND id = $3 AND mark = $4`
	setFound  = `UPDATE page SET stage = $1, searchable = $2 WHERE id = $3`
)

// Indexed notes that the index has the feed safe: its marks are cleared unless the
// rows changed meanwhile, and recognised pages become indexed. It returns how many did.
// It leaves no op.
func (c *Catalogue) Indexed(ctx context.Context, f Feed) (int, error) {
	put := make(map[archive.ID]bool, len(f.Batch.Pages))
	for _, p := range f.Batch.Pages {
		put[p.ID] = true
	}
	moved := 0
	err := c.inTx(ctx, func(t *Tx, _ link) error {
		moved = 0
		for _, m := range f.marks {
			res, err := t.tx.ExecContext(ctx, clearMark, c.feeder, m.noun, int64(m.id), m.stamp)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			if n == 0 || m.noun != nounPage {
				continue
			}
			on, err := t.found(m.id, put[m.id])
			if err != nil {
				return err
			}
			moved += on
		}
		return t.flush()
	})
	return moved, fault("note indexed pages", "", err)
}

// found notes whether the index has a page's text, and moves a recognised page on.
func (t *Tx) found(id archive.ID, has bool) (moved int, err error) {
	p, err := t.page("note indexed page", id)
	if archive.KindOf(err) == archive.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	now := p
	now.searchable = has
	if has && p.Stage == archive.StageRecognised {
		now.Stage, moved = archive.StageIndexed, 1
	}
	if now == p {
		return 0, nil
	}
	if _, err := t.tx.ExecContext(t.ctx, setFound, string(now.Stage), flagged(now.searchable), int64(id)); err != nil {
		return 0, err
	}
	return moved, t.recount(p, now)
}

// markStep is how many rows MarkAll marks in one transaction.
const markStep = 5000

const (
	pageStepEnd    = `SELECT COALESCE(MAX(s.id), 0) FROM (SELECT id FROM page WHERE id > $1 ORDER BY id LIMIT $2) s`
	holdingStepEnd = `SELECT COALESCE(MAX(s.id), 0) FROM (SELECT id FROM holding WHERE id > $1 ORDER BY id LIMIT $2) s`
	markPages      = `INSERT INTO dirty (station, noun, id, urgency, mark)
		SELECT CAST($1 AS BIGINT), 'page', p.id, 2, CAST($2 AS BIGINT) FROM page p
		WHERE p.id > $3 AND p.id <= $4 AND (p.searchable = 1 OR p.stage IN ('recognised', 'indexed'))
		ON CONFLICT (station, noun, id) DO UPDATE SET mark = excluded.mark`
	markHoldings = `INSERT INTO dirty (station, noun, id, urgency, mark)
		SELECT CAST($1 AS BIGINT), 'holding', h.id, 2, CAST($2 AS BIGINT) FROM holding h
		WHERE h.id > $3 AND h.id <= $4
		ON CONFLICT (station, noun, id) DO UPDATE SET mark = excluded.mark`
)

// MarkAll puts everything on the index's feed, for a rebuild. It goes in steps, so
// that others can write meanwhile, and may be called again after it was cut off.
func (c *Catalogue) MarkAll(ctx context.Context) error {
	for _, q := range []struct{ end, mark string }{{holdingStepEnd, markHoldings}, {pageStepEnd, markPages}} {
		for from := int64(0); ; {
			var to int64
			if err := c.cat.read.QueryRowContext(ctx, q.end, from, markStep).Scan(&to); err != nil {
				return fault("mark all", "", err)
			}
			if to == 0 {
				break
			}
			if err := c.inTx(ctx, func(t *Tx, _ link) error {
				_, err := t.tx.ExecContext(ctx, q.mark, c.feeder, int64(t.NewID()), from, to)
				return err
			}); err != nil {
				return fault("mark all", "", err)
			}
			from = to
		}
	}
	return nil
}

const editsWaiting = `SELECT COUNT(*) FROM (SELECT d.id FROM dirty d WHERE d.station = $1 AND d.urgency = 0 LIMIT 1) d`

// EditsWaiting tells whether a record or page was changed that the index has not read
// since: it may have been closed, and the index would still count it.
func (c *Catalogue) EditsWaiting(ctx context.Context) (bool, error) {
	var n int
	err := c.cat.read.QueryRowContext(ctx, editsWaiting, c.feeder).Scan(&n)
	return n > 0, fault("look at index feed", "", err)
}
