package refcode

import "lantai/archive"

// Builtin gives one of the schemes that come with the program: item22, item13,
// vol13, vol94, photo02.
func Builtin(name string) (Scheme, bool) { return Scheme{}, false }

// Builtins lists them, the most usual first.
func Builtins() []Scheme { return nil }

// ProblemCode says what is wrong with a code or one of its elements. Screens and
// the command line have a sentence for each.
type ProblemCode string

// The problems.
const (
	Empty        ProblemCode = "empty"         // no code at all
	TooLong      ProblemCode = "too-long"      // more than MaxRunes
	BadRune      ProblemCode = "bad-rune"      // a character that file names may not hold
	BadEdge      ProblemCode = "bad-edge"      // a dot or blank at either end
	NotCanonical ProblemCode = "not-canonical" // Want has the canonical form
	BadSeparator ProblemCode = "bad-separator" // Want has the right one
	Missing      ProblemCode = "missing"       // the element is not there
	Extra        ProblemCode = "extra"         // more than the scheme has
	BadWidth     ProblemCode = "bad-width"     // too short or too long; Want has the width
	BadCharset   ProblemCode = "bad-charset"   // a character of another set; Want has the set
	BadPattern   ProblemCode = "bad-pattern"   // Want has an example
	BadVocab     ProblemCode = "bad-vocab"     // not in the list
	BelowStart   ProblemCode = "below-start"   // a number below the scheme's first
	Ambiguous    ProblemCode = "ambiguous"     // could be read in another way
)

// Problem is one thing wrong with a code.
type Problem struct {
	Rule    string      `json:"rule"` // "C02", "C05", "C08"
	Code    ProblemCode `json:"code"`
	Element string      `json:"element,omitempty"`
	Value   string      `json:"value,omitempty"`
	Want    string      `json:"want,omitempty"`
	Warning bool        `json:"warning,omitempty"`
}

// Check lists what is wrong with a code, nothing for a good one.
func (s Scheme) Check(code string) []Problem { return nil }

// Kind tells what a code describes: a volume, an item, a photo; "" when it does
// not fit.
func (s Scheme) Kind(code string) archive.HoldingKind { return "" }

// Parent gives the code of the volume that an item's code lies in. ok is false
// for codes that do not fit and for those that stand by themselves.
func (s Scheme) Parent(code string) (parent string, ok bool) { return "", false }

// Prefix is what the codes of the class begin with, the separator before the
// number included: "Z109-WS·2011-Y-BGS-".
func (s Scheme) Prefix(class Values) (string, error) { return "", nil }

// Class names the numbering class of a code, by the scheme's SeqScope.
func (s Scheme) Class(code string) (string, error) { return "", nil }

// Normalise brings a code from outside into canonical form.
func Normalise(raw string) string { return raw }

// SortKey gives bytes that order codes and file paths as people do: runs of digits
// by value. It is equal for strings that differ in leading zeros, case or width
// alone. The key of a prefix that does not end in a digit is a prefix of the keys.
func SortKey(code string) []byte { return nil }

// NaturalLess tells whether a stands before b: by SortKey, then by the strings.
func NaturalLess(a, b string) bool { return a < b }

// Match is the 档号 that a path gives.
type Match struct {
	Code   string // canonical
	Serial string // the page's number as written: "0001", "F01"; may be empty
	Also   string // another code that is held, if the last number is read as a page's; may be empty
}

// FromPath finds the 档号 in the names of a file and its folders. rel is a path
// with slashes below the folder that was delivered. Only codes for which known
// answers true link; ok is false otherwise, and then Match.Code is the code that
// the path seems to give, or "".
func FromPath(rel string, schemes []Scheme, known func(code string) bool) (m Match, ok bool) {
	return Match{}, false
}

// Part is one element as a form shows it.
type Part struct {
	Name        string // element name, a key of the language files
	Sep         string
	Placeholder string
	Optional    bool
	Repeat      bool
}

// Description is a scheme as a form shows it.
type Description struct {
	Example string
	Parts   []Part
}

// Describe says how a code looks.
func (s Scheme) Describe() Description { return Description{} }
