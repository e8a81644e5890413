package idle

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// lastInput is LASTINPUTINFO of the Windows API.
type lastInput struct {
	size uint32
	time uint32 // of GetTickCount
}

func since() (time.Duration, bool) {
	info := lastInput{size: uint32(unsafe.Sizeof(lastInput{}))}
	user := windows.NewLazySystemDLL("user32.dll").NewProc("GetLastInputInfo")
	ticks := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetTickCount")
	if user.Find() != nil || ticks.Find() != nil {
		return 0, false
	}
	if ok, _, _ := user.Call(uintptr(unsafe.Pointer(&info))); ok == 0 {
		return 0, false
	}
	now, _, _ := ticks.Call()
	return time.Duration(uint32(now)-info.time) * time.Millisecond, true // both wrap alike
}
