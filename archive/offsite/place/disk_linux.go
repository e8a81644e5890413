package place

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// disk is what has to be known of the file system below a folder.
type disk struct {
	top      *os.File // kept open: an error of writing is told to who had the file system open before it
	device   string   // where the kernel lists the device; "" when it has none of its own
	syncsAll bool     // one call brings all files to the disk, and tells of errors
	flushes  bool     // after that call the disk's own memory is still to be flushed
	portable bool     // names must suit FAT
}

// localDisks are the file systems of which syncfs is known to do what fsync does for each
// file. Shares and programs in user space are not among them: there it ends at this computer.
var localDisks = []int64{
	unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC, unix.TMPFS_MAGIC,
	unix.MSDOS_SUPER_MAGIC, unix.EXFAT_SUPER_MAGIC,
}

func newDisk(dir string, top *os.File) (*disk, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(top.Fd()), &st); err != nil {
		return nil, &os.PathError{Op: "stat", Path: dir, Err: err}
	}
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(top.Fd()), &fs); err != nil {
		return nil, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	d := &disk{top: top, device: fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))}
	if _, err := os.Stat(d.device); err != nil {
		d.device = ""
	}
	for _, magic := range localDisks {
		if int64(fs.Type) == magic && syncTells() { //nolint:unconvert // 32 bits on some processors
			d.syncsAll = true
		}
	}
	d.flushes = fs.Type == unix.MSDOS_SUPER_MAGIC || fs.Type == unix.EXFAT_SUPER_MAGIC
	// A disk in user space that has a device is NTFS or exFAT, and should be read by Windows too.
	d.portable = d.flushes || fs.Type == ntfs3Magic || fs.Type == unix.FUSE_SUPER_MAGIC && d.device != ""
	return d, nil
}

const ntfs3Magic = 0x7366746e // NTFS of the kernel itself

// syncTells tells whether syncfs reports what could not be written: from Linux 5.8 on (syncfs(2)).
func syncTells() bool {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return false
	}
	var major, minor int
	if n, _ := fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor); n < 2 {
		return false
	}
	return major > 5 || major == 5 && minor >= 8
}

func (d *disk) syncAll() error {
	err := unix.Syncfs(int(d.top.Fd()))
	if err == nil && d.flushes {
		err = d.top.Sync()
	}
	return err
}

// connected tells whether the device is still there.
func (d *disk) connected() bool {
	if d.device == "" {
		return true
	}
	_, err := os.Stat(d.device)
	return err == nil
}

func (d *disk) close() { d.top.Close() }

// probe finds out whether names are kept as they are given. FAT and its like take dots
// off their ends.
func (d *disk) probe(root *os.Root) error {
	if d.portable {
		return nil
	}
	name := randomName() + "."
	full := path.Join(Incoming, name)
	file, err := root.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		if isBadName(err) {
			d.portable = true
			return nil
		}
		return err
	}
	file.Close()
	defer root.Remove(full)
	in, err := root.Open(Incoming)
	if err != nil {
		return err
	}
	defer in.Close()
	names, err := in.Readdirnames(-1)
	if err != nil {
		return err
	}
	d.portable = true
	for _, n := range names {
		if n == name {
			d.portable = false
		}
	}
	return nil
}

func (d *disk) allows(path string) error {
	if d.portable {
		return portable(path)
	}
	return nil
}

// renameNew renames a file between two folders and never replaces another: fs.ErrExist
// then, or errReplaces where the file system cannot promise it.
func renameNew(root *os.Root, a, b *os.File, from, to string) error {
	err := unix.Renameat2(int(a.Fd()), path.Base(from), int(b.Fd()), path.Base(to), unix.RENAME_NOREPLACE)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		return linkNew(root, from, to)
	}
	return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
}

// push has the system begin to write a part of a file to the disk.
func push(f *os.File, from, n int64) {
	if n > 0 {
		_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE) // a hint
	}
}

// forget has the system forget what it keeps of a file in memory.
func forget(f *os.File) {
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // a hint
}

// bootID names the time since this computer was started.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
