package outside

import (
	"context"
	"path/filepath"
)

// linux is what is asked on Linux: tests put another computer here.
type linux struct {
	sys     sysfs
	mounts  func() (string, error)                               // the text of /proc/self/mountinfo
	number  func(file string) string                             // "major:minor" of a device file; "": none
	network func(folder, kind string) string                     // the network file system a folder lies on; "": none
	folder  func(folder string) bool                             // its file system says that the folder is encrypted (statx)
	zfs     func(ctx context.Context, dataset string) Protection // asks zfs(8)
}

func (l linux) protection(ctx context.Context, folder string) Protection {
	path, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return unknown(Absent)
	}
	text, err := l.mounts()
	if err != nil {
		return unknown(NotTold)
	}
	m, ok := mountOf(mountsOf(text), path)
	if !ok {
		return unknown(NotTold)
	}
	p, told := m.byKind()
	if told {
		return p
	}
	if name := l.network(path, m.kind); name != "" {
		return Protection{State: Unknown, Reason: Network, By: name, Volume: m.top}
	}
	switch number := l.device(m); {
	case l.folder(path):
		p = Protection{State: Encrypted, By: "fscrypt", Folder: true}
	case m.kind == "zfs":
		p = l.zfs(ctx, m.source)
	case m.kind == "btrfs":
		p = l.sys.btrfs(number)
	default:
		p = l.sys.block(number)
	}
	p.Volume = m.top
	return p
}

// device is the number of the device below a mount. Btrfs has one without a device of its own.
func (l linux) device(m mount) string {
	if len(m.device) > 2 && m.device[:2] != "0:" {
		return m.device
	}
	return l.number(m.source)
}
