package vault

import (
	"cmp"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// found is one file below masters/, or a folder that cannot be read.
type found struct {
	path string
	err  error
}

// walk yields the files below masters/ in byte order of their whole paths, beginning
// after one. Files being received, and what was put aside as damaged, are left out.
func (v *Vault) walk(after string) iter.Seq[found] {
	return func(yield func(found) bool) { v.walkFolder("", after, yield) }
}

func (v *Vault) walkFolder(rel, after string, yield func(found) bool) bool {
	dir := filepath.Join(v.masters, filepath.FromSlash(rel))
	entries, err := os.ReadDir(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return true
		}
		return yield(found{path: strings.TrimSuffix(rel, "/"), err: err})
	}
	// "a-b" comes before "a/b": a folder takes part under its name with the slash.
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	for _, e := range entries {
		path := rel + sortName(e)
		switch {
		case path == damaged+"/": // what was put aside is no original
		case e.IsDir():
			if path < after && !strings.HasPrefix(after, path) {
				continue
			}
			if !v.walkFolder(path, after, yield) {
				return false
			}
		case path <= after || v.beingReceived(filepath.Join(dir, e.Name())):
		case !yield(found{path: path}):
			return false
		}
	}
	return true
}

func sortName(e fs.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

func (v *Vault) beingReceived(full string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.inflight[full]
}
