package parts_test

import (
	"math/rand/v2"
	"testing"

	"lantai/app/parts"
)

// Whatever is done to it, a Selection holds what a plain map of rows would hold.
func TestSelectionIsASet(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 300 {
		var s parts.Selection
		model := map[int]bool{}
		for range 60 {
			from := r.IntN(60)
			to := from + r.IntN(15)
			switch r.IntN(4) {
			case 0, 1:
				s.Add(from, to)
				for i := from; i < to; i++ {
					model[i] = true
				}
			case 2:
				s.Remove(from, to)
				for i := from; i < to; i++ {
					delete(model, i)
				}
			case 3:
				s.Toggle(from)
				if model[from] {
					delete(model, from)
				} else {
					model[from] = true
				}
			}
			if s.Len() != len(model) {
				t.Fatalf("Len = %d, want %d", s.Len(), len(model))
			}
			for i := -1; i < 80; i++ {
				if s.Has(i) != model[i] {
					t.Fatalf("Has(%d) = %v", i, s.Has(i))
				}
			}
			last := -1
			s.Each(func(row int) {
				if row <= last || !model[row] {
					t.Fatalf("Each gave %d after %d", row, last)
				}
				last = row
			})
		}
	}
}
