//go:build !windows

package vault

import (
	"errors"
	"os"
	"syscall"
)

// syncFolder brings a folder's entries to the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func isNotFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
