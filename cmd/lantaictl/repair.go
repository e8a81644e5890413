package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func repairCommand() command {
	return command{
		name: "repair", args: "[--target NAME] [--only originals|copies] [PATH …]", max: 100_000,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.target, "target", "", "this target alone; all if left out")
			c.flags.StringVar(&c.opt.only, "only", "", "originals: bring them back from copies; copies: replace those that were found bad; both if left out")
		},
		run: runRepair,
	}
}

// runRepair mends originals from copies and copies from originals. Arguments are paths below
// masters/ of originals that are known as bad; without them all are read to find those that are.
func runRepair(ctx context.Context, c *call) (int, error) {
	only := c.opt.only
	if only != "" && only != station.RepairOriginals && only != station.RepairCopies || only == station.RepairCopies && len(c.args) > 0 {
		return c.misused("repair")
	}
	open := c.open
	if only == station.RepairCopies {
		open = c.openLight
	}
	s, err := open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	bar := c.bar("progress.repair")
	r, err := s.Repair(ctx, station.RepairOptions{Target: c.opt.target, Originals: c.args, Only: only}, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, c.beside(err, r, func() { c.sayRepair(r) })
	}
	code := exitDone
	if r.Left > 0 {
		code = exitDamaged
	}
	if c.json {
		c.print(r)
		return code, nil
	}
	c.sayRepair(r)
	if code == exitDamaged {
		return code, archive.Errorf(archive.Damaged, "repair archive", s.Home.Name(), "see the list")
	}
	return code, nil
}

func (c *call) sayRepair(r station.Repaired) {
	c.say("ctl.repair.done", lang.Args{"Originals": len(r.Originals), "Copies": len(r.Copies), "Mended": r.Mended, "Left": r.Left})
	for _, list := range [][]station.Mended{r.Originals, r.Copies} {
		for _, m := range list {
			where := m.Path
			if m.Label != "" {
				where = m.Label + ": " + m.Path
			}
			key := "ctl.repair.original"
			if m.Target != "" {
				key = "ctl.repair.copy"
			}
			c.say(key, lang.Args{"Target": m.Target, "Disk": m.Disk, "Code": m.Code, "Path": where, "Outcome": c.words.T("offsite.mended."+string(m.Outcome), nil)})
			if m.From != "" {
				c.say("ctl.repair.from", lang.Args{"From": m.From})
			}
			if m.Aside != "" {
				c.say("ctl.repair.aside", lang.Args{"Path": m.Aside})
			}
		}
	}
	for _, m := range r.Away {
		c.say("ctl.repair.away", lang.Args{"Target": m.Target, "Number": m.Disk})
	}
	for _, m := range r.Looked {
		c.say("ctl.repair.looked", lang.Args{"Target": m.Target, "Number": m.Disk})
	}
}
