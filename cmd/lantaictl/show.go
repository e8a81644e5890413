package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func showCommand() command {
	return command{name: "show", args: "档号", min: 1, max: 1, run: runShow}
}

func runShow(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(c.args[0]))
	if err != nil {
		return exitFailed, err
	}
	if err := s.Observe(ctx, archive.OpRecordView, h.ID, map[string]string{"code": h.Code}); err != nil {
		return exitFailed, err
	}
	pages, err := s.Catalogue.PagesOf(ctx, s.Sight(), h.ID)
	if err != nil {
		return exitFailed, err
	}
	matters, err := s.Catalogue.QuarantinesOf(ctx, s.Sight(), h.ID)
	if err != nil {
		return exitFailed, err
	}
	record, err := s.Catalogue.Record(ctx, s.Sight(), h.ID)
	if err != nil {
		return exitFailed, err
	}
	former, err := s.Catalogue.Aliases(ctx, s.Sight(), h.ID)
	if err != nil {
		return exitFailed, err
	}
	originals, err := s.OriginalStates(ctx, s.Sight(), pages)
	if err != nil {
		return exitFailed, err
	}
	paths, err := sources(ctx, s, pages)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		type page struct {
			archive.Page
			Path     string                `json:"path"` // below the folder it was received from
			Original station.OriginalState `json:"original,omitempty"`
		}
		list := make([]page, len(pages))
		for i, p := range pages {
			list[i] = page{p, paths[i], originals[i]}
		}
		c.print(map[string]any{"record": record, "pages": list, "quarantine": orEmpty(matters), "former_codes": orEmpty(former)})
		return exitDone, nil
	}
	c.say("ctl.show", lang.Args{"Code": h.Code, "Title": h.Title, "Date": h.Date, "Retention": h.Retention, "Pages": len(pages)})
	for _, a := range former {
		c.say("ctl.show.former", lang.Args{"Code": a.Code, "Reason": a.Reason})
	}
	for _, q := range matters {
		c.say("ctl.show.quarantine", lang.Args{"ID": q.ID, "Mark": q.Mark, "State": c.words.T("quarantine."+string(q.State), nil)})
	}
	for i, p := range pages {
		line := fmt.Sprintf("  %4d  %s  %s  %s", p.Ordinal, p.ID, c.words.T("stage."+string(p.Stage), nil), paths[i])
		if originals[i] != station.OriginalThere {
			line += "  " + c.words.T("original."+string(originals[i]), nil)
		}
		fmt.Fprintln(c.out, line)
	}
	return exitDone, nil
}

// sources gives for each page the path that its file came under.
func sources(ctx context.Context, s *station.Station, pages []archive.Page) ([]string, error) {
	ids := make([]archive.ID, len(pages))
	for i, p := range pages {
		ids[i] = p.File
	}
	files, err := s.Catalogue.Files(ctx, s.Sight(), ids)
	if err != nil {
		return nil, err
	}
	of := make(map[archive.ID]string, len(files))
	for _, f := range files {
		of[f.ID] = f.Source
	}
	paths := make([]string, len(pages))
	for i, p := range pages {
		paths[i] = of[p.File]
	}
	return paths, nil
}
