package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain brings a text to the form that is compared: NFKC, no white space.
func plain(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\ufeff' {
			return -1
		}
		return r
	}, norm.NFKC.String(s)))
}

// errorsIn counts the insertions, deletions and substitutions that lead from
// what was read to the truth (Levenshtein, 1965).
func errorsIn(truth, read []rune) int {
	row := make([]int, len(read)+1)
	for j := range row {
		row[j] = j
	}
	for i, t := range truth {
		diagonal := row[0]
		row[0] = i + 1
		for j, r := range read {
			cost := diagonal
			if t != r {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(read)]
}

// score adds up errors over texts.
type score struct{ errors, characters int }

func (s *score) add(o score) { s.errors += o.errors; s.characters += o.characters }

// rate is the character error rate in percent.
func (s score) rate() float64 {
	if s.characters == 0 {
		return 0
	}
	return 100 * float64(s.errors) / float64(s.characters)
}

func compare(truth, read string) score {
	t := plain(truth)
	return score{errorsIn(t, plain(read)), len(t)}
}
