package exchange_test

import (
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// Rows for a class that is filed take the numbers behind its last, in their order; any other
// new number in it is rejected with the number it would have to be. Other classes are as before.
func TestRowsForAFiledClass(t *testing.T) {
	w := newWorld(t)
	const class = "0001-WS·2011-Y-BGS-"
	rows := func(codes ...string) string {
		return w.file("t.csv", "档号,题名\n"+strings.Join(codes, ",题\n")+",题\n")
	}
	if r := w.take(rows(class+"0001", class+"0002"), exchange.Options{}); r.Added != 2 {
		t.Fatalf("%+v", r)
	}
	series := w.item(class + "0001").Series
	if _, err := w.Do(ctx, actor, archive.OpCodeFile, func(tx *store.Tx) error { return tx.SetArranged(series, class, archive.Filed) }); err != nil {
		t.Fatal(err)
	}
	late := rows(class+"0005", class+"0003", class+"0002", class+"0005", class+"0004", "0001-WS·2012-Y-BGS-0007")
	for _, dry := range []bool{true, false} {
		var wrong []string
		r := w.take(late, exchange.Options{DryRun: dry, Row: func(l exchange.Line) {
			for _, j := range l.Rejects {
				if j.Code.Code == refcode.NotLast {
					wrong = append(wrong, j.Value+" "+j.Code.Want)
				}
			}
		}})
		if r.Added != 3 || r.Already != 1 || r.Rejected != 2 || strings.Join(wrong, ";") != class+"0005 "+class+"0003" {
			t.Errorf("dry %v: %+v %q", dry, r, wrong)
		}
	}
	if r := w.take(rows(class+"0006", class+"0005"), exchange.Options{}); r.Added != 1 || r.Rejected != 1 {
		t.Errorf("the end moves on: %+v", r)
	}
}
