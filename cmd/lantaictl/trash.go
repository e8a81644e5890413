package main

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func trashCommand() command {
	return command{
		name: "trash", args: "list [--limit 50] [--before OP] | remove 档号 … [--reason …] [--dry-run] | restore OP", min: 1, max: 1 << 20,
		verbs: []string{"list", "remove", "restore"},
		flags: func(c *call) {
			c.flags.IntVar(&c.opt.limit, "limit", 50, "list: how many removals at most")
			c.flags.StringVar(&c.opt.beforeOp, "before", "", "list: go on from this operation")
			c.flags.StringVar(&c.opt.code.reason, "reason", "", "remove: why; needed where the class is filed")
			c.flags.BoolVar(&c.opt.dryRun, "dry-run", false, "remove: show what would go")
		},
		run: runTrash,
	}
}

func runTrash(ctx context.Context, c *call) (int, error) {
	verb, args := c.args[0], c.args[1:]
	run := map[string]func(context.Context, *call, *station.Station, []string) (int, error){"list": trashList, "remove": trashRemove, "restore": trashRestore}[verb]
	if run == nil || verb == "list" && len(args) > 0 || verb == "remove" && len(args) == 0 || verb == "restore" && len(args) != 1 {
		return c.misused("trash")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	return run(ctx, c, s, args)
}

// removalJSON is one removal.
type removalJSON struct {
	Op       archive.ID     `json:"op"`
	Time     string         `json:"time"`
	Actor    archive.ID     `json:"actor"`
	Roots    []arrange.Gone `json:"roots"`
	Records  int            `json:"records"`
	Pages    int            `json:"pages"`
	Restored bool           `json:"restored"`
}

func removalOf(r store.Removal) removalJSON {
	out := removalJSON{Op: r.Op, Time: time.UnixMilli(r.Time).UTC().Format(time.RFC3339), Actor: r.Actor, Records: r.Records, Pages: r.Pages, Restored: r.Restored}
	for _, h := range r.Roots {
		out.Roots = append(out.Roots, arrange.Gone{ID: h.ID, Code: h.Code, Title: h.Title})
	}
	return out
}

func trashList(ctx context.Context, c *call, s *station.Station, _ []string) (int, error) {
	before, err := idOrZero(c.opt.beforeOp)
	if err != nil {
		return exitUsage, err
	}
	removals, err := s.Catalogue.Removals(ctx, s.Sight(), before, c.opt.limit)
	if err != nil {
		return exitFailed, err
	}
	list := make([]removalJSON, len(removals))
	for i, r := range removals {
		list[i] = removalOf(r)
	}
	if c.json {
		c.print(map[string]any{"removals": list})
		return exitDone, nil
	}
	for i, r := range list {
		key := "ctl.trash.line"
		if r.Restored {
			key = "ctl.trash.restored-line"
		}
		c.say(key, lang.Args{"Op": r.Op, "Time": localTime(removals[i].Time), "Code": r.Roots[0].Code, "Title": r.Roots[0].Title, "Records": r.Records, "Pages": r.Pages})
	}
	return exitDone, nil
}

func trashRemove(ctx context.Context, c *call, s *station.Station, args []string) (int, error) {
	ids, err := idsOf(ctx, s, args)
	if err != nil {
		return exitFailed, err
	}
	plan, err := s.Arrange().PlanRemoval(ctx, ids, c.opt.code.reason)
	if err != nil {
		return exitFailed, err
	}
	if c.opt.dryRun {
		code := exitDone
		if len(plan.Refused) > 0 {
			code = exitRefused
		}
		if c.json {
			c.print(map[string]any{"op": nil, "dry_run": true, "roots": plan.Roots, "records": plan.Records, "pages": plan.Pages, "refused": c.whyNot(plan.Refused)})
			return code, nil
		}
		for _, r := range c.whyNot(plan.Refused) {
			c.say("ctl.trash.refused", lang.Args{"Sentence": r.Sentence})
		}
		c.say("ctl.trash.would", lang.Args{"Records": plan.Records, "Pages": plan.Pages})
		return code, nil
	}
	op, records, pages, err := s.Arrange().Remove(ctx, s.Actor(), plan)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"op": op, "dry_run": false, "roots": plan.Roots, "records": records, "pages": pages, "refused": []whyJSON{}})
		return exitDone, nil
	}
	c.say("ctl.trash.removed", lang.Args{"Records": records, "Pages": pages, "Op": op})
	return exitDone, nil
}

func trashRestore(ctx context.Context, c *call, s *station.Station, args []string) (int, error) {
	op, err := archive.ParseID(args[0])
	if err != nil {
		return exitUsage, err
	}
	bar := c.bar("phase.undo")
	undone, kept, err := s.Arrange().Restore(ctx, s.Actor(), op, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if len(kept) > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(map[string]any{"op": idOrNull(undone), "kept": len(kept)})
		return code, nil
	}
	c.say("ctl.trash.restored", lang.Args{"Op": op, "Kept": len(kept)})
	return code, nil
}
