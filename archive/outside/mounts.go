package outside

import (
	"slices"
	"strconv"
	"strings"
)

// mount is one line of /proc/self/mountinfo (proc_pid_mountinfo(5)).
type mount struct {
	device string // "major:minor"
	top    string // where it is mounted
	kind   string // of file system
	source string // "/dev/sda1", "pool/dataset", "server:/share"
}

// mountsOf reads mountinfo; lines that are none are left out.
func mountsOf(text string) []mount {
	var list []mount
	for line := range strings.Lines(text) {
		front, back, ok := strings.Cut(line, " - ")
		at, about := strings.Fields(front), strings.Fields(back)
		if !ok || len(at) < 5 || len(about) < 2 {
			continue
		}
		list = append(list, mount{device: at[2], top: octal(at[4]), kind: about[0], source: octal(about[1])})
	}
	return list
}

// mountOf is the mount that a clean absolute path lies on: the deepest, and of several in
// the same place the last, which hides the others.
func mountOf(list []mount, path string) (mount, bool) {
	var best mount
	found := false
	for _, m := range list {
		below := m.top == "/" && strings.HasPrefix(path, "/") || path == m.top || strings.HasPrefix(path, m.top+"/")
		if below && (!found || len(m.top) >= len(best.top)) {
			best, found = m, true
		}
	}
	return best, found
}

// octal reads the escapes of mountinfo: a blank is \040.
func octal(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, `\`)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if len(after) >= 3 {
			if n, err := strconv.ParseUint(after[:3], 8, 8); err == nil {
				b.WriteByte(byte(n))
				s = after[3:]
				continue
			}
		}
		b.WriteByte('\\')
		s = after
	}
}

// encryptedKinds are file systems that encrypt all that lies in them.
var encryptedKinds = map[string]string{
	"ecryptfs": "eCryptfs", "fuse.encfs": "EncFS", "fuse.gocryptfs": "gocryptfs", "fuse.cryfs": "CryFS",
	"fuse.securefs": "securefs", "fuse.cryptomator": "Cryptomator", "fuse.dislocker": "BitLocker", "fuse.veracrypt": "VeraCrypt",
}

// kinds without a disk below.
var (
	memoryKinds  = []string{"tmpfs", "ramfs", "rootfs", "devtmpfs", "hugetlbfs"}
	layeredKinds = []string{"overlay", "aufs", "unionfs", "fuse.fuse-overlayfs", "fuse.unionfs-fuse", "fuse.mergerfs", "fuse.bindfs"}
)

// byKind judges a mount by its kind of file system alone, where that says enough.
func (m mount) byKind() (Protection, bool) {
	p := Protection{State: Unknown, Volume: m.top}
	switch by := encryptedKinds[m.kind]; {
	case by != "":
		p.State, p.By, p.Folder = Encrypted, by, true
	case slices.Contains(memoryKinds, m.kind):
		p.Reason = Memory
	case slices.Contains(layeredKinds, m.kind):
		p.Reason = Layered
	default:
		return p, false
	}
	return p, true
}

// byZFS reads what `zfs get -H -o value encryption` says of a data set.
func byZFS(answer string) Protection {
	switch answer = strings.TrimSpace(answer); {
	case answer == "off":
		return Protection{State: NotEncrypted}
	case strings.HasPrefix(answer, "aes-") && !strings.ContainsAny(answer, " \n\t"):
		return Protection{State: Encrypted, By: "ZFS " + answer}
	case answer == "-": // a pool that knows no encryption
		return Protection{State: NotEncrypted}
	}
	return unknown(NotTold)
}
