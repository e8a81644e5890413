package main

import (
	"fmt"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func itemKinds() []archive.HoldingKind { return []archive.HoldingKind{archive.KindItem} }

// scope is where a list is asked for.
type scope struct {
	name string
	list func() store.List
}

func (b *catalogueBench) scopes() []scope {
	byItem := func() archive.ID {
		for {
			if s := b.series[b.rnd.IntN(len(b.series))]; b.sizes[s.ID] > 0 {
				return s.ID
			}
		}
	}
	largest := func(ids []archive.ID) archive.ID {
		return slices.MaxFunc(ids, func(a, c archive.ID) int { return b.sizes[a] - b.sizes[c] })
	}
	var fonds, series []archive.ID
	for _, f := range b.fonds {
		fonds = append(fonds, f.ID)
	}
	for _, s := range b.series {
		series = append(series, s.ID)
	}
	return []scope{
		{"archive", func() store.List { return store.List{Whole: true} }},
		{"largest fonds", func() store.List { return store.List{Below: largest(fonds)} }},
		{"a fonds", func() store.List { return store.List{Below: fonds[b.rnd.IntN(len(fonds))]} }},
		{"largest series", func() store.List { return store.List{Below: largest(series)} }},
		{"a series", func() store.List { return store.List{Below: byItem()} }},
	}
}

// choice is a sort or a filter that somebody chooses.
type choice struct {
	name    string
	indexed func(store.List) bool
	choose  func(*store.List)
}

func (b *catalogueBench) choices() []choice {
	always := func(store.List) bool { return true }
	order := func(fields ...string) func(*store.List) {
		return func(l *store.List) {
			desc := b.rnd.IntN(2) == 0
			for _, f := range fields {
				l.Order = append(l.Order, store.Order{Field: f, Desc: desc})
			}
		}
	}
	where := func(field string, match store.Match, values ...string) func(*store.List) {
		return func(l *store.List) {
			l.Where = append(l.Where, store.Filter{Field: field, Match: match, Value: values[b.rnd.IntN(len(values))]})
		}
	}
	return []choice{
		{"档号", always, order("code")},
		{"日期", func(l store.List) bool { return !l.Whole }, order("date")},
		{"年度 is one", always, func(l *store.List) { l.Year = 1950 + b.rnd.IntN(71) }},
		{"保管期限 is one", always, where("retention", store.Equals, "永久", "长期", "短期", "定期30年", "定期10年")},
		{"年度", nil, order("year")},
		{"保管期限, 年度", nil, order("retention", "year")},
		{"题名", nil, order("title")},
		{"责任者", nil, order("author")},
		{"题名 contains", nil, where("title", store.Contains, "防汛", "婚姻登记", "知识青年", "任免", "人民代表大会")},
		{"责任者 is one", nil, where("author", store.Equals, "青禾区水利局", "青禾区人民政府", "云川市人民政府")},
	}
}

// firstWindows measures what is seen first: 200 ids, and their rows.
func (b *catalogueBench) firstWindows() error {
	for _, c := range b.choices() {
		for _, s := range b.scopes() {
			if c.indexed == nil || !c.indexed(s.list()) {
				continue
			}
			if err := b.measure("first window  "+c.name+", "+s.name, b.n, goalFirst, func() error {
				l := s.list()
				l.Kinds = itemKinds()
				c.choose(&l)
				b.floor.list(l, windowRows, b.series)
				ids, err := b.cat.First(b.ctx, access.All(), l, windowRows)
				if err != nil {
					return err
				}
				_, err = b.cat.Rows(b.ctx, access.All(), ids, columnsShown)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// wholeLists measures the whole slice of ids with its total.
func (b *catalogueBench) wholeLists() error {
	for _, c := range b.choices() {
		for _, s := range b.scopes()[:4] {
			goal, kind := goalSorted, "sorted "
			if c.indexed != nil && c.indexed(s.list()) {
				goal, kind = goalIndexed, "indexed"
			}
			if err := b.measure("whole "+kind+" "+c.name+", "+s.name, catalogueReruns, goal, func() error {
				l := s.list()
				l.Kinds = itemKinds()
				c.choose(&l)
				b.floor.list(l, 0, b.series)
				total, known, err := b.cat.Total(b.ctx, access.All(), l)
				if err != nil {
					return err
				}
				ids, err := b.cat.Children(b.ctx, access.All(), l)
				if err == nil && known && total != len(ids) {
					err = fmt.Errorf("%d of %d records are listed", len(ids), total)
				}
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
