package canary

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// lose takes the originals of the receipts' loose pages away, so that there is something
// that a check of them finds.
func (m *maker) lose() error {
	return filepath.WalkDir(m.s.Home.Masters(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "_unfiled") {
			return err
		}
		return os.Remove(path)
	})
}
