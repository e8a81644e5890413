package main

import (
	"context"

	"lantai/assets/lang"
)

func recogniseCommand() command {
	return command{name: "recognise", args: "PAGE …", min: 1, max: 1 << 20, run: runRecognise}
}

// runRecognise recognises pages again, also those whose text was delivered.
func runRecognise(ctx context.Context, c *call) (int, error) {
	ids, err := pageIDs(c.args)
	if err != nil {
		return exitUsage, err
	}
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	n, err := s.Recognise(ctx, s.Actor(), ids)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]int{"recognised": n})
		return exitDone, nil
	}
	c.say("ctl.recognise", lang.Args{"Pages": n})
	return exitDone, nil
}
