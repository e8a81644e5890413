package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/people"
	"lantai/app/settings"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// signedIn is the desk of somebody of a staffed archive.
func signedIn(t *testing.T, name string) *desk {
	t.Helper()
	return staffed(t).open().signIn(name, name+" password")
}

// account reads an account.
func (d *desk) account(name string) archive.Person {
	d.t.Helper()
	p, err := d.station.Catalogue.PersonNamed(context.Background(), name)
	d.must(err)
	return p
}

// standOn goes to an account in the list.
func (d *desk) standOn(name string) {
	d.t.Helper()
	d.tables()[0].GoToID(d.account(name).ID)
	d.Idle(d.t)
}

// untick takes the tick off a box.
func (d *desk) untick(label string) {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if c, ok := o.(*parts.Check); ok && c.Text == label {
			c.SetChecked(false)
		}
	})
	d.Idle(d.t)
}

func role(r access.Role) string { return words.T("role." + string(r)) }

// An archive without accounts says what that means; the first account is made, and from
// then on one signs in.
func TestTheFirstAccount(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenPeople, nil)
	d.sees(words.T("people.first.none"), "cannot be taken back")
	d.press(fyne.KeyF9)
	d.sees(words.T("people.name.missing"))
	d.typing("王")
	d.press(fyne.KeyReturn)
	d.typing("short")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.password.wrong", words.Args{"N": 5, "Least": 8, "Most": 200}))
	d.field(words.T("people.password.new"))
	d.typing("battery staple")
	d.press(fyne.KeyReturn)
	d.typing("battery stapel")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.password.differ"))
	d.field(words.T("people.password.again"))
	d.typing("battery staple")
	d.press(fyne.KeyReturn)
	d.sees(words.T("signin.leave"))
	d.lacks(words.T("nav.holdings"))
	d.signIn("王", "battery staple")
	d.sees(words.T("nav.people"), "王")
	if p := d.account("王"); p.Roles != "system,security" {
		t.Errorf("the first account has the roles %q", p.Roles)
	}
}

// Accounts are added, limited and changed by keyboard; what cannot be is told at its field.
func TestAccounts(t *testing.T) {
	d := signedIn(t, "admin")
	d.goTo(app.ScreenPeople, nil)
	d.sees("admin", role(access.Archivist), words.T("people.last.never"), words.T("people.scope.all"))
	d.tapWord("people.add")
	d.typing("archivist")
	d.check(role(access.Archivist))
	d.check(role(access.Auditor))
	d.sees("open no archives") // at once
	d.untick(role(access.Auditor))
	d.lacks("Who administers or audits cannot")
	d.press(fyne.KeyF9)
	d.sees(words.T("people.password.wrong", words.Args{"N": 0, "Least": 8, "Most": 200}))
	for _, label := range []string{"people.password.new", "people.password.again"} {
		d.field(words.T(label))
		d.typing("correct horse")
	}
	d.press(fyne.KeyF9)
	d.sees(words.T("people.name.twice"))
	d.field(words.T("people.name"))
	d.typing("李")
	d.field(words.T("people.fonds"))
	d.typing("000")
	d.press(fyne.KeyF9)
	d.sees(words.T("people.pick.none"))
	d.press(fyne.KeyReturn) // the first of those offered
	d.field(words.T("people.groups"))
	d.typing("3，7")
	d.shortcut(fyne.KeyS, fyne.KeyModifierControl)
	d.sees("“李” is saved.")
	f, err := d.station.Catalogue.FondsByNumber(context.Background(), access.All(), "0001")
	d.must(err)
	li := d.account("李")
	if li.Roles != "archivist" || li.Fonds != f.ID.String() || li.Groups != "3,7" || li.Clearance != int(access.Internal) {
		t.Errorf("the account is %+v", li)
	}
	d.standOn("worker")
	d.field(words.T("people.batches"))
	d.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	d.standOn("leader") // something is not saved
	d.sees(words.T("people.leave.say", words.Args{"Name": "worker"}))
	d.tapWord("people.leave.stay")
	d.tapWord("people.save")
	batches, err := d.station.Catalogue.Batches(context.Background(), access.All(), 10)
	d.must(err)
	if got := d.account("worker").Batches; len(batches) != 1 || got != batches[0].ID.String() {
		t.Errorf("the worker has %q of %v", got, batches)
	}
	d.sees(words.Clock(batches[0].Started))
}

// An account is locked after a question; who administers accounts last stays.
func TestLockingAccounts(t *testing.T) {
	d := signedIn(t, "admin")
	d.goTo(app.ScreenPeople, nil)
	d.standOn("admin")
	if !d.button(words.T("people.lock")).Disabled() {
		t.Error("somebody can lock themselves")
	}
	d.standOn("security")
	d.tapWord("people.lock")
	d.sees("Disable “security”?")
	if d.account("security").Locked != 0 {
		t.Error("locked before the answer")
	}
	d.tapIn("people.lock")
	d.sees("“security” is disabled.", words.T("people.locked"), words.T("people.unlock"))
	d.standOn("admin")
	d.untick(role(access.Security))
	d.press(fyne.KeyF9)
	d.sees(words.T("error.change-account.not-allowed.last"))
	if got := d.account("admin").Roles; got != "system,security" {
		t.Errorf("the last administrator has the roles %q", got)
	}
	d.tapWord("people.revert")
	d.standOn("security")
	d.tapWord("people.unlock")
	d.tapIn("people.unlock")
	if d.account("security").Locked != 0 {
		t.Error("it stays locked")
	}
}

// What holds for all: administrators apart, and minutes until the window locks.
func TestRulesForAccounts(t *testing.T) {
	d := signedIn(t, "security")
	ctx := context.Background()
	d.goTo(app.ScreenPeople, nil)
	d.field(words.T("people.idle"))
	d.typing("0")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.idle.wrong", words.Args{"Most": station.MostIdle}))
	d.field(words.T("people.idle"))
	d.typing("3")
	d.check(words.T("people.strict.say"))
	d.tapWord("people.rules.save")
	d.sees(words.T("people.strict.wrong", words.Args{"Name": "admin"}))
	d.standOn("admin")
	d.untick(role(access.SystemAdmin))
	d.press(fyne.KeyF9)
	d.tapWord("people.rules.save")
	d.lacks(words.T("people.strict.wrong", words.Args{"Name": "admin"}))
	if r, err := d.station.PeopleRules(ctx); err != nil || !r.Strict || r.Idle != 3 {
		t.Errorf("the rules are %+v, %v", r, err)
	}
	if idle, err := d.station.Idle(ctx); err != nil || idle != 3*time.Minute {
		t.Errorf("it locks after %v, %v", idle, err)
	}
	d.check(role(access.SystemAdmin))
	d.sees(words.T("error.give-roles.not-allowed.security"))
	if err := d.station.SetPeopleRules(ctx, archive.Actor{ID: d.account("archivist").ID}, station.PeopleRules{}); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("an archivist sets the rules: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	d := signedIn(t, "security")
	d.goTo(app.ScreenPeople, nil)
	d.standOn("archivist")
	d.tapWord("people.password.set")
	d.typing("another one")
	d.press(fyne.KeyReturn)
	d.typing("another one")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.password.done", words.Args{"Name": "archivist"}))
	d.tapWord("who.sign-out")
	d.signIn("archivist", "another one")
	d.tapWord("who.password")
	d.typing("archivist password")
	d.press(fyne.KeyReturn)
	d.typing("my own words")
	d.press(fyne.KeyReturn)
	d.typing("my own words")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.password.old.wrong"))
	d.field(words.T("people.password.old"))
	d.typing("another one")
	d.tapWord("people.password.own.do")
	d.sees(words.T("people.password.own.done"))
	d.press(fyne.KeyEscape)
	if d.station.Actor().Name != "archivist" {
		t.Errorf("%+v acts", d.station.Actor())
	}
	d.tapWord("who.sign-out")
	d.signIn("archivist", "my own words")
	d.sees(words.T("nav.holdings"))
}

// A leader lets the reading room give out a closed record, and takes it back.
func TestApprovals(t *testing.T) {
	d := signedIn(t, "leader")
	d.goTo(app.ScreenPeople, nil)
	d.lacks(words.T("people.tab.accounts"))
	d.sees(words.T("people.approvals.empty"))
	d.tapWord("people.approve")
	d.sees(words.T("people.approval.code.missing"))
	d.field(words.T("field.code"))
	d.typing("0001-WS·1985-Y-BGS-9999")
	d.sees("There is no 0001-WS·1985-Y-BGS-9999")
	d.field(words.T("field.code"))
	d.typing(code0001)
	d.sees(d.holding(code0001).Title)
	d.field(words.T("people.approval.until"))
	d.typing("2001-01-01")
	d.press(fyne.KeyF9)
	d.sees(words.T("people.approval.until.past"))
	d.field(words.T("people.approval.until"))
	d.typing("20991231")
	d.press(fyne.KeyF9)
	d.sees(words.T("people.approval.reason.missing"))
	d.field(words.T("people.approval.reason"))
	d.typing("县志办编志")
	d.press(fyne.KeyReturn)
	d.sees(words.T("people.approved", words.Args{"Code": code0001}), "2099-12-31", "县志办编志", "reading-room", "leader")
	clerk := archive.Actor{ID: d.account("reading-room").ID}
	sees := func() bool {
		pages, err := d.station.Catalogue.PagesOf(context.Background(), d.station.SightOf(context.Background(), clerk), d.holding(code0001).ID)
		d.must(err)
		return len(pages) > 0
	}
	if !sees() {
		t.Error("the reading room does not see what was approved")
	}
	d.field(words.T("field.code"))
	d.typing(code0001)
	d.sees("needs no approval")
	d.tapWord("people.approval.back")
	d.tapIn("people.approval.back")
	d.sees(words.T("people.approval.back.done", words.Args{"Code": code0001}), words.T("people.approvals.empty"))
	if sees() {
		t.Error("the reading room sees what was taken back")
	}
}

// The history says who it was.
func TestTheHistoryNamesPeople(t *testing.T) {
	d := staffed(t)
	ctx := context.Background()
	d.must(d.station.SignIn(ctx, "archivist", "archivist password"))
	id := d.holding(code0001).ID
	_, _, err := d.station.SaveRecord(ctx, d.station.Actor(), id, d.holding(code0001).Rev, station.Values{"title": "改过的题名"}, nil)
	d.must(err)
	d.must(d.station.SignOut(ctx))
	d.open().signIn("leader", "leader password")
	d.goTo(app.ScreenHistory, parts.HistoryValue{Record: id})
	d.sees("改过的题名", "archivist")
}

// Who may look and not change finds the buttons that change something out of use, and why.
func TestLookingAtWhatOthersChange(t *testing.T) {
	d := signedIn(t, "leader")
	barred := func(buttons ...string) {
		t.Helper()
		for _, b := range buttons {
			if !d.button(words.T(b)).Disabled() {
				t.Errorf("%q can be used", words.T(b))
			}
		}
	}
	d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: d.fondsOf("0001")})
	d.sees(words.T("rights.look"))
	barred("ledger.add", "ledger.remove")
	d.field(words.T("ledger.note"))
	d.press(fyne.KeyReturn)
	d.lacks(words.T("ledger.year.wrong"))
	d.goTo(app.ScreenGroups, parts.GroupsValue{Add: []archive.ID{d.holding(code0001).ID}})
	d.sees(words.T("rights.look"))
	barred("groups.add", "groups.change", "groups.remove", "groups.put", "groups.take")
	d.goTo(app.ScreenSettings, nil)
	d.sees(words.T("rights.settings"))
	barred("action.save")
	d.goTo(app.ScreenSettings, settings.ViewRoots)
	d.sees(words.T("rights.settings"))
	barred("root.add", "root.hash.all")
	d.as("admin")
	d.goTo(app.ScreenSettings, settings.ViewRoots)
	d.lacks(words.T("rights.settings"))
	if d.button(words.T("root.add")).Disabled() {
		t.Error("the administrator adds no storage root")
	}
}

// peopleScenes are the states of the screen 用户权限.
func peopleScenes() []scene {
	return []scene{
		{"accounts", func(d *desk) {
			d.signIn("admin", "admin password")
			d.goTo(app.ScreenPeople, nil)
		}},
		{"worker", func(d *desk) {
			d.standOn("worker")
			d.field(words.T("people.batches"))
			d.press(fyne.KeyDown)
		}},
		{"archivist", func(d *desk) {
			d.goTo(app.ScreenHoldings, nil) // not theirs
			d.press(fyne.KeyEscape)
			d.standOn("archivist")
			d.field(words.T("people.fonds"))
			d.typing("0001")
			d.press(fyne.KeyReturn)
		}},
		{"leaving", func(d *desk) { d.standOn("leader") }},
		{"wrong roles", func(d *desk) {
			d.check(role(access.Worker))
			d.check(role(access.Auditor))
		}},
		{"strict wrong", func(d *desk) {
			d.tapWord("people.revert")
			d.check(words.T("people.strict.say"))
			d.field(words.T("people.idle"))
			d.typing("999")
			d.tapWord("people.rules.save")
			d.field(words.T("people.idle"))
			d.typing("10")
			d.tapWord("people.rules.save")
		}},
		{"new account wrong", func(d *desk) {
			d.tapWord("people.add")
			d.typing("leader")
			d.check(role(access.Leader))
			d.field(words.T("people.password.new"))
			d.typing("123")
			d.press(fyne.KeyF9)
		}},
		{"set password", func(d *desk) {
			d.tapWord("people.revert")
			d.tapWord("people.password.set")
			d.typing("123")
			d.press(fyne.KeyReturn)
		}},
		{"lock", func(d *desk) {
			d.standOn("leader")
			d.tapWord("people.lock")
		}},
		{"own password", func(d *desk) {
			d.tapWord("who.password")
			d.typing("wrong")
			d.press(fyne.KeyReturn)
			d.typing("my own words")
			d.press(fyne.KeyReturn)
			d.typing("my own words")
			d.press(fyne.KeyReturn)
		}},
		{"failing", func(d *desk) { // somebody else takes the right away meanwhile
			ctx := context.Background()
			admin := d.account("admin")
			admin.Roles = "system"
			d.must(d.station.ChangePerson(ctx, archive.Actor{ID: d.account("security").ID}, admin))
			d.press(fyne.KeyF5)
		}},
		{"approvals", func(d *desk) {
			d.tapWord("who.sign-out")
			d.signIn("leader", "leader password")
			d.must(d.station.Approve(context.Background(), d.station.Actor(), &archive.Approval{Person: d.account("reading-room").ID,
				Holding: d.holding(code0001).ID, Reason: strings.Repeat("县志办编修县志需要查阅，", 5), Until: time.Date(2099, 1, 1, 0, 0, 0, 0, time.Local).UnixMilli()}))
			d.goTo(app.ScreenPeople, people.ViewApprovals)
		}},
		{"approval wrong", func(d *desk) {
			d.field(words.T("field.code"))
			d.typing(code0001)
			d.tapWord("people.approve")
		}},
		{"approval back", func(d *desk) { d.tapWord("people.approval.back") }},
		{"ledger to look at", func(d *desk) { d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: d.fondsOf("0001")}) }},
		{"groups to look at", func(d *desk) { d.goTo(app.ScreenGroups, parts.GroupsValue{Add: []archive.ID{d.holding(code0001).ID}}) }},
		{"settings to look at", func(d *desk) { d.goTo(app.ScreenSettings, nil) }},
		{"roots to look at", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewRoots) }},
	}
}
