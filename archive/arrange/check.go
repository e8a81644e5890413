package arrange

import (
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/refcode"
)

// Vocabulary lists the values of an element of a fonds' codes for a year; nil where there
// is no list (rule C04).
type Vocabulary func(fonds archive.Fonds, element string, year int) []string

// Place gathers what a record is held against in its place. A new record has ID zero and
// its Parent set; of one that is kept its code as kept is read.
func (a *Arranger) Place(ctx context.Context, r archive.Record, vocabulary Vocabulary) (refcode.InPlace, error) {
	p, err := newChecker(a, vocabulary).place(ctx, r)
	return p, archive.Wrap("check record", r.Common().Code, err)
}

// Check lists what is wrong with a record in its place, by all rules, C01 and gaps of C05
// with them.
func (a *Arranger) Check(ctx context.Context, r archive.Record, vocabulary Vocabulary) ([]refcode.Problem, error) {
	k := newChecker(a, vocabulary)
	p, err := k.place(ctx, r)
	if err != nil {
		return nil, archive.Wrap("check record", r.Common().Code, err)
	}
	problems := p.Check()
	held, err := k.held(ctx, p)
	return append(held, problems...), archive.Wrap("check record", r.Common().Code, err)
}

// CheckNew does so for records that are not registered yet, each by itself: what one of
// them has against another is not looked at. Each class is read once.
func (a *Arranger) CheckNew(ctx context.Context, list []archive.Record, vocabulary Vocabulary) ([][]refcode.Problem, error) {
	k := newChecker(a, vocabulary)
	all := make([][]refcode.Problem, len(list))
	for i, r := range list {
		p, err := k.place(ctx, r)
		if err != nil {
			return nil, archive.Wrap("check records", r.Common().Code, err)
		}
		held, err := k.held(ctx, p)
		if err != nil {
			return nil, archive.Wrap("check records", r.Common().Code, err)
		}
		all[i] = append(held, p.Check()...)
	}
	return all, nil
}

// held is what the catalogue says against a code: C01, and C05 where numbers before it are
// not used.
func (k *checker) held(ctx context.Context, p refcode.InPlace) ([]refcode.Problem, error) {
	h := p.Record.Common()
	code := refcode.Normalise(h.Code)
	if code == "" || code == p.Was {
		return nil, nil
	}
	at, err := k.a.cat.HoldingByCode(ctx, everything(), code)
	if err == nil && at.Code != code { // only who may see the record hears what its code is now
		at, err = k.a.cat.HoldingByCode(ctx, k.a.sight(), code)
	}
	n, numbered := p.Scheme.Numbered(code)
	switch {
	case err == nil && at.Code == code && at.ID != h.ID:
		taken := refcode.Problem{Rule: "C01", Code: refcode.Taken, Field: "code", Value: code}
		if numbered {
			c, err := k.read(ctx, series{p.Series, p.Scheme}, n)
			if err != nil {
				return nil, err
			}
			taken.Want, _ = c.Next()
		}
		return []refcode.Problem{taken}, nil
	case err == nil && at.Code != code && at.ID != h.ID:
		return []refcode.Problem{{Rule: "C01", Code: refcode.WasTaken, Field: "code", Value: code, Want: at.Code, Warning: true}}, nil
	case err != nil && archive.KindOf(err) != archive.NotFound:
		return nil, err
	}
	if !numbered {
		return nil, nil
	}
	c, err := k.read(ctx, series{p.Series, p.Scheme}, n)
	if err != nil {
		return nil, err
	}
	next, vacant := p.Scheme.SeqStart, c.vacancies()
	for _, e := range c.Entries {
		if e.Number < n.Number {
			next = max(next, e.Number+1)
		}
	}
	for next < n.Number && vacant[next] {
		next++
	}
	if next >= n.Number {
		return nil, nil
	}
	want, err := c.code(next)
	return []refcode.Problem{{Rule: "C05", Code: refcode.Gap, Field: "code", Element: n.Element, Value: code, Want: want, Warning: true}}, err
}

// MayAdd refuses a new record in a class that is no longer arranged, unless it takes the
// number behind the last. before are codes that are added in the same go, before it. The
// error is NotAllowed, its cause refcode.Problems.
func (a *Arranger) MayAdd(ctx context.Context, s archive.Series, scheme refcode.Scheme, code string, before ...string) error {
	const op = "add late record"
	next, err := a.LateCode(ctx, s, scheme, code)
	for n, _ := scheme.Numbered(code); err == nil && next != "" && next != code && slices.Contains(before, next); {
		next, err = scheme.Next(n.Class, next)
	}
	if err != nil || next == "" || next == code {
		return archive.Wrap(op, code, err)
	}
	return archive.WrapAs(archive.NotAllowed, op, code, refcode.Problems{{Rule: "C09", Code: refcode.NotLast, Field: "code", Value: code, Want: next}})
}

// LateCode is the code that a new record of the class of a code has to take: the one behind
// the last, when the class is filed or accessioned; "" while it is arranged.
func (a *Arranger) LateCode(ctx context.Context, s archive.Series, scheme refcode.Scheme, code string) (string, error) {
	n, ok := scheme.Numbered(code)
	if !ok {
		return "", nil
	}
	state, err := a.cat.Arranged(ctx, s.ID, scheme.Prefixes(code)...)
	if err != nil || state == archive.Arranging {
		return "", err
	}
	c, err := a.class(ctx, series{s, scheme}, n.Class)
	if err != nil {
		return "", err
	}
	return c.Next()
}

// checker keeps what many records are held against.
type checker struct {
	a          *Arranger
	vocabulary Vocabulary
	fonds      map[archive.ID]archive.Fonds
	series     map[archive.ID]series
	states     map[string]archive.Arranged
	highest    map[string]string
	classes    map[string]Class
	above      map[archive.ID]archive.Record // parents and boxes
}

func newChecker(a *Arranger, vocabulary Vocabulary) *checker {
	return &checker{a: a, vocabulary: vocabulary, fonds: map[archive.ID]archive.Fonds{}, series: map[archive.ID]series{},
		states: map[string]archive.Arranged{}, highest: map[string]string{}, classes: map[string]Class{}, above: map[archive.ID]archive.Record{}}
}

func (k *checker) place(ctx context.Context, r archive.Record) (refcode.InPlace, error) {
	h := r.Common()
	p := refcode.InPlace{Record: r, Now: k.a.now()}
	seriesID, fondsID := h.Series, h.Fonds
	if h.Parent != 0 {
		up, err := k.record(ctx, h.Parent)
		if err != nil {
			return p, err
		}
		at := up.Common()
		seriesID, fondsID = at.Series, at.Fonds
		switch at.Kind {
		case archive.KindSeries:
			seriesID = at.ID
		case archive.KindFonds:
		default:
			p.Parent = up
		}
	}
	if h.Kind == archive.KindSeries || h.Kind == archive.KindFonds {
		seriesID = 0
	}
	if err := k.surround(ctx, &p, seriesID, fondsID); err != nil {
		return p, err
	}
	if item, ok := archive.Field(r, "box"); ok {
		if id, ok := item.Value.(*archive.ID); ok && *id != 0 {
			box, err := k.record(ctx, *id)
			if err != nil {
				return p, err
			}
			p.Box = box
		}
	}
	if h.ID != 0 {
		kept, err := k.a.cat.Holding(ctx, everything(), h.ID)
		if err != nil {
			return p, err
		}
		p.Was = kept.Code
	}
	return p, k.class(ctx, &p)
}

// surround finds series and fonds, and the vocabulary of the fonds.
func (k *checker) surround(ctx context.Context, p *refcode.InPlace, seriesID, fondsID archive.ID) error {
	if seriesID != 0 {
		s, ok := k.series[seriesID]
		if !ok {
			var err error
			// A scheme that cannot be read fits no code, and the check says so.
			if s, err = k.a.seriesByID(ctx, seriesID); err != nil && archive.KindOf(err) != archive.Invalid {
				return err
			}
			k.series[seriesID] = s
		}
		p.Series, p.Scheme = s.Series, s.scheme
	}
	if fondsID == 0 {
		return nil
	}
	f, ok := k.fonds[fondsID]
	if !ok {
		var err error
		if f, err = k.a.cat.FondsByID(ctx, everything(), fondsID); err != nil && archive.KindOf(err) != archive.NotFound {
			return err
		}
		k.fonds[fondsID] = f
	}
	p.Fonds = f
	if k.vocabulary != nil {
		p.Allowed = func(element string, year int) []string { return k.vocabulary(f, element, year) }
	}
	return nil
}

// class finds state and highest code of the record's class.
func (k *checker) class(ctx context.Context, p *refcode.InPlace) error {
	n, ok := p.Scheme.Numbered(refcode.Normalise(p.Record.Common().Code))
	if !ok {
		return nil
	}
	state, ok := k.states[n.Prefix]
	if !ok {
		var err error
		if state, err = k.a.cat.Arranged(ctx, p.Series.ID, p.Scheme.Prefixes(refcode.Normalise(p.Record.Common().Code))...); err != nil {
			return err
		}
		k.states[n.Prefix] = state
	}
	p.State = state
	highest, ok := k.highest[n.Prefix]
	if !ok {
		c, err := k.read(ctx, series{p.Series, p.Scheme}, n)
		if err != nil {
			return err
		}
		for _, e := range c.Entries {
			if e.ID != p.Record.Common().ID || p.Record.Common().ID == 0 {
				highest = e.Code
			}
		}
		k.highest[n.Prefix] = highest
	}
	p.Highest = highest
	return nil
}

// read is a class of numbers, with all that it holds.
func (k *checker) read(ctx context.Context, s series, n refcode.Numbered) (Class, error) {
	if c, ok := k.classes[n.Prefix]; ok {
		return c, nil
	}
	c, err := k.a.class(ctx, s, n.Class)
	if err == nil {
		k.classes[n.Prefix] = c
	}
	return c, err
}

func (k *checker) record(ctx context.Context, id archive.ID) (archive.Record, error) {
	if r, ok := k.above[id]; ok {
		return r, nil
	}
	r, err := k.a.cat.Record(ctx, everything(), id)
	if err != nil {
		return nil, err
	}
	if len(k.above) >= mostAbove {
		clear(k.above)
	}
	k.above[id] = r
	return r, nil
}

// mostAbove bounds how many volumes and boxes a checker remembers.
const mostAbove = 10_000

// Found is what is wrong with one record.
type Found struct {
	ID       archive.ID          `json:"id"`
	Kind     archive.HoldingKind `json:"kind"`
	Code     string              `json:"code"`
	Title    string              `json:"title"`
	Problems []refcode.Problem   `json:"problems"`
}

// CheckAll checks the records whose codes begin with below, as Numberings takes it, by the
// rules C02 to C11, and hands out those with problems. It returns how many it read. Gaps
// and numbers that stand twice are told by Numberings; the catalogue keeps C01 itself.
func (a *Arranger) CheckAll(ctx context.Context, below string, vocabulary Vocabulary, tell func(read int), fn func(Found) error) (read int, err error) {
	const op = "check codes"
	below = refcode.Normalise(below)
	k := newChecker(a, vocabulary)
	for after := ""; ; {
		list, err := a.cat.CodesFrom(ctx, a.sight(), below, after, window/4)
		if err != nil {
			return read, archive.Wrap(op, below, err)
		}
		ids := make([]archive.ID, len(list))
		for i, h := range list {
			ids[i], after = h.ID, h.Code
		}
		records, err := a.cat.Records(ctx, a.sight(), ids)
		if err != nil {
			return read, archive.Wrap(op, below, err)
		}
		for _, r := range records {
			h := r.Common()
			p, err := k.kept(ctx, r)
			if err != nil {
				return read, archive.Wrap(op, h.Code, err)
			}
			if problems := p.Check(); len(problems) > 0 {
				if err := fn(Found{h.ID, h.Kind, h.Code, h.Title, problems}); err != nil {
					return read, err
				}
			}
		}
		read += len(list)
		tell(read)
		if len(list) < window/4 {
			return read, nil
		}
	}
}

// kept is place for a record as it is kept: its code is not changed, and its class is read
// no further than for the width of its numbers.
func (k *checker) kept(ctx context.Context, r archive.Record) (refcode.InPlace, error) {
	p := refcode.InPlace{Record: r, Now: k.a.now(), Was: r.Common().Code}
	h := r.Common()
	seriesID := h.Series
	if h.Kind == archive.KindSeries || h.Kind == archive.KindFonds {
		seriesID = 0
	}
	if err := k.surround(ctx, &p, seriesID, h.Fonds); err != nil {
		return p, err
	}
	if h.Parent != 0 && h.Parent != h.Series && h.Parent != h.Fonds {
		up, err := k.record(ctx, h.Parent)
		if err != nil {
			return p, err
		}
		p.Parent = up
	}
	if item, ok := archive.Field(r, "box"); ok {
		if id, ok := item.Value.(*archive.ID); ok && *id != 0 {
			box, err := k.record(ctx, *id)
			if err != nil {
				return p, err
			}
			p.Box = box
		}
	}
	if n, ok := p.Scheme.Numbered(h.Code); ok {
		if len(k.highest) >= mostAbove {
			clear(k.highest)
		}
		if k.highest[n.Prefix] == "" { // the first met sets the width
			k.highest[n.Prefix] = h.Code
		}
		p.Highest = k.highest[n.Prefix]
	}
	return p, nil
}
