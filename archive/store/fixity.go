package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	putFixity = `INSERT INTO fixity (file, root, bytes, checked, fault)
		SELECT f.id, f.root, f.bytes, CAST($1 AS BIGINT), '' FROM file f WHERE f.id = $2 AND f.sha256 IS NOT NULL
		ON CONFLICT (file) DO UPDATE SET bytes = excluded.bytes, checked = excluded.checked, fault = ''`
	dropFixity = `DELETE FROM fixity WHERE file = $1`
	// What an older program took in has no row: its receipt counts as its first check.
	fillFixity = `INSERT INTO fixity (file, root, bytes, checked, fault)
		SELECT f.id, f.root, f.bytes, f.received, '' FROM file f
		WHERE f.id > $1 AND f.id <= $2 AND f.sha256 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM fixity x WHERE x.file = f.id)`
	fillUntil    = `SELECT COALESCE(MAX(y.id), 0) FROM (SELECT f.id FROM file f WHERE f.id > $1 ORDER BY f.id LIMIT $2) y`
	fixityAhead  = `UPDATE fixity SET checked = $1 WHERE root = $2 AND checked > $3`
	fixityFields = `x.checked, x.fault, ` + fileFields
	fixityDue    = `SELECT ` + fixityFields + ` FROM fixity x JOIN file f ON f.id = x.file
		WHERE x.root = $1 AND x.checked < $2 AND (x.checked, x.file) > ($3, $4) AND f.sha256 IS NOT NULL AND {live f}
		ORDER BY x.checked, x.file LIMIT $5`
	fixityFaulty = `SELECT ` + fixityFields + ` FROM fixity x JOIN file f ON f.id = x.file
		WHERE x.fault <> '' AND x.file > $1 AND x.checked < $2 AND f.sha256 IS NOT NULL AND {live f} ORDER BY x.file LIMIT $3`
	fixityAt     = `SELECT ` + fixityFields + ` FROM fixity x JOIN file f ON f.id = x.file WHERE f.id IN ({keys}) AND f.sha256 IS NOT NULL AND {live f}`
	fixityBefore = `SELECT COUNT(*), COALESCE(SUM(x.bytes), 0) FROM fixity x WHERE x.root = $1 AND x.checked < $2`
	fixityAll    = `SELECT x.root, COUNT(*), COALESCE(SUM(x.bytes), 0) FROM fixity x GROUP BY x.root`
	fixityFaults = `SELECT x.fault, COUNT(*) FROM fixity x WHERE x.fault <> '' GROUP BY x.fault`
	noteFixity   = `UPDATE fixity SET checked = $1, fault = $2 WHERE file = $3
		AND EXISTS (SELECT 1 FROM file f WHERE f.id = fixity.file AND f.sha256 = $4)`
	noteSound = `UPDATE fixity SET checked = $1, fault = '' WHERE root = $2 AND file IN
		(SELECT x.file FROM fixity x WHERE x.root = $3 AND x.checked < $4 ORDER BY x.checked, x.file LIMIT $5)`
)

// CheckedFile is an original with what was found when it was last read whole.
type CheckedFile struct {
	archive.File
	Checked int64 // Unix milliseconds; its receipt counts as a check
	Fault   archive.CopyFault
}

// Amount is a number of originals with their size.
type Amount struct {
	Files int
	Bytes int64
}

// followFixity keeps what is known of the checks of an original true when its digest comes,
// changes or goes: reading it whole for the digest was a check.
func (t *Tx) followFixity(file archive.ID, before, now string) error {
	if before == now {
		return nil
	}
	query, args := putFixity, []any{t.c.millis(), int64(file)}
	if now == "" {
		query, args = dropFixity, []any{int64(file)}
	}
	_, err := t.tx.ExecContext(t.ctx, query, args...)
	return fault("note check of file", file.String(), err)
}

// How many rows one transaction fills in or notes, so that those who type wait some
// hundredths of a second at most.
const (
	fillStep  = 2000
	soundStep = 400
)

// FillFixity adds the originals with a digest of which no check is known.
func (c *Catalogue) FillFixity(ctx context.Context) error {
	const doing = "list originals to check"
	for after := int64(0); ; {
		var until int64
		if err := c.cat.read.QueryRowContext(ctx, fillUntil, after, fillStep).Scan(&until); err != nil {
			return fault(doing, "", err)
		}
		if until == 0 {
			return nil
		}
		err := c.cat.transact(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, fillFixity, after, until)
			return err
		})
		if err == nil {
			err = letOthers(ctx)
		}
		if err != nil {
			return fault(doing, "", err)
		}
		after = until
	}
}

// FixityAhead dates checks of a root (zero: masters/) that lie in the future back to a
// time: the clock was wrong.
func (c *Catalogue) FixityAhead(ctx context.Context, root archive.ID, now int64) error {
	err := c.cat.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, fixityAhead, now-1, int64(root), now)
		return err
	})
	return fault("note checks of originals", root.String(), err)
}

func (c *Catalogue) checked(ctx context.Context, query string, args ...any) ([]CheckedFile, error) {
	var list []CheckedFile
	err := rows(ctx, c.cat.read, sighted(query, access.All()), args, func(r *sql.Rows) error {
		one, err := scanChecked(r)
		list = append(list, one)
		return err
	})
	return list, fault("list checks of originals", "", err)
}

func scanChecked(r *sql.Rows) (CheckedFile, error) {
	var one CheckedFile
	var sum []byte
	err := r.Scan(append([]any{&one.Checked, &one.Fault}, fileTargets(&one.File, &sum)...)...)
	one.SHA256 = hex.EncodeToString(sum)
	return one, err
}

// FixityDue gives some originals of a root (zero: masters/) that were not read since a time,
// those that were not for the longest time first, behind another.
func (c *Catalogue) FixityDue(ctx context.Context, root archive.ID, since int64, after CheckedFile, limit int) ([]CheckedFile, error) {
	return c.checked(ctx, fixityDue, int64(root), since, after.Checked, int64(after.ID), limit)
}

// FixityFaulty gives some originals that were found missing, changed or unreadable and not
// looked at since a time, behind one.
func (c *Catalogue) FixityFaulty(ctx context.Context, since int64, after archive.ID, limit int) ([]CheckedFile, error) {
	return c.checked(ctx, fixityFaulty, int64(after), since, limit)
}

// FixityOf gives what is known of the checks of some originals.
func (c *Catalogue) FixityOf(ctx context.Context, files []archive.ID) (map[archive.ID]CheckedFile, error) {
	found := make(map[archive.ID]CheckedFile, len(files))
	err := each(ctx, c.cat.read, sighted(fixityAt, access.All()), files, func(r *sql.Rows) error {
		one, err := scanChecked(r)
		found[one.ID] = one
		return err
	})
	return found, fault("list checks of originals", "", err)
}

// FixityBefore counts the originals of a root that were not read since a time.
func (c *Catalogue) FixityBefore(ctx context.Context, root archive.ID, since int64) (Amount, error) {
	var n Amount
	err := c.cat.read.QueryRowContext(ctx, fixityBefore, int64(root), since).Scan(&n.Files, &n.Bytes)
	return n, fault("count originals to check", root.String(), err)
}

// FixityTotals counts the originals with a digest, by root.
func (c *Catalogue) FixityTotals(ctx context.Context) (map[archive.ID]Amount, error) {
	totals := map[archive.ID]Amount{}
	err := rows(ctx, c.cat.read, fixityAll, nil, func(r *sql.Rows) error {
		var root archive.ID
		var n Amount
		err := r.Scan(&root, &n.Files, &n.Bytes)
		totals[root] = n
		return err
	})
	return totals, fault("count originals", "", err)
}

// FixityFaults counts the originals that were last found missing, changed or unreadable.
func (c *Catalogue) FixityFaults(ctx context.Context) (map[archive.CopyFault]int, error) {
	counts := map[archive.CopyFault]int{}
	err := rows(ctx, c.cat.read, fixityFaults, nil, func(r *sql.Rows) error {
		var fault archive.CopyFault
		var n int
		err := r.Scan(&fault, &n)
		counts[fault] = n
		return err
	})
	return counts, fault("count damaged originals", "", err)
}

// NoteFixity notes what reading originals has found. One that is gone from the catalogue,
// or has another digest by now, is passed over.
func (t *Tx) NoteFixity(checks []archive.FileCheck) error {
	const doing = "note checks of originals"
	for _, one := range checks {
		sum, err := hex.DecodeString(one.SHA256)
		if err == nil {
			_, err = t.tx.ExecContext(t.ctx, noteFixity, one.Checked, string(one.Fault), int64(one.File), sum)
		}
		if err != nil {
			return fault(doing, one.File.String(), err)
		}
	}
	return nil
}

// NoteSound notes that all originals of a root that were not read since a time have been
// found good at that time, some in each transaction.
func (c *Catalogue) NoteSound(ctx context.Context, root archive.ID, at int64) error {
	for more := int64(1); more > 0; {
		err := c.cat.transact(ctx, func(tx *sql.Tx) error {
			r, err := tx.ExecContext(ctx, noteSound, at, int64(root), int64(root), at, soundStep)
			if err != nil {
				return err
			}
			more, err = r.RowsAffected()
			return err
		})
		if err == nil {
			err = letOthers(ctx)
		}
		if err != nil {
			return fault("note checks of originals", root.String(), err)
		}
	}
	return nil
}

// letOthers waits a moment between two transactions of a long job, in which others write.
func letOthers(ctx context.Context) error {
	const moment = 5 * time.Millisecond
	t := time.NewTimer(moment)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
