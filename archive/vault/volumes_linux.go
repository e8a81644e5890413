package vault

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// noDisks are file systems in which no originals can lie.
var noDisks = []string{
	"autofs", "bpf", "binfmt_misc", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl",
	"hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs", "sysfs", "tracefs",
}

// Volumes lists the volumes that are connected, by what the kernel has mounted
// (proc_pid_mountinfo(5)).
func Volumes() ([]Volume, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	uuids := volumeUUIDs()
	var list []Volume
	s := bufio.NewScanner(f)
	for s.Scan() {
		front, back, ok := strings.Cut(s.Text(), " - ")
		fields, about := strings.Fields(front), strings.Fields(back)
		if !ok || len(fields) < 5 || len(about) < 2 || slices.Contains(noDisks, about[0]) {
			continue
		}
		list = append(list, Volume{ID: volumeID(uuids, fields[2], unescape(about[1]), unescape(fields[4])), Top: unescape(fields[4]),
			Part: strings.Trim(unescape(fields[3]), "/")})
	}
	if !slices.ContainsFunc(list, func(v Volume) bool { return v.Top == "/" }) { // in a changed root that is no mount
		var st unix.Stat_t
		if unix.Stat("/", &st) == nil {
			device := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
			list = append(list, Volume{ID: volumeID(uuids, device, "", "/"), Top: "/"})
		}
	}
	return list, s.Err()
}

// volumeID is the UUID where the volume has one, the name of a share, or the id that the
// file system reports.
func volumeID(uuids map[string]string, device, source, top string) string {
	if id := uuids[device]; id != "" {
		return "uuid:" + id
	}
	if id := uuids[source]; id != "" {
		return "uuid:" + id
	}
	if strings.HasPrefix(source, "//") || strings.Contains(source, ":/") {
		return "share:" + source
	}
	var fs unix.Statfs_t
	if unix.Statfs(top, &fs) != nil || fs.Fsid.Val == [2]int32{} {
		return ""
	}
	return fmt.Sprintf("fsid:%08x%08x", uint32(fs.Fsid.Val[0]), uint32(fs.Fsid.Val[1])) //nolint:gosec // the same bits, as the kernel gives them
}

// volumeUUIDs gives the UUIDs of volumes by "major:minor" and by device file.
func volumeUUIDs() map[string]string {
	const dir = "/dev/disk/by-uuid"
	ids := map[string]string{}
	entries, _ := os.ReadDir(dir) // without it the other ids serve
	for _, e := range entries {
		device, err := filepath.EvalSymlinks(filepath.Join(dir, e.Name()))
		var st unix.Stat_t
		if err != nil || unix.Stat(device, &st) != nil {
			continue
		}
		ids[device] = e.Name()
		ids[fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))] = e.Name()
	}
	return ids
}

// unescape reads the octal escapes of mountinfo.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
