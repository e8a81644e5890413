package store

import (
	"context"
	"database/sql"
	"encoding/hex"

	"lantai/archive"
	"lantai/archive/access"
)

const nounQuarantine = "quarantine"

// quarantineColumns are logged; the counts and the path are not.
func quarantineColumns(q *archive.Quarantine) columns {
	return columns{
		{"holding", &q.Holding}, {"file", &q.File}, {"page", &q.Page}, {"ordinal", &q.Ordinal}, {"mark", &q.Mark},
		{"found", &q.Found}, {"state", &q.State}, {"decided", &q.Decided}, {"actor", &q.Actor}, {"note", &q.Note},
	}
}

const (
	quarantineFields = `q.id, q.holding, q.code, q.file, q.source, q.page, q.ordinal, q.mark, q.found, q.files, q.pages,
		q.state, q.decided, q.actor, q.note`
	// An unlinked file has the access class that is open to all of the archive.
	quarantineRows = `SELECT ` + quarantineFields + ` FROM (
		SELECT q.*, COALESCE(h.code, '') AS code, COALESCE(h.access_class, 0) AS access_class
		FROM quarantine q LEFT JOIN holding h ON h.id = q.holding) q`
	quarantineByID     = quarantineRows + ` WHERE q.id = $1 AND {quarantine q}`
	quarantinesOf      = quarantineRows + ` WHERE q.holding = $1 AND {quarantine q} ORDER BY q.id`
	quarantines        = quarantineRows + ` WHERE {quarantine q} ORDER BY q.id`
	quarantinesAt      = quarantineRows + ` WHERE q.state = $1 AND {quarantine q} ORDER BY q.id`
	quarantineForWrite = quarantineRows + ` WHERE q.id = $1`
	addQuarantineFile  = `INSERT INTO quarantine_file (file, quarantine, back, state) VALUES ($1, $2, $3, $4)
		ON CONFLICT (file) DO UPDATE SET quarantine = excluded.quarantine, back = excluded.back, state = excluded.state`
	countQuarantined = `UPDATE quarantine SET files = files + $1, pages = pages + $2 WHERE id = $3`
	dropQuarantine   = `DELETE FROM quarantine WHERE id = $1`
	putPageAside     = `UPDATE page SET stage = $1, reason = $2, detail = $3, searchable = 0, claim = 0, lease = 0, rev = $4
		WHERE id = $5`
	pagesOfFileForWrite = `SELECT ` + pageFields + `, p.priority, p.searchable, p.root FROM page p WHERE p.file = $1 ORDER BY p.frame`
	quarantineFiles     = `SELECT ` + fileFields + `, n.back, n.state FROM quarantine_file n JOIN file f ON f.id = n.file
		WHERE n.quarantine = $1 ORDER BY f.id`
	clearedFile = `SELECT COUNT(*) FROM quarantine_file n JOIN quarantine q ON q.id = n.quarantine
		WHERE n.file = $1 AND q.state = 'not-secret'`
)

func quarantineTargets(q *archive.Quarantine) []any {
	return []any{&q.ID, nullID{&q.Holding}, &q.Code, &q.File, &q.Path, &q.Page, &q.Ordinal, &q.Mark, &q.Found, &q.Files,
		&q.Pages, &q.State, &q.Decided, nullID{&q.Actor}, &q.Note}
}

// QuarantinedFile is an original that was put aside, or was and is back.
type QuarantinedFile struct {
	archive.File
	Back string            // its path before
	Was  archive.FileState // its state before
}

// notQuarantined refuses to work on a page that was put aside.
func notQuarantined(doing string, p pageRow) error {
	if p.Stage != archive.StageQuarantined {
		return nil
	}
	return archive.WrapAs(archive.Conflict, doing, p.ID.String(), &archive.Refusal{Reason: archive.ReasonQuarantined})
}

// Quarantine puts files aside and fills in q's id; q names the mark and where it was
// seen. Their pages, which must have lost their texts and derived images and must be
// out of the index before, leave the queue. Files that were put aside before are
// passed over; when all were, nothing is added and q.ID stays zero.
func (t *Tx) Quarantine(q *archive.Quarantine, files []archive.ID) error {
	const doing = "put into quarantine"
	if err := t.settled(doing); err != nil {
		return err
	}
	q.ID, q.State, q.Mark, q.Path = t.NewID(), archive.QuarantineWaiting, cleaned(q.Mark), cleaned(q.Path)
	if q.Found == 0 {
		q.Found = t.c.millis()
	}
	cols := quarantineColumns(q)
	if err := insert(t.ctx, t.tx, "quarantine", q.ID, cols, "source", q.Path, "files", 0, "pages", 0); err != nil {
		return fault(doing, q.Page.String(), err)
	}
	var err error
	if q.Files, q.Pages, err = t.join(doing, q.ID, files); err != nil {
		return err
	}
	if q.Files == 0 {
		_, err := t.tx.ExecContext(t.ctx, dropQuarantine, int64(q.ID))
		q.ID = 0
		return fault(doing, q.Page.String(), err)
	}
	after, err := cols.filled()
	if err != nil {
		return fault(doing, q.Page.String(), err)
	}
	return t.log(nounQuarantine, q.ID, "", after)
}

// JoinQuarantine puts more files aside for a matter that waits: they came later for the
// same holding.
func (t *Tx) JoinQuarantine(id archive.ID, files []archive.ID) error {
	const doing = "join quarantine"
	if err := t.settled(doing); err != nil {
		return err
	}
	var q archive.Quarantine
	if err := t.tx.QueryRowContext(t.ctx, quarantineForWrite, int64(id)).Scan(quarantineTargets(&q)...); err != nil {
		return fault(doing, id.String(), err)
	}
	if q.State != archive.QuarantineWaiting {
		return archive.Errorf(archive.Conflict, doing, id.String(), "it is %s", q.State)
	}
	_, _, err := t.join(doing, id, files)
	return err
}

// join puts files aside for a matter and counts those that were not before.
func (t *Tx) join(doing string, id archive.ID, list []archive.ID) (files, pages int, err error) {
	for _, f := range list {
		n, err := t.putAside(doing, id, f)
		if err != nil {
			return 0, 0, err
		}
		if n >= 0 {
			files++
			pages += n
		}
	}
	return files, pages, t.one(doing, id, countQuarantined, files, pages, int64(id))
}

// putAside puts one file aside and tells how many pages it has; -1: it was already.
func (t *Tx) putAside(doing string, quarantine, file archive.ID) (int, error) {
	var was archive.File
	err := t.changeFile(doing, file, func(f *archive.File) error {
		was = *f
		f.State = archive.FileQuarantined
		return nil
	})
	if err != nil || was.State == archive.FileQuarantined {
		return -1, err
	}
	if _, err := t.tx.ExecContext(t.ctx, addQuarantineFile, int64(file), int64(quarantine), was.Path, string(was.State)); err != nil {
		return 0, fault(doing, was.Path, err)
	}
	pages, err := t.pagesOfFile(doing, file)
	if err != nil {
		return 0, err
	}
	for _, old := range pages {
		now := old
		now.Stage, now.Reason, now.Detail, now.searchable = archive.StageQuarantined, archive.ReasonQuarantined, "", false
		if err := t.stepAside(doing, old, now); err != nil {
			return 0, err
		}
	}
	return len(pages), nil
}

func (t *Tx) pagesOfFile(doing string, file archive.ID) ([]pageRow, error) {
	var list []pageRow
	err := rows(t.ctx, t.tx, pagesOfFileForWrite, []any{int64(file)}, func(r *sql.Rows) error {
		var p pageRow
		err := r.Scan(p.targets()...)
		list = append(list, p)
		return err
	})
	return list, fault(doing, file.String(), err)
}

// stepAside writes a page's way out of the queue or back into it, and has every index
// read it again.
func (t *Tx) stepAside(doing string, old, now pageRow) error {
	before, after, _, err := differing(old.work(), now.work())
	if err != nil {
		return fault(doing, old.ID.String(), err)
	}
	if err := t.one(doing, old.ID, putPageAside, string(now.Stage), string(now.Reason), now.Detail, old.Rev+1, int64(old.ID)); err != nil {
		return err
	}
	if err := t.recount(old, now); err != nil {
		return err
	}
	if old.inIndex() {
		t.mark(nounPage, old.ID, urgencyEdit)
	}
	return t.log(nounPage, old.ID, before, after)
}

// DecideQuarantine notes what a person decided: QuarantineReleasing or
// QuarantinePurging. A matter that is decided already is a Conflict.
func (t *Tx) DecideQuarantine(id archive.ID, to archive.QuarantineState, actor archive.ID, note string) error {
	return t.moveQuarantine("decide on quarantine", id, archive.QuarantineWaiting, func(q *archive.Quarantine) {
		q.State, q.Decided, q.Actor, q.Note = to, t.c.millis(), actor, cleaned(note)
	})
}

// FollowQuarantine makes a matter that waits, of a file that was in no holding, that of the
// holding which the file was linked to.
func (t *Tx) FollowQuarantine(id, holding archive.ID) error {
	return t.moveQuarantine("follow into quarantine", id, archive.QuarantineWaiting, func(q *archive.Quarantine) { q.Holding = holding })
}

// moveQuarantine writes what edit does to a matter that is in a state, and logs it.
func (t *Tx) moveQuarantine(doing string, id archive.ID, from archive.QuarantineState, edit func(*archive.Quarantine)) error {
	if err := t.settled(doing); err != nil {
		return err
	}
	var old archive.Quarantine
	if err := t.tx.QueryRowContext(t.ctx, quarantineForWrite, int64(id)).Scan(quarantineTargets(&old)...); err != nil {
		return fault(doing, id.String(), err)
	}
	if old.State != from {
		return archive.Errorf(archive.Conflict, doing, id.String(), "it is %s, not %s", old.State, from)
	}
	now := old
	edit(&now)
	before, after, which, err := differing(quarantineColumns(&old), quarantineColumns(&now))
	if err != nil || len(which) == 0 {
		return fault(doing, id.String(), err)
	}
	if err := update(t.ctx, t.tx, "quarantine", id, quarantineColumns(&now), which); err != nil {
		return fault(doing, id.String(), err)
	}
	return t.log(nounQuarantine, id, before, after)
}

// EndRelease lets the pages of a matter that was found to be no secret into the queue
// again, when their files are back; they are not stopped again.
func (t *Tx) EndRelease(id archive.ID) error {
	const doing = "release from quarantine"
	err := t.moveQuarantine(doing, id, archive.QuarantineReleasing, func(q *archive.Quarantine) { q.State = archive.QuarantineReleased })
	if err != nil {
		return err
	}
	files, err := quarantinedFiles(t.ctx, t.tx, id)
	if err != nil {
		return fault(doing, id.String(), err)
	}
	for _, f := range files {
		if err := t.changeFile(doing, f.ID, func(file *archive.File) error {
			if file.State = f.Was; f.Was == archive.FileUnhashed && file.SHA256 != "" {
				file.State = archive.FileStored // hashed meanwhile
			}
			return nil
		}); err != nil {
			return err
		}
		pages, err := t.pagesOfFile(doing, f.ID)
		if err != nil {
			return err
		}
		for _, old := range pages {
			now := old
			now.Stage, now.Reason, now.Detail = archive.StageReceived, "", ""
			if err := t.stepAside(doing, old, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func quarantinedFiles(ctx context.Context, db querier, id archive.ID) ([]QuarantinedFile, error) {
	var list []QuarantinedFile
	err := rows(ctx, db, quarantineFiles, []any{int64(id)}, func(r *sql.Rows) error {
		var f QuarantinedFile
		var sum []byte
		err := r.Scan(append(fileTargets(&f.File, &sum), &f.Back, &f.Was)...)
		f.SHA256 = hex.EncodeToString(sum)
		list = append(list, f)
		return err
	})
	return list, err
}

// Quarantines lists what was put aside, oldest first: matters in one state, or, with an
// empty one, all that ever were.
func (c *Catalogue) Quarantines(ctx context.Context, sight access.Sight, state archive.QuarantineState) ([]archive.Quarantine, error) {
	if state == "" {
		return c.quarantines(ctx, quarantines, sight)
	}
	return c.quarantines(ctx, quarantinesAt, sight, string(state))
}

// QuarantinesOf lists what was put aside of a holding, oldest first.
func (c *Catalogue) QuarantinesOf(ctx context.Context, sight access.Sight, holding archive.ID) ([]archive.Quarantine, error) {
	return c.quarantines(ctx, quarantinesOf, sight, int64(holding))
}

// Quarantine finds one matter.
func (c *Catalogue) Quarantine(ctx context.Context, sight access.Sight, id archive.ID) (archive.Quarantine, error) {
	list, err := c.quarantines(ctx, quarantineByID, sight, int64(id))
	if err == nil && len(list) == 0 {
		err = fault("find quarantine", id.String(), sql.ErrNoRows)
	}
	if err != nil {
		return archive.Quarantine{}, err
	}
	return list[0], nil
}

func (c *Catalogue) quarantines(ctx context.Context, query string, sight access.Sight, args ...any) ([]archive.Quarantine, error) {
	var list []archive.Quarantine
	err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
		var q archive.Quarantine
		err := r.Scan(quarantineTargets(&q)...)
		list = append(list, q)
		return err
	})
	return list, fault("list quarantine", "", err)
}

// QuarantinedFiles lists the files of a matter.
func (c *Catalogue) QuarantinedFiles(ctx context.Context, id archive.ID) ([]QuarantinedFile, error) {
	list, err := quarantinedFiles(ctx, c.cat.read, id)
	return list, fault("list quarantined files", id.String(), err)
}

// Cleared tells whether a person decided that a file is no secret.
func (c *Catalogue) Cleared(ctx context.Context, file archive.ID) (bool, error) {
	var n int
	err := c.cat.read.QueryRowContext(ctx, clearedFile, int64(file)).Scan(&n)
	return n > 0, fault("read decision on file", file.String(), err)
}

// whyNoText tells why a page has no text.
func (c *Catalogue) whyNoText(ctx context.Context, sight access.Sight, page archive.ID) error {
	p, err := c.Page(ctx, sight, page)
	if err == nil && p.Stage == archive.StageQuarantined {
		return archive.Refuse("read text", page.String(), archive.ReasonQuarantined, "put aside as a suspected state secret")
	}
	return fault("read text", page.String(), sql.ErrNoRows)
}
