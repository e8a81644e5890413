package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// addSeries adds a series to a fonds that is held.
func (w *world) addSeries(fonds, class, scheme string) {
	w.Helper()
	f, err := w.FondsByNumber(ctx, all, fonds)
	if err != nil {
		w.Fatal(err)
	}
	s, _ := refcode.Builtin(scheme)
	if _, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error {
		return tx.AddSeries(&archive.Series{Holding: archive.Holding{Parent: f.ID, Code: fonds + "-" + class, Title: class},
			Category: class, Method: s.Method, Scheme: s.JSON()})
	}); err != nil {
		w.Fatal(err)
	}
}

// The series given with an import is that of the rows whose own numbers name none: a row
// that names another is of that one, or is rejected.
func TestSeriesGivenWithTheImport(t *testing.T) {
	for name, c := range map[string]struct {
		head, rows string
		series     string
		want       map[string]string // series by code
		bad        map[int]exchange.Reason
	}{
		"elements": {"全宗号,目录号,案卷号,题名", "C038,001,0001,甲\nC038,002,0001,乙\nC038,,0002,丙\n,002,0003,丁\n,,0004,戊\nC038,2,0005,己\n0001,001,0001,庚\nC038,009,0001,辛\n", "C038-001",
			map[string]string{"C038-001-0001": "C038-001", "C038-002-0001": "C038-002", "C038-001-0002": "C038-001", "C038-002-0003": "C038-002",
				"C038-001-0004": "C038-001", "C038-002-0005": "C038-002", "0001-001-0001": "0001-001"},
			map[int]exchange.Reason{9: exchange.NoSeries}},
		"codes": {"档号,题名", "C038-001-0001,甲\nC038-002-0001,乙\n0001-WS·1985-Y-BGS-0001,丙\nC038-009-0001,丁\n0001-Y-003-0001,照片\n", "C038-001",
			map[string]string{"C038-001-0001": "C038-001", "C038-002-0001": "C038-002", "0001-WS·1985-Y-BGS-0001": "0001-WS"},
			map[int]exchange.Reason{5: exchange.NoSeries, 6: exchange.ManySeries}},
		"codes of photographs name no series": {"档号,题名", "0001-Y-0001,甲\n0001-WS·1985-Y-BGS-0001,乙\n", "0001-XP",
			map[string]string{"0001-Y-0001": "0001-XP", "0001-WS·1985-Y-BGS-0001": "0001-WS"}, nil},
		"category": {"全宗号,门类代码,年度,保管期限,机构,件号,题名", "0001,WS,1985,Y,BGS,0001,甲\n0001,KJ,1985,Y,BGS,0001,乙\n0001,,1985,Y,BGS,0002,丙\n", "0001-WS",
			map[string]string{"0001-WS·1985-Y-BGS-0001": "0001-WS", "0001-KJ·1985-Y-BGS-0001": "0001-KJ", "0001-WS·1985-Y-BGS-0002": "0001-WS"}, nil},
		"named by the row": {"门类,全宗号,目录号,案卷号,题名", "C038-002,C038,002,0001,甲\nC038-002,C038,001,0001,乙\nC038-002,,,0002,丙\nC038-002,0001,002,0003,丁\n", "C038-001",
			map[string]string{"C038-002-0001": "C038-002", "C038-002-0002": "C038-002"},
			map[int]exchange.Reason{3: exchange.CodeDiffers, 5: exchange.CodeDiffers}},
		"named by the row, with codes": {"门类,档号,题名", "C038-002,C038-002-0001,甲\nC038-002,C038-001-0001,乙\n", "",
			map[string]string{"C038-002-0001": "C038-002"}, map[int]exchange.Reason{3: exchange.CodeDiffers}},
		"boxes": {"类型,档号,全宗号,目录号,门类代码,盒号", "盒,,,,,1\n盒,0001-KJ-盒2,,,,2\n盒,,0001,,KJ,3\n盒,盒4,,,,4\n", "0001-WS",
			map[string]string{"box 1": "0001-WS", "box 2": "0001-KJ", "box 3": "0001-KJ", "box 4": "0001-WS"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.addSeries("C038", "002", "vol94")
			w.addSeries("0001", "001", "vol94")
			w.addSeries("0001", "KJ", "item22")
			w.addSeries("0001", "XP", "photo02")
			r := w.take(w.file("a.csv", c.head+"\n"+c.rows), exchange.Options{}, func(m *exchange.Mapping) { m.Series = c.series })
			for row, want := range c.bad {
				if got := reasons(r)[row]; !slices.Equal(got, []exchange.Reason{want}) {
					t.Errorf("row %d: %v, want %s", row, got, want)
				}
			}
			if r.Rejected != len(c.bad) || r.Added != len(c.want) {
				t.Errorf("%+v", r)
			}
			got := w.seriesOfAll()
			for code, series := range c.want {
				if got[code] != series {
					t.Errorf("%s is of %q, want %s", code, got[code], series)
				}
			}
		})
	}
}

// seriesOfAll gives the series of what lies in any, by its code; of boxes, by number.
func (w *world) seriesOfAll() map[string]string {
	w.Helper()
	out := map[string]string{}
	list, err := w.SeriesOf(ctx, all, 0)
	if err != nil {
		w.Fatal(err)
	}
	for _, s := range list {
		ids, err := w.Children(ctx, all, store.List{Below: s.ID})
		if err != nil {
			w.Fatal(err)
		}
		below, err := w.Holdings(ctx, all, ids)
		if err != nil {
			w.Fatal(err)
		}
		for _, h := range below {
			out[h.Code] = s.Code
		}
		boxes, err := w.Containers(ctx, all, ids)
		if err != nil {
			w.Fatal(err)
		}
		for _, b := range boxes {
			if b.Kind == archive.KindBox {
				out["box "+strings.TrimSpace(b.Number)] = s.Code
			}
		}
	}
	return out
}
