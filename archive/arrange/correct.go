package arrange

import (
	"context"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// Correct plans to change the code of a filed or accessioned record, for a reason that is
// kept (rule C09). The old code goes on leading to the record, and so do those of what lies
// below; a number left inside a filed class gets the reason as its note.
func (a *Arranger) Correct(ctx context.Context, id archive.ID, code, reason string) (*Plan, error) {
	const op = "correct code"
	code, reason = refcode.Normalise(code), strings.TrimSpace(reason)
	if reason == "" {
		return nil, archive.Errorf(archive.Invalid, op, code, "a correction needs its reason")
	}
	s, err := a.seriesOf(ctx, code, "", func(s refcode.Scheme) error {
		_, err := s.Parse(code)
		return err
	})
	if err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	p := a.planner(archive.OpCodeCorrect)
	p.plan.Reason = reason
	r, err := p.record(ctx, id)
	if err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	was := p.was[id]
	if was.Code == code {
		return p.plan, nil
	}
	n, ok := s.scheme.Numbered(code)
	if !ok {
		return nil, archive.Errorf(archive.Invalid, op, code, "the code has no running number")
	}
	c, err := a.class(ctx, s, n.Class)
	if err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	if up, below := s.scheme.Parent(code); below && c.Within == 0 {
		return nil, archive.Wrap(op, code, archive.Errorf(archive.NotFound, "find volume", up, "the volume is not there"))
	}
	r.Common().Code = code
	l := p.open(c)
	p.number(r, l, n.Number)
	if err := p.settle(ctx, r, l); err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	for _, step := range []func(context.Context) error{p.follow, p.taken, p.leave} {
		if err := step(ctx); err != nil {
			return nil, archive.Wrap(op, code, err)
		}
	}
	p.list()
	for _, m := range p.plan.Moves {
		if m.Old != "" && m.Old != m.New {
			p.plan.aliases = append(p.plan.aliases, archive.CodeAlias{Holding: m.ID, Code: m.Old, Reason: reason})
			p.plan.note(OldCode, m.Old)
		}
	}
	return p.plan, nil
}

// leave notes why the number that a correction leaves is vacant, where the class is no
// longer arranged and numbers follow it.
func (p *planner) leave(ctx context.Context) error {
	for id, was := range p.was {
		if p.follows[id] || was.Code == p.moving[id].Common().Code {
			continue
		}
		l, err := p.lineOf(ctx, was.Holding)
		if err != nil || l == nil {
			return err
		}
		if l.State == archive.Arranging {
			continue
		}
		p.plan.vacant = append(p.plan.vacant, archive.Vacancy{Series: l.Series, Code: was.Code, Reason: p.plan.Reason})
	}
	return nil
}

// Note says why a number is not used (空号说明); an empty reason takes the note away. It is
// Conflict when a record has the code, Invalid when the code is no number of its series.
func (a *Arranger) Note(ctx context.Context, actor archive.Actor, code, reason string) (archive.ID, error) {
	const op = "note vacant number"
	code = refcode.Normalise(code)
	s, err := a.seriesOf(ctx, code, "", func(s refcode.Scheme) error {
		_, err := s.Parse(code)
		return err
	})
	if err != nil {
		return 0, archive.Wrap(op, code, err)
	}
	if _, ok := s.scheme.Numbered(code); !ok {
		return 0, archive.Errorf(archive.Invalid, op, code, "the code has no running number")
	}
	id, err := a.cat.Do(ctx, actor, archive.OpCodeVacancy, func(tx *store.Tx) error {
		return tx.SetVacancy(archive.Vacancy{Series: s.ID, Code: code, Reason: strings.TrimSpace(reason)})
	})
	return id, archive.Wrap(op, code, err)
}
