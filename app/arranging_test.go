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

const (
	classD30 = "0001-WS·2011-D30-BGS-"
	classY   = "0001-WS·2011-Y-BGS-"
)

// addItems registers n items of a class, the newest first.
func (d *desk) addItems(class string, n int) *desk {
	d.t.Helper()
	series := d.holding("0001-WS").ID
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i := 1; i <= n; i++ {
			item := archive.Item{Holding: archive.Holding{Parent: series, Kind: archive.KindItem, Code: fmt.Sprintf("%s%04d", class, i),
				Title: fmt.Sprintf("关于第%03d号事项的通知", i), Date: fmt.Sprintf("2011%02d%02d", 12-(i-1)/28%12, 28-(i-1)%28), Year: 2011,
				Retention: "定期30年"}, Number: fmt.Sprintf("%04d", i), Org: "办公室"}
			if strings.Contains(class, "-Y-") {
				item.Retention = "永久"
			}
			if err := tx.Add(&item); err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

// code of the nth item of a class.
func nth(class string, n int) string { return fmt.Sprintf("%s%04d", class, n) }

// arrangeAt goes to where a record stands in its class.
func (d *desk) arrangeAt(code string) {
	d.t.Helper()
	d.goTo(app.ScreenArranging, parts.ArrangingValue{Holding: d.holding(code).ID})
	d.sees(code)
}

// count is how many records the codes of a class have.
func (d *desk) count(class string) int {
	d.t.Helper()
	n, _, err := d.station.Catalogue.CountCodes(context.Background(), class)
	d.must(err)
	return n
}

// state goes through the plan of a class's state.
func (d *desk) setState(button string) {
	d.t.Helper()
	d.tap(button)
	d.press(fyne.KeyF9)
	d.sees("is done")
}

// An item among 300 turns out to be permanent: it is moved, and both classes are numbered
// anew after a preview; undone, all is as it was. Once the class is filed the same is refused,
// and a late item takes the last number.
func TestAnItemIsMovedToAnotherClass(t *testing.T) {
	d := newDesk(t).addItems(classD30, 300).addItems(classY, 20).open()
	moved := d.holding(nth(classD30, 7))
	d.arrangeAt(moved.Code)
	d.sees("300", "20", "being arranged")
	d.tap("Move to class")
	d.field("To the class")
	d.typing(classY)
	d.press(fyne.KeyF9)
	d.sees("Preview: ", "change 1 code, 293 others move up or down", nth(classY, 21))
	if d.holding(nth(classD30, 7)).ID != moved.ID {
		t.Error("the preview changed something")
	}
	d.press(fyne.KeyF9)
	d.sees("is done: change 1 code, 293 others")
	d.wants(nth(classY, 21), map[string]string{"title": moved.Title, "retention": "永久"})
	if n, y := d.count(classD30), d.count(classY); n != 299 || y != 21 {
		t.Errorf("the classes have %d and %d records, not 299 and 21", n, y)
	}
	d.tap("Undo")
	d.sees("Undone: all is as it was")
	if d.holding(nth(classD30, 7)).ID != moved.ID || d.count(classD30) != 300 {
		t.Error("the undo did not bring the item back to its place")
	}

	d.setState("File")
	d.arrangeAt(moved.Code)
	d.tap("Move to class")
	d.sees("is filed: its codes stay")
	d.tap("Insert")
	d.field("Title")
	d.typing("晚到的通知")
	if got := d.entry("Reference code").Text; got != nth(classD30, 301) {
		t.Errorf("the place offered to a late item is %q", got)
	}
	d.press(fyne.KeyF9)
	d.sees("add 1 record")
	d.press(fyne.KeyF9)
	d.wants(nth(classD30, 301), map[string]string{"title": "晚到的通知"})
	d.tap("Describe it")
	d.sees("Mend " + nth(classD30, 301))
	d.goTo(app.ScreenArranging, nil)
	d.tap("Insert")
	d.field("Reference code")
	d.typing(nth(classD30, 5))
	d.field("Title")
	d.typing("想插在中间的通知")
	d.press(fyne.KeyF9)
	d.sees("This cannot be done:", nth(classD30, 302))
	d.press(fyne.KeyF9)
	if d.count(classD30) != 301 {
		t.Error("what was refused was done")
	}
	d.press(fyne.KeyEscape)
	d.goTo(app.ScreenImporting, parts.DeedsValue{})
	d.sees("Move to another c…", "Undone")
}

// Selected records go up and down by keys; nothing is written before the order is carried out.
func TestAClassIsReordered(t *testing.T) {
	d := newDesk(t).addItems(classY, 6).open()
	third, first := d.holding(nth(classY, 3)), d.holding(nth(classY, 1))
	d.arrangeAt(third.Code)
	d.tap("New order")
	d.sees("Lay out a new order first")
	d.shortcut(fyne.KeyUp, fyne.KeyModifierAlt)
	d.shortcut(fyne.KeyUp, fyne.KeyModifierAlt)
	d.shortcut(fyne.KeyUp, fyne.KeyModifierAlt)
	d.sees("3→1", "1→2", "2→3")
	d.goTo(app.ScreenTasks, nil)
	d.shell.Close()
	d.sees("An order is not carried out")
	d.press(fyne.KeyEscape)
	d.sees("3→1")
	d.tap("New order")
	d.press(fyne.KeyF9)
	d.sees("is done: change 3 codes")
	if d.holding(nth(classY, 1)).ID != third.ID || d.holding(nth(classY, 2)).ID != first.ID {
		t.Error("the records are not in the order laid out")
	}
	d.shortcut(fyne.KeyDown, fyne.KeyModifierAlt)
	d.sees("1→2")
	d.press(fyne.KeyEscape)
	d.lacks("1→2")

	d.tap("Move to class")
	d.choose("Where", 1)
	d.press(fyne.KeyF9)
	d.sees("Not a number")
	d.field("Number")
	d.typing("4")
	d.press(fyne.KeyF9, fyne.KeyF9)
	if d.holding(nth(classY, 4)).ID != third.ID {
		t.Error("the record does not stand behind what was number 4")
	}
}

// Items are bound into a new volume, the volume is split and taken apart.
func TestVolumesAreBoundAndSplit(t *testing.T) {
	d := newDesk(t).open()
	volume := d.holding("0002-003-0015")
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i := 1; i <= 5; i++ {
			item := archive.Item{Holding: archive.Holding{Parent: volume.ID, Kind: archive.KindItem, Code: fmt.Sprintf("%s-%03d", volume.Code, i),
				Title: fmt.Sprintf("卷内第%d件", i), Year: 1961}, Number: fmt.Sprintf("%03d", i), PageCount: 2}
			if err := tx.Add(&item); err != nil {
				return err
			}
		}
		return nil
	})
	d.arrangeAt(volume.Code + "-004")
	d.tap("Split volume")
	if got := d.entry("From item number").Text; got != "4" {
		t.Errorf("the volume is offered to be split from %q", got)
	}
	d.field("Title of the new volume")
	d.typing("抗旱工作材料（二）")
	d.press(fyne.KeyF9)
	d.sees("0002-003-0016", "抗旱工作材料（二）", "0002-003-0016-001")
	d.press(fyne.KeyF9)
	d.wants("0002-003-0016-002", map[string]string{"title": "卷内第5件"})

	d.arrangeAt("0002-003-0015-003")
	d.tap("Bind")
	d.field("Into the volume")
	d.typing("0002-003-0016")
	d.press(fyne.KeyF9, fyne.KeyF9)
	d.wants("0002-003-0016-003", map[string]string{"title": "卷内第3件"})

	d.arrangeAt("0002-003-0016")
	d.press(fyne.KeyReturn, fyne.KeyReturn) // to the volumes, and into the one selected
	d.sees("卷内第3件", "卷内第4件")
	d.tap("Unbind")
	d.field("Items go to class or volume")
	d.typing("0002-003-0015")
	d.press(fyne.KeyF9)
	d.sees("take 1 volume apart")
	d.press(fyne.KeyF9)
	if n := d.count("0002-003-0015-"); n != 5 {
		t.Errorf("%d items lie in the old volume again, not 5", n)
	}
	d.tap("Undo")
	d.wants("0002-003-0016-003", map[string]string{"title": "卷内第3件"})
}

// In an accessioned class a wrong code is corrected with a reason, and the old one leads to
// the record still; a record goes to the trash with what its number is left for.
func TestCorrectionsAndRemovals(t *testing.T) {
	d := newDesk(t).addItems(classY, 4).open()
	d.arrangeAt(nth(classY, 4))
	d.tap("Correct code")
	d.sees("there is nothing to correct")
	d.tap("Accession")
	d.sees("file it first")
	d.setState("File")
	d.setState("Accession")
	d.arrangeAt(nth(classY, 4))
	d.tap("Correct code")
	d.field("The right code")
	d.typing(nth(classY, 9))
	d.press(fyne.KeyF9)
	d.sees("Has to be filled")
	d.field("Reason")
	d.typing("原号抄错")
	d.press(fyne.KeyF9)
	d.sees("goes on leading", nth(classY, 9))
	d.press(fyne.KeyF9)
	if d.holding(nth(classY, 4)).ID != d.holding(nth(classY, 9)).ID {
		t.Error("the old code does not lead to the record")
	}
	d.arrangeAt(nth(classY, 2))
	d.tap("To the trash")
	d.press(fyne.KeyF9)
	d.sees("a removal needs its reason")
	d.press(fyne.KeyEscape)
	d.field("Reason")
	d.typing("重复件剔除")
	d.press(fyne.KeyF9)
	d.sees("move 1 records to the trash")
	d.press(fyne.KeyF9)
	d.sees("1 records are in the trash", "重复件剔除")
	if d.count(classY) != 3 {
		t.Error("the record is still there")
	}
	d.tap("Undo")
	if d.count(classY) != 4 {
		t.Error("the record did not come back")
	}
}

// What somebody else did since the preview is said, and the plan made anew; nothing was done.
func TestAClassChangedSinceThePreview(t *testing.T) {
	d := newDesk(t).addItems(classY, 5).open()
	d.arrangeAt(nth(classY, 1))
	d.tap("Renumber")
	d.choose("In the order of", 1)
	d.press(fyne.KeyF9)
	d.sees("change 4 codes")
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		return tx.Add(&archive.Item{Holding: archive.Holding{Parent: d.holding("0001-WS").ID, Kind: archive.KindItem, Code: nth(classY, 6),
			Title: "同时登记的一件", Date: "20110101", Year: 2011, Retention: "永久"}, Number: "0006"})
	})
	d.press(fyne.KeyF9)
	d.sees("Somebody changed these records since the preview", "change 6 codes")
	d.wants(nth(classY, 6), map[string]string{"title": "同时登记的一件"})
	d.press(fyne.KeyF9)
	d.wants(nth(classY, 1), map[string]string{"title": "同时登记的一件"})
}

// An order that was laid out of other records than there are now is given up, and said so.
func TestAnOrderOfAnotherMoment(t *testing.T) {
	d := newDesk(t).addItems(classY, 4).open()
	d.arrangeAt(nth(classY, 2))
	d.shortcut(fyne.KeyUp, fyne.KeyModifierAlt)
	d.tap("New order")
	d.sees("change 2 codes")
	gone := d.holding(nth(classY, 4))
	d.do(archive.OpHoldingRemove, func(tx *store.Tx) error { return tx.Remove(gone.ID, gone.Rev) })
	d.press(fyne.KeyF9)
	d.sees("it cannot be done as planned")
	d.lacks("2→1", gone.Title)
	d.wants(nth(classY, 1), map[string]string{"title": "关于第001号事项的通知"})
}

// Gaps are told, filtered by, and explained by a note.
func TestGapsAreFoundAndNoted(t *testing.T) {
	d := newDesk(t).addItems(classY, 3).addItems(classD30, 4).open()
	d.arrangeAt(nth(classD30, 1))
	gone := d.holding(nth(classD30, 3))
	d.do(archive.OpHoldingRemove, func(tx *store.Tx) error { return tx.Remove(gone.ID, gone.Rev) })
	d.tapWord("arranging.again")
	d.sees("1 number not used: " + gone.Code)
	d.onCheck("Only with gaps, duplicates or odd widths")
	d.sees(classD30)
	d.lacks(classY)
	d.tap("Note vacant")
	if got := d.entry("Reference code").Text; got != gone.Code {
		t.Errorf("the number offered for a note is %q", got)
	}
	d.field("Reason")
	d.typing("编号时跳过")
	d.press(fyne.KeyReturn)
	d.sees("this number is not used: 编号时跳过")
	d.press(fyne.KeyF9)
	d.sees("1 noted as not used: " + gone.Code + " (编号时跳过)")
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(nth(classD30, 4)).ID})
	d.tap("Arranging")
	d.sees(nth(classD30, 4))
	d.fonds(0)
	d.sees("0002-003-", words.T("arranging.whole"))
}

// fonds picks the nth fonds of the screen's first choice.
func (d *desk) fonds(n int) {
	d.t.Helper()
	var found *parts.Select
	d.walk(func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok && found == nil {
			found = s
		}
	})
	found.SetSelectedIndex(n)
	d.Idle(d.t)
}

// arrangingScenes play on the screen 档号整理.
func arrangingScenes() []scene {
	at := func(code string) func(*desk) {
		return func(d *desk) { d.goTo(app.ScreenArranging, parts.ArrangingValue{Holding: d.holding(code).ID}) }
	}
	do := func(name string) func(*desk) { return func(d *desk) { d.tapWord("arranging.do." + name) } }
	return []scene{
		{"class", at(nth(classD30, 7))},
		{"not possible", do("correct")},
		{"move", do("move")},
		{"move wrong", func(d *desk) {
			d.field(words.T("arranging.field.class"))
			d.typing("0001-WS·2011")
			d.press(fyne.KeyF9)
		}},
		{"move preview", func(d *desk) {
			d.field(words.T("arranging.field.class"))
			d.typing(classY)
			d.press(fyne.KeyF9)
		}},
		{"moved", func(d *desk) { d.press(fyne.KeyF9) }},
		{"undone", func(d *desk) { d.tapWord("arranging.undo") }},
		{"ordered", func(d *desk) {
			at(nth(classD30, 9))(d)
			d.shortcut(fyne.KeyUp, fyne.KeyModifierAlt)
		}},
		{"insert", do("insert")},
		{"bind", func(d *desk) {
			d.press(fyne.KeyEscape)
			do("bind")(d)
		}},
		{"refused", func(d *desk) {
			at("0001-WS·2009-Y-BGS-0003")(d)
			do("remove")(d)
			d.press(fyne.KeyF9)
		}},
		{"filed", func(d *desk) { at("0001-WS·2009-Y-BGS-0003")(d); do("move")(d) }},
		{"vacant", do("vacant")},
		{"file refused", func(d *desk) { at("0002-003-0015")(d); do("file")(d) }},
		{"volume", func(d *desk) { at("0002-003-0015")(d); do("split")(d) }},
		{"whole archive", func(d *desk) { at(nth(classD30, 7))(d); d.fonds(0) }},
		{"no class", func(d *desk) {
			d.canvas().Focus(d.entryFor(words.T("arranging.narrow")))
			d.typing("0001-WS·1999-Q")
			d.press(fyne.KeyReturn)
		}},
		{"no record", func(d *desk) { d.goTo(app.ScreenArranging, parts.ArrangingValue{Holding: 12345}) }},
	}
}

// entryFor finds a field by its example.
func (d *desk) entryFor(example string) (found *parts.Entry) {
	d.walk(func(o fyne.CanvasObject) {
		if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == example {
			found = e
		}
	})
	return found
}

// arrangedDesk has classes in each state, one of them long.
func arrangedDesk(t *testing.T) *desk {
	d := newDesk(t).addItems(classD30, 300).addItems(classY, 20).addItems("0001-WS·2009-Y-BGS-", 4).open()
	ctx := context.Background()
	p, err := d.station.Arrange().File(ctx, []string{"0001-WS·2009-Y-BGS-"})
	d.must(err)
	_, err = d.station.Arrange().Carry(ctx, archive.LocalActor(), p)
	d.must(err)
	gone := d.holding(nth(classD30, 100))
	d.do(archive.OpHoldingRemove, func(tx *store.Tx) error { return tx.Remove(gone.ID, gone.Rev) })
	return d
}
