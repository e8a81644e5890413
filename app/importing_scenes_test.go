package app_test

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/importing"
	"lantai/app/parts"
	"lantai/app/words"
)

// importScenes are the states of the screen 导入导出目录.
func importScenes() []scene {
	wide := func(d *desk) string {
		rows := someRows(d)
		for i, name := range []string{"责任者", "文号", "保管期限", "页数", "页号", "备注", "移交批次", "原目录编号及其说明（旧）", "盒号", "密级"} {
			rows[1] = append(rows[1], name)
			for n := range rows[2:] {
				rows[n+2] = append(rows[n+2], strings.Repeat(name, i%3))
			}
		}
		return d.listOf(strings.Repeat("一九八五年文书档案目录", 3)+".xlsx", rows...)
	}
	return []scene{
		{"no table", func(d *desk) { d.openList("/no/such/folder/目录.xls") }},
		{"table", func(d *desk) { d.openList(d.listOf("目录.xlsx", someRows(d)...)) }},
		{"table tried", func(d *desk) { d.tapWord("importing.try") }},
		{"table imported", func(d *desk) { d.tapWord("importing.do") }},
		{"table undo", func(d *desk) { d.tapWord("importing.undo") }},
		{"operations", func(d *desk) { d.goTo(app.ScreenImporting, importing.ViewLog) }},
		{"operation receipts", func(d *desk) { d.only("importing.log.receipts") }},
		{"operation undone", func(d *desk) {
			d.only("importing.log.imports")
			d.tapWord("importing.log.undo")
			d.tapWord("importing.undo.do")
		}},
		{"wide table", func(d *desk) {
			d.openList(wide(d))
			if d.canvas().Overlays().Top() != nil {
				d.tapWord("importing.unkept.do")
			}
		}},
		{"columns twice", func(d *desk) { d.over(3, words.T("importing.field.title")) }},
		{"splitting", func(d *desk) { d.over(3, words.T("importing.split")) }},
		{"splitting wrong", func(d *desk) {
			d.over(3, words.T("importing.split"))
			d.tapWord("importing.split.do")
		}},
		{"export", func(d *desk) { d.goTo(app.ScreenImporting, importing.ViewExport) }},
		{"exported", func(d *desk) {
			d.field(words.T("importing.export.folder"))
			d.typing(d.t.TempDir())
			d.press(fyne.KeyEscape)
			d.tapWord("importing.export.do")
		}},
		{"export again", func(d *desk) { d.tapWord("importing.export.do") }},
	}
}

// only lists what was done of one kind.
func (d *desk) only(word string) {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok && slices.Contains(s.Options, words.T(word)) {
			s.SetSelected(words.T(word))
		}
	})
	d.Idle(d.t)
}

// openList opens a table on the screen.
func (d *desk) openList(path string) {
	d.t.Helper()
	d.goTo(app.ScreenImporting, importing.ViewImport)
	d.canvas().Focused().(*parts.Entry).SetText("")
	d.typing(path)
	d.press(fyne.KeyEscape, fyne.KeyReturn)
}

// over chooses what a column of the open table is.
func (d *desk) over(column int, choice string) {
	d.t.Helper()
	var found []*parts.Select
	d.walk(func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok && len(s.Options) > 20 {
			found = append(found, s)
		}
	})
	if column >= len(found) {
		d.t.Fatalf("there are %d columns to choose for", len(found))
	}
	found[column].SetSelected(choice)
	d.Idle(d.t)
}
