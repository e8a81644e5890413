package exchange_test

import (
	"testing"

	"lantai/archive/access"
	"lantai/archive/exchange"
)

// Whoever mends a rejected row is told its 档号 and 题名 as they stand there, also when the
// 档号 is what is wrong, and the column that is wrong, also when the table has none.
func TestRejectedRowsCanBeFound(t *testing.T) {
	w := newWorld(t)
	lines := map[int]exchange.Line{}
	w.take(w.file("a.csv", "档号,题名,类型\n9999-WS·1985-Y-BGS-0001,别的全宗,件\n,无门类的盒,盒\n"),
		exchange.Options{Sight: access.All(), Row: func(l exchange.Line) { lines[l.Number] = l }})
	if l := lines[2]; l.Fate != exchange.Rejected || l.Code != "9999-WS·1985-Y-BGS-0001" || l.Title != "别的全宗" {
		t.Errorf("a row with a 档号 of no fonds: %+v", l)
	}
	if l := lines[3]; len(l.Rejects) != 1 || l.Rejects[0].Reason != exchange.NoSeries || l.Rejects[0].Column != "" {
		t.Errorf("a box of no series: %+v", l)
	}
}
