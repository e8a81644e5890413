package store

import (
	"database/sql"
	"path"
	"slices"
	"strings"

	"lantai/archive"
)

const (
	dropMatterFiles = `DELETE FROM quarantine_file WHERE quarantine = $1`
	mattersOf       = `SELECT q.id FROM quarantine q WHERE q.holding IN ({keys})`
	mattersOfFiles  = `SELECT q.id FROM quarantine q WHERE q.file IN ({keys})`
	formerCodes     = `SELECT b.code FROM code_alias b WHERE b.holding IN ({keys})`
	batchLeft       = `SELECT COUNT(*) FROM file f WHERE f.batch = $1`
	filesOfFolder   = `SELECT COUNT(*) FROM file f WHERE f.batch = $1 AND f.source >= $2 AND f.source < $3`
	refusedPaths    = `SELECT r.path FROM refused_input r WHERE r.batch = $1`
	batchEnded      = `SELECT b.ended FROM batch b WHERE b.id = $1`
	dropBatch       = `DELETE FROM batch WHERE id = $1`
	dropRefusedOf   = `DELETE FROM refused_input WHERE batch = $1`
	dropVacancy     = `DELETE FROM vacancy WHERE id = $1`
)

// BeginPurge carries out what a purge was asked for as far as the catalogue goes: from the
// end of the transaction on nobody sees the records. What has to be done elsewhere stands
// in purge_row until it is done. Numbers of the records become vacant, with the reason.
// Nothing of the records goes into the log. Errors: NotAllowed when the one who agrees is
// the one who asked; Conflict when something was changed since it was asked for, and,
// with archive.Shared, when another record has pages in one of the files.
func (t *Tx) BeginPurge(id archive.ID, second archive.Actor, texts []archive.ID) error {
	const doing = "purge records"
	p, err := t.purgeIn(doing, id, []archive.PurgeState{archive.PurgeAsked})
	if err != nil {
		return err
	}
	if second.ID == 0 || second.ID == p.Actor {
		return archive.WrapAs(archive.NotAllowed, doing, id.String(), archive.ErrSamePerson)
	}
	roots, err := ids(t.ctx, t.tx, purgeRootsOf, int64(id), purgeRoot)
	if err != nil {
		return fault(doing, id.String(), err)
	}
	s, err := purgeScope(t.ctx, t.tx, roots, texts)
	if err != nil {
		return fault(doing, id.String(), err)
	}
	if len(s.Others) > 0 {
		return archive.WrapAs(archive.Conflict, doing, strings.Join(s.Others, "、"), archive.Shared(s.Others))
	}
	records, pages, files, bytes := s.counts()
	if records != p.Records || pages != p.Pages || files != p.Files || bytes != p.Bytes {
		return archive.Errorf(archive.Conflict, doing, id.String(), "it has changed since it was asked for")
	}
	w := purging{t: t, doing: doing, reason: p.Reason, scope: s, at: map[folder]bool{}}
	if err := w.carryOut(p); err != nil {
		return err
	}
	if err := t.addPurgeRows(id, w.rows); err != nil {
		return fault(doing, id.String(), err)
	}
	return t.movePurge(doing, id, []archive.PurgeState{archive.PurgeAsked}, func(p *purgeLine) {
		p.State, p.Second, p.Agreed = archive.PurgeGoing, second.ID, t.c.millis()
	})
}

// purging takes the rows of a scope away and gathers what is to be done after it.
type purging struct {
	t      *Tx
	doing  string
	reason string
	scope  PurgeScope
	rows   []purgeRow
	former []string          // codes that records had before
	vacant []archive.Vacancy // numbers of the roots
	at     map[folder]bool   // from which the files came
}

// folder is a folder within a receipt.
type folder struct {
	batch archive.ID
	path  string
}

func (w *purging) carryOut(p purgeLine) error {
	for _, step := range []func() error{w.readCodes, func() error { return w.noteCopies(p.ID) }, w.dropMatters, w.dropFiles, w.dropBatches, w.dropRecords, w.noteVacant} {
		if err := step(); err != nil {
			return fault(w.doing, p.ID.String(), err)
		}
	}
	return nil
}

func (w *purging) add(noun string, list ...archive.ID) {
	for _, id := range list {
		w.rows = append(w.rows, purgeRow{noun: noun, id: id})
	}
}

// readCodes notes the codes that the records have and had.
func (w *purging) readCodes() error {
	t := w.t
	if err := each(t.ctx, t.tx, formerCodes, w.scope.Records, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		w.former = append(w.former, code)
		return err
	}); err != nil {
		return fault(w.doing, "", err)
	}
	if err := t.ahead(w.scope.Roots); err != nil {
		return err
	}
	for _, id := range w.scope.Roots {
		s, err := t.sheet(id)
		if err != nil {
			return err
		}
		if s.h.Code != "" && s.h.Series != 0 && s.h.Kind != archive.KindBox && s.h.Kind != archive.KindDossier {
			w.vacant = append(w.vacant, archive.Vacancy{Series: s.h.Series, Code: s.h.Code, Reason: w.reason})
		}
	}
	for _, code := range w.former {
		w.addCode(code)
	}
	return fault(w.doing, "", each(t.ctx, t.tx, codesByID, w.scope.Records, func(r *sql.Rows) error {
		var id archive.ID
		var code string
		err := r.Scan(&id, &code)
		w.addCode(code)
		return err
	}))
}

func (w *purging) addCode(code string) {
	if code != "" {
		w.rows = append(w.rows, purgeRow{noun: purgeCode, id: archive.ID(len(w.rows)), name: code})
	}
}

// dropMatters takes away what was put aside of the records, and what was decided on it.
func (w *purging) dropMatters() error {
	files := make([]archive.ID, len(w.scope.Files))
	for i, f := range w.scope.Files {
		files[i] = f.ID
	}
	var matters []archive.ID
	collect := func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		matters = append(matters, id)
		return err
	}
	if err := each(w.t.ctx, w.t.tx, mattersOf, w.scope.Records, collect); err != nil {
		return err
	}
	if err := each(w.t.ctx, w.t.tx, mattersOfFiles, files, collect); err != nil {
		return err
	}
	slices.Sort(matters)
	matters = slices.Compact(matters)
	for _, id := range matters {
		for _, q := range []string{dropMatterFiles, dropQuarantine} {
			if _, err := w.t.tx.ExecContext(w.t.ctx, q, int64(id)); err != nil {
				return err
			}
		}
	}
	w.add(purgeMatter, matters...)
	return nil
}

func (w *purging) dropFiles() error {
	w.add(purgePage, w.scope.Pages...)
	for _, f := range w.scope.Files {
		w.rows = append(w.rows, purgeRow{noun: purgeFile, id: f.ID, name: f.Path, root: f.Root, sha256: f.SHA256, bytes: f.Bytes, modified: f.Modified})
		if _, err := w.t.dropFile(w.doing, f); err != nil {
			return err
		}
		if f.Batch != 0 {
			w.at[folder{f.Batch, path.Dir(f.Source)}] = true
		}
	}
	return nil
}

// dropBatches takes away the receipts of which nothing is left, and of the others what they
// say of files in the folders of which nothing is left: the name of a folder may tell what
// was in it.
func (w *purging) dropBatches() error {
	done := map[archive.ID]bool{}
	for at := range w.at {
		if err := w.dropRefused(at); err != nil {
			return err
		}
		if done[at.batch] {
			continue
		}
		done[at.batch] = true
		if err := w.dropBatch(at.batch); err != nil {
			return err
		}
	}
	return nil
}

func (w *purging) dropRefused(at folder) error {
	if at.path == "." {
		return nil
	}
	below := at.path + "/"
	var left int
	if err := w.t.tx.QueryRowContext(w.t.ctx, filesOfFolder, int64(at.batch), below, afterPrefix(below)).Scan(&left); err != nil || left > 0 {
		return err
	}
	var gone []string
	if err := rows(w.t.ctx, w.t.tx, refusedPaths, []any{int64(at.batch)}, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		if strings.HasPrefix(name, below) {
			gone = append(gone, name)
		}
		return err
	}); err != nil {
		return err
	}
	for _, name := range gone {
		if _, err := w.t.tx.ExecContext(w.t.ctx, forgetRefused, int64(at.batch), name); err != nil {
			return err
		}
	}
	return nil
}

func (w *purging) dropBatch(id archive.ID) error {
	var left int
	var ended int64
	if err := w.t.tx.QueryRowContext(w.t.ctx, batchLeft, int64(id)).Scan(&left); err != nil {
		return err
	}
	if err := w.t.tx.QueryRowContext(w.t.ctx, batchEnded, int64(id)).Scan(&ended); err != nil {
		return err
	}
	if left > 0 || ended == 0 {
		return nil
	}
	for _, q := range []string{dropRefusedOf, dropBatch} {
		if _, err := w.t.tx.ExecContext(w.t.ctx, q, int64(id)); err != nil {
			return err
		}
	}
	w.add(purgeBatch, id)
	return nil
}

// dropRecords takes the records away, those first in which nothing lies, boxes last.
func (w *purging) dropRecords() error {
	t := w.t
	w.add(purgeHolding, w.scope.Records...)
	var boxes []sheet
	for part := range slices.Chunk(reversed(w.scope.Records), aheadAtOnce) {
		if err := t.ahead(part); err != nil {
			return err
		}
		for _, id := range part {
			s, err := t.sheet(id)
			if err != nil {
				return err
			}
			if s.h.Kind == archive.KindBox {
				boxes = append(boxes, s)
				continue
			}
			if err := w.dropRecord(s); err != nil {
				return err
			}
		}
	}
	for _, s := range boxes {
		boxed, err := ids(t.ctx, t.tx, boxedIn, int64(s.h.ID), int64(s.h.ID))
		if err != nil {
			return err
		}
		for _, id := range boxed {
			if err := t.unbox(w.doing, id); err != nil {
				return err
			}
		}
		if err := w.dropRecord(s); err != nil {
			return err
		}
	}
	return nil
}

// dropRecord takes a record away with what stands beside it. The numbers of a class
// within it and the ledger belong to series and fonds, which stay.
func (w *purging) dropRecord(s sheet) error {
	for _, at := range leaving() {
		if at.column != "holding" {
			continue
		}
		if _, err := w.t.tx.ExecContext(w.t.ctx, "DELETE FROM "+at.noun+" WHERE holding = $1", int64(s.h.ID)); err != nil { //nolint:gosec // a table of the program
			return err
		}
	}
	if _, err := w.t.tx.ExecContext(w.t.ctx, dropExtra, int64(s.h.ID)); err != nil {
		return err
	}
	return w.t.dropHolding(w.doing, s)
}

// noteVacant notes why the numbers are not used. What a note on a number that a record
// had before says may be about the record.
func (w *purging) noteVacant() error {
	for _, code := range w.former {
		var old archive.Vacancy
		held := false
		if err := listBeside(w.t.ctx, w.t.tx, besideVacancy(&old), "b.code = $1", []any{code}, func() { held = true }); err != nil {
			return err
		}
		if !held {
			continue
		}
		if _, err := w.t.tx.ExecContext(w.t.ctx, dropVacancy, int64(old.ID)); err != nil {
			return err
		}
		w.vacant = append(w.vacant, archive.Vacancy{Series: old.Series, Code: code, Reason: w.reason})
	}
	for _, v := range w.vacant {
		if err := w.t.SetVacancy(v); err != nil {
			return err
		}
	}
	return nil
}

func reversed(list []archive.ID) []archive.ID {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}
