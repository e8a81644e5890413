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

// The suite misses no access call: with it taken out of the program, the suite fails for
// each output that shows records, and with the question for rights taken out, for each
// that takes any.
func TestEveryMissingAccessCallIsFound(t *testing.T) {
	world, err := canary.Make(context.Background(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	world.People = slices.DeleteFunc(world.People, func(p canary.Person) bool {
		return !slices.Contains([]string{"", "archivist", "worker", "reading-room", "one-fonds", "auditor"}, p.Name)
	})
	sound := &leaks{bin: buildProgram(t), world: world}
	sound.drive(t)
	tried, found := 0, 0
	try := func(what string, list []mutation, wanted func(output string) bool) {
		l := &leaks{bin: mutated(t, list), world: world}
		l.drive(t)
		for _, o := range outputs() {
			if o.Kind == "stderr" || o.Kind == "stdout" || !wanted(o.Name) {
				continue
			}
			if tried++; l.bad[o.Name] {
				found++
			} else {
				t.Errorf("%s: nobody missed %s", o.Name, what)
			}
		}
	}
	try("the sight", blind, func(o string) bool {
		// What is shown behind a write has passed the gate of the store too, and that alone hides it.
		return (sound.shown[o] || o == "import.catalogue") && !strings.HasSuffix(o, ".set")
	})
	try("the rights", rightless, func(o string) bool {
		list, ok := needs(strings.SplitN(o, ".", 2)[0])
		return ok && len(list) > 0 && !aside[o] && o != "import.mapping"
	})
	t.Logf("%d mutations, %d found", tried, found)
}
