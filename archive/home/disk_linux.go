package home

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// machineID follows machine-id(5); a container without one is known by its name.
func machineID() string {
	for _, name := range []string{"/etc/machine-id", "/var/lib/dbus/machine-id"} {
		if b, err := os.ReadFile(name); err == nil && strings.TrimSpace(string(b)) != "" {
			return hashedID(string(b))
		}
	}
	host, err := os.Hostname()
	if err != nil {
		return ""
	}
	return hashedID("host " + host)
}

// folderID gives the id that the file system keeps in itself, since device numbers may change at every start, and the folder's inode.
func folderID(dir string) (device string, inode uint64, err error) {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return "", 0, err
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return "", 0, err
	}
	var b [8]byte
	binary.BigEndian.PutUint32(b[:4], uint32(fs.Fsid.Val[0])) //nolint:gosec // the same bits, as the kernel gives them
	binary.BigEndian.PutUint32(b[4:], uint32(fs.Fsid.Val[1])) //nolint:gosec // the same bits, as the kernel gives them
	if b == [8]byte{} {
		return "", st.Ino, nil
	}
	return fmt.Sprintf("%x", b), st.Ino, nil
}

// networkOf names the network file system below dir; "" for a local one.
func networkOf(dir string) (string, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return "", err
	}
	magic := uint32(fs.Type) //nolint:gosec // the same bits, as the kernel gives them
	fstype := ""
	if magic == fuseMagic {
		fstype = mountType(dir)
	}
	return Network(magic, fstype), nil
}

// mountType finds the type of the mount that a folder lies on; "" when not known.
func mountType(dir string) string {
	var st unix.Stat_t
	if unix.Stat(dir, &st) != nil {
		return ""
	}
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	want := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	for s := bufio.NewScanner(f); s.Scan(); {
		front, back, ok := strings.Cut(s.Text(), " - ")
		fields := strings.Fields(front)
		if ok && len(fields) > 2 && fields[2] == want {
			fstype, _, _ := strings.Cut(back, " ")
			return fstype
		}
	}
	return ""
}

// sameUser asks the system who is at the other end of a connection: a socket's
// rights alone leave a moment between making and guarding it.
func sameUser(conn syscall.Conn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	var cred *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil || credErr != nil {
		return false
	}
	return cred.Uid == uint32(os.Getuid()) || cred.Uid == 0 //nolint:gosec // the same bits, as the kernel gives them
}
