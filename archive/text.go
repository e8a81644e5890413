package archive

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unspaced tells whether a rune belongs to writing without blanks between words: Han,
// kana, bopomofo, and the punctuation and full-width forms set with them.
func Unspaced(r rune) bool {
	return r >= 0x2E80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303F || // CJK symbols and punctuation
		r >= 0xFE30 && r <= 0xFE4F || // vertical forms
		r >= 0xFF00 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6) || // full-width forms
		r == '“' || r == '”' || r == '‘' || r == '’' || r == '…' || r == '—'
}

// TidyLine makes a line of text as PageText.Plain has it: valid UTF-8 without control
// characters, blanks single and only between letters that need them.
func TidyLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || r == '\uFEFF' || r == '\u200B' {
			return -1
		}
		return r
	}, s)
	var b strings.Builder
	var last rune
	for i, f := range strings.Fields(s) {
		first, _ := utf8.DecodeRuneInString(f)
		if i > 0 && !Unspaced(last) && !Unspaced(first) {
			b.WriteByte(' ')
		}
		b.WriteString(f)
		last, _ = utf8.DecodeLastRuneInString(f)
	}
	return b.String()
}
