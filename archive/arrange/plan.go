package arrange

import (
	"slices"
	"strings"

	"lantai/archive"
)

// Plan says what an operation would do: nothing is written until it is carried out.
type Plan struct {
	Kind    archive.OpKind `json:"kind"`
	Moves   []Move         `json:"moves"`             // by the order of the new codes
	Added   *Addition      `json:"added,omitempty"`   // the record that is put in, the volume that is made
	Removed []Gone         `json:"removed,omitempty"` // a volume that is taken apart
	Notes   []Note         `json:"notes,omitempty"`   // what a person should know besides
	Refused []Refusal      `json:"refused,omitempty"` // why it cannot be done; nothing is done then
	States  []State        `json:"states,omitempty"`  // classes that get another state
	Reason  string         `json:"reason,omitempty"`  // of a correction

	classes []classNow
	records []archive.Record // to be written
	into    []archive.Record // of these, what goes into the volume that is made
	removed []archive.Record
	vacant  []archive.Vacancy // notes that the operation makes
	renamed []renamedNote     // notes on numbers inside volumes that get other codes
	aliases []archive.CodeAlias
}

type renamedNote struct {
	archive.Vacancy
	to string
}

// Move is what happens to one record.
type Move struct {
	ID      archive.ID          `json:"id"`
	Kind    archive.HoldingKind `json:"kind"`
	Title   string              `json:"title"`
	Old     string              `json:"old"` // code; the same as New where other fields change alone
	New     string              `json:"new"`
	Changed []Changed           `json:"changed,omitempty"`
	Follows bool                `json:"follows,omitempty"` // it lies below one that moves
}

// Changed is a field besides the code.
type Changed struct {
	Field string `json:"field"` // as archive.Field names it
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Addition is a record that the operation makes.
type Addition struct {
	Kind  archive.HoldingKind `json:"kind"`
	Code  string              `json:"code"`
	Title string              `json:"title"`

	record archive.Record
}

// Gone is a record that the operation takes away.
type Gone struct {
	ID    archive.ID `json:"id"`
	Code  string     `json:"code"`
	Title string     `json:"title"`
}

// Why says why something is refused, or what is to be known. Screens and the command line
// have a sentence for each, under "arrange.".
type Why string

// The reasons.
const (
	IsFiled       Why = "filed"        // the class Subject is filed; Want is the code a late record gets
	IsAccessioned Why = "accessioned"  // the class Subject is accessioned
	IsTaken       Why = "taken"        // the code Want is held by Subject, which does not move
	IsHidden      Why = "hidden"       // Subject would change, which the one who asks may not see
	HoldsOthers   Why = "holds-others" // Subject holds others, which lie in it alone
	StaysInSeries Why = "stays"        // a volume, Subject, stays in its series
	OtherFonds    Why = "other-fonds"  // Subject is of another fonds
	NotNumbered   Why = "not-numbered" // the code Subject is no number of its series
	OtherKind     Why = "other-kind"   // Subject is not of the kind that the class has
	IsVacant      Why = "vacant"       // a note keeps the number Subject vacant
	ClassFull     Why = "full"         // the class Subject has no number left
	HasPages      Why = "pages"        // pages lie in Subject itself
	TooMany       Why = "too-many"     // more records than can be changed at once
	GapsLeft      Why = "gaps"         // of the class Subject numbers up to Want are not used, and no note says why
	StandTwice    Why = "twice"        // numbers of the class Subject stand twice
	NothingThere  Why = "empty"        // the class Subject has no records
	WrongState    Why = "state"        // the class Subject is in the state Want

	PagesLeft Why = "pages-left" // the page numbers in Subject stay as they are: page counts are not known
	BoxLeft   Why = "box-left"   // Subject no longer fits the box it lies in and leaves it
	OldCode   Why = "old-code"   // Subject, the code there was, goes on leading to the record
)

// Refusal is one reason against the plan.
type Refusal struct {
	Why     Why    `json:"why"`
	Subject string `json:"subject"`
	Want    string `json:"want,omitempty"`
}

// Refusals is the cause inside the errors of what is refused.
type Refusals []Refusal

// Error gives the English form, for logs.
func (r Refusals) Error() string {
	words := make([]string, len(r))
	for i, one := range r {
		words[i] = strings.TrimSpace(string(one.Why) + " " + one.Subject + " " + one.Want)
	}
	return "refused: " + strings.Join(words, "; ")
}

// Note is a thing to be known beside the plan.
type Note struct {
	Why     Why    `json:"why"`
	Subject string `json:"subject"`
}

// classNow is a class as the plan was made from it.
type classNow struct {
	series   archive.ID
	prefix   string
	prefixes []string // with those of the class it lies in
	state    archive.Arranged
	n        int
	highest  string
}

// State is the state that a class gets.
type State struct {
	Series archive.ID       `json:"series"`
	Prefix string           `json:"prefix"`
	State  archive.Arranged `json:"state"`
	N      int              `json:"n"` // its records
}

// Empty tells whether the plan would change nothing.
func (p *Plan) Empty() bool {
	return len(p.records) == 0 && p.Added == nil && len(p.removed) == 0 && len(p.States) == 0
}

func (p *Plan) refuse(why Why, subject, want string) {
	r := Refusal{why, subject, want}
	if !slices.Contains(p.Refused, r) {
		p.Refused = append(p.Refused, r)
	}
}

func (p *Plan) note(why Why, subject string) {
	if n := (Note{why, subject}); !slices.Contains(p.Notes, n) {
		p.Notes = append(p.Notes, n)
	}
}
