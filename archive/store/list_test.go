package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// ownField is a field of the site's own.
const ownField = store.ExtraColumn + "自定"

// shelf is a small archive of every kind, with what a list says of it computed anew.
type shelf struct {
	*world
	*rand.Rand
	fonds, series, containers []archive.ID
	records                   map[archive.ID]archive.Record
	own                       map[archive.ID]string // a field of the site's own
}

func newShelf(w *world) *shelf {
	s := &shelf{world: w, Rand: rand.New(rand.NewPCG(3, 5)), records: map[archive.ID]archive.Record{}, own: map[archive.ID]string{}}
	w.do(func(tx *store.Tx) error {
		for f := range 2 {
			fonds := &archive.Fonds{Holding: archive.Holding{Kind: archive.KindFonds, Code: fmt.Sprintf("J00%d", f+1), Title: "unit"}}
			if err := s.add(tx, fonds); err != nil {
				return err
			}
			s.fonds = append(s.fonds, fonds.ID)
			for k := range 3 {
				series := &archive.Series{Holding: archive.Holding{Kind: archive.KindSeries, Parent: fonds.ID, Code: fmt.Sprintf("%s-%d", fonds.Code, k), Title: "class"}}
				if err := s.add(tx, series); err != nil {
					return err
				}
				s.series = append(s.series, series.ID)
			}
			if err := s.add(tx, s.vary(&archive.Dossier{}, archive.KindDossier, fonds.ID)); err != nil {
				return err
			}
		}
		for range 120 {
			if err := s.addOne(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, list := range [][]archive.ID{s.fonds, s.series} { // read back what the store filled in
		for _, id := range list {
			s.records[id] = must(w.Record(ctx, all, id))(w)
		}
	}
	return s
}

func (s *shelf) add(tx *store.Tx, r archive.Record) error {
	err := tx.Add(r)
	id := r.Common().ID
	s.records[id] = r
	if err == nil && s.IntN(3) == 0 {
		s.own[id] = fmt.Sprintf("盒%d", s.IntN(20))
		err = tx.SetExtra(id, map[string]string{"自定": s.own[id], "other": "x"})
	}
	return err
}

func (s *shelf) addOne(tx *store.Tx) error {
	series := s.series[s.IntN(len(s.series))]
	switch n := s.IntN(10); {
	case n < 2:
		kind := []archive.HoldingKind{archive.KindVolume, archive.KindBox, archive.KindAlbum}[s.IntN(3)]
		v := s.vary(&archive.Container{}, kind, series)
		s.containers = append(s.containers, 0)
		err := s.add(tx, v)
		s.containers[len(s.containers)-1] = v.Common().ID
		return err
	case n < 4:
		return s.add(tx, s.vary(&archive.Photo{}, archive.KindPhoto, series))
	case n < 5:
		return s.add(tx, s.vary(&archive.Book{}, archive.KindBook, series))
	}
	i := s.vary(&archive.Item{}, archive.KindItem, series).(*archive.Item)
	if len(s.containers) > 0 && s.IntN(2) == 0 {
		i.Parent = s.containers[s.IntN(len(s.containers))]
	}
	if len(s.containers) > 0 && s.IntN(4) == 0 {
		i.Box = s.containers[s.IntN(len(s.containers))]
	}
	return s.add(tx, i)
}

func (s *shelf) vary(r archive.Record, kind archive.HoldingKind, parent archive.ID) archive.Record {
	h := r.Common()
	h.Kind, h.Parent = kind, parent
	if s.IntN(8) > 0 {
		h.Code = fmt.Sprintf("J00%d-%d-%d", 1+s.IntN(2), s.IntN(20), len(s.records))
	}
	h.Title = []string{"alpha", "Beta", "be_ta", "50% off", "gamma ray", ""}[s.IntN(6)]
	h.Date = []string{"", "1965", "19650102", "19650201", "[1966]", "19701231"}[s.IntN(6)]
	h.Year = []int{0, 1965, 1966, 1970}[s.IntN(4)]
	h.Retention = []string{"永久", "Y", "D30", "长期", ""}[s.IntN(5)]
	h.Access = archive.AccessClass(s.IntN(3))
	for _, field := range []struct{ name, value string }{
		{"author", []string{"", "county", "Town"}[s.IntN(3)]}, {"page_count", strconv.Itoa(s.IntN(4))}, {"isbn", []string{"", "7-1"}[s.IntN(2)]},
	} {
		if b, ok := archive.Field(r, field.name); ok {
			_ = b.Set(field.value)
		}
	}
	return r
}

// value is a field of a record as text; "" if it has none.
func (s *shelf) value(r archive.Record, field string) string {
	switch field {
	case "kind":
		return string(r.Common().Kind)
	case ownField:
		return s.own[r.Common().ID]
	}
	b, _ := archive.Field(r, field)
	if b.Value == nil {
		return ""
	}
	return b.Text()
}

// key is what a field is ordered by.
func (s *shelf) key(r archive.Record, field string) string {
	v := s.value(r, field)
	switch field {
	case "code", ownField:
		return string(refcode.SortKey(v))
	case "title":
		return strings.ToLower(v)
	case "date":
		if v = strings.Trim(v, "[]"); v != "" {
			v += strings.Repeat("0", 8-len(v))
		}
	case "year", "page_count":
		return fmt.Sprintf("%09s", v)
	}
	return v
}

// lies tells whether a record is in the scope of a list.
func (s *shelf) lies(r archive.Record, l store.List) bool {
	h := r.Common()
	box := archive.ID(0)
	if b, ok := archive.Field(r, "box"); ok {
		box = *b.Value.(*archive.ID)
	}
	switch {
	case l.Box != 0:
		return box == l.Box
	case l.Whole:
		return true
	case l.Below != 0:
		return h.ID != l.Below && (h.Fonds == l.Below || h.Series == l.Below)
	}
	return h.Parent == l.Parent
}

func (s *shelf) fits(r archive.Record, f store.Filter) bool {
	v, numbers := s.value(r, f.Field), f.Field == "year" || f.Field == "page_count"
	switch f.Match {
	case store.IsEmpty:
		return v == ""
	case store.IsFilled:
		return v != ""
	case store.Contains:
		return strings.Contains(strings.ToLower(v), strings.ToLower(f.Value))
	case store.Equals:
		same := map[string]string{"Y": "永久"}
		if f.Field == "retention" {
			return cmp.Or(same[v], v) == cmp.Or(same[f.Value], f.Value)
		}
		if numbers {
			return cmp.Or(v, "0") == f.Value
		}
		return v == f.Value
	}
	if numbers {
		n, _ := strconv.Atoi(cmp.Or(v, "0"))
		from, _ := strconv.Atoi(f.Value)
		to, err := strconv.Atoi(f.To)
		return n >= from && (err != nil || n <= to)
	}
	k := s.key(r, f.Field)
	switch f.Field {
	case "date": // years in these lists
		return k != "" && (f.Value == "" || k[:4] >= f.Value) && (f.To == "" || k[:4] <= f.To)
	case "code", ownField:
		if f.Field == ownField && v == "" {
			return false
		}
		from, to := string(refcode.SortKey(f.Value)), string(refcode.SortKey(f.To))
		return (f.Value == "" || k >= from) && (f.To == "" || k <= to || strings.HasPrefix(k, to))
	}
	return (f.Value == "" || k >= f.Value) && (f.To == "" || k <= f.To || strings.HasPrefix(k, f.To))
}

// expected computes a list from the records.
func (s *shelf) expected(sight access.Sight, l store.List) []archive.ID {
	var found []archive.Record
	for _, r := range s.records {
		h := r.Common()
		if sight.SeesRow(access.Record{Class: h.Access}) && s.lies(r, l) && (len(l.Kinds) == 0 || slices.Contains(l.Kinds, h.Kind)) && (l.Year == 0 || h.Year == l.Year) &&
			!slices.ContainsFunc(l.Where, func(f store.Filter) bool { return !s.fits(r, f) }) {
			found = append(found, r)
		}
	}
	last := len(l.Order) > 0 && l.Order[len(l.Order)-1].Desc
	slices.SortFunc(found, func(a, b archive.Record) int {
		for _, o := range append(slices.Clone(l.Order), store.Order{Field: "code", Desc: last}) {
			if c := cmp.Compare(s.key(a, o.Field), s.key(b, o.Field)); c != 0 {
				return map[bool]int{true: -c, false: c}[o.Desc]
			}
		}
		c := cmp.Compare(a.Common().ID, b.Common().ID)
		return map[bool]int{true: -c, false: c}[last]
	})
	ids := make([]archive.ID, len(found))
	for i, r := range found {
		ids[i] = r.Common().ID
	}
	return ids
}

// someList is a list as somebody might ask for.
func (s *shelf) someList() store.List {
	l := []store.List{
		{}, {Whole: true}, {Whole: true}, {Below: s.fonds[s.IntN(2)]}, {Below: s.fonds[s.IntN(2)]}, {Below: s.series[s.IntN(6)]},
		{Parent: s.fonds[s.IntN(2)]}, {Parent: s.series[s.IntN(6)]}, {Parent: s.containers[s.IntN(len(s.containers))]}, {Box: s.containers[s.IntN(len(s.containers))]},
	}[s.IntN(10)]
	if s.IntN(2) == 0 {
		kinds := archive.Kinds()
		s.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		l.Kinds = append(kinds[:1+s.IntN(4)], archive.KindItem)
		slices.Sort(l.Kinds)
		l.Kinds = slices.Compact(l.Kinds)
	}
	if s.IntN(4) == 0 {
		l.Year = 1965
	}
	for range s.IntN(3) {
		l.Order = append(l.Order, store.Order{
			Field: []string{"code", "date", "date", "title", "year", "retention", "author", "page_count", "kind", "isbn", ownField}[s.IntN(11)], Desc: s.IntN(2) == 0})
	}
	for range s.IntN(3) {
		l.Where = append(l.Where, []store.Filter{
			{Field: "title", Match: store.Contains, Value: []string{"BET", "_", "0%", "zz"}[s.IntN(4)]}, {Field: "title", Match: store.IsEmpty},
			{Field: "title", Match: store.Between, Value: "b", To: "beta"}, {Field: "author", Match: store.Equals, Value: "county"},
			{Field: "author", Match: store.IsFilled}, {Field: "isbn", Match: store.IsEmpty}, {Field: "retention", Match: store.Equals, Value: "Y"},
			{Field: "retention", Match: store.Equals, Value: "长期"}, {Field: "year", Match: store.Between, Value: "1966"}, {Field: "year", Match: store.IsEmpty},
			{Field: "page_count", Match: store.Between, To: "2"}, {Field: "page_count", Match: store.Equals, Value: "3"},
			{Field: "date", Match: store.Between, Value: "1965", To: "1966"}, {Field: "date", Match: store.Between, To: "1965"},
			{Field: "code", Match: store.Between, Value: "J001-3", To: "J001-10"}, {Field: "code", Match: store.IsEmpty},
			{Field: "code", Match: store.Contains, Value: "-1"}, {Field: ownField, Match: store.Equals, Value: "盒3"}, {Field: ownField, Match: store.IsEmpty},
			{Field: ownField, Match: store.IsFilled}, {Field: ownField, Match: store.Contains, Value: "1"},
			{Field: ownField, Match: store.Between, Value: "盒4", To: "盒11"}, {Field: ownField, Match: store.Between, To: "盒9"},
		}[s.IntN(23)])
	}
	return l
}

func TestListsAgreeWithTheRecords(t *testing.T) {
	onBoth(t, func(w *world) {
		s := newShelf(w)
		for n := range 300 {
			l, sight := s.someList(), []access.Sight{all, access.Only(0, 2)}[s.IntN(2)]
			if at := max(l.Below, l.Parent); at != 0 && !sight.SeesRow(access.Record{Class: s.records[at].Common().Access}) {
				sight = all
			}
			want := s.expected(sight, l)
			got, err := w.Children(ctx, sight, l)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("list %d %+v:\ngot  %v, %v\nwant %v", n, l, got, err, want)
			}
			first := 1 + s.IntN(5)
			if got, err := w.First(ctx, sight, l, first); err != nil || !slices.Equal(got, want[:min(first, len(want))]) {
				t.Fatalf("first %d of list %d %+v: got %v, %v, want %v", first, n, l, got, err, want)
			}
			if sum, known, err := w.Total(ctx, sight, l); err != nil || known && sum != len(want) {
				t.Fatalf("total of list %d %+v: %d, %v, want %d", n, l, sum, err, len(want))
			}
			s.compareNear(sight, l)
			s.compareRows(sight, want)
		}
	})
}

func (s *shelf) compareNear(sight access.Sight, l store.List) {
	s.Helper()
	l.Order = nil
	code := fmt.Sprintf("J00%d-%d", 1+s.IntN(2), s.IntN(20))
	var want archive.ID
	for _, id := range s.expected(sight, l) {
		if s.key(s.records[id], "code") >= string(refcode.SortKey(code)) {
			want = id
			break
		}
	}
	if got, err := s.Near(ctx, sight, l, code); err != nil || got != want {
		s.Fatalf("near %s in %+v: got %s, %v, want %s", code, l, got, err, want)
	}
}

func (s *shelf) compareRows(sight access.Sight, list []archive.ID) {
	s.Helper()
	columns := []string{"code", "kind", "author", "page_count", "isbn", store.ColumnPages, "year", ownField}
	rows := must(s.Rows(ctx, sight, list, columns))(s.world)
	if len(rows) != len(list) {
		s.Fatalf("%d rows of %d", len(rows), len(list))
	}
	for i, row := range rows {
		r := s.records[list[i]]
		for k, c := range columns {
			want := s.value(r, c)
			if row.ID != list[i] || row.Cells[k] != want {
				s.Fatalf("%s of %s: got %q, want %q", c, row.ID, row.Cells[k], want)
			}
		}
	}
}

func TestListsRefuse(t *testing.T) {
	onBoth(t, func(w *world) {
		for _, l := range []store.List{
			{Where: []store.Filter{{Field: "shelf", Match: store.Equals}}}, {Where: []store.Filter{{Field: "title", Match: "like"}}},
			{Where: []store.Filter{{Field: "year", Match: store.Equals, Value: "last"}}}, {Where: []store.Filter{{Field: "year", Match: store.Between, To: "x"}}},
			{Where: []store.Filter{{Field: "year", Match: store.Contains, Value: "1"}}}, {Where: []store.Filter{{Field: "title", Match: store.Equals, Value: "\xff"}}},
			{Order: []store.Order{{Field: "box"}}}, {Order: []store.Order{{Field: store.ExtraColumn}}}, {Where: []store.Filter{{Field: store.ExtraColumn + "\x00", Match: store.IsEmpty}}},
		} {
			if _, err := w.Children(ctx, all, l); archive.KindOf(err) != archive.Invalid {
				t.Errorf("%+v: %v", l, err)
			}
		}
		if _, err := w.Rows(ctx, all, nil, []string{"shelf"}); archive.KindOf(err) != archive.Invalid {
			t.Errorf("an unknown column: %v", err)
		}
	})
}
