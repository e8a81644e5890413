package app_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/xuri/excelize/v2"

	"lantai/app"
	"lantai/app/importing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

// listOf writes a catalogue as a spreadsheet and gives its path.
func (d *desk) listOf(name string, rows ...[]string) string {
	d.t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		d.must(err)
		d.must(f.SetSheetRow("Sheet1", at, &row))
	}
	path := filepath.Join(d.t.TempDir(), name)
	d.must(f.SaveAs(path))
	return path
}

// someRows are two rows to be added, one that is held otherwise, one without a title and a
// total.
func someRows(d *desk) [][]string {
	h := d.holding(code0001)
	return [][]string{
		{"某机关文书目录"},
		{"档号", "题名", "日期", "来文单位"},
		{"0001-WS·1985-Y-BGS-0101", "关于秋收的通知", "1985.9.3", "县政府"},
		{"0001-WS·1985-Y-BGS-0102", "关于冬修水利的报告", "1985年11月", "水利局"},
		{h.Code, h.Title, "", ""},
		{"0001-WS·1985-Y-BGS-0103", "", "58.3", ""},
		{"合计", "", "", ""},
	}
}

func (d *desk) ops() int {
	ops, err := d.station.Catalogue.Ops(context.Background(), 0, 1000)
	d.must(err)
	return len(ops)
}

func (d *desk) held(code string) (archive.Holding, bool) {
	h, err := d.station.Catalogue.HoldingByCode(context.Background(), allSeeing, code)
	if archive.KindOf(err) == archive.NotFound {
		return h, false
	}
	d.must(err)
	return h, true
}

func TestACatalogueIsTriedImportedAndTakenBack(t *testing.T) {
	d := newDesk(t).open()
	before := d.ops()
	d.openList(d.listOf("目录.xlsx", someRows(d)...))
	d.sees("header in row 2", "columns not recognised, not imported: 来文单位", "关于秋收的通知")
	d.over(3, "Author")
	d.tap("Dry run")
	d.sees("Dry run done, nothing written", "would add 2, held already 0", "would reject 2", "left out 1",
		"Would add 2", "Would reject 2", "no title", "held with other values (Retention)", "Left out 1")
	if d.ops() != before {
		t.Error("the dry run left an operation")
	}
	d.tap("Would add 2")
	d.sees("0001-WS·1985-Y-BGS-0102", "关于冬修水利的报告")
	d.lacks("no title")

	d.tap("Import")
	d.sees("Imported. 5 rows read: added 2", "Save the 2 rejected rows…", "Undo this import")
	h, ok := d.held("0001-WS·1985-Y-BGS-0101")
	if !ok || h.Title != "关于秋收的通知" {
		t.Fatalf("the first row is held: %v, %+v", ok, h)
	}
	d.tap("See the records")
	d.sees("关于秋收的通知", "县政府")
	d.shell.Back()
	d.Idle(t)
	d.tap("Dry run")
	d.sees("Rejected rows are not saved")
	d.tap("Do not save")
	d.sees("would add 0, held already 2")
	d.goTo(app.ScreenImporting, importing.ViewLog)
	d.tap("Undo…")
	d.tap("Undo")
	d.sees("Undone.")
	if _, ok := d.held("0001-WS·1985-Y-BGS-0101"); ok {
		t.Error("the record is held after the undo")
	}
}

// What has been changed after an import stays when the import is taken back.
func TestTakingBackKeepsLaterChanges(t *testing.T) {
	d := newDesk(t).open()
	d.openList(d.listOf("目录.xlsx", someRows(d)...))
	d.tap("Dry run")
	d.tap("Import")
	h, ok := d.held("0001-WS·1985-Y-BGS-0101")
	if !ok {
		t.Fatal("the row is not held")
	}
	ctx := context.Background()
	items, err := d.station.Catalogue.Items(ctx, allSeeing, []archive.ID{h.ID})
	d.must(err)
	items[0].Title = "关于一九八五年秋收的通知"
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.Update(&items[0]) })
	d.tap("Undo this import")
	d.tap("Undo")
	d.sees("Undone; one change was kept")
	d.lacks("See the records", "Undo this import")
	if h, ok := d.held("0001-WS·1985-Y-BGS-0101"); !ok || h.Title != "关于一九八五年秋收的通知" {
		t.Errorf("the changed record: %v, %q", ok, h.Title)
	}
	if _, ok := d.held("0001-WS·1985-Y-BGS-0102"); ok {
		t.Error("the record that nobody changed is still held")
	}
}

// The table counts where a person says so, and what is missing is registered.
func TestUpdatingAndRegisteringAreChoices(t *testing.T) {
	d := newDesk(t).open()
	h := d.holding(code0001)
	d.openList(d.listOf("目录.xlsx", []string{"档号", "题名"}, []string{code0001, "防汛工作的通知"},
		[]string{"0009-WS·1990-Y-BGS-0001", "关于春耕的通知"}))
	d.tap("Dry run")
	d.sees("would add 0", "would reject 2", "the fonds 0009 is not registered")
	d.choose("Missing fonds and series", 1)
	d.walk(func(o fyne.CanvasObject) {
		if c, ok := o.(*parts.Check); ok && c.Text == "Update records held already" {
			c.SetChecked(true)
		}
	})
	d.tap("Import")
	d.sees("has had no dry run") // of this choice
	d.press(fyne.KeyEscape)
	d.tap("Dry run")
	d.sees("would add 1, held already 0, would update 1, would reject 0", "Series registered: 0009-WS")
	d.tap("Import")
	d.sees("added 1, held already 0, updated 1")
	if now, _ := d.held(code0001); now.ID != h.ID || now.Title != "防汛工作的通知" {
		t.Errorf("updated: %+v", now)
	}
	if _, ok := d.held("0009-WS·1990-Y-BGS-0001"); !ok {
		t.Error("the row of the new fonds is not held")
	}
}

// What is wrong with the columns is said, and nothing can be run until it is mended.
func TestColumnsAreChecked(t *testing.T) {
	d := newDesk(t).open()
	d.openList(d.listOf("目录.xlsx", []string{"文件", "档号", "题名"}, []string{"甲", "0001-WS·1985-Y-BGS-0201", "乙"}))
	d.over(0, "Title")
	d.sees("“Title” stands over two columns, 文件 and 题名")
	d.over(0, words.T("importing.extra"))
	d.lacks("stands over two columns")
	d.sees("named 文件")
	d.over(1, words.T("importing.not"))
	d.sees("No column is the reference code")
	d.over(1, "Reference code")
	d.tap("Dry run")
	d.sees("would add 1")
}

// A mapping is used again for the next table with the same header.
func TestAMappingIsRemembered(t *testing.T) {
	d := newDesk(t)
	kept := keeping{}
	d.openWith(kept)
	rows := func(code string) [][]string {
		return [][]string{{"编码", "名目", "档号旧"}, {code, "甲", "x"}}
	}
	d.openList(d.listOf("一.xlsx", rows("0001-WS·1985-Y-BGS-0301")...))
	d.sees("no header was recognised")
	d.over(0, "Reference code")
	d.over(1, "Title")
	d.tap("Dry run")
	d.sees("Rows")
	if kept["importing.mappings"] != "" {
		t.Error("a table without a header was remembered")
	}
	rows2 := [][]string{{"档号", "名目"}, {"0001-WS·1985-Y-BGS-0302", "乙"}}
	d.openList(d.listOf("二.xlsx", rows2...))
	d.over(1, "Title")
	d.tap("Dry run")
	d.sees("would add 1")
	d.openList(d.listOf("三.xlsx", rows2...))
	d.sees("mapped as such a table was last time")
	d.tap("Dry run")
	d.sees("would add 1")
}

// keeping is a parts.Memory.
type keeping map[string]string

func (k keeping) StringWithFallback(key, fallback string) string {
	if v, ok := k[key]; ok {
		return v
	}
	return fallback
}

func (k keeping) SetString(key, value string) { k[key] = value }

// A combined key is taken apart by the widths that a person gives.
func TestACombinedKeyIsTakenApart(t *testing.T) {
	d := newDesk(t).open()
	d.openList(d.listOf("组合号.xlsx", []string{"档案号码", "题名"}, []string{"0001WS1985YBGS0501", "关于夏粮收购的通知"}))
	d.sees("No column is the reference code")
	d.over(0, words.T("importing.split"))
	d.sees("Example: 0001WS1985YBGS0501")
	d.tap("Take apart")
	d.sees("Widths are whole numbers")
	d.parts([]string{"4", "2", "4", "1", "3", "4"}, "Fonds no. of the code", "Category of the code", "Year",
		"Retention of the code", "Office or subject of the code", "Item no. of the code")
	d.tap("Take apart")
	d.lacks("No column is the reference code")
	d.tap("Dry run")
	d.sees("would add 1", "0001-WS·1985-Y-BGS-0501")
}

// parts fills the form that takes a key apart.
func (d *desk) parts(widths []string, fields ...string) {
	d.t.Helper()
	var entries []*parts.Entry
	var choices []*parts.Select
	visit(d.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *parts.Entry:
			entries = append(entries, o)
		case *parts.Select:
			choices = append(choices, o)
		}
	})
	for i, w := range widths {
		entries[i].SetText(w)
		choices[i].SetSelected(fields[i])
		if choices[i].SelectedIndex() < 0 {
			d.t.Fatalf("no field %q among %q", fields[i], choices[i].Options)
		}
	}
}

// CSV is read by the encoding that a person chooses.
func TestTheEncodingCanBeChosen(t *testing.T) {
	d := newDesk(t).open()
	path := filepath.Join(t.TempDir(), "目录.csv")
	d.must(os.WriteFile(path, []byte("档号,题名\n0001-WS·1985-Y-BGS-0401,防汛\n"), 0o644))
	d.openList(path)
	d.sees("Found out: UTF-8", "防汛")
	d.choose("Encoding", 1+indexOf(sheet.Encodings(), "big5"))
	d.lacks("防汛")
	d.choose("Encoding", 1+indexOf(sheet.Encodings(), "utf-8"))
	d.sees("防汛")
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// An import that is stopped leaves nothing, and says so.
func TestAStoppedImportLeavesNothing(t *testing.T) {
	d := newDesk(t).open()
	rows := [][]string{{"档号", "题名"}}
	for n := range 9000 {
		rows = append(rows, []string{fmt.Sprintf("0001-WS·1986-Y-BGS-%04d", n+1), "关于秋收的通知"})
	}
	d.openList(d.listOf("目录.xlsx", rows...))
	before := d.ops()
	d.tapLater("Import")
	d.tapLater("Import") // the question has its answer
	tasks := d.Runner.Tasks()
	d.Until(t, func() bool {
		tasks = d.Runner.Tasks()
		return tasks[0].Progress.Done > 0 || tasks[0].State.Ended()
	})
	d.Runner.Stop(tasks[0].ID)
	d.Idle(t)
	d.sees("Stopped. Nothing was written")
	if _, ok := d.held("0001-WS·1986-Y-BGS-0001"); ok || d.ops() != before {
		t.Errorf("held: %v; %d operations were %d", ok, d.ops(), before)
	}
}

// tapLater presses the button with a label and does not wait for what it begins.
func (d *desk) tapLater(label string) {
	d.t.Helper()
	var found *parts.Button
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text == label {
			found = b
		}
	})
	if found == nil {
		d.t.Fatalf("there is no button %q", label)
	}
	found.Tapped(nil)
}

// Closing the window with rejected rows that were not saved asks first.
func TestRejectedRowsAreNotLostUnasked(t *testing.T) {
	d := newDesk(t).open()
	d.openList(d.listOf("目录.xlsx", someRows(d)...))
	d.tap("Dry run")
	d.tap("Import")
	d.shell.Close()
	d.Idle(t)
	d.sees("Rejected rows are not saved")
	d.press(fyne.KeyEscape)
	d.lacks("Rejected rows are not saved")
	d.sees("Undo this import")
}

// Rejected rows come out as the spreadsheet that was written, or as CSV with the same cells.
func TestRejectedRowsAreSavedAsEither(t *testing.T) {
	d := newDesk(t)
	from := d.listOf("退回.xlsx", []string{"档号", "题名"}, []string{"0001", "甲，\"乙\"\n丙"})
	for _, csv := range []bool{false, true} {
		var b bytes.Buffer
		d.must(importing.CopyTable(context.Background(), &b, from, csv))
		to := filepath.Join(t.TempDir(), map[bool]string{false: "a.xlsx", true: "a.csv"}[csv])
		d.must(os.WriteFile(to, b.Bytes(), 0o644))
		f, err := exchange.Open(context.Background(), to, sheet.Options{})
		d.must(err)
		p, err := f.Preview("", 10)
		d.must(err)
		d.must(f.Close())
		if got := fmt.Sprint(p.Rows); got != "[{1 [档号 题名]} {2 [0001 甲，\"乙\"\n丙]}]" {
			t.Errorf("csv %v: %s", csv, got)
		}
	}
}

// A table that cannot be read is told about, and the screen stays as it was.
func TestWhatIsNoTableIsTold(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenImporting, nil)
	d.press(fyne.KeyReturn)
	d.sees("Choose a table first")
	path := filepath.Join(t.TempDir(), "a.xlsx")
	d.must(os.WriteFile(path, []byte("PK\x03\x04 cut off"), 0o644))
	d.openList(path)
	d.sees(path)
	d.lacks("Columns\n")
}

func TestAFondsIsExportedAndImportedAgain(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenImporting, importing.ViewExport)
	dir := t.TempDir()
	d.field("Folder")
	d.typing(dir)
	d.press(fyne.KeyEscape)
	d.choose("Format", 1)
	d.field("File name")
	d.typing("all")
	d.press(fyne.KeyReturn)
	path := filepath.Join(dir, "all.csv")
	d.sees("rows exported to " + path)
	d.tap("Export")
	d.sees("A file of this name is there already")
	d.openList(path)
	d.sees("a table exported by this program")
	d.tap("Dry run")
	d.sees("would add 0", "would reject 0")
}

// The way in from the catalogue, and a table that is shown once.
func TestTheCatalogueLeadsToItsTables(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenHoldings, nil)
	d.tap("Import…")
	d.sees("No table is open")
	d.openList(d.listOf("目录.xlsx", someRows(d)...))
	if n := strings.Count(d.seen(), "关于秋收的通知"); n != 1 {
		t.Errorf("the first row is shown %d times", n)
	}
}
