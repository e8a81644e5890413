package offsite_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// The parts that a process of its own plays until it is killed.
const (
	envPart = "LANTAI_OFFSITE_PART"
	envStep = "LANTAI_OFFSITE_STEP" // a name, behind it # and a sign for each time: the boundary at which it is killed
	envArgs = "LANTAI_OFFSITE_ARGS"
)

// killed runs a part in a process of its own, which must be killed on the way.
func killed(t *testing.T, part, step string, args ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPart$", "-test.v")
	cmd.Env = append(os.Environ(), envPart+"="+part, envStep+"="+step, envArgs+"="+strings.Join(args, "\n"))
	out, err := cmd.CombinedOutput()
	if state := cmd.ProcessState; err == nil || state.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%s at %s was not killed: %v\n%s", part, step, err, out)
	}
}

// TestPart is what killed runs.
func TestPart(t *testing.T) {
	args := strings.Split(os.Getenv(envArgs), "\n")
	name, times, _ := strings.Cut(os.Getenv(envStep), "#")
	left := len(times) // "#" and as many signs as times
	step := func(at string) {
		if at == name {
			if left--; left <= 0 {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}
	switch os.Getenv(envPart) {
	case "repair":
		w := openWorld(t, args[0], offsite.Options{Step: step})
		target, err := w.cat.TargetNamed(ctx, args[1])
		if err != nil {
			t.Fatal(err)
		}
		w.repairCopies(target)
	case "drill":
		w := openWorld(t, args[0], offsite.Options{})
		target, err := w.cat.TargetNamed(ctx, args[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.copier.Drill(ctx, actor, target, offsite.DrillOptions{Scratch: args[2], Step: step}); err != nil {
			t.Fatal(err)
		}
	case "restore":
		p, err := place.OpenFolder(args[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := offsite.Restore(ctx, offsite.RestoreOptions{From: []place.Place{p}, Home: args[1], Roots: args[2], GroupBytes: 300_000, Step: step}); err != nil {
			t.Fatal(err)
		}
	}
}
