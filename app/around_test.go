package app_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
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

// fondsOf finds a fonds by its number.
func (d *desk) fondsOf(number string) archive.ID {
	d.t.Helper()
	f, err := d.station.Catalogue.FondsByNumber(context.Background(), access.All(), number)
	d.must(err)
	return f.ID
}
