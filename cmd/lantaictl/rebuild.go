package main

import (
	"context"

	"lantai/archive"
)

func rebuildCommand() command {
	return command{name: "rebuild", args: "derived | index", min: 1, max: 1, run: runRebuild}
}

// runRebuild makes again what can be made again: access images and thumbnails, or
// the index. Originals, catalogue and text are not touched.
func runRebuild(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	var rebuild func(context.Context, func(archive.Progress)) error
	switch c.args[0] {
	case "index":
		rebuild = s.RebuildIndex
	case "derived":
		rebuild = s.RebuildDerived
	default:
		return c.misused("rebuild")
	}
	bar := c.bar("phase.rebuild")
	err = rebuild(ctx, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]string{"rebuilt": c.args[0]})
		return exitDone, nil
	}
	c.say("ctl.rebuild."+c.args[0], nil)
	return exitDone, nil
}
