package vault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/vault"
)

// shelf is what a catalogue would know of one root.
type shelf struct {
	root  vault.KnownRoot
	files []vault.KnownFile
}

func (s *shelf) KnownRoots(context.Context) ([]vault.KnownRoot, error) {
	return []vault.KnownRoot{s.root}, nil
}

func (s *shelf) KnownSample(context.Context, archive.ID) ([]vault.KnownFile, error) {
	return s.files, nil
}

func fill(t *testing.T, dir string, files []vault.KnownFile) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, make([]byte, f.Bytes), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARootIsRecognisedWhereverItIs(t *testing.T) {
	files := []vault.KnownFile{{Path: "a/1.jpg", Bytes: 3}, {Path: "a/2.jpg", Bytes: 4}, {Path: "b.jpg", Bytes: 5}}
	top := t.TempDir()
	at := func(name string) string { return filepath.Join(top, name) }
	s := &shelf{root: vault.KnownRoot{ID: 7, Label: "disk", Path: at("e/scans"), Volume: "v1", Within: "scans"}, files: files}
	var volumes []vault.Volume
	v, err := vault.Open(at("home/masters"), at("home/manifests"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := vault.NewOriginals(v, s, vault.RootOptions{Fresh: 1, Volumes: func() ([]vault.Volume, error) { return volumes, nil }})
	ctx := context.Background()
	where := func(want string) {
		t.Helper()
		dir, err := o.Look(ctx, 7)
		if dir != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, archive.ErrRootAbsent) {
			t.Errorf("it is at %q, %v; want %q", dir, err, want)
		}
		absent, err := o.Absent(ctx)
		if err != nil || (len(absent) == 1) != (want == "") {
			t.Errorf("absent: %v, %v", absent, err)
		}
	}
	where("")
	fill(t, at("e/scans"), files)
	where(at("e/scans"))
	if f, err := o.Open(ctx, archive.File{Root: 7, Path: "a/1.jpg"}); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	if _, err := o.Open(ctx, archive.File{Root: 7, Path: "a/9.jpg"}); archive.KindOf(err) != archive.NotFound || errors.Is(err, archive.ErrRootAbsent) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := o.Open(ctx, archive.File{Root: 7, Path: "../../etc/passwd"}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a path that leads out: %v", err)
	}
	if _, err := o.Dir(ctx, 8); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a root nobody knows: %v", err)
	}
	// Another disk under its letter is not the root; its volume under another is.
	if err := os.Rename(at("e"), at("f")); err != nil {
		t.Fatal(err)
	}
	fill(t, at("e/scans"), []vault.KnownFile{{Path: "a/1.jpg", Bytes: 3}, {Path: "a/2.jpg", Bytes: 40}})
	where("")
	volumes = []vault.Volume{{ID: "v2", Top: at("e")}, {ID: "v1", Top: at("f")}}
	where(at("f/scans"))
	if f, err := o.Open(ctx, archive.File{Root: 7, Path: "b.jpg"}); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	// A copy on a volume of another id is told by its files; so is a part of a volume.
	volumes = []vault.Volume{{ID: "v2", Top: at("e")}, {ID: "v3", Top: at("g")}}
	if err := os.Rename(at("f"), at("g")); err != nil {
		t.Fatal(err)
	}
	where(at("g/scans"))
	if err := os.Rename(at("g/scans"), at("part")); err != nil {
		t.Fatal(err)
	}
	volumes = []vault.Volume{{ID: "v1", Top: at("part"), Part: "scans"}}
	where(at("part"))
}

func TestAsRegistered(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	base := time.Date(2020, 1, 2, 3, 4, 6, 0, time.UTC)
	for _, c := range []struct {
		bytes int64
		apart time.Duration
		want  bool
	}{{3, 0, true}, {4, 0, false}, {3, time.Second, false}, {3, time.Millisecond, false}, {3, time.Hour, true},
		{3, -8 * time.Hour, true}, {3, 45 * time.Minute, true}, {3, 7 * time.Minute, false}, {3, 48 * time.Hour, false}} {
		if err := os.Chtimes(name, base, base.Add(c.apart)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := vault.AsRegistered(archive.File{Bytes: c.bytes, Modified: base.UnixMilli()}, info); got != c.want {
			t.Errorf("%d bytes, %v apart: %v", c.bytes, c.apart, got)
		}
	}
}

func TestVolumeOf(t *testing.T) {
	dir := t.TempDir()
	id, within := vault.VolumeOf(dir)
	if id == "" && within == "" {
		t.Fatal("the volume of a folder is not known")
	}
	list, err := vault.Volumes()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list { // the folder is found again by what was noted
		rest, ok := strings.CutPrefix("/"+within, "/"+strings.Trim(v.Part, "/"))
		if ok && v.ID == id && filepath.Join(v.Top, filepath.FromSlash(rest)) == dir {
			return
		}
	}
	t.Errorf("%s below %s leads to none of %v", within, id, list)
}
