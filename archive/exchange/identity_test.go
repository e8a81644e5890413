package exchange_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

// odd are texts that spreadsheets and their readers like to change.
var odd = []string{"", "关于防汛工作的通知", "=1+1", "+86", "-3", "@x", "'=a", "'", "a,b\"c", "一\n二", "a\r\nb", "\r", "\t头", " 空 格 ", "𠮷\ue000",
	"0012", "同上", "合计", "1958.3.5", "58.3", "#REF!", "_x0041_", "a\x07b", "TRUE", "<&>", "\u3000", "1-3", "档号", "\u2028", "\x1a"}

// catalogue describes what a catalogue has below its series, without ids.
func catalogue(t *testing.T, c *store.Catalogue) []string {
	t.Helper()
	var list []string
	all, err := c.SeriesOf(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[archive.ID]string{0: ""}
	for _, s := range all {
		names[s.ID] = s.Code
	}
	for _, s := range all {
		ids, err := c.Children(ctx, access.All(), store.List{Below: s.ID})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(ids)
		boxes, err := c.Containers(ctx, access.All(), ids)
		if err != nil {
			t.Fatal(err)
		}
		met := map[string]int{}
		for _, v := range boxes {
			names[v.ID] = v.Code
			if v.Kind == archive.KindBox && v.Code == "" {
				met[v.Number]++
				names[v.ID] = fmt.Sprintf("box %q %d of %s", v.Number, met[v.Number], s.Code)
			}
		}
	}
	for _, s := range all {
		ids, err := c.Children(ctx, access.All(), store.List{Below: s.ID})
		if err != nil {
			t.Fatal(err)
		}
		extras, err := c.Extras(ctx, access.All(), ids)
		if err != nil {
			t.Fatal(err)
		}
		describe := func(id archive.ID, h archive.Holding, own any, box archive.ID) {
			parent := names[h.Parent]
			if _, ok := names[h.Parent]; !ok {
				up, err := c.Holding(ctx, access.All(), h.Parent)
				if err != nil {
					t.Fatal(err)
				}
				parent = up.Code
			}
			b, err := json.Marshal(own)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprintf("%s in %s, box %s, own %q", b, parent, names[box], extras[id]))
		}
		records, err := c.Records(ctx, access.All(), ids)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range records {
			h, was := v.Common(), *v.Common()
			h.ID, h.Parent, h.Fonds, h.Series, h.Rev = 0, 0, 0, 0, 0
			var box archive.ID
			if b, ok := archive.Field(v, "box"); ok {
				at := b.Value.(*archive.ID)
				box, *at = *at, 0
			}
			describe(was.ID, was, v, box)
		}
	}
	slices.Sort(list)
	return list
}

// itemIn is where a single record has what all of them share.
func itemIn(rec archive.Record) []int {
	if _, ok := rec.(*archive.Item); ok {
		return nil
	}
	return []int{0}
}

// random fills a catalogue with holdings of every kind.
func fill(t *testing.T, w *world, r *rand.Rand) {
	t.Helper()
	text := func() string { return odd[r.IntN(len(odd))] }
	n := 0
	code := func(series string) string {
		n++
		return fmt.Sprintf("%s-%s%d", series, []string{"", "盒", "a b", "="}[r.IntN(4)], n)
	}
	holding := func(kind archive.HoldingKind, parent archive.ID, series string) archive.Holding {
		return archive.Holding{Kind: kind, Parent: parent, Code: code(series), Title: text(), Date: text(), Year: r.IntN(3) * 985,
			Retention: text(), Opening: text(), Access: archive.AccessClass(r.IntN(3))}
	}
	// more fills some of the fields that are empty yet.
	more := func(rec archive.Record) archive.Record {
		for _, b := range append(rec.Common().Described(), rec.Fields()...) {
			switch v := b.Value.(type) {
			case *string:
				if *v == "" && b.Name != "code" && b.Name != "number" && r.IntN(2) == 0 {
					*v = text()
				}
			case *int:
				if *v == 0 && r.IntN(2) == 0 {
					*v = r.IntN(50)
				}
			}
		}
		return rec
	}
	extra := func() map[string]string {
		m := map[string]string{}
		for _, name := range []string{"登记号", "柜号", "密级"}[:r.IntN(4)] {
			if v := text(); v != "" {
				m[name] = v
			}
		}
		return m
	}
	series, err := w.SeriesOf(ctx, all, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error {
		var rows []store.NewRow
		var boxes []archive.ID
		for _, s := range series {
			parents := []archive.ID{s.ID}
			for range r.IntN(6) {
				v := &archive.Container{Holding: holding([]archive.HoldingKind{archive.KindBox, archive.KindVolume, archive.KindAlbum, archive.KindBox}[r.IntN(4)], s.ID, s.Code),
					Number: []string{"1", "2", "", "甲#1", "三:四"}[r.IntN(5)], Author: text(), DateBegin: text(), DateEnd: text(), PageCount: r.IntN(9), Note: text()}
				v.ID = tx.NewID()
				if v.Kind == archive.KindBox {
					boxes = append(boxes, v.ID)
					if r.IntN(2) == 0 {
						v.Code = ""
					}
				} else {
					parents = append(parents, v.ID)
				}
				rows = append(rows, store.NewRow{Record: more(v), Extra: extra()})
			}
			for range r.IntN(12) {
				kinds := []archive.HoldingKind{archive.KindItem, archive.KindPhoto, archive.KindObject, archive.KindBook, archive.KindAV}
				i := &archive.Item{Holding: holding(kinds[r.IntN(5)], parents[r.IntN(len(parents))], s.Code), Number: text(), Author: text(), DocNo: text(),
					Persons: text(), PageCount: r.IntN(99), PageNo: text(), Note: text()}
				i.ID = tx.NewID()
				if len(boxes) > 0 && r.IntN(2) == 0 {
					i.Box = boxes[r.IntN(len(boxes))]
				}
				full := archive.NewRecord(i.Kind)
				reflect.ValueOf(full).Elem().FieldByIndex(itemIn(full)).Set(reflect.ValueOf(*i))
				rows = append(rows, store.NewRow{Record: more(full), Extra: extra()})
				if i.Kind == archive.KindItem && r.IntN(3) == 0 {
					rows = append(rows, store.NewRow{Record: &archive.Item{Holding: holding(archive.KindPhoto, i.ID, s.Code)}})
				}
			}
		}
		return tx.AddRows(rows)
	}); err != nil {
		t.Fatal(err)
	}
}

// Exported and imported into an archive with the same fonds and series, a catalogue is
// the same; imported again, nothing is written.
func TestExportThenImportIsTheIdentity(t *testing.T) {
	for seed := range uint64(12) {
		for _, ext := range []string{".csv", ".xlsx"} {
			from, to := newWorld(t), newWorld(t)
			fill(t, from, rand.New(rand.NewPCG(seed, 7)))
			path := filepath.Join(t.TempDir(), "目录"+ext)
			done, err := exchange.Export(ctx, from.Catalogue, path, exchange.ExportOptions{Sight: all})
			if err != nil {
				t.Fatal(err)
			}
			want := catalogue(t, from.Catalogue)
			if done.Rows != len(want) {
				t.Errorf("seed %d%s: %d rows exported, %d held", seed, ext, done.Rows, len(want))
			}
			r := to.take(path, exchange.Options{})
			if r.Rejected > 0 || r.Added != len(want) {
				t.Fatalf("seed %d%s: %+v", seed, ext, r)
			}
			got := catalogue(t, to.Catalogue)
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Fatalf("seed %d%s: got\n%s\nwant\n%s", seed, ext, got[min(i, len(got)-1)], want[i])
				}
			}
			if again := to.take(path, exchange.Options{}); again.Already != len(want) || again.Op != 0 {
				t.Errorf("seed %d%s, again: %+v", seed, ext, again)
			}
			if again := to.take(path, exchange.Options{Update: true}); again.Already != len(want) || again.Op != 0 {
				t.Errorf("seed %d%s, again with update: %+v", seed, ext, again)
			}
		}
	}
}

func TestExportOfOneFonds(t *testing.T) {
	w := newWorld(t)
	w.take(w.file("a.csv", "档号,题名\n0001-WS·1985-Y-BGS-0001,甲\nC038-001-001,卷\nC038-001-001-001,乙\n"), exchange.Options{})
	path := filepath.Join(t.TempDir(), "a.csv")
	done, err := exchange.Export(ctx, w.Catalogue, path, exchange.ExportOptions{Sight: all, Fonds: "C038"})
	if err != nil || done.Rows != 2 {
		t.Errorf("%+v %v", done, err)
	}
	if done, err := exchange.Export(ctx, w.Catalogue, path, exchange.ExportOptions{}); err != nil || done.Rows != 0 {
		t.Errorf("without a right: %+v %v", done, err)
	}
	if _, err := exchange.Export(ctx, w.Catalogue, path, exchange.ExportOptions{Sight: all, Fonds: "9999"}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("no such fonds: %v", err)
	}
	if _, err := exchange.Export(ctx, w.Catalogue, filepath.Join(t.TempDir(), "a.pdf"), exchange.ExportOptions{Sight: all}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a name that says nothing: %v", err)
	}
}

func TestPreviewAndMapping(t *testing.T) {
	w := newWorld(t)
	path := w.file("旧库.csv", "QZH,ND,BGQX,JG,JH,TM,KEY,CWRQ,其他\n0001,1985,Y,BGS,7,题名一,C0380010020003,1985.04.18,甲\n")
	f, err := exchange.Open(ctx, path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := f.Preview("", 5)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]exchange.Field{}
	for _, c := range p.Mapping.Columns {
		fields[c.Name] = c.Field
	}
	want := map[string]exchange.Field{"QZH": "fonds_no", "ND": "year", "BGQX": "retention", "JG": "org_code", "JH": "item_no", "TM": "title", "KEY": "", "CWRQ": "date", "其他": ""}
	if !maps.Equal(fields, want) || !slices.Equal(p.Unknown, []string{"KEY", "其他"}) || len(p.Rows) != 2 || p.Encoding != "utf-8" {
		t.Errorf("preview %+v", p)
	}
	saved, err := exchange.ReadMapping(p.Mapping.JSON())
	if err != nil || string(saved.JSON()) != string(p.Mapping.JSON()) {
		t.Errorf("a mapping is not what was saved: %v", err)
	}
	// The combined key: 全宗4 目录3 案卷3 件4, of which the numbers are 001, 002 and 0003.
	w.take(w.file("v.csv", "档号,题名\nC038-001-002,卷\n"), exchange.Options{})
	r := w.take(path, exchange.Options{}, func(m *exchange.Mapping) {
		m.Columns = []exchange.Column{{Index: 5, Name: "TM", Field: "title"}, {Index: 6, Name: "KEY", Split: []exchange.Part{{4, "fonds_no"}, {3, "catalogue_no"}, {3, "volume_no"}, {4, "item_no"}}},
			{Index: 8, Name: "其他", Extra: "其他"}}
	})
	w.counts(r, 1, 0, 0, 0, 0)
	if i := w.item("C038-001-002-0003"); i.Title != "题名一" || w.extra(i.ID)["其他"] != "甲" {
		t.Errorf("%+v", i)
	}
	// A saved mapping finds its columns in another order, and says which is missing.
	other := w.file("b.csv", "某局移交目录,\n其他,KEY,TM\n乙,C0380010020004,题名二\n")
	r = w.take(other, exchange.Options{}, func(m *exchange.Mapping) {
		m.Header, m.HeaderEnd = 1, 1
		m.Columns = []exchange.Column{{Index: 5, Name: "TM", Field: "title"}, {Index: 6, Name: "KEY", Split: []exchange.Part{{4, "fonds_no"}, {3, "catalogue_no"}, {3, "volume_no"}, {4, "item_no"}}},
			{Index: 8, Name: "其他", Extra: "其他"}, {Index: 9, Name: "没有用的"}}
	})
	w.counts(r, 1, 0, 0, 0, 0)
	if i := w.item("C038-001-002-0004"); i.Title != "题名二" || w.extra(i.ID)["其他"] != "乙" {
		t.Errorf("%+v", i)
	}
	if _, err := w.tryTake(other, exchange.Options{}, func(m *exchange.Mapping) {
		m.Header, m.HeaderEnd = 1, 1
		m.Columns = []exchange.Column{{Index: 0, Name: "DH", Field: "code"}, {Index: 2, Name: "TM", Field: "title"}}
	}); archive.KindOf(err) != archive.Invalid || !strings.Contains(err.Error(), "DH") {
		t.Errorf("a column that is not there: %v", err)
	}
	for name, bad := range map[string]string{
		"version": `{"columns":[]}`, "field": `{"version":1,"columns":[{"index":0,"field":"nonsense"}]}`, "json": `{`,
		"twice": `{"version":1,"columns":[{"index":0,"field":"title"},{"index":1,"field":"title"}]}`,
		"both":  `{"version":1,"columns":[{"index":0,"field":"title","extra":"x"}]}`,
		"width": `{"version":1,"columns":[{"index":0,"split":[{"width":0}]}]}`, "index": `{"version":1,"columns":[{"index":-1,"field":"title"}]}`,
	} {
		if _, err := exchange.ReadMapping([]byte(bad)); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
