package ledger

import (
	"math/rand/v2"
	"testing"

	"lantai/archive"
)

// The sums of all fonds in a year are what each fonds held then, whether something moved or not.
func TestSums(t *testing.T) {
	if got := sums([]Line{{Fonds: 1, Unit: "item", Year: 2020, In: 3, Closed: 3}, {Fonds: 1, Unit: "volume", Year: 2020, In: 3, Closed: 3}}); got != nil {
		t.Errorf("of one fonds: %+v", got)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var lines []Line
		held := map[archive.ID]map[string]map[int]int{} // at the end of each year
		for fonds := archive.ID(1); fonds <= 4; fonds++ {
			held[fonds] = map[string]map[int]int{}
			for _, unit := range []string{"item", "volume"} {
				held[fonds][unit] = map[int]int{}
				n := 0
				for year := 2000; year < 2010; year++ {
					if r.IntN(2) == 0 {
						l := Line{Fonds: fonds, Unit: unit, Year: year, Opened: n, In: r.IntN(5), Out: r.IntN(3), Destroyed: r.IntN(2)}
						if r.IntN(4) == 0 {
							l.Opened += 10 // an opening
						}
						l.Closed = l.Opened + l.In - l.Out - l.Destroyed
						n = l.Closed
						lines = append(lines, l)
					}
					held[fonds][unit][year] = n
				}
			}
		}
		for _, sum := range sums(lines) {
			want, in := 0, 0
			for fonds := range held {
				want += held[fonds][sum.Unit][sum.Year]
			}
			for _, l := range lines {
				if l.Unit == sum.Unit && l.Year == sum.Year {
					in += l.In
				}
			}
			if sum.Fonds != 0 || sum.Closed != want || sum.In != in || sum.Opened+sum.In-sum.Out-sum.Destroyed != sum.Closed {
				t.Fatalf("%+v, want %d closed and %d in, of %+v", sum, want, in, lines)
			}
		}
	}
}
