package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	_ "github.com/mattn/go-sqlite3"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/arrange"
	"lantai/archive/store"
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
	d.sees(code0001, "关于做好一九八五年防汛")
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

// The trash goes on behind what is listed at first, and says who removed and that of a large
// removal a part is listed.
func TestTheTrashGoesOn(t *testing.T) {
	d := newDesk(t).manyRemovals().open()
	d.goTo(app.ScreenTrash, nil)
	d.settle()
	d.says("This removal is large; 500 of its records are listed here. Restoring brings all 600 back.", "local user")
	list := func() int {
		t.Helper()
		d.press(fyne.KeyEnd)
		d.settle()
		for i := range 211 {
			if code := fmt.Sprintf("0001-WS·1986-Y-BGS-%04d", i+1); strings.Contains(d.seen(), code+"\n") {
				return i + 1
			}
		}
		return 0
	}
	if oldest := list(); oldest != 12 { // 199 of one record each, behind the large one
		t.Errorf("the oldest listed at first is %d", oldest)
	}
	d.tap("Older ones")
	d.settle()
	d.goTo(app.ScreenTrash, nil)
	d.settle()
	if oldest := list(); oldest != 1 {
		t.Errorf("the oldest of all is %d", oldest)
	}
	for _, b := range d.buttons() {
		if b == "Older ones" {
			t.Error("there are older ones still")
		}
	}
}

// An error of one try is gone with the next.
func TestAnErrorOfTheTrashDoesNotStay(t *testing.T) {
	d := newDesk(t).open()
	d.remove(code0001)
	d.goTo(app.ScreenTrash, nil)
	d.settle()
	d.spoil("change")
	d.tap("Restore")
	d.settle()
	if !d.hasFault() {
		t.Fatalf("no error is shown: %s", d.seen())
	}
	d.mend("change")
	d.tap("Restore")
	d.settle()
	if d.hasFault() {
		t.Errorf("the error stays: %s", d.seen())
	}
	d.sees("1 records and 2 pages are back")
}

// spoil takes a table out of the way, so that what reads it fails; mend puts it back.
func (d *desk) spoil(table string) { d.rename(table, table+"_away") }
func (d *desk) mend(table string)  { d.rename(table+"_away", table) }

func (d *desk) rename(from, to string) {
	d.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+d.station.Home.Catalogue()+"?_busy_timeout=5000")
	d.must(err)
	defer db.Close()
	_, err = db.Exec("PRAGMA legacy_alter_table = ON; ALTER TABLE " + from + " RENAME TO " + to)
	d.must(err)
}

func (d *desk) hasFault() bool {
	return strings.Contains(d.seen(), words.T("error.internal.do")) || strings.Contains(d.seen(), words.T("error.internal"))
}

func (d *desk) buttons() (labels []string) {
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Visible() {
			labels = append(labels, b.Text)
		}
	})
	return labels
}

// manyRemovals removes 210 records one by one, and 600 at once.
func (d *desk) manyRemovals() *desk {
	d.t.Helper()
	parent := d.holding(code0001).Parent
	var rows []store.NewRow
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i := range 810 {
			rows = append(rows, store.NewRow{Record: &archive.Item{Holding: archive.Holding{Parent: parent, Code: fmt.Sprintf("0001-WS·1986-Y-BGS-%04d", i+1), Title: "件"}}})
		}
		return tx.AddRows(rows)
	})
	remove := func(rows []store.NewRow) {
		var list []archive.Holding
		for _, r := range rows {
			list = append(list, *r.Record.Common())
		}
		d.do(archive.OpHoldingRemove, func(tx *store.Tx) error {
			_, _, err := tx.RemoveTree(list)
			return err
		})
	}
	for i := range 210 {
		remove(rows[i : i+1])
	}
	remove(rows[210:])
	return d
}
