package main

import (
	"context"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func ingestCommand() command {
	return command{
		name: "ingest", args: "DIR [--text] [--adopt [--label NAME]]", min: 1, max: 1,
		flags: func(c *call) {
			c.flags.BoolVar(&c.opt.adopt, "adopt", false, "register the files where they lie instead of copying them")
			c.flags.StringVar(&c.opt.label, "label", "", "with --adopt: name of the storage root that the folder becomes")
			c.flags.BoolVar(&c.opt.text, "text", false, "take text files and text layers of PDF as the text of their pages")
		},
		run: runIngest,
	}
}

// refusedJSON is a refused file in the fixed form.
type refusedJSON struct {
	Path   string `json:"path"`
	Reason string `json:"reason"` // a sentence
	Code   string `json:"code"`   // for programs
}

func runIngest(ctx context.Context, c *call) (int, error) {
	dir, err := filepath.Abs(c.args[0])
	if err != nil {
		return exitUsage, archive.WrapAs(archive.Invalid, "receive folder", c.args[0], err)
	}
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if c.opt.adopt {
		return c.adopt(ctx, s, dir)
	}
	bar := c.bar("phase.receive")
	r, err := s.Ingest(ctx, s.Actor(), ingest.Delivery{Dir: dir, Text: c.opt.text}, bar.show)
	bar.end()
	return c.reportIngest(r, dir, err)
}

// reportIngest tells what a receipt of a folder has done, also before an error.
func (c *call) reportIngest(r ingest.Report, dir string, err error) (int, error) {
	switch {
	case err != nil && r.Batch == 0: // nothing was done
		return exitFailed, err
	case err != nil:
		return exitFailed, c.beside(err, c.ingestJSON(r), func() { c.sayIngest(r, dir) })
	case c.json:
		c.print(c.ingestJSON(r))
	default:
		c.sayIngest(r, dir)
	}
	if len(r.Refused)+len(r.Quarantined) > 0 {
		return exitRefused, nil
	}
	return exitDone, nil
}

func (c *call) ingestJSON(r ingest.Report) map[string]any {
	return map[string]any{"received": r.Received, "already": r.Already, "unfiled": r.Unfiled,
		"pages": r.Pages, "texts": r.Texts, "text_pages": r.TextPages, "refused": c.refusals(r.Refused),
		"quarantined": orEmpty(r.Quarantined)}
}

func (c *call) sayIngest(r ingest.Report, dir string) {
	refused := c.refusals(r.Refused)
	if r.Received+r.Already+len(refused)+len(r.Quarantined)+r.Texts == 0 {
		c.say("ctl.ingest.nothing", lang.Args{"Path": dir})
		return
	}
	c.say("ctl.ingest", lang.Args{"Received": r.Received, "Already": r.Already, "Unfiled": r.Unfiled,
		"Pages": r.Pages, "Refused": len(refused)})
	if r.TextPages > 0 {
		c.say("ctl.ingest.text-pages", lang.Args{"Pages": r.TextPages})
	}
	if r.Texts > 0 {
		c.say("ctl.ingest.texts", lang.Args{"Texts": r.Texts})
	}
	for _, f := range refused {
		c.say("ctl.ingest.refused", lang.Args{"Path": f.Path, "Reason": f.Reason})
	}
	c.tellAside(r.Quarantined)
}

// tellAside lists what was put aside.
func (c *call) tellAside(list []ingest.PutAside) {
	for _, q := range list {
		c.say("ctl.ingest.quarantined", lang.Args{"Path": q.Path, "Code": q.Code, "Mark": q.Mark})
	}
}

func (c *call) refusals(list []ingest.Refusal) []refusedJSON {
	refused := make([]refusedJSON, 0, len(list))
	for _, f := range list {
		refused = append(refused, refusedJSON{f.Path, c.words.T("reason."+string(f.Reason), lang.Args{"Subject": f.Path}), string(f.Reason)})
	}
	return refused
}

// adopt registers the files of a folder where they lie. It does not wait for their pages
// to be recognised: that may take weeks.
func (c *call) adopt(ctx context.Context, s *station.Station, dir string) (int, error) {
	bar := c.bar("phase.adopt")
	r, err := s.Adopt(ctx, s.Actor(), ingest.Adoption{Dir: dir, Label: c.opt.label, Text: c.opt.text}, bar.show)
	bar.end()
	if err != nil {
		if r.Registered+r.Already+r.NotTaken == 0 {
			return exitFailed, err
		}
		return exitFailed, c.beside(err, c.adoptJSON(r), func() { c.sayAdopt(r, dir) })
	}
	if c.json {
		c.print(c.adoptJSON(r))
	} else {
		c.sayAdopt(r, dir)
	}
	if !c.json && r.Pages > r.TextPages && s.Owner() {
		c.say("ctl.adopt.next", nil)
	}
	if r.NotTaken+len(r.Quarantined) > 0 {
		return exitRefused, nil
	}
	return exitDone, nil
}

func (c *call) adoptJSON(r ingest.Adopted) map[string]any {
	return map[string]any{"received": r.Registered, "already": r.Already, "unfiled": r.Unfiled, "pages": r.Pages,
		"text_pages": r.TextPages, "changed": r.Changed, "vanished": r.Vanished, "not_taken": r.NotTaken, "refused": c.refusals(r.Refused),
		"quarantined": orEmpty(r.Quarantined), "root": map[string]any{"id": r.Root, "label": r.RootLabel, "path": r.RootPath, "added": r.RootAdded}}
}

func (c *call) sayAdopt(r ingest.Adopted, dir string) {
	if r.RootAdded {
		c.say("ctl.root.added", lang.Args{"Label": r.RootLabel, "Path": r.RootPath, "ID": r.Root})
	}
	if r.Registered+r.Already+r.NotTaken+r.Changed+r.Vanished == 0 {
		c.say("ctl.ingest.nothing", lang.Args{"Path": dir})
		return
	}
	c.say("ctl.adopt", lang.Args{"Registered": r.Registered, "Already": r.Already, "Unfiled": r.Unfiled,
		"Pages": r.Pages, "Changed": r.Changed, "Vanished": r.Vanished, "Refused": r.NotTaken})
	if r.TextPages > 0 {
		c.say("ctl.ingest.text-pages", lang.Args{"Pages": r.TextPages})
	}
	for _, f := range c.refusals(r.Refused) {
		c.say("ctl.ingest.refused", lang.Args{"Path": f.Path, "Reason": f.Reason})
	}
	c.tellAside(r.Quarantined)
}
