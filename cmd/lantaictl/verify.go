package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/fixity"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func verifyCommand() command {
	return command{
		name: "verify", args: "[--target NAME] [--rolling [--files N] [--bytes N]]",
		flags: func(c *call) {
			c.flags.BoolVar(&c.opt.rolling, "rolling", false, "only those that were not read for the longest time: so many, or what is due")
			c.flags.IntVar(&c.opt.files, "files", 0, "with --rolling: how many files")
			c.flags.StringVar(&c.opt.bytes, "bytes", "", "with --rolling: how much, such as 20GB")
			c.flags.StringVar(&c.opt.target, "target", "", "read the copies at a target back instead of the originals")
		},
		run: runVerify,
	}
}

func runVerify(ctx context.Context, c *call) (int, error) {
	bytes, err := readSize(c.opt.bytes)
	if err != nil {
		return exitUsage, err
	}
	if !c.opt.rolling && (c.opt.files != 0 || c.opt.bytes != "") || c.opt.files < 0 {
		return c.misused("verify")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	bar := c.bar("progress.verify")
	check := s.Verify
	switch {
	case c.opt.target != "":
		check = func(ctx context.Context, progress func(archive.Progress)) (station.Verified, error) {
			return s.VerifyTarget(ctx, c.opt.target, offsite.CheckOptions{Rolling: c.opt.rolling, Files: c.opt.files, Bytes: bytes}, progress)
		}
	case c.opt.rolling:
		check = func(ctx context.Context, progress func(archive.Progress)) (station.Verified, error) {
			return s.VerifyPortion(ctx, fixity.Limit{Files: c.opt.files, Bytes: bytes}, progress)
		}
	}
	r, err := check(ctx, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if r.Damaged() {
		code = exitDamaged
	}
	if c.json {
		c.print(r)
		return code, nil
	}
	c.say("ctl.verify", lang.Args{"Checked": r.Checked, "OK": r.OK, "NotHashed": r.NotHashed,
		"Missing": len(r.Missing), "Changed": len(r.Changed), "Unreadable": len(r.Unreadable), "Extra": len(r.Extra)})
	if r.Quarantined+r.Purged > 0 {
		c.say("ctl.verify.quarantine", lang.Args{"Quarantined": r.Quarantined, "Purged": r.Purged})
	}
	if r.NotRestored > 0 {
		c.say("ctl.verify.not-restored", lang.Args{"Files": r.NotRestored})
	}
	for kind, list := range map[string][]station.Found{"missing": r.Missing, "changed": r.Changed,
		"unreadable": r.Unreadable, "extra": r.Extra} {
		for _, f := range list {
			if f.Root != "" {
				f.Path = f.Root + ": " + f.Path
			}
			c.say("ctl.verify."+kind, lang.Args{"Code": f.Code, "Page": f.Page, "Path": f.Path})
		}
	}
	for _, a := range r.Absent {
		c.say("ctl.verify.absent", lang.Args{"Root": a.Root, "Files": a.Files})
	}
	if code == exitDamaged {
		return code, archive.Errorf(archive.Damaged, "verify originals", s.Home.Name(), "see the list")
	}
	return code, nil
}
