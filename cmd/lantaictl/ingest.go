package main

import (
	"context"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/assets/lang"
)

func ingestCommand() command {
	return command{name: "ingest", args: "[--text] DIR", min: 1, max: 1, run: runIngest, flags: func(c *call) {
		c.flags.BoolVar(&c.opt.text, "text", false, "take text files and text layers of PDF as the text of their pages")
	}}
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
	bar := c.bar("phase.receive")
	r, err := s.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir, Text: c.opt.text}, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	c.reportIngest(r)
	if len(r.Refused) > 0 {
		return exitRefused, nil
	}
	return exitDone, nil
}

func (c *call) reportIngest(r ingest.Report) {
	refused := make([]refusedJSON, 0, len(r.Refused))
	for _, f := range r.Refused {
		refused = append(refused, refusedJSON{f.Path, c.words.T("reason."+string(f.Reason), lang.Args{"Subject": f.Path}), string(f.Reason)})
	}
	if c.json {
		c.print(map[string]any{"received": r.Received, "already": r.Already, "unfiled": r.Unfiled,
			"pages": r.Pages, "texts": r.Texts, "text_pages": r.TextPages, "refused": refused})
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
}
