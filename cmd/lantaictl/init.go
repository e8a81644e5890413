package main

import (
	"context"

	"lantai/archive/home"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func initCommand() command {
	return command{
		name: "init", args: "[--name NAME]", max: 0,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.name, "name", "", "name of the archive; the folder's name if left out")
		},
		run: runInit,
	}
}

func runInit(ctx context.Context, c *call) (int, error) {
	h, err := home.Init(c.home, c.opt.name, home.Options{})
	if err != nil {
		return exitFailed, err
	}
	station, err := h.Station()
	if err != nil {
		return exitFailed, err
	}
	catalogue, err := store.Open(ctx, store.Options{Catalogue: h.Catalogue(), Text: h.Text(), Station: station})
	if err != nil {
		return exitFailed, err
	}
	if err := catalogue.Close(); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]string{"home": h.Dir(), "name": h.Name()})
		return exitDone, nil
	}
	c.say("ctl.init.done", lang.Args{"Name": h.Name(), "Dir": h.Dir()})
	return exitDone, nil
}
