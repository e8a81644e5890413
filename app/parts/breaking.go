package parts

import (
	"strings"
	"unicode"
)

// closing are characters that do not begin a line, opening those that do not end one
// (GB/T 15834-2011, 5.1).
const (
	closing = "，。、；：？！…—～·）】》〉”’」』〕％,.;:?!)]}%"
	opening = "（【《〈“‘「『〔([{"
)

// breakLines breaks a text into lines no wider than width, where width is wider than
// its characters are. Between Han a line may end anywhere but at punctuation that
// belongs to a neighbour; other words are broken only where one is wider than a line.
func breakLines(text string, width float32, measure func(rune) float32) (lines []string) {
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, breakParagraph([]rune(paragraph), width, measure)...)
	}
	return lines
}

func breakParagraph(text []rune, width float32, measure func(rune) float32) (lines []string) {
	begin, sum, may := 0, float32(0), 0 // may is the last place to break at, begin if none
	for i := 0; i < len(text); i++ {
		if i > begin && breakable(text[i-1], text[i]) {
			may = i
		}
		sum += measure(text[i])
		if sum <= width || i == begin || text[i] == ' ' {
			continue
		}
		if may <= begin {
			may = i
		}
		lines = append(lines, strings.TrimRight(string(text[begin:may]), " "))
		begin, i, sum = may, may-1, 0
	}
	return append(lines, string(text[begin:]))
}

// breakable tells whether a line may end between two characters.
func breakable(before, after rune) bool {
	switch {
	case strings.ContainsRune(closing, after), strings.ContainsRune(opening, before), after == ' ':
		return false
	case before == ' ', before == '/', before == '\\', before == '-', strings.ContainsRune(closing, before) && wide(before):
		return true
	}
	return wide(before) || wide(after)
}

// wide tells the characters that stand alone: Han, and punctuation of their width.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff60
}
