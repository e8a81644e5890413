package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func itemCommand() command {
	return command{
		name: "item", args: "add 档号 题名 [--date …] [--author …] [--doc-no …] [--retention …]", min: 3, max: 3,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.date, "date", "", "日期, 8 digits; 00 for an unknown month or day")
			c.flags.StringVar(&c.opt.author, "author", "", "责任者")
			c.flags.StringVar(&c.opt.docNo, "doc-no", "", "文号")
			c.flags.StringVar(&c.opt.persons, "persons", "", "人名, separated by ；")
			c.flags.StringVar(&c.opt.retention, "retention", "", "保管期限; from the 档号 if left out")
			c.flags.IntVar(&c.opt.year, "year", 0, "年度; from the 档号 if left out")
			c.flags.IntVar(&c.opt.pages, "pages", 0, "页数")
			c.flags.StringVar(&c.opt.pageNo, "page-no", "", "页号 in the volume: 1-5")
			c.flags.StringVar(&c.opt.series, "series", "", "类别档号, where the 档号 fits several series")
		},
		run: runItem,
	}
}

func runItem(ctx context.Context, c *call) (int, error) {
	if c.args[0] != "add" {
		return c.misused("item")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	h, err := s.AddHolding(ctx, archive.LocalActor(), station.NewHolding{
		Code: c.args[1], Title: c.args[2], Series: c.opt.series, Date: c.opt.date, Author: c.opt.author,
		DocNo: c.opt.docNo, Persons: c.opt.persons, Retention: c.opt.retention, Year: c.opt.year, PageCount: c.opt.pages, PageNo: c.opt.pageNo})
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(h)
		return exitDone, nil
	}
	c.say("ctl.item.added", lang.Args{"Code": h.Code, "Title": h.Title})
	return exitDone, nil
}
