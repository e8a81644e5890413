//go:build !windows

package parts

import (
	"os"
	"path/filepath"
	"strings"
)

// drives lists the root and what is mounted where desktops and administrators mount disks
// and shares, without touching them.
func drives() []string {
	list := []string{"/"}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return list
	}
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		// The kernel writes blanks and backslashes in octal.
		dir := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(fields[1])
		for _, under := range []string{"/media/", "/mnt/", "/run/media/"} {
			if strings.HasPrefix(dir+"/", under) {
				list = append(list, filepath.Clean(dir))
			}
		}
	}
	return list
}
