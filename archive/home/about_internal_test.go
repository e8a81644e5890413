package home

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"lantai/archive"
)

func TestDiskKind(t *testing.T) {
	for cause, want := range map[error]archive.ErrorKind{
		syscall.EACCES: archive.NoAccess, syscall.EROFS: archive.NoAccess, os.ErrPermission: archive.NoAccess,
		syscall.EIO: archive.Unavailable, errors.New("other"): archive.Unavailable,
	} {
		if got := diskKind(&os.PathError{Op: "open", Path: "h", Err: cause}); got != want {
			t.Errorf("%v: %s, want %s", cause, got, want)
		}
	}
}
