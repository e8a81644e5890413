package app_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// own reads a field of the site's own.
func (d *desk) own(id archive.ID, name string) string {
	d.t.Helper()
	list, err := d.station.Catalogue.Extras(context.Background(), access.All(), []archive.ID{id})
	d.must(err)
	return list[id][name]
}

// The fields of the site's own are in the form of every record: shown, changed, emptied, and
// filled in for new ones.
func TestFieldsOfTheSitesOwn(t *testing.T) {
	d := newDesk(t)
	item, other := d.holding(code0001), d.holding("0001-WS·1985-Y-BGS-0002")
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.SetExtra(item.ID, map[string]string{"柜号": "三"}) })
	d.open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: item.ID})
	if got := d.entry("柜号").Text; got != "三" {
		t.Errorf("shown is %q", got)
	}
	d.field("柜号")
	d.typing("四")
	d.press(fyne.KeyF9)
	d.Until(t, func() bool { return d.own(item.ID, "柜号") == "四" })
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: other.ID})
	d.tapMore()
	d.field("柜号")
	d.typing("五")
	d.shortcut(fyne.KeyS, fyne.KeyModifierControl)
	d.Until(t, func() bool { return d.own(other.ID, "柜号") == "五" })
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: item.ID})
	d.field("柜号")
	d.shortcut(fyne.KeyS, fyne.KeyModifierControl)
	d.Until(t, func() bool { return d.own(item.ID, "柜号") == "" })

	d.enterIn("0001-WS")
	d.typing("带柜号的一条")
	d.tapMore()
	d.field("柜号")
	d.typing("六")
	d.press(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"title": "带柜号的一条"})
	if got := d.own(d.holding(d.newest()).ID, "柜号"); got != "六" {
		t.Errorf("the new one has %q", got)
	}
}
