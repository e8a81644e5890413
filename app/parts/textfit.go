package parts

import (
	"fyne.io/fyne/v2"
)

// fitter shortens text to a width. It adds up the widths of single characters,
// which it measures once each: shaping every cell of a screenful would cost more
// than a frame has.
type fitter struct {
	size  float32
	style fyne.TextStyle
	width map[rune]float32
}

func newFitter(size float32, style fyne.TextStyle) *fitter {
	return &fitter{size: size, style: style, width: map[rune]float32{}}
}

func (f *fitter) rune(r rune) float32 {
	w, ok := f.width[r]
	if !ok {
		w = fyne.MeasureText(string(r), f.size, f.style).Width
		f.width[r] = w
	}
	return w
}

// fit returns text, or as much of it as fits with an ellipsis. Line ends become
// blanks, since a cell is one line.
func (f *fitter) fit(text string, width float32) string {
	ellipsis := f.rune('…')
	sum, cut := float32(0), 0
	plain := true
	for i, r := range text {
		if r == '\n' || r == '\r' || r == '\t' {
			plain, r = false, ' '
		}
		sum += f.rune(r)
		if sum > width {
			return oneLine(text[:cut], plain) + "…"
		}
		if sum+ellipsis <= width {
			cut = i + len(string(r))
		}
	}
	return oneLine(text, plain)
}

func oneLine(s string, plain bool) string {
	if plain {
		return s
	}
	out := []rune(s)
	for i, r := range out {
		if r == '\n' || r == '\r' || r == '\t' {
			out[i] = ' '
		}
	}
	return string(out)
}
