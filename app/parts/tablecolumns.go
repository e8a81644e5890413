package parts

import (
	"strconv"
	"strings"
)

const (
	cellPad  float32 = 8  // left and right of a cell's text
	minWidth float32 = 36 // of a column
)

// layColumns works out the drawn widths: those set, with the stretching column
// taking what is left over.
func (t *Table) layColumns() {
	width := t.body.Size().Width
	t.laid = append(t.laid[:0], t.widths...)
	sum, stretch := float32(0), -1
	for i, c := range t.opt.Columns {
		sum += t.laid[i]
		if c.Stretch {
			stretch = i
		}
	}
	if stretch >= 0 && sum < width {
		t.laid[stretch] += width - sum
		sum = width
	}
	over := max(sum-width, 0)
	if width == 0 {
		over = 0
	}
	t.left = min(t.left, over)
	if shown := over > 0; shown != t.across.Visible() {
		if shown {
			t.across.Show()
		} else {
			t.across.Hide()
		}
		t.root.Refresh()
	}
	t.across.set(float64(t.left), float64(width), float64(sum))
}

// columnAt finds the column under x, a place in the view, and whether x is on the
// edge that widens it.
func (t *Table) columnAt(x float32) (column int, edge bool) {
	const near = 4
	x += t.left
	right := float32(0)
	for i, w := range t.laid {
		right += w
		if x >= right-near && x <= right+near {
			return i, true
		}
		if x < right {
			return i, false
		}
	}
	return -1, false
}

func (t *Table) widen(column int, by float32) {
	t.widths[column] = max(t.laid[column]+by, minWidth)
	t.redraw()
}

func widthsKey(opt TableOptions) string { return "table." + opt.Key + ".widths" }

func (t *Table) rememberWidths() {
	if t.opt.Key == "" {
		return
	}
	var b strings.Builder
	for i, c := range t.opt.Columns {
		b.WriteString(c.Key + "=" + strconv.Itoa(int(t.widths[i])) + ";")
	}
	t.opt.Memory.SetString(widthsKey(t.opt), b.String())
}

func rememberedWidths(opt TableOptions) []float32 {
	out := make([]float32, len(opt.Columns))
	head := headFitter()
	for i, c := range opt.Columns {
		title := 2*cellPad + 1
		for _, r := range c.Title {
			title += head.rune(r)
		}
		if c.Sortable {
			title += head.rune(' ') + head.rune('↓')
		}
		out[i] = max(c.Width, title, minWidth)
	}
	if opt.Key == "" {
		return out
	}
	for _, s := range strings.Split(opt.Memory.StringWithFallback(widthsKey(opt), ""), ";") {
		key, value, _ := strings.Cut(s, "=")
		w, err := strconv.Atoi(value)
		for i, c := range opt.Columns {
			if c.Key == key && err == nil && w > 0 && w < 10_000 {
				out[i] = max(float32(w), minWidth)
			}
		}
	}
	return out
}
