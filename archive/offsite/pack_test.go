package offsite_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// slowFirst is a place at which one file takes longer to begin than the next.
type slowFirst struct {
	place.Place
	slow string
}

func (s slowFirst) Begin(ctx context.Context) (place.Group, error) {
	g, err := s.Place.Begin(ctx)
	return &slowGroup{Group: g, slow: s.slow, begun: make(chan struct{})}, err
}

type slowGroup struct {
	place.Group
	slow  string
	once  sync.Once
	begun chan struct{}
}

func (g *slowGroup) Create(ctx context.Context, path string) (place.Writer, error) {
	if !strings.HasSuffix(path, g.slow) {
		defer g.once.Do(func() { close(g.begun) })
		return g.Group.Create(ctx, path)
	}
	select { // until another was begun, where others may be
	case <-g.begun:
	case <-time.After(time.Second):
	}
	return g.Group.Create(ctx, path)
}

// What came of a file is told of that file, in whatever order several were begun.
func TestAConflictIsThatOfItsFile(t *testing.T) {
	w := newWorld(t)
	list := paths("a", 2)
	w.receive(list...)
	target, dir := w.target("异地")
	w.opt.Open = func(_ context.Context, c offsite.Connected) (place.Place, error) {
		p, err := place.OpenFolder(c.At)
		return slowFirst{p, list[0]}, err
	}
	w.copier = offsite.New(w.opt)
	name := filepath.Join(dir, "masters", filepath.FromSlash(list[0]))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("of somebody else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := w.run(target); r.Copied != 2 || !r.Complete {
		t.Fatalf("%+v", r)
	}
	copies, err := w.cat.CopiesOf(ctx, target.ID, []archive.ID{w.file(list[0]).ID, w.file(list[1]).ID})
	if err != nil {
		t.Fatal(err)
	}
	if c := copies[w.file(list[0]).ID]; c.FileCopy.Path == list[0] {
		t.Errorf("the file of somebody else counts as a copy")
	}
	if c := copies[w.file(list[1]).ID]; c.FileCopy.Path != list[1] {
		t.Errorf("the other lies at %s", c.FileCopy.Path)
	}
	if n := w.sums(dir); n != 2 {
		t.Errorf("the list has %d files", n)
	}
}
