package main

import (
	"math/rand/v2"
	"unicode"

	made "lantai/archive/sample"
)

// readSentences reads the sentences of the texts of a folder.
func readSentences(dir string) (out []string, err error) {
	err = made.Sentences(dir, func(s string) { out = append(out, s) })
	return out, err
}

// makePages draws n pages of size characters from the sentences in an order that
// the seed decides; each time through, the order is another.
func makePages(sentences []string, n, size int, seed uint64) []string {
	order := make([]string, len(sentences))
	copy(order, sentences)
	rnd := rand.New(rand.NewPCG(seed, 1))
	pages := make([]string, 0, n)
	var page []rune
	for len(pages) < n {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, s := range order {
			page = append(page, []rune(s)...)
			for len(page) >= size && len(pages) < n {
				pages = append(pages, string(page[:size]))
				page = append(page[:0], page[size:]...)
			}
			if len(pages) == n {
				break
			}
		}
	}
	return pages
}

// phrase is one phrase to look for.
type phrase struct {
	text  string
	hits  int // by a plain scan of the folded texts, or by the index where that is exact
	runes int
}

// drawPhrase takes a phrase of 1 to 12 Han characters off a page.
func drawPhrase(pages []string, rnd *rand.Rand, longest int) (string, bool) {
	p := []rune(pages[rnd.IntN(len(pages))])
	n := 1 + rnd.IntN(longest)
	at := rnd.IntN(len(p) - n)
	for _, r := range p[at : at+n] {
		if !unicode.Is(unicode.Han, r) {
			return "", false
		}
	}
	return string(p[at : at+n]), true
}
