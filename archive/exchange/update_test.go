//go:build torture

package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/store"
)

// An update of more rows than can be changed at once is refused, also as a trial, and
// leaves neither a change nor a row that it would have added.
func TestUpdateOfTooManyRows(t *testing.T) {
	const most = 50_000
	w := newWorld(t)
	table := func(title string, n int) string {
		var b strings.Builder
		b.WriteString("档号,题名\n")
		for i := range n {
			fmt.Fprintf(&b, "0001-WS·%d-Y-BGS-%04d,%s\n", 1950+i/9000, i%9000+1, title)
		}
		return b.String()
	}
	if r := w.take(w.file("a.csv", table("甲", most+1)), exchange.Options{}); r.Added != most+1 {
		t.Fatalf("%+v", r)
	}
	more := w.file("b.csv", strings.Replace(table("乙", most+1), "\n", "\n0001-WS·2001-Y-BGS-0001,新\n", 1))
	for _, trial := range []bool{true, false} {
		r, err := w.tryTake(more, exchange.Options{Update: true, DryRun: trial})
		if archive.ReasonOf(err) != archive.ReasonTooLarge || r.Op != 0 {
			t.Errorf("trial %v: %+v, %v", trial, r, err)
		}
	}
	if i := w.item("0001-WS·1950-Y-BGS-0001"); i.Title != "甲" || i.Rev != 1 {
		t.Errorf("%+v", i)
	}
	if ids, err := w.Children(ctx, all, store.List{Below: w.item("0001-WS·1950-Y-BGS-0001").Series}); err != nil || len(ids) != most+1 {
		t.Errorf("%d rows, %v", len(ids), err)
	}
	if r := w.take(w.file("c.csv", table("乙", most)), exchange.Options{Update: true}); r.Updated != most || r.Rejected != 0 {
		t.Errorf("as many as can be: %+v", r)
	}
	if i := w.item("0001-WS·1950-Y-BGS-0001"); i.Title != "乙" {
		t.Errorf("%+v", i)
	}
}
