package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func fondsCommand() command {
	return command{
		name: "fonds", args: "list | add 全宗号 名称 | set 全宗号 | show 全宗号 [--FIELD …] | name 全宗号 曾用名 | names 全宗号", min: 1, max: 3,
		verbs: []string{"list", "add", "set", "show", "name", "names"},
		flags: func(c *call) {
			c.fieldFlags([]archive.HoldingKind{archive.KindFonds})
			c.flags.StringVar(&c.opt.begin, "from", "", "name: 起用日期")
			c.flags.StringVar(&c.opt.end, "to", "", "name: 停用日期")
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
	case (c.args[0] == "set" || c.args[0] == "show") && len(c.args) == 2:
		return runRecord(ctx, c, "fonds", []archive.HoldingKind{archive.KindFonds})
	case c.args[0] == "name" && len(c.args) == 3, c.args[0] == "names" && len(c.args) == 2:
		return fondsNames(ctx, c)
	}
	return c.misused("fonds")
}

func listFonds(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	list, err := s.Catalogue.Fonds(ctx, s.Sight())
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
	c.opt.fields["title"] = c.args[2]
	f, _, err := s.AddFonds(ctx, s.Actor(), c.args[1], c.opt.fields)
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

// fondsNames lists the names that a fonds had; name adds one before.
func fondsNames(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	f, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), c.args[1])
	if err != nil {
		return exitFailed, err
	}
	if c.args[0] == "name" {
		n := archive.FondsName{Fonds: f.ID, Name: c.args[2], DateBegin: c.opt.begin, DateEnd: c.opt.end}
		if _, err := s.Catalogue.Do(ctx, s.Actor(), archive.OpNameEdit, func(tx *store.Tx) error { return tx.AddFondsName(&n) }); err != nil {
			return exitFailed, err
		}
	}
	names, err := s.Catalogue.FondsNames(ctx, s.Sight(), f.ID)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"names": orEmpty(names)})
		return exitDone, nil
	}
	for _, n := range names {
		c.say("ctl.fonds.name", lang.Args{"Name": n.Name, "From": n.DateBegin, "To": n.DateEnd})
	}
	return exitDone, nil
}
