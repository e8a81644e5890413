package arrange

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// Insert plans to put a new record under the code it bears; those in the way move up as
// far as numbers are taken. Into a filed class it can only come behind the last. Its Kind
// may be empty; Parent, Number, 年度, 保管期限 and, where it is empty, 机构 follow from the code.
func (a *Arranger) Insert(ctx context.Context, r archive.Record) (*Plan, error) {
	const op = "insert record"
	h := r.Common()
	code := refcode.Normalise(h.Code)
	if h.Title = strings.TrimSpace(h.Title); h.Title == "" {
		return nil, archive.Errorf(archive.Invalid, op, code, "the title is empty")
	}
	if !archive.IsDate(h.Date) {
		return nil, archive.Wrap(op, code, archive.Errorf(archive.Invalid, "read date", h.Date, "no date as archives write it"))
	}
	s, err := a.seriesOf(ctx, code, "", func(s refcode.Scheme) error {
		_, err := s.Parse(code)
		return err
	})
	if err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	n, ok := s.scheme.Numbered(code)
	if !ok {
		return nil, archive.Errorf(archive.Invalid, op, code, "the code has no running number")
	}
	c, err := a.class(ctx, s, n.Class)
	if err != nil {
		return nil, archive.Wrap(op, code, err)
	}
	if _, below := s.scheme.Parent(code); below && c.Within == 0 {
		up, _ := s.scheme.Parent(code)
		return nil, archive.Wrap(op, code, archive.Errorf(archive.NotFound, "find volume", up, "the volume is not there"))
	}
	p := a.planner(archive.OpCodeInsert)
	l := p.open(c)
	h.Kind = s.scheme.KindIn(s.Holds, code)
	h.Parent, h.Code = c.parent(), code
	set(r, "year", cmp.Or(n.Class[refcode.Year], get(r, "year")))
	set(r, "retention", cmp.Or(get(r, "retention"), n.Class[refcode.Retention]))
	p.plan.Added = &Addition{Kind: h.Kind, Title: h.Title, record: r}
	if l.vacant[n.Number] {
		p.plan.refuse(IsVacant, code, "")
	}
	if next, err := c.Next(); err == nil && c.State == archive.Filed {
		l.late = next == code
	}
	l.put([]slot{{Entry: Entry{Kind: h.Kind, Title: h.Title, Date: h.Date}}}, n.Number)
	plan, err := p.finish(ctx)
	return plan, archive.Wrap(op, code, err)
}

// To says where records go within a class. The zero value is where their dates put them,
// or the end, where the class is not in the order of dates.
type To struct {
	Before int // the number of the record they go before; 0: none given
	End    bool
}

// Move plans to move records into a class, named as Class takes it; within their own class
// this changes the order. The classes they leave close up.
func (a *Arranger) Move(ctx context.Context, ids []archive.ID, class string, to To) (*Plan, error) {
	const op = "move records"
	c, err := a.Class(ctx, class)
	if err != nil {
		return nil, archive.Wrap(op, class, err)
	}
	p := a.planner(archive.OpCodeMove)
	plan, err := p.moveInto(ctx, ids, p.open(c), to)
	return plan, archive.Wrap(op, class, err)
}

func (p *planner) moveInto(ctx context.Context, ids []archive.ID, into *line, to To) (*Plan, error) {
	anchor := into.anchor(ids, to)
	list, err := p.takeOut(ctx, ids)
	if err != nil {
		return nil, err
	}
	if p.plan.Kind == archive.OpCodeMove && !slices.ContainsFunc(list, func(s slot) bool { return s.from != into }) {
		p.plan.Kind = archive.OpCodeReorder
	}
	if to == (To{}) {
		into.putByDate(list)
	} else {
		into.put(list, into.numberOf(anchor))
	}
	return p.finish(ctx)
}

// anchor is the record of the class before which others are put; zero: the end.
func (l *line) anchor(moving []archive.ID, to To) archive.ID {
	if to.Before == 0 || to.End {
		return 0
	}
	for _, s := range l.slots {
		if s.number >= to.Before && !slices.Contains(moving, s.ID) {
			return s.ID
		}
	}
	return 0
}

// numberOf is the number of a record, or the end.
func (l *line) numberOf(id archive.ID) int {
	if i := slices.IndexFunc(l.slots, func(s slot) bool { return s.ID == id && id != 0 }); i >= 0 {
		return l.slots[i].number
	}
	return l.end()
}

// putByDate puts each record before the first of a later date, if the class is in the order
// of dates; otherwise, and where a date is not known, at the end.
func (l *line) putByDate(list []slot) {
	ordered := slices.IsSortedFunc(l.slots, func(a, b slot) int { return cmp.Compare(dateKey(a.Date), dateKey(b.Date)) })
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b slot) int { return cmp.Compare(dateKey(a.Date), dateKey(b.Date)) })
	for _, s := range list {
		var anchor archive.ID
		if key := dateKey(s.Date); ordered && key != "" {
			if i := slices.IndexFunc(l.slots, func(o slot) bool { return dateKey(o.Date) > key }); i >= 0 {
				anchor = l.slots[i].ID
			}
		}
		l.put([]slot{s}, l.numberOf(anchor))
	}
}

func dateKey(date string) string {
	day, ok := archive.ParseDay(date)
	if !ok {
		return ""
	}
	return day.Digits()
}

// takeOut takes records out of their classes, which close up. A record whose code is no
// number of its series leaves no class.
func (p *planner) takeOut(ctx context.Context, ids []archive.ID) ([]slot, error) {
	held, err := p.a.cat.Holdings(ctx, p.a.sight(), ids)
	if err != nil {
		return nil, err
	}
	if len(held) != len(ids) || len(ids) == 0 {
		return nil, archive.Errorf(archive.NotFound, "find records", "", "%d of %d are there, each named once", len(held), len(ids))
	}
	byID := map[archive.ID]slot{}
	var lines []*line
	for _, h := range held {
		s := slot{Entry: Entry{ID: h.ID, Kind: h.Kind, Code: h.Code, Title: h.Title, Date: h.Date, access: h.Access}}
		l, err := p.lineOf(ctx, h)
		if err != nil {
			return nil, err
		}
		if l != nil {
			s.from = l
			if !slices.Contains(lines, l) {
				lines = append(lines, l)
			}
		}
		byID[h.ID] = s
	}
	moving := map[archive.ID]bool{}
	for _, id := range ids {
		moving[id] = true
	}
	for _, l := range lines {
		l.take(moving)
	}
	list := make([]slot, len(ids))
	for i, id := range ids {
		list[i] = byID[id]
	}
	return list, nil
}

// lineOf opens the class of a record; nil where its code is no number of its series.
func (p *planner) lineOf(ctx context.Context, h archive.Holding) (*line, error) {
	if h.Series == 0 || h.Kind == archive.KindSeries {
		return nil, archive.Errorf(archive.Invalid, "find class of numbers", h.Code, "a %s has no number", h.Kind)
	}
	s, err := p.a.seriesByID(ctx, h.Series)
	if err != nil && archive.KindOf(err) != archive.Invalid {
		return nil, err
	}
	n, ok := s.scheme.Numbered(h.Code)
	if !ok {
		return nil, nil
	}
	if l := p.opened(n.Prefix); l != nil {
		return l, nil
	}
	c, err := p.a.class(ctx, s, n.Class)
	if err != nil {
		return nil, err
	}
	return p.open(c), nil
}

// Reorder plans a new order of a class: all its records, in the order they are to have, go
// under the numbers there are.
func (a *Arranger) Reorder(ctx context.Context, class string, order []archive.ID) (*Plan, error) {
	const op = "reorder class"
	c, err := a.Class(ctx, class)
	if err != nil {
		return nil, archive.Wrap(op, class, err)
	}
	place := map[archive.ID]int{}
	for i, id := range order {
		place[id] = i
	}
	p := a.planner(archive.OpCodeReorder)
	l := p.open(c)
	for _, e := range c.Entries {
		if _, ok := place[e.ID]; !ok {
			return nil, archive.Errorf(archive.Invalid, op, e.Code, "the new order leaves it out")
		}
	}
	if len(place) != len(c.Entries) || len(order) != len(place) {
		return nil, archive.Errorf(archive.Invalid, op, c.Prefix, "the new order names %d records, the class has %d", len(order), len(c.Entries))
	}
	l.order(func(x, y slot) int { return cmp.Compare(place[x.ID], place[y.ID]) })
	plan, err := p.finish(ctx)
	return plan, archive.Wrap(op, class, err)
}

// By is what a class is sorted by when it is renumbered.
type By string

// The orders.
const (
	ByNumber By = ""      // as it is
	ByDate   By = "date"  // undated first
	ByTitle  By = "title" // as written
)

// Renumber plans to number a class from its first number on without gaps, each number once
// and in one width; numbers that a note keeps vacant stay so.
func (a *Arranger) Renumber(ctx context.Context, class string, by By) (*Plan, error) {
	const op = "renumber class"
	c, err := a.Class(ctx, class)
	if err != nil {
		return nil, archive.Wrap(op, class, err)
	}
	p := a.planner(archive.OpCodeRenumber)
	l := p.open(c)
	switch by {
	case ByNumber:
	case ByDate:
		l.order(func(x, y slot) int { return cmp.Compare(dateKey(x.Date), dateKey(y.Date)) })
	case ByTitle:
		l.order(func(x, y slot) int { return bytes.Compare(refcode.SortKey(x.Title), refcode.SortKey(y.Title)) })
	default:
		return nil, archive.Errorf(archive.Invalid, op, string(by), "no such order")
	}
	l.close()
	plan, err := p.finish(ctx)
	return plan, archive.Wrap(op, class, err)
}
