package describing

import (
	"errors"
	"slices"
	"strings"

	"lantai/app/words"
	"lantai/archive/refcode"
)

// Settled are the elements of a 档号 that the code of a series settles.
func Settled(s refcode.Scheme, series string) refcode.Values {
	number, class, _ := strings.Cut(series, refcode.Dash)
	v := refcode.Values{refcode.FondsNo: number}
	if _, has := s.Element(refcode.CatalogueNo); has {
		if fits(s, refcode.CatalogueNo, class) { // a series may be named otherwise than its codes
			v[refcode.CatalogueNo] = class
		}
		return v
	}
	if _, has := s.Element(refcode.Category); !has {
		return v
	}
	category, rest, _ := strings.Cut(class, refcode.Dot)
	v[refcode.Category] = category
	for _, name := range []string{refcode.Subcategory, refcode.ClassCode} {
		if _, has := s.Element(name); has && rest != "" {
			v[name] = rest
		}
	}
	return v
}

// fits tells whether an element can hold a value.
func fits(s refcode.Scheme, name, value string) bool {
	v := refcode.Values{}
	for _, e := range s.Elements {
		v[e.Name] = e.Example
	}
	v[name] = value
	_, err := s.Format(v)
	var problems refcode.Problems
	return err == nil || errors.As(err, &problems) && !slices.ContainsFunc(problems, func(p refcode.Problem) bool { return p.Element == name })
}

// Meaning spells out a 保管期限代码; "" for what is none.
func Meaning(code string) string {
	if said := words.Retention(code); said != code {
		return said
	}
	return ""
}
