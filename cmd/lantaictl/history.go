package main

import (
	"context"
	"fmt"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func historyCommand() command {
	return command{
		name: "history", args: "档号|编号 [--limit 20] [--before OP]", min: 1, max: 1,
		flags: func(c *call) {
			c.flags.IntVar(&c.opt.limit, "limit", 20, "how many operations at most")
			c.flags.StringVar(&c.opt.beforeOp, "before", "", "go on from this operation")
		},
		run: runHistory,
	}
}

// changedJSON is a field before and after.
type changedJSON struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// eventJSON is what one operation did to a record.
type eventJSON struct {
	Op      archive.ID     `json:"op"`
	Time    string         `json:"time"`
	Actor   archive.ID     `json:"actor"`
	Who     string         `json:"who"`
	Kind    archive.OpKind `json:"kind"`
	What    string         `json:"what"` // added, changed, removed or purged
	Reason  string         `json:"reason,omitempty"`
	Changes []changedJSON  `json:"changes"`

	Withheld bool `json:"withheld,omitempty"` // the values are for those who may edit the record
}

func runHistory(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	id, err := recordID(ctx, s, c.args[0])
	if err != nil {
		return exitFailed, err
	}
	before, err := idOrZero(c.opt.beforeOp)
	if err != nil {
		return exitUsage, err
	}
	events, err := s.History(ctx, id, before, c.opt.limit)
	if err != nil {
		return exitFailed, err
	}
	names, err := s.Names(ctx)
	if err != nil {
		return exitFailed, err
	}
	list := make([]eventJSON, len(events))
	for i, e := range events {
		list[i] = eventOf(e)
		list[i].Who = c.words.Who(e.Actor, names)
	}
	if c.json {
		c.print(map[string]any{"id": id, "events": list})
		return exitDone, nil
	}
	for i, e := range list {
		name := c.words["op."+string(e.Kind)]
		if name == "" {
			name = string(e.Kind)
		}
		c.say("ctl.history.op", lang.Args{"Op": e.Op, "Time": localTime(events[i].Time), "Actor": e.Who, "Kind": name, "What": c.words.T("history."+e.What, nil), "Reason": e.Reason})
		for _, ch := range e.Changes {
			if ch.Field == "fonds" || ch.Field == "series" || ch.Field == "parent" || ch.Field == "box" { // numbers that mean nothing to a person
				continue
			}
			if e.Withheld {
				fmt.Fprintf(c.out, "    %s\n", c.words.Field(ch.Field))
				continue
			}
			fmt.Fprintf(c.out, "    %s: %s → %s\n", c.words.Field(ch.Field), textOf(ch.Before), textOf(ch.After))
		}
	}
	if len(list) > 0 && list[0].Withheld {
		c.say("history.withheld", nil)
	}
	return exitDone, nil
}

// recordID finds a record by its code, former or not, or by its number: what is removed has
// no code any more.
func recordID(ctx context.Context, s *station.Station, arg string) (archive.ID, error) {
	return recordIDFor(ctx, s, s.Sight(), arg)
}

// recordIDFor is recordID for a sight.
func recordIDFor(ctx context.Context, s *station.Station, sight access.Sight, arg string) (archive.ID, error) {
	h, err := s.Catalogue.HoldingByCode(ctx, sight, refcode.Normalise(arg))
	if archive.KindOf(err) == archive.NotFound {
		if id, bad := archive.ParseID(arg); bad == nil {
			return id, nil
		}
	}
	return h.ID, err
}

func idOrZero(text string) (archive.ID, error) {
	if text == "" {
		return 0, nil
	}
	return archive.ParseID(text)
}

// eventOf puts the changes of an operation side by side, field by field.
func eventOf(e store.Event) eventJSON {
	out := eventJSON{Op: e.Op, Time: time.UnixMilli(e.Time).UTC().Format(time.RFC3339), Actor: e.Actor, Kind: e.Kind, Reason: e.Reason, Withheld: e.Withheld,
		Changes: []changedJSON{}}
	what, fields := e.Fields()
	out.What = what
	for _, f := range fields {
		out.Changes = append(out.Changes, changedJSON{f.Field, f.Before, f.Now})
	}
	return out
}

// localTime shows when something was done.
func localTime(ms int64) string { return time.UnixMilli(ms).Format(time.DateTime) }

// textOf shows a value of the log.
func textOf(v any) string {
	if v == nil || v == "" {
		return "—"
	}
	return fmt.Sprint(v)
}
