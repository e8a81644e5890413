package refcode

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lantai/archive"
)

// Parse splits a canonical code into its elements. It returns an Invalid error
// whose cause is Problems when the code does not fit. Run codes from outside
// through Normalise first; Parse itself forgives nothing.
func (s Scheme) Parse(code string) (Values, error) {
	if v := s.read(code); v != nil {
		return v, nil
	}
	return nil, archive.WrapAs(archive.Invalid, "read code", code, Problems(s.Check(code)))
}

// read is Parse without the reasons.
func (s Scheme) read(code string) Values {
	if len(code) > MaxRunes*utf8.UTFMax || utf8.RuneCountInString(code) > MaxRunes {
		return nil
	}
	ts := tokens(code)
	var v Values
	bind(s.Elements, ts, false, func(bound []int) bool {
		v = values(s.Elements, ts, bound)
		return false
	})
	return v
}

// Format builds the code from its elements, filling padded numbers to their least
// width. It returns an Invalid error whose cause is Problems when a value does not
// fit, a needed one is absent, or the code could be read in another way.
func (s Scheme) Format(v Values) (string, error) {
	const op = "build code"
	code, full, problems := s.join(v, len(s.Elements))
	for name, value := range v {
		if _, ok := s.Element(name); !ok {
			problems = append(problems, Problem{Rule: "C02", Code: Extra, Element: name, Value: value})
		}
	}
	if len(problems) == 0 && utf8.RuneCountInString(code) > MaxRunes {
		problems = append(problems, tooLong())
	}
	if len(problems) == 0 && !maps.Equal(s.read(code), full) {
		problems = append(problems, Problem{Rule: "C02", Code: Ambiguous, Value: code})
	}
	if len(problems) > 0 {
		return "", archive.WrapAs(archive.Invalid, op, code, Problems(problems))
	}
	return code, nil
}

// join writes the first n elements. full has the values as written.
func (s Scheme) join(v Values, n int) (code string, full Values, problems Problems) {
	var b strings.Builder
	full = make(Values, len(v))
	for i := range s.Elements[:n] {
		e := &s.Elements[i]
		value, given := v[e.Name]
		if !given {
			if !e.Optional {
				problems = append(problems, Problem{Rule: "C02", Code: Missing, Element: e.Name, Want: e.Example})
			}
			continue
		}
		parts := []string{value}
		if e.times() > 1 {
			parts = strings.Split(value, Dot)
		}
		if len(parts) > e.times() {
			problems = append(problems, Problem{Rule: "C02", Code: Extra, Element: e.Name, Value: value})
		}
		for k, p := range parts {
			p = e.pad(p, e.Min)
			parts[k] = p
			b.WriteString(e.Sep)
			b.WriteString(p)
			if bad := e.fault(p); bad != "" {
				problems = append(problems, e.problem(bad, p))
			}
		}
		full[e.Name] = strings.Join(parts, Dot)
	}
	return b.String(), full, problems
}

// pad fills a number to a width, when the element is one that is filled.
func (e *Element) pad(v string, width int) string {
	if e.Pad == "" || v == "" || len(v) >= width {
		return v
	}
	return strings.Repeat(e.Pad, width-len(v)) + v
}

// Next gives the code after highest, the highest code in use in the class that
// the values describe; "" for an empty class. Values hold the elements before the
// number: for a scheme by volume the next volume is given when 案卷号 is absent,
// the next item of the volume when it is there. highest may lie deeper than the
// number asked for: after item C038-001-007-003 the next volume is C038-001-008.
// The width of highest is kept. It returns a Conflict error when the class is full.
func (s Scheme) Next(class Values, highest string) (string, error) {
	const op = "give next number"
	at := s.serial(class)
	if at < 0 {
		return "", archive.Errorf(archive.Invalid, op, "", "the class has its numbers already")
	}
	e := &s.Elements[at]
	width, number := len(e.Example), s.SeqStart
	if highest != "" {
		last, err := s.Parse(highest)
		if err != nil {
			return "", archive.Wrap(op, highest, err)
		}
		for _, name := range s.scope(at) {
			if last[name] != class[name] {
				return "", archive.Errorf(archive.Invalid, op, highest, "of another class: %s is %q", name, last[name])
			}
		}
		if last[e.Name] != "" {
			n, err := strconv.Atoi(last[e.Name])
			if err != nil {
				return "", archive.WrapAs(archive.Invalid, op, highest, err)
			}
			number, width = max(n+1, s.SeqStart), len(last[e.Name])
		}
	}
	return s.Nth(class, number, width)
}

// serial finds the running number that follows the values given: the first serial
// element without a value. -1: there is none.
func (s Scheme) serial(v Values) int {
	return slices.IndexFunc(s.Elements, func(e Element) bool {
		_, given := v[e.Name]
		return e.Serial && !given
	})
}

// scope lists the elements that form the class of a running number: SeqScope for
// the first number of the scheme, all elements before it for a deeper one.
func (s Scheme) scope(at int) []string {
	if at == s.serial(nil) {
		return s.SeqScope
	}
	names := make([]string, at)
	for i := range names {
		names[i] = s.Elements[i].Name
	}
	return names
}

// Prefix is what the codes of the class begin with, the separator before the
// number included: "Z109-WS·2011-Y-BGS-".
func (s Scheme) Prefix(class Values) (string, error) {
	const op = "build prefix"
	at := s.serial(class)
	if at < 0 {
		return "", archive.Errorf(archive.Invalid, op, "", "the class has its numbers already")
	}
	code, _, problems := s.join(class, at)
	if len(problems) > 0 {
		return "", archive.WrapAs(archive.Invalid, op, code, problems)
	}
	return code + s.Elements[at].Sep, nil
}

// Class names the numbering class of a code: two codes share a series of numbers
// exactly when their classes are equal.
func (s Scheme) Class(code string) (string, error) {
	v, err := s.Parse(code)
	if err != nil {
		return "", err
	}
	at := s.last(v)
	if at < 0 {
		return "", archive.Errorf(archive.Invalid, "name class", code, "has no running number")
	}
	parts := []string{s.Elements[at].Name}
	for _, name := range s.scope(at) {
		parts = append(parts, name+"="+v[name])
	}
	return strings.Join(parts, " "), nil
}

// last finds the deepest running number that the values have, or -1.
func (s Scheme) last(v Values) int {
	for i, e := range slices.Backward(s.Elements) {
		if _, given := v[e.Name]; given && e.Serial {
			return i
		}
	}
	return -1
}
