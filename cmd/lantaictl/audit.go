package main

import (
	"context"
	"fmt"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func auditCommand() command {
	return command{
		name: "audit", args: "verify [--head FILE] | head | keep [FOLDER|none] | accept | list [--limit 50] [--before OP] [FILTERS] | export FILE [--replace] [FILTERS]; FILTERS: --actor --kind --from --to --subject", min: 1, max: 2,
		verbs: []string{"verify", "head", "keep", "accept", "list", "export"}, files: []string{"log"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.head, "head", "", "verify: heads that were kept elsewhere, as audit head prints them")
			c.flags.IntVar(&c.opt.limit, "limit", 50, "list: how many operations at most")
			c.flags.StringVar(&c.opt.beforeOp, "before", "", "list: go on from this operation")
			c.flags.BoolVar(&c.opt.replace, "replace", false, "export: write over a file that is there")
			c.flags.StringVar(&c.opt.log.kinds, "kind", "", "list, export: of these kinds alone, with commas between them")
			c.flags.StringVar(&c.opt.log.actor, "actor", "", "list, export: of this person alone, by name or number; 0 is the program")
			c.flags.StringVar(&c.opt.log.from, "from", "", "list, export: from this day or moment on, 2026-05-04 or \"2026-05-04 13:30\"")
			c.flags.StringVar(&c.opt.log.to, "to", "", "list, export: up to this day, or to this moment")
			c.flags.StringVar(&c.opt.log.subject, "subject", "", "list, export: what was done to this 档号 and its pages")
		},
		run: runAudit,
	}
}

func runAudit(ctx context.Context, c *call) (int, error) {
	run := map[string]func(context.Context, *call, *station.Station) (int, error){"verify": auditVerify, "head": auditHead,
		"keep": auditKeep, "accept": auditAccept, "list": auditList, "export": auditExport}[c.args[0]]
	forms := map[string]form{"verify": {1, 1}, "head": {1, 1}, "keep": {1, 2}, "accept": {1, 1}, "list": {1, 1}, "export": {2, 2}}
	if run == nil || !c.inForm(forms) {
		return c.misused("audit")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	// Whether the log is whole may be asked by anybody: the answer has nothing of what is in it.
	switch c.args[0] {
	case "list", "export":
		err = s.Allow(ctx, "lantaictl audit "+c.args[0], access.Audit)
	case "keep", "accept":
		err = s.Allow(ctx, "lantaictl audit "+c.args[0], access.Audit, access.Administer)
	}
	if err != nil {
		return exitFailed, err
	}
	return run(ctx, c, s)
}

// badOpJSON is the first op that does not fit.
type badOpJSON struct {
	Op      archive.ID     `json:"op"`
	Station int            `json:"station"`
	Number  int            `json:"number"`
	Reason  store.LogFault `json:"reason"`
	Row     *badRowJSON    `json:"row,omitempty"`
}

// badRowJSON is the row of the catalogue that is not as the op left it.
type badRowJSON struct {
	Noun    string     `json:"noun"`
	ID      archive.ID `json:"id"`
	Subject string     `json:"subject"` // 档号, or the name or number of what is no record
	Field   string     `json:"field"`
	Logged  string     `json:"logged"`
	Now     string     `json:"now"`
}

// tellRows says which rows of the catalogue do not fit, and gives the first for JSON.
func (c *call) tellRows(ctx context.Context, s *station.Station, check store.LogCheck) (*badRowJSON, error) {
	list, err := c.logWords().Rows(ctx, s.Catalogue, s.Sight(), check.Rows)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	first := &badRowJSON{Noun: list[0].Noun, ID: list[0].ID, Subject: list[0].Of, Field: list[0].BadRow.Field}
	if list[0].Shown {
		first.Logged, first.Now = list[0].Logged, list[0].Now
	}
	if c.json {
		return first, nil
	}
	c.say("audit.tables", lang.Args{"Ops": check.Ops})
	for i, r := range list {
		if i == audit.MostTold {
			c.say("audit.row.more", nil)
			break
		}
		c.say(r.Key(), lang.Args{"Thing": r.Thing, "Field": r.Field, "Logged": r.Logged, "Now": r.Now, "Op": r.Op})
	}
	c.say("audit.row.do", nil)
	return first, nil
}

func auditVerify(ctx context.Context, c *call, s *station.Station) (int, error) {
	var kept []store.Head
	if c.opt.head != "" {
		var err error
		if kept, err = audit.ReadHeads(c.opt.head); err != nil {
			return exitFailed, err
		}
	}
	bar := c.bar("progress.audit")
	check, held, err := s.CheckLog(ctx, kept, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	var bad *badOpJSON
	code := exitDone
	if b := check.Bad; b != nil {
		bad, code = &badOpJSON{Op: b.Op, Station: b.Station, Number: b.Number, Reason: b.Fault}, exitDamaged
		if bad.Row, err = c.tellRows(ctx, s, check); err != nil {
			return exitFailed, err
		}
	}
	if c.json {
		c.print(map[string]any{"ops": check.Ops, "ok": bad == nil, "first_bad": bad, "clock_set_back": headsJSON(check.Earlier), "purged_changes": check.Purged, "heads": held})
		return code, nil
	}
	for _, h := range check.Earlier {
		c.say("ctl.audit.earlier", lang.Args{"Op": h.Op, "Time": localTime(h.Time)})
	}
	if bad != nil && bad.Row != nil {
		return code, nil
	}
	if bad != nil {
		c.say("ctl.audit.bad", lang.Args{"Ops": check.Ops, "Station": bad.Station, "Number": bad.Number, "Op": bad.Op,
			"Reason": c.words.T("audit.fault."+string(bad.Reason), nil)})
		return code, nil
	}
	c.say("ctl.audit.ok", lang.Args{"Ops": check.Ops})
	c.say("audit.fits.tables", nil)
	if check.Purged > 0 {
		c.say("ctl.audit.purged", lang.Args{"N": check.Purged})
	}
	if held > 0 {
		c.say("ctl.audit.held", lang.Args{"N": held})
	} else {
		c.say("ctl.audit.proves", nil)
	}
	return code, nil
}

// headJSON is the end of a station's log.
type headJSON struct {
	Station int        `json:"station"`
	Number  int        `json:"number"`
	Op      archive.ID `json:"op"`
	Time    string     `json:"time"`
	Digest  string     `json:"digest"`
}

func headsJSON(list []store.Head) []headJSON {
	out := make([]headJSON, len(list))
	for i, h := range list {
		out[i] = headJSON{h.Station, h.Number, h.Op, time.UnixMilli(h.Time).UTC().Format(time.RFC3339), h.Digest}
	}
	return out
}

// auditHead prints a line for each station, which audit.ReadHeads reads again.
func auditHead(ctx context.Context, c *call, s *station.Station) (int, error) {
	list, err := s.Catalogue.Heads(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"archive": s.Home.ArchiveID(), "heads": headsJSON(list)})
		return exitDone, nil
	}
	for _, h := range list {
		fmt.Fprintln(c.out, audit.Line(h))
	}
	return exitDone, nil
}
