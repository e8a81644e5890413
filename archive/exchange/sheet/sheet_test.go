package sheet_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// table reads one sheet whole: rows by number, texts alone.
func table(t *testing.T, path string, o sheet.Options, n int) map[int][]string {
	t.Helper()
	b, err := sheet.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	return rowsOf(t, b, n)
}

func rowsOf(t *testing.T, b sheet.Book, n int) map[int][]string {
	t.Helper()
	r, err := b.Rows(n)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := map[int][]string{}
	for {
		row, err := r.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, c.Text)
		}
		got[row.Number] = texts
	}
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// python runs a script with Debian's Python, which has the packages of .ci/packages.
func python(t *testing.T, script string, args ...string) {
	t.Helper()
	cmd := exec.Command("/usr/bin/python3", append([]string{"-c", script}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("python3 (see .ci/packages): %v\n%s", err, out)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	odd := []string{"", "=1+1", "+86", "-3", "@SUM(A1)", "'=1", "''=", "'a", "'", "\t=1", "一\n二", "a\"b,c", "𠮷\ue000", " 空 格 ", "_x0041_",
		"_x005F_", "0001", "\u000b", "a\x07b", "a\r\nb", "\r", "＝1", "&lt;<b>&", "\ufffe", "_x0007_x0007_", "\x7f", "]]>"}
	r := rand.New(rand.NewPCG(1, 2))
	rows := [][]string{{"列一", "列二", "列三"}}
	for range 300 {
		row := make([]string, 3)
		for i := range row {
			row[i] = odd[r.IntN(len(odd))] + odd[r.IntN(len(odd))]
		}
		row[0] += "x" // no row without any cell
		rows = append(rows, row)
	}
	var c, x bytes.Buffer
	cw := sheet.NewCSVWriter(&c)
	xw, err := sheet.NewXLSXWriter(&x, "表", []int{10, 20, 30})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := cw.Write(row); err != nil {
			t.Fatal(err)
		}
		if err := xw.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := cw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := xw.Close(); err != nil {
		t.Fatal(err)
	}
	for name, back := range map[string]struct {
		content []byte
		undo    func(string) string
	}{"a.csv": {c.Bytes(), func(s string) string { return sheet.Unguard(sheet.Unescape(s)) }}, "a.xlsx": {x.Bytes(), sheet.Unescape}} {
		t.Run(name, func(t *testing.T) {
			b, err := sheet.Open(context.Background(), write(t, name, back.content), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			in, err := b.Rows(0)
			if err != nil {
				t.Fatal(err)
			}
			for n, want := range rows {
				row, err := in.Next()
				if err != nil {
					t.Fatal(err)
				}
				got := make([]string, 3)
				for i, cell := range row.Cells {
					got[i] = back.undo(cell.Text)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("row %d: %q, want %q", n+1, got, want)
				}
			}
			if _, err := in.Next(); err != io.EOF {
				t.Errorf("after the last: %v", err)
			}
		})
	}
}

// Nothing that begins a formula stands at the beginning of a cell of CSV, nor is a cell
// of XLSX a formula.
func TestNoFormulaIsWritten(t *testing.T) {
	var c, x bytes.Buffer
	cw := sheet.NewCSVWriter(&c)
	xw, err := sheet.NewXLSXWriter(&x, "表", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"=cmd|' /C calc'!A0", "+1", "-1", "@a", "\t=1", "\r=1"} {
		if err := cw.Write([]string{s}); err != nil {
			t.Fatal(err)
		}
		if err := xw.Write([]string{s}); err != nil {
			t.Fatal(err)
		}
	}
	cw.Close()
	xw.Close()
	for line := range strings.Lines(strings.TrimPrefix(c.String(), "\ufeff")) {
		if first := strings.TrimPrefix(line, `"`); !strings.HasPrefix(first, "'") {
			t.Errorf("begins with %q", line)
		}
	}
	f, err := excelize.OpenReader(&x)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"A1", "A2", "A3"} {
		if formula, err := f.GetCellFormula("表", cell); err != nil || formula != "" {
			t.Errorf("%s is a formula: %q %v", cell, formula, err)
		}
		if kind, err := f.GetCellType("表", cell); err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%s is of type %v %v", cell, kind, err)
		}
	}
}

func TestEncodingsAndSeparatorsAreFound(t *testing.T) {
	simplified := "档号,题名,责任者\r\n0001-WS·1985-Y-BGS-0001,关于做好防汛抗旱工作的通知,区人民政府\r\n"
	traditional := "檔號,題名,責任者\r\nA001-001,關於加強農田水利建設的指示,縣政府秘書處\r\nA001-002,民國三十年度各鄉鎮倉儲積穀清冊,糧政科\r\n"
	many := strings.Repeat("行政院訓令各機關遵照辦理關於處理敵產應行注意事項\r\n", 5)
	for name, c := range map[string]struct{ text, codec, want string }{
		"utf-8":           {simplified, "utf-8", "utf-8"},
		"utf-8 with mark": {simplified, "utf-8-sig", "utf-8"},
		"utf-16":          {simplified, "utf-16", "utf-16le"},
		"utf-16be":        {simplified, "utf-16-be", "utf-16be"},
		"gbk":             {simplified, "gbk", "gb18030"},
		"gb18030":         {simplified + "㐂𠮷,a,b\r\n", "gb18030", "gb18030"},
		"big5":            {traditional + many, "big5", "big5"},
		"gbk traditional": {traditional + many, "gbk", "gb18030"},
		"tabs":            {strings.ReplaceAll(simplified, ",", "\t"), "gbk", "gb18030"},
		"semicolons":      {strings.ReplaceAll(simplified, ",", ";"), "utf-8", "utf-8"},
		"late":            {strings.Repeat("ab,cd\r\n", 300_000) + "后面才有汉字,一\r\n", "gbk", "gb18030"},
	} {
		t.Run(name, func(t *testing.T) {
			plain := write(t, "plain.txt", []byte(c.text))
			path := filepath.Join(t.TempDir(), "a.csv")
			python(t, "import sys;open(sys.argv[2],'wb').write(open(sys.argv[1],newline='',encoding='utf-8').read().encode(sys.argv[3]))", plain, path, c.codec)
			b, err := sheet.Open(context.Background(), path, sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if b.Encoding() != c.want {
				t.Errorf("taken for %s, want %s", b.Encoding(), c.want)
			}
			got := rowsOf(t, b, 0)
			lines := strings.Split(strings.TrimSpace(c.text), "\r\n")
			for i, line := range lines {
				want := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t", r) })
				if !slices.Equal(got[i+1], want) {
					t.Fatalf("line %d: %q, want %q", i+1, got[i+1], want)
				}
			}
		})
	}
}

const writeXLS = `
import sys, xlwt, datetime
wb = xlwt.Workbook(encoding='utf-8')
s = wb.add_sheet('案卷')
s.write_merge(0, 0, 0, 5, '案卷目录')
for i, v in enumerate(['档号', '题名', '件号', '日期', '份数', '核对']): s.write(1, i, v)
pad = xlwt.easyxf(num_format_str='0000'); day = xlwt.easyxf(num_format_str='yyyy/m/d')
s.write_merge(2, 4, 0, 0, 'C038-001-002')
for r in range(2, 5):
    s.write(r, 1, '关于𠮷田%d\n的通知' % r)
    s.write(r, 2, r, pad)
    s.write(r, 3, datetime.date(1958, 3, r), day)
    s.write(r, 4, 1.5 * r)
    s.write(r, 5, True)
s.col(4).hidden = True
s.row(4).hidden = True
s.write(7, 0, xlwt.Formula('1/0'))
s.write(7, 1, 'x' * 9000 + '长' * 9000)
for r in range(8, 3000): s.write(r, 1, '第%d件' % r)
h = wb.add_sheet('隐藏'); h.visibility = 1; h.write(0, 0, '秘')
wb.save(sys.argv[1])
`

func TestXLS(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xls")
	python(t, writeXLS, path)
	b, err := sheet.Open(context.Background(), path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if want := []sheet.Info{{Name: "案卷"}, {Name: "隐藏", Hidden: true}}; b.Format() != "xls" || !slices.Equal(b.Sheets(), want) {
		t.Errorf("%s: sheets %v", b.Format(), b.Sheets())
	}
	got := rowsOf(t, b, 0)
	for n, want := range map[int][]string{
		1:    {"案卷目录"},
		2:    {"档号", "题名", "件号", "日期", "份数", "核对"},
		3:    {"C038-001-002", "关于𠮷田2\n的通知", "0002", "1958-03-02", "3", "TRUE"},
		5:    {"C038-001-002", "关于𠮷田4\n的通知", "0004", "1958-03-04", "6", "TRUE"},
		3000: {"", "第2999件"},
	} {
		if !slices.Equal(got[n], want) {
			t.Errorf("row %d: %q, want %q", n, got[n], want)
		}
	}
	if want := strings.Repeat("x", 9000) + strings.Repeat("长", 9000); len(got[8]) < 2 || got[8][1] != want {
		t.Error("the long text is not whole")
	}
	r, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.HiddenColumns(); !slices.Equal(got, []int{4}) {
		t.Errorf("hidden columns %v", got)
	}
	var hidden []int
	for row, err := r.Next(); err == nil; row, err = r.Next() {
		if row.Hidden {
			hidden = append(hidden, row.Number)
		}
		if row.Number == 4 && (!row.Cells[0].Merged || row.Cells[3].Kind != sheet.Date) {
			t.Errorf("row 4: %+v", row.Cells)
		}
	}
	if !slices.Equal(hidden, []int{5}) {
		t.Errorf("hidden rows %v", hidden)
	}
}

func TestXLSX(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	python(t, `
import sys, openpyxl, datetime
wb = openpyxl.Workbook(); s = wb.active; s.title = '案卷'
s.append(['档号', '题名', '件号', '日期', '号码', '公式'])
for r in range(2, 5):
    s.append(['C038', '关于<𠮷> & "田"\n%d' % r, r, datetime.datetime(1958, 3, r), 123456789012345678, '=1+1'])
    s.cell(r, 3).number_format = '0000'
s.merge_cells('A2:A4')
s.column_dimensions['E'].hidden = True
s.append([None, True, '#N/A', datetime.date(2011, 1, 1)])
wb.create_sheet('隐藏').sheet_state = 'hidden'
wb.save(sys.argv[1])`, path)
	got := table(t, path, sheet.Options{}, 0)
	for n, want := range map[int][]string{
		1: {"档号", "题名", "件号", "日期", "号码", "公式"},
		2: {"C038", "关于<𠮷> & \"田\"\n2", "0002", "1958-03-02", "123456789012345677"},
		4: {"C038", "关于<𠮷> & \"田\"\n4", "0004", "1958-03-04", "123456789012345677"},
		5: {"", "TRUE", "#N/A", "2011-01-01"},
	} {
		if len(got[n]) > 4 && n > 1 {
			want[4] = got[n][4] // lossy
		}
		if !slices.Equal(got[n], want) {
			t.Errorf("row %d: %q, want %q", n, got[n], want)
		}
	}
	b, err := sheet.Open(context.Background(), path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.HiddenColumns(), []int{4}) || len(b.Sheets()) != 2 || !b.Sheets()[1].Hidden {
		t.Errorf("hidden: %v of %v", r.HiddenColumns(), b.Sheets())
	}
	for row, err := r.Next(); err == nil; row, err = r.Next() {
		if row.Number == 3 && (!row.Cells[4].Lossy || row.Cells[3].Kind != sheet.Date || !row.Cells[0].Merged) {
			t.Errorf("row 3: %+v", row.Cells)
		}
	}
}

func TestWhatIsNoTableIsRefusedWithAReason(t *testing.T) {
	locked := filepath.Join(t.TempDir(), "locked.xlsx")
	f := excelize.NewFile()
	if err := f.SaveAs(locked, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		want archive.Reason
	}{
		"password":           {locked, archive.ReasonEncrypted},
		"password of an xls": {filepath.Join("testdata", "locked.xls"), archive.ReasonEncrypted}, // written by LibreOffice
		"empty":              {write(t, "a.xlsx", nil), archive.ReasonEmpty},
		"cut off":            {write(t, "a.xlsx", []byte("PK\x03\x04rest")), archive.ReasonDamaged},
		"ole":                {write(t, "a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")), archive.ReasonDamaged},
		"xml":                {write(t, "a.csv", []byte("<?xml version='1.0'?><ead/>")), archive.ReasonUnsupported},
		"database":           {write(t, "a.csv", []byte("SQLite format 3\x00xxxx")), archive.ReasonUnsupported},
		"binary":             {write(t, "a.csv", []byte("abc\x00\x01\x02\x03\x04\x05\x06\x07\x08\x00")), archive.ReasonUnsupported},
		"dbf":                {write(t, "a.dbf", []byte("not a dbf at all, but text that is long enough")), archive.ReasonUnsupported},
		"dbf short":          {write(t, "a.dbf", []byte("\x03abc")), archive.ReasonDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := sheet.Open(context.Background(), c.path, sheet.Options{})
			if err == nil {
				b.Close()
			}
			if archive.ReasonOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := sheet.Open(context.Background(), "/no/such.csv", sheet.Options{}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("missing: %v", err)
	}
}
