package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"lantai/archive"
	"lantai/archive/vault"
)

func TestReceiveKeepsBytesAndSource(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	content := strings.Repeat("兰台\x00\xff", 500_000)
	src := write(t, filepath.Join(t.TempDir(), "扫描.tif"), content)
	long := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := os.Chtimes(src, long, long); err != nil {
		t.Fatal(err)
	}
	got, err := b.Receive(ctx, vault.Incoming{Source: src, Path: "J001/001/J001-001-002/J001-001-002-0001.tif"})
	if err != nil {
		t.Fatal(err)
	}
	want := vault.Stored{Path: "J001/001/J001-001-002/J001-001-002-0001.tif", Bytes: int64(len(content)), SHA256: sumOf(content)}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	f, err := v.Open(got.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stored, _ := io.ReadAll(f)
	if string(stored) != content {
		t.Error("the original differs from its source")
	}
	st, _ := f.Stat()
	if st.Mode().Perm() != 0o444 {
		t.Errorf("mode %v, want read-only", st.Mode())
	}
	if st, err := os.Stat(src); err != nil || !st.ModTime().Equal(long) || st.Size() != int64(len(content)) {
		t.Errorf("the source was touched: %v %v", st, err)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	noLeftovers(t, home)
	checkSums(t, home, "b1.sha256", "current.sha256")
}

func TestReceiveAgain(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	put(t, b, "a/1.tif", "one")
	for _, batch := range []string{"b1", "b2"} {
		again := put(t, begin(t, v, batch), "a/1.tif", "one")
		if !again.Already || again.SHA256 != sumOf("one") || again.Bytes != 3 {
			t.Errorf("%s: same content again: %+v", batch, again)
		}
	}
	for _, other := range []string{"two", "longer", ""} {
		_, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader(other), Path: "a/1.tif"})
		if archive.KindOf(err) != archive.Conflict || archive.ReasonOf(err) != archive.ReasonConflict {
			t.Errorf("other content %q: %v", other, err)
		}
	}
	if got := tree(t, filepath.Join(home, "masters")); len(got) != 1 || got["a/1.tif"] != "one" {
		t.Errorf("masters: %v", got)
	}
}

// A process that ended between naming a file and listing it leaves an original that
// no list has; receiving it again lists it.
func TestReceiveListsWhatNobodyListed(t *testing.T) {
	home := t.TempDir()
	v := open(t, home, vault.Options{})
	write(t, filepath.Join(home, "masters/a/1.tif"), "one")
	b := begin(t, v, "b1")
	if s := put(t, b, "a/1.tif", "one"); !s.Already {
		t.Errorf("%+v", s)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	b2 := begin(t, v, "b2") // now listed: not again
	put(t, b2, "a/1.tif", "one")
	if err := b2.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	lists := tree(t, filepath.Join(home, "manifests"))
	line := sumOf("one") + "  masters/a/1.tif\n"
	if lists["b1.sha256"] != line || lists["current.sha256"] != line || len(lists) != 2 {
		t.Errorf("lists: %q", lists)
	}
}

func TestReceiveRefuses(t *testing.T) {
	dir, home, ctx := t.TempDir(), t.TempDir(), context.Background()
	src := write(t, filepath.Join(dir, "a.tif"), strings.Repeat("x", 3<<20))
	var atWriting func()
	v := open(t, home, vault.Options{Step: func(name string) {
		if name == "receive:writing" && atWriting != nil {
			atWriting()
		}
	}})
	b := begin(t, v, "b1")
	stopped, stop := context.WithCancel(ctx)
	gone := write(t, filepath.Join(dir, "gone.tif"), "x")
	swapped := write(t, filepath.Join(dir, "swapped.tif"), "x")
	tests := []struct {
		name   string
		ctx    context.Context
		in     vault.Incoming
		during func()
		kind   archive.ErrorKind
		reason archive.Reason
	}{
		{"missing", ctx, vault.Incoming{Source: filepath.Join(dir, "no.tif"), Path: "x/1"}, nil, archive.Refused, archive.ReasonUnreadable},
		{"folder", ctx, vault.Incoming{Source: dir, Path: "x/1"}, nil, archive.Refused, archive.ReasonUnsupported},
		{"device", ctx, vault.Incoming{Source: os.DevNull, Path: "x/1"}, nil, archive.Refused, archive.ReasonUnsupported},
		{"grows", ctx, vault.Incoming{Source: src, Path: "x/1"}, func() {
			f, _ := os.OpenFile(src, os.O_WRONLY|os.O_APPEND, 0)
			f.WriteString("more")
			f.Close()
		}, archive.Refused, archive.ReasonChanging},
		{"rewritten", ctx, vault.Incoming{Source: src, Path: "x/1"}, func() {
			os.Chtimes(src, time.Time{}, time.Now().Add(time.Hour))
		}, archive.Refused, archive.ReasonChanging},
		{"removed", ctx, vault.Incoming{Source: gone, Path: "x/1"}, func() { os.Remove(gone) }, archive.Refused, archive.ReasonChanging},
		{"replaced", ctx, vault.Incoming{Source: swapped, Path: "x/1"}, func() {
			st, _ := os.Stat(swapped)
			write(t, swapped+".new", "y")
			os.Chtimes(swapped+".new", st.ModTime(), st.ModTime())
			os.Rename(swapped+".new", swapped)
		}, archive.Refused, archive.ReasonChanging},
		{"read error", ctx, vault.Incoming{Reader: io.MultiReader(strings.NewReader("x"), iotest.ErrReader(errors.New("bad sector"))), Path: "x/1"},
			nil, archive.Refused, archive.ReasonUnreadable},
		{"stopped", stopped, vault.Incoming{Source: src, Path: "x/1"}, stop, archive.Stopped, ""},
		{"not accepted", ctx, vault.Incoming{Source: src, Path: "x/1", Accept: func(vault.Stored) error {
			return archive.Errorf(archive.NotAllowed, "test", "", "no")
		}}, nil, archive.NotAllowed, ""},
		{"leads out", ctx, vault.Incoming{Source: src, Path: "../1"}, nil, archive.Invalid, ""},
		{"absolute", ctx, vault.Incoming{Source: src, Path: "/1"}, nil, archive.Invalid, ""},
		{"empty", ctx, vault.Incoming{Source: src, Path: ""}, nil, archive.Invalid, ""},
		{"device name", ctx, vault.Incoming{Source: src, Path: "a/con.tif"}, nil, archive.Invalid, ""},
		{"too long", ctx, vault.Incoming{Source: src, Path: strings.Repeat("档/", 100)}, nil, archive.Invalid, ""},
		{"called unfinished", ctx, vault.Incoming{Source: src, Path: "a/1.0123456789abcdef.part"}, nil, archive.Invalid, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			atWriting = tt.during
			_, err := b.Receive(tt.ctx, tt.in)
			if archive.KindOf(err) != tt.kind || archive.ReasonOf(err) != tt.reason {
				t.Errorf("got %v", err)
			}
			if got := tree(t, filepath.Join(home, "masters")); len(got) > 0 {
				t.Errorf("left behind: %v", got)
			}
		})
	}
	atWriting = nil
	put(t, b, "a", "a file")
	_, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader("x"), Path: "a/b/1.tif"})
	if archive.KindOf(err) != archive.Conflict {
		t.Errorf("a file where a folder is needed: %v", err)
	}
	_, err = b.Receive(ctx, vault.Incoming{Reader: strings.NewReader("x"), Path: "a/1.tif"})
	if archive.KindOf(err) != archive.Conflict {
		t.Errorf("a file where the folder is needed: %v", err)
	}
}

// Many goroutines, few paths, two contents: each path ends with one whole content, one caller
// stored it, the same content is "already", the other a conflict.
func TestReceiveAtOnce(t *testing.T) {
	home := t.TempDir()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	contents := []string{strings.Repeat("a", 2<<20), strings.Repeat("b", 2<<20)}
	var mu sync.Mutex
	fresh := map[string]int{}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			path := []string{"x/1.tif", "x/2.tif", "y/1.tif"}[i%3]
			s, err := b.Receive(context.Background(), vault.Incoming{Reader: strings.NewReader(contents[i/3%2]), Path: path})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && !s.Already:
				fresh[path]++
			case err != nil && archive.KindOf(err) != archive.Conflict:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, path := range []string{"x/1.tif", "x/2.tif", "y/1.tif"} {
		got, _ := os.ReadFile(filepath.Join(home, "masters", path))
		if fresh[path] != 1 || !bytes.Equal(got, []byte(contents[0])) && !bytes.Equal(got, []byte(contents[1])) {
			t.Errorf("%s stored %d times, %d bytes", path, fresh[path], len(got))
		}
	}
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	checkSums(t, home, "b1.sha256", "current.sha256")
	noLeftovers(t, home)
}

func TestBatchEnds(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	for _, id := range []string{"", "..", "a/b", "current", "con", strings.Repeat("x", 65)} {
		if _, err := v.Batch(id); archive.KindOf(err) != archive.Invalid {
			t.Errorf("batch %q: %v", id, err)
		}
	}
	b := begin(t, v, "b1")
	put(t, b, "1.tif", "one")
	for range 2 {
		if err := b.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader("x"), Path: "2"}); archive.KindOf(err) != archive.Conflict {
		t.Errorf("receive into a closed batch: %v", err)
	}
	if _, err := v.Batch("b1"); archive.KindOf(err) != archive.Conflict {
		t.Errorf("open a closed batch: %v", err)
	}
	if err := begin(t, v, "empty").Close(ctx); err != nil {
		t.Fatal(err)
	}
	if lists := tree(t, filepath.Join(home, "manifests")); len(lists) != 2 {
		t.Errorf("lists: %v", lists)
	}
}

func TestWantedNamesAreRecorded(t *testing.T) {
	home := t.TempDir()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	p := vault.Unfiled("b1", "a:b\t\n/1?.tif")
	if _, err := b.Receive(context.Background(), vault.Incoming{Reader: strings.NewReader("x"), Path: p.Path, Wanted: p.Wanted}); err != nil {
		t.Fatal(err)
	}
	want := "masters/" + p.Path + "\t" + `masters/_unfiled/b1/a:b\t\n/1?.tif` + "\n"
	if got := tree(t, filepath.Join(home, "manifests"))["names.tsv"]; got != want {
		t.Errorf("names.tsv: %q, want %q", got, want)
	}
}
