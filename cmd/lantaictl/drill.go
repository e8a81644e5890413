package main

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/forms"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// drillOptions are the flags of drill.
type drillOptions struct {
	scratch, note, out string
	seed               int64
	volumes            int
}

func drillCommand() command {
	return command{
		name: "drill", args: "TARGET --scratch FOLDER [--seed N] [--volumes N] [--note TEXT] | list [TARGET] | record N --out FILE.pdf", min: 1, max: 2,
		verbs: []string{"list", "record"}, named: true, files: []string{"form"},
		flags: func(c *call) {
			o := &c.opt.drill
			c.flags.StringVar(&o.scratch, "scratch", "", "an empty folder for what comes back; it is emptied afterwards")
			c.flags.Int64Var(&o.seed, "seed", 0, "what is drawn follows from it; by lot if left out")
			c.flags.IntVar(&o.volumes, "volumes", offsite.DrillVolumes, "how many volumes, boxes, albums and single records are drawn")
			c.flags.StringVar(&o.note, "note", "", "remark")
			c.flags.StringVar(&o.out, "out", "", "record: the PDF file to write")
			c.flags.BoolVar(&c.opt.replace, "replace", false, "record: write over a file that is there")
		},
		run: runDrill,
	}
}

func runDrill(ctx context.Context, c *call) (int, error) {
	o := c.opt.drill
	verb := c.args[0]
	switch {
	case verb == "list":
	case verb == "record" && len(c.args) == 2 && o.out != "":
	case verb != "record" && len(c.args) == 1 && o.scratch != "":
	default:
		return c.misused("drill")
	}
	s, copies, err := c.openCopies(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch verb {
	case "list":
		return c.listDrills(ctx, s)
	case "record":
		return c.printDrill(ctx, s)
	}
	t, err := s.Catalogue.TargetNamed(ctx, verb)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("progress.drill")
	d, err := copies.Drill(ctx, s.Actor(), t, offsite.DrillOptions{Scratch: o.scratch, Seed: o.seed, Volumes: o.volumes, Note: o.note,
		Progress: func(p offsite.Progress) { bar.show(archive.Progress{Done: p.Files, Total: p.Of}) }})
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	return c.tellDrill(ctx, s, t, d)
}

func (c *call) tellDrill(ctx context.Context, s *station.Station, t archive.Target, d offsite.Drilled) (int, error) {
	for i := range d.Failed {
		d.Failed[i].Path = s.SeenPath(ctx, d.Failed[i].File, d.Failed[i].Path)
	}
	code := exitDone
	if d.Outcome != archive.DrillProven {
		code = exitDamaged
	}
	if c.json {
		c.print(d)
		return code, nil
	}
	c.say("ctl.drill.done", lang.Args{"Target": t.Name, "Snapshot": d.Snapshot, "Volumes": len(d.Drawn), "Files": d.Files, "Size": size(d.Bytes),
		"Texts": d.Texts, "Seed": d.Seed, "Time": spent(d.Millis)})
	if d.Passed > 0 {
		c.say("ctl.drill.passed", lang.Args{"Volumes": d.Passed})
	}
	for _, v := range d.Drawn {
		h, err := s.Catalogue.Holding(ctx, s.Sight(), v.Holding)
		if err == nil {
			c.say("ctl.drill.volume", lang.Args{"Code": h.Code, "Files": v.Files, "Size": size(v.Bytes), "Faults": v.Faults})
		}
	}
	for _, f := range d.Failed {
		c.say("ctl.backup.failed", lang.Args{"Path": f.Path, "Reason": c.words.T("offsite.reason."+f.Reason, nil)})
	}
	c.say("ctl.drill."+string(d.Outcome), lang.Args{"Faults": d.Faults})
	if code == exitDamaged {
		return code, archive.Errorf(archive.Damaged, "hold drill", t.Name, "see the list")
	}
	return code, nil
}

// numbered is a drill with its running number, the oldest being 1.
type numbered struct {
	archive.Drill
	Number     int                   `json:"number"`
	TargetName string                `json:"target_name"`
	Volumes    []archive.DrillVolume `json:"volumes"`
	target     archive.Target
}

// drills lists all drills, the newest first.
func drills(ctx context.Context, s *station.Station) ([]numbered, error) {
	all, err := s.Catalogue.Drills(ctx, 0)
	if err != nil {
		return nil, err
	}
	targets, err := s.Catalogue.Targets(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]numbered, len(all))
	for i, d := range all {
		list[i] = numbered{Drill: d, Number: len(all) - i}
		if list[i].Volumes, err = offsite.VolumesOf(d); err != nil {
			return nil, err
		}
		for _, t := range targets {
			if t.ID == d.Target {
				list[i].target, list[i].TargetName = t, t.Name
			}
		}
	}
	return list, nil
}

func (c *call) listDrills(ctx context.Context, s *station.Station) (int, error) {
	list, err := drills(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	if len(c.args) == 2 {
		list = slices.DeleteFunc(list, func(d numbered) bool { return d.TargetName != c.args[1] })
	}
	if c.json {
		c.print(map[string]any{"drills": orEmpty(list)})
		return exitDone, nil
	}
	for _, d := range list {
		c.say("ctl.drill.line", lang.Args{"Number": d.Number, "Day": c.day(d.Time), "Target": d.TargetName, "Volumes": len(d.Volumes), "Files": d.Files,
			"Size": size(d.Bytes), "Seed": d.Seed, "Outcome": c.words.T("offsite.drill."+string(d.Outcome), nil), "Faults": d.Faults})
	}
	if len(list) == 0 {
		c.say("ctl.drill.none", nil)
	}
	return exitDone, nil
}

// printDrill prints the record of a drill.
func (c *call) printDrill(ctx context.Context, s *station.Station) (int, error) {
	list, err := drills(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	n, err := strconv.Atoi(c.args[1])
	if err != nil {
		return exitUsage, archive.WrapAs(archive.Invalid, "read arguments", c.args[1], err)
	}
	at := slices.IndexFunc(list, func(d numbered) bool { return d.Number == n })
	if at < 0 {
		return exitFailed, archive.Errorf(archive.NotFound, "find drill", c.args[1], "there are %d", len(list))
	}
	d := list[at]
	record := forms.DrillRecord{Unit: s.Home.Name(), Class: s.Home.Class(), Number: n, Target: d.TargetName, Set: setWord(d.target.Set),
		Media: strings.ReplaceAll(d.Media, ",", "、") + " 号", Begun: time.UnixMilli(d.Time), Took: time.Duration(d.Millis) * time.Millisecond, Seed: d.Seed,
		Files: d.Files, Bytes: d.Bytes, Faults: d.Faults, Texts: d.Texts, Proven: d.Outcome == archive.DrillProven, Note: d.Note, Made: time.Now()}
	if made, err := offsite.TimeOf(d.Snapshot); err == nil {
		record.Snapshot = made.Local()
	}
	if p, err := s.Catalogue.Person(ctx, d.By); err == nil {
		record.By = p.Name
	}
	for _, v := range d.Volumes {
		one := forms.DrilledVolume{Files: v.Files, Bytes: v.Bytes, Faults: v.Faults}
		if h, err := s.Catalogue.Holding(ctx, s.Sight(), v.Holding); err == nil {
			one.Code, one.Title = h.Code, h.Title
		}
		record.Volumes = append(record.Volumes, one)
	}
	path := c.markedPath(s, c.opt.drill.out)
	return c.writeForm(path, map[string]any{"drill": n, "file": path}, func(f *os.File) error { return forms.WriteDrill(f, record) })
}
