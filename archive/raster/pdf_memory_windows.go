package raster

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// reserve takes address space without memory behind it; nil when there is none.
func reserve(bytes uint64) []byte {
	at, err := windows.VirtualAlloc(0, uintptr(bytes), windows.MEM_RESERVE, windows.PAGE_READWRITE)
	if err != nil {
		return nil
	}
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), bytes)
}

// provide makes the beginning of a reserved stretch usable.
func provide(space []byte, bytes uint64) bool {
	if bytes == 0 {
		return true
	}
	at := uintptr(unsafe.Pointer(unsafe.SliceData(space)))
	_, err := windows.VirtualAlloc(at, uintptr(bytes), windows.MEM_COMMIT, windows.PAGE_READWRITE)
	return err == nil
}

// giveBack returns a reserved stretch to the system.
func giveBack(space []byte) {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(space)))
	_ = windows.VirtualFree(at, 0, windows.MEM_RELEASE) // nothing can be done about it
}
