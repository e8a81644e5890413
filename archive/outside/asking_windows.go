package outside

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

func ask(ctx context.Context, folder string) Protection {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return unknown(NotTold)
	}
	attributes, err := windows.GetFileAttributes(name)
	if err != nil {
		return unknown(Absent)
	}
	buffer := make([]uint16, windows.MAX_PATH+1)
	if err := windows.GetVolumePathName(name, &buffer[0], uint32(len(buffer))); err != nil {
		return unknown(NotTold)
	}
	top := windows.UTF16ToString(buffer)
	p := Protection{State: Unknown, Volume: top}
	switch windows.GetDriveType(&buffer[0]) {
	case windows.DRIVE_REMOTE:
		p.Reason, p.By = Network, "SMB"
		return p
	case windows.DRIVE_RAMDISK:
		p.Reason = Memory
		return p
	}
	p = askBitLocker(ctx, top)
	if p.State != Encrypted && attributes&windows.FILE_ATTRIBUTE_ENCRYPTED != 0 {
		p = Protection{State: Encrypted, By: "EFS", Folder: true}
	}
	p.Volume = top
	return p
}

// askBitLocker asks the shell, which tells every account, and where that does not know
// manage-bde, which tells administrators.
func askBitLocker(ctx context.Context, top string) Protection {
	// The volume goes in the environment: nothing of it is read as a command.
	shell := system(ctx, `WindowsPowerShell\v1.0\powershell.exe`, "-NoProfile", "-NonInteractive", "-Command",
		"(New-Object -ComObject Shell.Application).NameSpace($env:LANTAI_VOLUME).Self.ExtendedProperty('System.Volume.BitLockerProtection')")
	shell.Env = append(os.Environ(), "LANTAI_VOLUME="+top)
	out, err := shell.Output()
	if p := byShell(string(out)); err == nil && p.State != Unknown {
		return p
	}
	drive := strings.TrimSuffix(top, `\`)
	if ctx.Err() == nil && len(drive) == 2 {
		out, err = system(ctx, "manage-bde.exe", "-status", drive).Output()
		if err == nil {
			return byManageBDE(codePage(out), drive)
		}
	}
	if ctx.Err() != nil {
		return unknown(TooLate)
	}
	return unknown(NoAccess)
}

// system is a program of the system's own folder, whatever PATH says, without a window.
func system(ctx context.Context, program string, args ...string) *exec.Cmd {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		dir = `C:\Windows\System32`
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, program), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
	return cmd
}

// codePage reads text in the code page of consoles.
func codePage(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	wide := make([]uint16, len(b))
	n, err := windows.MultiByteToWideChar(windows.GetACP(), 0, &b[0], int32(len(b)), &wide[0], int32(len(wide)))
	if err != nil {
		return string(b)
	}
	return windows.UTF16ToString(wide[:n])
}
