package refcode

import (
	"strings"
	"unicode"
)

// Normalise brings a code from outside into canonical form: full-width characters
// to half width, the dashes and dots in use to - and ·, letters to capitals,
// blanks off the ends and away from separators, invisible characters out. It does
// not repair elements; keep what was given beside the result. Normalising twice
// changes nothing.
//
// ASCII "." and "_" stay: they stand for · in some file names, which FromPath
// knows, and for themselves elsewhere.
func Normalise(raw string) string {
	var b strings.Builder
	blank, after := false, true // after: at the start or after a separator
	for _, r := range raw {
		r = fold(r)
		switch r {
		case 0:
			continue
		case ' ':
			blank = true
			continue
		}
		separator := r == '-' || r == '·'
		if blank && !separator && !after {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		blank, after = false, separator
	}
	return b.String()
}

// fold gives the canonical form of one character; 0 for one that is not seen.
func fold(r rune) rune {
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹘', '﹣', '\uff0d':
		return '-'
	case '•', '・', '\uff0e', '∙', '⋅', '･', '‧', '\u0387', '·':
		return '·'
	case '\u00ad', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', 0:
		return 0
	}
	if r >= '\uff01' && r <= '\uff5e' { // full-width ASCII
		r -= 0xfee0
	}
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}
