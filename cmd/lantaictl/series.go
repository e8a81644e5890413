package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func seriesCommand() command {
	return command{
		name: "series", args: "list [全宗号] | add 类别档号 名称 --scheme item22|item13|vol13|vol94|photo02|book [--holds photo|object|av|book|item]", min: 1, max: 3,
		verbs: []string{"list", "add"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.scheme, "scheme", "item22", "how 档号 are built")
			c.may("scheme", choice{values: schemes()})
			c.flags.StringVar(&c.opt.holds, "holds", "", "what its single records are: item, photo, object, av, book; left out: as the 门类 says")
			c.may("holds", c.worded("kind.", "item", "photo", "object", "av", "book"))
			c.flags.StringVar(&c.opt.languages, "languages", "", "of recognition: chi_sim+eng, chi_tra, chi_sim_vert")
		},
		run: runSeries,
	}
}

func runSeries(ctx context.Context, c *call) (int, error) {
	switch {
	case c.args[0] == "list" && len(c.args) <= 2:
		return listSeries(ctx, c)
	case c.args[0] == "add" && len(c.args) == 3:
		return addSeries(ctx, c)
	}
	return c.misused("series")
}

func listSeries(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	var fonds archive.ID
	if len(c.args) == 2 {
		f, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), c.args[1])
		if err != nil {
			return exitFailed, err
		}
		fonds = f.ID
	}
	list, err := s.Catalogue.SeriesOf(ctx, s.Sight(), fonds)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"series": orEmpty(list)})
		return exitDone, nil
	}
	for _, v := range list {
		c.say("ctl.series.line", lang.Args{"Code": v.Code, "Title": v.Title})
	}
	return exitDone, nil
}

func addSeries(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	v, err := s.AddSeries(ctx, s.Actor(), station.NewSeries{
		Code: c.args[1], Title: c.args[2], Scheme: c.opt.scheme, Languages: c.opt.languages, Holds: archive.HoldingKind(c.opt.holds)})
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(v)
		return exitDone, nil
	}
	c.say("ctl.series.added", lang.Args{"Code": v.Code, "Title": v.Title})
	return exitDone, nil
}

// schemes names the schemes of 档号 that come with the program.
func schemes() []string {
	var list []string
	for _, s := range refcode.Builtins() {
		list = append(list, s.Name)
	}
	return list
}
