//go:build unix

package raster

import "golang.org/x/sys/unix"

// reserve takes address space without memory behind it; nil when there is none.
func reserve(bytes uint64) []byte {
	p, err := unix.Mmap(-1, 0, int(bytes), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON) //nolint:gosec // one of our own sizes
	if err != nil {
		return nil
	}
	return p
}

// provide makes the beginning of a reserved stretch usable.
func provide(space []byte, bytes uint64) bool {
	return bytes == 0 || unix.Mprotect(space[:bytes], unix.PROT_READ|unix.PROT_WRITE) == nil
}

// giveBack returns a reserved stretch to the system.
func giveBack(space []byte) { _ = unix.Munmap(space) } // nothing can be done about it
