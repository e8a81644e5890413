//go:build torture

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive/station/canary"
)

// mutation is a program from which an access call was taken.
type mutation struct{ file, was, is string }

var (
	// blind is the sight that every read takes; rightless is what a command takes.
	blind = []mutation{{"../../archive/station/session.go",
		"func (s *Station) Sight() access.Sight { return s.SightOf(context.Background(), s.Actor()) }",
		"func (s *Station) Sight() access.Sight { return access.All() }"},
		{"export.go", "Sight: who.SightFor(access.Export)", "Sight: func() access.Sight { _ = who; return access.All() }()"},
		{"../../archive/station/session.go", "func (s *Station) AllowPage(ctx context.Context, do access.Action, page archive.Page) error {",
			"func (s *Station) AllowPage(ctx context.Context, do access.Action, page archive.Page) error {\n\tif do != \"\" {\n\t\treturn nil\n\t}"},
		{"../../archive/station/owner.go", "return s.Index.Search(ctx, sight, q, p)", "return s.Index.Search(ctx, access.All(), q, p)"}}
	rightless = []mutation{{"signin.go", `return s.Allow(ctx, "lantaictl "+c.name, list...)`, "return nil"},
		{"signin.go", "return archive.WrapAs(archive.NotAllowed, doing, \"\", &access.Refusal{Action: list[0], Because: access.NotSignedIn})", "return nil"}}
)

// mutated builds the program with changed files laid over its own.
func mutated(t *testing.T, list []mutation) string {
	t.Helper()
	dir := t.TempDir()
	text := map[string]string{}
	over := map[string]map[string]string{"Replace": {}}
	for i, m := range list {
		path, err := filepath.Abs(m.file)
		if err != nil {
			t.Fatal(err)
		}
		if text[path] == "" {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text[path] = string(b)
		}
		if strings.Count(text[path], m.was) != 1 {
			t.Fatalf("%s has no %q, or several", m.file, m.was)
		}
		text[path] = strings.Replace(text[path], m.was, m.is, 1)
		over["Replace"][path] = filepath.Join(dir, string(rune('a'+i))+".go")
	}
	for path, to := range over["Replace"] {
		if err := os.WriteFile(to, []byte(text[path]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := json.Marshal(over)
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return buildProgram(t, "-overlay", overlay)
}

// among makes an archive with a few of its people.
func among(t *testing.T, names ...string) *canary.Archive {
	t.Helper()
	world, err := canary.Make(context.Background(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	world.People = slices.DeleteFunc(world.People, func(p canary.Person) bool { return !slices.Contains(names, p.Name) })
	return world
}

// The suite misses no sight: with it taken out of the program, the suite fails for each
// output that shows records.
func TestEveryMissingSightIsFound(t *testing.T) {
	world := among(t, "archivist", "worker", "reading-room", "one-fonds")
	sound := &leaks{bin: buildProgram(t), world: world}
	sound.drive(t)
	blinded := &leaks{bin: mutated(t, blind), world: world}
	blinded.drive(t)
	tried, found := 0, 0
	for _, o := range outputs() {
		// What is shown behind a write has passed the gate of the store too, and that alone hides it.
		if o.Kind == "stderr" || o.Kind == "stdout" || !sound.shown[o.Name] && o.Name != "import.catalogue" || strings.HasSuffix(o.Name, ".set") {
			continue
		}
		if tried++; blinded.bad[o.Name] {
			found++
		} else {
			t.Errorf("%s: nobody missed the sight", o.Name)
		}
	}
	t.Logf("%d mutations, %d found", tried, found)
}

// With the question for rights taken out, the suite fails for each command that takes any,
// but for those whose write is refused by the gate of the store as well.
func TestEveryMissingRightIsFound(t *testing.T) {
	l := &leaks{bin: mutated(t, rightless), world: among(t, "reading-room", "auditor", ""), some: true}
	l.drive(t)
	tried, found, twice := 0, 0, 0
	for _, o := range outputs() {
		list, _ := needs(strings.SplitN(o.Name, ".", 2)[0])
		if o.Kind != "json" || len(list) == 0 || aside[o.Name] {
			continue
		}
		switch tried++; {
		case l.bad[o.Name]:
			found++
		case l.denied[o.Name]:
			twice++
		default:
			t.Errorf("%s: nobody missed the rights", o.Name)
		}
	}
	t.Logf("%d mutations, %d found, %d refused by the store's gate all the same", tried, found, twice)
}

// With the question for approvals taken out or widened, the suite finds that what is approved
// is not found, or that what is not is.
func TestEveryMissingApprovalIsFound(t *testing.T) {
	world := among(t, "reading-room", "second-reader")
	sound := &leaks{bin: buildProgram(t), world: world, some: true}
	if sound.drive(t); len(sound.found) > 0 {
		t.Errorf("the sound program: %v", sound.found)
	}
	const match, approval = "../../search/match.go", "../../archive/store/approval.go"
	for name, m := range map[string]mutation{
		"search asks for no approval":        {match, "if len(p.approved.holders) > 0 {", "if p == nil {"},
		"search takes one approval for all":  {match, "approved.And(closed)", "approved.Or(closed)"},
		"search passes over the row":         {match, "if slices.Contains(rows, c) {", "if true || slices.Contains(rows, c) {"},
		"an approval that ended holds":       {approval, "(b.until = 0 OR b.until > $1)", "(b.until = 0 OR b.until < $1)"},
		"an approval of somebody else holds": {approval, "b.person >= $2 AND b.person <= $3", "(b.person >= $2 OR b.person <= $3)"},
		"pages ask for no approval":          {"../../archive/access/sight.go", "if len(s.approved) > 0 {", "if len(s.approved) < 0 {"},
	} {
		l := &leaks{bin: mutated(t, []mutation{m}), world: world, some: true}
		if l.drive(t); len(l.found) == 0 {
			t.Errorf("%s: nobody noticed", name)
		} else {
			t.Logf("%s: %d found, such as: %s", name, len(l.found), l.found[0])
		}
	}
}
