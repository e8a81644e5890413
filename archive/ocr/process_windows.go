package ocr

import (
	"os"
	"os/exec"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// isolate keeps cmd without a console window and lets ctx kill it.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW,
	}
	cmd.WaitDelay = 2 * time.Second
}

// contain puts the running process into a job that dies with this process, and
// lowers its priority. Where the system refuses, the process runs without.
func contain(cmd *exec.Cmd, foreground bool) (release func()) {
	none := func() {}
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE|windows.PROCESS_SET_INFORMATION,
		false, uint32(cmd.Process.Pid))
	if err != nil {
		return none
	}
	defer windows.CloseHandle(h)
	if !foreground {
		_ = windows.SetPriorityClass(h, windows.IDLE_PRIORITY_CLASS)
	}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return none
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		windows.CloseHandle(job)
		return none
	}
	_ = windows.AssignProcessToJobObject(job, h)
	return func() { windows.CloseHandle(job) }
}

func environment() []string {
	return append(os.Environ(), "OMP_THREAD_LIMIT=1")
}
