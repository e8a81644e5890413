package ingest

import (
	"os"
	"path/filepath"

	"lantai/archive"
)

// checkFolder gives the folder's absolute path. A folder inside the archive's own,
// or around it, is refused: it would receive itself.
func (p *Pipeline) checkFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", archive.WrapAs(archive.Invalid, "receive folder", dir, err)
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return "", archive.WrapAs(archive.NotFound, "receive folder", dir, err)
	case !info.IsDir():
		return "", archive.Errorf(archive.Invalid, "receive folder", dir, "not a folder")
	}
	home, err := filepath.Abs(filepath.Dir(p.opt.Derived))
	if err == nil && (below(abs, home) || below(home, abs)) {
		return "", archive.Errorf(archive.Invalid, "receive folder", dir, "the folder and the archive lie in one another")
	}
	return abs, nil
}

// receiving notes that a folder is being received, until done is called.
func (p *Pipeline) receiving(dir string) (done func(), err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, archive.WrapAs(archive.NotFound, "receive folder", dir, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.folders {
		if os.SameFile(info, other) {
			return nil, archive.Errorf(archive.Busy, "receive folder", dir, "it is being received")
		}
	}
	p.folders[dir] = info
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.folders, dir)
	}, nil
}

func below(a, b string) bool {
	rel, err := filepath.Rel(b, a)
	return err == nil && filepath.IsLocal(rel)
}
