package main

import (
	"context"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func groupCommand() command {
	return command{
		name: "group", args: "list | add 名称 | put 名称 档号 … | take 名称 档号 … | show 名称 | remove 名称", min: 1, max: 10_000,
		verbs: []string{"list", "add", "put", "take", "show", "remove"},
		flags: func(c *call) { c.flags.StringVar(&c.opt.note, "note", "", "说明") },
		run:   runGroup,
	}
}

func runGroup(ctx context.Context, c *call) (int, error) {
	word, many := c.args[0], form{3, len(c.args)}
	if !c.inForm(map[string]form{"list": {1, 1}, "add": {2, 2}, "show": {2, 2}, "remove": {2, 2}, "put": many, "take": many}) {
		return c.misused("group")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	groups, err := s.Catalogue.Groups(ctx, s.Sight())
	if err != nil {
		return exitFailed, err
	}
	if word == "list" {
		return c.listGroups(groups), nil
	}
	if word == "add" {
		g := archive.VirtualGroup{Name: c.args[1], Note: c.opt.note}
		if _, err := s.Catalogue.Do(ctx, s.Actor(), archive.OpGroupEdit, func(tx *store.Tx) error { return tx.AddGroup(&g) }); err != nil {
			return exitFailed, err
		}
		return c.listGroups([]archive.VirtualGroup{g}), nil
	}
	for _, g := range groups {
		if g.Name == c.args[1] {
			return c.withGroup(ctx, s, word, g)
		}
	}
	return exitFailed, archive.Errorf(archive.NotFound, "find group", c.args[1], "no group has this name")
}

func (c *call) listGroups(groups []archive.VirtualGroup) int {
	if c.json {
		c.print(map[string]any{"groups": orEmpty(groups)})
		return exitDone
	}
	for _, g := range groups {
		c.say("ctl.group.line", lang.Args{"Name": g.Name, "Note": g.Note})
	}
	return exitDone
}

func (c *call) withGroup(ctx context.Context, s *station.Station, word string, g archive.VirtualGroup) (int, error) {
	var ids []archive.ID
	for _, code := range c.args[2:] {
		h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(code))
		if err != nil {
			return exitFailed, err
		}
		ids = append(ids, h.ID)
	}
	if _, err := s.Catalogue.Do(ctx, s.Actor(), archive.OpGroupEdit, func(tx *store.Tx) error {
		switch word {
		case "put":
			return tx.AddMembers(g.ID, ids)
		case "remove":
			return tx.RemoveGroup(g.ID)
		case "take":
			return tx.RemoveMembers(g.ID, ids)
		}
		return nil
	}); err != nil {
		return exitFailed, err
	}
	if word == "remove" {
		return exitDone, nil
	}
	members, err := s.Catalogue.Members(ctx, s.Sight(), g.ID)
	if err != nil {
		return exitFailed, err
	}
	list, err := s.Catalogue.Holdings(ctx, s.Sight(), members)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"group": g, "records": orEmpty(list)})
		return exitDone, nil
	}
	for _, h := range list {
		c.say("ctl.record.line", lang.Args{"Code": h.Code, "Title": h.Title, "Date": h.Date})
	}
	return exitDone, nil
}
