package station

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// rulesSetting keeps an archive's own rules of description, as describe.Read has them.
const rulesSetting = "describe.rules"

// Values are fields of a record by name, as text.
type Values map[string]string

// NewRecord is what registering a record needs.
type NewRecord struct {
	Kind   archive.HoldingKind // empty: what the 档号 says under the scheme of its series
	Code   string              // 档号; may be empty for a box and a paper of a fonds dossier
	Series string              // 类别档号, of a dossier 全宗号; empty: the one series of the fonds that the code fits
	Values Values              // 保管期限 and 年度 come from the code when they are left out
	Extra  map[string]string   // fields of the site's own
}

// Rules are how this archive describes its records.
func (s *Station) Rules(ctx context.Context) (describe.Rules, error) {
	own, err := s.Catalogue.Setting(ctx, rulesSetting)
	if err != nil {
		return describe.Rules{}, err
	}
	rules, err := describe.Read(own)
	rules.Class = s.Catalogue.Class()
	return rules, err
}

// AddFonds registers a fonds under its 全宗号. Its title stands for the 立档单位 that is
// not given.
func (s *Station) AddFonds(ctx context.Context, actor archive.Actor, code string, values Values) (archive.Fonds, []describe.Problem, error) {
	const op = "add fonds"
	f := archive.NewRecord(archive.KindFonds).(*archive.Fonds)
	f.Code = refcode.Normalise(code)
	if f.Code == "" {
		return *f, nil, archive.Errorf(archive.Invalid, op, code, "a fonds needs a 全宗号")
	}
	odd, err := s.fill(ctx, f, given(values), describe.Rules.CheckRecord)
	if err != nil {
		return *f, nil, archive.Wrap(op, f.Code, err)
	}
	if f.Creator == "" {
		f.Creator = f.Title
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpFondsAdd, func(tx *store.Tx) error { return tx.Add(f) })
	return *f, odd, archive.Wrap(op, f.Code, err)
}

// AddRecord registers a container or a single record. What it lies in must be registered
// before it. An Invalid error has describe.Problems or refcode.Problems as its cause;
// what is merely odd is given back beside the record.
func (s *Station) AddRecord(ctx context.Context, actor archive.Actor, n NewRecord) (archive.Record, []describe.Problem, error) {
	list, odd, err := s.AddRecords(ctx, actor, []NewRecord{n})
	if err != nil {
		return nil, nil, err
	}
	return list[0], odd, nil
}

// AddRecords registers several records at once, wholly or not at all: a group of photos.
// None of them may lie in another. Errors: those of AddRecord, for the first that cannot
// be registered.
func (s *Station) AddRecords(ctx context.Context, actor archive.Actor, list []NewRecord) (added []archive.Record, odd []describe.Problem, err error) {
	const op = "add record"
	var codes []string
	for _, n := range list {
		code := refcode.Normalise(n.Code)
		r, err := s.placed(ctx, code, n, codes...)
		codes = append(codes, code)
		if err != nil {
			return nil, nil, archive.Wrap(op, code, err)
		}
		strange, err := s.fill(ctx, r, given(n.Values), describe.Rules.CheckRecord)
		if err != nil {
			return nil, nil, archive.Wrap(op, code, err)
		}
		added, odd = append(added, r), append(odd, strange...)
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i, r := range added {
			if err := tx.Add(r); err != nil {
				return archive.Wrap(op, r.Common().Code, err)
			}
			if len(list[i].Extra) == 0 {
				continue
			}
			if err := tx.SetExtra(r.Common().ID, list[i].Extra); err != nil {
				return archive.Wrap(op, r.Common().Code, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return added, odd, nil
}

// SaveRecord writes the values that differ from what is there. It is a Conflict when the
// record has changed since rev was read, and nothing is written then. The 档号 is not
// changed here.
func (s *Station) SaveRecord(ctx context.Context, actor archive.Actor, id archive.ID, rev int, values Values, extra map[string]string) (archive.Record, []describe.Problem, error) {
	const op = "save record"
	r, err := s.Catalogue.Record(ctx, s.Sight(), id)
	if err != nil {
		return nil, nil, archive.Wrap(op, id.String(), err)
	}
	code := r.Common().Code
	if given, ok := values["code"]; ok && refcode.Normalise(given) != code {
		return nil, nil, archive.Errorf(archive.Invalid, op, code, "the 档号 is changed by renumbering, not here")
	}
	changed := func(rules describe.Rules, r archive.Record, today time.Time) []describe.Problem {
		var list []describe.Problem
		for _, p := range rules.CheckRecord(r, today) {
			if _, ok := values[p.Field]; ok { // what was there before is not held against it
				list = append(list, p)
			}
		}
		return list
	}
	odd, err := s.fill(ctx, r, values, changed)
	if err != nil {
		return nil, nil, archive.Wrap(op, code, err)
	}
	r.Common().Rev = rev
	_, err = s.Catalogue.Do(ctx, actor, archive.OpHoldingEdit, func(tx *store.Tx) error {
		if err := tx.Update(r); err != nil || len(extra) == 0 {
			return err
		}
		return tx.SetExtra(id, extra)
	})
	return r, odd, archive.Wrap(op, code, err)
}

// given are the values of a new record that say something.
func given(values Values) Values {
	said := maps.Clone(values)
	maps.DeleteFunc(said, func(_, text string) bool { return strings.TrimSpace(text) == "" })
	return said
}

// fill tidies values, puts them into a record and checks it.
func (s *Station) fill(ctx context.Context, r archive.Record, values Values,
	check func(describe.Rules, archive.Record, time.Time) []describe.Problem) ([]describe.Problem, error) {
	const op = "read fields"
	rules, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	kind := r.Common().Kind
	var wrong []describe.Problem
	for name, text := range values {
		field, known := rules.Field(kind, name)
		bound, held := archive.Field(r, name)
		if !held || !known && name != "number" {
			return nil, archive.Errorf(archive.Invalid, op, name, "a %s has no such field", kind)
		}
		if name == "code" {
			continue
		}
		text = field.Tidy(text)
		if err := bound.Set(text); err != nil {
			wrong = append(wrong, rules.Check(field, text, time.Now()))
		}
	}
	list := append(wrong, check(rules, r, time.Now())...)
	if reason := describe.Forbids(list); reason != "" {
		return nil, archive.WrapAs(archive.NotAllowed, op, r.Common().Code,
			errors.Join(&archive.Refusal{Reason: reason}, describe.Problems(list)))
	}
	if describe.Serious(list) {
		return nil, archive.WrapAs(archive.Invalid, op, r.Common().Code, describe.Problems(list))
	}
	return list, nil
}

// placed makes the record that a code names, in its place, with what the code says of it.
// before are codes that are added in the same go, before it.
func (s *Station) placed(ctx context.Context, code string, n NewRecord, before ...string) (archive.Record, error) {
	switch {
	case n.Kind == archive.KindDossier:
		return s.placedBelow(ctx, archive.KindDossier, code, n.Series)
	case code == "" && n.Kind == archive.KindBox, n.Kind == archive.KindBox && n.Series != "":
		return s.placedBelow(ctx, archive.KindBox, code, n.Series)
	}
	series, scheme, err := s.Arrange().SeriesFor(ctx, code, n.Series)
	if err != nil {
		return nil, err
	}
	v, err := scheme.Parse(code)
	if err != nil {
		return nil, err
	}
	kind := scheme.KindIn(series.Holds, code)
	if n.Kind != "" && n.Kind != kind {
		return nil, archive.Errorf(archive.Invalid, "place record", code, "under %s it is a %s", series.Code, kind)
	}
	if err := s.Arrange().MayAdd(ctx, series, scheme, code, before...); err != nil {
		return nil, err
	}
	if err := s.inVocabulary(ctx, scheme, v, code); err != nil {
		return nil, err
	}
	r := archive.NewRecord(kind)
	h := r.Common()
	h.Parent, h.Code, h.Retention = series.ID, code, v[refcode.Retention]
	if parent, ok := scheme.Parent(code); ok {
		p, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), parent)
		if err != nil {
			return nil, err
		}
		h.Parent = p.ID
	}
	if h.Year, _ = strconv.Atoi(v[refcode.Year]); h.Year == 0 { // a scheme without 年度 leaves it to the date
		if day, ok := archive.ParseDay(n.Values["date"]); ok {
			h.Year = day.Year
		}
	}
	if number, ok := archive.Field(r, "number"); ok {
		return r, number.Set(code[strings.LastIndex(code, refcode.Dash)+1:])
	}
	return r, nil
}

// placedBelow makes a record whose place its code does not tell.
func (s *Station) placedBelow(ctx context.Context, kind archive.HoldingKind, code, above string) (archive.Record, error) {
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(above))
	if err != nil {
		return nil, err
	}
	r := archive.NewRecord(kind)
	r.Common().Parent, r.Common().Code = h.ID, code
	return r, nil
}

// KindsUnder lists the kinds of record that can be registered in a series: what a code
// under its scheme can name, containers first, and boxes where records are not bound.
func KindsUnder(series archive.Series) []archive.HoldingKind {
	scheme, err := refcode.Read(series.Scheme)
	if err != nil {
		return nil
	}
	var kinds []archive.HoldingKind
	for _, e := range scheme.Elements {
		if e.Kind != "" {
			kinds = append(kinds, e.KindIn(series.Holds))
		}
	}
	if scheme.Method == archive.ByItem {
		kinds = append(kinds, archive.KindBox)
	}
	return kinds
}
