package parts

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// fitter shortens text to a width. It adds up the widths of single characters,
// which it measures once each: shaping every cell of a screenful would cost more
// than a frame has.
type fitter struct {
	size  float32
	style fyne.TextStyle
	width map[rune]float32
	line  float32 // height of a line
}

func newFitter(size float32, style fyne.TextStyle) *fitter {
	return &fitter{size: size, style: style, width: map[rune]float32{}, line: fyne.MeasureText("国", size, style).Height}
}

// set puts a text into the middle of a row, on whole units: between two pixels it
// would be drawn blurred.
func (f *fitter) set(text *canvas.Text, x, y, width, height float32) {
	text.Move(fyne.NewPos(float32(math.Round(float64(x))), y+float32(math.Floor(float64(height-f.line)/2))))
	text.Resize(fyne.NewSize(width, f.line))
}

func (f *fitter) rune(r rune) float32 {
	w, ok := f.width[r]
	if !ok {
		w = fyne.MeasureText(string(r), f.size, f.style).Width
		f.width[r] = w
	}
	return w
}

// length is the width of a text.
func (f *fitter) length(text string) float32 {
	sum := float32(0)
	for _, r := range text {
		sum += f.rune(r)
	}
	return sum
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
