package app_test

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/station"
)

// approve has the leader approve a record for the reading room.
func (d *desk) approve(code string) archive.Approval {
	d.t.Helper()
	a := archive.Approval{Person: d.account("reading-room").ID, Holding: d.holding(code).ID, Reason: "县志办编志"}
	d.must(d.station.Approve(context.Background(), archive.Actor{ID: d.account("leader").ID}, &a))
	return a
}

// refusals counts what the log has of refusals.
func (d *desk) refusals() int {
	d.t.Helper()
	ops, err := d.station.Catalogue.Ops(context.Background(), 0, 100, archive.OpRefused)
	d.must(err)
	return len(ops)
}

// The reading room is told of a closed record that its images need an approval, and whose;
// once there is one they are found, shown and read, until it is taken back.
func TestClosedUntilApproved(t *testing.T) {
	d := signedIn(t, "reading-room")
	record, page := parts.HoldingValue{Holding: d.holding(code0001).ID}, parts.PageValue{Page: d.pagesOf(code0001)[0]}
	told := []string{words.T("refusal.closed"), words.T("refusal.closed.do.ask", words.Args{"Names": "leader"})}
	d.goTo(app.ScreenHoldings, record)
	d.sees(words.N("holdings.pages.closed", 2), "This record is not open", "leader")
	if d.refusals() != 0 {
		t.Error("to look at a record is noted as refused")
	}
	d.goTo(app.ScreenViewer, page)
	d.sees(told...)
	d.press(fyne.KeyF5)
	d.goTo(app.ScreenViewer, page)
	if n := d.refusals(); n != 1 {
		t.Errorf("%d refusals in the log, want 1", n)
	}
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"})
	d.sees("0 pages found, 1 record", words.N("find.closed", 3))
	d.goTo(app.ScreenFind, parts.FindValue{Query: "水文记录"})
	d.sees("0 pages found", words.N("find.none.closed", 3))
	a := d.approve(code0001)
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛 值班"})
	d.sees("1 page found", words.N("find.closed", 1), "指挥部昼夜")
	d.goTo(app.ScreenHoldings, record)
	d.lacks(told[0])
	d.goTo(app.ScreenViewer, page)
	d.sees("今年汛期即将到来", "of 2")
	d.must(d.station.TakeBack(context.Background(), archive.Actor{ID: d.account("leader").ID}, a.ID))
	d.goTo(app.ScreenViewer, page)
	d.sees(told...)
	d.lacks("今年汛期即将到来")
}

// Of a page whose record somebody may not see the window says what it says of a page that is
// not there.
func TestAHiddenPageIsNotThere(t *testing.T) {
	d := staffed(t)
	ctx := context.Background()
	d.must(d.station.SignIn(ctx, "archivist", "archivist password"))
	h := d.holding(code0001)
	_, _, err := d.station.SaveRecord(ctx, d.station.Actor(), h.ID, h.Rev, station.Values{"secrecy": "内部"}, nil)
	d.must(err)
	d.must(d.station.SignOut(ctx))
	d.open().signIn("reading-room", "reading-room password")
	says := func(page archive.ID) string {
		d.goTo(app.ScreenStart, nil)
		d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
		d.lacks(words.T("refusal.closed"), code0001)
		return strings.ReplaceAll(d.seen(), page.String(), "")
	}
	hidden := d.pagesOf(code0001)[0]
	if got, want := says(hidden), says(hidden-1); got != want {
		t.Errorf("of a hidden page:\n%s\nof one that is not there:\n%s", got, want)
	}
	if n := d.refusals(); n != 0 {
		t.Errorf("%d refusals in the log", n)
	}
}

// closedScenes are what the reading room sees of a closed record, before and after an approval.
func closedScenes() []scene {
	return []scene{
		{"closed record", func(d *desk) {
			d.signIn("reading-room", "reading-room password")
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
		}},
		{"closed page", func(d *desk) { d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pagesOf(code0001)[0]}) }},
		{"closed not found", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"}) }},
		{"approved found", func(d *desk) {
			d.approve(code0001)
			d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛 值班"})
		}},
		{"approved record", func(d *desk) { d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID}) }},
	}
}
