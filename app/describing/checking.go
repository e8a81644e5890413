package describing

import (
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

// judge says at a field what is wrong with it, lightly where it may be saved so. One that
// is left empty though it is asked for has its label coloured: a line below each would
// move everything while a person goes through the form.
func (f *Form) judge(x *field) {
	p := f.problem(x)
	if p.Fault == describe.Missing {
		p.Fault = describe.Expected
		p.Warning = true
	}
	f.say(x, p)
	if x.Name == "date_begin" {
		if end := f.byName["date_end"]; end != nil && end.entry.Text != "" {
			f.say(end, f.problem(end))
		}
	}
}

func (f *Form) say(x *field, p describe.Problem) {
	x.box.SetAsked(p.Fault == describe.Expected || p.Fault == describe.Missing)
	switch {
	case p.Fault == "" || p.Fault == describe.Expected:
		x.box.SetError("")
	case p.Warning:
		x.box.SetWarning(Problem(p))
	default:
		x.box.SetError(Problem(p))
		f.unfoldFor(x)
	}
}

// problem finds what is wrong with a field by itself, and with the dates of the record.
func (f *Form) problem(x *field) describe.Problem {
	p := f.opt.Rules.Check(x.Field, x.Tidy(x.entry.Text), f.opt.Today())
	if p.Fault.OfSecrecy() || archive.IsPlaceholder(f.record().Common().Title, f.record().Common().Secrecy) {
		return f.secrecyProblem(x, p)
	}
	if p.Fault != "" || x.Name != "date_end" {
		return p
	}
	list := f.opt.Rules.CheckRecord(f.record(), f.opt.Today())
	if i := slices.IndexFunc(list, func(p describe.Problem) bool { return p.Fault == describe.Order }); i >= 0 {
		return list[i]
	}
	return describe.Problem{}
}

// secrecyProblem is what is wrong with a field of a record that states a 密级: one that only
// stands for a state secret may, and then has nothing else.
func (f *Form) secrecyProblem(x *field, p describe.Problem) describe.Problem {
	list := f.opt.Rules.CheckRecord(f.record(), f.opt.Today())
	if i := slices.IndexFunc(list, func(q describe.Problem) bool { return q.Field == x.Name }); i >= 0 {
		return list[i]
	}
	if _, described := archive.Field(archive.NewRecord(f.opt.Kind), x.Name); described {
		return describe.Problem{}
	}
	return p // a field of the site's own
}

// record is what the form says, as far as it can be read.
func (f *Form) record() archive.Record {
	r := archive.NewRecord(f.opt.Kind)
	for name, text := range f.Values() {
		if b, ok := archive.Field(r, name); ok {
			_ = b.Set(text) // what is no number is told of by its own field
		}
	}
	if h := r.Common(); h.Code == "" { // it is asked for elsewhere: what it says is known
		h.Code = strings.Join(slices.Collect(maps.Values(f.derived)), refcode.Dash)
	}
	return r
}

// Check marks every field that is wrong and names the first that keeps the record from
// being saved; "" for none.
func (f *Form) Check() (wrong string) { return f.CheckOnly(nil) }

// CheckOnly does so for some fields: what was there before is not held against a record.
// nil are all.
func (f *Form) CheckOnly(names []string) (wrong string) {
	for _, x := range f.fields {
		if names != nil && !slices.Contains(names, x.Name) {
			continue
		}
		p := f.problem(x)
		f.say(x, p)
		if p.Fault != "" && !p.Warning && wrong == "" {
			wrong = x.Name
		}
	}
	return wrong
}

// Tell shows problems that were found elsewhere and names the first field that has to be
// mended.
func (f *Form) Tell(list []describe.Problem) (wrong string) {
	for _, p := range list {
		x := f.byName[p.Field]
		if x == nil {
			continue
		}
		f.say(x, p)
		if !p.Warning && wrong == "" {
			wrong = p.Field
		}
	}
	return wrong
}
