package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
)

// staffed is a desk whose archive has an account of every role; names are those of the
// roles, passwords too.
func staffed(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t).recognise()
	ctx := context.Background()
	add := func(name, roles string) {
		_, err := d.station.AddPerson(ctx, d.station.Actor(), station.NewPerson{
			Person: archive.Person{Name: name, Roles: roles, Clearance: int(access.Internal)}, Password: name + " password"})
		d.must(err)
	}
	add("admin", "")
	d.must(d.station.SignIn(ctx, "admin", "admin password"))
	for _, r := range access.Roles() {
		add(string(r), string(r))
	}
	d.must(d.station.SignOut(ctx))
	return d
}

// signIn signs in at the page.
func (d *desk) signIn(name, password string) *desk {
	d.t.Helper()
	d.field(words.T("signin.name"))
	d.typing(name)
	d.press("Return")
	d.typing(password)
	d.press("Return")
	return d
}

func TestSigningInAtTheWindow(t *testing.T) {
	d := staffed(t).open()
	d.sees(words.T("signin.leave"))
	d.lacks(words.T("nav.holdings"), words.T("nav.settings"), "防汛")
	d.goTo(app.ScreenHoldings, nil) // there is no such place
	d.sees(words.T("signin.leave"))
	d.tapWord("signin.do")
	d.sees(words.T("signin.name.missing"))
	d.signIn("archivist", "wrong password")
	d.sees(words.T("error.sign-in.not-allowed"))
	d.lacks(words.T("nav.holdings"))
	d.typing("archivist password")
	d.press("Return")
	d.sees(words.T("nav.holdings"), words.T("nav.entry"), "archivist", words.T("who.sign-out"))
	d.goTo(app.ScreenFind, nil)
	d.tapWord("who.sign-out")
	d.sees(words.T("signin.leave"))
	d.lacks(words.T("nav.find"))
	if d.station.Actor().ID != archive.LocalActor().ID {
		t.Errorf("after signing out %+v acts", d.station.Actor())
	}
}

func TestEachRoleHasItsPlaces(t *testing.T) {
	want := map[access.Role][]string{
		access.Archivist:   {"nav.start", "nav.holdings", "nav.entry", "nav.intake", "nav.find", "nav.custody", "nav.tasks", "nav.people", "nav.settings"},
		access.Worker:      {"nav.start", "nav.holdings", "nav.entry", "nav.intake", "nav.tasks", "nav.settings"},
		access.ReadingRoom: {"nav.start", "nav.holdings", "nav.find", "nav.settings"},
		access.Leader:      {"nav.start", "nav.holdings", "nav.find", "nav.custody", "nav.people", "nav.settings"},
		access.SystemAdmin: {"nav.custody", "nav.tasks", "nav.settings"},
		access.Security:    {"nav.people", "nav.settings"},
		access.Auditor:     {"nav.audit", "nav.settings"},
	}
	all := []string{"nav.start", "nav.holdings", "nav.entry", "nav.intake", "nav.find", "nav.custody", "nav.tasks", "nav.people", "nav.audit", "nav.settings"}
	d := staffed(t).open()
	for _, r := range access.Roles() {
		d.signIn(string(r), string(r)+" password")
		lines := strings.Split(d.seen(), "\n")
		for _, word := range all {
			if got := slices.Contains(lines, words.T(word)); got != slices.Contains(want[r], word) {
				t.Errorf("%s: %s is shown: %v", r, word, got)
			}
		}
		d.tapWord("who.sign-out")
	}
}

func TestTheWindowLocks(t *testing.T) {
	d := staffed(t).open()
	idle := make(chan time.Duration, 100)
	d.program.Idle = func() (time.Duration, bool) { return <-idle, true }
	d.program.WatchEvery = time.Millisecond
	d.signIn("archivist", "archivist password")
	d.goTo(app.ScreenHoldings, nil)
	idle <- 9 * time.Minute
	idle <- 9 * time.Minute
	if d.shell.Covered() {
		t.Fatal("locked after nine minutes")
	}
	idle <- 11 * time.Minute
	d.Until(t, func() bool { return d.shell.Covered() })
	d.sees(words.T("signin.locked"), "archivist")
	d.lacks(words.T("nav.holdings"), "全宗")
	if title := d.shell.Window().Title(); title != words.T("program.name") {
		t.Errorf("the title says %q", title)
	}
	d.press("F3")
	d.lacks(words.T("nav.holdings"))
	d.field(words.T("signin.password"))
	d.typing("somebody else's")
	d.press("Return")
	d.sees(words.T("error.sign-in.not-allowed"))
	d.typing("archivist password")
	d.press("Return")
	d.sees(words.T("nav.holdings"))
	d.tapWord("who.lock")
	d.sees(words.T("signin.locked"))
	d.tapWord("signin.other")
	d.sees(words.T("signin.leave"))
	close(idle)
}

func TestAnArchiveWithoutAccountsSaysSo(t *testing.T) {
	d := newDesk(t).open()
	d.sees(words.T("who.nobody"), words.T("nav.holdings"))
	d.lacks(words.T("who.sign-out"))
}

// signInScenes are the states of the page.
func signInScenes() []scene {
	return []scene{
		{"sign in", func(d *desk) { d.goTo(app.ScreenSignIn, nil) }},
		{"missing", func(d *desk) { d.tapWord("signin.do") }},
		{"wrong", func(d *desk) { d.signIn("archivist", "wrong password") }},
		{"resting", func(d *desk) {
			p, err := d.station.Catalogue.PersonNamed(context.Background(), "archivist")
			d.must(err)
			d.do(archive.OpLoginRefused, func(tx *store.Tx) error {
				for range 5 {
					if err := tx.NoteSignIn(p.ID, false); err != nil {
						return err
					}
				}
				return tx.Observe(p.ID, nil)
			})
			d.signIn("archivist", "archivist password")
		}},
		{"signed in", func(d *desk) {
			d.signIn("leader", "leader password")
		}},
		{"holdings of a leader", func(d *desk) { d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID}) }},
		{"history of a leader", func(d *desk) { d.goTo(app.ScreenHistory, parts.HistoryValue{Record: d.holding(code0001).ID}) }},
		{"page of a leader", func(d *desk) {
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
			d.tapWord("holdings.pages.open")
		}},
		{"not theirs", func(d *desk) { d.goTo(app.ScreenIntake, nil) }},
		{"locked", func(d *desk) { d.tapWord("who.lock") }},
	}
}
