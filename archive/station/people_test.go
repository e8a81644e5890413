package station_test

import (
	"context"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

func TestOwnPassword(t *testing.T) {
	ctx := context.Background()
	s, admin, _ := staffed(t, nil)
	if err := s.OwnPassword(ctx, "not this one", "a new one, long"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("with a wrong old password: %v", err)
	}
	if k := must(s.Catalogue.Credential(ctx, admin.ID))(t); k.Failures != 1 {
		t.Errorf("%d failures", k.Failures)
	}
	if err := s.OwnPassword(ctx, "battery staple", "short"); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a short password: %v", err)
	}
	if err := s.OwnPassword(ctx, "battery staple", "a new one, long"); err != nil {
		t.Fatal(err)
	}
	if s.Actor().ID != admin.ID {
		t.Errorf("%+v acts", s.Actor())
	}
	if err := s.SignOut(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.OwnPassword(ctx, "a new one, long", "another one"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("of nobody: %v", err)
	}
	if err := s.SignIn(ctx, "王", "a new one, long"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestRulesForAccounts(t *testing.T) {
	ctx := context.Background()
	s, admin, li := staffed(t, nil)
	if err := s.SetPeopleRules(ctx, s.Actor(), station.PeopleRules{Strict: true}); archive.KindOf(err) != archive.Conflict {
		t.Errorf("strict, with both roles given: %v", err)
	}
	for _, idle := range []int{-1, station.MostIdle + 1} {
		if err := s.SetPeopleRules(ctx, s.Actor(), station.PeopleRules{Idle: idle}); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%d minutes: %v", idle, err)
		}
	}
	if err := s.SetPeopleRules(ctx, archive.Actor{ID: li.ID}, station.PeopleRules{}); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("by an archivist: %v", err)
	}
	admin.Roles = "security"
	if err := s.ChangePerson(ctx, s.Actor(), admin); err != nil {
		t.Fatal(err)
	}
	want := station.PeopleRules{Strict: true, Idle: 7}
	if err := s.SetPeopleRules(ctx, s.Actor(), want); err != nil {
		t.Fatal(err)
	}
	if got := must(s.PeopleRules(ctx))(t); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if d := must(s.Idle(ctx))(t); d != 7*time.Minute {
		t.Errorf("locks after %v", d)
	}
	admin.Roles = "system,security"
	if err := s.ChangePerson(ctx, s.Actor(), admin); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("both roles, strict: %v", err)
	}
	at := must(s.Catalogue.LastSignIn(ctx, admin.ID))(t)
	if never := must(s.Catalogue.LastSignIn(ctx, li.ID))(t); never != 0 || time.Since(time.UnixMilli(at)) > time.Minute {
		t.Errorf("signed in at %d and %d", at, never)
	}
}

func TestWhatAnApprovalIsWorth(t *testing.T) {
	ctx := context.Background()
	s, _, li := staffed(t, nil)
	clerk := must(s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "赵", Roles: "reading-room", Clearance: int(access.Internal)}, Password: "12345678"}))(t)
	boss := must(s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "孙", Roles: "leader", Clearance: int(access.Internal)}, Password: "12345678"}))(t)
	if err := s.SignIn(ctx, "李", "correct horse"); err != nil {
		t.Fatal(err)
	}
	f, _, err := s.AddFonds(ctx, s.Actor(), "0001", station.Values{"title": "县政府"})
	if err != nil {
		t.Fatal(err)
	}
	h := must(s.Catalogue.Holding(ctx, access.All(), f.ID))(t)
	as := func(level access.Level) archive.Holding {
		h.Access = access.ClassOf(level, 0)
		return h
	}
	for _, c := range []struct {
		who   archive.ID
		level access.Level
		want  station.Approval
	}{
		{clerk.ID, access.Closed, station.Opens}, {clerk.ID, access.Open, station.Needless}, {clerk.ID, access.Secret, station.Useless},
		{li.ID, access.Closed, station.Needless},
	} {
		if got := must(s.ApprovalOf(ctx, c.who, as(c.level)))(t); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.who, c.level, got, c.want)
		}
	}
	a := archive.Approval{Person: clerk.ID, Holding: f.ID, Reason: "编志"}
	if err := s.Approve(ctx, archive.Actor{ID: boss.ID}, &a); err != nil {
		t.Fatal(err)
	}
	if err := s.TakeBack(ctx, archive.Actor{ID: clerk.ID}, a.ID); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("taken back by the clerk: %v", err)
	}
	if err := s.TakeBack(ctx, archive.Actor{ID: boss.ID}, a.ID); err != nil {
		t.Error(err)
	}
	if err := s.TakeBack(ctx, archive.Actor{ID: boss.ID}, a.ID); archive.KindOf(err) != archive.NotFound {
		t.Errorf("taken back twice: %v", err)
	}
}
