package ledger

import (
	"cmp"
	"slices"
)

// sums are the lines of all fonds together, by unit and year, with the zero fonds: what a fonds
// held counts in years, too, in which nothing of it moved. One fonds alone has none.
func sums(lines []Line) []Line {
	if len(lines) == 0 || !slices.ContainsFunc(lines, func(l Line) bool { return l.Fonds != lines[0].Fonds }) {
		return nil
	}
	type key struct {
		unit string
		year int
	}
	byYear := map[key]*Line{}
	var order []key
	closed := map[key]int{} // of a fonds' year before, by fonds and unit: lines come by year within these
	before := Line{}
	for _, l := range lines {
		k := key{l.Unit, l.Year}
		sum, ok := byYear[k]
		if !ok {
			sum = &Line{Unit: l.Unit, Year: l.Year}
			byYear[k], order = sum, append(order, k)
		}
		had := 0
		if before.Fonds == l.Fonds && before.Unit == l.Unit {
			had = before.Closed
		}
		before = l
		closed[k] += l.Opened - had // what was put in as held before: an opening
		sum.In, sum.Out, sum.Destroyed = sum.In+l.In, sum.Out+l.Out, sum.Destroyed+l.Destroyed
	}
	slices.SortFunc(order, func(a, b key) int { return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.year, b.year)) })
	list := make([]Line, len(order))
	for i, k := range order {
		sum := byYear[k]
		sum.Opened = closed[k]
		if i > 0 && order[i-1].unit == k.unit {
			sum.Opened += list[i-1].Closed
		}
		sum.Closed = sum.Opened + sum.In - sum.Out - sum.Destroyed
		list[i] = *sum
	}
	return list
}
