package describing

import (
	"strings"

	"lantai/app/words"
	"lantai/archive/refcode"
)

// Settled are the elements of a 档号 that the code of a series settles.
func Settled(s refcode.Scheme, series string) refcode.Values {
	number, class, _ := strings.Cut(series, refcode.Dash)
	v := refcode.Values{refcode.FondsNo: number}
	if _, has := s.Element(refcode.CatalogueNo); has {
		v[refcode.CatalogueNo] = class
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

// Meaning spells out a 保管期限代码; "" for what is none.
func Meaning(code string) string {
	if said := words.Retention(code); said != code {
		return said
	}
	return ""
}
