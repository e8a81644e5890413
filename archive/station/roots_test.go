package station_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/archive/store"
)

func photographs(t *testing.T, dir string, names ...string) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 60)), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if err := os.WriteFile(filepath.Join(dir, n), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A guest has the owner adopt and hash; both see the root, and see it go.
func TestAGuestAdopts(t *testing.T) {
	dir := newHome(t)
	disk := filepath.Join(t.TempDir(), "disk")
	photographs(t, disk, "a.jpg", "b.jpg", "c.jpg")
	owner := open(t, dir, station.Options{})
	defer shut(t, owner)
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	if guest.Owner() {
		t.Fatal("two owners")
	}
	ctx, actor := context.Background(), archive.LocalActor()
	told := 0
	r, err := guest.Adopt(ctx, actor, ingest.Adoption{Dir: disk, Label: "照片"}, func(archive.Progress) { told++ })
	if err != nil || r.Registered != 3 || !r.RootAdded || told == 0 {
		t.Fatalf("adopted %+v, told %d times, %v", r, told, err)
	}
	var last ingest.HashStatus
	h, err := guest.Hash(ctx, r.Root, func(s ingest.HashStatus) { last = s })
	if err != nil || h.Files != 3 || last.Hashed != 3 {
		t.Errorf("hashed %+v, told %+v, %v", h, last, err)
	}
	for _, s := range []*station.Station{owner, guest} {
		roots, err := s.Roots(ctx)
		if err != nil || len(roots) != 1 || !roots[0].Present || roots[0].Files != 3 || roots[0].Hashed != 3 || roots[0].Label != "照片" {
			t.Errorf("roots %+v, %v", roots, err)
		}
	}
	f, err := owner.Catalogue.FileByPath(ctx, access.All(), r.Root, "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if o, err := guest.Original(ctx, access.All(), f.ID); err != nil || o.Absent || o.At != filepath.Join(disk, "a.jpg") {
		t.Errorf("the original is %+v, %v", o, err)
	}
	if err := os.Rename(disk, disk+"-away"); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*station.Station{owner, guest} { // they need not trust what they saw a moment ago
		if _, err := s.Originals.Look(ctx, r.Root); !errors.Is(err, archive.ErrRootAbsent) {
			t.Errorf("looking for what is away: %v", err)
		}
	}
	if o, err := guest.Original(ctx, access.All(), f.ID); err != nil || !o.Absent || o.At != "" || o.Root != "照片" {
		t.Errorf("the original is %+v, %v", o, err)
	}
	if _, err := owner.Originals.Open(ctx, f); !errors.Is(err, archive.ErrRootAbsent) {
		t.Errorf("opening what is away: %v", err)
	}
	v, err := owner.Verify(ctx, nil)
	if err != nil || len(v.Absent) != 1 || v.Absent[0].Files != 3 || v.Damaged() || v.Checked != 0 {
		t.Errorf("verified %+v, %v", v, err)
	}
	if _, err := owner.SetRoot(ctx, actor, r.Root, disk+"-away", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Originals.Look(ctx, r.Root); err != nil {
		t.Errorf("pointed to where it is: %v", err)
	}
}

func TestReadRule(t *testing.T) {
	for _, c := range []struct {
		fonds, years, retention string
		want                    store.OrderRule
	}{
		{"0001, 0002", "1950-1965", "永久、定期30年", store.OrderRule{Fonds: []string{"0001", "0002"}, From: 1950, To: 1965, Retention: []string{"永久", "定期30年"}}},
		{"", "1958", "", store.OrderRule{From: 1958, To: 1958}},
		{"", "1958-", "", store.OrderRule{From: 1958}},
		{"", "-1949", "", store.OrderRule{To: 1949}},
	} {
		r, err := station.ReadRule(c.fonds, c.years, c.retention)
		if err != nil || !equalRules(r, c.want) {
			t.Errorf("%v: %+v, %v", c, r, err)
		}
	}
	for _, years := range []string{"", "x", "1965-1950", "-", "19-x"} {
		if r, err := station.ReadRule("", years, ""); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%q: %+v, %v", years, r, err)
		}
	}
}

func equalRules(a, b store.OrderRule) bool {
	return slices.Equal(a.Fonds, b.Fonds) && slices.Equal(a.Retention, b.Retention) && a.From == b.From && a.To == b.To
}
