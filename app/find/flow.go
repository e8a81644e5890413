package find

import (
	"fyne.io/fyne/v2"
)

// measure knows the widths of single characters, which it measures once each.
type measure struct {
	size   float32
	style  fyne.TextStyle
	widths map[rune]float32
	height float32
}

func newMeasure(size float32, style fyne.TextStyle) *measure {
	return &measure{size: size, style: style, widths: map[rune]float32{}, height: fyne.MeasureText("国", size, style).Height}
}

func (m *measure) rune(c rune) float32 {
	w, ok := m.widths[c]
	if !ok {
		w = fyne.MeasureText(string(c), m.size, m.style).Width
		m.widths[c] = w
	}
	return w
}

func (m *measure) width(s string) float32 {
	var w float32
	for _, c := range s {
		w += m.rune(c)
	}
	return w
}

// fit gives s, or as much of it as fits with an ellipsis, "" if not even that does.
func (m *measure) fit(s string, width float32) string {
	if m.width(s) <= width {
		return s
	}
	sum, cut := m.rune('…'), -1
	for i, c := range s {
		if sum > width {
			break
		}
		cut = i
		sum += m.rune(c)
	}
	if cut < 0 {
		return ""
	}
	return s[:cut] + "…"
}

// piece is a run of characters on one line, all marked or none.
type piece struct {
	text     string
	line     int
	x, width float32
	marked   bool
}

// flow breaks a hit's snippet into lines and cuts it where they are full. The first
// mark is always in view: a snippet begins shortly before it.
func (r *hitRow) flow(h Hit, width float32) []piece {
	var out []piece
	var now piece
	x, line := float32(0), 0
	end := func() {
		if now.text != "" {
			out = append(out, now)
		}
	}
	runes := []rune(h.Snippet)
	for i, c := range runes {
		marked := inMarks(h.Marks, i)
		m := r.plain
		if marked {
			m = r.strong
		}
		w := m.rune(c)
		full := x+w > width
		last := line == rowLines-2
		if last && x+w+r.plain.rune('…') > width && i < len(runes)-1 {
			now.text += "…"
			break
		}
		if full {
			end()
			x, line = 0, line+1
			now = piece{line: line, marked: marked}
		} else if marked != now.marked {
			end()
			now = piece{line: line, x: x, marked: marked}
		}
		now.text += string(c)
		now.width += w
		x += w
	}
	end()
	return out
}

func inMarks(marks []Mark, i int) bool {
	for _, m := range marks {
		if i >= m.From && i < m.To {
			return true
		}
	}
	return false
}
