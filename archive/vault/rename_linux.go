package vault

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew renames a file and never replaces another: fs.ErrExist then. File systems
// without RENAME_NOREPLACE get a link and an unlink.
func renameNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		return linkNew(from, to)
	}
	return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
}
