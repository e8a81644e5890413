package app_test

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
	"lantai/archive/store"
)

// field gives the keyboard to the text field under a label, and empties it.
func (d *desk) field(label string) {
	d.t.Helper()
	e := d.entry(label)
	d.canvas().Focus(e)
	e.SetText("")
	d.Idle(d.t)
}

func (d *desk) entry(label string) *parts.Entry {
	d.t.Helper()
	var found *parts.Entry
	d.walk(func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok || !strings.HasPrefix(seenIn(f), label+"\n") && !strings.HasPrefix(seenIn(f), label+" *\n") {
			return
		}
		visit(f, func(o fyne.CanvasObject) {
			if e, ok := o.(*parts.Entry); ok {
				found = e
			}
		})
	})
	if found == nil {
		d.t.Fatalf("there is no field %q; the window says:\n%s", label, d.seen())
	}
	return found
}

// emptyDesk is the window over an archive in which nothing was registered.
func emptyDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.must(d.station.Close())
	dir := t.TempDir() + "/empty"
	_, err := initHome(dir)
	d.must(err)
	d.station, err = station.Open(context.Background(), dir, station.Options{})
	d.must(err)
	return d.open()
}

func TestRegisteringFromNothing(t *testing.T) {
	d := emptyDesk(t)
	d.goTo(app.ScreenHoldings, nil)
	d.sees("No fonds yet")
	d.tap("Register fonds")
	d.typing("z109-")
	d.sees("A fonds number has one to five capitals")
	d.field("Fonds no.")
	d.typing("z109")
	d.lacks("A fonds number has one to five capitals")
	d.tap("Register")
	d.sees("This field has to be filled in")
	d.field("Name of the fonds")
	d.typing("区委办公室")
	d.tap("Register")
	d.sees("Z109 区委办公室", "This fonds has no series yet")

	d.tap("Register series")
	d.sees("Z109-WS·2011-Y-BGS-0001")
	d.field("Class")
	d.typing("W")
	d.sees("Category should have 2 characters")
	d.typing("S")
	d.lacks("Category should have 2 characters")
	d.field("Name of the series")
	d.typing("文书档案")
	d.tap("Register")
	d.sees("No records here yet")

	d.tap("Register record")
	d.field("Year")
	d.typing("1965")
	if got := d.entry("Reference code").Text; got != "Z109-WS·1965-Y-0001" {
		t.Fatalf("the code proposed is %q", got)
	}
	d.field("Date")
	d.typing("19651399")
	d.field("Title")
	d.sees("There is no such day")
	d.typing("关于防汛的通知")
	d.press(fyne.KeyF9)
	if got := d.entry("Date").Text; got != "19651399" {
		t.Errorf("the date that was wrong now is %q", got)
	}
	d.field("Date")
	d.typing("19650312")
	d.press(fyne.KeyF9)
	d.sees("Z109-WS·1965-Y-0001 is saved", "关于防汛的通知", "1 described so far")
	if got := d.entry("Reference code").Text; got != "Z109-WS·1965-Y-0002" {
		t.Errorf("the next code proposed is %q", got)
	}
	d.canvas().Focus(d.entry("Pages"))
	d.typing("2")
	d.canvas().Focus(d.entry("Date"))
	d.press(fyne.KeyF4)
	if got := d.entry("Date").Text; got != "19650312" {
		t.Errorf("F4 gave %q", got)
	}
	d.field("Reference code")
	d.typing("Z109-WS·1965-Y-0001")
	d.sees("Taken already: 关于防汛的通知")
	d.field("Reference code")
	d.typing("Z109-WS·1965-Y")
	d.sees("Item no. is missing")
	h, err := d.station.Catalogue.HoldingByCode(context.Background(), allSeeing, "Z109-WS·1965-Y-0001")
	d.must(err)
	if h.Title != "关于防汛的通知" || h.Date != "19650312" || h.Year != 1965 || h.Retention != "Y" {
		t.Errorf("registered: %+v", h)
	}
}

// code0001 is the item of the sample that has two pages.
const code0001 = "0001-WS·1985-Y-BGS-0001"

func (d *desk) holding(code string) archive.Holding {
	d.t.Helper()
	h, err := d.station.Catalogue.HoldingByCode(context.Background(), allSeeing, code)
	d.must(err)
	return h
}

func TestARecordIsEditedInPlace(t *testing.T) {
	d := newDesk(t).open()
	id := d.holding(code0001).ID
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: id})
	d.sees(code0001, "2 images")
	d.lacks("Not saved · Ctrl+S")
	d.field("Document number")
	d.typing("青政发〔1985〕12号")
	d.sees("Not saved · Ctrl+S")

	// Another record and back: what was typed is still there.
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding("0001-WS·1985-Y-BGS-0002").ID})
	d.lacks("青政发〔1985〕12号")
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: id})
	if got := d.entry("Document number").Text; got != "青政发〔1985〕12号" {
		t.Fatalf("the draft is %q", got)
	}
	d.tap("Save")
	d.sees("Saved")
	item, err := d.station.Catalogue.Item(context.Background(), allSeeing, id)
	d.must(err)
	if item.DocNo != "青政发〔1985〕12号" {
		t.Errorf("saved: %+v", item)
	}
}

func TestChangesOfTwoPeopleAreBroughtTogether(t *testing.T) {
	d := newDesk(t).open()
	id := d.holding(code0001).ID
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: id})
	d.field("Note")
	d.typing("mine")
	d.field("Document number")
	d.typing("mine too")
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error {
		item, err := d.station.Catalogue.Item(context.Background(), allSeeing, id)
		item.Note, item.Author = "theirs", "their author"
		if err != nil {
			return err
		}
		return tx.Update(&item)
	})
	d.tap("Save")
	d.sees("This record was changed elsewhere", "theirs", "mine", `changed elsewhere to "their author"`)
	if d.entry("Note").Text != "mine" || d.entry("Author").Text != "their author" {
		t.Errorf("note %q, author %q", d.entry("Note").Text, d.entry("Author").Text)
	}
	d.tap("Save") // not before each difference has an answer
	unchanged, err := d.station.Catalogue.Item(context.Background(), allSeeing, id)
	d.must(err)
	if unchanged.Note != "theirs" {
		t.Errorf("written over without an answer: %+v", unchanged)
	}
	d.tap("Theirs")
	if got := d.entry("Note").Text; got != "theirs" {
		t.Errorf("their text was chosen, and the field has %q", got)
	}
	d.tap("Mine")
	d.tap("Save")
	item, err := d.station.Catalogue.Item(context.Background(), allSeeing, id)
	d.must(err)
	if item.Note != "mine" || item.Author != "their author" || item.DocNo != "mine too" {
		t.Errorf("saved: %+v", item)
	}
}

func TestJumpingToACode(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenHoldings, nil)
	d.sees("0001", "WS ", "1–6 of 6")
	jump := func(code string) {
		t.Helper()
		d.walk(func(o fyne.CanvasObject) {
			if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == "Code, or #row (Ctrl+G)" {
				e.SetText(code)
				d.canvas().Focus(e)
			}
		})
		d.press(fyne.KeyReturn)
	}
	jump("0009-ws.1985-Y-BGS-9999")
	d.sees("There is no record")
	jump(" 0001-ws・1985-y-bgs-0001")
	d.lacks("There is no record")
	d.sees(code0001, "2 images")
	d.press(fyne.KeyF6)
	d.sees("of 2", "Turn 90°")
}

func TestUnsavedRecordsHoldTheWindow(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.field("Note")
	d.typing("unsaved")
	d.goTo(app.ScreenTasks, nil)
	d.shell.Close()
	d.Idle(t)
	d.sees("Not saved yet", "1 record is not saved yet")
	d.tap("Cancel")
	d.goTo(app.ScreenHoldings, nil)
	d.sees("unsaved")
}
