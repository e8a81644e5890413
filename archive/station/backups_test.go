package station_test

import (
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/archive/vault"
)

// drives are the volumes that a computer has at a moment.
type drives struct {
	mu   sync.Mutex
	tops []string
}

func (d *drives) set(tops ...string) { d.mu.Lock(); defer d.mu.Unlock(); d.tops = tops }

func (d *drives) list() ([]vault.Volume, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []vault.Volume
	for _, top := range d.tops {
		list = append(list, vault.Volume{ID: "fsid:" + filepath.Base(top), Top: top})
	}
	return list, nil
}

// wall is a clock that people set.
type wall struct {
	mu sync.Mutex
	t  time.Time
}

func (w *wall) now() time.Time    { w.mu.Lock(); defer w.mu.Unlock(); return w.t }
func (w *wall) set(t time.Time)   { w.mu.Lock(); defer w.mu.Unlock(); w.t = t }
func may(day, hour int) time.Time { return time.Date(2026, 5, day, hour, 0, 0, 0, time.Local) }
func within(t *testing.T, what string, c <-chan string, want string) {
	t.Helper()
	late := time.After(60 * time.Second)
	for {
		select {
		case got := <-c:
			if got == want {
				return
			}
		case <-late:
			t.Fatalf("%s never came about", what)
		}
	}
}

// A window copies by itself: when a disk is connected, and at night; a person may have it rest.
func TestBackupsByThemselves(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	home, in := newHome(t), t.TempDir()
	disk, folder := filepath.Join(t.TempDir(), "disk"), t.TempDir()
	for _, dir := range []string{disk, folder} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.Create(filepath.Join(in, "a.png"))
	if err == nil {
		err = errors.Join(png.Encode(page, image.NewGray(image.Rect(0, 0, 200, 200))), page.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	computer, clock, steps := &drives{}, &wall{t: may(4, 12)}, make(chan string, 1000)
	s := open(t, home, station.Options{Desk: true, Now: clock.now, Volumes: computer.list, Step: func(name string) {
		select {
		case steps <- name:
		default:
		}
	}})
	defer shut(t, s)
	if _, err := s.Pipeline.Receive(ctx, actor, ingest.Delivery{Dir: in}, nil); err != nil {
		t.Fatal(err)
	}
	copies, err := s.Copies(ctx)
	if err != nil {
		t.Fatal(err)
	}
	set := archive.Target{Name: "轮换盘", Kind: archive.TargetDisks}
	if _, err := copies.AddTarget(ctx, actor, &set); err != nil {
		t.Fatal(err)
	}
	if err := copies.AddMedium(ctx, actor, set, disk, &archive.Carrier{}); err != nil {
		t.Fatal(err)
	}
	nas := archive.Target{Name: "网络盘", Kind: archive.TargetFolder, Address: folder}
	if _, err := copies.AddTarget(ctx, actor, &nas); err != nil {
		t.Fatal(err)
	}
	change := func(name string, change func(*offsite.Settings)) {
		t.Helper()
		if _, err := s.SetTarget(ctx, actor, name, change); err != nil {
			t.Fatal(err)
		}
	}
	state := func(name string) station.Backup {
		t.Helper()
		list, err := s.Backups(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			if b.Name == name {
				return b
			}
		}
		t.Fatal("no such target: " + name)
		return station.Backup{}
	}
	change("轮换盘", func(o *offsite.Settings) { o.OnConnect = true })
	change("网络盘", func(o *offsite.Settings) { o.Every, o.Hours, o.Paused = 1, "20:00-06:00", true })
	if b := state("轮换盘"); b.Files != 0 || b.Decision.Why != offsite.WhyAway {
		t.Errorf("the disk is not connected: %+v", b)
	}
	computer.set(disk)
	within(t, "a copy on the disk", steps, "state-written")
	until(t, "the end of the run", func() bool { return state("轮换盘").History.Done != 0 })
	if b := state("轮换盘"); b.Files != 1 || b.Through == 0 || b.Decision.Why != offsite.WhyNotYet {
		t.Errorf("after the disk was connected: %+v", b)
	}

	clock.set(may(4, 21))
	if b := state("网络盘"); b.Files != 0 || b.Decision.Why != offsite.WhyPaused {
		t.Errorf("it rests: %+v", b)
	}
	change("网络盘", func(o *offsite.Settings) { o.Paused = false })
	until(t, "a copy at night", func() bool { return state("网络盘").History.Done != 0 })
	if b := state("网络盘"); b.Files != 1 || !b.Decision.Next.Equal(may(5, 20)) {
		t.Errorf("after the night: %+v", b)
	}
}

// until waits for what comes about.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.After(60 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("%s never came about", what)
		}
	}
}
