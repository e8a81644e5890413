// Package placetest is what every place must hold to: one suite of tests, run against each
// kind of place on what it is really made of.
package placetest

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// Site is a place of its own for one test, empty at first.
type Site struct {
	// Open opens the place; each call gives another Place onto the same files.
	Open func(place.Options) (place.Place, error)

	// Dir is where its files lie on this computer: tests put things there behind its back.
	Dir string

	Links bool // files can be symbolic links and pipes
	Cases bool // names that differ in case only are different
	Odd   bool // names may have any character
	Swaps bool // a rename replaces a file in one step
	Apart bool // two programs cannot take one name, even without the lock
}

// Run runs the suite, with a new site for each test.
func Run(t *testing.T, newSite func(*testing.T) Site) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Site)
	}{
		{"written, settled, read", writtenAndRead},
		{"never overwritten", neverOverwritten},
		{"two at once for one name", raceForName},
		{"a folder or file in the way", inTheWay},
		{"names the place cannot have", badNames},
		{"what was not settled", notSettled},
		{"paths that lead elsewhere", pathTricks},
		{"links out", linksOut},
		{"replaced", replaced},
		{"replaced under readers", replacedUnderReaders},
		{"lengthened", lengthened},
		{"moved", moved},
		{"erased", erased},
		{"walked in order", walkedInOrder},
		{"odd things", oddThings},
		{"stopped", stopped},
		{"large", large},
		{"locked", locked},
		{"swept", swept},
		{"space", space},
		{"closed", closed},
		{"any history", anyHistory},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, newSite(t))
		})
	}
}

func open(t testing.TB, s Site) place.Place {
	t.Helper()
	p, err := s.Open(place.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func begin(t testing.TB, p place.Place) place.Group {
	t.Helper()
	g, err := p.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// put writes a file of a group that must be taken.
func put(t testing.TB, g place.Group, path, content string) place.Writer {
	t.Helper()
	w, err := g.Create(context.Background(), path)
	if err == nil {
		_, err = io.Copy(w, onlyReader{strings.NewReader(content)})
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return w
}

// onlyReader hides all that a reader can do besides.
type onlyReader struct{ io.Reader }

// settle ends a group that must be taken whole.
func settle(t testing.TB, g place.Group) {
	t.Helper()
	results, err := g.Settle(context.Background())
	if err = errors.Join(append(results, err)...); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, p place.Place, path string) string {
	t.Helper()
	r, err := p.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files reads all of a place.
func files(t testing.TB, p place.Place) map[string]string {
	t.Helper()
	all := map[string]string{}
	for e, err := range p.Walk(context.Background(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		all[e.Path] = read(t, p, e.Path)
	}
	return all
}

func wantKind(t testing.TB, what string, err error, kind archive.ErrorKind) {
	t.Helper()
	if archive.KindOf(err) != kind {
		t.Errorf("%s: %v, want the kind %s", what, err, kind)
	}
}

// together runs functions at the same time.
func together(fns ...func()) {
	var wg sync.WaitGroup
	for _, fn := range fns {
		wg.Go(fn)
	}
	wg.Wait()
}
