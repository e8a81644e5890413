//go:build torture && unix

package ingest_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// What a process that is to be killed is told by its environment.
const (
	killHome   = "LANTAI_KILL_HOME"
	killSource = "LANTAI_KILL_SOURCE" // a folder to take in
	killDecide = "LANTAI_KILL_DECIDE" // "release" or "purge" what waits for a decision
	killStep   = "LANTAI_KILL_STEP"   // name of the boundary to die at
	killCount  = "LANTAI_KILL_COUNT"  // the how-manieth time
)

// victim is a test that does its work in a process of its own, which is killed at a
// boundary or after some time, or not at all.
type victim struct {
	test                 string
	home, source, decide string
	step                 string        // empty: it comes to no boundary
	count                int           // the how-manieth time; 0: the first
	after                time.Duration // 0: never
}

// run tells whether the process was killed.
func (v victim) run(t *testing.T) bool {
	t.Helper()
	ctx := context.Background()
	if v.after > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, v.after)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+v.test+"$")
	cmd.Env = append(os.Environ(), killHome+"="+v.home, killSource+"="+v.source, killDecide+"="+v.decide,
		killStep+"="+v.step, killCount+"="+strconv.Itoa(max(v.count, 1)))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err == nil {
		return false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Fatalf("the child failed: %v\n%s", err, out.String())
	}
	return true
}

// dying ends the process when it comes by the boundary that it was told of.
func dying() func(string) {
	name := os.Getenv(killStep)
	count, _ := strconv.Atoi(os.Getenv(killCount))
	steps := make(chan struct{}, 1) // a mutex of one
	return func(at string) {
		steps <- struct{}{}
		defer func() { <-steps }()
		if at == name {
			if count--; count == 0 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}
}
