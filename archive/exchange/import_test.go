package exchange_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

const items = `青禾区人民政府文书档案目录,,,,,,,,
档号,题名,责任者,文号,成文日期,页数,保管期限,盒号,登记号
0001-WS·1985-Y-BGS-0001,关于做好防汛工作的通知,区人民政府,区政发〔1985〕3号,1985.4.18,3,永久,1,D-7
0001-WS·1985-Y-BGS-0002,"关于召开
水利会议的通知",同上,〃,1985年5月,１２页,Y,1,
0001－ws•1985-Y-BGS-0003,　民国旧档移交清册 ,区档案馆,,民国三十年五月,,永久,2,
,,,,,,,,
0001-WS·1985-Y-BGS-0004,没有日期的文件,区人民政府,,,2,永久,,
小计,4件,,,,17,,,
档号,题名,责任者,文号,成文日期,页数,保管期限,盒号,登记号
0001-WS·1985-Y-BGS-5,档号位数不够,区人民政府,,19850101,1,永久,,
0001-WS·1985-Y-BGS-0006,年份只有两位,区人民政府,,85.3,1,永久,,
0001-WS·1985-Y-BGS-0007,没有这一天,区人民政府,,1985.2.30,x,30年,,
0001-WS·1985-Y-BGS-0001,重复的档号,区人民政府,,1985,1,永久,,
0099-WS·1985-Y-BGS-0001,没有这个全宗,区人民政府,,1985,1,永久,,
0001-KJ·1985-Y-BGS-0001,没有这个门类,区人民政府,,1985,1,永久,,
0001-WS·1985-Y-BGS-0008,,区人民政府,,1985,1,永久,,
`

func TestImportOfItems(t *testing.T) {
	w := newWorld(t)
	path := w.file("文书.csv", items)
	edit := func(m *exchange.Mapping) {
		for i := range m.Columns {
			if m.Columns[i].Name == "登记号" {
				m.Columns[i].Extra = "登记号"
			}
		}
	}
	dry := w.take(path, exchange.Options{DryRun: true}, edit)
	w.counts(dry, 4, 0, 0, 7, 2)
	if n, err := w.Totals(ctx, all, 0); err != nil || n.Items != 0 || dry.Op != 0 {
		t.Fatalf("a dry run wrote: %+v, op %s, %v", n, dry.Op, err)
	}
	rejects := filepath.Join(t.TempDir(), "退回.xlsx")
	r := w.take(path, exchange.Options{Rejects: rejects}, edit)
	w.counts(r, 4, 0, 0, 7, 2)
	if r.Op == 0 || r.Boxes != 2 || r.File != rejects {
		t.Errorf("report %+v", r)
	}
	want := map[int][]exchange.Reason{
		11: {exchange.BadCode}, 12: {exchange.TwoDigitYear}, 13: {exchange.CodeDiffers, exchange.BadDate, exchange.BadNumber},
		14: {exchange.Duplicate}, 15: {exchange.NoFonds}, 16: {exchange.NoSeries}, 17: {exchange.NoTitle},
	}
	got := reasons(r)
	for row, list := range want {
		// Line numbers count the line break within a cell.
		if have := slices.Sorted(slices.Values(got[row])); !slices.Equal(have, slices.Sorted(slices.Values(list))) {
			t.Errorf("row %d: %v, want %v", row, have, list)
		}
	}
	one, two, three := w.item("0001-WS·1985-Y-BGS-0001"), w.item("0001-WS·1985-Y-BGS-0002"), w.item("0001-WS·1985-Y-BGS-0003")
	if one.Date != "19850418" || one.Year != 1985 || one.Retention != "永久" || one.PageCount != 3 || one.Number != "0001" || one.Box == 0 {
		t.Errorf("first: %+v", one)
	}
	if x := w.extra(one.ID); x["登记号"] != "D-7" || x["日期原文"] != "1985.4.18" {
		t.Errorf("its own fields: %v", x)
	}
	if two.Title != "关于召开水利会议的通知" || two.Author != "区人民政府" || two.DocNo != "区政发〔1985〕3号" || two.Date != "19850500" || two.PageCount != 12 || two.Box != one.Box {
		t.Errorf("second: %+v", two)
	}
	if was := w.extra(three.ID)["档号原文"]; was != "0001－ws•1985-Y-BGS-0003" {
		t.Errorf("the code as written: %q", was)
	}
	if three.Title != "民国旧档移交清册" || three.Date != "民国三十年五月" || three.Box == one.Box {
		t.Errorf("third: %+v", three)
	}
	again := w.take(path, exchange.Options{}, edit)
	w.counts(again, 0, 4, 0, 7, 2)
	if again.Op != 0 || again.Boxes != 0 {
		t.Errorf("a second import wrote: %+v", again)
	}
	if _, err := w.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
	undone, kept, err := w.Undo(ctx, actor, r.Op)
	if err != nil || undone == 0 || len(kept) != 0 {
		t.Fatalf("undo: %s, kept %v, %v", undone, kept, err)
	}
	if n, err := w.Totals(ctx, all, 0); err != nil || n.Items != 0 {
		t.Errorf("after the undo: %+v %v", n, err)
	}
	w.counts(w.take(path, exchange.Options{}, edit), 4, 0, 0, 7, 2)
}

// The file of rejected rows, mended, is imported as it is.
func TestRejectedRowsAreMendedAndImported(t *testing.T) {
	for _, ext := range []string{".csv", ".xlsx"} {
		w := newWorld(t)
		rejects := filepath.Join(t.TempDir(), "退回"+ext)
		w.take(w.file("a.csv", "全宗号,年度,保管期限,机构,件号,题名,日期\n1,1985,永久,BGS,1,=关于一,同上\n0001,1985,永久,BGS,2,关于二,1985.13.1\n同上,同上,〃,〃,3,关于三,19850101\n"), exchange.Options{Rejects: rejects})
		f, err := exchange.Open(ctx, rejects, sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Preview("", 10)
		f.Close()
		if err != nil || len(p.Rows) != 3 || len(p.Unknown) != 0 {
			t.Fatalf("%s: %v %+v", ext, err, p)
		}
		// A person mends both dates.
		var b strings.Builder
		out := sheet.NewCSVWriter(&b)
		for i, row := range p.Rows {
			if i > 0 {
				row.Cells[6] = "1985.1.3"
				row.Cells[5] = sheet.Unguard(row.Cells[5])
			}
			if err := out.Write(row.Cells); err != nil {
				t.Fatal(err)
			}
		}
		out.Close()
		w.counts(w.take(w.file("b.csv", b.String()), exchange.Options{}), 2, 0, 0, 0, 0)
		if got := w.item("0001-WS·1985-Y-BGS-0001").Title; got != "=关于一" {
			t.Errorf("%s: title %q", ext, got)
		}
	}
}

func TestVolumesAndTheirItems(t *testing.T) {
	w := newWorld(t)
	r := w.take(w.file("案卷.csv", "全宗号,目录号,案卷号,案卷题名,起止日期,保管期限,页数\nC038,001,001,水利局关于防汛的材料,1965.1-1966.3,长期,120\nC038,001,002,水库图纸,1965—1966,永久,30\n"), exchange.Options{})
	w.counts(r, 2, 0, 0, 0, 0)
	v := w.volume("C038-001-001")
	if v.DateBegin != "19650100" || v.DateEnd != "19660300" || v.Retention != "长期" || v.Number != "001" || v.PageCount != 120 {
		t.Errorf("volume %+v", v)
	}
	inside := w.take(w.file("卷内.csv", "档号,顺序号,题名,责任者,日期,页号\nC038-001-001-001,1,关于防汛的指示,县委,19650102,1-3\nC038-001-001-002,2,关于抗旱的指示,县委,1965,4\nC038-001-009-001,1,没有案卷,县委,1965,1\n"), exchange.Options{})
	w.counts(inside, 2, 0, 0, 1, 0)
	if got := reasons(inside)[4]; !slices.Equal(got, []exchange.Reason{exchange.NoParent}) {
		t.Errorf("reasons %v", got)
	}
	if i := w.item("C038-001-001-001"); i.Parent != v.ID || i.PageNo != "1-3" {
		t.Errorf("item %+v", i)
	}
	// One file with both; the volume stands before its items.
	both := w.take(w.file("both.csv", "档号,题名,日期\nJ019-KU·2017-001,凭证,2017\nJ019-KU·2017-001-001,一月凭证,201701\n"), exchange.Options{})
	w.counts(both, 2, 0, 0, 0, 0)
	if i, v := w.item("J019-KU·2017-001-001"), w.volume("J019-KU·2017-001"); i.Parent != v.ID || i.Date != "20170100" {
		t.Errorf("item %+v in %+v", i, v)
	}
}

func TestUpdateChangesWhatDiffers(t *testing.T) {
	w := newWorld(t)
	one := w.take(w.file("a.csv", "档号,题名,备注\n0001-WS·1985-Y-BGS-0001,甲,旧\n0001-WS·1985-Y-BGS-0002,乙,\n"), exchange.Options{})
	changed := w.file("b.csv", "档号,题名,备注\n0001-WS·1985-Y-BGS-0001,甲改,\n0001-WS·1985-Y-BGS-0002,乙,新\n0001-WS·1985-Y-BGS-0003,丙,\n")
	r := w.take(changed, exchange.Options{DryRun: true})
	w.counts(r, 1, 0, 0, 2, 0)
	for _, x := range r.Rejects {
		if x.Reason != exchange.Differs || x.Detail != map[int]string{2: "题名", 3: "备注"}[x.Row] {
			t.Errorf("reject %+v", x)
		}
	}
	r = w.take(changed, exchange.Options{Update: true})
	w.counts(r, 1, 0, 2, 0, 0)
	if i := w.item("0001-WS·1985-Y-BGS-0001"); i.Title != "甲改" || i.Note != "旧" {
		t.Errorf("an empty cell took something away: %+v", i)
	}
	if _, kept, err := w.Undo(ctx, actor, r.Op); err != nil || len(kept) > 0 {
		t.Fatalf("undo: %v %v", kept, err)
	}
	if i := w.item("0001-WS·1985-Y-BGS-0001"); i.Title != "甲" {
		t.Errorf("after the undo: %+v", i)
	}
	if _, kept, err := w.Undo(ctx, actor, one.Op); err != nil || len(kept) > 0 {
		t.Fatalf("undo of the first: %v %v", kept, err)
	}
}

func TestSeriesAreMadeWhenAsked(t *testing.T) {
	w := newWorld(t)
	path := w.file("a.csv", "档号,题名,全宗名称\n0055-WS·2001-Y-BGS-0001,甲,粮食局\n0055-WS·2001-Y-BGS-0002,乙,粮食局\n0001-KJ·2001-Y-BGS-0001,丙,\n")
	r := w.take(path, exchange.Options{})
	w.counts(r, 0, 0, 0, 3, 0)
	r = w.take(path, exchange.Options{CreateSeries: "item22"})
	w.counts(r, 3, 0, 0, 0, 0)
	if slices.Sort(r.Series); !slices.Equal(r.Series, []string{"0001-KJ", "0055-WS"}) {
		t.Errorf("made %v", r.Series)
	}
	if f, err := w.FondsByNumber(ctx, all, "0055"); err != nil || f.Title != "粮食局" {
		t.Errorf("%+v %v", f, err)
	}
	if _, kept, err := w.Undo(ctx, actor, r.Op); err != nil || len(kept) > 0 {
		t.Fatalf("undo: %v %v", kept, err)
	}
	if _, err := w.FondsByNumber(ctx, all, "0055"); archive.KindOf(err) != archive.NotFound {
		t.Errorf("the fonds is still there: %v", err)
	}
}

func TestStoppedImportLeavesNothing(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	b.WriteString("档号,题名\n")
	for i := range 6000 {
		fmt.Fprintf(&b, "0001-WS·1985-Y-BGS-%04d,第%d件\n", i+1, i+1)
	}
	f, err := exchange.Open(ctx, w.file("a.csv", b.String()), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := f.Preview("", 5)
	if err != nil {
		t.Fatal(err)
	}
	stopping, stop := context.WithCancel(ctx)
	defer stop()
	seen := 0
	_, err = exchange.Import(stopping, w.Catalogue, actor, f, p.Mapping, exchange.Options{Sight: access.All(), Row: func(exchange.Line) {
		if seen++; seen == 3000 {
			stop()
		}
	}})
	if archive.KindOf(err) != archive.Stopped {
		t.Errorf("got %v, want stopped", err)
	}
	if n, err := w.Totals(ctx, all, 0); err != nil || n.Items != 0 {
		t.Errorf("%+v %v", n, err)
	}
	// Nothing stands in the way of the next.
	r := w.take(w.file("a.csv", b.String()), exchange.Options{})
	w.counts(r, 6000, 0, 0, 0, 0)
	// One was changed by a person and another got pages since: they stay.
	mine := w.item("0001-WS·1985-Y-BGS-0777")
	mine.Title = "改过的题名"
	if _, err := w.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.Update(&mine) }); err != nil {
		t.Fatal(err)
	}
	_, kept, err := w.Undo(ctx, actor, r.Op)
	if err != nil || len(kept) != 1 || kept[0].ID != mine.ID {
		t.Fatalf("undo kept %+v, %v", kept, err)
	}
	if n, err := w.Totals(ctx, all, 0); err != nil || n.Items != 1 {
		t.Errorf("after the undo: %+v %v", n, err)
	}
	if _, err := w.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
}
