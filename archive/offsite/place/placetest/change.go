package placetest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
)

func replaced(t *testing.T, s Site) {
	p := open(t, s)
	for _, content := range []string{"first", "", "second, longer", "3"} {
		must(t, p.Replace(ctx(), "a/state.json", []byte(content)))
		if got := read(t, p, "a/state.json"); got != content {
			t.Errorf("%q, want %q", got, content)
		}
	}
	g := begin(t, p)
	put(t, g, "copy", "x")
	settle(t, g)
	must(t, p.Replace(ctx(), "label", []byte("y")))
	if got := files(t, open(t, s)); !maps.Equal(got, map[string]string{"a/state.json": "3", "copy": "x", "label": "y"}) {
		t.Errorf("%v", got)
	}
}

// Whoever reads while a file is replaced reads one content or the other.
func replacedUnderReaders(t *testing.T, s Site) {
	if !s.Swaps {
		return
	}
	p, q := open(t, s), open(t, s)
	content := func(i int) string { return strings.Repeat(fmt.Sprint(i%10), 50_000+i) }
	must(t, p.Replace(ctx(), "state", []byte(content(0))))
	done := make(chan struct{})
	together(func() {
		defer close(done)
		for i := range 50 {
			if err := p.Replace(ctx(), "state", []byte(content(i))); err != nil {
				t.Error(err)
				return
			}
		}
	}, func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			got := read(t, q, "state")
			if i := len(got) - 50_000; i < 0 || got != content(i) {
				t.Errorf("a mixture of %d bytes", len(got))
				return
			}
		}
	})
}

func lengthened(t *testing.T, s Site) {
	p := open(t, s)
	must(t, p.Append(ctx(), "lists/m", 0, []byte("one\n")))
	must(t, p.Append(ctx(), "lists/m", 4, []byte("two\n")))
	must(t, p.Append(ctx(), "lists/m", 8, nil))
	wantKind(t, "behind the end", p.Append(ctx(), "lists/m", 9, []byte("x")), archive.Damaged)
	wantKind(t, "not there", p.Append(ctx(), "lists/none", 1, []byte("x")), archive.Damaged)
	wantKind(t, "negative", p.Append(ctx(), "lists/m", -1, []byte("x")), archive.Invalid)
	if got := read(t, p, "lists/m"); got != "one\ntwo\n" {
		t.Errorf("%q", got)
	}
	f, err := os.OpenFile(filepath.Join(s.Dir, "lists/m"), os.O_WRONLY|os.O_APPEND, 0)
	must(t, err)
	_, err = f.WriteString("torn, and much longer than what comes")
	must(t, err)
	must(t, f.Close())
	must(t, open(t, s).Append(ctx(), "lists/m", 8, []byte("three\n")))
	if got := read(t, p, "lists/m"); got != "one\ntwo\nthree\n" {
		t.Errorf("%q", got)
	}
	must(t, p.Append(ctx(), "lists/m", 0, []byte("anew\n")))
	if got := files(t, p); !maps.Equal(got, map[string]string{"lists/m": "anew\n"}) {
		t.Errorf("%v", got)
	}
}

func moved(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "a/1", "1")
	put(t, g, "a/2", "2")
	settle(t, g)
	must(t, p.Move(ctx(), "a/1", "b/c/1"))
	wantKind(t, "over another", p.Move(ctx(), "b/c/1", "a/2"), archive.Conflict)
	wantKind(t, "not there", p.Move(ctx(), "a/1", "x"), archive.NotFound)
	wantKind(t, "a folder", p.Move(ctx(), "b", "x"), archive.Conflict)
	wantKind(t, "below a file", p.Move(ctx(), "b/c/1", "a/2/x"), archive.Conflict)
	if got := files(t, open(t, s)); !maps.Equal(got, map[string]string{"b/c/1": "1", "a/2": "2"}) {
		t.Errorf("%v", got)
	}
}

// erased: what is erased is gone, and nothing else; folders and paths that lead out are refused.
func erased(t *testing.T, s Site) {
	p := open(t, s)
	g := begin(t, p)
	put(t, g, "masters/x/y/a.tif", "first")
	put(t, g, "masters/b.tif", "second")
	settle(t, g)
	must(t, p.Erase(ctx(), "masters/x/y/a.tif"))
	must(t, p.Erase(ctx(), "masters/x/y/a.tif"))
	if _, err := p.Stat(ctx(), "masters/x"); archive.KindOf(err) != archive.NotFound {
		t.Errorf("an empty folder: %v", err)
	}
	if got := files(t, p); len(got) != 1 || got["masters/b.tif"] != "second" {
		t.Errorf("left: %v", got)
	}
	wantKind(t, "a folder", p.Erase(ctx(), "masters"), archive.Conflict)
	wantKind(t, "a path that leads out", p.Erase(ctx(), "../x"), archive.Invalid)
}
