package station

import (
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// NewSeries is what registering a series needs.
type NewSeries struct {
	Code      string // 全宗号 and 类别号: "Z109-WS", "C038-001"
	Title     string
	Scheme    string // name of a built-in scheme
	Languages string // of recognition; empty: the archive's

	// Holds is what its single records are; empty: what its 门类 says (refcode.HoldsOf).
	Holds archive.HoldingKind
}

// AddSeries registers a series below the fonds that its code begins with.
func (s *Station) AddSeries(ctx context.Context, actor archive.Actor, n NewSeries) (archive.Series, error) {
	const op = "add series"
	code := refcode.Normalise(n.Code)
	scheme, ok := refcode.Builtin(n.Scheme)
	if !ok {
		return archive.Series{}, archive.Errorf(archive.Invalid, op, n.Scheme, "no such scheme of 档号")
	}
	number, class, ok := strings.Cut(code, refcode.Dash)
	if !ok || class == "" {
		return archive.Series{}, archive.Errorf(archive.Invalid, op, code, "a series is named 全宗号-类别号")
	}
	if strings.TrimSpace(n.Title) == "" {
		return archive.Series{}, archive.Errorf(archive.Invalid, op, code, "the title is empty")
	}
	if n.Holds != "" && !n.Holds.IsSingle() {
		return archive.Series{}, archive.Errorf(archive.Invalid, op, code, "a %q is no single record", n.Holds)
	}
	if n.Holds == "" {
		n.Holds = refcode.HoldsOf(class)
	}
	fonds, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), number)
	if err != nil {
		return archive.Series{}, archive.Wrap(op, code, err)
	}
	v := archive.Series{Method: scheme.Method, Scheme: scheme.JSON(), Languages: n.Languages, Holds: n.Holds}
	v.Category, _, _ = strings.Cut(class, refcode.Dot)
	v.Parent, v.Code, v.Title = fonds.ID, code, strings.TrimSpace(n.Title)
	_, err = s.Catalogue.Do(ctx, actor, archive.OpSeriesAdd, func(tx *store.Tx) error { return tx.AddSeries(&v) })
	return v, archive.Wrap(op, code, err)
}

// NextCode proposes the 档号 after the highest in use in the class that the values
// of the scheme's elements describe; numbers that a note keeps vacant are passed over.
func (s *Station) NextCode(ctx context.Context, scheme refcode.Scheme, class refcode.Values) (string, error) {
	prefix, err := scheme.Prefix(class)
	if err != nil {
		return "", err
	}
	highest, err := s.highestOf(ctx, scheme, prefix)
	if err != nil {
		return "", err
	}
	vacant, err := s.Catalogue.Vacancies(ctx, prefix)
	if err != nil {
		return "", err
	}
	code, err := scheme.Next(class, highest)
	for err == nil && slices.ContainsFunc(vacant, func(v archive.Vacancy) bool { return v.Code == code }) {
		code, err = scheme.Next(class, code)
	}
	return code, err
}

// highestOf finds the highest code of a class by what its codes begin with; "" for none.
// Where a class leaves out an element that may be left out, the codes of others begin so too.
func (s *Station) highestOf(ctx context.Context, scheme refcode.Scheme, prefix string) (string, error) {
	highest, err := s.Catalogue.HighestCode(ctx, access.All(), prefix)
	if err != nil || highest == "" {
		return "", err
	}
	if _, ours := scheme.NumberAt(highest, prefix); ours {
		return highest, nil
	}
	best, number := "", -1
	for after := ""; ; {
		some, err := s.Catalogue.CodesFrom(ctx, access.All(), prefix, after, codesAtOnce)
		if err != nil {
			return "", err
		}
		for _, h := range some {
			after = h.Code
			if n, ours := scheme.NumberAt(h.Code, prefix); ours && n > number {
				best, number = h.Code, n
			}
		}
		if len(some) < codesAtOnce {
			return best, nil
		}
	}
}

// codesAtOnce is how many codes are read in one go.
const codesAtOnce = 1000

// Link puts pages into the holding with a 档号, behind those it has (挂接).
func (s *Station) Link(ctx context.Context, actor archive.Actor, pages []archive.ID, code string) (archive.Holding, error) {
	const op = "link pages"
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(code))
	if err != nil {
		return archive.Holding{}, archive.Wrap(op, code, err)
	}
	if !h.Kind.HoldsPages() {
		return archive.Holding{}, archive.Errorf(archive.Invalid, op, code, "pages are linked to a volume, item or photo")
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpPageLink, func(tx *store.Tx) error { return tx.LinkPages(pages, h.ID) })
	if err != nil {
		return archive.Holding{}, archive.Wrap(op, code, err)
	}
	if err := s.checkMarks(ctx, h.ID); err != nil {
		return h, archive.Wrap(op, code, err)
	}
	return h, s.catchUp(ctx)
}

// Correct sets a person's text of a page; when it returns, an owner's index has it. A text
// that bears the mark of a state secret is Refused, and its page put aside.
func (s *Station) Correct(ctx context.Context, actor archive.Actor, page archive.ID, text string) error {
	if answered, err := s.ask(ctx, methodCorrect, correctArgs{page, text}, nil, nil); answered {
		return err
	}
	if err := s.Pipeline.Correct(ctx, actor, page, text); err != nil {
		return err
	}
	return s.feedIndex(ctx)
}
