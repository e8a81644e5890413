package ingest

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// lowest gives the calling goroutine a thread of its own at the lowest priority, which
// on Linux is also that of its reads. The thread ends with the goroutine: its priority
// cannot be raised again.
func lowest() (end func()) {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), 19) // at the usual priority it works as well
	return func() {}
}
