package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// linkOptions are the flags of link.
type linkOptions struct {
	by, batch, fonds, separators, column, report string
	replace                                      replacements
	head, tail                                   int
	remember, ignoreCase, force, dry             bool
	check, undo                                  bool
}

// replacements is a flag that may be given several times: OLD=NEW.
type replacements []ingest.Replacement

// String is for the flag package.
func (r *replacements) String() string { return "" }

// Set takes OLD=NEW; the new part may be empty.
func (r *replacements) Set(s string) error {
	from, to, ok := strings.Cut(s, "=")
	if !ok || from == "" {
		return errors.New("OLD=NEW")
	}
	*r = append(*r, ingest.Replacement{Old: from, New: to})
	return nil
}

func linkCommand() command {
	return command{
		name: "link", args: "--by name|path|range [--dry-run] | --check | --undo OP …", min: 0, max: 1 << 20,
		files: []string{"report"},
		flags: func(c *call) {
			o := &c.opt.link
			c.flags.StringVar(&o.by, "by", "", "name: 档号 in file names; path: a field of the catalogue; range: 页号 within volumes")
			c.may("by", choice{values: names([]ingest.LinkBy{ingest.LinkByName, ingest.LinkByPath, ingest.LinkByRange})})
			c.flags.StringVar(&o.batch, "batch", "", "pages of this receipt alone: its number or name")
			c.flags.StringVar(&o.fonds, "fonds", "", "records of this 全宗号 alone")
			c.flags.StringVar(&o.separators, "separators", "", "by name: characters that part 档号 and page, instead of the archive's")
			c.flags.BoolVar(&o.remember, "remember", false, "keep --separators as the archive's setting, also for receiving")
			c.flags.StringVar(&o.column, "column", "", "by path: the field that has the paths")
			c.flags.Var(&o.replace, "replace", "by path: OLD=NEW, the beginning of the paths; may be given several times")
			c.flags.BoolVar(&o.ignoreCase, "ignore-case", false, "by path: capital and small letters are equal")
			c.flags.IntVar(&o.head, "head", 0, "by range: numbered images before page 1")
			c.flags.IntVar(&o.tail, "tail", 0, "by range: numbered images after the last page")
			c.flags.BoolVar(&o.force, "force", false, "link in spite of gaps in 页号 and of paths that match nothing")
			c.flags.BoolVar(&o.dry, "dry-run", false, "show what would be done")
			c.flags.BoolVar(&o.check, "check", false, "compare linked images with the catalogue")
			c.flags.BoolVar(&o.undo, "undo", false, "take links back: the ops as arguments, or - to read them")
			c.flags.StringVar(&o.report, "report", "", "write what was found to this CSV file")
		},
		run: runLink,
	}
}

func runLink(ctx context.Context, c *call) (int, error) {
	o := c.opt.link
	ways := 0
	for _, way := range []bool{o.by != "", o.check, o.undo} {
		if way {
			ways++
		}
	}
	switch {
	case o.by == "" && o.remember && ways == 0:
		return c.rememberSeparators(ctx)
	case ways != 1, !o.undo && len(c.args) > 0, o.undo && len(c.args) == 0, o.by == "path" && o.column == "":
		return c.misused("link")
	case o.check:
		return c.checkLinks(ctx)
	case o.undo:
		return c.undoLinks(ctx)
	}
	return c.link(ctx)
}

func (c *call) rememberSeparators(ctx context.Context) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if err := s.SetSeparators(ctx, s.Actor(), c.opt.link.separators); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"separators": c.opt.link.separators})
		return exitDone, nil
	}
	c.say("ctl.link.separators", lang.Args{"Separators": c.opt.link.separators})
	return exitDone, nil
}

// openFor opens the archive, without index and pipeline where nothing is changed.
func (c *call) openFor(ctx context.Context, change bool) (*station.Station, error) {
	if change {
		return c.open(ctx)
	}
	return c.openLight(ctx)
}

// linkRequest reads the flags.
func (c *call) linkRequest(ctx context.Context, s *station.Station) (ingest.LinkRequest, error) {
	o := c.opt.link
	r := ingest.LinkRequest{By: ingest.LinkBy(o.by), Force: o.force, Separators: o.separators, Column: o.column,
		Replace: o.replace, AnyCase: o.ignoreCase, Head: o.head, Tail: o.tail}
	var err error
	if r.Fonds, err = fondsNumbered(ctx, s, o.fonds); err == nil {
		r.Batch, err = batchNamed(ctx, s, o.batch)
	}
	return r, err
}

func fondsNumbered(ctx context.Context, s *station.Station, number string) (archive.ID, error) {
	if number == "" {
		return 0, nil
	}
	f, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), number)
	return f.ID, err
}

// batchNamed finds a receipt by its number or, the newest first, its name.
func batchNamed(ctx context.Context, s *station.Station, name string) (archive.ID, error) {
	if name == "" {
		return 0, nil
	}
	if id, err := archive.ParseID(name); err == nil {
		if b, err := s.Catalogue.Batch(ctx, s.Sight(), id); err == nil {
			return b.ID, nil
		}
	}
	const all = 1 << 20
	list, err := s.Catalogue.Batches(ctx, s.Sight(), all)
	if err != nil {
		return 0, err
	}
	for _, b := range list {
		if b.Name == name {
			return b.ID, nil
		}
	}
	return 0, archive.Errorf(archive.NotFound, "find batch", name, "no receipt has this name")
}

func (c *call) link(ctx context.Context) (int, error) {
	o := c.opt.link
	s, err := c.openFor(ctx, !o.dry)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	r, err := c.linkRequest(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.match")
	plan, err := s.PlanLinks(ctx, r, bar.show)
	bar.end()
	if err != nil {
		if r.By == ingest.LinkByPath && archive.KindOf(err) == archive.NotFound {
			c.tellFields(ctx, s)
		}
		return exitFailed, err
	}
	report := plan.Report()
	if o.dry {
		if err := c.dryRun(ctx, s, plan); err != nil {
			return exitFailed, err
		}
	} else {
		if o.remember {
			if err := s.SetSeparators(ctx, s.Actor(), o.separators); err != nil {
				return exitFailed, err
			}
		}
		bar := c.bar("phase.link")
		report, err = s.CarryLinks(ctx, s.Actor(), plan, bar.show)
		bar.end()
		if err != nil {
			c.tellOps(report)
			return exitFailed, err
		}
		if o.report != "" {
			if err := c.writeFindings(ctx, s, report); err != nil {
				return exitFailed, err
			}
		}
	}
	c.tellLinks(report)
	if report.Listed() {
		return exitRefused, nil
	}
	return exitDone, nil
}

// linkJSON is the answer with --json.
type linkJSON struct {
	ingest.LinkReport
	DryRun bool `json:"dry_run"`
}

func (c *call) tellLinks(r ingest.LinkReport) {
	dry := c.opt.link.dry
	if c.json {
		c.print(linkJSON{r, dry})
		return
	}
	key := "ctl.link.done"
	if dry {
		key = "ctl.link.would"
	}
	c.say(key, lang.Args{"Linked": r.Linked, "Already": r.Already, "Unmatched": len(r.Unmatched),
		"Twice": len(r.ClaimedTwice), "Mismatches": len(r.Mismatches)})
	for _, u := range r.Unmatched {
		c.say("ctl.link.unmatched", lang.Args{"Path": u.Path, "Code": u.Code})
	}
	for _, t := range r.ClaimedTwice {
		c.say("ctl.link.twice", lang.Args{"Path": t.Path, "Codes": strings.Join(t.Codes, "  ")})
	}
	if c.opt.link.by == string(ingest.LinkByPath) && r.Linked+r.Already == 0 && len(r.Unmatched) > 0 {
		c.say("ctl.link.replace", lang.Args{"Path": r.Unmatched[0].Path})
	}
	c.tellMismatches(r.Mismatches)
	c.tellAside(r.Quarantined)
	c.tellOps(r)
}

// tellFields lists the fields that may have paths.
func (c *call) tellFields(ctx context.Context, s *station.Station) {
	if names, err := s.Catalogue.ExtraFields(ctx); err == nil && len(names) > 0 {
		fmt.Fprintln(c.err, c.words.T("ctl.link.fields", lang.Args{"Names": strings.Join(names, "、")}))
	}
}

func (c *call) tellMismatches(list []ingest.Mismatch) {
	for _, m := range list {
		c.say("ctl.link.mismatch", lang.Args{"Code": m.Code, "Kind": c.words.T("mismatch."+string(m.Kind), nil),
			"Expected": m.Expected, "Found": m.Found, "Detail": m.Detail})
	}
}

// tellOps says how to take back what was done.
func (c *call) tellOps(r ingest.LinkReport) {
	const most = 10
	if len(r.Ops) == 0 || c.json {
		return
	}
	ids := make([]string, 0, most)
	for _, op := range r.Ops[:min(most, len(r.Ops))] {
		ids = append(ids, op.String())
	}
	if len(r.Ops) > most {
		c.say("ctl.link.undo.many", lang.Args{"Ops": len(r.Ops)})
		return
	}
	c.say("ctl.link.undo", lang.Args{"Ops": strings.Join(ids, " ")})
}

func (c *call) checkLinks(ctx context.Context) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	fonds, err := fondsNumbered(ctx, s, c.opt.link.fonds)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.match")
	found, err := s.CheckLinks(ctx, s.Sight(), fonds, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	report := ingest.LinkReport{Already: found.Pages, Unmatched: []ingest.Unmatched{}, ClaimedTwice: []ingest.ClaimedTwice{},
		Mismatches: found.Mismatches, Ops: []archive.ID{}}
	if c.opt.link.report != "" {
		if err := c.writeFindings(ctx, s, report); err != nil {
			return exitFailed, err
		}
	}
	if c.json {
		c.print(map[string]any{"checked": found.Checked, "linked": 0, "already": found.Pages, "unmatched": report.Unmatched,
			"claimed_twice": report.ClaimedTwice, "mismatches": report.Mismatches})
	} else {
		c.say("ctl.link.checked", lang.Args{"Checked": found.Checked, "Pages": found.Pages, "Mismatches": len(found.Mismatches)})
		c.tellMismatches(found.Mismatches)
	}
	if report.Listed() {
		return exitRefused, nil
	}
	return exitDone, nil
}

func (c *call) undoLinks(ctx context.Context) (int, error) {
	words := c.args
	if len(words) == 1 && words[0] == "-" {
		words = nil
		in := bufio.NewScanner(c.in)
		for in.Scan() {
			words = append(words, strings.Fields(strings.ReplaceAll(in.Text(), `"`, " "))...)
		}
		if err := in.Err(); err != nil {
			return exitFailed, archive.Wrap("read ops", "-", err)
		}
	}
	ops, err := pageIDs(words)
	if err != nil {
		return exitUsage, err
	}
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	bar := c.bar("phase.link")
	undone, kept, err := s.UndoLinks(ctx, s.Actor(), ops, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	pages := make([]archive.ID, 0, len(kept))
	for _, ch := range kept {
		pages = append(pages, ch.ID)
	}
	if c.json {
		c.print(map[string]any{"undone": undone, "kept": pages})
	} else {
		key := "ctl.link.undone"
		if undone == 0 {
			key = "ctl.link.undo.nothing"
		}
		c.say(key, lang.Args{"Ops": undone, "Kept": len(pages)})
	}
	if len(pages) > 0 {
		return exitRefused, nil
	}
	return exitDone, nil
}
