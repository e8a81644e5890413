//go:build unix

package ingest

import (
	"errors"
	"syscall"

	"lantai/archive"
)

// diskError tells a full disk from other faults of writing.
func diskError(op, subject string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return archive.WrapAs(archive.NoSpace, op, subject, err)
	}
	return archive.Wrap(op, subject, err)
}
