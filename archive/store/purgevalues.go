package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"lantai/archive"
)

// PurgeWork is what a purge that was agreed to has to do outside the catalogue.
type PurgeWork struct {
	Records []archive.ID
	Codes   []string // that the records have and had
	Pages   []archive.ID
	Files   []archive.File
}

// PurgeWork lists what a purge has still to do; empty once its traces are gone.
func (c *Catalogue) PurgeWork(ctx context.Context, id archive.ID) (w PurgeWork, err error) {
	err = c.snapshot(ctx, func(db querier) error {
		for _, noun := range []string{purgeHolding, purgeCode, purgePage, purgeFile} {
			list, err := purgeRows(ctx, db, id, noun)
			if err != nil {
				return err
			}
			for _, r := range list {
				switch noun {
				case purgeHolding:
					w.Records = append(w.Records, r.id)
				case purgeCode:
					w.Codes = append(w.Codes, r.name)
				case purgePage:
					w.Pages = append(w.Pages, r.id)
				case purgeFile:
					w.Files = append(w.Files, archive.File{ID: r.id, Root: r.root, Path: r.name, SHA256: r.sha256, Bytes: r.bytes, Modified: r.modified})
				}
			}
		}
		return nil
	})
	return w, fault("list what a purge has to do", id.String(), err)
}

const besideInLog = `SELECT ch.noun, ch.id, ch.before, ch.after FROM change ch
	WHERE ch.noun IN ('code_alias', 'member', 'vacancy') AND (ch.before IS NOT NULL OR ch.after IS NOT NULL)`

// PurgeValues takes away what the log says of the records of a purge, of their files,
// pages and texts, of what was put aside of them, and of the rows beside them: former
// codes, memberships, notes on their numbers. Digests stay, and the chain verifies. The
// rows beside records are found by what they say, so the whole log is read. It may be
// repeated.
func (c *Catalogue) PurgeValues(ctx context.Context, id archive.ID) error {
	const doing = "purge values of the log"
	of := map[string][]archive.ID{}
	held, codes := map[archive.ID]bool{}, map[string]bool{}
	var gone []archive.ID
	for _, noun := range []string{purgeHolding, purgePage, purgeFile, purgeMatter, purgeBatch, purgeCode} {
		list, err := purgeRows(ctx, c.cat.read, id, noun)
		if err != nil {
			return fault(doing, id.String(), err)
		}
		for _, r := range list {
			if noun == purgeCode {
				codes[r.name] = true
				continue
			}
			of[noun] = append(of[noun], r.id)
			gone = append(gone, r.id)
		}
	}
	for _, h := range of[purgeHolding] {
		held[h] = true
	}
	beside, err := c.besideOfPurge(ctx, held, codes)
	if err != nil {
		return fault(doing, id.String(), err)
	}
	return fault(doing, id.String(), c.purgeLog(ctx, changesOfRows, append(gone, beside...)))
}

// besideOfPurge finds the rows that stood beside holdings or on their numbers, in the log
// alone: those that stand are others'.
func (c *Catalogue) besideOfPurge(ctx context.Context, held map[archive.ID]bool, codes map[string]bool) ([]archive.ID, error) {
	found := map[archive.ID]bool{}
	if err := rows(ctx, c.cat.read, besideInLog, nil, func(r *sql.Rows) error {
		var noun string
		var row archive.ID
		var before, after sql.NullString
		if err := r.Scan(&noun, &row, &before, &after); err != nil {
			return err
		}
		for _, text := range []string{before.String, after.String} {
			var said struct {
				Holding archive.ID `json:"holding"`
				Code    string     `json:"code"`
			}
			if text != "" {
				if err := json.Unmarshal([]byte(text), &said); err != nil {
					return err
				}
			}
			if held[said.Holding] || noun == nounVacancy && codes[said.Code] {
				found[row] = true
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var list []archive.ID
	for row := range found {
		list = append(list, row)
	}
	err := each(ctx, c.cat.read, `SELECT b.id FROM vacancy b WHERE b.id IN ({keys})`, list, func(r *sql.Rows) error {
		var standing archive.ID
		err := r.Scan(&standing)
		delete(found, standing)
		return err
	})
	list = list[:0]
	for row := range found {
		list = append(list, row)
	}
	return list, err
}

// purgeTables are those that a purge deletes from or writes to.
func purgeTables() []string {
	return append(kindTables(), "holding", "extra", "page", "file", "batch", "refused_input", "quarantine", "quarantine_file",
		nounAlias, nounMember, nounVacancy, "change", nounPurge, "purge_row", nounMedium, "copy", "copy_path")
}

// ClearPurge ends what a purge had to do: nothing of the records is left but on the media
// given, whose files are kept by name until they are cleared. What was deleted is
// overwritten. It may be repeated until it has ended well.
func (c *Catalogue) ClearPurge(ctx context.Context, actor archive.Actor, id archive.ID, media []archive.Medium, kept []archive.File) error {
	const doing = "end a purge"
	_, err := c.Do(ctx, actor, archive.OpHoldingPurge, func(t *Tx) error {
		p, err := t.purgeIn(doing, id, []archive.PurgeState{archive.PurgeGoing, archive.PurgeClearing})
		if err != nil || p.State == archive.PurgeClearing {
			return err
		}
		if _, err := t.tx.ExecContext(ctx, dropPurgeDone, int64(id), purgeKept); err != nil {
			return fault(doing, id.String(), err)
		}
		for i := range media {
			media[i].Purge = id
			if err := t.AddMedium(&media[i]); err != nil {
				return err
			}
		}
		var list []purgeRow
		for _, f := range kept {
			list = append(list, purgeRow{noun: purgeKept, id: f.ID, name: f.Path, root: f.Root, sha256: f.SHA256, bytes: f.Bytes, modified: f.Modified})
		}
		if err := t.addPurgeRows(id, list); err != nil {
			return fault(doing, id.String(), err)
		}
		return t.movePurge(doing, id, []archive.PurgeState{archive.PurgeGoing}, func(p *purgeLine) { p.State = archive.PurgeClearing })
	})
	if err == nil {
		err = c.cat.scrub(ctx, purgeTables()...)
	}
	if err == nil {
		err = c.text.scrub(ctx, "page_text", "correction")
	}
	for _, d := range []database{c.cat, c.text} {
		if err == nil {
			err = d.wipe(ctx)
		}
	}
	if err != nil {
		return fault(doing, id.String(), err)
	}
	// Last, so that what was cut off before is done again.
	_, err = c.Do(ctx, actor, archive.OpHoldingPurge, func(t *Tx) error {
		return t.movePurge(doing, id, []archive.PurgeState{archive.PurgeClearing}, func(p *purgeLine) {
			p.State, p.Ended = archive.PurgeDone, t.c.millis()
		})
	})
	return err
}
