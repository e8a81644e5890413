package search

import (
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
		return append(b, byte(r>>8), byte(r))
	}
	hi, lo := utf16.EncodeRune(r)
	return append(b, byte(hi>>8), byte(hi), byte(lo>>8), byte(lo))
}

// addGrams adds all runs of one to three characters of a folded text to a field's
// terms. The terms share one string, and all point to one occurrence without
// frequency: the index keeps only which documents have a term.
func addGrams(terms index.TokenFrequencies, folded string, tf *index.TokenFreq) {
	buf := make([]byte, 0, 2*len(folded))
	starts := make([]int, 0, utf8.RuneCountInString(folded)+1)
	for _, r := range folded {
		starts = append(starts, len(buf))
		buf = appendRune16(buf, r)
	}
	starts = append(starts, len(buf))
	all := string(buf)
	for i := range len(starts) - 1 {
		for k := i + 1; k < len(starts) && k <= i+gramSize; k++ {
			terms[all[starts[i]:starts[k]]] = tf
		}
	}
}

// gramsOf are the terms that every text with the folded word has: the word itself
// up to three characters, else its runs of three.
func gramsOf(word string) (terms [][]byte, exact bool) {
	runes := []rune(word)
	n := min(len(runes), gramSize)
	seen := make(map[string]bool, len(runes))
	for i := 0; i+n <= len(runes); i++ {
		var t []byte
		for _, r := range runes[i : i+n] {
			t = appendRune16(t, r)
		}
		if !seen[string(t)] {
			seen[string(t)] = true
			terms = append(terms, t)
		}
	}
	return terms, len(runes) <= gramSize
}
