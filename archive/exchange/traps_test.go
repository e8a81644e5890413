package exchange_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
)

// workbook writes cells with excelize; a function of the file comes last.
func (w *world) workbook(rows [][]any, more func(f *excelize.File)) string {
	w.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			w.Fatal(err)
		}
	}
	if more != nil {
		more(f)
	}
	path := filepath.Join(w.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		w.Fatal(err)
	}
	return path
}

// Two rows of header, merged cells, numbers where codes stood, hidden columns, formulas.
func TestTrapsOfSpreadsheets(t *testing.T) {
	w := newWorld(t)
	path := w.workbook([][]any{
		{"某局案卷目录"},
		{"全宗号", "目录号", "案卷号", "题名", "起止日期", "", "保管期限", "页数", "备注"},
		{"", "", "", "", "起", "止", "", "", ""},
		{"C038", 1, "0001", "第一卷", 23437, "1964.5", "长期", "12", "密"},
		{"", "", "0002", "第二卷", "1964年", "1965年", "永久", 13, ""},
		{"C038", 1, 3, "案卷号的零丢了", "1964", "1965", "永久", 13, ""},
		{"合计", "", "", "", "", "", "", "=SUM(H4:H6)", ""},
	}, func(f *excelize.File) {
		day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
		f.SetCellStyle("Sheet1", "E4", "E4", day)
		f.SetCellFormula("Sheet1", "H7", "SUM(H4:H6)")
		f.MergeCell("Sheet1", "A1", "I1")
		for _, c := range []string{"A", "B", "C", "D", "G", "H", "I"} {
			f.MergeCell("Sheet1", c+"2", c+"3")
		}
		f.MergeCell("Sheet1", "E2", "F2")
		f.MergeCell("Sheet1", "A4", "A5")
		f.MergeCell("Sheet1", "B4", "B5")
		f.SetColVisible("Sheet1", "I", false)
	})
	r := w.take(path, exchange.Options{})
	w.counts(r, 2, 0, 0, 1, 1)
	if got := reasons(r)[6]; !slices.Equal(got, []exchange.Reason{exchange.ZerosLost}) {
		t.Errorf("reasons %v", r.Rejects)
	}
	one, two := w.volume("C038-001-0001"), w.volume("C038-001-0002")
	if one.DateBegin != "19640301" || one.DateEnd != "19640500" || one.PageCount != 12 || one.Note != "密" || two.DateBegin != "1964" || two.Title != "第二卷" {
		t.Errorf("%+v\n%+v", one, two)
	}
}

// A number that the sheet shows with its zeros has not lost them.
func TestNumbersShownWithZeros(t *testing.T) {
	w := newWorld(t)
	r := w.take(w.workbook([][]any{
		{"全宗号", "目录号", "案卷号", "题名"},
		{"C038", 1, 3, "第三卷"},
		{"C038", 1, 120, "第一百二十卷"},
		{"C038", 1, 4, "没有格式"},
	}, func(f *excelize.File) {
		zeros := "000"
		style, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
		f.SetCellStyle("Sheet1", "C2", "C3", style)
	}), exchange.Options{})
	w.counts(r, 2, 0, 0, 1, 0)
	if one, two := w.volume("C038-001-003"), w.volume("C038-001-120"); one.Title != "第三卷" || two.Title != "第一百二十卷" {
		t.Errorf("%+v %+v", one, two)
	}
	if got := reasons(r)[4]; !slices.Equal(got, []exchange.Reason{exchange.ZerosLost}) {
		t.Errorf("reasons %v", r.Rejects)
	}
}

func TestZerosComeBackFromTheScheme(t *testing.T) {
	w := newWorld(t)
	r := w.take(w.workbook([][]any{
		{"全宗号", "门类代码", "年度", "保管期限", "机构", "件号", "题名", "页号"},
		{1, "WS", 1985, "永久", "BGS", 7, "甲", "1-3"},
		{1, "WS", 85, "永久", "BGS", 8, "乙", ""},
		{1, "WS", 1985, "定期30年", "BGS", 9, "丙", ""},
		{20240115001234567, "WS", 1985, "永久", "BGS", 9, "丁", ""},
	}, nil), exchange.Options{})
	w.counts(r, 2, 0, 0, 2, 0)
	if i := w.item("0001-WS·1985-Y-BGS-0007"); i.Retention != "永久" || i.Number != "0007" || i.PageNo != "1-3" {
		t.Errorf("%+v", i)
	}
	if i := w.item("0001-WS·1985-D30-BGS-0009"); i.Retention != "定期30年" {
		t.Errorf("%+v", i)
	}
	dated := w.take(w.workbook([][]any{{"档号", "题名", "页号", "日期"}, {"0001-WS·1985-Y-BGS-0100", "甲", 45000, 1958.1}, {123456789, "乙", "", ""}}, func(f *excelize.File) {
		day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
		f.SetCellStyle("Sheet1", "C2", "C2", day)
	}), exchange.Options{})
	if got := reasons(dated); !slices.Equal(got[2], []exchange.Reason{exchange.OctoberLost, exchange.BecameDate}) || !slices.Equal(got[3], []exchange.Reason{exchange.ZerosLost}) {
		t.Errorf("%v", got)
	}
}

// Sheets of 65,536 rows are one table; others are left and named.
func TestSheetsThatGoOn(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "a.xls")
	cmd := exec.Command("/usr/bin/python3", "-c", `
import sys, xlwt
wb = xlwt.Workbook(encoding='utf-8')
a, b, c, d = [wb.add_sheet(n) for n in ('一', '二', '三', '说明')]
row = [0]
def fill(s, first, last):
    for r in range(first, last):
        s.write(r, 0, '0001-WS·%d-Y-BGS-%05d' % (1980 + row[0] // 20000, row[0] % 20000 + 1)); s.write(r, 1, '题名%d' % row[0]); row[0] += 1
a.write(0, 0, '档号'); a.write(0, 1, '题名'); fill(a, 1, 65536)
fill(b, 0, 5)
c.write(0, 0, '档号'); c.write(0, 1, '题名'); fill(c, 1, 4)
d.write(0, 0, '填表说明'); d.write(1, 0, '请勿修改')
wb.save(sys.argv[1])`, path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("python3-xlwt (see .ci/packages): %v\n%s", err, out)
	}
	r := w.take(path, exchange.Options{DryRun: true})
	w.counts(r, 65535+5+3, 0, 0, 0, 0)
	if !slices.Equal(r.Sheets, []string{"一", "二", "三"}) || !slices.Equal(r.Left, []string{"说明"}) {
		t.Errorf("read %v, left %v", r.Sheets, r.Left)
	}
}

// A column that says where images lay with those who scanned them is kept without being
// asked for, under its own name.
func TestPathsOfImagesAreKept(t *testing.T) {
	w := newWorld(t)
	path := w.file("a.csv", `档号,题名,原文路径,登记号,原文路径
0001-WS·1985-Y-BGS-0001,甲,D:\加工\甲.jpg,7,E:\甲.jpg
`)
	f, err := exchange.Open(context.Background(), path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := f.Preview("", 5)
	if err != nil || !slices.Equal(p.Unknown, []string{"登记号", "原文路径"}) {
		t.Fatalf("%v, left %q", err, p.Unknown)
	}
	w.counts(w.take(path, exchange.Options{}), 1, 0, 0, 0, 0)
	if x := w.extra(w.item("0001-WS·1985-Y-BGS-0001").ID); len(x) != 1 || x["原文路径"] != `D:\加工\甲.jpg` {
		t.Errorf("%q", x)
	}
}

func TestSecretsAndOddTexts(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("长", 10_000)
	path := w.file("a.csv", fmt.Sprintf("档号,题名,密级,备注\n0001-WS·1985-Y-BGS-0001,甲,秘密★5年,\n0001-WS·1985-Y-BGS-0002,乙,内部,\n0001-WS·1985-Y-BGS-0003,%s,,\n0001-WS·1985-Y-BGS-0004,𠮷田\ue000卷,公开,'=1+1\n0001-WS·1985-Y-BGS-0005,有\x07控制符,,\n0001-WS·1985-Y-BGS-0006,坏字\xff,,\n", long))
	r := w.take(path, exchange.Options{})
	got := reasons(r)
	w.counts(r, 3, 0, 0, 3, 0)
	if r.Encoding != "utf-8" || !slices.Equal(got[7], []exchange.Reason{exchange.Undecodable}) {
		t.Errorf("encoding %s, %v", r.Encoding, got)
	}
	if !slices.Equal(got[2], []exchange.Reason{exchange.Secret}) || !slices.Equal(got[6], []exchange.Reason{exchange.ControlCharacter}) {
		t.Errorf("reasons %v", got)
	}
	if i := w.item("0001-WS·1985-Y-BGS-0003"); i.Title != long {
		t.Error("the long title is not whole")
	}
	if i := w.item("0001-WS·1985-Y-BGS-0004"); i.Title != "𠮷田\ue000卷" || i.Note != "=1+1" {
		t.Errorf("%+v", i)
	}
	if i := w.item("0001-WS·1985-Y-BGS-0002"); i.Secrecy != "内部" {
		t.Errorf("%+v", i)
	}
	classified := newWorldOf(t, archive.HighlySecret)
	classified.counts(classified.take(path, exchange.Options{}), 4, 0, 0, 2, 0)
	if i := classified.item("0001-WS·1985-Y-BGS-0001"); i.Secrecy != "秘密" || i.SecrecyTerm != "5年" {
		t.Errorf("%+v", i)
	}
}

// Every way in which a row can state a secret rejects it, and leaves the others.
func TestSecretRows(t *testing.T) {
	rows := "档号,题名,责任者,密级,保密期限,原密级\n" +
		"0001-WS·1985-Y-BGS-0001,甲,某局,内部,,\n" +
		"0001-WS·1985-Y-BGS-0002,乙,某局,JM,,\n" +
		"0001-WS·1985-Y-BGS-0003,丙（机密）,某局,,,\n" +
		"0001-WS·1985-Y-BGS-0004,丁,某局,,机密★10年,\n" +
		"0001-WS·1985-Y-BGS-0005,戊,某局,,,绝密\n" +
		"0001-WS·1985-Y-BGS-0006,另见涉密目录,,绝密,,\n" +
		"0001-WS·1985-Y-BGS-0007,另见涉密目录,,绝密,30年,\n" +
		"0001-WS·1985-Y-BGS-0008,另见涉密目录,,绝密,,绝密\n"
	w := newWorld(t)
	r := w.take(w.file("a.csv", rows), exchange.Options{Rejects: filepath.Join(w.dir, "rejects.csv"), Row: func(l exchange.Line) {
		if l.Fate == exchange.Rejected && strings.ContainsAny(l.Title, "乙丙丁戊") {
			t.Errorf("the title %q is told", l.Title)
		}
	}})
	if text, err := os.ReadFile(r.File); err != nil || strings.ContainsAny(string(text), "乙丙丁戊") || !strings.Contains(string(text), "0001-WS·1985-Y-BGS-0002") {
		t.Errorf("rejected rows: %s %v", text, err)
	}
	w.counts(r, 3, 0, 0, 5, 0) // the last is a placeholder; its other column is left out
	for row, want := range map[int]exchange.Reason{3: exchange.Secret, 4: exchange.Secret, 5: exchange.Secret, 6: exchange.Secret, 8: exchange.Placeholder} {
		if got := reasons(r)[row]; !slices.Equal(got, []exchange.Reason{want}) {
			t.Errorf("row %d: %v, want %s", row, got, want)
		}
	}
	r = w.take(w.file("b.csv", "档号,题名,责任者\n0001-WS·1985-Y-BGS-0006,另见涉密目录,某局\n"), exchange.Options{Update: true})
	if got := reasons(r)[2]; !slices.Equal(got, []exchange.Reason{exchange.Placeholder}) {
		t.Errorf("more for a placeholder: %v", got)
	}
	r = w.take(w.file("c.csv", "档号,题名,责任者,密级\n0001-WS·1985-Y-BGS-0021,甲,某局,秘密\n0001-WS·1985-Y-BGS-0022,乙,〃,〃\n"), exchange.Options{})
	w.counts(r, 0, 0, 0, 2, 0)
	c := newWorldOf(t, archive.HighlySecret)
	r = c.take(c.file("a.csv", rows), exchange.Options{})
	c.counts(r, 6, 0, 0, 2, 0)
	if got := reasons(r)[6]; !slices.Equal(got, []exchange.Reason{exchange.AboveClass}) {
		t.Errorf("above the class: %v", got)
	}
	if i := c.item("0001-WS·1985-Y-BGS-0002"); i.Secrecy != "机密" {
		t.Errorf("a code is kept as %q", i.Secrecy)
	}
	// What it exports bears its mark, comes back, and goes into no ordinary archive.
	table := filepath.Join(c.dir, "out.xlsx")
	if _, err := exchange.Export(ctx, c.Catalogue, table, exchange.ExportOptions{Sight: all}); err != nil {
		t.Fatal(err)
	}
	c.counts(c.take(table, exchange.Options{}), 0, 6, 0, 0, 0)
	if _, err := w.tryTake(table, exchange.Options{}); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("a table of a classified archive: %v", err)
	}
}

// Other people's files are imported, or refused with a sentence or by row; never worse.
func TestSharedTables(t *testing.T) {
	w := newWorld(t)
	seen := 0
	for _, dir := range []string{"hostile", "catalogs"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if info, err := os.Stat(path); err != nil || info.Size() > 8<<20 {
				continue
			}
			seen++
			r, err := w.tryTake(path, exchange.Options{DryRun: true}, func(m *exchange.Mapping) {
				if len(m.Columns) == 0 || m.Header == 0 {
					m.Columns = []exchange.Column{{Index: 0, Name: "A", Field: "code"}, {Index: 1, Name: "B", Field: "title"}}
				}
			})
			switch archive.KindOf(err) {
			case "", archive.Refused, archive.Invalid:
			default:
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
			if err == nil && r.Rows != r.Added+r.Already+r.Rejected+r.Skipped {
				t.Errorf("%s: %+v", filepath.Base(path), r)
			}
		}
	}
	if seen == 0 {
		t.Log("../shared/data is not there; own samples alone were read")
	}
}

// Objects and books bring the fields of their kind; what a kind has no field for is kept
// as a field of the site's own.
func TestFieldsOfOtherKinds(t *testing.T) {
	w := newWorld(t)
	path := w.file("实物.csv", "类型,档号,题名,授予单位,获得者,级别,数量,计量单位,存放位置,入藏日期,文种\n"+
		"实物,0001-WS·1985-Y-BGS-0001,先进单位奖牌,省档案局,县档案馆,省部,２,枚,一库－03－02,,\n"+
		"件,0001-WS·1985-Y-BGS-0002,通知,县委,,,1,份,,,通知\n"+
		"图书,0001-WS·1985-Y-BGS-0003,县志,,,,两,册,,1990.5,\n"+
		"图书,0001-WS·1985-Y-BGS-0004,县志,,,,3,册,,1990.5,\n")
	r := w.take(path, exchange.Options{})
	w.counts(r, 3, 0, 0, 1, 0)
	record := func(code string) archive.Record {
		h, err := w.HoldingByCode(ctx, all, code)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := w.Record(ctx, all, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	if o, ok := record("0001-WS·1985-Y-BGS-0001").(*archive.Object); !ok || o.AwardedBy != "省档案局" || o.Recipient != "县档案馆" || o.Level != "省部" ||
		o.Quantity != 2 || o.Unit != "枚" || o.Location != "一库-03-02" {
		t.Errorf("%+v", o)
	}
	i := record("0001-WS·1985-Y-BGS-0002").(*archive.Item)
	if i.Genre != "通知" || i.Quantity != 1 || w.extra(i.ID)["授予单位"] != "县委" {
		t.Errorf("%+v, own %v", i, w.extra(i.ID))
	}
	if b, ok := record("0001-WS·1985-Y-BGS-0004").(*archive.Book); !ok || b.AcquiredOn != "19900500" || b.Quantity != 3 {
		t.Errorf("%+v", b)
	}
}
