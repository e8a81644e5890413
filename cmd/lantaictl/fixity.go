package main

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/fixity"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func fixityCommand() command {
	return command{
		name: "fixity", args: "status | list | set [--every 90d] [--speed 20MB]", min: 1, max: 1, verbs: []string{"status", "list", "set"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.every, "every", "", "set: days in which all originals are read once; 0: not in the background")
			c.flags.StringVar(&c.opt.speed, "speed", "", "set: most bytes a second in the background, such as 20MB; 0: as fast as the disk")
		},
		run: runFixity,
	}
}

func runFixity(ctx context.Context, c *call) (int, error) {
	if c.args[0] == "set" == (c.opt.every == "" && c.opt.speed == "") {
		return c.misused("fixity")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "list":
		return c.listDamaged(ctx, s)
	case "set":
		if err := c.setFixity(ctx, s); archive.KindOf(err) == archive.Invalid {
			return exitUsage, err
		} else if err != nil {
			return exitFailed, err
		}
	}
	now, err := s.Fixity().Status(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(fixityJSON(now))
		return exitDone, nil
	}
	c.sayFixity(now)
	return exitDone, nil
}

func (c *call) setFixity(ctx context.Context, s *station.Station) error {
	now, err := s.Fixity().Settings(ctx)
	if err != nil {
		return err
	}
	if c.opt.every != "" {
		if now.Days, err = readDays(c.opt.every); err != nil {
			return err
		}
	}
	if c.opt.speed != "" {
		if now.Speed, err = readSize(c.opt.speed); err != nil {
			return err
		}
	}
	return s.Fixity().SetSettings(ctx, s.Actor(), now)
}

// fixityJSON is how far the check has come: times in RFC 3339, null where there is none.
func fixityJSON(now fixity.Status) map[string]any {
	at := func(ms int64) any {
		if ms == 0 {
			return nil
		}
		return time.UnixMilli(ms).UTC().Format(time.RFC3339)
	}
	return map[string]any{"days": now.Days, "bytes_per_second_most": now.Settings.Speed, "files": now.Files, "bytes": now.Bytes, "read": now.Read, "read_bytes": now.ReadBytes,
		"begun": at(now.Begun), "ended": at(now.Ended), "until": at(now.Until), "ends": at(now.Ends), "running": now.Running, "bytes_per_second": now.Speed,
		"overdue": now.Overdue.Files, "overdue_bytes": now.Overdue.Bytes, "away": now.Waiting.Files,
		"missing": now.Missing, "changed": now.Changed, "unreadable": now.Unreadable, "late": now.Late, "last": now.Last}
}

func (c *call) sayFixity(now fixity.Status) {
	if now.Days == 0 {
		c.say("ctl.fixity.off", nil)
	} else {
		most := c.words.T("ctl.fixity.any-speed", nil)
		if now.Settings.Speed > 0 {
			most = size(now.Settings.Speed)
		}
		c.say("ctl.fixity.set", lang.Args{"Days": now.Days, "Speed": most})
	}
	if now.Begun > 0 {
		c.say("ctl.fixity.cycle", lang.Args{"Since": c.day(now.Begun), "Read": now.Read, "Files": now.Files, "Done": size(now.ReadBytes), "Size": size(now.Bytes)})
	}
	switch {
	case now.Ended > 0:
		c.say("ctl.fixity.ended", lang.Args{"At": c.day(now.Ended), "Until": c.day(now.Until)})
	case now.Ends > 0:
		c.say("ctl.fixity.ends", lang.Args{"At": c.day(now.Ends), "Speed": size(int64(now.Speed))})
	}
	if now.Overdue.Files > 0 {
		c.say("ctl.fixity.overdue", lang.Args{"Files": now.Overdue.Files, "Size": size(now.Overdue.Bytes), "Days": now.Days})
	}
	if now.Waiting.Files > 0 {
		c.say("ctl.fixity.away", lang.Args{"Files": now.Waiting.Files})
	}
	c.sayAlarm(now.Alarm, now.Days)
}

// originals tells what somebody has to look at of the originals, and in how many days all
// are read.
func originals(ctx context.Context, s *station.Station) (fixity.Alarm, int, error) {
	alarm, err := s.Fixity().Alarm(ctx)
	if err != nil {
		return alarm, 0, err
	}
	now, err := s.Fixity().Settings(ctx)
	return alarm, now.Days, err
}

// sayAlarm says what somebody has to look at; nothing when all is well.
func (c *call) sayAlarm(a fixity.Alarm, days int) {
	if a.Damaged() > 0 {
		c.say("ctl.fixity.damaged", lang.Args{"Missing": a.Missing, "Changed": a.Changed, "Unreadable": a.Unreadable})
	}
	if a.Late > 0 {
		c.say("ctl.fixity.late", lang.Args{"Files": a.Late, "Days": days, "Away": a.Away})
	}
}

// listDamaged lists the originals that were not as they were received when they were last
// looked at.
func (c *call) listDamaged(ctx context.Context, s *station.Station) (int, error) {
	all := []station.Damaged{}
	for after := archive.ID(0); ; {
		list, err := s.Damaged(ctx, after, 500)
		if err != nil {
			return exitFailed, err
		}
		if len(list) == 0 {
			break
		}
		all, after = append(all, list...), list[len(list)-1].File
	}
	code := exitDone
	if len(all) > 0 {
		code = exitDamaged
	}
	if c.json {
		c.print(map[string]any{"damaged": all})
		return code, nil
	}
	for _, d := range all {
		if d.Root != "" {
			d.Path = d.Root + ": " + d.Path
		}
		c.say("ctl.verify."+string(d.Is), lang.Args{"Code": d.Code, "Page": d.Page, "Path": d.Path})
	}
	if len(all) == 0 {
		c.say("ctl.fixity.none", nil)
	}
	return code, nil
}
