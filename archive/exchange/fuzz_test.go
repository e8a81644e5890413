package exchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
)

func FuzzMapping(f *testing.F) {
	f.Add([]byte(`{"version":1,"header":1,"columns":[{"index":0,"name":"档号","field":"code"},{"index":1,"extra":"x"},{"index":2,"split":[{"width":4,"field":"fonds_no"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := exchange.ReadMapping(data)
		if err != nil {
			if archive.KindOf(err) != archive.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := exchange.ReadMapping(m.JSON())
		if err != nil || string(again.JSON()) != string(m.JSON()) {
			t.Errorf("read back: %v", err)
		}
	})
}

// Any cells are imported or rejected with a reason, and what went in is there already
// the second time.
func FuzzRows(f *testing.F) {
	f.Add("0001-WS·1985-Y-BGS-0001", "题名", "1985.4.18", "1985", "永久", "3", "1")
	f.Add("", "〃", "同上", "85", "长期", "x页", "-")
	f.Add("C038-001-001", "a\nb", "58.3", "一九八五年", "1", "１２", "\x07")
	f.Add("0001－ws•1985-Y-BGS-0009", " ", "民国三十年", "", "", "", "")
	w := newWorld(f)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, code, title, date, year, retention, pages, box string) {
		path := filepath.Join(dir, "a.csv")
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		c := sheet.NewCSVWriter(out)
		c.Write([]string{"档号", "题名", "日期", "年度", "保管期限", "页数", "盒号", "备注"})
		c.Write([]string{code, title, date, year, retention, pages, box, "x"})
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		out.Close()
		v := &world{TB: t, Catalogue: w.Catalogue}
		r, err := v.tryTake(path, exchange.Options{})
		if err != nil {
			if k := archive.KindOf(err); k != archive.Refused && k != archive.Invalid {
				t.Fatal(err)
			}
			return
		}
		if r.Rows != r.Added+r.Already+r.Rejected+r.Skipped || r.Rejected > 0 && (len(r.Rejects) == 0 || r.Rejects[0].Reason == "") {
			t.Errorf("%+v", r)
		}
		if again, err := v.tryTake(path, exchange.Options{}); err != nil || again.Already != r.Added+r.Already || again.Op != 0 {
			t.Errorf("again: %+v after %+v, %v", again, r, err)
		}
	})
}
