package station_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/outside"
	"lantai/archive/station"
)

// The home, each storage root and the folder of temporary files are asked for; a root that is
// away is not.
func TestDisks(t *testing.T) {
	ctx := context.Background()
	h, err := home.Init(filepath.Join(t.TempDir(), "home"), "青禾区档案馆", home.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[string]bool{}
	s, err := station.OpenHome(ctx, h, station.Options{Light: true, Protection: func(_ context.Context, folder string) outside.Protection {
		mu.Lock()
		defer mu.Unlock()
		asked[folder] = true
		return outside.Protection{State: outside.Encrypted, By: "LUKS2"}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	here, away := filepath.Join(t.TempDir(), "一号盘"), filepath.Join(t.TempDir(), "二号盘")
	for _, dir := range []string{here, away} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddRoot(ctx, archive.LocalActor(), dir, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(away); err != nil {
		t.Fatal(err)
	}
	list, err := s.Disks(ctx)
	if err != nil || len(list) != 4 {
		t.Fatalf("%v, %+v", err, list)
	}
	for i, want := range []station.DiskOf{station.DiskOfHome, station.DiskOfRoot, station.DiskOfRoot, station.DiskOfTemporary} {
		d := list[i]
		gone := d.Label == "二号盘"
		if d.Of != want || asked[d.Path] == gone || (d.Protection.State == outside.Encrypted) == gone || gone && d.Protection.Reason != outside.Absent {
			t.Errorf("%+v", d)
		}
	}
}
