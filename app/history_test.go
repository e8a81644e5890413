package app_test

import (
	"context"
	"testing"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/arrange"
)

// The history of a record shows who changed what, before and after, and takes a change back.
func TestTheHistoryOfARecord(t *testing.T) {
	d := newDesk(t).open()
	was := d.holding(code0001)
	d.retitle(was.ID, "改过的题名")
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: was.ID})
	d.tap("History")
	d.sees(code0001, "改过的题名", was.Title+" → 改过的题名", "Record changed")
	d.tap("Undo this change")
	d.sees("1 change goes back")
	d.tap("Undo")
	d.sees("It is undone.")
	if got := d.holding(code0001).Title; got != was.Title {
		t.Errorf("the title is %q", got)
	}
}

// remove puts a record into the trash.
func (d *desk) remove(code string) archive.ID {
	d.t.Helper()
	ctx, a := context.Background(), d.station.Arrange()
	r, err := a.PlanRemoval(ctx, []archive.ID{d.holding(code).ID}, "重复")
	d.must(err)
	op, _, _, err := a.Remove(ctx, archive.LocalActor(), r)
	d.must(err)
	return op
}

// What is in the trash is listed with what lay in it, tells its history, and comes back.
func TestTheTrash(t *testing.T) {
	d := newDesk(t).open()
	was := d.holding(code0001)
	d.remove(code0001)
	d.goTo(app.ScreenHoldings, nil)
	d.tap("Trash")
	d.sees(code0001, was.Title)
	d.tap("History")
	d.sees("(in the trash)", was.Title)
	d.goTo(app.ScreenTrash, nil)
	d.tap("Restore")
	d.sees("1 records and 2 pages are back", "Restored")
	if got := d.holding(code0001); got.ID != was.ID || got.Title != was.Title {
		t.Errorf("back is %+v", got)
	}
	n, err := d.station.Catalogue.PagesOf(context.Background(), access.All(), was.ID)
	if d.must(err); len(n) != 2 {
		t.Errorf("%d pages", len(n))
	}
}

// A code that was given to another record keeps what had it from coming back, and says whose.
func TestTheTrashDoesNotTakeACodeBack(t *testing.T) {
	d := newDesk(t).open()
	d.remove(code0001)
	plan, err := d.station.Arrange().Renumber(context.Background(), "0001-WS·1985-Y-BGS-", arrange.ByNumber)
	d.must(err)
	_, err = d.station.Arrange().Carry(context.Background(), archive.LocalActor(), plan)
	d.must(err)
	d.goTo(app.ScreenTrash, nil)
	d.tap("Restore")
	d.sees("Nothing was restored", code0001+" "+d.holding(code0001).Title)
}
