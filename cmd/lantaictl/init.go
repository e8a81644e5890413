package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func initCommand() command {
	return command{
		name: "init", args: "[--name NAME] [--class 秘密|机密|绝密]", max: 0,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.name, "name", "", "name of the archive; the folder's name if left out")
			c.flags.StringVar(&c.opt.class, "class", "", "秘密, 机密 or 绝密: a classified archive that holds state secrets up to it, for ever; an ordinary one if left out")
			c.may("class", choice{values: []string{"秘密", "机密", "绝密"}})
		},
		run: runInit,
	}
}

func runInit(ctx context.Context, c *call) (int, error) {
	class, err := archive.ParseSecrecy(c.opt.class)
	if err != nil {
		return exitUsage, err
	}
	h, err := home.Init(c.home, c.opt.name, home.Options{Class: class})
	if err != nil {
		return exitFailed, err
	}
	station, err := h.Station()
	if err != nil {
		return exitFailed, err
	}
	catalogue, err := store.Open(ctx, store.Options{Catalogue: h.Catalogue(), Text: h.Text(), Station: station, Class: class})
	if err != nil {
		return exitFailed, err
	}
	if err := catalogue.Close(); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]string{"home": h.Dir(), "name": h.Name(), "kind": string(h.Kind()), "class": class.String()})
		return exitDone, nil
	}
	if class > archive.NotSecret {
		c.say("ctl.init.classified", lang.Args{"Name": h.Name(), "Class": c.words.Class(class), "Dir": h.Dir()})
		return exitDone, nil
	}
	c.say("ctl.init.done", lang.Args{"Name": h.Name(), "Dir": h.Dir()})
	return exitDone, nil
}
