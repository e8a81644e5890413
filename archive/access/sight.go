// Package access decides who may see and do what: one function for single decisions, and
// the Sight compiled from it that becomes part of every read.
package access

import (
	"slices"

	"lantai/archive"
)

// Sight is an actor's compiled right to see. The zero value sees nothing, so forgetting
// to ask shows nothing.
type Sight struct {
	all         bool
	rows, pages []archive.AccessClass
	approval    []archive.AccessClass // of pages whose record is in approved
	approved    []archive.ID
	fonds       []archive.ID
	bound       bool
	audits      bool
	destroys    bool
	batches     []archive.ID
}

// All is the sight of someone who may see everything.
func All() Sight { return Sight{all: true} }

// Only is the sight of someone who may see records and pages of the given access classes.
func Only(classes ...archive.AccessClass) Sight {
	c := slices.Clone(classes)
	slices.Sort(c)
	c = slices.Compact(c)
	return Sight{rows: c, pages: c}
}

// Sight compiles what an actor may see, by the rules that the program brings.
func (a Actor) Sight() Sight { return Builtin().Sight(a) }

// Sight compiles what an actor may see: a record when May allows SeeRow, a page when it
// allows SeePages, apart from what the standing of a reader adds.
func (rules *Rules) Sight(a Actor) Sight { return rules.sightFor(a, SeeRow) }

// SightFor is Sight with the records that the actor may do something else with than see.
func (a Actor) SightFor(do Action) Sight { return Builtin().sightFor(a, do) }

func (rules *Rules) sightFor(a Actor, do Action) Sight {
	if a.Anyone {
		return All()
	}
	s := Sight{fonds: slices.Clone(a.Fonds), bound: a.bound(), audits: a.Can(Audit), destroys: a.Can(Destroy), batches: slices.Clone(a.Batches), approved: slices.Clone(a.Approved)}
	if s.bound {
		s.fonds = nil
	}
	s.rows = a.classes(rules.allowed, do)
	s.pages = a.classes(rules.allowed, SeePages)
	if len(s.approved) > 0 {
		s.approval = a.classes(rules.approved, SeePages)
	}
	return s
}

// classes lists the classes that some role of theirs lets them do something with.
func (a Actor) classes(table map[Role]map[Action][]Level, do Action) []archive.AccessClass {
	var list []archive.AccessClass
	for _, role := range a.Roles {
		for _, level := range table[role][do] {
			if level.StateSecret() && level > a.Clearance {
				continue
			}
			for _, group := range append([]int{0}, a.Groups...) {
				list = append(list, ClassOf(level, group))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Everything tells whether nothing is hidden.
func (s Sight) Everything() bool { return s.all }

// Classes lists the access classes of records that may be seen, in ascending order, when
// not everything may.
func (s Sight) Classes() []archive.AccessClass { return slices.Clone(s.rows) }

// PageClasses lists those of pages.
func (s Sight) PageClasses() []archive.AccessClass { return slices.Clone(s.pages) }

// Fonds lists the fonds it is limited to; none: it is not.
func (s Sight) Fonds() []archive.ID { return slices.Clone(s.fonds) }

// Bound tells whether it is limited to pages of Batches and their records.
func (s Sight) Bound() bool { return s.bound }

// Audits tells whether the log may be read as to who did what: views, sign-ins, accounts
// and settings, without what stands in records.
func (s Sight) Audits() bool { return s.all || s.audits }

// Destroys tells whether requests to purge may be seen: 档号, reason and how much would go.
func (s Sight) Destroys() bool { return s.all || s.destroys }

// Batches lists the batches whose pages may be seen where they lie in no record, or alone.
func (s Sight) Batches() []archive.ID { return slices.Clone(s.batches) }

// Approved lists the holdings, with what lies directly in them, whose pages may be seen
// although closed, and the classes of which they may be.
func (s Sight) Approved() ([]archive.ID, []archive.AccessClass) {
	return slices.Clone(s.approved), slices.Clone(s.approval)
}

// SeesRow tells whether a record may be seen.
func (s Sight) SeesRow(r Record) bool {
	return s.all || has(s.rows, r.Class) && s.within(r)
}

// SeesPage tells whether a page may be seen; r is what its record is like, with the batch
// that the page came by.
func (s Sight) SeesPage(r Record) bool {
	if s.all {
		return true
	}
	approved := slices.ContainsFunc(r.IDs, func(id archive.ID) bool { return slices.Contains(s.approved, id) })
	return (has(s.pages, r.Class) || approved && has(s.approval, r.Class)) && s.within(r)
}

// SeesUnsorted tells whether pages that lie in no record yet may be seen at all.
func (s Sight) SeesUnsorted() bool { return s.all || has(s.pages, ClassOf(Closed, 0)) }

func (s Sight) within(r Record) bool {
	theirs := slices.ContainsFunc(r.Batches, func(b archive.ID) bool { return slices.Contains(s.batches, b) })
	switch {
	case s.bound:
		return theirs || r.Kind == archive.KindFonds || r.Kind == archive.KindSeries
	case len(s.fonds) > 0:
		return slices.Contains(s.fonds, r.Fonds) || r.Fonds == 0 && theirs
	}
	return true
}

func has(classes []archive.AccessClass, c archive.AccessClass) bool {
	_, ok := slices.BinarySearch(classes, c)
	return ok
}
