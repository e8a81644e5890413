package vault_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/vault"
)

func expecting(list []vault.Expected) iter.Seq2[vault.Expected, error] {
	return func(yield func(vault.Expected, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func expected(path, content string) vault.Expected {
	return vault.Expected{Path: path, Bytes: int64(len(content)), SHA256: sumOf(content)}
}

func paths(f []vault.Finding) (p []string) {
	for _, x := range f {
		p = append(p, x.Path)
	}
	return p
}

// damagedVault has one of each fault among names that sort oddly.
func damagedVault(t *testing.T) (home string, want []vault.Expected) {
	home = t.TempDir()
	for _, p := range []string{"a/1", "a-b", "a/b/2", "a.tif", "档/1", "档/2", "z", "extra/1", "a/0extra", "档/3"} {
		write(t, filepath.Join(home, "masters", p), p)
	}
	want = []vault.Expected{expected("a/1", "a/1"), expected("a-b", "a-b"), expected("a/b/2", "a/b/2"), expected("a.tif", "a.tif"),
		expected("档/1", "档/1"), expected("档/2", "档/2"), expected("z", "z"), expected("档/3", "档/3"),
		expected("gone/1", "x"), expected("a/1/below-a-file", "x"), expected(strings.Repeat("n", 300), "unreadable"),
		{Path: "link", Bytes: 1, SHA256: sumOf("z")}}
	write(t, filepath.Join(home, "masters/档/1"), "档\x001") // one bit
	write(t, filepath.Join(home, "masters/档/2"), "shorter")
	os.Symlink("z", filepath.Join(home, "masters/link"))
	for i := range want {
		switch want[i].Path {
		case "档/1":
			want[i].Bytes = 5
		case "档/3":
			want[i].SHA256, want[i].Unhashed = "", true
		}
	}
	slices.SortFunc(want, func(a, b vault.Expected) int { return strings.Compare(a.Path, b.Path) })
	return home, want
}

func TestVerifyFindsEveryFault(t *testing.T) {
	home, want := damagedVault(t)
	v := open(t, home, vault.Options{})
	var progress, found int
	rep, err := v.Verify(context.Background(), expecting(want), vault.VerifyOptions{
		Progress: func(p archive.Progress) { progress = max(progress, p.Done) },
		Found:    func(vault.Outcome, vault.Finding) { found++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Checked != 12 || rep.OK != 5 || rep.NotHashed != 1 || rep.Last != "档/3" || rep.Clean() || progress != 12 || found != 8 {
		t.Errorf("%+v, progress %d, found %d", rep, progress, found)
	}
	for name, lists := range map[string][2][]string{
		"missing":    {paths(rep.Missing), {"a/1/below-a-file", "gone/1"}},
		"changed":    {paths(rep.Changed), {"link", "档/1", "档/2"}},
		"unreadable": {paths(rep.Unreadable), {strings.Repeat("n", 300)}},
		"extra":      {paths(rep.Extra), {"a/0extra", "extra/1"}},
	} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s: %q, want %q", name, lists[0], lists[1])
		}
	}
}

func TestVerifyErrors(t *testing.T) {
	home, want := damagedVault(t)
	v := open(t, home, vault.Options{})
	ctx := context.Background()
	if _, err := v.Verify(ctx, expecting([]vault.Expected{want[3], want[1]}), vault.VerifyOptions{}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("disorder: %v", err)
	}
	broken := errors.New("the catalogue is gone")
	_, err := v.Verify(ctx, func(yield func(vault.Expected, error) bool) { yield(vault.Expected{}, broken) }, vault.VerifyOptions{})
	if !errors.Is(err, broken) {
		t.Errorf("catalogue's error: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(home, "masters")); err != nil {
		t.Fatal(err)
	}
	rep, err := v.Verify(ctx, expecting(want), vault.VerifyOptions{})
	if archive.KindOf(err) != archive.Unavailable || rep.Checked != 0 {
		t.Errorf("no masters: %v %+v", err, rep)
	}
}

// Stopped anywhere and resumed, the parts of the report add up to the whole.
func TestVerifyResumes(t *testing.T) {
	home, want := damagedVault(t)
	rnd := rand.New(rand.NewPCG(5, 6))
	for i := range 60 {
		name := fmt.Sprintf("m/%02d", i)
		write(t, filepath.Join(home, "masters", name), name)
		if rnd.IntN(3) > 0 {
			want = append(want, expected(name, name))
		}
	}
	slices.SortFunc(want, func(a, b vault.Expected) int { return strings.Compare(a.Path, b.Path) })
	v := open(t, home, vault.Options{})
	whole, err := v.Verify(context.Background(), expecting(want), vault.VerifyOptions{Readers: 3})
	if err != nil {
		t.Fatal(err)
	}
	for stopAt := 1; stopAt < len(want); stopAt += 3 {
		sum := vault.Report{}
		for round := 0; ; round++ {
			ctx, stop := context.WithCancel(context.Background())
			before := sum.Checked
			part, err := v.Verify(ctx, expecting(want), vault.VerifyOptions{After: sum.Last, Readers: 1 + round%3,
				Progress: func(p archive.Progress) {
					if p.Done >= stopAt {
						stop()
					}
				}})
			stop()
			sum.Checked += part.Checked
			sum.OK += part.OK
			sum.NotHashed += part.NotHashed
			sum.Missing = append(sum.Missing, part.Missing...)
			sum.Changed = append(sum.Changed, part.Changed...)
			sum.Unreadable = append(sum.Unreadable, part.Unreadable...)
			sum.Extra = append(sum.Extra, part.Extra...)
			sum.Last = part.Last
			if err == nil {
				break
			}
			if archive.KindOf(err) != archive.Stopped || sum.Checked == before {
				t.Fatalf("round %d: %v, %d checked", round, err, sum.Checked)
			}
		}
		if !reflect.DeepEqual(sum, whole) {
			t.Fatalf("stopped after every %d:\n%+v\nwhole:\n%+v", stopAt, sum, whole)
		}
	}
}
