package refcode

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ProblemCode says what is wrong with a code or one of its elements. Screens and
// the command line have a sentence for each.
type ProblemCode string

// The problems.
const (
	Empty        ProblemCode = "empty"         // no code at all
	TooLong      ProblemCode = "too-long"      // more than MaxRunes
	BadRune      ProblemCode = "bad-rune"      // Value has a character that file names may not hold
	BadEdge      ProblemCode = "bad-edge"      // a dot or blank at either end
	NotCanonical ProblemCode = "not-canonical" // Want has the canonical form
	BadSeparator ProblemCode = "bad-separator" // Value stands where Want should
	Missing      ProblemCode = "missing"       // the element is not there; Want has an example
	Extra        ProblemCode = "extra"         // more than the scheme has
	BadWidth     ProblemCode = "bad-width"     // too short or too long; Want has the width: "4" or "3-5"
	BadCharset   ProblemCode = "bad-charset"   // a character of another set; Want has the set
	BadPattern   ProblemCode = "bad-pattern"   // the form is wrong; Want has an example
	BadVocab     ProblemCode = "bad-vocab"     // Want has the list
	BelowStart   ProblemCode = "below-start"   // a number below the first; Want has that
	Ambiguous    ProblemCode = "ambiguous"     // could be read in another way
)

// Problem is one thing wrong with a code. The rules are those that an archive goes by:
//
//	C01  no other record has the code           C07  begins with the code it lies in
//	C02  fits the scheme of its series          C08  fit for file names
//	C03  says what its columns say              C09  stays as it is once filed
//	C04  its fonds and classes are there        C10  lies in a box of its own kind
//	C05  numbers run on from the first          C11  one width within a class
//	C06  its year is possible
type Problem struct {
	Rule    string      `json:"rule"`
	Code    ProblemCode `json:"code"`
	Element string      `json:"element,omitempty"` // name in the scheme; empty: the code as a whole
	Field   string      `json:"field,omitempty"`   // the column at fault, as archive.Field names it; of InPlace.Check
	Value   string      `json:"value,omitempty"`   // what stands there
	Want    string      `json:"want,omitempty"`    // what should
	Warning bool        `json:"warning,omitempty"` // odd, but the code can be read
}

// Problems is the cause inside the Invalid errors of this package.
type Problems []Problem

// Error gives the English form, for logs.
func (p Problems) Error() string {
	words := make([]string, len(p))
	for i, one := range p {
		words[i] = string(one.Code)
		if one.Element != "" {
			words[i] += " " + one.Element
		}
		if one.Value != "" {
			words[i] += " " + strconv.Quote(one.Value)
		}
		if one.Want != "" {
			words[i] += ", want " + strconv.Quote(one.Want)
		}
	}
	return strings.Join(words, "; ")
}

// Check lists what is wrong with a code, nothing for a good one. A code that is
// not canonical is checked on in its canonical form, so that one full-width dash
// does not hide what else is wrong.
func (s Scheme) Check(code string) []Problem {
	canonical := Normalise(code)
	switch {
	case canonical == "":
		return []Problem{{Rule: "C02", Code: Empty}}
	case utf8.RuneCountInString(code) > MaxRunes:
		return []Problem{tooLong()}
	}
	problems := nameProblems(code)
	if canonical != code {
		problems = append(problems, Problem{Rule: "C02", Code: NotCanonical, Value: code, Want: canonical})
	}
	if v := s.read(canonical); v != nil {
		return append(problems, s.numberProblems(v)...)
	}
	return append(problems, s.explain(tokens(canonical))...)
}

func tooLong() Problem {
	return Problem{Rule: "C08", Code: TooLong, Want: strconv.Itoa(MaxRunes)}
}

// nameProblems finds what file systems will not take.
func nameProblems(code string) []Problem {
	var problems []Problem
	seen := make(map[rune]bool)
	for _, r := range code {
		if (strings.ContainsRune(`\/:*?"<>|`, r) || unicode.IsControl(r) || r == utf8.RuneError) && !seen[r] {
			seen[r] = true
			problems = append(problems, Problem{Rule: "C08", Code: BadRune, Value: string(r)})
		}
	}
	if strings.Trim(code, ". \u3000") != code {
		problems = append(problems, Problem{Rule: "C08", Code: BadEdge, Value: code})
	}
	return problems
}

func (s Scheme) numberProblems(v Values) []Problem {
	var problems []Problem
	for _, e := range s.Elements {
		value, given := v[e.Name]
		if n, err := strconv.Atoi(value); given && e.Serial && err == nil && n < s.SeqStart {
			problems = append(problems, Problem{Rule: "C05", Code: BelowStart, Element: e.Name,
				Value: value, Want: strconv.Itoa(s.SeqStart), Warning: true})
		}
	}
	return problems
}

// problem words a fault of one value.
func (e *Element) problem(code ProblemCode, value string) Problem {
	p := Problem{Rule: "C02", Code: code, Element: e.Name, Value: value}
	switch code {
	case BadWidth:
		p.Want = strconv.Itoa(e.Min)
		if e.Max > e.Min {
			p.Want += "-" + strconv.Itoa(e.Max)
		}
	case BadCharset:
		p.Want = string(e.Charset)
	case BadVocab:
		p.Want = strings.Join(e.Vocab, " ")
	default:
		p.Want = e.Example
	}
	return p
}
