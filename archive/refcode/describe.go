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
