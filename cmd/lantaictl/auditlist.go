package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

// logOptions are the flags that say which entries of the log are meant.
type logOptions struct{ kinds, actor, from, to, subject string }

// logFilter reads the flags.
func (c *call) logFilter(ctx context.Context, s *station.Station) (f store.OpFilter, err error) {
	o := c.opt.log
	if f.Kinds, err = c.kinds(ctx, s); err != nil {
		return f, err
	}
	if o.actor != "" {
		id, err := archive.ParseID(o.actor)
		if err != nil {
			p, err := s.Catalogue.PersonNamed(ctx, o.actor)
			if err != nil {
				return f, err
			}
			id = p.ID
		}
		f.Actor = &id
	}
	if o.subject != "" {
		if f.Subject, err = recordIDFor(ctx, s, access.All(), o.subject); err != nil { // an auditor may name a record without seeing it
			return f, err
		}
	}
	if f.From, _, err = moment(o.from); err != nil {
		return f, err
	}
	to, day, err := moment(o.to)
	if day {
		to = time.UnixMilli(to).AddDate(0, 0, 1).UnixMilli()
	}
	f.To = to
	return f, err
}

// kinds reads which kinds are meant: those that the program knows, or that the log has.
func (c *call) kinds(ctx context.Context, s *station.Station) ([]archive.OpKind, error) {
	if c.opt.log.kinds == "" {
		return nil, nil
	}
	there, err := s.Catalogue.OpKinds(ctx)
	if err != nil {
		return nil, err
	}
	all := append(names(c.words.Deeds()), names(there)...)
	slices.Sort(all)
	ch := choice{values: slices.Compact(all), words: func(v string) string { return c.words.Deed(archive.OpKind(v)) }, many: true}
	text, err := ch.read("--kind", c.opt.log.kinds)
	if err != nil {
		return nil, err
	}
	var list []archive.OpKind
	for _, kind := range listed(text) {
		list = append(list, archive.OpKind(kind))
	}
	return list, nil
}

// moment reads a day or a moment in this computer's time; 0 for none.
func moment(text string) (ms int64, day bool, err error) {
	if text == "" {
		return 0, false, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UnixMilli(), layout == time.DateOnly, nil
		}
	}
	return 0, false, wrongly("ctl.misuse.time", lang.Args{"Value": text})
}

// opJSON is an operation as it is listed.
type opJSON struct {
	Op       archive.ID     `json:"op"`
	Number   int            `json:"number"`
	Time     string         `json:"time"`
	Actor    archive.ID     `json:"actor"`
	Who      string         `json:"who"`
	Station  int            `json:"station"`
	Kind     archive.OpKind `json:"kind"`
	Changes  int            `json:"changes"`
	Subjects []string       `json:"subjects"`
	What     string         `json:"what"`
}

func (c *call) logWords() audit.Words {
	return audit.Words{Field: c.words.Logged, Noun: c.words.Noun, What: c.words.BecameOf, And: c.words.T("logged.and", nil), Value: c.words.LoggedValue}
}

func auditList(ctx context.Context, c *call, s *station.Station) (int, error) {
	before, err := idOrZero(c.opt.beforeOp)
	if err != nil {
		return exitUsage, err
	}
	filter, err := c.logFilter(ctx, s)
	if err != nil {
		return exitOfFilter(err), err
	}
	ids, err := s.Catalogue.OpIDs(ctx, filter, before, c.opt.limit)
	if err != nil {
		return exitFailed, err
	}
	names, err := s.Names(ctx)
	if err != nil {
		return exitFailed, err
	}
	entries, err := audit.Entries(ctx, s.Catalogue, s.Sight(), c.logWords(), ids)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		list := make([]opJSON, len(entries))
		for i, e := range entries {
			list[i] = opJSON{e.ID, e.Number, time.UnixMilli(e.Time).UTC().Format(time.RFC3339), e.Actor, c.words.Who(e.Actor, names), e.Station, e.Kind, e.Changes, orEmpty(e.Subjects), e.What}
		}
		c.print(map[string]any{"ops": list})
		return exitDone, nil
	}
	for _, e := range entries {
		c.say("ctl.audit.op", lang.Args{"Op": e.ID, "Time": localTime(e.Time), "Actor": c.words.Who(e.Actor, names), "Kind": c.words.Deed(e.Kind),
			"Changes": e.Changes, "Subject": strings.Join(e.Subjects, "、"), "What": e.What})
	}
	return exitDone, nil
}

// exitOfFilter tells a filter that makes no sense from a record that is not there.
func exitOfFilter(err error) int {
	if archive.KindOf(err) == archive.Invalid {
		return exitUsage
	}
	return exitFailed
}

func auditExport(ctx context.Context, c *call, s *station.Station) (int, error) {
	path := c.args[1]
	filter, err := c.logFilter(ctx, s)
	if err != nil {
		return exitOfFilter(err), err
	}
	if _, err := os.Stat(path); err == nil && !c.opt.replace {
		return exitFailed, archive.Errorf(archive.Conflict, "export catalogue", path, "the file is there")
	}
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".csv" && ext != ".xlsx" {
		return exitUsage, archive.Errorf(archive.Invalid, "write table", path, "its name must end in .csv or .xlsx")
	}
	names, err := s.Names(ctx)
	if err != nil {
		return exitFailed, err
	}
	if path, err = c.file("log", path); err != nil {
		return exitFailed, err
	}
	var header []string
	for _, key := range audit.Columns() {
		header = append(header, c.words.T("audit.column."+key, nil))
	}
	bar := c.bar("phase.export")
	rows, err := audit.Export(ctx, s.Catalogue, path, audit.ExportOptions{Filter: filter, Sight: s.Sight(), Words: c.logWords(), Kind: c.words.Deed,
		Who: func(id archive.ID) string { return c.words.Who(id, names) }, Sheet: c.words.T("audit.title", nil), Header: header, Progress: bar.show})
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"rows": rows, "file": path})
		return exitDone, nil
	}
	c.say("ctl.audit.export", lang.Args{"Rows": rows, "Path": path})
	return exitDone, nil
}

// auditKeep keeps the heads now, and chooses where else they are kept.
func auditKeep(ctx context.Context, c *call, s *station.Station) (int, error) {
	var err error
	switch {
	case len(c.args) == 1:
		err = s.KeepHeads(ctx)
	case c.args[1] == "none":
		err = s.KeepHeadsIn(ctx, s.Actor(), "")
	default:
		var folder string
		if folder, err = filepath.Abs(c.args[1]); err == nil {
			err = s.KeepHeadsIn(ctx, s.Actor(), folder)
		}
	}
	if err != nil {
		return exitFailed, err
	}
	state := s.LogState(ctx)
	if c.json {
		c.print(map[string]any{"folder": state.Folder, "away": state.Away})
		return exitDone, nil
	}
	c.say("ctl.audit.kept", nil)
	switch {
	case state.Away && state.Folder != "":
		c.say("audit.folder.away", lang.Args{"Path": state.Folder})
	case state.Folder != "":
		c.say("audit.folder.there", lang.Args{"Path": state.Folder})
	}
	return exitDone, nil
}

// auditAccept notes that the log does not fit what was kept for a good reason.
func auditAccept(ctx context.Context, c *call, s *station.Station) (int, error) {
	misfits := s.LogState(ctx).Misfits
	if len(misfits) == 0 {
		if c.json {
			c.print(map[string]any{"accepted": 0})
		} else {
			c.say("ctl.audit.nothing-to-accept", nil)
		}
		return exitDone, nil
	}
	if err := s.AcceptLog(ctx, s.Actor()); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"accepted": len(misfits)})
		return exitDone, nil
	}
	c.say("ctl.audit.accepted", lang.Args{"N": len(misfits)})
	return exitDone, nil
}

// briefly is how long a command waits for another disk with heads before it begins.
const briefly = 100 * time.Millisecond

// tellLog says on standard error what is wrong with the log or the clock. Nobody is kept from
// working by it.
func (c *call) tellLog(ctx context.Context, s *station.Station) {
	ctx, cancel := context.WithTimeout(ctx, briefly)
	defer cancel()
	state := s.LogState(ctx)
	for _, m := range state.Misfits {
		if slices.Contains(c.told, m.File) {
			continue
		}
		c.told = append(c.told, m.File)
		fmt.Fprintln(c.err, c.words.T("log.misfit."+string(m.Fault), lang.Args{"Station": m.Head.Station, "Number": m.Head.Number,
			"Time": localTime(m.Head.Time), "File": m.File}), c.words.T("log.misfit.do", nil))
	}
	if state.Clock != "" && !slices.Contains(c.told, string(state.Clock)) {
		c.told = append(c.told, string(state.Clock))
		fmt.Fprintln(c.err, c.words.T("log.clock."+string(state.Clock), lang.Args{"Now": localTime(state.Now), "Last": localTime(state.Last)}))
	}
}
