package ocr

import (
	"math"
	"strings"
	"unicode/utf8"

	"lantai/archive"
)

// Chinese is set on a grid, and Tesseract's LSTM engine places the characters of a
// line up to half a character beside where they stand, while the ends of the line
// are right. So the words of a line that is mostly Chinese are put on the grid
// between its ends, where the engine's own places agree with that roughly.

const (
	gapOfPieces = 1.5 // a blank of so many line heights parts a line into pieces
	leastWide   = 3   // full-width characters that a grid is made of
	shareWide   = 0.6 // of all characters of the piece
	looseness   = 1.0 // characters that the engine's places may lie off the grid
)

// onGrid puts words on the grid of their lines.
func onGrid(words []cell) {
	for from := 0; from < len(words); {
		to := from + 1
		for to < len(words) && sameLine(words[from], words[to]) && !parted(words[to-1], words[to]) {
			to++
		}
		fitPiece(words[from:to])
		from = to
	}
}

func sameLine(a, b cell) bool { return a.block == b.block && a.par == b.par && a.line == b.line }

// parted tells whether two words of a line have a wide blank between them.
func parted(a, b cell) bool {
	return float64(b.box.X-a.box.X-a.box.W) > gapOfPieces*float64(max(a.box.H, b.box.H))
}

// fitPiece puts the words of one piece of a line on its grid, if it has one.
func fitPiece(words []cell) {
	box := words[0].box
	left, right, top, bottom := box.X, box.X+box.W, box.Y, box.Y+box.H
	var all strings.Builder
	wide, runes, units := 0, 0, 0.0
	starts := make([]float64, len(words)) // in ems from the left
	for i, w := range words {
		starts[i] = units
		left, right = min(left, w.box.X), max(right, w.box.X+w.box.W)
		top, bottom = min(top, w.box.Y), max(bottom, w.box.Y+w.box.H)
		all.WriteString(w.text)
		units += ems(w.text)
		wide += wideRunes(w.text)
		runes += utf8.RuneCountInString(w.text)
	}
	if wide < leastWide || float64(wide) < shareWide*float64(runes) || right-left < bottom-top {
		return
	}
	lead, trail := bearings(all.String())
	em := float64(right-left) / (units - lead - trail)
	origin := float64(left) - lead*em
	for i, w := range words {
		middle := origin + em*(starts[i]+ems(w.text)/2)
		if math.Abs(middle-float64(w.box.X)-float64(w.box.W)/2) > looseness*em {
			return
		}
	}
	for i := range words {
		x := origin + em*starts[i]
		words[i].box = archive.Box{X: int(math.Round(x)), Y: words[i].box.Y,
			W: max(int(math.Round(em*ems(words[i].text))), 1), H: words[i].box.H}
	}
	words[0].box = startAt(words[0].box, left)
	last := &words[len(words)-1].box
	last.W = max(min(last.X+last.W, right)-last.X, 1)
}

// startAt moves the left edge of a box to the right, if it lies left of x.
func startAt(b archive.Box, x int) archive.Box {
	if b.X < x {
		b.W, b.X = max(b.W-(x-b.X), 1), x
	}
	return b
}

// ems is the width of a text in full-width characters.
func ems(s string) float64 {
	n := wideRunes(s)
	return float64(n) + float64(utf8.RuneCountInString(s)-n)/2
}

func wideRunes(s string) (n int) {
	for _, r := range s {
		if archive.Unspaced(r) {
			n++
		}
	}
	return n
}

// bearings is how much of an em is white before the ink of the first character and
// behind that of the last, for the marks that fill only half of theirs.
func bearings(s string) (lead, trail float64) {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune("（〔［｛《〈「『【“‘", first) {
		lead = 0.5
	}
	if strings.ContainsRune("，。、；：！？）〕］｝》〉」』】”’", last) {
		trail = 0.5
	}
	return lead, trail
}
