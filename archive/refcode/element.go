package refcode

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// contains gives the test for membership, nil for an unknown set.
func (c Charset) contains() func(rune) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	letter := func(r rune) bool { return r >= 'A' && r <= 'Z' }
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	switch c {
	case Digits:
		return digit
	case Letters:
		return letter
	case AlNum:
		return func(r rune) bool { return digit(r) || letter(r) }
	case Han:
		return han
	case AlNumHan:
		return func(r rune) bool { return digit(r) || letter(r) || han(r) }
	}
	return nil
}

// fault tells what is wrong with one value of the element, "" for nothing.
func (e *Element) fault(v string) ProblemCode {
	in := e.Charset.contains()
	for _, r := range v {
		if in == nil || !in(r) || r == utf8.RuneError {
			return BadCharset
		}
	}
	switch n := utf8.RuneCountInString(v); {
	case n == 0:
		return Missing
	case n < e.Min || n > e.Max:
		return BadWidth
	case e.shape != nil && !e.shape.MatchString(v):
		return BadPattern
	case len(e.Vocab) > 0 && !slices.Contains(e.Vocab, v):
		return BadVocab
	}
	return ""
}
