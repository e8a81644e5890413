package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/assets/lang"
)

func exportCommand() command {
	return command{
		name: "export", args: "catalogue FILE [--fonds 全宗号] [--format csv|xlsx] [--replace]", min: 2, max: 2,
		verbs: []string{"catalogue"},
		files: []string{"table"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.fonds, "fonds", "", "全宗号; all fonds if left out")
			c.flags.StringVar(&c.opt.format, "format", "", "csv or xlsx; by the name of the file if left out")
			c.may("format", choice{values: []string{"csv", "xlsx"}})
			c.flags.BoolVar(&c.opt.replace, "replace", false, "write over a file that is there")
		},
		run: runExport,
	}
}

func runExport(ctx context.Context, c *call) (int, error) {
	if c.args[0] != "catalogue" {
		return c.misused("export")
	}
	path := c.args[1]
	if c.opt.format != "" && !strings.EqualFold(filepath.Ext(path), "."+c.opt.format) {
		path += "." + c.opt.format
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	path = filepath.Join(filepath.Dir(path), s.Home.Class().MarkedName(filepath.Base(path)))
	if _, err := os.Stat(path); err == nil && !c.opt.replace {
		return exitFailed, archive.Errorf(archive.Conflict, "export catalogue", path, "the file is there")
	}
	if path, err = c.file("table", path); err != nil {
		return exitFailed, err
	}
	who, err := s.Rights(ctx, s.Actor())
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.export")
	done, err := exchange.Export(ctx, s.Catalogue, path, exchange.ExportOptions{Fonds: c.opt.fonds, Sight: who.SightFor(access.Export), Progress: bar.show})
	bar.end()
	if err == nil {
		err = s.Observe(ctx, archive.OpExport, 0, map[string]string{"what": "catalogue", "fonds": c.opt.fonds, "rows": strconv.Itoa(done.Rows), "file": filepath.Base(path)})
	}
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"rows": done.Rows, "fonds": done.Fonds, "file": path})
		return exitDone, nil
	}
	c.say("ctl.export", lang.Args{"Rows": done.Rows, "Path": path})
	return exitDone, nil
}
