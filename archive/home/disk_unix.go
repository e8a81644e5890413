//go:build !windows

package home

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"lantai/archive"
)

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

// Free tells how much this user may still write to the disk that dir lies on.
func Free(dir string) (Space, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return Space{}, archive.WrapAs(archive.Unavailable, "ask free space", dir, err)
	}
	size := uint64(fs.Bsize) //nolint:gosec // block sizes are positive
	return Space{Free: uint64(fs.Bavail) * size, Total: uint64(fs.Blocks) * size}, nil
}

// lockFile takes a file's lock without waiting; the system frees it with the process.
func lockFile(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// ownDir makes a folder that nobody else may use, and refuses one of somebody else's.
func ownDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) { //nolint:gosec // the folder comes from the environment of the account itself
		return err
	}
	st, err := os.Lstat(dir) //nolint:gosec // the folder comes from the environment of the account itself
	if err != nil {
		return err
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok || !st.IsDir() || int(sys.Uid) != os.Getuid() || st.Mode().Perm()&0o077 != 0 {
		return &os.PathError{Op: "use", Path: dir, Err: os.ErrPermission}
	}
	return nil
}
