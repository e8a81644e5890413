package main

import (
	"context"
	"os"
	"path/filepath"

	"lantai/archive/ingest"
	"lantai/archive/sample"
	"lantai/assets/lang"
)

func sampleCommand() command {
	return command{
		name: "sample", args: "--scale small | --scale district [--seed N] [--fraction F] [--corpus DIR]",
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.scale, "scale", "small", "small: a few pages by the real pipeline; district: the archive of the annual figures")
			c.may("scale", choice{values: []string{"small", "district"}})
			c.flags.Uint64Var(&c.opt.seed, "seed", 1, "the same seed gives the same archive")
			c.flags.Float64Var(&c.opt.fraction, "fraction", 1, "part of the annual figures, above 0 up to 1")
			c.flags.StringVar(&c.opt.corpus, "corpus", "", "folder of texts (.txt, .md, .tar.zst) for the pages; without it they have none")
		},
		run: runSample,
	}
}

// runSample makes a new archive: of drawn pages by the real pipeline, or of the size of
// a district's.
func runSample(ctx context.Context, c *call) (int, error) {
	if c.opt.scale == "district" {
		return runDistrict(ctx, c)
	}
	delivery, err := sample.Small(ctx, c.home)
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
	r, err := s.Ingest(ctx, s.Actor(), ingest.Delivery{Dir: delivery}, bar.show)
	bar.end()
	return c.reportIngest(r, delivery, err)
}

func runDistrict(ctx context.Context, c *call) (int, error) {
	bar := c.bar("phase." + sample.PhaseDistrict)
	made, err := sample.District{Dir: c.home, Seed: c.opt.seed, Fraction: c.opt.fraction, Corpus: c.opt.corpus, Progress: bar.show}.Make(ctx)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(made)
		return exitDone, nil
	}
	c.say("ctl.sample.district", lang.Args{"Fonds": made.Fonds, "Containers": made.Containers(), "Items": made.Items, "Pages": made.Pages,
		"TB": float64(made.Bytes/1e10) / 100, "Path": c.home})
	return exitDone, nil
}
