// Package describing is the form that records of every kind are described in, and what
// belongs to it: words offered as one types, marks of what is kept for the next record,
// faults at the field, drafts that outlive a crash, and what two people wrote brought
// together. Its fields come from the archive's rules of description. Screens share it.
package describing

import (
	"strings"

	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// Values are fields of a record by name, as text.
type Values map[string]string

// Label is what a field is called in a record of a kind.
func Label(kind archive.HoldingKind, name string) string {
	if own, ok := strings.CutPrefix(name, describe.Own); ok {
		return own
	}
	if own := "describe." + string(kind) + "." + name; words.Has(own) {
		return words.T(own)
	}
	return words.T("describe." + name)
}

// Problem says what is wrong with a field.
func Problem(p describe.Problem) string {
	return words.T("described."+string(p.Fault), words.Args{"Want": p.Want, "Value": p.Value})
}
