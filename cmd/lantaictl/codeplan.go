package main

import (
	"context"
	"fmt"
	"strings"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// whyJSON is a refusal or a note with its sentence.
type whyJSON struct {
	Why      arrange.Why `json:"why"`
	Subject  string      `json:"subject"`
	Want     string      `json:"want,omitempty"`
	Sentence string      `json:"sentence"`
}

// whyNot puts what is refused into one sentence each.
func (c *call) whyNot(list []arrange.Refusal) []whyJSON {
	out := make([]whyJSON, len(list))
	for i, r := range list {
		out[i] = whyJSON{r.Why, r.Subject, r.Want, c.words.Why(string(r.Why), r.Subject, r.Want)}
	}
	return out
}

// carryPlan carries a plan out, or shows it with --dry-run.
func carryPlan(ctx context.Context, c *call, s *station.Station, plan *arrange.Plan) (int, error) {
	var op archive.ID
	if !c.opt.dryRun {
		var err error
		if op, err = s.Arrange().Carry(ctx, s.Actor(), plan); err != nil {
			return exitFailed, err
		}
	}
	code := exitDone
	if len(plan.Refused) > 0 {
		code = exitRefused
	}
	notes := make([]whyJSON, len(plan.Notes))
	for i, n := range plan.Notes {
		notes[i] = whyJSON{Why: n.Why, Subject: n.Subject, Sentence: c.words.Why(string(n.Why), n.Subject, "")}
	}
	refused := c.whyNot(plan.Refused)
	if c.json {
		c.print(map[string]any{"op": idOrNull(op), "dry_run": c.opt.dryRun, "kind": plan.Kind, "moves": plan.Moves, "added": plan.Added,
			"removed": orEmpty(plan.Removed), "states": orEmpty(plan.States), "notes": notes, "refused": refused})
		return code, nil
	}
	for _, m := range plan.Moves {
		fmt.Fprintln(c.out, c.moveLine(m))
	}
	if plan.Added != nil {
		c.say("ctl.code.added", lang.Args{"Code": plan.Added.Code, "Title": plan.Added.Title})
	}
	for _, g := range plan.Removed {
		c.say("ctl.code.gone", lang.Args{"Code": g.Code, "Title": g.Title})
	}
	for _, n := range append(notes, refused...) {
		fmt.Fprintln(c.out, n.Sentence)
	}
	for _, st := range plan.States {
		c.say("ctl.code.state", lang.Args{"Prefix": st.Prefix, "State": c.words.Arranged(st.State), "N": st.N})
	}
	switch {
	case c.opt.dryRun:
		c.say("ctl.code.would", lang.Args{"Moves": len(plan.Moves)})
	case op == 0:
		c.say("ctl.code.nothing", nil)
	case len(plan.States) > 0:
		c.say("ctl.code.stated", lang.Args{"Op": op})
	default:
		c.say("ctl.code.done", lang.Args{"Moves": len(plan.Moves), "Op": op})
	}
	return code, nil
}

// moveLine shows one record: its old code, its new one, its title and what else changes.
func (c *call) moveLine(m arrange.Move) string {
	var b strings.Builder
	b.WriteString(m.Old)
	if m.New != m.Old {
		b.WriteString(" → " + m.New)
	}
	b.WriteString("  " + m.Title)
	for _, ch := range m.Changed {
		if say := c.words.Changed(ch.Field, ch.Old, ch.New); say != "" {
			b.WriteString("  " + say)
		}
	}
	return b.String()
}
