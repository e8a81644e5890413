package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/store"
)

// entryScenes play on the screen where records are described one after another.
func entryScenes() []scene {
	in := func(series string) func(*desk) { return func(d *desk) { d.enterIn(series) } }
	return []scene{
		{"item", in("0001-WS")},
		{"item typed", func(d *desk) {
			d.canvas().Focus(d.entry(words.T("describe.title")))
			d.typing("关于做好一九八六年度秋季征兵工作及民兵组织整顿工作的通知")
			d.press(fyne.KeyReturn)
			d.typing("区人民武装部")
			d.press(fyne.KeyReturn)
			d.typing("区武〔1986〕7号")
			d.press(fyne.KeyReturn)
			d.typing("19861399")
			d.press(fyne.KeyReturn)
		}},
		{"words offered", func(d *desk) {
			d.field(words.T("describe.opening"))
			d.press(fyne.KeyDown, fyne.KeyDown)
		}},
		{"more fields", func(d *desk) {
			d.field(words.T("describe.date"))
			d.typing("19860912")
			d.tapMore()
		}},
		{"code wrong", func(d *desk) {
			d.tapWord("describing.fewer")
			d.field(words.T("describe.code"))
			d.typing("0001-WS·1985-XX-1")
			d.press(fyne.KeyF9)
		}},
		{"saved", func(d *desk) {
			d.tapWord("holdings.code.again")
			d.canvas().Focus(d.entry(words.T("describe.title")))
			d.press(fyne.KeyF9)
		}},
		{"next item", func(d *desk) {
			d.canvas().Focus(d.entry(words.T("describe.title")))
			d.typing("关于下达一九八六年征兵任务的通知")
			d.press(fyne.KeyReturn, fyne.KeyReturn)
			d.typing("区武〔1986〕8号")
			d.press(fyne.KeyReturn)
			d.typing("19860920")
			d.press(fyne.KeyReturn)
			d.typing("2")
			d.press(fyne.KeyReturn, fyne.KeyDown, fyne.KeyDown)
		}},
		{"box", func(d *desk) { d.chooseKind(1) }},
		{"volume", in("0002-WS")},
		{"item of a volume", func(d *desk) { d.chooseKind(1) }},
		{"photo", in("0001-ZP")},
		{"group", func(d *desk) {
			d.onCheck(words.T("entry.group"))
			d.field(words.T("element.optional", words.Args{"Name": words.T("element.album_no")}))
			d.typing("009")
			d.canvas().Focus(d.entry(words.T("describe.title")))
			d.typing("全区抗洪抢险")
		}},
		{"group saved", func(d *desk) {
			d.captions("武装部民兵加固大堤", "区领导察看险情", "转移群众")
			d.press(fyne.KeyF9)
		}},
		{"object", in("0001-SW")},
		{"book", in("0001-TS")},
		{"recording", in("0001-LX")},
		{"dossier", in("0001")},
		{"correcting", func(d *desk) { d.press(fyne.KeyF2) }},
		{"correcting theirs", func(d *desk) {
			d.field(words.T("describe.photo.author"))
			d.typing("我填的摄影者")
			d.changeElsewhere("0001-Y-009-0003")
			d.press(fyne.KeyF9)
		}},
		{"correcting dropped", func(d *desk) { d.press(fyne.KeyEscape) }},
		{"beside its images", func(d *desk) {
			d.press(fyne.KeyEscape)
			d.tapWord("entry.correct.drop")
			d.goTo(app.ScreenEntry, parts.EntryValue{Record: d.holding(code0001).ID})
		}},
		{"list again", func(d *desk) { d.press(fyne.KeyF6) }},
		{"grid", func(d *desk) { d.press(fyne.KeyEscape); d.sheetIn("0001-WS") }},
		{"grid filled", func(d *desk) {
			d.inGrid()
			d.paste(sheetRows())
		}},
		{"grid cell open", func(d *desk) {
			d.inGrid()
			d.press(fyne.KeyUp, fyne.KeyTab)
			d.typing("区人民")
		}},
		{"grid with faults", func(d *desk) {
			d.inGrid()
			d.shortcut(fyne.KeyHome, fyne.KeyModifierControl)
			d.press(fyne.KeyTab, fyne.KeyTab, fyne.KeyTab, fyne.KeyTab)
			d.typing("19861399")
			d.press(fyne.KeyReturn)
			d.focused(&fyne.ShortcutSelectAll{})
			d.focused(&fyne.ShortcutCopy{})
			lines := strings.SplitAfter(fyne.CurrentApp().Clipboard().Content(), "\n")
			d.shortcut(fyne.KeyMinus, fyne.KeyModifierControl)
			d.shortcut(fyne.KeyHome, fyne.KeyModifierControl)
			d.paste(strings.Join(append(lines[:5], "19871399\n"), ""))
			d.press(fyne.KeyF9)
		}},
		{"grid columns", func(d *desk) { d.tapWord("sheet.columns") }},
		{"grid of volumes", func(d *desk) {
			d.enterIn("0002-WS")
			d.typing("抗旱工作情况简报")
			d.press(fyne.KeyReturn)
		}},
		{"grid of boxes", func(d *desk) { d.enterIn("0001-WS"); d.chooseKind(1) }},
		{"form again", func(d *desk) { d.chooseKind(0); d.shortcut(fyne.KeyT, fyne.KeyModifierControl) }},
		{"narrowed", func(d *desk) {
			d.press(fyne.KeyEscape)
			d.goTo(app.ScreenEntry, nil)
			d.narrow("9999")
		}},
	}
}

// sheetRows are lines of a spreadsheet.
func sheetRows() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "关于做好一九八六年度第%d批征兵工作及民兵组织整顿工作的通知\t区人民武装部\t区武〔1986〕%d号\t19860912\t3\t开放\r\n", i+1, i+7)
	}
	return b.String()
}

// sheetLeftOver is the window of a person whose program ended with rows in a grid.
func sheetLeftOver(t *testing.T) *desk {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()
	d.sheetIn("0001-WS")
	d.paste(sheetRows())
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 1 })
	return d.open()
}

// leftOver is the window of a person whose program ended in the middle of a record.
func leftOver(t *testing.T) *desk {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()
	d.enterIn("0001-WS")
	d.typing("关于做好一九八六年度秋季征兵工作及民兵组织整顿工作的通知")
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.canvas().Focus(d.entry(words.T("describe.title")))
	d.typing("改了一半")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 2 })
	return d.open()
}

// tapMore unfolds the optional fields.
func (d *desk) tapMore() {
	d.t.Helper()
	begin, _, _ := strings.Cut(words.N("describing.more", 8), "8")
	label := ""
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && strings.HasPrefix(b.Text, begin) {
			label = b.Text
		}
	})
	d.tap(label)
}

// chooseKind picks the nth kind of record of a series.
func (d *desk) chooseKind(n int) {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok {
			s.SetSelectedIndex(n)
		}
	})
	d.Idle(d.t)
}

// captions writes the lines of a group of photos.
func (d *desk) captions(lines ...string) {
	d.t.Helper()
	d.canvas().Focus(d.entry(words.T("describe.opening")))
	d.entry(words.T("describe.opening")).SetText("")
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	for i, line := range lines {
		if i > 0 {
			d.press(fyne.KeyReturn)
		}
		d.typing(line)
	}
}

// narrow types into the field above the series.
func (d *desk) narrow(text string) {
	d.walk(func(o fyne.CanvasObject) {
		if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == words.T("entry.narrow") {
			e.SetText(text)
		}
	})
	d.Idle(d.t)
}

// changeElsewhere has another person change author and note of a record.
func (d *desk) changeElsewhere(code string) {
	d.t.Helper()
	id := d.holding(code).ID
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error {
		r, err := d.station.Catalogue.Record(context.Background(), allSeeing, id)
		if err != nil {
			return err
		}
		for name, text := range map[string]string{"author": "别处填的责任者", "note": "别处加的备注，说明原件的保管情况和移交经过"} {
			b, _ := archive.Field(r, name)
			if err := b.Set(text); err != nil {
				return err
			}
		}
		return tx.Update(r)
	})
}
