package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
)

// sheetIn goes to the grid of a series.
func (d *desk) sheetIn(series string) {
	d.t.Helper()
	d.enterIn(series)
	d.shortcut(fyne.KeyT, fyne.KeyModifierControl)
}

// inGrid gives the grid the keyboard.
func (d *desk) inGrid() {
	d.walk(func(o fyne.CanvasObject) {
		if g, ok := o.(*parts.Grid); ok {
			g.Focus()
		}
	})
	d.Idle(d.t)
}

// paste puts a text on the clipboard and pastes it.
func (d *desk) paste(text string) {
	d.t.Helper()
	fyne.CurrentApp().Clipboard().SetContent(text)
	d.focused(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
}

// focused gives a shortcut to what has the keyboard.
func (d *desk) focused(s fyne.Shortcut) {
	d.t.Helper()
	d.canvas().Focused().(fyne.Shortcutable).TypedShortcut(s)
	d.Idle(d.t)
}

// cells types texts into one cell after another; "" leaves a cell as it is.
func (d *desk) cells(texts ...string) {
	for i, text := range texts {
		if i > 0 {
			d.press(fyne.KeyTab)
		}
		if text != "" {
			d.typing(text)
		}
	}
}

// Rows of a grid are written by keyboard alone: copied down, continued by number, and
// saved at once; their codes run on from the catalogue's.
func TestRecordsAreEnteredInAGrid(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	d.sees("0001-WS·1987-Y-CZK-0002")
	d.cells("关于召开秋季征兵工作会议的通知", "区人民武装部", "区武〔1986〕7号", "１９８６０９１２", "3", "开放")
	d.press(fyne.KeyReturn) // to where the run of Tab began, a row below
	d.press(fyne.KeyTab)
	d.shortcut(fyne.KeyD, fyne.KeyModifierControl)
	d.press(fyne.KeyTab)
	d.shortcut(fyne.KeyD, fyne.KeyModifierControl|fyne.KeyModifierShift)
	d.press(fyne.KeyTab)
	d.cells("19860920", "2", "开放")
	d.sees("区武〔1986〕8号", "0001-WS·1987-Y-CZK-0003", "2 rows not saved, 1 with faults")
	d.press(fyne.KeyF9)
	d.sees("1 saved.", "Rows with faults were not saved and stay: 1.")
	d.wants("0001-WS·1987-Y-CZK-0002", map[string]string{"title": "关于召开秋季征兵工作会议的通知", "author": "区人民武装部", "doc_no": "区武〔1986〕7号",
		"date": "19860912", "page_count": "3", "opening": "开放", "year": "1987", "retention": "Y"})
	d.typing("关于下达征兵任务的通知") // the keyboard is where the fault is
	d.press(fyne.KeyF9)
	d.sees("1 saved.", "2 described so far")
	d.wants("0001-WS·1987-Y-CZK-0003", map[string]string{"author": "区人民武装部", "doc_no": "区武〔1986〕8号", "page_count": "2"})
}

// What a spreadsheet copied becomes rows; all of them are saved in one go, and undo takes
// a paste back.
func TestASpreadsheetIsPastedIntoTheGrid(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	var b strings.Builder
	const n = 300
	for i := range n {
		fmt.Fprintf(&b, "\"第%d号\n“通知”\"\t区政府\t青政发〔1987〕%d号\t1987０３０１\t%d\t开放\r\n", i+1, i+1, i%9+1)
	}
	d.paste(b.String())
	d.sees("300 rows not saved", "0001-WS·1987-Y-CZK-0301")
	d.focused(&fyne.ShortcutUndo{})
	d.lacks("区政府")
	d.focused(&fyne.ShortcutRedo{})
	d.press(fyne.KeyF9)
	d.sees("300 saved.", "300 described so far")
	d.wants("0001-WS·1987-Y-CZK-0301", map[string]string{"title": "第300号\n“通知”", "doc_no": "青政发〔1987〕300号", "date": "19870301"})
	d.paste("a\tb\tc\td\te\tf\tg\th\ti\tj\tk")
	d.sees("The clipboard has 11 columns")
}

// Two rows with one code, a code that is taken, and one of another series are marked, and
// nothing of them is saved; what is good is.
func TestFaultsOfTheGridAreTold(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	d.press(fyne.KeyHome)
	d.paste(strings.Join([]string{
		code0001 + "\t别人已有的号\t区政府\t\t19870301\t1\t开放",
		"0002-WS·1987-Y-CZK-0009\t别的全宗\t区政府\t\t19870301\t1\t开放",
		"0001-WS·1987-Y-CZK-0005\t重号\t区政府\t\t19870301\t1\t开放",
		"0001-WS·1987-Y-CZK-0005\t重号\t区政府\t\t19870301\t1\t开放",
		"0001-WS·1987-Y-CZK-0002\t日期不对\t区政府\t\t19871301\t1\t开放",
		"0001-WS·1987-Y-CZK-0003\t好的\t区政府\t\t19870301\t1\t开放",
	}, "\n"))
	d.sees("6 rows not saved, 5 with faults")
	d.press(fyne.KeyF9)
	d.sees("1 saved.", "Rows with faults were not saved and stay: 1, 2, 3, 4, 5.", "taken")
	d.wants("0001-WS·1987-Y-CZK-0003", map[string]string{"title": "好的"})
	d.press(fyne.KeyDown)
	d.press(fyne.KeyDown)
	d.sees("stands more than once in the grid")
}

// Someone else takes a code between the look and the writing: all rows come back.
func TestRowsThatAreNotTakenComeBack(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	d.paste("甲\t区政府\t\t19870301\t1\t开放\n乙\t区政府\t\t19870301\t1\t开放")
	_, _, err := d.station.AddRecord(context.Background(), archive.LocalActor(), station.NewRecord{Code: "0001-WS·1987-Y-CZK-0003",
		Values: station.Values{"title": "别人的一条", "author": "区政府", "date": "19870301", "opening": "开放"}})
	d.must(err)
	d.press(fyne.KeyF9)
	d.sees("1 saved.", "stay: 1.", "is taken")
	d.press(fyne.KeyDelete) // the code is proposed anew
	d.press(fyne.KeyF9)
	d.wants("0001-WS·1987-Y-CZK-0004", map[string]string{"title": "乙"})
}

// In a class that is filed, what comes late takes the numbers at its end, several in one
// go; when the archive refuses them all the same, they come back as they were.
func TestLateRowsOfAFiledClass(t *testing.T) {
	d := newDesk(t).open()
	plan, err := d.station.Arrange().File(context.Background(), []string{"0001-WS·1987-Y-CZK-"})
	d.must(err)
	_, err = d.station.Arrange().Carry(context.Background(), archive.LocalActor(), plan)
	d.must(err)
	d.sheetIn("0001-WS")
	d.paste("甲\t区政府\t\t19871301\t1\t开放\n乙\t区政府\t\t19870301\t1\t开放")
	d.sees("2 rows not saved, 1 with faults")
	d.press(fyne.KeyF9) // the second may not come before the first
	d.lacks("saved.")
	d.sees("甲", "乙", "This class is filed")
	d.shortcut(fyne.KeyHome, fyne.KeyModifierControl)
	d.press(fyne.KeyTab, fyne.KeyTab, fyne.KeyTab, fyne.KeyTab)
	d.typing("19870301")
	d.press(fyne.KeyF9)
	d.sees("2 saved.")
	d.wants("0001-WS·1987-Y-CZK-0003", map[string]string{"title": "乙"})
}

// Escape leaves a cell as it was, F2 changes what stands there.
func TestACellIsEditedInPlace(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	d.typing("通知")
	d.press(fyne.KeyTab, fyne.KeyLeft)
	d.typing("别的")
	d.press(fyne.KeyEscape)
	d.sees("通知")
	d.press(fyne.KeyF2)
	d.typing("二")
	d.press(fyne.KeyLeft, fyne.KeyLeft)
	d.typing("第")
	d.press(fyne.KeyReturn)
	d.sees("通第知二")
	d.press(fyne.KeyUp)
	d.typing("新")
	d.press(fyne.KeyTab)
	d.focused(&fyne.ShortcutUndo{})
	d.sees("通第知二")
}

// What stands in a grid outlives the program.
func TestAGridOutlivesTheProgram(t *testing.T) {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()
	d.sheetIn("0001-WS")
	d.paste("甲\t区政府\t\t19870301\t1\t开放\n乙\t区政府\t\t19870301\t1\t开放")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 1 })
	d.open() // the next run of the same person
	d.goTo("entry", nil)
	d.sees("Rows of a grid were not saved last time", "2 rows, the first \"甲\"")
	d.press(fyne.KeyReturn)
	d.sees("甲", "乙")
	d.press(fyne.KeyF9)
	d.sees("2 saved.")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 0 })
}

// A long sheet is pasted, changed and saved whole.
func TestALongSheet(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	const n = 500
	d.paste(strings.Repeat("通知\t区政府\t青政发〔1987〕1号\t19870301\t1\t开放\n", n))
	d.sees("500 rows not saved", "0001-WS·1987-Y-CZK-0501")
	d.press(fyne.KeyHome, fyne.KeyRight)
	d.typing("字")
	d.press(fyne.KeyReturn, fyne.KeyF9)
	d.sees("500 saved.")
}
