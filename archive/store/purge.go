package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	dropText        = `DELETE FROM page_text WHERE page = $1`
	dropAnyText     = `DELETE FROM correction WHERE page = $1`
	correctedPages  = `SELECT c.page FROM correction c WHERE c.page IN ({keys})`
	changesOfTexts  = `SELECT ch.op, ch.seq FROM change ch WHERE ch.noun = 'text' AND ch.id IN ({keys})`
	changesOfRows   = `SELECT ch.op, ch.seq FROM change ch WHERE ch.id IN ({keys})`
	purgeChange     = `UPDATE change SET before = NULL, after = NULL, salt = NULL WHERE op = $1 AND seq = $2`
	dropPage        = `DELETE FROM page WHERE id = $1`
	dropFile        = `DELETE FROM file WHERE id = $1`
	dropQuarantined = `DELETE FROM quarantine_file WHERE file = $1`
)

// EraseTexts takes away the texts of pages, recognised, delivered and corrected, and the
// corrections' values in the log, and overwrites them on disk. On PostgreSQL the space
// is freed; the server overwrites it in its own time. It may be repeated.
func (c *Catalogue) EraseTexts(ctx context.Context, pages []archive.ID) error {
	const doing = "erase texts"
	var corrected []archive.ID
	err := each(ctx, c.text.read, correctedPages, pages, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		corrected = append(corrected, id)
		return err
	})
	if err != nil {
		return fault(doing, "", err)
	}
	// The log first: without the correction nobody would look for it there again.
	if len(corrected) > 0 {
		if err := c.purgeLog(ctx, changesOfTexts, corrected); err != nil {
			return fault(doing, "", err)
		}
	}
	err = c.text.transact(ctx, func(tx *sql.Tx) error {
		for _, id := range pages {
			for _, q := range []string{dropText, dropAnyText} {
				if _, err := tx.ExecContext(ctx, q, int64(id)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		err = c.text.scrub(ctx, "page_text", "correction")
	}
	return fault(doing, "", err)
}

// purgeLog takes values and salts of changes away; their digests stay, and the chain
// verifies. The log has no index by row, so the whole of it is read.
func (c *Catalogue) purgeLog(ctx context.Context, query string, ids []archive.ID) error {
	type place struct {
		op  archive.ID
		seq int
	}
	var found []place
	err := each(ctx, c.cat.read, query, ids, func(r *sql.Rows) error {
		var p place
		err := r.Scan(&p.op, &p.seq)
		found = append(found, p)
		return err
	})
	if err != nil {
		return err
	}
	err = c.cat.transact(ctx, func(tx *sql.Tx) error {
		for _, p := range found {
			if _, err := tx.ExecContext(ctx, purgeChange, int64(p.op), p.seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.cat.scrub(ctx, "change", "page", "file")
}

// PurgeQuarantined takes the rows of a secret's files and pages away, and what the log
// says of them; what stays is the matter itself with its note. Texts, images and
// originals must be gone before. It may be repeated until it has ended well.
func (c *Catalogue) PurgeQuarantined(ctx context.Context, actor archive.Actor, id archive.ID) error {
	const doing = "purge quarantined rows"
	q, err := c.Quarantine(ctx, access.All(), id)
	if err == nil && q.State != archive.QuarantinePurging {
		err = archive.Errorf(archive.Conflict, doing, id.String(), "it is %s", q.State)
	}
	if err != nil {
		return err
	}
	files, err := c.QuarantinedFiles(ctx, id)
	if err != nil {
		return err
	}
	var gone []archive.ID
	for _, f := range files {
		pages, err := ids(ctx, c.cat.read, `SELECT p.id FROM page p WHERE p.file = $1`, int64(f.ID))
		if err != nil {
			return fault(doing, f.Path, err)
		}
		gone = append(append(gone, f.ID), pages...)
	}
	// Before the rows: they say which changes are meant.
	if len(gone) > 0 {
		if err := c.purgeLog(ctx, changesOfRows, gone); err != nil {
			return fault(doing, id.String(), err)
		}
	}
	// Only the numbers of pages that close up are logged.
	_, err = c.Do(ctx, actor, archive.OpQuarantinePurge, func(t *Tx) error {
		var left []archive.ID
		for _, f := range files {
			holdings, err := t.dropFile(doing, f.File)
			if err != nil {
				return err
			}
			left = append(left, holdings...)
		}
		for _, h := range left {
			if _, err := t.closeUp(doing, h, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = c.cat.scrub(ctx, "change", "page", "file")
	}
	if err != nil {
		return fault(doing, id.String(), err)
	}
	// Last, so that what was cut off before is done again.
	_, err = c.Do(ctx, actor, archive.OpQuarantinePurge, func(t *Tx) error {
		return t.moveQuarantine(doing, id, archive.QuarantinePurging, func(q *archive.Quarantine) { q.State = archive.QuarantinePurged })
	})
	return err
}

// dropFile takes the rows of a file and its pages away without a word in the log, and
// tells the holdings that lost pages.
func (t *Tx) dropFile(doing string, file archive.File) (holdings []archive.ID, err error) {
	pages, err := t.pagesOfFile(doing, file.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		if err := t.countPage(-1, p.count()); err != nil {
			return nil, err
		}
		t.mark(nounPage, p.ID, urgencyEdit)
		if err := t.one(doing, p.ID, dropPage, int64(p.ID)); err != nil {
			return nil, err
		}
		if p.Holding != 0 {
			holdings = append(holdings, p.Holding)
		}
	}
	if _, err := t.tx.ExecContext(t.ctx, dropQuarantined, int64(file.ID)); err != nil {
		return nil, fault(doing, file.Path, err)
	}
	if err := t.one(doing, file.ID, dropFile, int64(file.ID)); err != nil {
		return nil, err
	}
	t.countFile(-1, file)
	return holdings, nil
}
