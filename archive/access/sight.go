// Package access decides who may see and do what.
package access

import (
	"slices"

	"lantai/archive"
)

// Sight is an actor's compiled right to see: it becomes part of every read. The
// zero value sees nothing, so forgetting to ask shows nothing.
type Sight struct {
	all     bool
	classes []archive.AccessClass
}

// All is the sight of someone who may see everything.
func All() Sight { return Sight{all: true} }

// Only is the sight of someone who may see the given access classes.
func Only(classes ...archive.AccessClass) Sight {
	c := slices.Clone(classes)
	slices.Sort(c)
	return Sight{classes: slices.Compact(c)}
}

// Everything tells whether nothing is hidden.
func (s Sight) Everything() bool { return s.all }

// Classes lists the access classes that may be seen, in ascending order, when not
// everything may.
func (s Sight) Classes() []archive.AccessClass { return slices.Clone(s.classes) }

// Sees tells whether a row of the class may be seen.
func (s Sight) Sees(c archive.AccessClass) bool {
	if s.all {
		return true
	}
	_, ok := slices.BinarySearch(s.classes, c)
	return ok
}
