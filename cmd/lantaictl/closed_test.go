package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/station"
	"lantai/archive/station/canary"
)

// reader is somebody of the reading room at the program, in an archive of their own.
func reader(t *testing.T) *asker {
	t.Helper()
	world, err := canary.Make(context.Background(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(world.People, func(p canary.Person) bool { return p.Name == string(access.ReadingRoom) })
	a := &asker{leaks: &leaks{bin: buildProgram(t), world: world}, person: world.People[i], home: world.Home, out: t.TempDir()}
	for _, d := range []string{"cwd", "tmp", "user"} {
		if err := os.Mkdir(filepath.Join(a.out, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// says runs the program and gives all that it says.
func (a *asker) says(t *testing.T, asJSON bool, args ...string) (code int, said string) {
	t.Helper()
	code, out, errs, err := a.run(args, asJSON)
	if err != nil {
		t.Fatal(err)
	}
	return code, string(out) + string(errs)
}

func (a *asker) record(name string) canary.Record {
	return a.world.Records[slices.IndexFunc(a.world.Records, func(r canary.Record) bool { return r.Name == name })]
}

// Who sees a closed record is told that its pages need an approval, and by whom; the refusal
// is in the log. Who does not see the record is told what is said of one that is not there.
func TestAClosedPageSaysSo(t *testing.T) {
	a := reader(t)
	closed, hidden, approved := a.record("closed"), a.record("internal"), a.record("approved")

	code, said := a.says(t, false, "text", closed.Pages[0].String())
	if code != exitNotAllowed || !strings.Contains(said, "未开放") || !strings.Contains(said, closed.Code) || !strings.Contains(said, "leader") {
		t.Errorf("text of a closed page: exit %d, %s", code, said)
	}
	code, said = a.says(t, true, "show", closed.Code)
	var shown struct {
		Pages  []any
		Closed struct {
			Pages           int
			Reason, Message string
			Ask             []string
		}
	}
	if err := json.Unmarshal([]byte(said), &shown); err != nil || code != exitDone {
		t.Fatalf("show of a closed record: exit %d, %v: %s", code, err, said)
	}
	if c := shown.Closed; len(shown.Pages) != 0 || c.Pages != 1 || c.Reason != string(access.NotOpened) || !slices.Equal(c.Ask, []string{"leader"}) || c.Message == "" {
		t.Errorf("show of a closed record: %s", said)
	}
	if _, said = a.says(t, false, "show", closed.Code); !strings.Contains(said, "原文 1 幅：") || !strings.Contains(said, "未开放") {
		t.Errorf("show in words: %s", said)
	}
	if code, said = a.says(t, false, "show", approved.Code); code != exitDone || strings.Contains(said, "未开放") {
		t.Errorf("show of what is approved: exit %d, %s", code, said)
	}

	absent := archive.ID(int64(hidden.Pages[0]) - 1).String()
	for _, asJSON := range []bool{false, true} {
		for _, two := range [][2][]string{
			{{"text", hidden.Pages[0].String()}, {"text", absent}},
			{{"show", hidden.Code}, {"show", "K001-WS·1985-Y-BGS-7777"}},
		} {
			code, said := a.says(t, asJSON, two[0]...)
			other, want := a.says(t, asJSON, two[1]...)
			if want = strings.ReplaceAll(want, two[1][1], two[0][1]); code != exitFailed || code != other || said != want {
				t.Errorf("%v: exit %d, %s\nof what is not there: exit %d, %s", two[0], code, said, other, want)
			}
		}
	}
	a.logged(t, closed.Pages[0])
}

// logged looks whether the log has one refusal, of a page.
func (a *asker) logged(t *testing.T, page archive.ID) {
	t.Helper()
	ctx := context.Background()
	h, err := home.Open(a.home)
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.OpenHome(ctx, h, station.Options{Light: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ops, err := s.Catalogue.Ops(ctx, 0, 100, archive.OpRefused)
	if err != nil || len(ops) != 1 || ops[0].Actor != a.person.ID {
		t.Fatalf("refusals in the log: %+v, %v", ops, err)
	}
	changes, err := s.Catalogue.Changes(ctx, access.All(), ops[0].ID)
	if err != nil || len(changes) != 1 || changes[0].ID != page || !strings.Contains(changes[0].After, "text") {
		t.Errorf("the refusal in the log: %+v, %v", changes, err)
	}
}
