//go:build unix

package ocr

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// lowest is the niceness of background work.
const lowest = 19

// isolate puts cmd into a process group of its own, killed as a whole when its
// context ends.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = groupAttr()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
}

// contain lowers the priority of the running group.
func contain(cmd *exec.Cmd, foreground bool) (release func()) {
	if !foreground {
		// Without the right to do so it runs at normal priority, which is no fault.
		_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, lowest)
	}
	return func() {}
}

func environment() []string {
	return append(os.Environ(), "OMP_THREAD_LIMIT=1", "LC_ALL=C")
}
