package arrange

import (
	"cmp"
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
)

// window is how many codes are read at a time.
const window = 2000

// Class is one class of numbers.
type Class struct {
	Prefix  string            `json:"prefix"` // what its codes begin with: "Z109-WS·2011-Y-BGS-"
	Series  archive.ID        `json:"series"`
	Within  archive.ID        `json:"within"` // the volume or album it is the inside of, or zero
	State   archive.Arranged  `json:"state"`
	Entries []Entry           `json:"entries"` // by number
	Vacant  []archive.Vacancy `json:"vacant"`

	series series
	values refcode.Values
	width  int // digits of its numbers

	n       int // codes that begin with the prefix, and the highest of them, when the class was read
	highest string
}

// Entry is a record of a class.
type Entry struct {
	ID     archive.ID          `json:"id"`
	Kind   archive.HoldingKind `json:"kind"`
	Code   string              `json:"code"`
	Title  string              `json:"title"`
	Date   string              `json:"date"`
	Number int                 `json:"number"`

	access archive.AccessClass
	width  int
}

// Class reads a class by what its codes begin with, the last separator given or not, or
// by the code of one of its records; the code of a volume means what lies in the volume.
// It is NotFound where no series has such codes.
func (a *Arranger) Class(ctx context.Context, name string) (Class, error) {
	const op = "find class of numbers"
	name = refcode.Normalise(name)
	s, err := a.seriesOf(ctx, name, "", func(s refcode.Scheme) error {
		if _, ok := s.ReadClass(name); ok {
			return nil
		}
		if _, ok := s.Numbered(name); ok {
			return nil
		}
		return archive.Errorf(archive.Invalid, op, name, "no class of numbers of the series")
	})
	if err != nil {
		return Class{}, err
	}
	// The code of a volume is also what the codes inside it begin with: where the volume is
	// held, the inside is meant.
	n, numbered := s.scheme.Numbered(name)
	values, inside := s.scheme.ReadClass(name)
	if numbered && inside {
		h, err := a.cat.HoldingByCode(ctx, a.sight(), name)
		numbered = err == nil && h.Kind.IsSingle() || archive.KindOf(err) == archive.NotFound
		if err != nil && archive.KindOf(err) != archive.NotFound {
			return Class{}, err
		}
	}
	if numbered {
		values = n.Class
	}
	c, err := a.class(ctx, s, values)
	return c, archive.Wrap(op, name, err)
}

// class reads the class that values describe.
func (a *Arranger) class(ctx context.Context, s series, values refcode.Values) (Class, error) {
	prefix, err := s.scheme.Prefix(values)
	if err != nil {
		return Class{}, err
	}
	first, err := s.scheme.Nth(values, max(s.scheme.SeqStart, 1), 0)
	if err != nil {
		return Class{}, err
	}
	c := Class{Prefix: prefix, Series: s.ID, series: s, values: values}
	if c.State, err = a.cat.Arranged(ctx, s.ID, s.scheme.Prefixes(first)...); err != nil {
		return Class{}, err
	}
	if c.n, c.highest, err = a.cat.CountCodes(ctx, prefix); err != nil {
		return Class{}, err
	}
	var kinds []archive.HoldingKind
	if s.scheme.KindIn(s.Holds, first).IsContainer() {
		kinds = []archive.HoldingKind{archive.KindVolume, archive.KindAlbum}
	}
	for after := ""; ; {
		list, err := a.cat.CodesFrom(ctx, everything(), prefix, after, window, kinds...)
		if err != nil {
			return Class{}, err
		}
		for _, h := range list {
			if n, ok := s.scheme.Numbered(h.Code); ok && n.Prefix == prefix && h.Series == s.ID {
				c.Entries = append(c.Entries, entryOf(h, n))
				c.width = max(c.width, n.Width)
			}
			after = h.Code
		}
		if len(list) < window {
			break
		}
	}
	slices.SortStableFunc(c.Entries, byNumber)
	if err := a.mask(ctx, c.Entries); err != nil {
		return Class{}, err
	}
	if up, ok := s.scheme.Parent(first); ok {
		h, err := a.cat.HoldingByCode(ctx, everything(), up)
		if err == nil && h.Code == up {
			c.Within = h.ID
		} else if err != nil && archive.KindOf(err) != archive.NotFound {
			return Class{}, err
		}
	}
	vacant, err := a.vacancies(ctx, s, prefix)
	for _, v := range vacant {
		if n, ok := s.scheme.Numbered(v.Code); ok && n.Prefix == prefix {
			c.Vacant = append(c.Vacant, v)
		}
	}
	return c, err
}

// vacancies are the notes on numbers of a class; why a number is vacant hears who may see
// the series.
func (a *Arranger) vacancies(ctx context.Context, s series, prefix string) ([]archive.Vacancy, error) {
	list, err := a.cat.Vacancies(ctx, prefix)
	if !a.sight().SeesRow(access.Of(s.Holding)) {
		for i := range list {
			list[i].Reason = ""
		}
	}
	return list, err
}

// mask takes away what is said of records that may not be seen; their numbers count all
// the same.
func (a *Arranger) mask(ctx context.Context, list []Entry) error {
	if a.sight().Everything() {
		return nil
	}
	ids := make([]archive.ID, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	seen, err := a.seen(ctx, ids)
	for i := range list {
		if e := &list[i]; !seen[e.ID] {
			e.Title, e.Date = "", ""
		}
	}
	return err
}

// seen tells which of some records may be seen.
func (a *Arranger) seen(ctx context.Context, ids []archive.ID) (map[archive.ID]bool, error) {
	seen := make(map[archive.ID]bool, len(ids))
	held, err := a.cat.Holdings(ctx, a.sight(), ids)
	for _, h := range held {
		seen[h.ID] = true
	}
	return seen, err
}

func entryOf(h archive.Holding, n refcode.Numbered) Entry {
	return Entry{ID: h.ID, Kind: h.Kind, Code: h.Code, Title: h.Title, Date: h.Date, Number: n.Number, access: h.Access, width: n.Width}
}

func byNumber(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Code, b.Code))
}

// Next is the code of the number behind the last of the class.
func (c Class) Next() (string, error) {
	n := c.series.scheme.SeqStart
	for _, e := range c.Entries {
		n = max(n, e.Number+1)
	}
	for _, v := range c.Vacant { // a number that is vacant by a note stays so
		n = max(n, c.series.scheme.Number(v.Code)+1)
	}
	return c.code(n)
}

func (c Class) code(number int) (string, error) {
	return c.series.scheme.Nth(c.values, number, c.width)
}

// parent is what the records of the class lie in.
func (c Class) parent() archive.ID {
	if c.Within != 0 {
		return c.Within
	}
	return c.Series
}

// vacancies are the numbers that a note keeps vacant.
func (c Class) vacancies() map[int]bool {
	at := map[int]bool{}
	for _, v := range c.Vacant {
		at[c.series.scheme.Number(v.Code)] = true
	}
	return at
}
