package arrange

import (
	"context"
	"slices"

	"lantai/archive"
)

// File plans to file classes (归档: 整理中 to 已归档). Numbers must run on from the first,
// each once, or a note must say why one is not used (rule C05); what lies in volumes is
// held to the same and is filed with them.
func (a *Arranger) File(ctx context.Context, classes []string) (*Plan, error) {
	return a.advance(ctx, classes, archive.OpCodeFile, archive.Arranging, archive.Filed)
}

// Accession plans to accession filed classes (进馆: 已归档 to 已进馆).
func (a *Arranger) Accession(ctx context.Context, classes []string) (*Plan, error) {
	return a.advance(ctx, classes, archive.OpCodeAccession, archive.Filed, archive.Accessioned)
}

// Open plans to let classes that have no records yet be arranged, in a series whose classes
// are filed or accessioned otherwise.
func (a *Arranger) Open(ctx context.Context, classes []string) (*Plan, error) {
	const op = "open class"
	p := a.planner(archive.OpCodeFile)
	for _, name := range classes {
		c, err := a.Class(ctx, name)
		if err != nil {
			return nil, archive.Wrap(op, name, err)
		}
		if len(c.Entries) > 0 {
			p.plan.refuse(WrongState, c.Prefix, string(c.State))
			continue
		}
		p.plan.States = append(p.plan.States, State{c.Series, c.Prefix, archive.Arranging, 0})
	}
	return p.plan, nil
}

func (a *Arranger) advance(ctx context.Context, classes []string, kind archive.OpKind, from, to archive.Arranged) (*Plan, error) {
	const op = "set state of class"
	p := a.planner(kind)
	for _, name := range classes {
		c, err := a.Class(ctx, name)
		if err != nil {
			return nil, archive.Wrap(op, name, err)
		}
		switch {
		case len(c.Entries) == 0:
			p.plan.refuse(NothingThere, c.Prefix, "")
			continue
		case c.State != from:
			p.plan.refuse(WrongState, c.Prefix, string(c.State))
			continue
		}
		if to == archive.Filed {
			if err := p.sound(ctx, c); err != nil {
				return nil, archive.Wrap(op, name, err)
			}
		}
		p.watch(p.open(c))
		p.plan.States = append(p.plan.States, State{c.Series, c.Prefix, to, len(c.Entries)})
	}
	return p.plan, nil
}

// sound refuses classes with unexplained gaps and numbers that stand twice.
func (p *planner) sound(ctx context.Context, c Class) error {
	list, err := p.a.Numberings(ctx, c.Prefix, func(int) {})
	if err != nil {
		return err
	}
	for _, n := range list {
		if !slices.Contains(n.prefixes, c.Prefix) { // codes that merely begin alike
			continue
		}
		for _, g := range n.Gaps {
			p.plan.refuse(GapsLeft, g.From, g.To)
		}
		for _, t := range n.Twice {
			p.plan.refuse(StandTwice, t.Codes[0], t.Codes[1])
		}
	}
	return nil
}
