package station_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/search"
)

// staffed is an archive with its first administrator and an archivist.
func staffed(t *testing.T, now func() time.Time) (s *station.Station, admin, li archive.Person) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	if _, err := home.Init(dir, "青禾", home.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := station.Open(ctx, dir, station.Options{Light: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if !s.Sight().Everything() || !s.May(ctx, access.Destroy) {
		t.Error("without accounts something is hidden")
	}
	if _, err := s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "李", Roles: "archivist"}, Password: "correct horse"}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a first account that administers nothing: %v", err)
	}
	if admin, err = s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "王"}, Password: "battery staple"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(ctx, "王", "battery staple"); err != nil {
		t.Fatal(err)
	}
	if li, err = s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "李", Roles: "archivist", Clearance: int(access.Internal)}, Password: "correct horse"}); err != nil {
		t.Fatal(err)
	}
	return s, admin, li
}

func TestSigningIn(t *testing.T) {
	ctx := context.Background()
	var ms atomic.Int64
	ms.Store(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).UnixMilli())
	s, admin, li := staffed(t, func() time.Time { return time.UnixMilli(ms.Add(1)) })
	if s.Actor().ID != admin.ID || s.Sight().Everything() || s.May(ctx, access.SeeRow) || !s.May(ctx, access.People) {
		t.Errorf("the administrator: %+v", s.Actor())
	}
	add := func(code string) error {
		_, _, err := s.AddFonds(ctx, s.Actor(), code, station.Values{"title": "县政府"})
		return err
	}
	if err := add("0001"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("an administrator describes: %v", err)
	}
	if err := s.SignOut(ctx); err != nil {
		t.Fatal(err)
	}
	if err := add("0001"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("nobody describes: %v", err)
	}
	if f, err := s.Catalogue.Fonds(ctx, s.Sight()); err != nil || len(f) != 0 {
		t.Errorf("nobody sees %v, %v", f, err)
	}
	if err := s.SignIn(ctx, " 李 ", "correct horse"); err != nil {
		t.Fatal(err)
	}
	if err := add("0001"); err != nil {
		t.Errorf("an archivist describes: %v", err)
	}
	if _, err := s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "赵", Roles: "leader"}, Password: "12345678"}); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("an archivist adds an account: %v", err)
	}
	if err := s.SetPassword(ctx, s.Actor(), admin.ID, "12345678"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("an archivist sets the administrator's password: %v", err)
	}
	if err := s.SetPassword(ctx, s.Actor(), li.ID, "my new password"); err != nil {
		t.Errorf("one's own password: %v", err)
	}
	if err := s.SignIn(ctx, "李", "my new password"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	// Rights change while somebody works.
	li = must(s.Catalogue.Person(ctx, li.ID))(t)
	li.Locked = 1
	if _, err := s.Catalogue.Do(ctx, archive.Actor{}, archive.OpPersonEdit, func(tx *store.Tx) error { return tx.ChangePerson(&li) }); err != nil {
		t.Fatal(err)
	}
	ms.Add(time.Second.Milliseconds()) // by then rights are read again
	if s.Sight().Everything() || len(s.Sight().Classes()) > 0 {
		t.Error("a locked account goes on seeing")
	}
	if err := s.SignIn(ctx, "李", "my new password"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("a locked account: %v", err)
	}
}

func must[V any](v V, err error) func(t *testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestGuessingPasswords(t *testing.T) {
	ctx := context.Background()
	var ms atomic.Int64
	ms.Store(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).UnixMilli())
	s, _, _ := staffed(t, func() time.Time { return time.UnixMilli(ms.Add(1)) })
	because := func(err error) access.Reason {
		if r, ok := errors.AsType[*access.Refusal](err); ok {
			return r.Because
		}
		return ""
	}
	if err := s.SignIn(ctx, "没有这个人", "correct horse"); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("an unknown name: %v", err)
	}
	for range 5 {
		if err := s.SignIn(ctx, "李", "wrong password"); archive.KindOf(err) != archive.NotAllowed || because(err) != "" {
			t.Fatalf("a wrong password: %v", err)
		}
	}
	if err := s.SignIn(ctx, "李", "correct horse"); because(err) != access.Rests {
		t.Errorf("the right password after five wrong ones: %v", err)
	}
	ms.Add((15 * time.Minute).Milliseconds())
	if err := s.SignIn(ctx, "李", "correct horse"); err != nil {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	counts := map[archive.OpKind]int{}
	for _, o := range must(s.Catalogue.Ops(ctx, 0, 100))(t) {
		counts[o.Kind]++
	}
	if counts[archive.OpLoginRefused] != 7 || counts[archive.OpLogin] != 2 {
		t.Errorf("the log has %v", counts)
	}
	for _, bad := range []string{"", "short", string(make([]rune, 201))} {
		if _, err := s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "赵", Roles: "leader"}, Password: bad}); archive.KindOf(err) != archive.Invalid {
			t.Errorf("a password of %d characters: %v", len([]rune(bad)), err)
		}
	}
}

func TestSomebodyCanAlwaysAdminister(t *testing.T) {
	ctx := context.Background()
	s, admin, _ := staffed(t, nil)
	for _, edit := range []func(*archive.Person){
		func(p *archive.Person) { p.Locked = 1 },
		func(p *archive.Person) { p.Roles = "system" },
		func(p *archive.Person) { p.Roles = "archivist" },
	} {
		p := admin
		edit(&p)
		if err := s.ChangePerson(ctx, s.Actor(), p); archive.KindOf(err) != archive.NotAllowed {
			t.Errorf("the last administrator becomes %+v: %v", p, err)
		}
	}
	second := must(s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "孙", Roles: "security"}, Password: "battery staple"}))(t)
	admin.Roles = "system"
	if err := s.ChangePerson(ctx, s.Actor(), admin); err != nil {
		t.Errorf("with another one there: %v", err)
	}
	if err := s.ChangePerson(ctx, archive.Actor{ID: second.ID}, admin); err != nil {
		t.Errorf("the other one: %v", err)
	}
	if _, err := s.Catalogue.Do(ctx, archive.Actor{}, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set(station.StrictSetting, "1") }); err != nil {
		t.Fatal(err)
	}
	admin.Roles = "system,security"
	if err := s.ChangePerson(ctx, archive.Actor{ID: second.ID}, admin); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("both roles where they are kept apart: %v", err)
	}
}

// Two processes have one home open: the guest's person counts, not the owner's.
func TestTheOwnerAnswersWithTheGuestsRights(t *testing.T) {
	ctx := context.Background()
	s, _, _ := staffed(t, nil)
	dir := s.Home.Dir()
	owner, err := station.Open(ctx, dir, station.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	guest, err := station.Open(ctx, dir, station.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	if guest.Owner() || !owner.Owner() {
		t.Fatal("the wrong process is the owner")
	}
	if err := owner.SignIn(ctx, "李", "correct horse"); err != nil {
		t.Fatal(err)
	}
	if _, err := guest.Retry(ctx, guest.Actor(), []archive.ID{5}); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("a guest who has not signed in: %v", err)
	}
	if err := guest.SignIn(ctx, "李", "correct horse"); err != nil {
		t.Fatal(err)
	}
	if _, err := guest.Retry(ctx, guest.Actor(), []archive.ID{5}); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a guest who has: %v", err)
	}
}

// A record that was closed is counted by the index until it has read it again; meanwhile
// who may not see everything gets no totals.
func TestNoTotalsWhileTheIndexIsBehind(t *testing.T) {
	ctx := context.Background()
	s := open(t, newHome(t), station.Options{})
	defer shut(t, s)
	register(t, s)
	item, _, err := s.AddRecord(ctx, s.Actor(), station.NewRecord{Code: "0001-WS·1985-Y-BGS-0001", Values: station.Values{"title": "关于防汛的通知", "opening": "开放"}})
	if err != nil {
		t.Fatal(err)
	}
	sight := access.Only(access.ClassOf(access.Open, 0))
	find := func() search.Result {
		return must(s.Index.Search(ctx, sight, must(search.Parse("防汛"))(t), search.Page{Limit: 5}))(t)
	}
	if r := must(s.Search(ctx, sight, "防汛", search.Page{Limit: 5}))(t); r.ItemTotal != 1 || r.Withheld {
		t.Fatalf("%+v", r)
	}
	if _, _, err := s.SaveRecord(ctx, s.Actor(), item.Common().ID, 1, station.Values{"opening": "控制"}, nil); err != nil {
		t.Fatal(err)
	}
	if waiting := must(s.Catalogue.EditsWaiting(ctx))(t); !waiting {
		t.Error("nothing waits for the index")
	}
	s.Index.Tightening(must(s.Catalogue.EditsWaiting(ctx))(t))
	if r := find(); !r.Withheld || r.ItemTotal != 0 || len(r.Items) != 0 {
		t.Errorf("while the index is behind: %+v", r)
	}
	if r := must(s.Search(ctx, sight, "防汛", search.Page{Limit: 5}))(t); r.Withheld || r.ItemTotal != 0 {
		t.Errorf("after it has caught up: %+v", r)
	}
}
