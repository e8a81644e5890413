package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func restoreCommand() command {
	return command{
		name: "restore", args: "--from PATH [--from PATH …] [--fonds 全宗号 …] [--code 档号 …] [--as-of 2026-11-27] [--roots FOLDER] | --from PATH --list", files: []string{"home"}, homeless: true,
		flags: func(c *call) {
			several := func(list *[]string) func(string) error {
				return func(s string) error {
					*list = append(*list, s)
					return nil
				}
			}
			c.flags.Func("from", "folder or disk with copies of the archive; once for each disk of a set", several(&c.opt.from))
			c.flags.Func("fonds", "全宗号: of the originals, only those of this fonds (and of --code); may be given several times", several(&c.opt.restored))
			c.flags.Func("code", "档号: of the originals, only those of this record and of what lies in it; may be given several times", several(&c.opt.codes))
			c.flags.StringVar(&c.opt.asOf, "as-of", "", "take the newest catalogue of this day or before (2026-11-27, or a time that --list names); the newest if left out")
			c.flags.StringVar(&c.opt.roots, "roots", "", "folder for what lay on storage roots; beside the home if left out")
			c.flags.BoolVar(&c.opt.times, "list", false, "list the catalogues that can be restored, by their times")
		},
		run: runRestore,
	}
}

// runRestore brings an archive back from its copies into an empty folder.
func runRestore(ctx context.Context, c *call) (int, error) {
	if len(c.opt.from) == 0 || c.home == "" && !c.opt.times {
		return c.misused("restore")
	}
	if c.opt.times {
		return c.listTimes(ctx)
	}
	asOf, err := readAsOf(c.opt.asOf)
	if err != nil {
		return exitUsage, err
	}
	if c.home, err = c.file("home", c.home); err != nil {
		return exitFailed, err
	}
	bar := c.bar("progress.restore")
	r, err := station.Restore(ctx, c.opt.from, offsite.RestoreOptions{Home: c.home, AsOf: asOf, Roots: c.opt.roots, Fonds: c.opt.restored, Codes: c.opt.codes,
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
	if r.NotBrought > 0 {
		c.say("ctl.restore.some", lang.Args{"Files": r.NotBrought})
	}
	for _, d := range r.Disks {
		c.say("ctl.restore.disk", lang.Args{"Number": d})
	}
	for _, f := range append(r.Missing, r.Failed...) {
		c.say("ctl.backup.failed", lang.Args{"Path": f.Path, "Reason": c.words.T("offsite.reason."+f.Reason, nil)})
	}
	c.say("ctl.restore.verified", lang.Args{"Checked": r.Verified.Checked, "OK": r.Verified.OK, "Station": r.Station})
	return code, nil
}

// listTimes lists the catalogues that can be restored.
func (c *call) listTimes(ctx context.Context) (int, error) {
	list, err := station.RestoreTimes(ctx, c.opt.from)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"catalogues": orEmpty(list)})
		return exitDone, nil
	}
	for _, name := range list {
		at, err := offsite.TimeOf(name)
		if err != nil {
			continue
		}
		fmt.Fprintln(c.out, name, at.Local().Format("2006-01-02 15:04:05"))
	}
	return exitDone, nil
}

// readAsOf reads a day of this computer's zone, to whose end it goes, or the beginning of a
// time as it stands in the names of catalogues.
func readAsOf(text string) (string, error) {
	if strings.Contains(text, "T") || text == "" {
		return text, nil
	}
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if day, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return day.AddDate(0, 0, 1).Add(-time.Millisecond).UTC().Format("20060102T150405.000"), nil
		}
	}
	return "", archive.Errorf(archive.Invalid, "read day", text, "a day is written 2026-11-27")
}
