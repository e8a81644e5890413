package main

import (
	"context"

	"lantai/assets/lang"
)

func retryCommand() command {
	return command{name: "retry", args: "[PAGE …]", max: 1 << 20, run: runRetry}
}

// runRetry puts refused pages, all or those named, back into the queue and works
// them off.
func runRetry(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	ids, err := pageIDs(c.args)
	if err != nil {
		return exitUsage, err
	}
	n, err := s.Retry(ctx, s.Actor(), ids)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]int{"retried": n})
		return exitDone, nil
	}
	c.say("ctl.retry", lang.Args{"Pages": n})
	return exitDone, nil
}
