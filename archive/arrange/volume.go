package arrange

import (
	"context"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// NewVolume is a volume that an operation makes.
type NewVolume struct {
	Class string // of volumes, as Class takes it
	Title string
	To    To // within the class; the zero value is the end
}

// Split plans to make a new volume of the items from a number on (拆卷). It comes right
// behind the old one, whose 年度, 保管期限 and 机构 it has; end puts it at the end of its class.
func (a *Arranger) Split(ctx context.Context, volume string, from int, title string, end bool) (*Plan, error) {
	const op = "split volume"
	v, err := a.volume(ctx, volume)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	p := a.planner(archive.OpCodeSplit)
	inside, err := p.inside(ctx, v)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	var ids []archive.ID
	for _, e := range inside.Entries {
		if e.Number >= from {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 || len(ids) == len(inside.Entries) {
		return nil, archive.Errorf(archive.Invalid, op, v.Code, "from %d on: %d of %d items would go", from, len(ids), len(inside.Entries))
	}
	volumes, err := p.lineOf(ctx, v.Holding)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	if volumes == nil {
		p.plan.refuse(NotNumbered, v.Code, "")
		return p.plan, nil
	}
	at := volumes.end()
	if !end {
		at = volumes.numberOf(v.ID) + 1
	}
	fresh, err := p.newVolume(volumes, at, v, title, inside.width)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	list, err := p.takeOut(ctx, ids)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	fresh.put(list, fresh.series.scheme.SeqStart)
	plan, err := p.finish(ctx)
	return plan, archive.Wrap(op, volume, err)
}

// Bind plans to bring items into a volume, at its end in the order given (组卷): into the
// one with the code, or into a new one. The classes they leave close up.
func (a *Arranger) Bind(ctx context.Context, ids []archive.ID, volume string, fresh NewVolume) (*Plan, error) {
	const op = "bind volume"
	p := a.planner(archive.OpCodeBind)
	if volume != "" {
		v, err := a.volume(ctx, volume)
		if err != nil {
			return nil, archive.Wrap(op, volume, err)
		}
		inside, err := p.inside(ctx, v)
		if err != nil {
			return nil, archive.Wrap(op, volume, err)
		}
		plan, err := p.moveInto(ctx, ids, inside, To{End: true})
		return plan, archive.Wrap(op, volume, err)
	}
	c, err := a.Class(ctx, fresh.Class)
	if err != nil {
		return nil, archive.Wrap(op, fresh.Class, err)
	}
	volumes := p.open(c)
	at := volumes.end()
	if anchor := volumes.anchor(nil, fresh.To); anchor != 0 {
		at = volumes.numberOf(anchor)
	}
	if len(ids) == 0 {
		return nil, archive.Errorf(archive.Invalid, op, fresh.Title, "no items are given")
	}
	first, err := a.cat.Record(ctx, everything(), ids[0])
	if err != nil {
		return nil, archive.Wrap(op, fresh.Class, err)
	}
	like := archive.Container{Holding: *first.Common(), Org: get(first, "org")}
	inside, err := p.newVolume(volumes, at, like, fresh.Title, 0)
	if err != nil {
		return nil, archive.Wrap(op, fresh.Class, err)
	}
	list, err := p.takeOut(ctx, ids)
	if err != nil {
		return nil, archive.Wrap(op, fresh.Class, err)
	}
	inside.put(list, inside.series.scheme.SeqStart)
	plan, err := p.finish(ctx)
	return plan, archive.Wrap(op, fresh.Class, err)
}

// Unbind plans to take a volume apart: its items go to the end of a class, or into another
// volume, and the volume is removed. It is refused while pages lie in the volume itself.
func (a *Arranger) Unbind(ctx context.Context, volume, class string) (*Plan, error) {
	const op = "unbind volume"
	v, err := a.volume(ctx, volume)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	c, err := a.Class(ctx, class)
	if err != nil {
		return nil, archive.Wrap(op, class, err)
	}
	p := a.planner(archive.OpCodeUnbind)
	inside, err := p.inside(ctx, v)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	if inside.Prefix == c.Prefix {
		return nil, archive.Errorf(archive.Invalid, op, v.Code, "its items lie in it already")
	}
	volumes, err := p.lineOf(ctx, v.Holding)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	pages, err := a.cat.PagesOf(ctx, everything(), v.ID)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	if len(pages) > 0 {
		p.plan.refuse(HasPages, v.Code, "")
	}
	gone, err := p.record(ctx, v.ID)
	if err != nil {
		return nil, archive.Wrap(op, volume, err)
	}
	p.plan.Removed = []Gone{{v.ID, v.Code, v.Title}}
	p.plan.removed = append(p.plan.removed, gone)
	gone.Common().Code = "" // its number is free for the next at once
	if volumes != nil {
		volumes.take(map[archive.ID]bool{v.ID: true})
	}
	var ids []archive.ID
	for _, e := range inside.Entries {
		ids = append(ids, e.ID)
	}
	if len(ids) == 0 {
		plan, err := p.finish(ctx)
		return plan, archive.Wrap(op, volume, err)
	}
	plan, err := p.moveInto(ctx, ids, p.open(c), To{End: true})
	return plan, archive.Wrap(op, volume, err)
}

// volume finds a volume or album by its code.
func (a *Arranger) volume(ctx context.Context, code string) (archive.Container, error) {
	h, err := a.cat.HoldingByCode(ctx, a.sight(), refcode.Normalise(code))
	if err != nil {
		return archive.Container{}, err
	}
	if h.Kind != archive.KindVolume && h.Kind != archive.KindAlbum {
		return archive.Container{}, archive.Errorf(archive.Invalid, "find volume", h.Code, "it is a %s", h.Kind)
	}
	return a.cat.Container(ctx, everything(), h.ID)
}

// inside opens the class of what lies in a volume.
func (p *planner) inside(ctx context.Context, v archive.Container) (*line, error) {
	s, err := p.a.seriesByID(ctx, v.Series)
	if err != nil {
		return nil, err
	}
	values, ok := s.scheme.ReadClass(v.Code + refcode.Dash)
	if !ok {
		return nil, archive.Errorf(archive.Invalid, "find class of numbers", v.Code, "nothing is numbered inside it")
	}
	c, err := p.a.class(ctx, s, values)
	if err != nil {
		return nil, err
	}
	return p.open(c), nil
}

// newVolume puts a new volume into a class of volumes and gives its inside.
func (p *planner) newVolume(volumes *line, at int, like archive.Container, title string, width int) (*line, error) {
	number := volumes.free(at)
	code, err := volumes.code(number)
	if err != nil {
		return nil, err
	}
	s := volumes.series
	values, ok := s.scheme.ReadClass(code + refcode.Dash)
	if !ok || !s.scheme.KindIn(s.Holds, code).IsContainer() {
		return nil, archive.Errorf(archive.Invalid, "make volume", code, "the class has no volumes")
	}
	v := &archive.Container{Holding: archive.Holding{Kind: s.scheme.KindIn(s.Holds, code), Parent: s.ID, Code: code, Title: strings.TrimSpace(title),
		Year: like.Year, Retention: like.Retention, Opening: like.Opening, Access: like.Access, Secrecy: like.Secrecy, SecrecyTerm: like.SecrecyTerm},
		Org: like.Org, ClassName: like.ClassName}
	if v.Title == "" {
		return nil, archive.Errorf(archive.Invalid, "make volume", code, "the title is empty")
	}
	p.plan.Added = &Addition{Kind: v.Kind, Title: v.Title, record: v}
	volumes.put([]slot{{Entry: Entry{Kind: v.Kind, Title: v.Title}}}, number)
	prefix, err := s.scheme.Prefix(values)
	if err != nil {
		return nil, err
	}
	inside := &line{Class: Class{Prefix: prefix, Series: s.ID, series: s, values: values, width: width}, fresh: true, changed: true}
	p.classes = append(p.classes, inside)
	return inside, nil
}
