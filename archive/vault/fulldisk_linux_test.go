package vault_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"lantai/archive"
	"lantai/archive/vault"
)

// The child runs in mount and user namespaces of its own, on a file system of 1 MB in memory: a
// disk that is really full, without any rights of an administrator.
func TestFullDisk(t *testing.T) {
	cmd := child("full", envHome+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v (mounting needs root or unprivileged user namespaces)\n%s", err, out)
	}
	t.Logf("on a tmpfs of 1 MB: %s", out)
}

func fullChild() int {
	if err := onFullDisk(os.Getenv(envHome)); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func onFullDisk(home string) error {
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil && err != unix.EINVAL { // a changed root is no mount
		return fmt.Errorf("private mounts: %w", err)
	}
	if err := unix.Mount("tmpfs", home, "tmpfs", 0, "size=1m"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	defer func() { _ = unix.Unmount(home, unix.MNT_DETACH) }()
	ctx := context.Background()
	v, err := vault.Open(filepath.Join(home, "masters"), filepath.Join(home, "manifests"), vault.Options{})
	if err != nil {
		return err
	}
	b, err := v.Batch("b1")
	if err != nil {
		return err
	}
	stored, refused := 0, 0
	for n := 400 << 10; n > 16; n /= 2 { // big ones fail, ever smaller ones fill the rest
		for {
			path := fmt.Sprintf("x/%d.tif", stored)
			_, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader(strings.Repeat("x", n)), Path: path})
			if err != nil {
				if archive.KindOf(err) != archive.NoSpace {
					return fmt.Errorf("%d bytes: %w", n, err)
				}
				refused++
				break
			}
			stored++
		}
	}
	entries, err := os.ReadDir(filepath.Join(home, "masters/x"))
	if err != nil || len(entries) != stored {
		return fmt.Errorf("%d files stored, %d on disk, %v", stored, len(entries), err)
	}
	if err := b.Close(ctx); archive.KindOf(err) != archive.NoSpace {
		return fmt.Errorf("close on a full disk: %v", err)
	}
	if err := os.Remove(filepath.Join(home, "masters/x/0.tif")); err != nil { // room again
		return err
	}
	if err := b.Close(ctx); err != nil {
		return fmt.Errorf("close with room: %w", err)
	}
	list, err := os.ReadFile(filepath.Join(home, "manifests/current.sha256"))
	if err != nil || strings.Count(string(list), "\n") != stored {
		return fmt.Errorf("%d files stored, %d listed, %v", stored, strings.Count(string(list), "\n"), err)
	}
	fmt.Printf("%d stored, %d refused for want of space\n", stored, refused)
	return nil
}
