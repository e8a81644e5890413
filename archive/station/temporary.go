package station

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"lantai/archive"
)

// staleAfter is how long a temporary file lies untouched before it is taken for that of a
// program that was killed: a table stays open for hours, while its import is looked at.
const staleAfter = 24 * time.Hour

// forgetTemporary overwrites what the reading of tables left in the folder of temporary
// files when a program was killed: rows of any records.
func (s *Station) forgetTemporary() error {
	now := time.Now
	if s.opt.Now != nil {
		now = s.opt.Now
	}
	var all error
	for _, pattern := range []string{"lantai-xls-*", "lantai-strings-*"} {
		files, err := filepath.Glob(filepath.Join(os.TempDir(), pattern))
		if err != nil {
			return archive.Wrap("forget temporary files", os.TempDir(), err)
		}
		for _, name := range files {
			info, err := os.Lstat(name)
			if err != nil || !info.Mode().IsRegular() || now().Sub(info.ModTime()) < staleAfter {
				continue
			}
			if err := archive.Overwrite(name); err != nil && !archive.Barred(err) { // another user's is theirs
				all = errors.Join(all, archive.Wrap("forget temporary files", name, err))
			}
		}
	}
	return all
}
