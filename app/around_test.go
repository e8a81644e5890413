package app_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// A movement is registered for a fonds, counts into its year, and is taken away again.
func TestTheLedger(t *testing.T) {
	d := newDesk(t).open()
	fonds := d.fondsOf("0001")
	d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: fonds})
	d.field("Year")
	d.typing("20x6")
	d.tap("Register")
	d.sees("A year has four digits")
	d.field("Year")
	d.typing("2026")
	d.field("Quantity")
	d.typing("0")
	d.tap("Register")
	d.sees("A whole number above 0")
	d.field("Quantity")
	d.typing("12")
	d.field("Deed")
	d.typing("接收协议〔2026〕3号")
	d.press(fyne.KeyReturn, fyne.KeyReturn) // by way of the note
	d.sees("2026", "Volume", "12", "接收协议〔2026〕3号")
	lines, err := d.station.Catalogue.Ledger(context.Background(), access.All(), fonds, 0)
	if d.must(err); len(lines) != 1 || lines[0].Closed != 12 || lines[0].In != 12 {
		t.Fatalf("%+v", lines)
	}
	d.tap("Remove this one")
	d.tap("Remove")
	d.sees("Nothing is registered yet.")
}

// A group is made, takes what is selected in the catalogue, once, and gives it back.
func TestGroups(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.tap("Groups")
	d.sees("the record goes into it")
	d.tap("New")
	d.sees("A group needs a name")
	d.field("Name of the group")
	d.typing("防汛抗旱")
	d.tap("New")
	d.tap("Add selected")
	d.sees("One record was added.", code0001)
	g, err := d.station.Catalogue.Groups(context.Background(), access.All())
	if d.must(err); len(g) != 1 || g[0].Name != "防汛抗旱" {
		t.Fatalf("%+v", g)
	}
	members := func() int {
		ids, err := d.station.Catalogue.Members(context.Background(), access.All(), g[0].ID)
		d.must(err)
		return len(ids)
	}
	if n := members(); n != 1 {
		t.Errorf("%d members", n)
	}
	d.tap("New")
	d.sees("Another group has this name")
	d.goTo(app.ScreenGroups, parts.GroupsValue{})
	d.tap("Remove group")
	d.tap("Cancel")
	if n := members(); n != 1 {
		t.Errorf("%d members", n)
	}
}

// What is being typed outlives a list that is read again, and gives way to a group that a
// person chooses.
func TestTheNameOfAGroupIsNotTakenAway(t *testing.T) {
	d := newDesk(t).open()
	add := func(name string) {
		d.do(archive.OpGroupEdit, func(tx *store.Tx) error { return tx.AddGroup(&archive.VirtualGroup{Name: name}) })
	}
	add("防汛抗旱")
	d.goTo(app.ScreenGroups, parts.GroupsValue{})
	d.field("Name of the group")
	d.typing("水利专题")
	add("另一个人加的")
	d.goTo(app.ScreenGroups, parts.GroupsValue{}) // reads the list again
	d.settle()
	d.sees("另一个人加的", "水利专题")
	d.tap("New")
	g, err := d.station.Catalogue.Groups(context.Background(), allSeeing)
	if d.must(err); len(g) != 3 || !slices.ContainsFunc(g, func(g archive.VirtualGroup) bool { return g.Name == "水利专题" }) {
		t.Errorf("%+v", g)
	}
	d.goTo(app.ScreenGroups, parts.GroupsValue{}) // the list has the keyboard
	d.press(fyne.KeyHome, fyne.KeyDown)
	d.settle()
	d.tap("Save name") // what is chosen stands in the fields
	again, err := d.station.Catalogue.Groups(context.Background(), allSeeing)
	if d.must(err); !slices.Equal(again, g) {
		t.Errorf("%+v, was %+v", again, g)
	}
}

// Many records go into a group and out of it in one write each.
func TestManyRecordsOfAGroup(t *testing.T) {
	d := newDesk(t).open()
	h := d.holding(code0001)
	var list []store.NewRow
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i := range 2000 {
			list = append(list, store.NewRow{Record: &archive.Item{Holding: archive.Holding{Parent: h.Parent, Code: fmt.Sprintf("0001-WS·1986-Y-BGS-%04d", i+1), Title: "件"}}})
		}
		return tx.AddRows(list)
	})
	ids := []archive.ID{h.ID, h.ID} // twice is once
	for _, r := range list {
		ids = append(ids, r.Record.Common().ID)
	}
	d.goTo(app.ScreenGroups, parts.GroupsValue{Add: ids})
	d.field("Name of the group")
	d.typing("一九八六年")
	d.tap("New")
	d.tap("Add selected")
	d.sees("2,001 records were added.")
	d.goTo(app.ScreenGroups, parts.GroupsValue{Add: ids[:1]})
	d.tap("Add selected")
	d.sees("0 records were added.")
}

// The ledger of all fonds begins with its sums, and a movement has its date.
func TestTheLedgerOfAllFonds(t *testing.T) {
	d := newDesk(t).open()
	other := d.twoLedgers()
	d.goTo(app.ScreenLedger, parts.LedgerValue{})
	d.settle()
	d.sees("Total", "1,234")
	d.press(fyne.KeyDown) // 2026
	d.settle()
	d.sees("0777  接收协议〔2026〕3号")
	d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: other})
	d.lacks("Total")
	d.field("Year")
	d.typing("2026")
	d.field("Quantity")
	d.typing("5")
	d.field("Date")
	d.typing("20250315")
	d.tap("Register")
	d.says("a date of that year")
	d.field("Date")
	d.typing("20260315")
	d.tap("Register")
	moved, err := d.station.Catalogue.Movements(context.Background(), access.All(), other)
	if d.must(err); len(moved) != 2 || moved[1].Date != "20260315" {
		t.Errorf("%+v", moved)
	}
	d.sees("20260315")
}

// fondsOf finds a fonds by its number.
func (d *desk) fondsOf(number string) archive.ID {
	d.t.Helper()
	f, err := d.station.Catalogue.FondsByNumber(context.Background(), access.All(), number)
	d.must(err)
	return f.ID
}

// twoLedgers registers movements of two fonds, and gives the second.
func (d *desk) twoLedgers() archive.ID {
	d.t.Helper()
	other := archive.Fonds{Holding: archive.Holding{Code: "0777", Title: "另一个全宗"}}
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error { return tx.AddFonds(&other) })
	for _, m := range []archive.Movement{
		{Fonds: d.fondsOf("0001"), Year: 2025, Kind: archive.MovedOpening, Unit: "volume", Quantity: 1000},
		{Fonds: other.ID, Year: 2026, Kind: archive.MovedIn, Unit: "volume", Quantity: 234, Document: "接收协议〔2026〕3号"},
	} {
		d.do(archive.OpLedgerEdit, func(tx *store.Tx) error { return tx.AddMovement(&m) })
	}
	return other.ID
}
