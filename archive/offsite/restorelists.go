package offsite

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// lists writes the lists of the receipts, which say where the originals lie now, and the list
// of what was not brought.
func (r *restore) lists(ctx context.Context, cat *store.Catalogue) (err error) {
	const doing = "write lists"
	dir := filepath.Join(r.opt.Home, "manifests")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return archive.Wrap(doing, dir, err)
	}
	w := lists{dir: dir, begun: map[string]bool{}, open: map[string]*os.File{}}
	defer func() { err = archive.Wrap(doing, dir, errors.Join(err, w.close())) }()
	if r.only != nil {
		if err := w.add(vault.NotRestoredList, vault.NotRestoredHead); err != nil {
			return err
		}
	}
	for f, err := range cat.AllFiles(ctx, access.All()) {
		if err != nil {
			return err
		}
		switch {
		case f.SHA256 == "" || f.State == archive.FileQuarantined:
		case r.only != nil && !r.only[f.ID]:
			err = w.add(vault.NotRestoredList, vault.NotRestoredLine(archive.CopyFolder(f.Root)+f.Path, f.SHA256))
		case f.Root == 0 && f.Batch != 0:
			err = w.add(f.Batch.String()+".sha256", vault.Line(f.SHA256, mastersDir+f.Path))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lists are files that grow side by side, of which some are open at a time.
type lists struct {
	dir   string
	begun map[string]bool
	open  map[string]*os.File
}

const listsOpen = 200

func (l *lists) add(name, line string) error {
	f := l.open[name]
	if f == nil {
		if len(l.open) == listsOpen {
			if err := l.close(); err != nil {
				return err
			}
		}
		flag := os.O_WRONLY | os.O_CREATE | os.O_APPEND
		if !l.begun[name] {
			flag |= os.O_TRUNC
		}
		l.begun[name] = true
		var err error
		if f, err = os.OpenFile(filepath.Join(l.dir, name), flag, 0o600); err != nil {
			return err
		}
		l.open[name] = f
	}
	_, err := f.WriteString(line)
	return err
}

func (l *lists) close() error {
	var errs []error
	for name, f := range l.open {
		errs = append(errs, f.Sync(), f.Close())
		delete(l.open, name)
	}
	return errors.Join(errs...)
}
