package placetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

func walkedInOrder(t *testing.T, s Site) {
	paths := []string{
		"a!", "a!/x", "a", "a/b", "a-b", "a/b/c", "a.b", "a0", "b/1", "b/10", "b/2", "档/案", "档", "é", "z/" + strings.Repeat("n", 200),
	}
	for i := range 30 {
		paths = append(paths, fmt.Sprintf("many/%d/x", i), fmt.Sprintf("many/%d-/x", i))
	}
	var want []string
	for _, p := range paths {
		full := filepath.Join(s.Dir, p)
		// A name serves as file or as folder, not both.
		if os.MkdirAll(filepath.Dir(full), 0o755) == nil && os.WriteFile(full, []byte(p), 0o644) == nil {
			want = append(want, p)
		}
	}
	must(t, os.MkdirAll(filepath.Join(s.Dir, place.Incoming), 0o755))
	must(t, os.WriteFile(filepath.Join(s.Dir, place.Incoming, "x"), nil, 0o644))
	slices.Sort(want)
	p := open(t, s)
	walk := func(dir, after string) (got []string) {
		for e, err := range p.Walk(ctx(), dir, after) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Bytes != int64(len(e.Path)) || e.Odd {
				t.Errorf("%+v", e)
			}
			got = append(got, e.Path)
		}
		return got
	}
	if got := walk("", ""); !slices.Equal(got, want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
	for _, after := range append(slices.Clone(want), "a/", "b/1\xff", "many/5", "zz", "0") {
		i, found := slices.BinarySearch(want, after)
		if found {
			i++
		}
		if got := walk("", after); !slices.Equal(got, want[i:]) {
			t.Errorf("after %q: %q", after, got)
		}
	}
	below := slices.DeleteFunc(slices.Clone(want), func(p string) bool { return !strings.HasPrefix(p, "many/") })
	if got := walk("many", ""); !slices.Equal(got, below) {
		t.Errorf("%q", got)
	}
	if got := walk("many", "many/7/x"); len(got) == 0 || got[0] != "many/8-/x" {
		t.Errorf("%q", got)
	}
	if got := walk("no/such", ""); len(got) != 0 {
		t.Errorf("%q", got)
	}
	for range p.Walk(ctx(), "", "") {
		break // leaves nothing behind
	}
}

func oddThings(t *testing.T, s Site) {
	if !s.Links {
		return
	}
	must(t, os.Mkdir(filepath.Join(s.Dir, "d"), 0o755))
	must(t, os.WriteFile(filepath.Join(s.Dir, "d/file"), []byte("x"), 0o644))
	must(t, os.WriteFile(filepath.Join(s.Dir, "d/back\\slash"), []byte("x"), 0o644))
	must(t, os.Symlink("file", filepath.Join(s.Dir, "d/link")))
	must(t, os.Symlink("d", filepath.Join(s.Dir, "folderlink")))
	must(t, makePipe(filepath.Join(s.Dir, "d/pipe")))
	p := open(t, s)
	got := map[string]bool{}
	for e, err := range p.Walk(ctx(), "", "") {
		must(t, err)
		got[e.Path] = e.Odd
	}
	want := map[string]bool{"d/file": false, "d/back\\slash": false, "d/link": true, "d/pipe": true, "folderlink": true}
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, path := range []string{"d/link", "d/pipe", "folderlink"} {
		_, err := p.Stat(ctx(), path)
		wantKind(t, "stat "+path, err, archive.Conflict)
		_, err = p.Open(ctx(), path)
		wantKind(t, "open "+path, err, archive.Conflict)
	}
	if got := read(t, p, "d/back\\slash"); got != "x" {
		t.Errorf("%q", got)
	}
}

func stopped(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "big", strings.Repeat("x", 3<<20))
	settle(t, g)
	stop, cancel := context.WithCancel(ctx())
	r, err := p.Open(stop, "big")
	must(t, err)
	defer r.Close()
	_, err = io.ReadFull(r, make([]byte, 10))
	must(t, err)
	g = begin(t, p)
	w, err := g.Create(stop, "new")
	must(t, err)
	_, err = io.WriteString(w, "begun")
	must(t, err)
	cancel()
	_, err = io.Copy(io.Discard, r)
	wantKind(t, "read on", err, archive.Stopped)
	for range 100 { // it may have been on its way
		if _, err = w.Write(make([]byte, 1<<16)); err != nil {
			break
		}
	}
	wantKind(t, "write on", errors.Join(err, w.Close()), archive.Stopped)
	w.Discard()
	_, err = g.Settle(stop)
	wantKind(t, "settle", err, archive.Stopped)
	_, err = p.Begin(stop)
	wantKind(t, "begin", err, archive.Stopped)
	_, err = p.Stat(stop, "big")
	wantKind(t, "stat", err, archive.Stopped)
	wantKind(t, "replace", p.Replace(stop, "x", nil), archive.Stopped)
	wantKind(t, "append", p.Append(stop, "x", 0, nil), archive.Stopped)
	wantKind(t, "move", p.Move(stop, "big", "x"), archive.Stopped)
	for _, err := range p.Walk(stop, "", "") {
		wantKind(t, "walk", err, archive.Stopped)
	}
	if got := files(t, p); len(got) != 1 || len(got["big"]) != 3<<20 {
		t.Errorf("%d files", len(got))
	}
}

func large(t *testing.T, s Site) {
	p := open(t, s)
	rnd := rand.New(rand.NewPCG(1, 2))
	seed := [32]byte{}
	source, sent, got := rand.NewChaCha8(seed), sha256.New(), sha256.New()
	g := begin(t, p)
	w, err := g.Create(ctx(), "large")
	must(t, err)
	total := int64(0)
	for total < 48<<20 {
		b := make([]byte, rnd.IntN(3<<20))
		source.Read(b)
		sent.Write(b)
		n, err := w.Write(b)
		if err != nil || n != len(b) {
			t.Fatalf("%d %v", n, err)
		}
		clear(b) // a writer keeps nothing of what it was given
		total += int64(n)
	}
	must(t, w.Close())
	settle(t, g)
	r, err := p.Open(ctx(), "large")
	must(t, err)
	n, err := io.Copy(got, r)
	if err != nil || n != total || string(got.Sum(nil)) != string(sent.Sum(nil)) {
		t.Errorf("%d of %d bytes, %v", n, total, err)
	}
	must(t, r.Close())
	const at = 5 << 30 // more than 32 bits count
	f, err := os.Create(filepath.Join(s.Dir, "huge"))
	must(t, err)
	err = f.Truncate(at + 3)
	f.Close()
	if err != nil || !s.Cases {
		os.Remove(f.Name())
		return // a small image of a disk has no room for it
	}
	must(t, p.Append(ctx(), "huge", at, []byte("tail")))
	if e, err := p.Stat(ctx(), "huge"); err != nil || e.Bytes != at+4 {
		t.Errorf("%+v %v", e, err)
	}
	must(t, os.Remove(f.Name()))
}

func space(t *testing.T, s Site) {
	free, total, err := open(t, s).Space(ctx())
	if err != nil || free > total || free == 0 || total == 0 {
		t.Errorf("%d of %d, %v", free, total, err)
	}
}

func closed(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "a", "a")
	w, err := g.Create(ctx(), "b")
	must(t, err)
	must(t, p.Close())
	if _, err := w.Write([]byte("x")); err == nil {
		w.Close()
	}
	if _, err := g.Settle(ctx()); err == nil {
		t.Error("settled although the place was closed")
	}
	if _, err := p.Stat(ctx(), "a"); err == nil {
		t.Error("looked although the place was closed")
	}
	p.Close()
	if got := files(t, open(t, s)); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// anyHistory compares random work with a map.
func anyHistory(t *testing.T, s Site) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	p := open(t, s)
	model := map[string]string{}
	name := func() string { return fmt.Sprintf("%c/%d", 'a'+rnd.IntN(3), rnd.IntN(6)) }
	text := func() string { return strings.Repeat(string(rune('a'+rnd.IntN(26))), rnd.IntN(5000)) }
	for step := range 120 {
		switch n := name(); rnd.IntN(5) {
		case 0:
			g := begin(t, p)
			var names, texts []string
			for range rnd.IntN(5) {
				names, texts = append(names, name()), append(texts, text())
				put(t, g, names[len(names)-1], texts[len(texts)-1])
			}
			results, err := g.Settle(ctx())
			must(t, err)
			for i, n := range names {
				if _, stands := model[n]; stands != (results[i] != nil) {
					t.Fatalf("step %d: %s: %v", step, n, results[i])
				} else if !stands {
					model[n] = texts[i]
				}
			}
		case 1:
			model[n] = text()
			must(t, p.Replace(ctx(), n, []byte(model[n])))
		case 2:
			at, more := rnd.IntN(len(model[n])+1), text()
			must(t, p.Append(ctx(), n, int64(at), []byte(more)))
			model[n] = model[n][:at] + more
		case 3:
			to := name()
			err := p.Move(ctx(), n, to)
			_, from := model[n]
			_, taken := model[to]
			switch {
			case !from:
				wantKind(t, "move", err, archive.NotFound)
			case taken:
				wantKind(t, "move", err, archive.Conflict)
			default:
				must(t, err)
				model[to] = model[n]
				delete(model, n)
			}
		case 4:
			if got := files(t, p); !maps.Equal(got, model) {
				t.Fatalf("step %d differs", step)
			}
		}
	}
	if got := files(t, open(t, s)); !maps.Equal(got, model) {
		t.Errorf("%d files, want %d", len(got), len(model))
	}
}
