package arrange

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// Span is a run of numbers, both ends included.
type Span struct {
	From string `json:"from"` // codes
	To   string `json:"to"`
	N    int    `json:"n"`
}

// Twice is a number that several records have, written in different widths.
type Twice struct {
	Number int      `json:"number"`
	Codes  []string `json:"codes"`
}

// Numbering is what can be said of the numbers of a class (rules C05 and C11).
type Numbering struct {
	Prefix string            `json:"prefix"`
	Series archive.ID        `json:"series"`
	State  archive.Arranged  `json:"state"`
	N      int               `json:"n"`      // records
	First  int               `json:"first"`  // number
	Last   int               `json:"last"`   // number
	Gaps   []Span            `json:"gaps"`   // not used, and no note says why
	Twice  []Twice           `json:"twice"`  //
	Widths []int             `json:"widths"` // digits of the numbers in use; several are odd
	Vacant []archive.Vacancy `json:"vacant"` // not used, with the note that says why
	Next   string            `json:"next"`   // the code behind the last; empty when the class is full

	prefixes []string // with that of the class it lies in
}

// Sound tells whether the numbers run on from the first, each once, or are explained.
func (n Numbering) Sound() bool { return len(n.Gaps) == 0 && len(n.Twice) == 0 }

// counted gathers the numbers of one class.
type counted struct {
	series series
	values refcode.Values
	within string // a code of the class, to find what it lies in
	codes  []numberedCode
}

type numberedCode struct {
	number, width int32
	id            archive.ID
}

// Numberings reads the classes whose codes begin with below: a 类别档号, a 全宗号, or any
// part of codes; "" reads the whole archive. tell is called now and then with how many
// codes were read. Classes come by prefix.
func (a *Arranger) Numberings(ctx context.Context, below string, tell func(read int)) ([]Numbering, error) {
	const op = "read numbers"
	below = refcode.Normalise(below)
	found := map[string]*counted{}
	all := map[archive.ID]series{}
	only, err := a.apart(ctx, below)
	if err != nil {
		return nil, archive.Wrap(op, below, err)
	}
	if only != 0 {
		number, _, _ := strings.Cut(below, refcode.Dash)
		below = number + refcode.Dash
	}
	read := 0
	for after := ""; ; {
		list, err := a.cat.CodesFrom(ctx, everything(), below, after, window)
		if err != nil {
			return nil, archive.Wrap(op, below, err)
		}
		for _, h := range list {
			after = h.Code
			if only != 0 && h.Series != only {
				continue
			}
			if err := a.count(ctx, h, all, found); err != nil {
				return nil, archive.Wrap(op, h.Code, err)
			}
		}
		read += len(list)
		tell(read)
		if len(list) < window {
			break
		}
	}
	var out []Numbering
	for _, prefix := range slices.Sorted(maps.Keys(found)) {
		n, err := a.numbering(ctx, prefix, found[prefix])
		if err != nil {
			return nil, archive.Wrap(op, prefix, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// apart gives the series that a 类别档号 names, where its codes do not begin with it.
func (a *Arranger) apart(ctx context.Context, code string) (archive.ID, error) {
	h, err := a.cat.HoldingByCode(ctx, everything(), code)
	if archive.KindOf(err) == archive.NotFound || err == nil && h.Kind != archive.KindSeries {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	s, err := a.seriesByID(ctx, h.ID)
	if archive.KindOf(err) == archive.Invalid || err == nil && !apart(s.Series, s.scheme) {
		return 0, nil
	}
	return h.ID, err
}

// count puts a code with those of its class. Codes that do not fit are rule C02's.
func (a *Arranger) count(ctx context.Context, h archive.Holding, all map[archive.ID]series, found map[string]*counted) error {
	if h.Kind == archive.KindFonds || h.Kind == archive.KindSeries || h.Kind == archive.KindBox || h.Series == 0 {
		return nil
	}
	s, ok := all[h.Series]
	if !ok {
		var err error
		if s, err = a.seriesByID(ctx, h.Series); err != nil && archive.KindOf(err) != archive.Invalid {
			return err
		}
		all[h.Series] = s
	}
	n, ok := s.scheme.Numbered(h.Code)
	if !ok || n.Number > math.MaxInt32 { // no class counts so far: the code is wrong, as its check says
		return nil
	}
	c := found[n.Prefix]
	if c == nil {
		c = &counted{series: s, values: n.Class, within: h.Code}
		found[n.Prefix] = c
	}
	c.codes = append(c.codes, numberedCode{int32(n.Number), int32(n.Width), h.ID}) //nolint:gosec // a code has no 2³¹ digits
	return nil
}

func (a *Arranger) numbering(ctx context.Context, prefix string, c *counted) (Numbering, error) {
	s := c.series
	n := Numbering{Prefix: prefix, Series: s.ID, N: len(c.codes), Gaps: []Span{}, Twice: []Twice{}, Vacant: []archive.Vacancy{}}
	var err error
	n.prefixes = s.scheme.Prefixes(c.within)
	if n.State, err = a.cat.Arranged(ctx, s.ID, n.prefixes...); err != nil {
		return n, err
	}
	slices.SortFunc(c.codes, func(a, b numberedCode) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.width, b.width))
	})
	width := 0
	for _, one := range c.codes {
		width = max(width, int(one.width))
		if !slices.Contains(n.Widths, int(one.width)) && len(n.Widths) < 8 {
			n.Widths = append(n.Widths, int(one.width))
		}
	}
	n.First, n.Last = int(c.codes[0].number), int(c.codes[len(c.codes)-1].number)
	at := func(number int) string { // a number inside the class: it fits
		code, _ := s.scheme.Nth(c.values, number, width)
		return code
	}
	vacant, err := a.vacancies(ctx, s, prefix)
	if err != nil {
		return n, err
	}
	noted := map[int]bool{}
	last := n.Last
	used := func(number int) bool {
		_, ok := slices.BinarySearchFunc(c.codes, number, func(c numberedCode, n int) int { return cmp.Compare(int(c.number), n) })
		return ok
	}
	for _, v := range vacant {
		if m, ok := s.scheme.Numbered(v.Code); ok && m.Prefix == prefix && !used(m.Number) {
			n.Vacant = append(n.Vacant, v)
			noted[m.Number] = true
			last = max(last, m.Number)
		}
	}
	n.Gaps, n.Twice = gaps(c.codes, s.scheme.SeqStart, noted, at), twice(c, at)
	n.Next = at(last + 1)
	return n, nil
}

// gaps lists the runs of numbers that nobody has and no note explains.
func gaps(codes []numberedCode, start int, noted map[int]bool, at func(int) string) []Span {
	list := []Span{}
	next := start
	for _, one := range codes {
		for number := int(one.number); next < number; next++ {
			if noted[next] {
				continue
			}
			from := next
			for next+1 < number && !noted[next+1] {
				next++
			}
			list = append(list, Span{at(from), at(next), next - from + 1})
		}
		next = max(next, int(one.number)+1)
	}
	return list
}

// twice lists the numbers that stand more than once.
func twice(c *counted, at func(int) string) []Twice {
	list := []Twice{}
	for i := 0; i < len(c.codes); {
		j := i
		for j < len(c.codes) && c.codes[j].number == c.codes[i].number {
			j++
		}
		if j-i > 1 {
			t := Twice{Number: int(c.codes[i].number)}
			for _, one := range c.codes[i:j] {
				code, err := c.series.scheme.Nth(c.values, int(one.number), int(one.width))
				if err != nil {
					code = at(int(one.number))
				}
				t.Codes = append(t.Codes, code)
			}
			list = append(list, t)
		}
		i = j
	}
	return list
}
