package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// problemJSON is a problem with its sentence.
type problemJSON struct {
	refcode.Problem
	Sentence string `json:"sentence"`
}

// foundJSON is a record with its problems.
type foundJSON struct {
	ID       archive.ID          `json:"id"`
	Kind     archive.HoldingKind `json:"kind"`
	Code     string              `json:"code"`
	Title    string              `json:"title"`
	Problems []problemJSON       `json:"problems"`
}

// codeCheck checks one record, or all whose codes begin with what is given.
func codeCheck(ctx context.Context, c *call, s *station.Station, args []string) (int, error) {
	var list []foundJSON
	read, errors, warnings := 0, 0, 0
	keep := func(f arrange.Found) error {
		one := foundJSON{f.ID, f.Kind, f.Code, f.Title, nil}
		for _, p := range f.Problems {
			one.Problems = append(one.Problems, problemJSON{p, c.words.CodeProblem(p)})
			if p.Warning {
				warnings++
			} else {
				errors++
			}
		}
		if !c.json {
			for _, p := range one.Problems {
				fmt.Fprintf(c.out, "%s  %s  %s\n", one.Code, p.Rule, p.Sentence)
			}
			return nil
		}
		list = append(list, one)
		return nil
	}
	if len(args) == 0 {
		args = []string{""}
	}
	vocabulary, err := s.Vocabulary(ctx)
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.check")
	for _, arg := range args {
		n, err := s.Arrange().CheckAll(ctx, arg, vocabulary, func(n int) { bar.show(archive.Progress{Phase: "check", Done: read + n}) }, keep)
		if err == nil {
			read += n
			n, err = checkItself(ctx, s, arg, vocabulary, keep)
			read += n
		}
		if err != nil {
			bar.end()
			return exitFailed, err
		}
	}
	bar.end()
	code := exitDone
	if errors > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(map[string]any{"checked": read, "errors": errors, "warnings": warnings, "records": orEmpty(list)})
		return code, nil
	}
	c.say("ctl.code.checked", lang.Args{"Checked": read, "Errors": errors, "Warnings": warnings})
	return code, nil
}

// checkItself checks the record whose code an argument is, beside those below it.
func checkItself(ctx context.Context, s *station.Station, code string, vocabulary arrange.Vocabulary, keep func(arrange.Found) error) (int, error) {
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(code))
	if archive.KindOf(err) == archive.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	r, err := s.Catalogue.Record(ctx, s.Sight(), h.ID)
	if err != nil {
		return 0, err
	}
	problems, err := s.Arrange().Check(ctx, r, vocabulary)
	if err != nil || len(problems) == 0 {
		return 1, err
	}
	return 1, keep(arrange.Found{ID: h.ID, Kind: h.Kind, Code: h.Code, Title: h.Title, Problems: problems})
}

// codeGaps lists classes of numbers with what is missing and what stands twice.
func codeGaps(ctx context.Context, c *call, s *station.Station, args []string) (int, error) {
	if len(args) == 0 {
		args = []string{""}
	}
	var list []arrange.Numbering
	bar := c.bar("phase.check")
	for _, arg := range args {
		some, err := s.Arrange().Numberings(ctx, arg, func(n int) { bar.show(archive.Progress{Phase: "check", Done: n}) })
		if err != nil {
			bar.end()
			return exitFailed, err
		}
		list = append(list, some...)
	}
	bar.end()
	unsound, missing := 0, 0
	for _, n := range list {
		if !n.Sound() {
			unsound++
		}
		for _, g := range n.Gaps {
			missing += g.N
		}
	}
	code := exitDone
	if unsound > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(map[string]any{"classes": orEmpty(list), "unsound": unsound, "missing": missing})
		return code, nil
	}
	for _, n := range list {
		c.say("ctl.code.class", lang.Args{"Prefix": n.Prefix, "State": c.words.Arranged(n.State), "N": n.N, "First": n.First, "Last": n.Last, "Next": n.Next})
		for _, g := range n.Gaps {
			c.say("ctl.code.gap", lang.Args{"From": g.From, "To": g.To, "N": g.N})
		}
		for _, t := range n.Twice {
			c.say("ctl.code.twice", lang.Args{"Codes": fmt.Sprint(t.Codes)})
		}
		for _, v := range n.Vacant {
			c.say("ctl.code.vacant", lang.Args{"Code": v.Code, "Reason": v.Reason})
		}
	}
	c.say("ctl.code.gaps", lang.Args{"Classes": len(list), "Unsound": unsound, "Missing": missing})
	return code, nil
}
