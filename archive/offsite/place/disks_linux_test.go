package place_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/offsite/place/placetest"
)

const envMounts = "LANTAI_PLACE_MOUNTS"

// TestDisks runs the tests of this file again in a mount namespace of its own, where disks can be
// plugged in, filled and pulled out. Disks in memory need no rights of an administrator; exFAT and NTFS do.
func TestDisks(t *testing.T) {
	if os.Getenv(envMounts) == "" {
		runInNamespace(t)
		return
	}
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil && err != unix.EINVAL { // a changed root is no mount
		t.Fatalf("private mounts: %v", err)
	}
	t.Run("full", func(t *testing.T) { full(t, openFolder) })
	t.Run("full server", func(t *testing.T) { full(t, startSSHD(t).open) })
	t.Run("unmounted", func(t *testing.T) { unmounted(t, openFolder, true) })
	t.Run("unmounted server", func(t *testing.T) { unmounted(t, startSSHD(t).open, false) })
	if os.Getuid() != 0 || os.Getenv(envMounts) != "root" {
		t.Log("exFAT and NTFS were not tried: mounting them needs root")
		return
	}
	t.Run("exFAT", exFAT)
	t.Run("NTFS", ntfs)
}

func runInNamespace(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestDisks$", "-test.v", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), envMounts+"=root", "TMPDIR="+quickDir(t))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.Env = append(cmd.Env, envMounts+"=user")
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		cmd.SysProcAttr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v (mounting needs root or unprivileged user namespaces)\n%s", err, out)
	}
	t.Logf("%s", out)
}

func openFolder(dir string, opt place.Options) (place.Place, error) {
	return place.OpenFolder(dir, opt)
}

type opener func(dir string, opt place.Options) (place.Place, error)

// memoryDisk mounts a disk in memory.
func memoryDisk(t testing.TB, size string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size))
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// full fills a disk: what has no room leaves nothing, what had room is whole, and with
// room again the work goes on.
func full(t *testing.T, open opener) {
	ctx := context.Background()
	dir := memoryDisk(t, "4m")
	p, err := open(dir, place.Options{})
	must(t, err)
	defer p.Close()
	must(t, p.Append(ctx, "list", 0, []byte("begun\n")))
	must(t, p.Replace(ctx, "state", []byte("before")))
	stored, refused := 0, 0
	for ; refused == 0 && stored < 20; stored++ {
		err := writeOne(ctx, p, fmt.Sprintf("x/%d.tif", stored), 300<<10)
		if err == nil {
			continue
		}
		if archive.KindOf(err) != archive.NoSpace {
			t.Fatalf("after %d: %v", stored, err)
		}
		refused++
		stored--
	}
	if refused == 0 || stored < 8 {
		t.Fatalf("%d stored", stored)
	}
	// The rest of the room goes too; then not even a list can grow.
	f, err := os.Create(filepath.Join(dir, "fill"))
	must(t, err)
	for _, err = f.Write(make([]byte, 4096)); err == nil; _, err = f.Write(make([]byte, 4096)) {
	}
	must(t, f.Close())
	if err := p.Append(ctx, "list", 6, make([]byte, 100<<10)); archive.KindOf(err) != archive.NoSpace {
		t.Errorf("append: %v", err)
	}
	if err := p.Replace(ctx, "state", make([]byte, 100<<10)); archive.KindOf(err) != archive.NoSpace {
		t.Errorf("replace: %v", err)
	}
	got := tree(t, dir)
	if len(got) != stored+3 || got["state"] != "before" || !strings.HasPrefix(got["list"], "begun\n") {
		t.Errorf("%d files for %d, %q", len(got), stored, got["state"])
	}
	must(t, os.Remove(f.Name()))
	must(t, os.Remove(filepath.Join(dir, "x/0.tif")))
	must(t, writeOne(ctx, p, "again", 100<<10))
	must(t, p.Append(ctx, "list", 6, []byte("goes on\n")))
	if got := tree(t, dir); got["list"] != "begun\ngoes on\n" || len(got["again"]) != 100<<10 {
		t.Errorf("%q", got["list"])
	}
	t.Logf("%d stored, then no space", stored)
}

// writeOne copies one file in a group of its own.
func writeOne(ctx context.Context, p place.Place, path string, n int) error {
	g, err := p.Begin(ctx)
	if err != nil {
		return err
	}
	defer g.Abandon()
	w, err := g.Create(ctx, path)
	if err != nil {
		return err
	}
	if _, err = io.Copy(w, strings.NewReader(strings.Repeat("x", n))); err == nil {
		err = w.Close()
	}
	if err != nil {
		w.Discard()
		return err
	}
	results, err := g.Settle(ctx)
	return errors.Join(append(results, err)...)
}

// unmounted takes the disk away while a group is under way and leaves its empty mount point.
func unmounted(t *testing.T, open opener, looks bool) {
	ctx := context.Background()
	dir := memoryDisk(t, "4m")
	p, err := open(dir, place.Options{})
	must(t, err)
	defer p.Close()
	must(t, writeOne(ctx, p, "a/1", 100))
	g, err := p.Begin(ctx)
	must(t, err)
	w, err := g.Create(ctx, "a/2")
	must(t, err)
	_, err = io.WriteString(w, "half")
	must(t, err)
	must(t, w.Close())
	must(t, unix.Unmount(dir, unix.MNT_DETACH))

	gone := func(what string, err error) {
		t.Helper()
		if archive.KindOf(err) != archive.Unavailable || !errors.Is(err, place.ErrGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = g.Settle(ctx)
	gone("settle", err)
	gone("replace", p.Replace(ctx, "state", nil))
	gone("append", p.Append(ctx, "list", 0, []byte("x")))
	if looks {
		_, err = p.Begin(ctx)
		gone("begin", err)
		var last error
		for _, err := range p.Walk(ctx, "", "") {
			last = err
		}
		gone("walk", last)
		_, err = p.Stat(ctx, "a/3")
		gone("look", err)
		_, _, err = p.Space(ctx)
		gone("space", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("the mount point was written to: %v %v", left, err)
	}
	must(t, os.Remove(dir))
	_, err = open(dir, place.Options{})
	gone("open", err)
}

// image makes a disk of a file and mounts it.
func image(t *testing.T, mkfs, mount string) (dir string, umount func()) {
	t.Helper()
	for _, program := range []string{mkfs, mount, "losetup"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is needed (Debian: apt-get install mount exfat-fuse exfatprogs ntfs-3g)", program)
		}
	}
	file, dir := filepath.Join(t.TempDir(), "image"), t.TempDir()
	f, err := os.Create(file)
	must(t, err)
	must(t, f.Truncate(512<<20))
	must(t, f.Close())
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	loop := run("losetup", "-f", "--show", file)
	t.Cleanup(func() { exec.Command("losetup", "-d", loop).Run() })
	if mkfs == "mkfs.ntfs" {
		run(mkfs, "-F", "-Q", loop)
	} else {
		run(mkfs, loop)
	}
	run(mount, loop, dir)
	umount = func() { unix.Unmount(dir, unix.MNT_DETACH) }
	t.Cleanup(umount)
	return dir, umount
}

// exFAT is what removable disks come with: no rights, no links, no case, no rename that refuses.
func exFAT(t *testing.T) {
	dir, _ := image(t, "mkfs.exfat", "mount.exfat-fuse")
	t.Run("suite", func(t *testing.T) {
		placetest.Run(t, func(t *testing.T) placetest.Site {
			site := folderSite(below(t, dir))
			site.Links, site.Cases, site.Odd, site.Swaps, site.Apart = false, false, false, false, false
			return site
		})
	})
	pulled(t, dir)
}

// ntfs is written by ntfs-3g, in user space, and should be read by Windows.
func ntfs(t *testing.T) {
	dir, _ := image(t, "mkfs.ntfs", "ntfs-3g")
	t.Run("suite", func(t *testing.T) {
		placetest.Run(t, func(t *testing.T) placetest.Site {
			site := folderSite(below(t, dir))
			site.Odd, site.Swaps = false, false
			return site
		})
	})
	pulled(t, dir)
}

func below(t *testing.T, dir string) string {
	dir, err := os.MkdirTemp(dir, "test")
	must(t, err)
	return dir
}

// pulled ends the program that serves a disk, as when its cable is pulled: all calls fail from then on.
func pulled(t *testing.T, mount string) {
	ctx := context.Background()
	p, err := place.OpenFolder(mount)
	must(t, err)
	defer p.Close()
	g, err := p.Begin(ctx)
	must(t, err)
	w, err := g.Create(ctx, "new")
	must(t, err)
	for _, pid := range servers(t, mount) {
		must(t, syscall.Kill(pid, syscall.SIGKILL))
	}
	for deadline := time.Now().Add(20 * time.Second); ; { // the kernel lets go when the process is gone
		if _, err := os.Stat(mount); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the disk is still there")
		}
		time.Sleep(time.Millisecond)
	}
	_, werr := w.Write(make([]byte, 1<<20))
	cerr := w.Close()
	_, serr := g.Settle(ctx)
	if !errors.Is(errors.Join(werr, cerr), place.ErrGone) && !errors.Is(serr, place.ErrGone) {
		t.Errorf("write: %v, close: %v, settle: %v", werr, cerr, serr)
	}
	_, err = p.Begin(ctx)
	if !errors.Is(err, place.ErrGone) {
		t.Errorf("begin: %v", err)
	}
	_, err = p.Stat(ctx, "x")
	if !errors.Is(err, place.ErrGone) {
		t.Errorf("stat: %v", err)
	}
}

// servers finds the processes that were started to serve a mount point.
func servers(t *testing.T, mount string) (pids []int) {
	for _, pid := range append(descendants(os.Getpid()), descendants(1)...) {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if strings.Contains(string(b), mount+"\x00") {
			pids = append(pids, pid)
		}
	}
	if len(pids) == 0 {
		t.Fatal("nobody serves the disk")
	}
	return pids
}
