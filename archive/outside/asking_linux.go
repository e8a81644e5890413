package outside

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"

	"lantai/archive/home"
)

func ask(ctx context.Context, folder string) Protection {
	return linux{sys: "/sys", mounts: mountinfo, number: deviceNumber, network: networkOf, folder: folderEncrypted, zfs: askZFS}.
		protection(ctx, folder)
}

func mountinfo() (string, error) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	return string(b), err
}

func deviceNumber(file string) string {
	var st unix.Stat_t
	if !strings.HasPrefix(file, "/") || unix.Stat(file, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return ""
	}
	return fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
}

func networkOf(folder, kind string) string {
	var fs unix.Statfs_t
	if unix.Statfs(folder, &fs) != nil {
		return ""
	}
	return home.Network(uint32(fs.Type), kind) //nolint:gosec // the same bits, as the kernel gives them
}

func folderEncrypted(folder string) bool {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, folder, 0, 0, &st)
	return err == nil && st.Attributes_mask&unix.STATX_ATTR_ENCRYPTED != 0 && st.Attributes&unix.STATX_ATTR_ENCRYPTED != 0
}

// askZFS asks zfs(8), which every account may.
func askZFS(ctx context.Context, dataset string) Protection {
	if strings.HasPrefix(dataset, "-") {
		return unknown(NotTold)
	}
	out, err := exec.CommandContext(ctx, "zfs", "get", "-H", "-o", "value", "encryption", dataset).Output()
	switch {
	case ctx.Err() != nil:
		return unknown(TooLate)
	case err != nil: // zfs(8) is not there, or refuses
		return unknown(NotTold)
	}
	return byZFS(string(out))
}
