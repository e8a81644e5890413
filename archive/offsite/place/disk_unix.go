//go:build !windows

package place

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func (d *disk) space(dir string) (free, total int64, err error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return -1, -1, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	size := uint64(fs.Bsize)                                     //nolint:gosec // block sizes are positive
	return int64(fs.Bavail * size), int64(fs.Blocks * size), nil //nolint:gosec // no disk has 2^63 bytes
}

// syncEntries brings the entries of an open folder to the disk. Some file systems have nothing
// to do for it, and say so.
func syncEntries(d *os.File) error {
	err := d.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	return err
}

// linkNew gives a file a second name that must be free, and takes the first away. errReplaces: the
// file system has no second names.
func linkNew(root *os.Root, from, to string) error {
	err := root.Link(from, to)
	switch {
	case err == nil:
		return root.Remove(from)
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.EINVAL),
		errors.Is(err, unix.EMLINK):
		return errReplaces
	}
	return err
}

// sameTwice tells that two names are two of one file: a move that ended between link and unlink.
func sameTwice(a, b os.FileInfo) bool {
	st, ok := a.Sys().(*syscall.Stat_t)
	return ok && st.Nlink == 2 && os.SameFile(a, b)
}

// lockFile takes a file's lock without waiting; the system frees it with the process. An
// error: the file system has no locks.
func lockFile(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile gives the lock up: a process that is being started has the file open too for a
// moment, so that closing it does not.
func unlockFile(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_UN) }

// isRunning tells whether a process of this computer is there.
func isRunning(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}

func isFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

// isGone knows what is said where a disk or share was.
func isGone(err error) bool {
	for _, e := range []error{unix.ENODEV, unix.ENXIO, unix.ENOTCONN, unix.ESTALE, unix.EHOSTDOWN, unix.ESHUTDOWN, unix.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isOtherThing: a file stands where a folder is needed, or the reverse.
func isOtherThing(err error) bool {
	return errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.EISDIR) || errors.Is(err, unix.ENOTEMPTY)
}

// isBadName: the file system cannot have such a name, or so large a file.
func isBadName(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EILSEQ) || errors.Is(err, unix.ENAMETOOLONG) || errors.Is(err, unix.EFBIG)
}

// isBroken: the disk does not give back what it took.
func isBroken(err error) bool {
	return errors.Is(err, unix.EIO) || errors.Is(err, unix.EBADMSG)
}
