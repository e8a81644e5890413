// Command lantaictl does the work of Lantai without a window: for scripts, tests and
// administrators.
//
// Exit codes: 0 done, 1 failed, 2 wrong use, 3 finished but some inputs were refused,
// 4 not allowed, 5 damage found. With --json one object goes to standard output; an
// error is {"error":{"op","kind","subject","message"}}.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

var version = "dev" // set by the linker

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if !slices.Contains(os.Args, "--verbose") && !slices.Contains(os.Args, "-verbose") {
		slog.SetLogLoggerLevel(slog.LevelError) // what a person has to know is said in words
	}
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
