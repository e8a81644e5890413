package main

import (
	"context"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// purgeOptions are the flags of purge.
type purgeOptions struct {
	reason                string
	agree, withdraw, list bool
	cleared               int
}

func purgeCommand() command {
	return command{
		name: "purge", args: "档号 … [--reason TEXT] | 档号|ID --agree | 档号|ID --withdraw | --list [--all] | --cleared N [--note TEXT]", max: 1 << 20,
		flags: func(c *call) {
			o := &c.opt.purge
			c.flags.StringVar(&o.reason, "reason", "", "ask that the records be purged; it stays for ever and quotes nothing of them")
			c.flags.BoolVar(&o.agree, "agree", false, "agree to what another person asked for: it is purged at once, for good")
			c.flags.BoolVar(&o.withdraw, "withdraw", false, "take back what was asked for")
			c.flags.BoolVar(&o.list, "list", false, "what was asked for, and the media that hold purged records still")
			c.flags.BoolVar(&c.opt.all, "all", false, "list: also what has ended")
			c.flags.IntVar(&o.cleared, "cleared", 0, "the number of a medium on which nothing of the record is any more")
			c.flags.StringVar(&c.opt.note, "note", "", "cleared: how")
		},
		run: runPurge,
	}
}

func runPurge(ctx context.Context, c *call) (int, error) {
	o := c.opt.purge
	modes := 0
	for _, on := range []bool{o.reason != "", o.agree, o.withdraw, o.list, o.cleared != 0} {
		if on {
			modes++
		}
	}
	run, light := purgeAsk, true
	least, most := 1, 1<<20
	switch {
	case modes > 1:
		return c.misused("purge")
	case o.agree:
		run, light, most = purgeAgree, false, 1
	case o.withdraw:
		run, most = purgeWithdraw, 1
	case o.list:
		run, least, most = purgeList, 0, 0
	case o.cleared != 0:
		run, light, least, most = purgeCleared, false, 0, 0
	}
	if len(c.args) < least || len(c.args) > most {
		return c.misused("purge")
	}
	open := c.open
	if light {
		open = c.openLight
	}
	s, err := open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	return run(ctx, c, s)
}

// purgeAsk shows what would go and, with a reason, notes that a person asks for it.
func purgeAsk(ctx context.Context, c *call, s *station.Station) (int, error) {
	plan, err := s.PlanPurge(ctx, s.Sight(), c.args)
	if err != nil {
		return exitFailed, err
	}
	if c.opt.purge.reason == "" {
		if c.json {
			c.print(map[string]any{"purge": nil, "plan": planJSON(plan)})
		} else {
			c.sayPlan(plan)
		}
		return exitDone, nil
	}
	p, err := s.AskPurge(ctx, s.Actor(), plan, c.opt.purge.reason)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"purge": p, "plan": planJSON(plan)})
		return exitDone, nil
	}
	c.sayPlan(plan)
	c.say("ctl.purge.asked", lang.Args{"ID": p.ID})
	return exitDone, nil
}

// planJSON makes lists of what has none.
func planJSON(p ingest.PurgePlan) ingest.PurgePlan {
	p.Shared, p.Copies, p.Media = orEmpty(p.Shared), orEmpty(p.Copies), orEmpty(p.Media)
	return p
}

func (c *call) sayPlan(p ingest.PurgePlan) {
	for _, h := range p.Roots {
		c.say("ctl.purge.root", lang.Args{"Code": h.Code, "Title": h.Title})
	}
	c.say("ctl.purge.counts", lang.Args{"Records": p.Records, "Pages": p.Pages, "Files": p.Files, "Bytes": p.Bytes})
	if p.Loose > 0 {
		c.say("ctl.purge.loose", lang.Args{"Pages": p.Loose})
	}
	if len(p.Shared) > 0 {
		c.say("ctl.purge.shared", lang.Args{"Codes": strings.Join(p.Shared, "、")})
	}
	for _, path := range p.Copies {
		c.say("ctl.purge.copy", lang.Args{"Path": path})
	}
	for _, m := range p.Media {
		c.say("ctl.purge.holds", lang.Args{"Name": m.Name, "Files": m.Files})
	}
}

func purgeAgree(ctx context.Context, c *call, s *station.Station) (int, error) {
	p, err := s.FindPurge(ctx, s.Sight(), c.args[0])
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.purge")
	p, err = s.AgreePurge(ctx, s.Actor(), p.ID, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	list, err := s.Catalogue.Media(ctx, s.Sight(), false)
	if err != nil {
		return exitFailed, err
	}
	var media []archive.Medium
	for _, m := range list {
		if m.Purge == p.ID {
			media = append(media, m)
		}
	}
	if c.json {
		c.print(map[string]any{"purge": p, "media": orEmpty(media)})
		return exitDone, nil
	}
	c.say("ctl.purge.done", lang.Args{"Codes": strings.Join(p.Codes, "、"), "Records": p.Records, "Pages": p.Pages, "Files": p.Files})
	c.sayMedia(media)
	c.say("ctl.purge.copies", nil)
	return exitDone, nil
}

func purgeWithdraw(ctx context.Context, c *call, s *station.Station) (int, error) {
	p, err := s.FindPurge(ctx, s.Sight(), c.args[0])
	if err == nil {
		err = s.WithdrawPurge(ctx, s.Actor(), p.ID)
	}
	if err == nil {
		p, err = s.Catalogue.Purge(ctx, s.Sight(), p.ID)
	}
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"purge": p})
		return exitDone, nil
	}
	c.say("ctl.purge.withdrawn", lang.Args{"Codes": strings.Join(p.Codes, "、")})
	return exitDone, nil
}

func purgeList(ctx context.Context, c *call, s *station.Station) (int, error) {
	all, err := s.Catalogue.Purges(ctx, s.Sight(), "")
	if err != nil {
		return exitFailed, err
	}
	media, err := s.Catalogue.Media(ctx, s.Sight(), c.opt.all)
	if err != nil {
		return exitFailed, err
	}
	var list []archive.Purge
	for _, p := range all {
		if c.opt.all || p.State == archive.PurgeAsked || p.State.Going() {
			list = append(list, p)
		}
	}
	if c.json {
		c.print(map[string]any{"purges": orEmpty(list), "media": orEmpty(media)})
		return exitDone, nil
	}
	for _, p := range list {
		c.say("ctl.purge.line", lang.Args{"ID": p.ID, "Codes": strings.Join(p.Codes, "、"), "Asked": time.UnixMilli(p.Asked).Format(time.DateTime),
			"Records": p.Records, "Pages": p.Pages, "Reason": p.Reason, "State": c.words.T("purge."+string(p.State), nil)})
	}
	c.sayMedia(media)
	if len(list)+len(media) == 0 {
		c.say("ctl.purge.none", nil)
	}
	return exitDone, nil
}

func (c *call) sayMedia(list []archive.Medium) {
	for _, m := range list {
		key := "ctl.purge.medium"
		if m.Cleared != 0 {
			key = "ctl.purge.medium-cleared"
		}
		c.say(key, lang.Args{"Number": m.Number, "Kind": c.words.T("medium."+string(m.Kind), nil), "Name": m.Name, "Files": m.Files, "Note": m.Note})
		for _, p := range m.Paths {
			c.say("ctl.purge.medium-path", lang.Args{"Path": p})
		}
	}
}

func purgeCleared(ctx context.Context, c *call, s *station.Station) (int, error) {
	m, err := s.ClearMedium(ctx, s.Actor(), c.opt.purge.cleared, c.opt.note)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"medium": m})
		return exitDone, nil
	}
	c.sayMedia([]archive.Medium{m})
	return exitDone, nil
}
