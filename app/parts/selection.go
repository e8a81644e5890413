package parts

import "slices"

// Selection is a set of rows of a list of up to millions, kept as runs, so that
// "all" is one run. The zero value is empty.
type Selection struct {
	runs []run // ascending, not touching
}

type run struct{ from, to int } // to is one past the last row

// Len counts the rows.
func (s *Selection) Len() int {
	n := 0
	for _, r := range s.runs {
		n += r.to - r.from
	}
	return n
}

// Has tells whether a row is in the set.
func (s *Selection) Has(row int) bool {
	i := s.after(row)
	return i < len(s.runs) && s.runs[i].from <= row
}

// after finds the first run that ends behind row.
func (s *Selection) after(row int) int {
	i, _ := slices.BinarySearchFunc(s.runs, row, func(r run, row int) int {
		if r.to <= row {
			return -1
		}
		return 1
	})
	return i
}

// Clear empties the set.
func (s *Selection) Clear() { s.runs = nil }

// Add puts the rows from, from+1 … to-1 into the set.
func (s *Selection) Add(from, to int) {
	if from >= to {
		return
	}
	i := s.after(from - 1) // a run that ends at from is joined
	j := i
	for j < len(s.runs) && s.runs[j].from <= to {
		from, to = min(from, s.runs[j].from), max(to, s.runs[j].to)
		j++
	}
	s.runs = slices.Replace(s.runs, i, j, run{from, to})
}

// Remove takes the rows from … to-1 out of the set.
func (s *Selection) Remove(from, to int) {
	var out []run
	for _, r := range s.runs {
		if left := (run{r.from, min(r.to, from)}); left.from < left.to {
			out = append(out, left)
		}
		if right := (run{max(r.from, to), r.to}); right.from < right.to {
			out = append(out, right)
		}
	}
	s.runs = out
}

// Toggle adds a row that is not in the set and removes one that is.
func (s *Selection) Toggle(row int) {
	if s.Has(row) {
		s.Remove(row, row+1)
	} else {
		s.Add(row, row+1)
	}
}

// Each calls f with every row, in ascending order.
func (s *Selection) Each(f func(row int)) {
	for _, r := range s.runs {
		for row := r.from; row < r.to; row++ {
			f(row)
		}
	}
}
