package main

import (
	"context"
	"flag"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// codeOptions are the flags of code.
type codeOptions struct {
	to, into, fresh, title, by, reason string
	before, from, upto                 int
	end                                bool
}

func (o *codeOptions) define(f *flag.FlagSet) {
	f.StringVar(&o.to, "to", "", "move, split, unbind: the class records go to")
	f.IntVar(&o.before, "before", 0, "move, bind: before this number of the class")
	f.BoolVar(&o.end, "end", false, "move, split: at the end of the class")
	f.IntVar(&o.from, "from", 0, "split: the first number that goes")
	f.IntVar(&o.upto, "upto", 0, "split: the last number that goes; left out: all behind --from")
	f.StringVar(&o.title, "title", "", "split, bind: the title of the new volume")
	f.StringVar(&o.into, "into", "", "bind: the volume")
	f.StringVar(&o.fresh, "new", "", "bind: the class of volumes in which a new one is made")
	f.StringVar(&o.by, "by", "", "renumber: date or title; left out: as it is")
	f.StringVar(&o.reason, "reason", "", "correct, vacant: why")
}

const codeArgs = "check|gaps [前缀] | renumber 类 | move 档号 … --to 类 | insert 档号 题名 | split 案卷号|类 --from N | " +
	"bind 档号 … --into 案卷号 | unbind 案卷号 --to 类 | file|accession|open 类 … | correct 档号 新档号 --reason … | vacant 档号 --reason …  [--dry-run]"

func codeCommand() command {
	return command{
		name: "code", args: codeArgs, min: 1, max: 1 << 20,
		verbs: []string{"check", "gaps", "vacant", "renumber", "move", "insert", "split", "bind", "unbind", "file", "accession", "open", "correct"},
		flags: func(c *call) {
			c.opt.code.define(c.flags)
			c.may("by", choice{values: names([]arrange.By{arrange.ByDate, arrange.ByTitle})})
			c.flags.BoolVar(&c.opt.dryRun, "dry-run", false, "show what would be done")
			c.flags.StringVar(&c.opt.date, "date", "", "insert: 日期")
			c.flags.StringVar(&c.opt.author, "author", "", "insert: 责任者")
			c.flags.StringVar(&c.opt.docNo, "doc-no", "", "insert: 文号")
			c.flags.IntVar(&c.opt.pages, "pages", 0, "insert: 页数")
		},
		run: runCode,
	}
}

// codeVerb is one thing that code does: a plan, from its arguments.
type codeVerb struct {
	min, max int
	plan     func(context.Context, *call, *station.Station, []string) (*arrange.Plan, error)
}

func codeVerbs() map[string]codeVerb {
	return map[string]codeVerb{
		"renumber": {1, 1, func(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
			return s.Arrange().Renumber(ctx, args[0], arrange.By(c.opt.code.by))
		}},
		"move":   {1, 1 << 20, planMove},
		"insert": {2, 2, planInsert},
		"split":  {1, 1, planSplit},
		"bind":   {1, 1 << 20, planBind},
		"unbind": {1, 1, func(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
			return s.Arrange().Unbind(ctx, args[0], c.opt.code.to)
		}},
		"file": {1, 1 << 20, func(ctx context.Context, _ *call, s *station.Station, args []string) (*arrange.Plan, error) {
			return s.Arrange().File(ctx, args)
		}},
		"accession": {1, 1 << 20, func(ctx context.Context, _ *call, s *station.Station, args []string) (*arrange.Plan, error) {
			return s.Arrange().Accession(ctx, args)
		}},
		"open": {1, 1 << 20, func(ctx context.Context, _ *call, s *station.Station, args []string) (*arrange.Plan, error) {
			return s.Arrange().Open(ctx, args)
		}},
		"correct": {2, 2, func(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
			ids, err := idsOf(ctx, s, args[:1])
			if err != nil {
				return nil, err
			}
			return s.Arrange().Correct(ctx, ids[0], args[1], c.opt.code.reason)
		}},
	}
}

func runCode(ctx context.Context, c *call) (int, error) {
	verb, args := c.args[0], c.args[1:]
	plan, planned := codeVerbs()[verb]
	switch {
	case planned && (len(args) < plan.min || len(args) > plan.max):
		return c.misused("code")
	case !planned && verb != "check" && verb != "gaps" && (verb != "vacant" || len(args) != 1):
		return c.misused("code")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch verb {
	case "check":
		return codeCheck(ctx, c, s, args)
	case "gaps":
		return codeGaps(ctx, c, s, args)
	case "vacant":
		op, err := s.Arrange().Note(ctx, s.Actor(), args[0], c.opt.code.reason)
		if err != nil {
			return exitFailed, err
		}
		if c.json {
			c.print(map[string]any{"op": idOrNull(op)})
		} else {
			c.say("ctl.code.noted", lang.Args{"Code": refcode.Normalise(args[0])})
		}
		return exitDone, nil
	}
	made, err := plan.plan(ctx, c, s, args)
	if err != nil {
		return exitFailed, err
	}
	return carryPlan(ctx, c, s, made)
}

// idsOf finds records by their codes, former ones too.
func idsOf(ctx context.Context, s *station.Station, codes []string) ([]archive.ID, error) {
	ids := make([]archive.ID, len(codes))
	for i, code := range codes {
		h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(code))
		if err != nil {
			return nil, err
		}
		ids[i] = h.ID
	}
	return ids, nil
}

func planMove(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
	ids, err := idsOf(ctx, s, args)
	if err != nil {
		return nil, err
	}
	return s.Arrange().Move(ctx, ids, c.opt.code.to, arrange.To{Before: c.opt.code.before, End: c.opt.code.end})
}

func planInsert(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
	code := refcode.Normalise(args[0])
	series, scheme, err := s.Arrange().SeriesFor(ctx, code, "")
	if err != nil {
		return nil, err
	}
	h := archive.Holding{Code: code, Title: args[1], Date: c.opt.date}
	if scheme.KindIn(series.Holds, code).IsContainer() {
		return s.Arrange().Insert(ctx, &archive.Container{Holding: h, Author: c.opt.author, PageCount: c.opt.pages})
	}
	return s.Arrange().Insert(ctx, &archive.Item{Holding: h, Author: c.opt.author, DocNo: c.opt.docNo, PageCount: c.opt.pages})
}

// planSplit splits a volume, or a class into another when --to names one.
func planSplit(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
	o := &c.opt.code
	if o.to == "" {
		return s.Arrange().Split(ctx, args[0], o.from, o.title, o.end)
	}
	class, err := s.Arrange().Class(ctx, args[0])
	if err != nil {
		return nil, err
	}
	var ids []archive.ID
	for _, e := range class.Entries {
		if e.Number >= o.from && (o.upto == 0 || e.Number <= o.upto) {
			ids = append(ids, e.ID)
		}
	}
	return s.Arrange().Move(ctx, ids, o.to, arrange.To{Before: o.before, End: o.before == 0})
}

func planBind(ctx context.Context, c *call, s *station.Station, args []string) (*arrange.Plan, error) {
	ids, err := idsOf(ctx, s, args)
	if err != nil {
		return nil, err
	}
	o := &c.opt.code
	return s.Arrange().Bind(ctx, ids, o.into, arrange.NewVolume{Class: o.fresh, Title: o.title, To: arrange.To{Before: o.before}})
}
