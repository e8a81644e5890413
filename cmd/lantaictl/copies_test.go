package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/station"
	"lantai/archive/station/canary"
)

// What lies elsewhere has nothing that is in quarantine; and an archive that comes back from
// there shows everybody what the first one does, and nothing else.
func TestCopiesAreOfWhatMayLeave(t *testing.T) {
	world, err := canary.Make(context.Background(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	copies, again := filepath.Join(t.TempDir(), "copies"), filepath.Join(t.TempDir(), "again")
	if err := os.Mkdir(copies, 0o755); err != nil {
		t.Fatal(err)
	}
	l := &leaks{bin: buildProgram(t), world: world}
	ask := l.atDesk(t, string(access.Archivist))
	ask(exitDone, "target", "add", "异地", copies)
	ask(exitRefused, "backup", "run", "异地") // some of its files were never there
	ask(exitDone, "verify", "--target", "异地")
	aside := 0
	for path := range quarantinedPaths(t, world.Home) {
		aside++
		if _, err := os.Lstat(filepath.Join(copies, "masters", path)); err == nil {
			t.Errorf("%s is in quarantine, and was copied", path)
		}
	}
	if aside == 0 {
		t.Error("nothing is in quarantine")
	}
	restored := *world
	restored.Home = again
	l.world = &restored
	l.atDesk(t, "")(exitRefused, "restore", "--from", copies)
	l = &leaks{bin: l.bin, world: &restored, some: true}
	l.drive(t)
	for _, f := range l.found {
		t.Error(f)
	}
	if len(l.shown) == 0 {
		t.Error("nobody was shown anything")
	}
}

// In a classified archive nobody copies whose clearance does not reach its class.
func TestCopiesOfAClassifiedArchive(t *testing.T) {
	world, err := canary.Make(context.Background(), t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	copies := t.TempDir()
	l := &leaks{bin: buildProgram(t), world: world}
	for _, p := range world.People {
		if p.Who.Roles == nil {
			continue
		}
		l.atDesk(t, p.Name)(exitNotAllowed, "target", "add", "异地", copies)
	}
	if list, err := os.ReadDir(copies); err != nil || len(list) > 0 {
		t.Errorf("%d files were written, %v", len(list), err)
	}
}

// atDesk gives what runs the program as somebody, and wants an exit code.
func (l *leaks) atDesk(t *testing.T, name string) func(want int, args ...string) {
	t.Helper()
	a := &asker{leaks: l, dir: t.TempDir(), home: l.world.Home, out: t.TempDir()}
	for _, p := range l.world.People {
		if p.Name == name {
			a.person = p
		}
	}
	for _, dir := range []string{"cwd", "tmp", "user"} {
		if err := os.MkdirAll(filepath.Join(a.out, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if h, err := home.Open(a.home); err == nil {
		if _, moved := h.Relocated(); moved {
			if err := h.AcceptMoved(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return func(want int, args ...string) {
		t.Helper()
		code, out, errs, err := a.run(args, true)
		if err != nil || code != want {
			t.Fatalf("%v: exit %d, %v\n%s%s", args, code, err, out, errs)
		}
	}
}

// quarantinedPaths are the paths of originals that are put aside.
func quarantinedPaths(t *testing.T, dir string) map[string]bool {
	t.Helper()
	s, err := station.Open(context.Background(), dir, station.Options{Light: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found := map[string]bool{}
	for f, err := range s.Catalogue.AllFiles(context.Background(), access.All()) {
		if err != nil {
			t.Fatal(err)
		}
		if f.State == archive.FileQuarantined {
			found[f.Path] = true
		}
	}
	return found
}
