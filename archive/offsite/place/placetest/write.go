package placetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

var ctx = context.Background

func writtenAndRead(t *testing.T, s Site) {
	p := open(t, s)
	want := map[string]string{
		"masters/J001/2020/J001-2020-0001.tif": strings.Repeat("tif", 100_000),
		"masters/J001/2020/J001-2020-0002.tif": "",
		"roots/7/第一批/档案 (1).jpg":               "照片",
		"top.txt":                              "x",
	}
	g := begin(t, p)
	for path, content := range want {
		put(t, g, path, content)
	}
	if got := files(t, p); len(got) != 0 {
		t.Errorf("before Settle: %v", got)
	}
	_, err := p.Stat(ctx(), "top.txt")
	wantKind(t, "before Settle", err, archive.NotFound)
	_, err = p.Open(ctx(), "top.txt")
	wantKind(t, "before Settle", err, archive.NotFound)
	settle(t, g)
	g.Abandon()
	for name, p := range map[string]place.Place{"same": p, "anew": open(t, s)} {
		if got := files(t, p); !maps.Equal(got, want) {
			t.Errorf("%s: %.300q", name, got)
		}
		for path, content := range want {
			e, err := p.Stat(ctx(), path)
			if err != nil || e != (place.Entry{Path: path, Bytes: int64(len(content))}) {
				t.Errorf("%s: %+v %v", name, e, err)
			}
		}
	}
	left, err := os.ReadDir(filepath.Join(s.Dir, place.Incoming))
	if err != nil || len(left) != 0 {
		t.Errorf("left in %s: %v %v", place.Incoming, left, err)
	}
	settle(t, begin(t, p)) // of nothing
}

func neverOverwritten(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "a/1", "first")
	put(t, g, "a/1", "twice in one group")
	put(t, g, "a/2", "other")
	results, err := g.Settle(ctx())
	if err != nil || len(results) != 3 || results[0] != nil || results[2] != nil {
		t.Fatalf("%v %v", results, err)
	}
	wantKind(t, "twice in a group", results[1], archive.Conflict)
	g = begin(t, p)
	put(t, g, "a/3", "new")
	put(t, g, "a/2", "first") // even the same length as another
	put(t, g, "a/1", "first") // even the same content
	results, err = g.Settle(ctx())
	if err != nil || len(results) != 3 || results[0] != nil {
		t.Fatalf("%v %v", results, err)
	}
	wantKind(t, "again", results[1], archive.Conflict)
	wantKind(t, "again", results[2], archive.Conflict)
	want := map[string]string{"a/1": "first", "a/2": "other", "a/3": "new"}
	if !s.Cases {
		g = begin(t, p)
		put(t, g, "A/3", "case")
		results, err := g.Settle(ctx())
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "another case", results[0], archive.Conflict)
	}
	if got := files(t, p); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func raceForName(t *testing.T, s Site) {
	a, b := open(t, s), open(t, s)
	for round := range 20 {
		path := fmt.Sprintf("r/%d", round)
		groups := []place.Group{begin(t, a), begin(t, a), begin(t, b)}
		if !s.Apart {
			groups = groups[:2]
		}
		won := make([]bool, len(groups))
		var fns []func()
		for i, g := range groups {
			put(t, g, path, fmt.Sprint(i))
			fns = append(fns, func() {
				results, err := g.Settle(ctx())
				if err != nil || results[0] != nil && archive.KindOf(results[0]) != archive.Conflict {
					t.Errorf("%v %v", results, err)
					return
				}
				won[i] = results[0] == nil
			})
		}
		together(fns...)
		winner := ""
		for i, w := range won {
			if w {
				winner += fmt.Sprint(i)
			}
		}
		if got := read(t, a, path); got != winner {
			t.Fatalf("%q stands, %q won", got, winner)
		}
	}
}

func inTheWay(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "file", "x")
	put(t, g, "folder/x", "x")
	settle(t, g)
	g = begin(t, p)
	put(t, g, "file/below", "y")
	put(t, g, "folder", "y")
	results, err := g.Settle(ctx())
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, "below a file", results[0], archive.Conflict)
	wantKind(t, "in place of a folder", results[1], archive.Conflict)
	_, err = p.Stat(ctx(), "folder")
	wantKind(t, "stat of a folder", err, archive.Conflict)
	_, err = p.Open(ctx(), "folder")
	wantKind(t, "open of a folder", err, archive.Conflict)
	wantKind(t, "replace a folder", p.Replace(ctx(), "folder", nil), archive.Conflict)
	wantKind(t, "lengthen a folder", p.Append(ctx(), "folder", 0, []byte("x")), archive.Conflict)
}

func badNames(t *testing.T, s Site) {
	p := open(t, s)
	names := []string{"x/" + strings.Repeat("n", 300)}
	if !s.Odd {
		names = append(names, "a:b.tif", "ends.", "ends /x", "CON", "lpt1.txt", "what?", "tab\tname")
	}
	for i, name := range names {
		g := begin(t, p)
		put(t, g, fmt.Sprint("good-", i), name)
		w, err := g.Create(ctx(), name)
		if err != nil { // known beforehand
			wantKind(t, name, err, archive.Invalid)
			settle(t, g)
			continue
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		results, err := g.Settle(ctx())
		if err != nil || len(results) != 2 || results[0] != nil {
			t.Fatalf("%.20s: %v %v", name, results, err)
		}
		wantKind(t, name, results[1], archive.Invalid)
	}
}

func notSettled(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "a", "a").Discard()
	put(t, g, "b", "b")
	w, err := g.Create(ctx(), "c")
	if err != nil {
		t.Fatal(err)
	}
	w.Discard()
	settle(t, g)
	_, err = g.Create(ctx(), "d")
	wantKind(t, "create after settle", err, archive.Invalid)
	_, err = g.Settle(ctx())
	wantKind(t, "settle twice", err, archive.Invalid)

	g = begin(t, p)
	put(t, g, "e", "e")
	if w, err = g.Create(ctx(), "f"); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "half")
	_, err = g.Settle(ctx())
	wantKind(t, "a file that was not closed", err, archive.Invalid)

	g = begin(t, p)
	put(t, g, "g", "g")
	g.Abandon()
	if got := files(t, p); !maps.Equal(got, map[string]string{"b": "b"}) {
		t.Errorf("%v", got)
	}
	if left, err := os.ReadDir(filepath.Join(s.Dir, place.Incoming)); err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

func pathTricks(t *testing.T, s Site) {
	p := open(t, s)
	if err := p.Replace(ctx(), "real", []byte("x")); err != nil {
		t.Fatal(err)
	}
	g := begin(t, p)
	defer g.Abandon()
	for _, path := range []string{
		"", ".", "..", "../x", "a/../../x", "/etc/x", "a//b", "a/", "a/./b", "a\x00b", `a\..\b`, "a\nb",
		place.Incoming, place.Incoming + "/x", strings.ToUpper(place.Incoming) + "/x",
	} {
		_, err := g.Create(ctx(), path)
		wantKind(t, "create "+path, err, archive.Invalid)
		wantKind(t, "replace "+path, p.Replace(ctx(), path, nil), archive.Invalid)
		wantKind(t, "append "+path, p.Append(ctx(), path, 0, nil), archive.Invalid)
		wantKind(t, "move to "+path, p.Move(ctx(), "real", path), archive.Invalid)
		wantKind(t, "move from "+path, p.Move(ctx(), path, "y"), archive.Invalid)
		if strings.ContainsAny(path, "\\\n") {
			continue // may be read
		}
		_, err = p.Stat(ctx(), path)
		wantKind(t, "stat "+path, err, archive.Invalid)
		_, err = p.Open(ctx(), path)
		wantKind(t, "open "+path, err, archive.Invalid)
		if path != "" {
			for _, err := range p.Walk(ctx(), path, "") {
				wantKind(t, "walk "+path, err, archive.Invalid)
			}
		}
	}
	if got := files(t, p); !maps.Equal(got, map[string]string{"real": "x"}) {
		t.Errorf("%v", got)
	}
}

func linksOut(t *testing.T, s Site) {
	if !s.Links {
		return
	}
	out := t.TempDir()
	must(t, os.WriteFile(filepath.Join(out, "secret"), []byte("outside"), 0o600))
	must(t, os.Symlink(out, filepath.Join(s.Dir, "out")))
	must(t, os.Symlink(filepath.Join(out, "secret"), filepath.Join(s.Dir, "link")))
	p := open(t, s)
	for _, path := range []string{"out/secret", "link"} {
		if _, err := p.Stat(ctx(), path); archive.KindOf(err) != archive.Invalid && archive.KindOf(err) != archive.Conflict {
			t.Errorf("stat %s: %v", path, err)
		}
		if r, err := p.Open(ctx(), path); err == nil {
			r.Close()
			t.Errorf("open %s went out", path)
		}
		if err := p.Append(ctx(), path, 7, []byte("more")); err == nil {
			t.Errorf("append to %s went out", path)
		}
		if err := p.Move(ctx(), path, "moved"); err == nil {
			t.Errorf("move of %s went out", path)
		}
	}
	if err := p.Replace(ctx(), "out/new", []byte("x")); err == nil {
		t.Error("replace went out")
	}
	g := begin(t, p)
	put(t, g, "out/new", "x")
	put(t, g, "link", "x")
	put(t, g, "in", "x")
	results, err := g.Settle(ctx())
	if err == nil && (results[0] == nil || results[1] == nil || results[2] != nil) {
		t.Errorf("%v", results)
	}
	inside, err := os.ReadDir(out)
	b, rerr := os.ReadFile(filepath.Join(out, "secret"))
	if len(inside) != 1 || string(b) != "outside" || errors.Join(err, rerr) != nil {
		t.Errorf("outside: %v %q %v %v", inside, b, err, rerr)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
