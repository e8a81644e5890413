package search

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"
)

// gramSize is the longest run of characters that is one term of the index.
const gramSize = 3

// Terms are runs of UTF-16 big-endian code units: shorter than UTF-8 for Han, and
// without ambiguity, since halves of a pair stand for nothing else.
func appendRune16(b []byte, r rune) []byte {
	if r < 0x10000 {
		return append(b, byte(r>>8), byte(r)) //nolint:gosec // below 0x10000, as asked above
	}
	hi, lo := utf16.EncodeRune(r)
	return append(b, byte(hi>>8), byte(hi), byte(lo>>8), byte(lo)) //nolint:gosec // halves of a surrogate pair have 16 bits
}

// joins tells whether runs go on through r. Punctuation and blanks are terms of
// their own but end runs: what stands on both sides of a full stop is hardly ever
// looked for, and such runs, being rare, would be a quarter of the index.
func joins(r rune) bool {
	switch {
	case 0x4E00 <= r && r < 0xA000, 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return true
	case r < 0x80:
		return false
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// addGrams adds the runs of one to three characters of a folded text to a field's
// terms. The terms share one string, and all point to one occurrence without
// frequency: the index keeps only which documents have a term.
func addGrams(terms index.TokenFrequencies, folded string, tf *index.TokenFreq) {
	buf := make([]byte, 0, 2*len(folded))
	starts := make([]int, 0, utf8.RuneCountInString(folded)+1)
	run := make([]int, 0, cap(starts)) // how many characters from here on are one run
	for _, r := range folded {
		starts = append(starts, len(buf))
		buf = appendRune16(buf, r)
		if joins(r) {
			run = append(run, 1)
		} else {
			run = append(run, 0)
		}
	}
	starts = append(starts, len(buf))
	for i := len(run) - 2; i >= 0; i-- {
		if run[i] > 0 {
			run[i] = min(1+run[i+1], gramSize)
		}
	}
	all := string(buf)
	for i, n := range run {
		for k := 1; k <= max(n, 1); k++ {
			terms[all[starts[i]:starts[i+k]]] = tf
		}
	}
}

// gramsOf gives terms that every text with the folded word has, and whether that is
// all: whether every text that has them has the word.
func gramsOf(word string) (terms [][]byte, exact bool) {
	var runs [][]rune
	var run, others []rune
	for _, r := range word {
		if joins(r) {
			run = append(run, r)
			continue
		}
		others = append(others, r)
		if run != nil {
			runs = append(runs, run)
		}
		run = nil
	}
	if run != nil {
		runs = append(runs, run)
	}
	if len(runs) == 0 {
		for _, r := range others {
			runs = append(runs, []rune{r})
		}
	}
	seen := map[string]bool{}
	for _, run := range runs {
		n := min(len(run), gramSize)
		for i := 0; i+n <= len(run); i++ {
			var t []byte
			for _, r := range run[i : i+n] {
				t = appendRune16(t, r)
			}
			if !seen[string(t)] {
				seen[string(t)] = true
				terms = append(terms, t)
			}
		}
	}
	n := utf8.RuneCountInString(word)
	return terms, n == 1 || n <= gramSize && len(others) == 0
}
