package app

import (
	"context"
	"testing"

	"lantai/archive/station"
	"lantai/archive/station/canary"
)

type kept map[string]string

func (k kept) StringWithFallback(key, fallback string) string {
	if v, ok := k[key]; ok {
		return v
	}
	return fallback
}

func (k kept) SetString(key, value string) { k[key] = value }

// What one person typed is not there for the next; the window's own is.
func TestEachPersonHasAMemory(t *testing.T) {
	ctx := context.Background()
	world, err := canary.Make(ctx, t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.Open(ctx, world.Home, station.Options{Light: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &Program{Station: s, Folder: t.TempDir()}
	p.Memory = personal{kept{}, p}
	folders := map[string]bool{}
	for _, name := range []string{"archivist", "reading-room"} {
		if err := s.SignIn(ctx, name, canary.Password); err != nil {
			t.Fatal(err)
		}
		if got := p.Memory.StringWithFallback("entry.used.author", "-"); got != "-" {
			t.Errorf("%s is offered %q", name, got)
		}
		p.Memory.SetString("entry.used.author", name)
		if got := p.Memory.StringWithFallback("entry.used.author", "-"); got != name {
			t.Errorf("%s finds %q", name, got)
		}
		p.Memory.SetString(prefLanguage, "en")
		folders[p.draftsFolder()] = true
		if err := s.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.Memory.StringWithFallback(prefLanguage, ""); got != "en" {
		t.Errorf("the language is %q", got)
	}
	if len(folders) != 2 {
		t.Errorf("drafts lie in %v", folders)
	}
}
