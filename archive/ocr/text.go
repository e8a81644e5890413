package ocr

import (
	"math"
	"strings"
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
	if archive.Unspaced(last) || archive.Unspaced(first) {
		return ""
	}
	return " "
}
