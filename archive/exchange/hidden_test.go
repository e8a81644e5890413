package exchange_test

import (
	"testing"

	"lantai/archive/access"
	"lantai/archive/exchange"
)

// Of a record that the importer may not see a row hears that its code is taken, whether
// its values are equal or not, also where the row is to change it.
func TestARowIsNotComparedWithWhatIsHidden(t *testing.T) {
	w := newWorld(t)
	const head = "档号,题名,开放标识\n0001-WS·1985-Y-BGS-0001,"
	w.take(w.file("a.csv", head+"甲,开放\n"), exchange.Options{})
	closed := access.Only(access.ClassOf(access.Closed, 0)) // fonds and series, but not the record
	for _, title := range []string{"甲", "另一个"} {
		for _, update := range []bool{false, true} {
			r := w.take(w.file("b.csv", head+title+",开放\n"), exchange.Options{Sight: closed, Update: update})
			w.counts(r, 0, 0, 0, 1, 0)
			if len(r.Rejects) != 1 || r.Rejects[0].Reason != exchange.Taken || r.Rejects[0].Detail != "" {
				t.Errorf("%s, update %v: %+v", title, update, r.Rejects)
			}
		}
	}
}
