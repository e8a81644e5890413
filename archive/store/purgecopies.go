package store

import (
	"database/sql"
	"strconv"

	"lantai/archive"
)

const (
	carriersWritten = `SELECT b.id, b.number, t.name FROM carrier b JOIN target t ON t.id = b.target JOIN carrier_state s ON s.carrier = b.id
		WHERE s.digest IS NOT NULL OR s.coming IS NOT NULL OR s.manifest > 0 ORDER BY b.id`
	copiesAnywhere = `SELECT ` + copyFields + `, ` + fileFields + copyTables + ` WHERE c.file IN ({keys}) ORDER BY c.carrier, c.file`
)

// noteCopies notes the media of targets that hold the records still: copies of their originals,
// and, as long as a catalogue lies there that was made before, what it says of them.
func (w *purging) noteCopies(purge archive.ID) error {
	t := w.t
	files := make([]archive.ID, len(w.scope.Files))
	for i, f := range w.scope.Files {
		files[i] = f.ID
	}
	copies := map[archive.ID][]CopyOf{}
	if err := each(t.ctx, t.tx, copiesAnywhere, files, func(r *sql.Rows) error {
		one, err := scanCopy(r)
		copies[one.Carrier] = append(copies[one.Carrier], one)
		return err
	}); err != nil {
		return err
	}
	var media []archive.Medium
	if err := rows(t.ctx, t.tx, carriersWritten, nil, func(r *sql.Rows) error {
		m := archive.Medium{Purge: purge, Kind: archive.MediumBackup}
		var number int
		err := r.Scan(&m.Root, &number, &m.Name)
		m.Name += " " + strconv.Itoa(number)
		media = append(media, m)
		return err
	}); err != nil {
		return err
	}
	for _, m := range media {
		for _, one := range copies[m.Root] {
			m.Files++
			m.Bytes += one.FileCopy.Bytes
			w.rows = append(w.rows, purgeRow{noun: purgeKept, id: t.NewID(), name: archive.CopyFolder(one.Root) + one.FileCopy.Path,
				root: m.Root, sha256: one.File.SHA256, bytes: one.FileCopy.Bytes})
		}
		if err := t.AddMedium(&m); err != nil {
			return err
		}
	}
	return nil
}
