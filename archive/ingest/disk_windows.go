package ingest

import (
	"errors"

	"golang.org/x/sys/windows"

	"lantai/archive"
)

// diskError tells a full disk from other faults of writing.
func diskError(op, subject string, err error) error {
	if errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) {
		return archive.WrapAs(archive.NoSpace, op, subject, err)
	}
	return archive.Wrap(op, subject, err)
}
