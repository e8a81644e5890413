package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// series is a series with its scheme; id is zero while it is still to be made.
type series struct {
	id, fonds archive.ID
	code      string
	fondsNo   string
	scheme    refcode.Scheme
	holds     archive.HoldingKind // what its single records are; empty: as the scheme says
	made      *newSeries
}

// class is what the code has behind the number of the fonds: a 门类代码 or 目录号.
func (s *series) class() string { return strings.TrimPrefix(s.code, s.fondsNo+refcode.Dash) }

// inCategory tells whether a 门类代码 is that of the series, or of what it is part of.
func (s *series) inCategory(category string) bool {
	return s.class() == category || strings.HasPrefix(s.class(), category+refcode.Dot)
}

// fits tells whether the elements of a code are those of the series.
func (s *series) fits(v refcode.Values) bool {
	category, _, _ := strings.Cut(s.class(), refcode.Dot)
	for name, want := range map[string]string{refcode.FondsNo: s.fondsNo, refcode.Category: category, refcode.CatalogueNo: s.class()} {
		if got, ok := v[name]; ok && want != "" && got != want {
			return false
		}
	}
	return true
}

// newSeries is a series, and perhaps a fonds, that the import makes.
type newSeries struct {
	code, fondsNo, fondsName string
	fonds                    archive.ID // zero: to be made too
	scheme                   refcode.Scheme
	needed                   bool // by a row that goes in
}

// places finds where codes belong.
type places struct {
	fonds  map[string]archive.ID
	byCode map[string]*series
	of     map[string][]*series // of a fonds, by its number
	make   *refcode.Scheme      // of series to be made; nil: none
	late   *late
}

func readPlaces(ctx context.Context, cat *store.Catalogue, sight access.Sight, create string) (*places, error) {
	p := &places{fonds: map[string]archive.ID{}, byCode: map[string]*series{}, of: map[string][]*series{}}
	if create != "" {
		scheme, ok := refcode.Builtin(create)
		if !ok {
			return nil, archive.Errorf(archive.Invalid, opImport, create, "no such scheme of 档号")
		}
		p.make = &scheme
	}
	fonds, err := cat.Fonds(ctx, sight)
	if err != nil {
		return nil, err
	}
	number := map[archive.ID]string{}
	for _, f := range fonds {
		p.fonds[f.Code], number[f.ID] = f.ID, f.Code
	}
	all, err := cat.SeriesOf(ctx, sight, 0)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		scheme, err := refcode.Read(v.Scheme)
		if err != nil { // a scheme that is no scheme fits no code
			scheme = refcode.Scheme{}
		}
		p.add(&series{id: v.ID, fonds: v.Fonds, code: v.Code, fondsNo: number[v.Fonds], scheme: scheme, holds: v.Holds})
	}
	p.late, err = readLate(ctx, cat, all)
	return p, err
}

func (p *places) add(s *series) {
	p.byCode[s.code] = s
	p.of[s.fondsNo] = append(p.of[s.fondsNo], s)
}

// fondsNumber restores the zeros that a number of a fonds has lost in a spreadsheet,
// where one fonds alone has that number.
func (p *places) fondsNumber(no string, lost bool) (string, problem) {
	if _, ok := p.fonds[no]; ok || !digitsOnly(no) {
		return no, problem{}
	}
	var found []string
	for held := range p.fonds {
		if digitsOnly(held) && strings.TrimLeft(held, "0") == strings.TrimLeft(no, "0") {
			found = append(found, held)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], problem{}
	case lost && len(found) > 1:
		return no, problem{reason: ZerosLost, detail: no}
	}
	return no, problem{}
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// forCodeGiven is forCode where a series was given for all codes that name none: those of
// another are of that.
func (p *places) forCodeGiven(code, named, given, fondsName string) (*series, refcode.Values, problem) {
	s := p.byCode[given]
	if named != "" || s == nil {
		if named == "" {
			named = given
		}
		return p.forCode(code, named, fondsName)
	}
	v, err := s.scheme.Parse(code)
	if err == nil && s.fits(v) {
		return s, v, problem{}
	}
	own, v, wrong := p.forCode(code, "", fondsName)
	if wrong.bad() && err != nil && refcode.Within(code, s.code) {
		wrong = badCode(err)
	}
	return own, v, wrong
}

// forCode finds the series of a code and the elements of the code: the series named,
// or the one of its fonds whose code it begins with, or else the one whose scheme it
// fits.
func (p *places) forCode(code, named, fondsName string) (*series, refcode.Values, problem) {
	if named != "" {
		s, ok := p.byCode[named]
		if !ok {
			return p.made(code, fondsName, problem{reason: NoSeries, detail: named})
		}
		v, err := s.scheme.Parse(code)
		if err != nil {
			return nil, nil, badCode(err)
		}
		if !s.fits(v) {
			return nil, nil, problem{reason: CodeDiffers, detail: named}
		}
		return s, v, problem{}
	}
	number, _, _ := strings.Cut(code, refcode.Dash)
	all := p.of[number]
	var fits []*series
	var values refcode.Values
	var wrong error
	try := func(wanted func(*series) bool) {
		longest := 0
		for _, s := range all {
			if !wanted(s) || len(s.code) < longest {
				continue
			}
			v, err := s.scheme.Parse(code)
			if err != nil {
				wrong = err
				continue
			}
			if refcode.Within(code, s.code) && len(s.code) > longest {
				longest, fits = len(s.code), nil
			}
			fits, values = append(fits, s), v
		}
	}
	try(func(s *series) bool { return refcode.Within(code, s.code) })
	if len(fits) == 0 && wrong == nil { // codes of photographs do not name their 门类
		try(func(s *series) bool { return !s.scheme.NamesClass() })
		wrong = nil
	}
	switch {
	case len(fits) == 1:
		return fits[0], values, problem{}
	case len(fits) > 1:
		return nil, nil, problem{reason: ManySeries, detail: fits[0].code + " " + fits[1].code}
	case wrong != nil && (p.make == nil || withinAny(code, all)):
		return nil, nil, badCode(wrong)
	}
	if _, ok := p.fonds[number]; !ok {
		return p.made(code, fondsName, problem{reason: NoFonds, detail: number})
	}
	return p.made(code, fondsName, problem{reason: NoSeries, detail: code})
}

func withinAny(code string, all []*series) bool {
	return slices.ContainsFunc(all, func(s *series) bool { return refcode.Within(code, s.code) })
}

// badCode says what is wrong with a code: the first of its problems.
func badCode(err error) problem {
	p := problem{reason: BadCode, detail: err.Error()}
	var list refcode.Problems
	if errors.As(err, &list) && len(list) > 0 {
		p.detail, p.code = list.Error(), list[0]
	}
	return p
}

// made gives the series that is to be made for a code, where that was asked for;
// otherwise the problem.
func (p *places) made(code, fondsName string, otherwise problem) (*series, refcode.Values, problem) {
	if p.make == nil {
		return nil, nil, otherwise
	}
	v, err := p.make.Parse(code)
	if err != nil {
		return nil, nil, badCode(err)
	}
	number := v[refcode.FondsNo]
	class := v[refcode.Category]
	if class == "" {
		class = v[refcode.CatalogueNo]
	}
	if class == "" && p.make.Method == archive.ByPhoto {
		class = "ZP"
	}
	name := number + refcode.Dash + class
	if number == "" || class == "" {
		return nil, nil, otherwise
	}
	s, ok := p.byCode[name]
	if !ok {
		s = &series{code: name, fondsNo: number, scheme: *p.make, holds: refcode.HoldsOf(class), fonds: p.fonds[number],
			made: &newSeries{code: name, fondsNo: number, fondsName: fondsName, fonds: p.fonds[number], scheme: *p.make}}
		p.add(s)
	}
	if s.made == nil {
		return nil, nil, otherwise
	}
	return s, v, problem{}
}
