package refcode

import "strings"

// Part is one element as a form shows it.
type Part struct {
	Name        string `json:"name"` // element name, a key of the language files
	Sep         string `json:"sep,omitempty"`
	Placeholder string `json:"placeholder"`
	Optional    bool   `json:"optional,omitempty"`
	Repeat      bool   `json:"repeat,omitempty"`
}

// Description is a scheme as a form shows it.
type Description struct {
	Example string `json:"example"` // a whole code that fits
	Parts   []Part `json:"parts"`
}

// Describe says how a code looks. The example has the optional elements, except
// those that may repeat.
func (s Scheme) Describe() Description {
	var d Description
	var b strings.Builder
	for _, e := range s.Elements {
		d.Parts = append(d.Parts, Part{e.Name, e.Sep, e.Example, e.Optional, e.times() > 1})
		if !e.Optional || e.times() == 1 {
			b.WriteString(e.Sep + e.Example)
		}
	}
	d.Example = b.String()
	return d
}

// NamesClass tells whether a code says which class of its fonds it is of, as all do
// but those of photographs.
func (s Scheme) NamesClass() bool {
	_, category := s.Element(Category)
	_, catalogue := s.Element(CatalogueNo)
	return category || catalogue
}

// Within tells whether a code begins with the code of what it may lie in: a series, a
// volume.
func Within(code, above string) bool {
	rest, ok := strings.CutPrefix(code, above)
	return ok && (strings.HasPrefix(rest, Dash) || strings.HasPrefix(rest, Dot))
}
