package archive

import (
	"errors"
	"io/fs"
	"os"
)

const overwriteBlock = 1 << 20

// Overwrite writes zeros over a file and removes it; one that is gone is removed. What
// the disk itself keeps elsewhere is beyond a program.
func Overwrite(name string) error {
	st, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if st.Mode().IsRegular() {
		if err := os.Chmod(name, 0o600); err != nil {
			return err
		}
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(Blank(f, st.Size()), f.Close()); err != nil {
			return err
		}
	}
	return os.Remove(name)
}

// Blank writes zeros over the first size bytes of a file, to the disk.
func Blank(f *os.File, size int64) error {
	zeros := make([]byte, min(size, overwriteBlock))
	for at := int64(0); at < size; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}
