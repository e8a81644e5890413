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

// sentence says why something is refused, or what is to be known.
func (c *call) sentence(why arrange.Why, subject, want string) string {
	switch why {
	case arrange.WrongState, arrange.NeedsReason:
		want = c.arranged(archive.Arranged(want))
	case arrange.OtherKind:
		want = c.words.T("kind."+want, nil)
	}
	return c.words.T("arrange."+string(why), lang.Args{"Subject": subject, "Want": want})
}

// arranged is the state of a class in words.
func (c *call) arranged(state archive.Arranged) string {
	if state == archive.Arranging {
		state = "arranging"
	}
	return c.words.T("arranged."+string(state), nil)
}

// whyNot puts what is refused into one sentence each.
func (c *call) whyNot(list []arrange.Refusal) []whyJSON {
	out := make([]whyJSON, len(list))
	for i, r := range list {
		out[i] = whyJSON{r.Why, r.Subject, r.Want, c.sentence(r.Why, r.Subject, r.Want)}
	}
	return out
}

// carryPlan carries a plan out, or shows it with --dry-run.
func carryPlan(ctx context.Context, c *call, s *station.Station, plan *arrange.Plan) (int, error) {
	var op archive.ID
	if !c.opt.dryRun {
		var err error
		if op, err = s.Arrange().Carry(ctx, archive.LocalActor(), plan); err != nil {
			return exitFailed, err
		}
	}
	code := exitDone
	if len(plan.Refused) > 0 {
		code = exitRefused
	}
	notes := make([]whyJSON, len(plan.Notes))
	for i, n := range plan.Notes {
		notes[i] = whyJSON{Why: n.Why, Subject: n.Subject, Sentence: c.sentence(n.Why, n.Subject, "")}
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
		c.say("ctl.code.state", lang.Args{"Prefix": st.Prefix, "State": c.arranged(st.State), "N": st.N})
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
		if ch.Field == "number" {
			continue
		}
		was, now := ch.Old, ch.New
		if ch.Field == "box" { // an id means nothing to a person
			was, now = "", ""
		}
		b.WriteString("  " + c.fieldName(ch.Field) + " " + was + " → " + now)
	}
	return b.String()
}

// fieldName is a field of a record in words.
func (c *call) fieldName(name string) string {
	for _, key := range []string{"column." + name, "field." + name} {
		if word := c.words[key]; word != "" {
			return word
		}
	}
	return name
}
