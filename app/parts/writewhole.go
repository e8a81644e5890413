package parts

import (
	"errors"
	"io"
	"os"

	"lantai/archive"
)

// WriteWhole writes a file, in place of one that may be there; it appears whole or not at
// all. It is called off the UI goroutine.
func WriteWhole(path string, write func(io.Writer) error) (err error) {
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return archive.Wrap("save file", path, err)
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(part))
	}
	return archive.Wrap("save file", path, err)
}
