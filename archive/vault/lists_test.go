package vault

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
)

// Lines are those of the system's own sha256sum, odd names included, and are read back.
func TestLinesAreThoseOfSha256sum(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plain", "with blank", "汉字·1", `back\slash`, "line\nfeed", "carriage\rreturn", "\xff\xfe", " *star", `\n`} {
		full := filepath.Join(dir, "masters", name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sha256sum", "masters/"+name)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		_, sum, err := Hash(context.Background(), full)
		if err != nil {
			t.Fatal(err)
		}
		r := record{path: name, sum: sum}
		if got := formatLine("masters/", r); got != string(out) {
			t.Errorf("%q: %q, sha256sum writes %q", name, got, out)
		}
		if got, ok := parseLine("masters/", strings.TrimSuffix(string(out), "\n")); !ok || got != r {
			t.Errorf("%q read back: %+v", name, got)
		}
	}
	for _, bad := range []string{"", "x", strings.Repeat("0", 64), strings.Repeat("0", 64) + "  ", strings.Repeat("0", 64) + "  other/x",
		strings.Repeat("G", 64) + "  masters/x", strings.Repeat("0", 64) + "\t masters/x"} {
		if r, ok := parseLine("masters/", bad); ok {
			t.Errorf("%q is no line, read as %+v", bad, r)
		}
	}
}

// Runs in files and in memory give what a stable sort in memory gives.
func TestSorterEqualsStableSort(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 8, 9, 100, 1000} {
		dir := t.TempDir()
		s := newSorter(dir)
		s.size = 8
		var want []record
		for i := range n {
			r := record{path: fmt.Sprint("p", rnd.IntN(n)), sum: fmt.Sprint(i), to: strings.Repeat("x", rnd.IntN(300)), seq: uint64(i)}
			want = append(want, r)
			if err := s.add(r); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortStableFunc(want, func(a, b record) int { return strings.Compare(a.path, b.path) })
		for range 2 {
			var got []record
			for r, err := range s.sorted() {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d records: order differs", n)
			}
		}
		s.close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	}
}

func TestLookupFindsEveryLine(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 2, 3, 50, 800} {
		dir := t.TempDir()
		v, err := Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for range n {
			all[fmt.Sprintf("%s/%d", strings.Repeat("档", rnd.IntN(40)), rnd.IntN(1<<20))] = strings.Repeat("0", 54) + fmt.Sprintf("%010d", rnd.IntN(1e9))
		}
		paths := make([]string, 0, n)
		for p := range all {
			paths = append(paths, p)
		}
		slices.Sort(paths)
		var text strings.Builder
		for _, p := range paths {
			text.WriteString(formatLine(v.prefix, record{path: p, sum: all[p]}))
		}
		if err := os.WriteFile(v.list(currentList), []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			if sum, ok, err := v.lookup(p); err != nil || !ok || sum != all[p] {
				t.Fatalf("%d lines: %q: %q %v %v", n, p, sum, ok, err)
			}
			for _, no := range []string{p + "x", p[:len(p)-1] + "\x00"} {
				if _, ok, err := v.lookup(no); ok || err != nil {
					t.Fatalf("%d lines: found %q, %v", n, no, err)
				}
			}
		}
		for _, no := range []string{"", "\xff"} {
			if _, ok, err := v.lookup(no); ok || err != nil {
				t.Fatalf("%d lines: found %q, %v", n, no, err)
			}
		}
	}
}

// What a hand or a bad disk did to a list is told, not passed on; Rebuild mends current.sha256.
func TestDamagedListIsTold(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	v, err := Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := v.Batch("b1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Receive(ctx, Incoming{Reader: strings.NewReader("x"), Path: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(v.list(currentList))
	for _, bad := range []string{"garbage\n", strings.Repeat("x", 100_000) + "\n"} {
		os.WriteFile(v.list(currentList), []byte(bad), 0o644)
		b2, err := v.Batch("b2")
		if err != nil {
			t.Fatal(err)
		}
		if err := b2.enlist(record{path: "z", sum: strings.Repeat("0", 64)}); err != nil {
			t.Fatal(err)
		}
		if err := b2.Close(ctx); err == nil {
			t.Error("a damaged list was taken")
		}
		b2.list.f.Close()
		delete(v.batches, "b2")
		os.Remove(b2.openList())
		if err := v.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(v.list(currentList)); string(got) != string(good) {
			t.Errorf("rebuilt: %q", got)
		}
	}
	os.WriteFile(v.list(planName), []byte("garbage\n"), 0o644)
	if _, err := v.Recover(ctx, nil); archive.KindOf(err) != archive.Damaged {
		t.Errorf("damaged journal: %v", err)
	}
	entries, _ := os.ReadDir(v.manifests)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") {
			t.Errorf("left: %s", e.Name())
		}
	}
	if _, err := v.Open("../manifests/current.sha256"); archive.KindOf(err) != archive.Invalid {
		t.Errorf("open outside: %v", err)
	}
	if _, err := v.Open("no"); archive.KindOf(err) != archive.NotFound {
		t.Errorf("open nothing: %v", err)
	}
}
