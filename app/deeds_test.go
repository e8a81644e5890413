package app_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/importing"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/store"
)

// unlinkedPages lists the pages 待挂接.
func (d *desk) unlinkedPages() []archive.ID {
	d.t.Helper()
	ids, err := d.station.Catalogue.UnlinkedPages(context.Background(), allSeeing, 0)
	d.must(err)
	return ids
}

// Linking that is long past, written in several ops, is chosen from what was done, shown,
// and undone but for what was changed since.
func TestEarlierLinkingIsUndone(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t).recognise().loosen()
	loose := d.unlinkedPages()
	if len(loose) != 3 {
		t.Fatalf("%d pages wait", len(loose))
	}
	codes := []string{code0001, "0001-WS·1985-Y-BGS-0002", "0002-003-0015"}
	for i, page := range loose { // as a long linking is written: op after op
		_, err := d.station.Link(ctx, archive.LocalActor(), []archive.ID{page}, codes[i])
		d.must(err)
	}
	d.do(archive.OpPageUnlink, func(tx *store.Tx) error { return tx.UnlinkPages(loose[1:2]) }) // changed since
	d.open()
	d.goTo(app.ScreenIntake, intake.ViewBulk)
	d.tap("Undo earlier linking…")
	d.sees("Pages linked", "Pages unlinked", code0001+" — 0002-003-0015", "local user", "1–3 of 3")
	d.lacks("Record registered")

	d.press(fyne.KeyDown) // past what was unlinked
	d.tap("Undo…")
	d.sees("2 changes can be undone", "1 were changed again since and stay", code0001, codes[1])
	if n := len(d.unlinkedPages()); n != 1 {
		t.Fatalf("looking at it left %d pages to be linked", n)
	}
	d.tap("Cancel")
	d.press(fyne.KeyReturn)
	d.tap("Undo")
	d.sees("Undone; one change was kept", "Partly undone")
	if n := len(d.unlinkedPages()); n != 3 {
		t.Errorf("%d pages wait to be linked", n)
	}
}

// What cannot be undone says why, and an undo that has nothing to take back offers none.
func TestWhatCannotBeUndone(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenImporting, importing.ViewLog)
	d.only("importing.log.receipts")
	d.sees("Received", "originals that came in are kept")
	if b := d.button("Undo…"); !b.Disabled() {
		t.Error("a receipt can be undone")
	}

	id := d.holding(code0001).ID
	for _, title := range []string{"改过的题名", "又改过的题名"} {
		d.retitle(id, title)
	}
	d.goTo(app.ScreenImporting, importing.ViewLog)
	d.only("importing.log.entries")
	d.press(fyne.KeyDown)
	d.tap("Undo…")
	d.sees("there is nothing to undo")
	d.tap("Close")
	if got := d.holding(code0001).Title; got != "又改过的题名" {
		t.Errorf("the title is %q", got)
	}
}

func (d *desk) retitle(id archive.ID, title string) {
	d.t.Helper()
	items, err := d.station.Catalogue.Items(context.Background(), allSeeing, []archive.ID{id})
	d.must(err)
	items[0].Title = title
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.Update(&items[0]) })
}

// button finds a button by its label.
func (d *desk) button(label string) *parts.Button {
	d.t.Helper()
	var found []*parts.Button
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text == label {
			found = append(found, b)
		}
	})
	if len(found) == 0 {
		d.t.Fatalf("there is no button %q", label)
	}
	return found[0]
}
