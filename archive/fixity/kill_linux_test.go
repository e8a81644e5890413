package fixity_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"lantai/archive/fixity"
)

// checkAndDie names the folder of an archive whose check ends by kill -9 at a step.
const checkAndDie = "FIXITY_CHECK_AND_DIE"

func TestMain(m *testing.M) {
	if what := os.Getenv(checkAndDie); what != "" {
		die(what)
	}
	os.Exit(m.Run())
}

// die checks until it has come to a step so many times, and kills itself there.
func die(what string) {
	parts := strings.Split(what, "|")
	testing.Init()
	w := openWorld(&testing.T{}, parts[0])
	n, _ := strconv.Atoi(parts[2])
	w.steps = func(name string) {
		if name == parts[1] {
			if n--; n == 0 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}
	r, err := w.check.CheckSlowly(ctx)
	fmt.Fprintln(os.Stderr, "it never came there:", r.Files, err)
	os.Exit(1)
}

// kill -9 at any boundary takes no more than the portion in hand, and no fault that was found.
func TestKilled(t *testing.T) {
	for _, at := range []string{"fixity:cycle-begun|1", "fixity:portion-read|1", "fixity:portion-noted|1", "fixity:portion-read|3",
		"fixity:portion-noted|3", "fixity:cycle-ended|1"} {
		t.Run(at, func(t *testing.T) {
			w := newWorld(t, 200)
			w.flip(w.master(0))
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), checkAndDie+"="+w.dir+"|"+at)
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("%v: %s", err, out)
			}
			before := w.status()
			if strings.HasPrefix(at, "fixity:portion-noted") && (before.Read == 0 || before.Changed != 1) {
				t.Errorf("what was noted is lost: %+v", before)
			}
			r := w.slowly()
			if r.Files != 400-before.Read {
				t.Errorf("%d were read before, %d after it", before.Read, r.Files)
			}
			if s := w.status(); s.Read != 400 || s.Ended == 0 || s.Changed != 1 || s.Begun != before.Begun {
				t.Errorf("before %+v, after %+v", before, s)
			}
		})
	}
	if len(fixity.Steps()) != 4 {
		t.Error("a step that nobody was killed at")
	}
}
