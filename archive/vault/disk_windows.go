package vault

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// syncFolder does nothing: NTFS journals its folders, and renames are written
// through.
func syncFolder(string) error { return nil }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// renameNew renames a file and never replaces another: fs.ErrExist then.
func renameNew(from, to string) error {
	f, err := windows.UTF16PtrFromString(longPath(from))
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	t, err := windows.UTF16PtrFromString(longPath(to))
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	err = windows.MoveFileEx(f, t, windows.MOVEFILE_WRITE_THROUGH)
	if errors.Is(err, windows.ERROR_ALREADY_EXISTS) || errors.Is(err, windows.ERROR_FILE_EXISTS) {
		err = fs.ErrExist
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// longPath lifts the limit of 260 characters from an absolute path.
func longPath(p string) string {
	p = filepath.Clean(p)
	switch {
	case strings.HasPrefix(p, `\\?\`), !filepath.IsAbs(p):
		return p
	case strings.HasPrefix(p, `\\`):
		return `\\?\UNC` + p[1:]
	}
	return `\\?\` + p
}

func isNotFolder(err error) bool { return errors.Is(err, windows.ERROR_DIRECTORY) }
