package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func fondsCommand() command {
	return command{
		name: "fonds", args: "list | add 全宗号 名称 [--creator NAME]", min: 1, max: 3,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.creator, "creator", "", "立档单位; the name of the fonds if left out")
		},
		run: runFonds,
	}
}

func runFonds(ctx context.Context, c *call) (int, error) {
	switch {
	case c.args[0] == "list" && len(c.args) == 1:
		return listFonds(ctx, c)
	case c.args[0] == "add" && len(c.args) == 3:
		return addFonds(ctx, c)
	}
	return c.misused("fonds")
}

func listFonds(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	list, err := s.Catalogue.Fonds(ctx, access.All())
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"fonds": orEmpty(list)})
		return exitDone, nil
	}
	for _, f := range list {
		c.say("ctl.fonds.line", lang.Args{"Code": f.Code, "Title": f.Title})
	}
	return exitDone, nil
}

func addFonds(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	f := archive.Fonds{Creator: c.opt.creator}
	f.Code, f.Title = c.args[1], c.args[2]
	if f.Creator == "" {
		f.Creator = f.Title
	}
	_, err = s.Catalogue.Do(ctx, archive.LocalActor(), archive.OpFondsAdd, func(tx *store.Tx) error {
		return tx.AddFonds(&f)
	})
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(f)
		return exitDone, nil
	}
	c.say("ctl.fonds.added", lang.Args{"Code": f.Code, "Title": f.Title})
	return exitDone, nil
}
