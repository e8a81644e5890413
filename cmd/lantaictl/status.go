package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/assets/lang"
)

func statusCommand() command {
	return command{name: "status", args: "", run: runStatus}
}

func runStatus(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	t, err := s.Catalogue.Totals(ctx, access.All(), 0)
	if err != nil {
		return exitFailed, err
	}
	stages := map[archive.Stage]int{}
	for _, st := range archive.Stages() {
		stages[st] = t.Stages[st]
	}
	b, err := s.Backlog(ctx)
	if err != nil {
		return exitFailed, err
	}
	h, err := s.Hashing(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"name": s.Home.Name(), "fonds": t.Fonds, "items": t.Items, "pages": t.Pages,
			"unlinked": t.Unlinked, "searchable": t.Searchable, "stages": stages, "queue": queueJSON(b), "hash": hashJSON(h)})
		return exitDone, nil
	}
	c.say("ctl.status", lang.Args{"Name": s.Home.Name(), "Fonds": t.Fonds, "Items": t.Items,
		"Pages": t.Pages, "Unlinked": t.Unlinked, "Searchable": t.Searchable})
	for _, st := range archive.Stages() {
		fmt.Fprintf(c.out, "  %s %d\n", c.words.T("stage."+string(st), nil), stages[st])
	}
	c.sayQueue(b)
	if h.Files > 0 {
		c.sayHashing(h)
	}
	return exitDone, nil
}
