package ingest

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

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
	case archive.Barred(err):
		return "", archive.WrapAs(archive.NoAccess, "receive folder", dir, err)
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

// receiving notes that a folder is being received or adopted, until done is called; Busy:
// it is already.
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

// Receiving lists the folders that are being received or adopted now, as the batches have
// them in Source.
func (p *Pipeline) Receiving() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.folders))
}

func below(a, b string) bool {
	rel, err := filepath.Rel(b, a)
	return err == nil && filepath.IsLocal(rel)
}
