package main

import (
	"context"
	"time"

	"lantai/assets/lang"
)

func quarantineCommand() command {
	return command{
		name: "quarantine", args: "list [--all] | decide ID|档号 --not-secret|--secret --note TEXT", min: 1, max: 2,
		verbs: []string{"list", "decide"},
		flags: func(c *call) {
			c.flags.BoolVar(&c.opt.all, "all", false, "list: also what was decided on")
			c.flags.BoolVar(&c.opt.notSecret, "not-secret", false, "decide: no state secret; everything goes back")
			c.flags.BoolVar(&c.opt.secret, "secret", false, "decide: a state secret; it is removed for good")
			c.flags.StringVar(&c.opt.note, "note", "", "decide: why, and by whose order; stays in the log")
		},
		run: runQuarantine,
	}
}

func runQuarantine(ctx context.Context, c *call) (int, error) {
	switch {
	case c.args[0] == "list" && len(c.args) == 1:
		return listQuarantine(ctx, c)
	case c.args[0] == "decide" && len(c.args) == 2 && c.opt.secret != c.opt.notSecret:
		return decideQuarantine(ctx, c)
	}
	return c.misused("quarantine")
}

func listQuarantine(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	list, err := s.Quarantines(ctx, s.Sight(), c.opt.all)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"quarantined": orEmpty(list)})
		return exitDone, nil
	}
	for _, q := range list {
		c.say("ctl.quarantine.line", lang.Args{"ID": q.ID, "Code": q.Code, "Path": q.Path, "Page": q.Ordinal, "Mark": q.Mark,
			"Found": time.UnixMilli(q.Found).Format(time.DateTime), "Pages": q.Pages, "State": c.words.T("quarantine."+string(q.State), nil)})
	}
	if len(list) == 0 {
		c.say("ctl.quarantine.none", nil)
	}
	return exitDone, nil
}

func decideQuarantine(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	q, err := s.FindQuarantine(ctx, s.Sight(), c.args[1])
	if err != nil {
		return exitFailed, err
	}
	removed, err := s.Decide(ctx, s.Actor(), q.ID, c.opt.secret, c.opt.note)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"id": q.ID, "code": q.Code, "secret": c.opt.secret, "removed": orEmpty(removed)})
		return exitDone, nil
	}
	if !c.opt.secret {
		c.say("ctl.quarantine.released", lang.Args{"Code": q.Code, "Path": q.Path, "Pages": q.Pages})
		return exitDone, nil
	}
	for _, r := range removed {
		key := "ctl.quarantine.removed"
		if r.Left {
			key = "ctl.quarantine.left"
		}
		c.say(key, lang.Args{"Path": r.Path, "Pages": r.Pages})
	}
	c.say("ctl.quarantine.copies", nil)
	return exitDone, nil
}
