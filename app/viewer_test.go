package app_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/search"
)

// pageWith finds the page that holds a word.
func (d *desk) pageWith(word string) archive.ID {
	d.t.Helper()
	r, err := d.station.Search(context.Background(), allSeeing, word, search.Page{Limit: 1})
	d.must(err)
	if len(r.Hits) == 0 {
		d.t.Fatalf("no page holds %q", word)
	}
	return r.Hits[0].Page
}

func (d *desk) total(query string) int {
	d.t.Helper()
	r, err := d.station.Search(context.Background(), allSeeing, query, search.Page{})
	d.must(err)
	return r.Total
}

func saveKey() fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierControl}
}

// A correction is found as soon as it is saved; the recognised text stays.
func TestCorrectedTextIsFound(t *testing.T) {
	d := newDesk(t).recognise().open()
	page := d.pageWith("值班")
	d.goTo(app.ScreenViewer, parts.PageValue{Page: page, Words: []string{"防汛"}})
	d.sees("As recognised, not checked", "Confidence 90% · test 1", "关于做好一九八五年防汛工作的通知")
	if n := d.boxes(); n != 1 {
		t.Errorf("%d boxes, want 1", n)
	}
	d.press(fyne.KeyF6, fyne.KeyF6) // to the description, and back into the text
	d.typing("巡堤查险。")
	d.sees("Changed, not saved yet")
	if n := d.total("巡堤查险"); n != 0 {
		t.Errorf("found before it was saved: %d", n)
	}
	d.canvas().Focused().(fyne.Shortcutable).TypedShortcut(saveKey())
	d.Idle(t)
	d.sees("Corrected by a person")
	if n := d.total("巡堤查险"); n != 1 {
		t.Errorf("found %d pages after saving, want 1", n)
	}
	text, err := d.station.Catalogue.Text(context.Background(), allSeeing, page)
	d.must(err)
	if text.Plain != "四、严格值班，各级防汛指挥部昼夜值班。" || text.Corrected != "巡堤查险。"+text.Plain {
		t.Errorf("kept %q beside %q", text.Corrected, text.Plain)
	}
	if n := d.boxes(); n != 1 {
		t.Errorf("%d boxes on corrected text, want 1", n)
	}
	d.tap("Back to recognised text")
	d.sees("Changed, not saved yet")
}

// What was typed is kept while pages are turned, and asked about before leaving.
func TestNothingTypedIsLost(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pageWith("值班")})
	d.sees("of 2")
	d.press(fyne.KeyF6, fyne.KeyF6)
	d.typing("一二三")
	d.press(fyne.KeyF7)
	d.sees("As recognised, not checked", "今年汛期即将到来")
	d.press(fyne.KeyF8)
	d.sees("Changed, not saved yet", "一二三四、严格值班")
	d.shell.Back()
	d.Idle(t)
	d.sees("The text of 1 page was changed")
	d.tap("Keep editing")
	d.sees("Changed, not saved yet")
	d.shell.Back()
	d.tap("Save and leave")
	d.sees("To do")
	if n := d.total("一二三四"); n != 1 {
		t.Errorf("found %d pages, want 1", n)
	}
}

func TestDiscardedTextIsNotKept(t *testing.T) {
	d := newDesk(t).recognise().open()
	page := d.pageWith("红旗")
	d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
	d.sees("not linked", "介绍信.jpg")
	d.press(fyne.KeyF6, fyne.KeyF6)
	d.typing("四五六")
	d.shell.Back()
	d.tap("Discard")
	d.sees("To do")
	d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
	d.sees("As recognised, not checked")
	d.lacks("四五六")
}

// F9 saves and goes on with the keyboard in the next text.
func TestSaveAndNext(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pageWith("通知")})
	d.press(fyne.KeyF6, fyne.KeyF6)
	d.typing("甲乙丙")
	d.press(fyne.KeyF9)
	d.sees("四、严格值班")
	if n := d.total("甲乙丙"); n != 1 {
		t.Errorf("found %d pages, want 1", n)
	}
	d.typing("丁戊己")
	d.sees("丁戊己四、严格值班")
}

// A page that waits, and one that is not there, say so.
func TestPagesWithoutText(t *testing.T) {
	d := newDesk(t).open()
	ids, err := d.station.Catalogue.ClaimPages(context.Background(), archive.StageEnhanced, 1, 1)
	d.must(err)
	d.goTo(app.ScreenViewer, parts.PageValue{Page: ids[0].ID})
	d.sees("No text yet")
	d.goTo(app.ScreenViewer, parts.PageValue{Page: 12345})
	d.sees("Details")
	d.goTo(app.ScreenViewer, parts.PageValue{Page: ids[0].ID})
	d.sees("No text yet")
}
