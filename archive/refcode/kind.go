package refcode

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
)

// HoldsOf tells what the single records of a 门类 are, by its code of two letters
// (DA/T 13-2022; TS and ZL, which have no code there, are in use for the reference
// library, SX for recordings). "" where they are documents, or what the scheme says.
func HoldsOf(category string) archive.HoldingKind {
	category, _, _ = strings.Cut(category, Dot)
	switch category {
	case "ZP":
		return archive.KindPhoto
	case "SW":
		return archive.KindObject
	case "LY", "LX", "SX":
		return archive.KindAV
	case "TS", "ZL":
		return archive.KindBook
	}
	return ""
}

// Kind tells what a code describes: a volume, an item, a photo; "" when it does
// not fit.
func (s Scheme) Kind(code string) archive.HoldingKind { return s.KindIn("", code) }

// KindIn tells what a code describes in a series whose single records are of a kind
// (archive.Series.Holds); an empty kind leaves it to the scheme. The volumes of a series
// of photos are albums.
func (s Scheme) KindIn(holds archive.HoldingKind, code string) archive.HoldingKind {
	v := s.read(code)
	for _, e := range slices.Backward(s.Elements) {
		if _, given := v[e.Name]; given {
			return e.KindIn(holds)
		}
	}
	return ""
}

// KindIn is what a code that ends with the element describes in such a series.
func (e Element) KindIn(holds archive.HoldingKind) archive.HoldingKind {
	switch {
	case holds == "":
		return e.Kind
	case e.Kind.IsSingle():
		return holds
	case e.Kind == archive.KindVolume && holds == archive.KindPhoto:
		return archive.KindAlbum
	}
	return e.Kind
}

// Parent gives the code of the volume that an item's code lies in. ok is false
// for codes that do not fit and for those that stand by themselves.
func (s Scheme) Parent(code string) (parent string, ok bool) {
	v := s.read(code)
	at := s.last(v)
	if at < 0 {
		return "", false
	}
	v = maps.Clone(v)
	for _, e := range s.Elements[at:] {
		delete(v, e.Name)
	}
	if above := s.last(v); above < 0 || s.Elements[above].Kind == "" {
		return "", false
	}
	parent, err := s.Format(v)
	return parent, err == nil
}

// Numbered is a code taken apart at its last running number.
type Numbered struct {
	Class   Values // the elements before the number
	Prefix  string // what the codes of the class begin with: "Z109-WS·2011-Y-BGS-"
	Element string // the running number: item_no, volume_no …
	Number  int
	Width   int // digits
}

// Numbered takes a code apart; ok is false for codes that do not fit, that have no
// running number, or something behind it.
func (s Scheme) Numbered(code string) (n Numbered, ok bool) {
	v := s.read(code)
	at := s.last(v)
	if at < 0 {
		return Numbered{}, false
	}
	digits := v[s.Elements[at].Name]
	prefix, ends := strings.CutSuffix(code, digits)
	number, err := strconv.Atoi(digits)
	if !ends || err != nil {
		return Numbered{}, false
	}
	n = Numbered{Class: Values{}, Prefix: prefix, Element: s.Elements[at].Name, Number: number, Width: len(digits)}
	for _, e := range s.Elements[:at] {
		if value, given := v[e.Name]; given {
			n.Class[e.Name] = value
		}
	}
	return n, true
}

// NumberAt is the running number with which a code goes on behind what the codes of a class
// begin with (as Prefix gives it), whatever lies deeper; ok is false for a code of another
// class, though it may begin so too.
func (s Scheme) NumberAt(code, prefix string) (number int, ok bool) {
	v := s.read(code)
	for at, e := range s.Elements {
		if !e.Serial || v[e.Name] == "" {
			continue
		}
		class := Values{}
		for _, before := range s.Elements[:at] {
			if value, given := v[before.Name]; given {
				class[before.Name] = value
			}
		}
		if is, err := s.Prefix(class); err == nil && is == prefix {
			number, err = strconv.Atoi(v[e.Name])
			return number, err == nil
		}
	}
	return 0, false
}

// Number is the running number at the end of a code, or 0.
func (s Scheme) Number(code string) int {
	n, _ := s.Numbered(code)
	return n.Number
}

// ReadClass reads what the codes of a class begin with: the elements before its running
// number. The separator at the end may be left out.
func (s Scheme) ReadClass(prefix string) (Values, bool) {
	prefix = strings.TrimSuffix(strings.TrimSuffix(Normalise(prefix), Dash), Dot)
	for _, e := range s.Elements {
		if !e.Serial {
			continue
		}
		if n, ok := s.Numbered(prefix + e.Sep + e.Example); ok && n.Element == e.Name {
			return n.Class, true
		}
	}
	return nil, false
}

// Nth is the code of a number in a class. A width of 0 is that of the scheme's example;
// a number that needs more digits has them. It returns a Conflict error for a number that
// the scheme has no room for.
func (s Scheme) Nth(class Values, number, width int) (string, error) {
	const op = "build code"
	at := s.serial(class)
	if at < 0 {
		return "", archive.Errorf(archive.Invalid, op, "", "the class has its numbers already")
	}
	e := &s.Elements[at]
	if width == 0 {
		width = len(e.Example)
	}
	text := strconv.Itoa(number)
	if number < s.SeqStart {
		return "", archive.Errorf(archive.Invalid, op, text, "numbers begin at %d", s.SeqStart)
	}
	if len(text) > e.Max {
		return "", archive.Errorf(archive.Conflict, op, text, "the class is full")
	}
	v := maps.Clone(class)
	if v == nil {
		v = Values{}
	}
	v[e.Name] = strings.Repeat("0", max(0, width-len(text))) + text
	return s.Format(v)
}

// RetentionCode gives the code of a 保管期限 however it is written: Y for 永久, D30 for
// 定期30年; C and D stand for 长期 and 短期, which are never a number of years. What is
// none is given back in canonical form.
func RetentionCode(text string) string {
	s := Normalise(text)
	switch s {
	case "永久", "1":
		return "Y"
	case "长期", "長期", "2":
		return "C"
	case "短期", "3":
		return "D"
	}
	n := strings.Trim(strings.TrimPrefix(strings.TrimPrefix(s, "定期"), "D"), "() ")
	n = strings.TrimSuffix(n, "年")
	if _, err := strconv.Atoi(n); err == nil && n != s {
		return "D" + n
	}
	return s
}

// Prefixes are what the codes of the class of a code begin with and, where that class is
// the inside of a volume, what those of the volume's class begin with. None for a code that
// does not fit.
func (s Scheme) Prefixes(code string) []string {
	var list []string
	for code != "" {
		n, ok := s.Numbered(code)
		if !ok {
			break
		}
		list = append(list, n.Prefix)
		if code, ok = s.Parent(code); !ok {
			break
		}
	}
	return list
}
