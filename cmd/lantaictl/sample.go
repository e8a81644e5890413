package main

import (
	"context"
	"os"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

func sampleCommand() command {
	return command{
		name: "sample", args: "--scale small",
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.scale, "scale", "small", "small: a few pages by the real pipeline")
		},
		run: runSample,
	}
}

// runSample makes a new archive with drawn sample pages, by the real pipeline.
func runSample(ctx context.Context, c *call) (int, error) {
	if c.opt.scale != "small" {
		return c.misused("sample")
	}
	delivery, err := station.InitSample(ctx, c.home)
	if err != nil {
		return exitFailed, err
	}
	defer os.RemoveAll(filepath.Dir(delivery))
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	bar := c.bar("phase.receive")
	r, err := s.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: delivery}, bar.show)
	bar.end()
	return c.reportIngest(r, delivery, err)
}
