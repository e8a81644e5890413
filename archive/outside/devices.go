package outside

import (
	"os"
	"path/filepath"
	"strings"
)

// sysfs is the folder where Linux shows its devices: /sys.
type sysfs string

// deepest is how many devices may lie one upon another; what goes on longer is a circle.
const deepest = 32

// block judges a block device, by its "major:minor": it, or everything that it is made of,
// has to be encrypted.
func (s sysfs) block(number string) Protection {
	if strings.ContainsAny(number, `/\`) || number == "" {
		return unknown(NotTold)
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(string(s), "dev", "block", number))
	if err != nil {
		return unknown(NotTold)
	}
	return s.device(dir, 0)
}

func (s sysfs) device(dir string, depth int) Protection {
	if depth > deepest {
		return unknown(NotTold)
	}
	if by := crypt(line(dir, "dm", "uuid"), line(dir, "dm", "name")); by != "" {
		return Protection{State: Encrypted, By: by}
	}
	slaves, _ := os.ReadDir(filepath.Join(dir, "slaves")) // a disk has none, a partition not even the folder
	var below []Protection
	for _, e := range slaves {
		next, err := filepath.EvalSymlinks(filepath.Join(dir, "slaves", e.Name()))
		if err != nil {
			return unknown(NotTold)
		}
		below = append(below, s.device(next, depth+1))
	}
	if len(below) > 0 {
		return together(below)
	}
	if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil { // of a disk, which may be made of others
		return s.device(filepath.Dir(dir), depth+1)
	}
	if _, err := os.Stat(filepath.Join(dir, "loop")); err == nil { // a file, on a volume of its own
		return unknown(Layered)
	}
	return Protection{State: NotEncrypted}
}

// btrfs judges a file system of several devices by one of them.
func (s sysfs) btrfs(number string) Protection {
	systems, _ := os.ReadDir(filepath.Join(string(s), "fs", "btrfs")) // none: the device alone is judged
	for _, e := range systems {
		dir := filepath.Join(string(s), "fs", "btrfs", e.Name(), "devices")
		devices, _ := os.ReadDir(dir) // features/ has none
		var below []Protection
		mine := false
		for _, d := range devices {
			of := line(dir, d.Name(), "dev")
			mine = mine || of == number
			below = append(below, s.block(of))
		}
		if mine {
			return together(below)
		}
	}
	return s.block(number)
}

// together is the state of what lies on several volumes at once.
func together(list []Protection) Protection {
	all := list[0]
	for _, p := range list[1:] {
		switch {
		case p.State == Unknown || all.State == Unknown:
			return unknown(NotTold)
		case p.State != all.State:
			all = Protection{State: Partly, Reason: Mixed}
		}
	}
	return all
}

// crypt names what encrypts a device of the device mapper, by its uuid and name; "" is no
// encryption: dm-verity and dm-integrity check only.
func crypt(uuid, name string) string {
	kind, ok := strings.CutPrefix(uuid, "CRYPT-")
	if !ok {
		if strings.HasPrefix(uuid, "VeraCrypt") || uuid == "" && strings.HasPrefix(name, "veracrypt") {
			return "VeraCrypt"
		}
		return ""
	}
	kind, _, _ = strings.Cut(kind, "-")
	switch kind {
	case "VERITY", "INTEGRITY", "SUBDEV":
		return ""
	case "BITLK":
		return "BitLocker"
	case "TCRYPT":
		return "VeraCrypt"
	case "LUKS1", "LUKS2":
		return kind
	}
	return "dm-crypt"
}

// line is the first line of a small file; "" where there is none.
func line(parts ...string) string {
	f, err := os.Open(filepath.Join(parts...))
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 4096)
	n, _ := f.Read(b) // nothing read is an empty line
	first, _, _ := strings.Cut(string(b[:n]), "\n")
	return strings.TrimSpace(first)
}
