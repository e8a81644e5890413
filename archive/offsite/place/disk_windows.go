package place

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// disk is what has to be known of the file system below a folder.
type disk struct {
	top      *os.File
	syncsAll bool // never: each file is brought to the disk for itself
}

func newDisk(_ string, top *os.File) (*disk, error) { return &disk{top: top}, nil }

func (d *disk) syncAll() error           { return nil }
func (d *disk) connected() bool          { return true }
func (d *disk) close()                   { d.top.Close() }
func (d *disk) probe(*os.Root) error     { return nil }
func (d *disk) allows(path string) error { return portable(path) }

func (d *disk) space(dir string) (free, total int64, err error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return -1, -1, err
	}
	var mine, all uint64
	if err := windows.GetDiskFreeSpaceEx(name, &mine, &all, nil); err != nil {
		return -1, -1, &os.PathError{Op: "ask free space", Path: dir, Err: err}
	}
	return int64(mine), int64(all), nil //nolint:gosec // no disk has 2^63 bytes
}

// syncEntries does nothing: renames are written through.
func syncEntries(*os.File) error { return nil }

// renameNew renames a file and never replaces another: fs.ErrExist then.
func renameNew(root *os.Root, _, _ *os.File, from, to string) error {
	f, err := windows.UTF16PtrFromString(longPath(filepath.Join(root.Name(), filepath.FromSlash(from))))
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	t, err := windows.UTF16PtrFromString(longPath(filepath.Join(root.Name(), filepath.FromSlash(to))))
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
	switch {
	case strings.HasPrefix(p, `\\?\`):
		return p
	case strings.HasPrefix(p, `\\`):
		return `\\?\UNC` + p[1:]
	}
	return `\\?\` + p
}

func sameTwice(_, _ os.FileInfo) bool { return false }

// lockOffset is the byte that is locked, far behind the content, which others may read.
const lockOffset = 1

// lockFile takes a file's lock without waiting; the system frees it with the process. An
// error: the file system has no locks.
func lockFile(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		&windows.Overlapped{OffsetHigh: lockOffset})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile does nothing: closing the file gives the lock up.
func unlockFile(*os.File) {}

// isRunning tells whether a process of this computer is there.
func isRunning(int) bool { return true } // without a name for the time since the start nobody asks

func push(*os.File, int64, int64) {}
func forget(*os.File)             {}
func bootID() string              { return "" }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// isGone knows what is said where a disk or share was.
func isGone(err error) bool {
	for _, e := range []error{
		windows.ERROR_NOT_READY, windows.ERROR_DEV_NOT_EXIST, windows.ERROR_NO_SUCH_DEVICE, windows.ERROR_DEVICE_NOT_CONNECTED,
		windows.ERROR_FILE_INVALID, windows.ERROR_NETNAME_DELETED, windows.ERROR_BAD_NETPATH, windows.ERROR_UNEXP_NET_ERR,
		windows.ERROR_BAD_NET_NAME, windows.ERROR_INVALID_DRIVE,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isOtherThing: a file stands where a folder is needed, or the reverse.
func isOtherThing(err error) bool {
	return errors.Is(err, windows.ERROR_DIRECTORY) || errors.Is(err, windows.ERROR_DIR_NOT_EMPTY)
}

// isBadName: the file system cannot have such a name, or so large a file.
func isBadName(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_NAME) || errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE) ||
		errors.Is(err, windows.ERROR_FILE_TOO_LARGE)
}

// isBroken: the disk does not give back what it took.
func isBroken(err error) bool {
	return errors.Is(err, windows.ERROR_CRC) || errors.Is(err, windows.ERROR_IO_DEVICE) || errors.Is(err, windows.ERROR_FILE_CORRUPT) ||
		errors.Is(err, windows.ERROR_SECTOR_NOT_FOUND)
}
