//go:build !windows

package store

import (
	"io"
	"syscall"
)

// descriptor is an open file that is never closed: to close any descriptor of a file
// drops the locks that this process has on it, SQLite's among them (POSIX fcntl).
type descriptor int

// openRaw opens a database file past SQLite, for as long as the process lives.
func openRaw(name string) (rawFile, error) {
	fd, err := syscall.Open(name, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	return descriptor(fd), err
}

// ReadAt reads until b is full or the file ends.
func (d descriptor) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) {
		m, err := syscall.Pread(int(d), b[n:], at+int64(n))
		if err != nil {
			return n, err
		}
		if m == 0 {
			return n, io.EOF
		}
		n += m
	}
	return n, nil
}

// WriteAt writes all of b.
func (d descriptor) WriteAt(b []byte, at int64) (n int, err error) {
	for n < len(b) {
		m, err := syscall.Pwrite(int(d), b[n:], at+int64(n))
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, nil
}

// Sync brings what was written to the disk.
func (d descriptor) Sync() error { return syscall.Fsync(int(d)) }
