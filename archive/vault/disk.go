package vault

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lantai/archive"
)

// diskKind sorts errors of the vault's own disk.
func diskKind(err error) archive.ErrorKind {
	switch {
	case err == nil:
		return ""
	case isFull(err):
		return archive.NoSpace
	case archive.Barred(err):
		return archive.NoAccess
	}
	if k := archive.KindOf(err); k != archive.Internal {
		return k
	}
	return archive.Unavailable
}

// makeDurable makes a folder and what is missing above it, and fsyncs every folder
// that got a new entry.
func makeDurable(dir string) error {
	if st, err := os.Stat(dir); err == nil {
		if !st.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: errNotFolder}
		}
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeDurable(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

var errNotFolder = errors.New("a file stands where a folder is needed")

// replaceFile puts content under a name, whole or not at all, replacing what was there.
func replaceFile(name string, content []byte) error {
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// removeDurably removes a file; a missing one is fine.
func removeDurably(name string) error {
	if err := os.Remove(name); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return syncFolder(filepath.Dir(name))
}
