package search

import (
	"strings"
	"unicode"
)

// How much of the text a snippet shows, in characters.
const (
	snippetBefore = 24
	snippetSize   = 90
	snippetMost   = 240 // when the words found are longer
)

// snippet is the text around the first stretch found, on one line, as plain text;
// the beginning of the text when nothing was to be found in it.
func snippet(text string, spans []span) string {
	runes := []rune(text)
	from, to := 0, min(len(runes), snippetSize)
	if len(spans) > 0 {
		s := spans[0]
		from = max(s.from-snippetBefore, 0)
		to = min(max(from+snippetSize, s.to+snippetBefore/2), from+snippetMost, len(runes))
		to = max(to, min(s.to, len(runes)))
	}
	line := oneLine(runes[from:to])
	if from > 0 {
		line = "…" + line
	}
	if to < len(runes) {
		line += "…"
	}
	return line
}

// oneLine drops line ends and blanks as Fold does, but leaves all else as it is.
func oneLine(runes []rune) string {
	var b strings.Builder
	blank := false
	var last rune
	for _, r := range runes {
		switch {
		case unicode.IsSpace(r):
			blank = true
			continue
		case unicode.IsControl(r):
			continue
		}
		if blank && last != 0 && last < 0x2E80 && r < 0x2E80 {
			b.WriteByte(' ')
		}
		blank = false
		last = r
		b.WriteRune(r)
	}
	return b.String()
}
