package main

import (
	"context"

	"lantai/assets/lang"
)

func attachCommand() command {
	return command{
		name: "attach", args: "档号 PAGE [PAGE …]", min: 2, max: 1 << 20,
		run: runAttach,
	}
}

// runAttach links pages to a holding, behind those it has, in the order given.
func runAttach(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	ids, err := pageIDs(c.args[1:])
	if err != nil {
		return exitUsage, err
	}
	h, err := s.Link(ctx, s.Actor(), ids, c.args[0])
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"code": h.Code, "linked": len(ids)})
		return exitDone, nil
	}
	c.say("ctl.attach.done", lang.Args{"Code": h.Code, "Pages": len(ids)})
	return exitDone, nil
}
