package station_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// A guest asks, another agrees: the owner of the index purges, and tells how far it is.
func TestGuestsPurge(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	dir := newHome(t)
	owner := open(t, dir, station.Options{Drafts: t.TempDir()})
	defer shut(t, owner)
	register(t, owner)
	const code, other = "0001-WS·1985-Y-BGS-0001", "0001-WS·1985-Y-BGS-0002"
	page := hold(t, owner, code, 0)
	hold(t, owner, other, 0)
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	if guest.Owner() {
		t.Fatal("two owners")
	}
	plan, err := guest.PlanPurge(ctx, access.All(), []string{"０００１－WS・1985-Y-BGS-0001"})
	if err != nil || plan.Records != 1 || plan.Pages != 1 || plan.Files != 1 {
		t.Fatal(plan, err)
	}
	p, err := guest.AskPurge(ctx, actor, plan, "not for this archive")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := guest.FindPurge(ctx, access.All(), code); err != nil || found.ID != p.ID {
		t.Errorf("%+v, %v", found, err)
	}
	if again, err := guest.PlanOf(ctx, access.All(), p.ID); err != nil || again.Bytes != plan.Bytes {
		t.Errorf("%+v, %v", again, err)
	}
	_, err = guest.AgreePurge(ctx, actor, p.ID, nil)
	if archive.KindOf(err) != archive.NotAllowed || archive.ReasonOf(err) != archive.ReasonSamePerson {
		t.Errorf("alone: %v", err)
	}
	last := archive.Progress{}
	done, err := guest.AgreePurge(ctx, archive.Actor{ID: 2}, p.ID, func(at archive.Progress) { last = at })
	if err != nil || done.State != archive.PurgeDone || done.Second != 2 || last.Done == 0 || last.Done != last.Total {
		t.Errorf("%+v, %v, %+v", done, err, last)
	}
	if _, err := guest.Catalogue.Page(ctx, access.All(), page); archive.KindOf(err) != archive.NotFound {
		t.Errorf("the page: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "masters", "*", "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("originals: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "manifests", "b0001.sha256")); !os.IsNotExist(err) {
		t.Errorf("the list of the one original: %v", err)
	}
	if _, err := guest.FindPurge(ctx, access.All(), code); archive.KindOf(err) != archive.NotFound {
		t.Errorf("asked for still: %v", err)
	}
	if _, err := guest.ClearMedium(ctx, actor, 1, ""); archive.KindOf(err) != archive.NotFound {
		t.Errorf("no medium: %v", err)
	}
}
