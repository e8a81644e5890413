package arrange

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// mostMoves is how many records one operation changes.
const mostMoves = store.MostRecoded

// settle gives a record that comes into a class what it has in common with it: its parent,
// and the fields that are part of the code.
func (p *planner) settle(ctx context.Context, r archive.Record, l *line) error {
	h := r.Common()
	was := p.was[h.ID]
	kind := l.series.scheme.KindIn(l.series.Holds, h.Code)
	switch {
	case h.Fonds != l.series.Fonds:
		p.plan.refuse(OtherFonds, was.Code, l.Prefix)
		return nil
	case h.Kind.IsContainer() != kind.IsContainer(), h.Kind.IsSingle() && h.Kind != kind:
		p.plan.refuse(OtherKind, was.Code, string(kind))
		return nil
	case h.Kind.IsContainer() && h.Series != l.Series:
		p.plan.refuse(StaysInSeries, was.Code, l.Prefix)
		return nil
	}
	if l.fresh {
		h.Parent = 0 // known when it is carried out
		p.plan.into = append(p.plan.into, r)
	} else {
		h.Parent = l.parent()
	}
	if h.Kind.IsSingle() && (l.fresh || h.Parent != was.Parent) {
		n, err := p.a.cat.Counts(ctx, everything(), h.ID)
		if err != nil {
			return err
		}
		if len(n.Holdings) > 0 {
			p.plan.refuse(HoldsOthers, was.Code, "")
		}
	}
	return p.common(ctx, r, l)
}

// common sets the fields that the code names, as the others of the class write them.
func (p *planner) common(ctx context.Context, r archive.Record, l *line) error {
	if year := l.values[refcode.Year]; year != "" {
		set(r, "year", year)
	}
	var like archive.Record
	if len(l.Entries) > 0 {
		var err error
		if like, err = p.a.cat.Record(ctx, everything(), l.Entries[0].ID); err != nil {
			return err
		}
	}
	if code := l.values[refcode.Retention]; code != "" && refcode.RetentionCode(get(r, "retention")) != refcode.RetentionCode(code) {
		set(r, "retention", retentionLike(get(r, "retention"), code, like))
	}
	if code := l.values[refcode.Org]; code != "" && get(r, "org") != "" && get(r, "org") != code {
		switch {
		case like != nil && get(like, "org") != "":
			set(r, "org", get(like, "org"))
		case hasHan(get(r, "org")) == hasHan(code):
			set(r, "org", code)
		}
	}
	return p.unbox(ctx, r, l)
}

// retentionLike writes a 保管期限 as the class does, or as the record did: 定期30年, 30年, D30.
func retentionLike(was, code string, like archive.Record) string {
	if like != nil && get(like, "retention") != "" {
		return get(like, "retention")
	}
	if was == "" || was == refcode.RetentionCode(was) {
		return code
	}
	switch years, fixed := strings.CutPrefix(code, "D"); {
	case code == "Y":
		return "永久"
	case code == "C":
		return "长期"
	case fixed && years == "":
		return "短期"
	case fixed && strings.HasPrefix(was, "定期"):
		return "定期" + years + "年"
	case fixed:
		return years + "年"
	}
	return code
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// unbox takes a record out of a box that holds another year, 保管期限 or 机构 (rule C10).
func (p *planner) unbox(ctx context.Context, r archive.Record, l *line) error {
	b, ok := archive.Field(r, "box")
	if !ok {
		return nil
	}
	id, ok := b.Value.(*archive.ID)
	if !ok || *id == 0 {
		return nil
	}
	box, err := p.a.cat.Record(ctx, everything(), *id)
	if err != nil {
		return err
	}
	at := refcode.InPlace{Record: r, Series: l.series.Series, Scheme: l.series.scheme, Box: box}
	for _, problem := range at.Check() {
		if problem.Rule == "C10" {
			*id = 0
			p.plan.note(BoxLeft, p.was[r.Common().ID].Code)
			return nil
		}
	}
	return nil
}

// follow gives what lies below a record with a new code its own new code. What a record
// lies in is told by its parent: a code that merely begins alike is another's.
func (p *planner) follow(ctx context.Context) error {
	var movers []archive.ID
	below := map[archive.ID][]archive.Record{}
	for id, r := range p.moving {
		below[r.Common().Parent] = append(below[r.Common().Parent], r)
		if was := p.was[id].Code; was != "" && r.Common().Code != "" && was != r.Common().Code && (r.Common().Kind.IsContainer() || r.Common().Kind == archive.KindItem) {
			movers = append(movers, id)
		}
	}
	for _, id := range movers {
		from, to := p.was[id].Code+refcode.Dash, p.moving[id].Common().Code+refcode.Dash
		for _, r := range below[id] {
			if rest, ok := strings.CutPrefix(r.Common().Code, from); ok {
				r.Common().Code = to + rest
			}
		}
		if err := p.followers(ctx, id, from, to); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) followers(ctx context.Context, id archive.ID, from, to string) error {
	for after := ""; ; {
		list, err := p.a.cat.CodesFrom(ctx, everything(), from, after, window)
		if err != nil {
			return err
		}
		var ids []archive.ID
		for _, h := range list {
			after = h.Code
			_, moves := p.moving[h.ID]
			up := h.Parent
			if h.Kind == archive.KindPhoto && p.follows[up] { // a photo within an item within a volume
				up = id
			}
			if !moves && up == id {
				ids = append(ids, h.ID)
			}
		}
		if err := p.read(ctx, ids); err != nil {
			return err
		}
		for _, one := range ids {
			h := p.moving[one].Common()
			h.Code = to + strings.TrimPrefix(h.Code, from)
			p.follows[one] = true
		}
		if len(p.moving) > mostMoves {
			p.plan.refuse(TooMany, "", "")
			return nil
		}
		if len(list) < window {
			break
		}
	}
	notes, err := p.a.cat.Vacancies(ctx, from)
	for _, v := range notes {
		p.plan.renamed = append(p.plan.renamed, renamedNote{v, to + strings.TrimPrefix(v.Code, from)})
	}
	return err
}

// counts keeps 件数 and 页数 of volumes that records leave or come into, where they are
// stated.
func (p *planner) counts(ctx context.Context) error {
	for _, l := range p.classes {
		if !l.changed || l.Within == 0 && !l.fresh {
			continue
		}
		var volume archive.Record
		items, pages, known := 0, 0, true
		here := map[archive.ID]bool{}
		for _, s := range l.slots {
			here[s.ID] = true
			if s.from == l {
				continue
			}
			items++
			if s.ID == 0 {
				known = false
				continue
			}
			n, _ := strconv.Atoi(get(p.moving[s.ID], "page_count"))
			pages, known = pages+n, known && n > 0
		}
		for _, e := range l.Entries {
			if here[e.ID] {
				continue
			}
			items--
			n := 0
			if r, ok := p.moving[e.ID]; ok {
				n, _ = strconv.Atoi(get(r, "page_count"))
			}
			pages, known = pages-n, known && n > 0
		}
		if l.fresh {
			volume = p.plan.Added.record
			set(volume, "item_count", strconv.Itoa(items))
			if known && items > 0 {
				set(volume, "page_count", strconv.Itoa(pages))
			}
			continue
		}
		if items == 0 && pages == 0 || p.goes(l.Within) {
			continue
		}
		volume, err := p.record(ctx, l.Within)
		if err != nil {
			return err
		}
		if n, _ := strconv.Atoi(get(volume, "item_count")); n > 0 {
			set(volume, "item_count", strconv.Itoa(max(n+items, 0)))
		}
		if n, _ := strconv.Atoi(get(volume, "page_count")); n > 0 && known {
			set(volume, "page_count", strconv.Itoa(max(n+pages, 0)))
		}
	}
	return nil
}

// goes tells whether the plan takes a record away.
func (p *planner) goes(id archive.ID) bool {
	for _, r := range p.plan.removed {
		if r.Common().ID == id && id != 0 {
			return true
		}
	}
	return false
}
