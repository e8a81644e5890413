package offsite_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// childRole makes the test program play another part than running tests.
const (
	childRole = "LANTAI_OFFSITE_CHILD"
	envHome   = "LANTAI_OFFSITE_HOME" // folder of the home
	envTarget = "LANTAI_OFFSITE_TARGET"
	envInto   = "LANTAI_OFFSITE_INTO"  // folder to restore into
	envKill   = "LANTAI_OFFSITE_KILL"  // "step#2" ends the process at the second time of the step
	envPause  = "LANTAI_OFFSITE_PAUSE" // a step at which it says "pausing" and waits for its input to end
)

func TestMain(m *testing.M) {
	role := os.Getenv(childRole)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := playChild(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child prepares this program in another role.
func child(role string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// steps gives a function that ends this process at a step.
func steps(kill string) func(string) {
	step, times, _ := strings.Cut(kill, "#")
	left, _ := strconv.Atoi(times)
	return func(name string) {
		if name != step {
			return
		}
		if left--; left == 0 {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			fmt.Fprintln(os.Stderr, "killing itself:", err)
			select {}
		}
	}
}

// playChild works on the archive that the environment names until it is done, or killed.
func playChild(role string) error {
	step := steps(os.Getenv(envKill))
	if pause := os.Getenv(envPause); pause != "" {
		step = func(name string) {
			if name == pause {
				fmt.Println("pausing")
				_, _ = io.Copy(io.Discard, os.Stdin)
			}
		}
	}
	dir := os.Getenv(envTarget)
	fmt.Println("at work")
	if role == "restore" {
		p, err := place.OpenFolder(dir)
		if err != nil {
			return err
		}
		defer p.Close()
		got, err := offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: os.Getenv(envInto), Step: step})
		if err == nil && len(got.Missing)+len(got.Failed) > 0 {
			err = fmt.Errorf("restored: %+v", got)
		}
		return err
	}
	a, err := openArchive(os.Getenv(envHome), offsite.Options{Step: step, GroupBytes: smallGroup,
		Open: func(_ context.Context, c offsite.Connected) (place.Place, error) {
			return place.OpenFolder(c.At, place.Options{Step: step})
		}})
	if err != nil {
		return err
	}
	defer a.cat.Close()
	t, err := a.cat.TargetNamed(ctx, targetName)
	if err != nil {
		return err
	}
	t.Address = dir // the archive and its target may have been copied
	switch role {
	case "run":
		r, err := a.copier.Run(ctx, actor, t, offsite.RunOptions{})
		if err == nil && len(r.Failed) > 0 {
			err = fmt.Errorf("run: %+v", r)
		}
		return err
	case "check":
		_, err := a.copier.Check(ctx, actor, t, offsite.CheckOptions{})
		return err
	}
	return errors.New("no such part: " + role)
}

// quickDir is a folder in memory where there is one: tests that end processes, not computers, need
// no disk to wait for.
func quickDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "offsite")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// copyTree copies a folder.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
