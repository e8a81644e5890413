package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func restoreCommand() command {
	return command{
		name: "restore", args: "--from PATH [--from PATH …] [--as-of 20261127] [--roots FOLDER]", files: []string{"home"}, homeless: true,
		flags: func(c *call) {
			c.flags.Func("from", "folder or disk with copies of the archive; once for each disk of a set", func(s string) error {
				c.opt.from = append(c.opt.from, s)
				return nil
			})
			c.flags.StringVar(&c.opt.asOf, "as-of", "", "take the newest catalogue of this day or before; the newest if left out")
			c.flags.StringVar(&c.opt.roots, "roots", "", "folder for what lay on storage roots; beside the home if left out")
		},
		run: runRestore,
	}
}

// runRestore brings an archive back from its copies into an empty folder.
func runRestore(ctx context.Context, c *call) (int, error) {
	if len(c.opt.from) == 0 {
		return c.misused("restore")
	}
	home, err := c.file("home", c.home)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("progress.restore")
	r, err := station.Restore(ctx, c.opt.from, offsite.RestoreOptions{Home: home, AsOf: c.opt.asOf, Roots: c.opt.roots,
		Progress: func(p offsite.Progress) { bar.show(archive.Progress{Done: p.Files, Total: p.Of}) }}, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if len(r.Missing)+len(r.Failed) > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(r)
		return code, nil
	}
	c.say("ctl.restore.done", lang.Args{"Name": r.Name, "Dir": c.home, "Files": r.Files, "Size": size(r.Bytes), "Snapshot": r.Snapshot})
	for _, d := range r.Disks {
		c.say("ctl.restore.disk", lang.Args{"Number": d})
	}
	for _, f := range append(r.Missing, r.Failed...) {
		c.say("ctl.backup.failed", lang.Args{"Path": f.Path, "Reason": c.words.T("offsite.reason."+f.Reason, nil)})
	}
	return code, nil
}
