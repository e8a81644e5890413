package main

import (
	"context"
	"errors"
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func showCommand() command {
	return command{name: "show", args: "档号", min: 1, max: 1, run: runShow}
}

// shownRecord is a record with what is shown of it.
type shownRecord struct {
	archive.Holding
	record    any
	pages     []archive.Page
	originals []station.OriginalState // of the pages
	paths     []string                // of the pages, below the folder they were received from
	withheld  int                     // pages that are not shown
	closed    error                   // why not; nil: there are none
	matters   []archive.Quarantine
	former    []archive.CodeAlias
}

func runShow(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	r, err := readShown(ctx, s, refcode.Normalise(c.args[0]))
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.printRecord(r)
	} else {
		c.sayRecord(r)
	}
	return exitDone, nil
}

func readShown(ctx context.Context, s *station.Station, code string) (r shownRecord, err error) {
	sight := s.Sight()
	if r.Holding, err = s.Catalogue.HoldingByCode(ctx, sight, code); err != nil {
		return r, err
	}
	if err := s.Observe(ctx, archive.OpRecordView, r.ID, map[string]string{"code": r.Code}); err != nil {
		return r, err
	}
	if r.pages, err = s.Catalogue.PagesOf(ctx, sight, r.ID); err != nil {
		return r, err
	}
	if r.withheld, r.closed, err = s.ClosedPages(ctx, r.Holding); err != nil {
		return r, err
	}
	if r.matters, err = s.Catalogue.QuarantinesOf(ctx, sight, r.ID); err != nil {
		return r, err
	}
	if r.record, err = s.Catalogue.Record(ctx, sight, r.ID); err != nil {
		return r, err
	}
	if r.former, err = s.Catalogue.Aliases(ctx, sight, r.ID); err != nil {
		return r, err
	}
	if r.originals, err = s.OriginalStates(ctx, sight, r.pages); err != nil {
		return r, err
	}
	r.paths, err = sources(ctx, s, r.pages)
	return r, err
}

func (c *call) printRecord(r shownRecord) {
	type page struct {
		archive.Page
		Path     string                `json:"path"`
		Original station.OriginalState `json:"original,omitempty"`
	}
	list := make([]page, len(r.pages))
	for i, p := range r.pages {
		list[i] = page{p, r.paths[i], r.originals[i]}
	}
	answer := map[string]any{"record": r.record, "pages": list, "quarantine": orEmpty(r.matters), "former_codes": orEmpty(r.former)}
	if r.closed != nil {
		answer["closed"] = c.closedJSON(r.withheld, r.closed)
	}
	c.print(answer)
}

func (c *call) sayRecord(r shownRecord) {
	c.say("ctl.show", lang.Args{"Code": r.Code, "Title": r.Title, "Date": r.Date, "Retention": r.Retention, "Pages": len(r.pages)})
	if r.closed != nil {
		told := c.words.Tell(r.closed)
		c.say("ctl.show.closed", lang.Args{"Pages": r.withheld, "Why": told.What + " " + told.Do})
	}
	for _, a := range r.former {
		c.say("ctl.show.former", lang.Args{"Code": a.Code, "Reason": a.Reason})
	}
	for _, q := range r.matters {
		c.say("ctl.show.quarantine", lang.Args{"ID": q.ID, "Mark": q.Mark, "State": c.words.T("quarantine."+string(q.State), nil)})
	}
	for i, p := range r.pages {
		line := fmt.Sprintf("  %4d  %s  %s  %s", p.Ordinal, p.ID, c.words.T("stage."+string(p.Stage), nil), r.paths[i])
		if r.originals[i] != station.OriginalThere {
			line += "  " + c.words.T("original."+string(r.originals[i]), nil)
		}
		fmt.Fprintln(c.out, line)
	}
}

// closedJSON tells of pages that are not shown: how many, why, and who could approve it.
func (c *call) closedJSON(pages int, closed error) map[string]any {
	told := map[string]any{"pages": pages, "message": c.words.Error(closed)}
	if why, ok := errors.AsType[*access.Refusal](closed); ok {
		told["reason"], told["ask"] = string(why.Because), orEmpty(why.Ask)
	}
	return told
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
