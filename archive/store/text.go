package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	addEngine  = `INSERT INTO engine (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`
	findEngine = `SELECT id FROM engine WHERE name = $1`
	saveText   = `INSERT INTO page_text (page, origin, engine, confidence, made_from, saved, plain, words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (page) DO UPDATE SET origin = excluded.origin, engine = excluded.engine,
			confidence = excluded.confidence, made_from = excluded.made_from, saved = excluded.saved,
			plain = excluded.plain, words = excluded.words`
	lastID     = `SELECT last_id FROM station WHERE station = $1`
	plainTexts = `SELECT t.page, t.plain, c.text FROM page_text t LEFT JOIN correction c ON c.page = t.page
		WHERE t.page IN ({keys})`
	wordTexts = `SELECT t.page, t.origin, e.name, t.confidence, t.made_from, t.plain, t.words, c.text
		FROM page_text t JOIN engine e ON e.id = t.engine LEFT JOIN correction c ON c.page = t.page
		WHERE t.page IN ({keys})`
	correctedOnly = `SELECT c.page, c.text FROM correction c WHERE c.page IN ({keys})`
	seenPages     = `SELECT p.id FROM page p WHERE p.id IN ({keys}) AND {page p}`
)

// SaveText writes the recognised or delivered text of pages; corrections stay. The
// caller moves their stage after it. Text that is not UTF-8 is kept with its bad bytes
// replaced, one rune for each, so that words keep their places.
func (c *Catalogue) SaveText(ctx context.Context, texts ...archive.PageText) error {
	const doing = "save text"
	saved, err := c.savedAt(ctx)
	if err != nil {
		return fault(doing, "", err)
	}
	return fault(doing, "", c.text.transact(ctx, func(tx *sql.Tx) error {
		engines := map[string]int64{}
		for _, t := range texts {
			name := cleaned(t.Engine)
			if _, ok := engines[name]; !ok {
				id, err := engineID(ctx, tx, name)
				if err != nil {
					return err
				}
				engines[name] = id
			}
			if _, err := tx.ExecContext(ctx, saveText, int64(t.Page), string(t.Origin), engines[name], t.Confidence,
				cleaned(t.MadeFrom), saved, cleaned(t.Plain), packWords(t.Words)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// savedAt is the time now, or that of the newest id where a clock was set back: copies of the texts elsewhere
// take up what was saved since the last one.
func (c *Catalogue) savedAt(ctx context.Context) (int64, error) {
	var last int64
	err := c.cat.read.QueryRowContext(ctx, lastID, c.station).Scan(&last)
	return max(c.millis(), archive.ID(last).Time().UnixMilli()), err
}

func engineID(ctx context.Context, db querier, name string) (int64, error) {
	if _, err := db.ExecContext(ctx, addEngine, name); err != nil {
		return 0, err
	}
	var id int64
	err := db.QueryRowContext(ctx, findEngine, name).Scan(&id)
	return id, err
}

// Text finds the text of a page with its words; NotFound when it has none, Refused when
// the page is in quarantine.
func (c *Catalogue) Text(ctx context.Context, sight access.Sight, page archive.ID) (archive.PageText, error) {
	list, err := c.PageTexts(ctx, sight, []archive.ID{page})
	if err == nil && len(list) == 0 {
		err = c.whyNoText(ctx, sight, page)
	}
	if err != nil {
		return archive.PageText{}, err
	}
	return list[0], nil
}

// PageTexts fetches texts with their words in the order of pages; what has no text or
// may not be seen is left out.
func (c *Catalogue) PageTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	return c.sightedTexts(ctx, wordTexts, sight, pages)
}

// PlainTexts is PageTexts with Plain and Corrected alone, for verifying many candidates.
func (c *Catalogue) PlainTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	return c.sightedTexts(ctx, plainTexts, sight, pages)
}

func (c *Catalogue) sightedTexts(ctx context.Context, query string, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	const doing = "read texts"
	seen := pages
	if !sight.Everything() {
		seen = make([]archive.ID, 0, len(pages))
		if err := each(ctx, c.cat.read, sighted(seenPages, sight), pages, func(r *sql.Rows) error {
			var id archive.ID
			err := r.Scan(&id)
			seen = append(seen, id)
			return err
		}); err != nil {
			return nil, fault(doing, "", err)
		}
	}
	found, err := c.texts(ctx, query, seen)
	return inOrder(pages, found), fault(doing, "", err)
}

// texts reads texts and corrections; of pages that have no recognised text, the
// correction alone.
func (c *Catalogue) texts(ctx context.Context, query string, pages []archive.ID) (map[archive.ID]archive.PageText, error) {
	found := make(map[archive.ID]archive.PageText, len(pages))
	scan := scanWords
	if query == plainTexts {
		scan = scanPlain
	}
	err := each(ctx, c.text.read, query, pages, func(r *sql.Rows) error {
		t, err := scan(r)
		found[t.Page] = t
		return err
	})
	if err != nil || len(found) == len(pages) {
		return found, err
	}
	var rest []archive.ID
	for _, id := range pages {
		if _, ok := found[id]; !ok {
			rest = append(rest, id)
		}
	}
	err = each(ctx, c.text.read, correctedOnly, rest, func(r *sql.Rows) error {
		t := archive.PageText{HasCorrect: true}
		err := r.Scan(&t.Page, &t.Corrected)
		found[t.Page] = t
		return err
	})
	return found, err
}

func scanPlain(r *sql.Rows) (archive.PageText, error) {
	var t archive.PageText
	var corrected sql.NullString
	err := r.Scan(&t.Page, &t.Plain, &corrected)
	t.Corrected, t.HasCorrect = corrected.String, corrected.Valid
	return t, err
}

func scanWords(r *sql.Rows) (archive.PageText, error) {
	var t archive.PageText
	var words []byte
	var corrected sql.NullString
	if err := r.Scan(&t.Page, &t.Origin, &t.Engine, &t.Confidence, &t.MadeFrom, &t.Plain, &words, &corrected); err != nil {
		return t, err
	}
	t.Corrected, t.HasCorrect = corrected.String, corrected.Valid
	var err error
	if t.Words, err = unpackWords(words); err != nil {
		err = archive.WrapAs(archive.Damaged, "read text", t.Page.String(), err)
	}
	return t, err
}
