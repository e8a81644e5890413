package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	copyable  = `f.sha256 IS NOT NULL AND f.state <> 'quarantined' AND {live f}`
	copyTotal = `SELECT COUNT(*), COALESCE(SUM(f.bytes), 0) FROM file f WHERE ` + copyable
	copied    = `SELECT COUNT(*), COALESCE(SUM(c.bytes), 0), COALESCE(MIN(c.checked), 0) FROM copy c WHERE c.target = $1`
	faulty    = `SELECT COUNT(*) FROM copy c WHERE c.target = $1 AND c.fault <> ''`
	toCopy    = `SELECT ` + fileFields + ` FROM file f WHERE f.id > $1 AND ` + copyable + `
		AND NOT EXISTS (SELECT 1 FROM copy c WHERE c.file = f.id AND c.target = $2) ORDER BY f.id LIMIT $3`
	unhashedTotal = `SELECT COUNT(*) FROM file f WHERE f.sha256 IS NULL AND {live f}`
	quarantined   = `SELECT COUNT(*), COUNT(c.file), COALESCE(SUM(c.bytes), 0) FROM quarantine_file q
		JOIN file f ON f.id = q.file AND f.state = 'quarantined' LEFT JOIN copy c ON c.file = q.file AND c.target = $1`
)

// CopyTotals say how much of the archive lies at a target.
type CopyTotals struct {
	Files, Copied    int // that may be copied, and that are
	Bytes, CopyBytes int64
	Faulty           int   // copies that were found missing, changed or unreadable
	Oldest           int64 // when the copy was checked that was not for the longest time; 0: there is none
	Unhashed         int   // originals that have no digest yet, and are copied when they have
	Quarantined      int   // originals that are never copied
}

// CopyTotals counts. Copies are made of what may be copied alone, so that equal numbers
// say that all is there.
func (c *Catalogue) CopyTotals(ctx context.Context, target archive.ID) (CopyTotals, error) {
	var n CopyTotals
	var aside int // copied before they were put aside
	var asideBytes int64
	db := c.cat.read
	for _, q := range []struct {
		query string
		args  []any
		into  []any
	}{
		{copyTotal, nil, []any{&n.Files, &n.Bytes}},
		{copied, []any{int64(target)}, []any{&n.Copied, &n.CopyBytes, &n.Oldest}},
		{faulty, []any{int64(target)}, []any{&n.Faulty}},
		{unhashedTotal, nil, []any{&n.Unhashed}},
		{quarantined, []any{int64(target)}, []any{&n.Quarantined, &aside, &asideBytes}},
	} {
		if err := db.QueryRowContext(ctx, sighted(q.query, access.All()), q.args...).Scan(q.into...); err != nil {
			return n, fault("count copies", target.String(), err)
		}
	}
	n.Copied, n.CopyBytes = n.Copied-aside, n.CopyBytes-asideBytes
	return n, nil
}

// ToCopy gives some of the originals that a target does not have, in the order they came,
// behind an id.
func (c *Catalogue) ToCopy(ctx context.Context, target, after archive.ID, limit int) ([]archive.File, error) {
	list, err := c.files(ctx, toCopy, access.All(), int64(after), int64(target), limit)
	return list, fault("list what is to be copied", target.String(), err)
}

// AddCopies notes originals that lie at a target now, and how long the list of their
// medium is, and tells which it noted. An original that is gone
// meanwhile, or has another content, is passed over; one that was put aside has a copy all the same.
func (c *Catalogue) AddCopies(ctx context.Context, target archive.ID, copies []archive.FileCopy, state archive.CarrierState) (noted []archive.FileCopy, err error) {
	err = c.cat.transact(ctx, func(tx *sql.Tx) error {
		add, drop, path, done, err := copyStatements(ctx, tx)
		if err != nil {
			return err
		}
		defer done()
		for _, f := range copies {
			sum, err := hex.DecodeString(f.SHA256)
			if err != nil {
				return err
			}
			r, err := add.ExecContext(ctx, int64(target), int64(f.Carrier), f.Bytes, f.Checked, string(f.Fault), int64(f.File), sum)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				if err != nil {
					return err
				}
				continue
			}
			noted = append(noted, f)
			if _, err := drop.ExecContext(ctx, int64(f.File), int64(target)); err != nil {
				return err
			}
			if _, err := path.ExecContext(ctx, int64(target), f.Path, int64(f.File), f.Path); err != nil {
				return err
			}
		}
		return putState(ctx, tx, state)
	})
	return noted, fault("note copies", target.String(), err)
}

// copyStatements prepares what notes a copy.
func copyStatements(ctx context.Context, tx *sql.Tx) (add, drop, path *sql.Stmt, done func(), err error) {
	var all []*sql.Stmt
	done = func() {
		for _, s := range all {
			s.Close()
		}
	}
	for _, query := range []string{addCopy, dropCopyPath, addCopyPath} {
		s, err := tx.PrepareContext(ctx, query)
		if err != nil {
			done()
			return nil, nil, nil, nil, err
		}
		all = append(all, s)
	}
	return all[0], all[1], all[2], done, nil
}

const (
	dropCopyPath = `DELETE FROM copy_path WHERE file = $1 AND target = $2`
	addCopyPath  = `INSERT INTO copy_path (file, target, path) SELECT f.id, CAST($1 AS BIGINT), CAST($2 AS TEXT) FROM file f WHERE f.id = $3 AND f.path <> $4`
	addCopy      = `INSERT INTO copy (file, target, carrier, bytes, checked, fault)
		SELECT f.id, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT) FROM file f WHERE f.id = $6 AND f.sha256 = $7
		ON CONFLICT (file, target) DO UPDATE SET carrier = excluded.carrier, bytes = excluded.bytes, checked = excluded.checked, fault = excluded.fault`
	copyPathKept = `INSERT INTO copy_path (file, target, path)
		SELECT c.file, c.target, CAST($1 AS TEXT) FROM copy c WHERE c.file = $2
		ON CONFLICT (file, target) DO NOTHING`
	getState = `SELECT s.carrier, s.digest, s.coming, s.manifest, s.through, s.verified FROM carrier_state s WHERE s.carrier = $1`
	setState = `UPDATE carrier_state SET digest = $1, coming = $2, manifest = $3, through = $4, verified = $5 WHERE carrier = $6`
)

// putState writes what is known of a medium; nothing for the zero state.
func putState(ctx context.Context, db querier, s archive.CarrierState) error {
	if s.Carrier == 0 {
		return nil
	}
	digest, err := hex.DecodeString(s.Digest)
	if err != nil {
		return err
	}
	coming, err := hex.DecodeString(s.Coming)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, setState, nullBytes(digest), nullBytes(coming), s.Manifest, s.Through, s.Verified, int64(s.Carrier))
	return err
}

// CarrierState tells what is known of what lies on a medium.
func (c *Catalogue) CarrierState(ctx context.Context, carrier archive.ID) (archive.CarrierState, error) {
	var s archive.CarrierState
	var digest, coming []byte
	err := c.cat.read.QueryRowContext(ctx, getState, int64(carrier)).Scan(&s.Carrier, &digest, &coming, &s.Manifest, &s.Through, &s.Verified)
	s.Digest, s.Coming = hex.EncodeToString(digest), hex.EncodeToString(coming)
	return s, fault("find medium", carrier.String(), err)
}

// SetCarrierState notes what lies on a medium.
func (c *Catalogue) SetCarrierState(ctx context.Context, s archive.CarrierState) error {
	err := c.cat.transact(ctx, func(tx *sql.Tx) error { return putState(ctx, tx, s) })
	return fault("note state of medium", s.Carrier.String(), err)
}

// CopyOf is a copy with the original that it is of.
type CopyOf struct {
	archive.FileCopy
	archive.File
}

const (
	copyFields = `c.carrier, c.bytes, c.checked, c.fault, COALESCE(cp.path, f.path)`
	copyTables = ` FROM copy c JOIN file f ON f.id = c.file LEFT JOIN copy_path cp ON cp.file = c.file AND cp.target = c.target `
	copiesDue  = `SELECT ` + copyFields + `, ` + fileFields + copyTables + `
		WHERE c.target = $1 AND c.checked < $2 AND (c.checked, c.file) > ($3, $4) AND c.carrier IN ({carriers}) ORDER BY c.checked, c.file LIMIT $5`
	copiesFaulty = `SELECT ` + copyFields + `, ` + fileFields + copyTables + `
		WHERE c.target = $1 AND c.fault <> '' AND c.file > $2 ORDER BY c.file LIMIT $3`
	copiesOfFiles = `SELECT ` + copyFields + `, ` + fileFields + copyTables + ` WHERE c.target = {target} AND c.file IN ({keys})`
	copiesByPath  = `SELECT ` + copyFields + `, ` + fileFields + copyTables + ` WHERE f.root = {root} AND f.path IN ({keys}) AND c.target = {target}
		AND cp.path IS NULL`
	copiesMoved = `SELECT ` + copyFields + `, ` + fileFields + ` FROM copy_path cp JOIN copy c ON c.file = cp.file AND c.target = cp.target
		JOIN file f ON f.id = c.file WHERE cp.target = {target} AND cp.path IN ({keys})`
	noteChecked  = `UPDATE copy SET checked = $1, fault = $2 WHERE file = $3 AND target = $4`
	checkedLater = `SELECT c.file FROM copy c WHERE c.target = $1 AND c.checked > $2 ORDER BY c.checked, c.file LIMIT 2000`
	doubtCheck   = `UPDATE copy SET checked = 0 WHERE file = $1 AND target = $2`
	dropCopy     = `DELETE FROM copy WHERE file = $1 AND target = $2`
	dropCopies   = `DELETE FROM copy WHERE file = $1`
	copiesOn     = `SELECT c.file FROM copy c WHERE c.target = $1 AND c.carrier = $2 AND c.file > $3 ORDER BY c.file LIMIT 2000`
	dropCarrier  = `DELETE FROM copy WHERE carrier = $1`
)

func scanCopy(r *sql.Rows) (CopyOf, error) {
	var one CopyOf
	var sum []byte
	err := r.Scan(append([]any{&one.Carrier, &one.FileCopy.Bytes, &one.Checked, &one.Fault, &one.FileCopy.Path}, fileTargets(&one.File, &sum)...)...)
	one.File.SHA256 = hex.EncodeToString(sum)
	one.FileCopy.File, one.FileCopy.SHA256 = one.File.ID, one.File.SHA256
	return one, err
}

func (c *Catalogue) copies(ctx context.Context, query string, args ...any) ([]CopyOf, error) {
	var list []CopyOf
	err := rows(ctx, c.cat.read, query, args, func(r *sql.Rows) error {
		one, err := scanCopy(r)
		list = append(list, one)
		return err
	})
	return list, fault("list copies", "", err)
}

// CopiesDue gives some copies at a target that were not checked since a time, those that
// were not for the longest time first, behind another. It is for the media that are given.
func (c *Catalogue) CopiesDue(ctx context.Context, target archive.ID, carriers []archive.ID, since int64, after archive.FileCopy, limit int) ([]CopyOf, error) {
	if len(carriers) == 0 {
		return nil, nil
	}
	on := make([]string, len(carriers))
	for i, id := range carriers {
		on[i] = id.String()
	}
	query := strings.Replace(copiesDue, "{carriers}", strings.Join(on, ", "), 1)
	return c.copies(ctx, query, int64(target), since, after.Checked, int64(after.File), limit)
}

// CopiesFaulty gives some copies that were found missing, changed or unreadable, behind a file.
func (c *Catalogue) CopiesFaulty(ctx context.Context, target, after archive.ID, limit int) ([]CopyOf, error) {
	return c.copies(ctx, copiesFaulty, int64(target), int64(after), limit)
}

// CopiesAt finds, of paths at a target below the folder of a root, what should lie there.
func (c *Catalogue) CopiesAt(ctx context.Context, target, root archive.ID, paths []string) (map[string]CopyOf, error) {
	found := make(map[string]CopyOf, len(paths))
	take := func(r *sql.Rows) error {
		one, err := scanCopy(r)
		if one.Root == root {
			found[one.FileCopy.Path] = one
		}
		return err
	}
	for _, query := range []string{copiesByPath, copiesMoved} {
		query = strings.NewReplacer("{target}", target.String(), "{root}", root.String()).Replace(query)
		if err := each(ctx, c.cat.read, query, paths, take); err != nil {
			return nil, fault("list copies", target.String(), err)
		}
	}
	return found, nil
}

// CopiesMoved finds, of paths at a target, those at which copies lie whose originals have another path now.
func (c *Catalogue) CopiesMoved(ctx context.Context, target archive.ID, paths []string) ([]CopyOf, error) {
	var list []CopyOf
	err := each(ctx, c.cat.read, strings.Replace(copiesMoved, "{target}", target.String(), 1), paths, func(r *sql.Rows) error {
		one, err := scanCopy(r)
		list = append(list, one)
		return err
	})
	return list, fault("list copies", target.String(), err)
}

// CopiesOf finds the copies that a target has of some files.
func (c *Catalogue) CopiesOf(ctx context.Context, target archive.ID, files []archive.ID) (map[archive.ID]CopyOf, error) {
	found := make(map[archive.ID]CopyOf, len(files))
	query := strings.Replace(copiesOfFiles, "{target}", target.String(), 1)
	err := each(ctx, c.cat.read, query, files, func(r *sql.Rows) error {
		one, err := scanCopy(r)
		found[one.File.ID] = one
		return err
	})
	return found, fault("list copies", target.String(), err)
}

// NoteChecked notes what reading copies back has found. One that is missing is no copy
// any more: the next run copies the original again.
func (c *Catalogue) NoteChecked(ctx context.Context, target archive.ID, copies []archive.FileCopy) error {
	err := c.cat.transact(ctx, func(tx *sql.Tx) error {
		for _, f := range copies {
			var err error
			if f.Fault == archive.CopyMissing {
				_, err = tx.ExecContext(ctx, dropCopy, int64(f.File), int64(target))
			} else {
				_, err = tx.ExecContext(ctx, noteChecked, f.Checked, string(f.Fault), int64(f.File), int64(target))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return fault("note checks of copies", target.String(), err)
}

// DoubtChecks has copies count as not checked whose check lies behind a time: a clock was wrong then.
func (c *Catalogue) DoubtChecks(ctx context.Context, target archive.ID, now int64) error {
	const doing = "doubt checks of copies"
	for {
		list, err := ids(ctx, c.cat.read, checkedLater, int64(target), now)
		if err != nil || len(list) == 0 {
			return fault(doing, target.String(), err)
		}
		if err := c.cat.transact(ctx, func(tx *sql.Tx) error {
			for _, id := range list {
				if _, err := tx.ExecContext(ctx, doubtCheck, int64(id), int64(target)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fault(doing, target.String(), err)
		}
	}
}

// DropCopies forgets what lies on a medium, so that it is copied again elsewhere.
func (t *Tx) DropCopies(carrier archive.ID) error {
	_, err := t.tx.ExecContext(t.ctx, dropCarrier, int64(carrier))
	return fault("forget copies", carrier.String(), err)
}

// KeepCopies forgets the copies on a medium but those of some files, in ascending order:
// what else was known of the medium does not lie there.
func (c *Catalogue) KeepCopies(ctx context.Context, target, carrier archive.ID, files []archive.ID) error {
	const doing = "forget copies"
	for last := archive.ID(0); ; {
		list, err := ids(ctx, c.cat.read, copiesOn, int64(target), int64(carrier), int64(last))
		if err != nil || len(list) == 0 {
			return fault(doing, carrier.String(), err)
		}
		last = list[len(list)-1]
		var gone []archive.ID
		for _, id := range list {
			if _, there := slices.BinarySearch(files, id); !there {
				gone = append(gone, id)
			}
		}
		if len(gone) == 0 {
			continue
		}
		if err := c.cat.transact(ctx, func(tx *sql.Tx) error {
			for _, id := range gone {
				if _, err := tx.ExecContext(ctx, dropCopy, int64(id), int64(target)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fault(doing, carrier.String(), err)
		}
	}
}

// followCopies keeps what is known of the copies of an original true when its row changes:
// they stay where they are when it moves, and are none of it when it has another content.
func (t *Tx) followCopies(old, now archive.File) error {
	if old.Path != now.Path {
		if _, err := t.tx.ExecContext(t.ctx, copyPathKept, old.Path, int64(old.ID)); err != nil {
			return fault("note where copies lie", old.Path, err)
		}
	}
	if old.SHA256 == "" || old.SHA256 == now.SHA256 {
		return nil
	}
	_, err := t.tx.ExecContext(t.ctx, dropCopies, int64(old.ID))
	return fault("forget copies", old.Path, err)
}
