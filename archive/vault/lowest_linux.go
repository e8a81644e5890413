package vault

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// Lowest gives the calling goroutine a thread of its own at the lowest priority, which
// on Linux is also that of its reads: for work in the background. The thread ends with the
// goroutine: its priority cannot be raised again.
func Lowest() (end func()) {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), 19) // at the usual priority it works as well
	return func() {}
}

// forget has the system forget what it keeps of a file in memory, so that it is read from
// the disk, and what others need stays there.
func forget(f *os.File) {
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // a hint
}
