package store

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"

	"lantai/archive"
)

//go:embed migrations
var migrations embed.FS

// migrationSteps reads migrations/<engine>/<schema>-1.sql, -2.sql and so on. A step
// that was once released is never edited.
func migrationSteps(files fs.FS, engine, schema string) ([]string, error) {
	var steps []string
	for {
		name := path.Join("migrations", engine, fmt.Sprintf("%s-%d.sql", schema, len(steps)+1))
		b, err := fs.ReadFile(files, name)
		if err != nil {
			if len(steps) == 0 {
				return nil, err
			}
			return steps, nil
		}
		steps = append(steps, string(b))
	}
}

// checkVersion refuses what a newer program wrote.
func checkVersion(schema, subject string, version, known int) error {
	if version <= known {
		return nil
	}
	return archive.Errorf(archive.TooNew, "open "+schema, subject, "format %d, this program knows up to %d", version, known)
}

// Edition names the tables and indexes that new catalogues get: archives that were made
// for tests and measurements are kept under it.
func Edition() (string, error) {
	h := sha256.New()
	for _, schema := range []string{"catalogue", "text"} {
		steps, err := migrationSteps(migrations, "sqlite", schema)
		if err != nil {
			return "", err
		}
		for _, step := range steps {
			h.Write([]byte(step))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:4]), nil
}
