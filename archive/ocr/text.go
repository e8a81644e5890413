package ocr

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// text joins the words to lines and paragraphs. Every line ends in \n, an empty
// line parts paragraphs. Tesseract cuts Chinese into words of one to four
// characters; they are joined without a blank, and a blank stays only between two
// words of a script that is written with blanks.
func (s sheet) text() archive.PageText {
	onGrid(s.words)
	t := archive.PageText{Origin: archive.OriginRecognised}
	var b strings.Builder
	runes, weight, sum := 0, 0, 0.0
	var last rune
	for i, w := range s.words {
		if i > 0 {
			gap := separator(s.words[i-1], w, last)
			b.WriteString(gap)
			runes += len(gap)
		}
		n := utf8.RuneCountInString(w.text)
		t.Words = append(t.Words, archive.Word{Start: runes, Len: n, Box: w.box, Confidence: int(math.Round(w.conf))})
		b.WriteString(w.text)
		runes += n
		sum += w.conf * float64(n)
		weight += n
		last, _ = utf8.DecodeLastRuneInString(w.text)
	}
	if weight > 0 {
		b.WriteByte('\n')
		t.Confidence = int(math.Round(sum / float64(weight)))
	}
	t.Plain = b.String()
	return t
}

// separator is what stands between two words; it is ASCII. last is the final rune
// of a.
func separator(a, b cell, last rune) string {
	switch {
	case a.block != b.block || a.par != b.par:
		return "\n\n"
	case a.line != b.line:
		return "\n"
	}
	first, _ := utf8.DecodeRuneInString(b.text)
	if unspaced(last) || unspaced(first) {
		return ""
	}
	return " "
}

// unspaced tells whether a rune belongs to writing without blanks between words:
// Han, kana, bopomofo, and the punctuation and full-width forms set with them.
func unspaced(r rune) bool {
	return r >= 0x2E80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303F || // CJK symbols and punctuation
		r >= 0xFE30 && r <= 0xFE4F || // vertical forms
		r >= 0xFF00 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6) || // full-width forms
		r == '“' || r == '”' || r == '‘' || r == '’' || r == '…' || r == '—'
}

// clean makes one word of what stands in the text column: valid UTF-8 without
// control characters, and within it blanks only between letters that need them.
func clean(s string) string {
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
		if i > 0 && !unspaced(last) && !unspaced(first) {
			b.WriteByte(' ')
		}
		b.WriteString(f)
		last, _ = utf8.DecodeLastRuneInString(f)
	}
	return b.String()
}
