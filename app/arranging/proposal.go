package arranging

import (
	"context"
	"slices"
	"strings"

	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/arrange"
)

// proposal is what an operation would do, ready to be shown and to be carried out.
type proposal struct {
	kind    archive.OpKind
	lines   []line
	why     []string // it is refused, each reason as a sentence
	totals  string
	nothing bool // it would change nothing
	fonds   []string
	carry   func(context.Context) (done, error)
}

// done is what was carried out.
type done struct {
	op      archive.ID
	removal bool
	fresh   archive.ID // the record that was put in, the volume that was made
	say     string
}

// line is one row of a preview.
type line struct {
	old, new, title, more string
	alert                 bool
}

// proposed makes a plan ready to be shown, the records chosen before those that change with
// them. It is called off the UI goroutine.
func proposed(a Archive, p *arrange.Plan, chosen []archive.ID) proposal {
	out := proposal{kind: p.Kind, nothing: p.Empty()}
	out.refuse(p.Refused)
	for _, n := range p.Notes {
		out.lines = append(out.lines, line{old: n.Subject, more: words.Why(string(n.Why), n.Subject, "")})
	}
	for _, s := range p.States {
		out.lines = append(out.lines, line{old: s.Prefix, new: words.Arranged(s.State), more: words.N("arranging.line.state", s.N)})
		out.touch(s.Prefix)
	}
	if p.Added != nil {
		out.lines = append(out.lines, line{new: p.Added.Code, title: p.Added.Title, more: words.T("arranging.line.added", words.Args{"Kind": words.Kind(p.Added.Kind)})})
		out.touch(p.Added.Code)
	}
	for _, g := range p.Removed {
		out.lines = append(out.lines, line{old: g.Code, title: g.Title, more: words.T("arranging.line.gone")})
	}
	meant := make(map[archive.ID]bool, len(chosen))
	for _, id := range chosen {
		meant[id] = true
	}
	moves := slices.Clone(p.Moves)
	slices.SortStableFunc(moves, func(a, b arrange.Move) int { return one(meant[b.ID]) - one(meant[a.ID]) })
	recoded, shifted, follow, fields := 0, 0, 0, 0
	for _, m := range moves {
		out.lines = append(out.lines, moveLine(m))
		out.touch(m.Old)
		out.touch(m.New)
		switch {
		case m.Old == m.New:
			fields++
		case m.Follows:
			follow++
		case len(chosen) > 0 && !meant[m.ID]:
			shifted++
		default:
			recoded++
		}
	}
	var say []string
	for _, c := range []struct {
		key string
		n   int
	}{{"arranging.total.recoded", recoded}, {"arranging.total.shifted", shifted}, {"arranging.total.follow", follow}, {"arranging.total.fields", fields}, {"arranging.total.added", one(p.Added != nil)},
		{"arranging.total.gone", len(p.Removed)}, {"arranging.total.states", len(p.States)}, {"arranging.total.refused", len(p.Refused)}} {
		if c.n > 0 {
			say = append(say, words.N(c.key, c.n))
		}
	}
	out.totals = strings.Join(say, words.T("arranging.total.and"))
	said := words.T("arranging.done", words.Args{"What": words.T("op." + string(p.Kind)), "Totals": out.totals})
	out.carry = func(ctx context.Context) (done, error) {
		d := done{say: said}
		var err error
		if d.op, err = a.Carry(ctx, p); err != nil || p.Added == nil {
			return d, err
		}
		if h, err := a.FindCode(ctx, p.Added.Code); err == nil { // it is there; only the way to it would be missing
			d.fresh = h.ID
		}
		return d, nil
	}
	return out
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func moveLine(m arrange.Move) line {
	l := line{old: m.Old, new: m.New, title: m.Title}
	var more []string
	if m.Follows {
		more = append(more, words.T("arranging.line.follows"))
	}
	for _, c := range m.Changed {
		if say := words.Changed(c.Field, c.Old, c.New); say != "" {
			more = append(more, say)
		}
	}
	l.more = strings.Join(more, words.T("arranging.total.and"))
	if m.Old == m.New {
		l.new = ""
	}
	return l
}

// refuse puts what is refused in front.
func (p *proposal) refuse(list []arrange.Refusal) {
	for _, r := range list {
		say := words.Why(string(r.Why), r.Subject, r.Want)
		p.why = append(p.why, say)
		p.lines = append(p.lines, line{old: r.Subject, more: say, alert: true})
	}
}

// touch notes the fonds of a code: its classes are read again afterwards.
func (p *proposal) touch(code string) {
	fonds, _, _ := strings.Cut(code, dash)
	if fonds == "" {
		return
	}
	for _, f := range p.fonds {
		if f == fonds {
			return
		}
	}
	p.fonds = append(p.fonds, fonds)
}

// dash stands behind the 全宗号.
const dash = "-"

// removing makes a removal ready to be shown.
func removing(a Archive, r arrange.Removal) proposal {
	out := proposal{kind: archive.OpHoldingRemove, totals: words.T("arranging.total.removed",
		words.Args{"Records": words.Number(r.Records), "Pages": words.Number(r.Pages)})}
	out.refuse(r.Refused)
	for _, g := range r.Roots {
		out.lines = append(out.lines, line{old: g.Code, title: g.Title, more: words.T("arranging.line.removed")})
		out.touch(g.Code)
	}
	out.carry = func(ctx context.Context) (done, error) {
		op, records, pages, err := a.Remove(ctx, r)
		return done{op: op, removal: true, say: words.T("arranging.removed",
			words.Args{"Records": words.Number(records), "Pages": words.Number(pages)})}, err
	}
	return out
}

// noting makes a note on a vacant number ready to be shown; an empty reason takes one away.
func noting(a Archive, code, reason string) proposal {
	l := line{old: code, more: words.T("arranging.line.vacant", words.Args{"Reason": reason})}
	if reason == "" {
		l.more = words.T("arranging.line.unnoted")
	}
	out := proposal{kind: archive.OpCodeVacancy, lines: []line{l}, totals: l.more}
	out.touch(code)
	out.carry = func(ctx context.Context) (done, error) {
		op, err := a.Note(ctx, code, reason)
		return done{op: op, say: words.T("arranging.done", words.Args{"What": words.T("op." + string(archive.OpCodeVacancy)), "Totals": code})}, err
	}
	return out
}
