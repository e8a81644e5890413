package exchange_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/store"
)

// A code that was corrected is no new record: its row is told which code it is now.
func TestRowsWithAFormerCodeAreRejected(t *testing.T) {
	w := newWorld(t)
	path := w.file("a.csv", "档号,题名\n0001-WS·1985-Y-BGS-0001,通知\n0001-WS·1985-Y-BGS-0002,报告\n")
	w.take(path, exchange.Options{})
	item := w.item("0001-WS·1985-Y-BGS-0001")
	if _, err := w.Do(ctx, actor, archive.OpCodeCorrect, func(tx *store.Tx) error {
		was := item.Code
		item.Code = "0001-WS·1985-Y-BGS-0003"
		if err := tx.Recode([]archive.Record{&item}); err != nil {
			return err
		}
		return tx.AddAlias(archive.CodeAlias{Holding: item.ID, Code: was, Reason: "更正"})
	}); err != nil {
		t.Fatal(err)
	}
	r := w.take(path, exchange.Options{})
	w.counts(r, 0, 1, 0, 1, 0)
	if len(r.Rejects) != 1 || r.Rejects[0].Reason != exchange.FormerCode || r.Rejects[0].Detail != item.Code {
		t.Errorf("%+v", r.Rejects)
	}
}
