package parts

import (
	"strconv"
	"strings"
)

const (
	cellPad  float32 = 8  // left and right of a cell's text
	minWidth float32 = 36 // of a column
)

// span is where a column is drawn in the view.
type span struct{ x, width float32 }

// frozen is how wide the column is that stays; zero when none does, or when it would
// leave the others no room.
func (t *Table) frozen() float32 {
	if t.opt.Frozen && len(t.laid) > 1 && t.laid[0] < t.body.Size().Width*0.6 {
		return t.laid[0]
	}
	return 0
}

// placeColumns works out where columns stand. What lies partly below the column that
// stays has what is left of it.
func (t *Table) placeColumns() {
	t.placed = t.placed[:0]
	stays, x := t.frozen(), -t.left
	for i, w := range t.laid {
		p := span{x, w}
		switch {
		case i == 0 && stays > 0:
			p.x = 0
		case p.x < stays:
			p.width = max(p.width-(stays-p.x), 0)
			p.x = stays
		}
		t.placed = append(t.placed, p)
		x += w
	}
}

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
	t.placeColumns()
}

// columnAt finds the column under x, a place in the view, and whether x is on the
// edge that widens it.
func (t *Table) columnAt(x float32) (column int, edge bool) {
	const near = 4
	for i, p := range t.placed {
		right := p.x + p.width
		if p.width == 0 || right < t.frozen()+near && i > 0 {
			continue
		}
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
			title += head.rune(' ') + head.rune('1') + head.rune('▼')
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
