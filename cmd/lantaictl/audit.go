package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func auditCommand() command {
	return command{
		name: "audit", args: "verify [--head FILE] | head | list [--limit 50] [--before OP] [--kind KIND]", min: 1, max: 1,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.head, "head", "", "verify: heads that were kept elsewhere, as audit head prints them")
			c.flags.IntVar(&c.opt.limit, "limit", 50, "list: how many operations at most")
			c.flags.StringVar(&c.opt.beforeOp, "before", "", "list: go on from this operation")
			c.flags.StringVar(&c.opt.kind, "kind", "", "list: of this kind alone")
		},
		run: runAudit,
	}
}

func runAudit(ctx context.Context, c *call) (int, error) {
	run := map[string]func(context.Context, *call, *station.Station) (int, error){"verify": auditVerify, "head": auditHead, "list": auditList}[c.args[0]]
	if run == nil {
		return c.misused("audit")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if c.args[0] == "list" {
		if err := s.Allow(ctx, "lantaictl audit list", access.Audit); err != nil {
			return exitFailed, err
		}
	}
	return run(ctx, c, s)
}

// badOpJSON is the first op that does not fit.
type badOpJSON struct {
	Op      archive.ID     `json:"op"`
	Station int            `json:"station"`
	Number  int            `json:"number"`
	Reason  store.LogFault `json:"reason"`
}

func auditVerify(ctx context.Context, c *call, s *station.Station) (int, error) {
	kept, err := readHeads(c.opt.head)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("progress.audit")
	check, err := s.Catalogue.CheckLog(ctx, kept, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	var bad *badOpJSON
	code := exitDone
	if b := check.Bad; b != nil {
		bad, code = &badOpJSON{b.Op, b.Station, b.Number, b.Fault}, exitDamaged
	}
	if c.json {
		c.print(map[string]any{"ops": check.Ops, "ok": bad == nil, "first_bad": bad, "clock_set_back": headsJSON(check.Earlier)})
		return code, nil
	}
	for _, h := range check.Earlier {
		c.say("ctl.audit.earlier", lang.Args{"Op": h.Op, "Time": localTime(h.Time)})
	}
	if bad != nil {
		c.say("ctl.audit.bad", lang.Args{"Ops": check.Ops, "Station": bad.Station, "Number": bad.Number, "Op": bad.Op,
			"Reason": c.words.T("audit.fault."+string(bad.Reason), nil)})
		return code, nil
	}
	c.say("ctl.audit.ok", lang.Args{"Ops": check.Ops})
	if len(kept) == 0 {
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

// auditHead prints a line for each station, which readHeads reads again.
func auditHead(ctx context.Context, c *call, s *station.Station) (int, error) {
	list, err := s.Catalogue.Heads(ctx)
	if err != nil {
		return exitFailed, err
	}
	heads := headsJSON(list)
	if c.json {
		c.print(map[string]any{"archive": s.Home.ArchiveID(), "heads": heads})
		return exitDone, nil
	}
	for _, h := range heads {
		fmt.Fprintf(c.out, "%d\t%d\t%s\t%s\t%s\n", h.Station, h.Number, h.Op, h.Time, h.Digest)
	}
	return exitDone, nil
}

// readHeads reads lines of station, number, op, time and digest, with tabs or blanks
// between them: they may have been typed in from paper.
func readHeads(file string) ([]store.Head, error) {
	const op = "read heads"
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, archive.WrapAs(archive.NotFound, op, file, err)
	}
	defer f.Close()
	var list []store.Head
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		parts := strings.Fields(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 5 {
			return nil, archive.Errorf(archive.Invalid, op, file, "a line has %d fields, not 5: %q", len(parts), lines.Text())
		}
		station, badStation := strconv.Atoi(parts[0])
		number, badNumber := strconv.Atoi(parts[1])
		if badStation != nil || badNumber != nil || number < 1 || len(parts[4]) != 64 {
			return nil, archive.Errorf(archive.Invalid, op, file, "no head: %q", lines.Text())
		}
		list = append(list, store.Head{Station: station, Number: number, Digest: strings.ToLower(parts[4])})
	}
	return list, archive.Wrap(op, file, lines.Err())
}

// opJSON is an operation as it is listed.
type opJSON struct {
	Op      archive.ID     `json:"op"`
	Time    string         `json:"time"`
	Actor   archive.ID     `json:"actor"`
	Who     string         `json:"who"`
	Station int            `json:"station"`
	Kind    archive.OpKind `json:"kind"`
	Changes int            `json:"changes"`
}

func auditList(ctx context.Context, c *call, s *station.Station) (int, error) {
	before, err := idOrZero(c.opt.beforeOp)
	if err != nil {
		return exitUsage, err
	}
	var kinds []archive.OpKind
	if c.opt.kind != "" {
		kinds = append(kinds, archive.OpKind(c.opt.kind))
	}
	ops, err := s.Catalogue.Ops(ctx, before, c.opt.limit, kinds...)
	if err != nil {
		return exitFailed, err
	}
	names, err := s.Names(ctx)
	if err != nil {
		return exitFailed, err
	}
	list := make([]opJSON, len(ops))
	for i, o := range ops {
		list[i] = opJSON{o.ID, time.UnixMilli(o.Time).UTC().Format(time.RFC3339), o.Actor, c.words.Who(o.Actor, names), o.Station, o.Kind, o.Changes}
	}
	if c.json {
		c.print(map[string]any{"ops": list})
		return exitDone, nil
	}
	for i, o := range list {
		name := c.words["op."+string(o.Kind)]
		if name == "" {
			name = string(o.Kind)
		}
		c.say("ctl.audit.op", lang.Args{"Op": o.Op, "Time": localTime(ops[i].Time), "Actor": o.Who, "Kind": name, "Changes": o.Changes})
	}
	return exitDone, nil
}
