package arrange

import (
	"context"
	"maps"
	"slices"

	"lantai/archive"
	"lantai/archive/refcode"
)

// planner makes one plan. Operations give its classes their new lines; finish says what
// follows for the records.
type planner struct {
	a       *Arranger
	plan    *Plan
	classes []*line
	moving  map[archive.ID]archive.Record // as they will be
	was     map[archive.ID]kept
	follows map[archive.ID]bool // it lies below one that moves
}

// kept is a record as it is.
type kept struct {
	archive.Holding
	fields map[string]string
}

// changing lists the fields that arranging changes besides the code.
func changing() []string {
	return []string{"number", "year", "retention", "org", "box", "page_no", "item_count", "page_count"}
}

func keep(r archive.Record) kept {
	k := kept{*r.Common(), map[string]string{}}
	for _, name := range changing() {
		k.fields[name] = get(r, name)
	}
	return k
}

func (a *Arranger) planner(kind archive.OpKind) *planner {
	return &planner{a: a, plan: &Plan{Kind: kind, Moves: []Move{}}, moving: map[archive.ID]archive.Record{},
		was: map[archive.ID]kept{}, follows: map[archive.ID]bool{}}
}

// open takes a class into the plan.
func (p *planner) open(c Class) *line {
	if l := p.opened(c.Prefix); l != nil {
		return l
	}
	l := &line{Class: c, vacant: c.vacancies()}
	for _, e := range c.Entries {
		l.slots = append(l.slots, slot{e, e.Number, l})
	}
	p.classes = append(p.classes, l)
	return l
}

// opened finds a class that is in the plan. The inside of a volume that the plan makes is
// none: another volume may have its code still.
func (p *planner) opened(prefix string) *line {
	for _, l := range p.classes {
		if l.Prefix == prefix && !l.fresh {
			return l
		}
	}
	return nil
}

// arranging refuses classes that are no longer arranged.
func (p *planner) arranging(l *line) {
	switch state := l.State; {
	case l.fresh, l.late:

	case state == archive.Filed:
		next, _ := l.Next()
		p.plan.refuse(IsFiled, l.Prefix, next)
	case state == archive.Accessioned:
		p.plan.refuse(IsAccessioned, l.Prefix, "")
	}
}

// finish says what follows from the new lines: codes, fields, what lies below, page
// numbers; and what is against it.
func (p *planner) finish(ctx context.Context) (*Plan, error) {
	for _, l := range p.classes {
		if !l.changed {
			continue
		}
		p.watch(l)
		p.arranging(l)
		if err := p.renumbered(ctx, l); err != nil {
			return nil, err
		}
	}
	if err := p.follow(ctx); err != nil {
		return nil, err
	}
	for _, l := range p.classes {
		if l.changed {
			if err := p.pages(ctx, l); err != nil {
				return nil, err
			}
		}
	}
	if err := p.counts(ctx); err != nil {
		return nil, err
	}
	if err := p.taken(ctx); err != nil {
		return nil, err
	}
	p.list()
	return p.plan, p.hide(ctx)
}

// watch notes how a class is, so that Carry sees whether it still is.
func (p *planner) watch(l *line) {
	if l.fresh {
		return
	}
	now := classNow{series: l.Series, prefix: l.Prefix, state: l.State, n: l.n, highest: l.highest}
	first, err := l.code(max(l.series.scheme.SeqStart, 1))
	if err != nil {
		return
	}
	now.prefixes = l.series.scheme.Prefixes(first)
	p.plan.classes = append(p.plan.classes, now)
}

// record reads a record to be changed, once.
func (p *planner) record(ctx context.Context, id archive.ID) (archive.Record, error) {
	if r, ok := p.moving[id]; ok {
		return r, nil
	}
	r, err := p.a.cat.Record(ctx, everything(), id)
	if err != nil {
		return nil, err
	}
	p.moving[id], p.was[id] = r, keep(r)
	return r, nil
}

// renumbered gives the records of a class their codes.
func (p *planner) renumbered(ctx context.Context, l *line) error {
	var ids []archive.ID
	codes := map[archive.ID]string{}
	comes := map[archive.ID]bool{}
	for _, s := range l.slots {
		code, err := l.code(s.number)
		if err != nil {
			if archive.KindOf(err) == archive.Conflict {
				p.plan.refuse(ClassFull, l.Prefix, "")
				return nil
			}
			return err
		}
		if s.ID == 0 {
			p.plan.Added.Code = code
			p.plan.Added.record.Common().Code = code
			p.number(p.plan.Added.record, l, s.number)
			continue
		}
		if s.from != l {
			comes[s.ID] = true
		}
		if code != s.Code || comes[s.ID] {
			ids = append(ids, s.ID)
			codes[s.ID] = code
		}
	}
	if err := p.read(ctx, ids); err != nil {
		return err
	}
	for _, s := range l.slots {
		code, ok := codes[s.ID]
		if !ok || s.ID == 0 {
			continue
		}
		r := p.moving[s.ID]
		r.Common().Code = code
		p.number(r, l, s.number)
		if comes[s.ID] {
			if err := p.settle(ctx, r, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads records to be changed, many at once.
func (p *planner) read(ctx context.Context, ids []archive.ID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id archive.ID) bool { _, ok := p.moving[id]; return ok })
	list, err := p.a.cat.Records(ctx, everything(), ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		p.moving[r.Common().ID], p.was[r.Common().ID] = r, keep(r)
	}
	if len(list) != len(ids) {
		return archive.Errorf(archive.Conflict, "read records", "", "%d of %d are gone", len(ids)-len(list), len(ids))
	}
	return nil
}

// number writes the number into its field as the code has it.
func (p *planner) number(r archive.Record, l *line, number int) {
	code := r.Common().Code
	if n, ok := l.series.scheme.Numbered(code); ok && n.Number == number {
		set(r, "number", code[len(n.Prefix):])
	}
}

func set(r archive.Record, name, value string) {
	if b, ok := archive.Field(r, name); ok {
		_ = b.Set(value) // text, or digits that were digits before
	}
}

func get(r archive.Record, name string) string {
	if b, ok := archive.Field(r, name); ok {
		return b.Text()
	}
	return ""
}

// changes lists what else of a record changes.
func (p *planner) changes(r archive.Record) []Changed {
	var list []Changed
	was := p.was[r.Common().ID]
	for _, name := range changing() {
		if now := get(r, name); now != was.fields[name] {
			list = append(list, Changed{name, was.fields[name], now})
		}
	}
	return list
}

// taken refuses codes that records have which do not move.
func (p *planner) taken(ctx context.Context) error {
	var codes []string
	for id, r := range p.moving {
		if code := r.Common().Code; code != "" && code != p.was[id].Code {
			codes = append(codes, code)
		}
	}
	if p.plan.Added != nil {
		codes = append(codes, p.plan.Added.Code)
	}
	held, err := p.a.cat.HoldingsByCode(ctx, everything(), codes)
	if err != nil {
		return err
	}
	for _, code := range slices.SortedFunc(maps.Keys(held), cmpCodes) {
		h := held[code]
		if h.Code != code { // merely a former code
			continue
		}
		if r, moves := p.moving[h.ID]; moves && r.Common().Code != code {
			continue
		}
		p.plan.refuse(IsTaken, h.Code, code)
	}
	return nil
}

// list writes down the moves, in the order of the new codes.
func (p *planner) list() {
	plan := p.plan
	for id, r := range p.moving {
		was := p.was[id]
		changed := p.changes(r)
		if len(changed) == 0 && was.Code == r.Common().Code && was.Parent == r.Common().Parent {
			continue
		}
		plan.records = append(plan.records, r)
		if r.Common().Code == "" { // it is taken away
			continue
		}
		plan.Moves = append(plan.Moves, Move{ID: id, Kind: was.Kind, Title: was.Title, Old: was.Code, New: r.Common().Code, Changed: changed,
			Follows: p.follows[id]})
	}
	slices.SortFunc(plan.Moves, func(a, b Move) int { return cmpCodes(a.New, b.New) })
	slices.SortFunc(plan.records, func(a, b archive.Record) int { return cmpCodes(a.Common().Code, b.Common().Code) })
	if n := len(plan.records); n > mostMoves {
		plan.refuse(TooMany, "", "")
	}
}

// hide refuses to change records that may not be seen, and says nothing of them but their
// codes.
func (p *planner) hide(ctx context.Context) error {
	if p.a.sight().Everything() {
		return nil
	}
	ids := make([]archive.ID, len(p.plan.Moves))
	for i, m := range p.plan.Moves {
		ids[i] = m.ID
	}
	seen, err := p.a.seen(ctx, ids)
	for i := range p.plan.Moves {
		if m := &p.plan.Moves[i]; !seen[m.ID] {
			m.Title, m.Changed = "", nil
			p.plan.refuse(IsHidden, m.Old, "")
		}
	}
	return err
}

func cmpCodes(a, b string) int {
	switch {
	case refcode.NaturalLess(a, b):
		return -1
	case a == b:
		return 0
	}
	return 1
}
