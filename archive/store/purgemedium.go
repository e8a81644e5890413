package store

import (
	"context"
	"database/sql"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

func mediumColumns(m *archive.Medium) columns {
	return columns{
		{"purge", &m.Purge}, {"number", &m.Number}, {"kind", &m.Kind}, {"name", &m.Name}, {"root", &m.Root}, {"files", &m.Files},
		{"bytes", &m.Bytes}, {"noted", &m.Noted}, {"cleared", &m.Cleared}, {"actor", &m.Actor}, {"note", &m.Note},
	}
}

func mediumQuery(where string) string {
	return "SELECT m.id, " + mediumColumns(new(archive.Medium)).list("m") + " FROM purge_medium m WHERE " + where
}

func mediumTargets(m *archive.Medium) []any {
	return append([]any{&m.ID}, mediumColumns(m).targets()...)
}

const (
	lastMedium = `SELECT COALESCE(MAX(number), 0) FROM purge_medium`
	keptFiles  = `SELECT w.noun, w.id, w.name, w.root, w.sha256, w.bytes, w.modified FROM purge_row w
		WHERE w.purge = $1 AND w.noun = $2 AND w.root = $3 ORDER BY w.name`
	dropKept = `DELETE FROM purge_row WHERE purge = $1 AND noun = $2 AND root = $3`
)

// AddMedium notes that something holds a purged record still, and fills in id and number.
// What copies records elsewhere adds what it has written before the purge.
func (t *Tx) AddMedium(m *archive.Medium) error {
	const doing = "note a medium"
	if err := t.settled(doing); err != nil {
		return err
	}
	if err := t.tx.QueryRowContext(t.ctx, lastMedium).Scan(&m.Number); err != nil {
		return fault(doing, m.Name, err)
	}
	m.ID, m.Noted = t.NewID(), t.c.millis()
	m.Number++
	m.Name, m.Note = cleaned(m.Name), cleaned(m.Note)
	cols := mediumColumns(m)
	if err := insert(t.ctx, t.tx, nounMedium, m.ID, cols); err != nil {
		return fault(doing, m.Name, err)
	}
	after, err := cols.filled()
	if err != nil {
		return fault(doing, m.Name, err)
	}
	return t.log(nounMedium, m.ID, "", after)
}

// ClearMedium notes that a person has seen to a medium: nothing of the record is on it any
// more. Conflict when that was said before.
func (c *Catalogue) ClearMedium(ctx context.Context, actor archive.Actor, number int, note string) (archive.Medium, error) {
	const doing = "clear a medium"
	var m archive.Medium
	_, err := c.Do(ctx, actor, archive.OpPurgeMedium, func(t *Tx) error {
		if err := t.tx.QueryRowContext(ctx, mediumQuery("m.number = $1"), number).Scan(mediumTargets(&m)...); err != nil {
			return fault(doing, m.Name, err)
		}
		if m.Cleared != 0 {
			return archive.Errorf(archive.Conflict, doing, m.Name, "it was cleared before")
		}
		old := m
		m.Cleared, m.Actor, m.Note = t.c.millis(), actor.ID, cleaned(note)
		before, after, which, err := differing(mediumColumns(&old), mediumColumns(&m))
		if err == nil {
			err = update(ctx, t.tx, nounMedium, m.ID, mediumColumns(&m), which)
		}
		if err == nil && m.Root != 0 {
			_, err = t.tx.ExecContext(ctx, dropKept, int64(m.Purge), purgeKept, int64(m.Root))
		}
		if err != nil {
			return fault(doing, m.Name, err)
		}
		return t.log(nounMedium, m.ID, before, after)
	})
	if err == nil {
		err = c.cat.scrub(ctx, "purge_row", nounMedium)
	}
	return m, fault(doing, m.Name, err)
}

// Media lists what holds purged records still, the oldest first; with cleared, also what
// did. It is shown to a Sight of everything alone.
func (c *Catalogue) Media(ctx context.Context, sight access.Sight, cleared bool) ([]archive.Medium, error) {
	const doing = "list media"
	if !sight.Destroys() {
		return nil, nil
	}
	where := "m.cleared = 0 ORDER BY m.number"
	if cleared {
		where = strings.Replace(where, "m.cleared = 0", "m.number > 0", 1)
	}
	var list []archive.Medium
	if err := rows(ctx, c.cat.read, mediumQuery(where), nil, func(r *sql.Rows) error {
		var m archive.Medium
		err := r.Scan(mediumTargets(&m)...)
		list = append(list, m)
		return err
	}); err != nil {
		return nil, fault(doing, "", err)
	}
	for i := range list {
		files, err := c.KeptFiles(ctx, list[i])
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			list[i].Paths = append(list[i].Paths, f.Path)
		}
	}
	return list, nil
}

// KeptFiles lists the originals that a storage root holds still.
func (c *Catalogue) KeptFiles(ctx context.Context, m archive.Medium) ([]archive.File, error) {
	if m.Root == 0 {
		return nil, nil
	}
	var list []archive.File
	err := rows(ctx, c.cat.read, keptFiles, []any{int64(m.Purge), purgeKept, int64(m.Root)}, func(r *sql.Rows) error {
		var w purgeRow
		err := r.Scan(&w.noun, &w.id, &w.name, &w.root, &w.sha256, &w.bytes, &w.modified)
		list = append(list, archive.File{ID: w.id, Root: w.root, Path: w.name, SHA256: w.sha256, Bytes: w.bytes, Modified: w.modified})
		return err
	})
	return list, fault("list files of a medium", m.Name, err)
}
