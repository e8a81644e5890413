package offsite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

const envInside = "LANTAI_OFFSITE_INSIDE"

// The child runs the same test in mount and user namespaces of its own, on a file system in memory: a
// disk that is really full, without any rights of an administrator.
func TestFullDisk(t *testing.T) {
	if os.Getenv(envInside) != "" {
		onFullDisk(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	cmd.Env = append(os.Environ(), envInside+"=1")
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
	t.Logf("%s", out)
}

// boundless is a place that does not say how much is free.
type boundless struct{ place.Place }

func (boundless) Space(context.Context) (free, total int64, err error) { return -1, -1, nil }

// onFullDisk copies to a disk that is full ever again and gets a little larger each time.
func onFullDisk(t *testing.T) {
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil && err != unix.EINVAL { // a changed root is no mount
		t.Fatal(err)
	}
	for _, says := range []bool{true, false} {
		t.Run(fmt.Sprintf("says what is free %v", says), func(t *testing.T) {
			dir := t.TempDir()
			if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }()
			fillUp(t, dir, says)
		})
	}
}

func fillUp(t *testing.T, dir string, says bool) {
	w := newWorld(t)
	w.receive(paths("a", 20)...)
	w.opt.GroupBytes = smallGroup
	w.opt.Open = func(_ context.Context, c offsite.Connected) (place.Place, error) {
		p, err := place.OpenFolder(c.At)
		if err == nil && !says {
			p = boundless{p}
		}
		return p, err
	}
	w.copier = offsite.New(w.opt)
	target := archive.Target{Name: targetName, Kind: archive.TargetFolder, Address: dir}
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	full, copied := 0, 0
	for kb := 96; ; kb += 160 {
		if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT, fmt.Sprintf("size=%dk", kb)); err != nil {
			t.Fatal(err)
		}
		r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
		copied += r.Copied
		n, terr := w.cat.CopyTotals(ctx, target.ID)
		if terr != nil || n.Copied != copied {
			t.Errorf("%d kB: %d are noted, %d were told: %v", kb, n.Copied, copied, terr)
		}
		w.onlyWhole(dir)
		left, err2 := os.ReadDir(filepath.Join(dir, place.Incoming))
		for _, e := range left {
			if strings.HasSuffix(e.Name(), ".part") {
				t.Errorf("%d kB: %s was left", kb, e.Name())
			}
		}
		if err2 != nil {
			t.Error(err2)
		}
		if err == nil {
			break
		}
		if full++; archive.KindOf(err) != archive.NoSpace || r.Complete || full > 100 {
			t.Fatalf("%d kB: %+v, %v", kb, r, err)
		}
	}
	if full < 5 {
		t.Errorf("it was full %d times alone", full)
	}
	allCopied(w, target, dir, nil)
	t.Logf("full %d times on the way", full)
}
