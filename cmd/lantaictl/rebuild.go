package main

import (
	"context"

	"lantai/assets/lang"
)

func rebuildCommand() command {
	return command{name: "rebuild", args: "derived | index", verbs: []string{"derived", "index"}, min: 1, max: 1, run: runRebuild}
}

// runRebuild makes again what can be made again: access images and thumbnails, or
// the index. Originals, catalogue and text are not touched.
func runRebuild(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	left := 0
	bar := c.bar("phase.rebuild")
	switch c.args[0] {
	case "index":
		err = s.RebuildIndex(ctx, bar.show)
	case "derived":
		left, err = s.RebuildDerived(ctx, bar.show)
	default:
		return c.misused("rebuild")
	}
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if left > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(map[string]any{"rebuilt": c.args[0], "left": left})
		return code, nil
	}
	c.say("ctl.rebuild."+c.args[0], nil)
	if left > 0 {
		c.say("ctl.rebuild.left", lang.Args{"Pages": left})
	}
	return code, nil
}
