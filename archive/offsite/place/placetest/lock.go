package placetest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

func locked(t *testing.T, s Site) {
	a, b := open(t, s), open(t, s)
	release, err := a.Lock(ctx(), "异地备份 A")
	must(t, err)
	for range 2 {
		_, err = b.Lock(ctx(), "B")
		wantKind(t, "held by another", err, archive.Busy)
		var held *place.Held
		if !errors.As(err, &held) || held.Who != "异地备份 A" || held.PID != os.Getpid() || time.Since(held.Since) > time.Minute {
			t.Errorf("%v", err)
		}
	}
	_, err = a.Lock(ctx(), "A again")
	wantKind(t, "held by itself", err, archive.Busy)
	must(t, a.Replace(ctx(), "x", nil))
	release()
	release()
	release, err = b.Lock(ctx(), "B")
	must(t, err)
	must(t, b.Close()) // lets go of it
	release()
	release, err = a.Lock(ctx(), "A")
	must(t, err)
	release()

	// Two at once: one has it.
	won := make([]bool, 2)
	together(func() { _, err := a.Lock(ctx(), "A"); won[0] = err == nil },
		func() { _, err := b2(t, s).Lock(ctx(), "B"); won[1] = err == nil })
	if won[0] == won[1] {
		t.Errorf("%v", won)
	}
}

func b2(t *testing.T, s Site) place.Place { return open(t, s) }

func swept(t *testing.T, s Site) {
	p := open(t, s)
	release, err := p.Lock(ctx(), "sweeper")
	must(t, err)
	defer release()
	in := filepath.Join(s.Dir, place.Incoming)
	must(t, os.WriteFile(filepath.Join(in, "0123456789abcdef.part"), []byte("left"), 0o444))
	must(t, os.WriteFile(filepath.Join(s.Dir, "0123456789abcdef.part"), []byte("somebody's"), 0o644))
	g := begin(t, p)
	put(t, g, "mine", strings.Repeat("m", 1000))
	must(t, p.Sweep(ctx()))
	settle(t, g)
	if got := read(t, p, "mine"); len(got) != 1000 {
		t.Errorf("%d bytes", len(got))
	}
	left, err := os.ReadDir(in)
	if err != nil || len(left) != 1 { // the lock
		t.Errorf("%v %v", left, err)
	}
	if got := files(t, p); len(got) != 2 {
		t.Errorf("%v", got)
	}
	_, err = open(t, s).Lock(ctx(), "other")
	wantKind(t, "still held", err, archive.Busy)
}
