// Package canary makes archives for tests of what leaks: every place in which something
// can be said of a record has a phrase of its own, and for each phrase package access
// tells who may come upon it.
package canary

import (
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// Phrase is what stands in one place, in two halves: one asks for the first, and must not
// be answered with the second.
type Phrase struct {
	First, Second string
	Where         string // "title of closed"
	Does          access.Action
	About         access.Record
}

// Text is the whole phrase.
func (p Phrase) Text() string { return p.First + p.Second }

// May tells whether somebody may come upon the phrase.
func (p Phrase) May(who access.Actor) bool { return access.May(who, p.Does, p.About).Allowed }

// Record is a record of the archive with what leads to it.
type Record struct {
	Name  string // "closed", "group"
	Code  string
	ID    archive.ID
	About access.Record
	Pages []archive.ID
	Gone  archive.ID // the op that removed it, or zero
}

// Person has an account, or (without a name) none.
type Person struct {
	Name string
	Who  access.Actor // the zero actor where they may nothing
	ID   archive.ID
}

// Approval lets one of the people give out a record, or let them before.
type Approval struct {
	Person string
	Record Record
	Holds  bool
}

// Archive is what was made. Its people all have the same password.
type Archive struct {
	Home    string
	Phrases []Phrase
	Records []Record
	People  []Person

	Approvals []Approval   // also those that hold no more
	Loose     []archive.ID // pages in no record
	Fonds     []string     // 全宗号
	Batches   []archive.ID
	Groups    []string // names of groups
	Roots     int
}

// Password is everybody's.
const Password = "canary-2026"

// Neighbour is what all texts and titles have in common.
const Neighbour = "防汛"

// Written is the phrase that the first page of a record holds.
func (a *Archive) Written(r Record) Phrase {
	return a.Phrases[slices.IndexFunc(a.Phrases, func(p Phrase) bool { return p.Where == "correction of "+r.Name })]
}

// Finds tells whether somebody finds a text by search: they may read it and see its record,
// and are not bound to batches, by which nothing can be searched.
func (p Phrase) Finds(who access.Actor) bool {
	return p.May(who) && access.May(who, access.SeeRow, p.About).Allowed && !slices.Contains(who.Roles, access.Worker)
}

// Count is how many phrases somebody may not come upon.
func (a *Archive) Count(who access.Actor) (hidden int) {
	for _, p := range a.Phrases {
		if !p.May(who) {
			hidden++
		}
	}
	return hidden
}

// han gives two characters for a number, which no other number has and no text uses.
func han(n int) string {
	const first, many = 0x9e00, 60 // 鸀 and the birds behind it
	return string([]rune{rune(first + n/many), rune(first + 0x60 + n%many)})
}

// phrase makes the next phrase.
func (a *Archive) phrase(where string, does access.Action, about access.Record) string {
	n := len(a.Phrases)
	p := Phrase{First: "鹮" + han(2*n), Second: "鹓" + han(2*n+1), Where: where, Does: does, About: about}
	a.Phrases = append(a.Phrases, p)
	return p.Text()
}
