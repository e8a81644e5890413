package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
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
	t, err := s.Catalogue.Totals(ctx, s.Sight(), 0)
	if err != nil {
		return exitFailed, err
	}
	waiting, err := s.Quarantines(ctx, s.Sight(), false)
	if err != nil {
		return exitFailed, err
	}
	b, err := s.Backlog(ctx)
	if err != nil {
		return exitFailed, err
	}
	h, err := s.Hashing(ctx)
	if err != nil {
		return exitFailed, err
	}
	fault := s.Fault(ctx)
	if fault == nil {
		fault = s.Catalogue.Leftovers()
	}
	above, err := s.Catalogue.AboveClass(ctx, s.Sight())
	if err != nil {
		return exitFailed, err
	}
	alarm, days, err := originals(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	cut, err := unfinished(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"fault": c.faultJSON(fault), "name": s.Home.Name(), "kind": string(s.Home.Kind()),
			"class": s.Home.Class().String(), "fonds": t.Fonds, "items": t.Items, "pages": t.Pages,
			"unlinked": t.Unlinked, "searchable": t.Searchable, "stages": stagesJSON(t), "queue": queueJSON(b), "hash": hashJSON(h),
			"quarantined": len(waiting), "above_class": above, "unfinished": cut, "fixity": alarm})
		return exitDone, nil
	}
	c.sayTotals(ctx, s, t, above)
	if fault != nil {
		c.say("ctl.status.fault", lang.Args{"Fault": c.words.Error(fault)})
	}
	c.sayQueue(b)
	if h.Files > 0 {
		c.sayHashing(h)
	}
	if len(waiting) > 0 {
		c.say("ctl.status.quarantined", lang.Args{"Count": len(waiting)})
	}
	c.sayAlarm(alarm, days)
	for _, u := range cut {
		c.say("ctl.status.unfinished", lang.Args{"Name": u.Name, "Source": u.Source})
	}
	return exitDone, nil
}

// stagesJSON has a number for each stage.
func stagesJSON(t store.Totals) map[archive.Stage]int {
	stages := map[archive.Stage]int{}
	for _, st := range archive.Stages() {
		stages[st] = t.Stages[st]
	}
	return stages
}

// sayTotals tells how much is held, as far as whoever asks may see it: what nobody counts for
// them is no zero.
func (c *call) sayTotals(ctx context.Context, s *station.Station, t store.Totals, above int) {
	without := ""
	switch {
	case !s.May(ctx, access.SeeRow):
		without = "ctl.status.nothing"
	case s.Sight().Bound():
		without = "ctl.status.bound"
	}
	if without != "" {
		c.say("ctl.status.name", lang.Args{"Name": s.Home.Name()})
		c.say(without, nil)
		c.sayClass(s.Home.Class(), 0)
		return
	}
	c.say("ctl.status", lang.Args{"Name": s.Home.Name(), "Fonds": t.Fonds, "Items": t.Items,
		"Pages": t.Pages, "Unlinked": t.Unlinked, "Searchable": t.Searchable})
	c.sayClass(s.Home.Class(), above)
	for _, st := range archive.Stages() {
		fmt.Fprintf(c.out, "  %s %d\n", c.words.T("stage."+string(st), nil), t.Stages[st])
	}
}

// sayClass tells what the archive may hold, and how much is held that it may not.
func (c *call) sayClass(class archive.Secrecy, above int) {
	if class > archive.NotSecret {
		c.say("ctl.status.class", lang.Args{"Class": c.words.Class(class)})
	} else {
		c.say("ctl.status.ordinary", nil)
	}
	if above > 0 {
		c.say("ctl.status.above-class", lang.Args{"N": above})
	}
}

// faultJSON is what holds up all pages; null: nothing.
func (c *call) faultJSON(err error) any {
	if err == nil {
		return nil
	}
	return map[string]string{"kind": string(archive.KindOf(err)), "message": c.tell(err)}
}

// unfinishedJSON is a receipt that was cut off, in the fixed form.
type unfinishedJSON struct {
	Batch  archive.ID `json:"batch"`
	Name   string     `json:"name"`
	Source string     `json:"source"`
}

func unfinished(ctx context.Context, s *station.Station) ([]unfinishedJSON, error) {
	list, err := s.Unfinished(ctx)
	cut := make([]unfinishedJSON, len(list))
	for i, b := range list {
		cut[i] = unfinishedJSON{b.ID, b.Name, b.Source}
	}
	return cut, err
}
