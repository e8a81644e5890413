package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"lantai/archive"
)

// span is a stretch of a text in runes, end not included.
type span struct{ from, to int }

// find gives where the folded words stand in a text, in order; stretches that
// overlap are one.
func find(f Folded, words []string) []span {
	var all []span
	for _, w := range words {
		if w == "" {
			continue
		}
		runes, at, n := 0, 0, utf8.RuneCountInString(w)
		for {
			i := strings.Index(f.Text[at:], w)
			if i < 0 {
				break
			}
			runes += utf8.RuneCountInString(f.Text[at : at+i])
			all = append(all, span{f.Start[runes], f.End[runes+n-1]})
			_, size := utf8.DecodeRuneInString(f.Text[at+i:])
			at += i + size
			runes++
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	merged := all[:0]
	for _, s := range all {
		if last := len(merged) - 1; last >= 0 && s.from < merged[last].to {
			merged[last].to = max(merged[last].to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// Locate finds folded words in the text of a page, as corrected where it was, and
// gives their boxes on the upright master, merged along lines.
func Locate(text archive.PageText, words []string) []archive.Box {
	return boxes(text, find(Fold(text.Text()), words))
}

// boxes gives the boxes of stretches of the searched text. Inside a recognised
// word its characters are taken to be of one width.
func boxes(text archive.PageText, spans []span) []archive.Box {
	if len(spans) == 0 || len(text.Words) == 0 {
		return nil
	}
	if text.HasCorrect {
		spans = align([]rune(text.Corrected), []rune(text.Plain)).spans(spans)
	}
	words := slices.Clone(text.Words)
	slices.SortStableFunc(words, func(a, b archive.Word) int { return a.Start - b.Start })
	var out []archive.Box
	at := 0
	for _, s := range spans {
		for at < len(words) && words[at].Start+words[at].Len <= s.from {
			at++
		}
		var line stretch
		for i := at; i < len(words) && words[i].Start < s.to; i++ {
			w := words[i]
			if w.Len <= 0 {
				continue
			}
			from, to := max(s.from-w.Start, 0), min(s.to-w.Start, w.Len)
			if from >= to {
				continue
			}
			if !line.take(part(w, from, to), w) {
				out = append(out, line.box)
				line = stretch{}
				line.take(part(w, from, to), w)
			}
		}
		if line.some {
			out = append(out, line.box)
		}
	}
	return out
}

// upright tells whether a word is written from top to bottom.
func upright(w archive.Word) bool { return w.Len > 1 && 2*w.Box.H > 3*w.Box.W }

// part gives the box of some characters of a word.
func part(w archive.Word, from, to int) archive.Box {
	b := w.Box
	if upright(w) {
		top, bottom := b.H*from/w.Len, b.H*to/w.Len
		return archive.Box{X: b.X, Y: b.Y + top, W: b.W, H: max(bottom-top, 1)}
	}
	left, right := b.W*from/w.Len, b.W*to/w.Len
	return archive.Box{X: b.X + left, Y: b.Y, W: max(right-left, 1), H: b.H}
}

// stretch is one box growing along a line.
type stretch struct {
	box     archive.Box
	upright bool
	some    bool
}

// take joins a box that goes on along the same line; false when it does not.
func (l *stretch) take(b archive.Box, w archive.Word) bool {
	if !l.some {
		l.box, l.some, l.upright = b, true, upright(w)
		return true
	}
	a := l.box
	across := overlap(a.Y, a.H, b.Y, b.H)
	along, size := gap(a.X, a.W, b.X, b.W), max(a.H, b.H)
	if l.upright || upright(w) {
		across = overlap(a.X, a.W, b.X, b.W)
		along, size = gap(a.Y, a.H, b.Y, b.H), max(a.W, b.W)
	}
	if !across || along > 2*size {
		return false
	}
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	l.box = archive.Box{X: x, Y: y, W: max(a.X+a.W, b.X+b.W) - x, H: max(a.Y+a.H, b.Y+b.H) - y}
	l.upright = l.upright || upright(w)
	return true
}

// overlap tells whether two stretches share half of the shorter one.
func overlap(a, an, b, bn int) bool {
	shared := min(a+an, b+bn) - max(a, b)
	return 2*shared >= min(an, bn)
}

func gap(a, an, b, bn int) int { return max(max(a, b)-min(a+an, b+bn), 0) }
