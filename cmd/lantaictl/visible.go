package main

import (
	"io"
	"strings"
	"unicode"
)

// visible writes words to a screen. Names and titles come from anywhere: what in them would
// command the terminal, or turn the order of a line round, is shown as a sign.
type visible struct{ to io.Writer }

// Write writes whole texts: none is parted within a rune.
func (v visible) Write(b []byte) (int, error) {
	if _, err := io.WriteString(v.to, shown(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// shown has U+2400 and the following for control characters, U+FFFD for others that do not
// show themselves but change how a line looks.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20:
			return '␀' + r
		case r == 0x7f:
			return '␡'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
