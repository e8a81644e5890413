package search_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/search"
)

// numbered makes pages that say their number, all of them with one phrase.
func numbered(from, to int) archive.IndexBatch {
	var b archive.IndexBatch
	for i := from; i < to; i++ {
		b.Pages = append(b.Pages, archive.IndexPage{ID: archive.ID(i), Ordinal: i, Text: fmt.Sprintf("兰台第%d页环境保护", i)})
	}
	return b
}

func putAll(t *testing.T, x *search.Index, model *archiveOf, b archive.IndexBatch) {
	t.Helper()
	model.apply(b)
	if err := x.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, x *search.Index, query string) int {
	t.Helper()
	q, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(t.Context(), access.All(), q, search.Page{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

func rebuild(t *testing.T, x *search.Index, b archive.IndexBatch) {
	t.Helper()
	r, err := x.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := r.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// made makes an index of 300 pages and closes it.
func made(t *testing.T, dir string, model *archiveOf) {
	t.Helper()
	x, err := search.Open(dir, model, search.Options{ShardPages: 200})
	if err != nil {
		t.Fatal(err)
	}
	if !x.NeedsRebuild() {
		t.Error("a new index must say that it lacks what was there before")
	}
	b := numbered(1, 301)
	model.apply(b)
	rebuild(t, x, b)
	if x.NeedsRebuild() {
		t.Error("a rebuilt index needs none")
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestReopen(t *testing.T) {
	dir, model := t.TempDir()+"/index", newArchive()
	made(t, dir, model)
	x := open(t, dir, model, search.Options{ShardPages: 200})
	if x.NeedsRebuild() || count(t, x, "环境保护") != 300 {
		t.Errorf("needs rebuild %v, %d pages", x.NeedsRebuild(), count(t, x, "环境保护"))
	}
	if _, err := search.Open(dir, model, search.Options{}); archive.KindOf(err) != archive.Busy {
		t.Errorf("a second opening: %v, want busy", err)
	}
}

// one finds the only file, or the first, that fits the pattern.
func one(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v", pattern, err)
	}
	return names[0]
}

func TestDamage(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, gen string) error{
		"list of segments cut short": func(t *testing.T, gen string) error {
			return os.Truncate(one(t, gen+"/pages-0000/root.bolt"), 5000)
		},
		"list of segments cut in half": func(t *testing.T, gen string) error {
			return os.Truncate(one(t, gen+"/pages-0001/root.bolt"), 32768)
		},
		"list of segments empty": func(t *testing.T, gen string) error { return os.Truncate(one(t, gen+"/pages-0000/root.bolt"), 0) },
		"list of segments gone":  func(t *testing.T, gen string) error { return os.Remove(one(t, gen+"/pages-0000/root.bolt")) },
		"list of segments overwritten": func(t *testing.T, gen string) error {
			return os.WriteFile(one(t, gen+"/pages-0000/root.bolt"), make([]byte, 65536), 0o600)
		},
		"segment gone":      func(t *testing.T, gen string) error { return os.Remove(one(t, gen+"/pages-0000/*.zap")) },
		"segment empty":     func(t *testing.T, gen string) error { return os.Truncate(one(t, gen+"/pages-0000/*.zap"), 0) },
		"segment cut short": func(t *testing.T, gen string) error { return os.Truncate(one(t, gen+"/pages-0000/*.zap"), 3000) },
		"segment overwritten": func(t *testing.T, gen string) error {
			return os.WriteFile(one(t, gen+"/pages-0000/*.zap"), make([]byte, 9000), 0o600)
		},
		"shard gone": func(t *testing.T, gen string) error { return os.RemoveAll(gen + "/pages-0000") },
	} {
		t.Run(name, func(t *testing.T) {
			dir, model := t.TempDir()+"/index", newArchive()
			made(t, dir, model)
			if err := damage(t, one(t, dir+"/gen-*")); err != nil {
				t.Fatal(err)
			}
			var told error
			x := open(t, dir, model, search.Options{ShardPages: 200, OnError: func(err error) { told = err }})
			if !x.NeedsRebuild() || archive.KindOf(told) != archive.Damaged {
				t.Fatalf("needs rebuild %v, told %v", x.NeedsRebuild(), told)
			}
			one(t, dir+".damaged-*")
			if n := count(t, x, "环境保护"); n != 0 {
				t.Errorf("%d pages in an empty index", n)
			}
			rebuild(t, x, numbered(1, 301))
			if n := count(t, x, "环境保护"); x.NeedsRebuild() || n != 300 {
				t.Errorf("after the rebuild: needs %v, %d pages", x.NeedsRebuild(), n)
			}
		})
	}
}

// Damage that shows only while searching is an error, not a crash.
func TestDamageInsideSegment(t *testing.T) {
	dir, model := t.TempDir()+"/index", newArchive()
	made(t, dir, model)
	name := one(t, dir+"/gen-*/pages-0000/*.zap")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 100; i < len(b)-400; i += 7 {
		b[i] ^= 0x5A
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	x := open(t, dir, model, search.Options{ShardPages: 200, OnError: func(error) {}})
	for _, text := range []string{"环境保护", "页", "第17页", ""} {
		q, err := search.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = x.Search(t.Context(), access.All(), q, search.Page{Limit: 300})
		t.Logf("%q: %v", text, err)
	}
	if !x.NeedsRebuild() {
		t.Error("nobody noticed")
	}
	rebuild(t, x, numbered(1, 301))
	if n := count(t, x, "环境保护"); n != 300 {
		t.Errorf("after the rebuild: %d pages", n)
	}
}

func TestOtherVersion(t *testing.T) {
	dir, model := t.TempDir()+"/index", newArchive()
	made(t, dir, model)
	if err := os.WriteFile(dir+"/index.json", []byte(`{"version":99,"generation":2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	x := open(t, dir, model, search.Options{})
	if !x.NeedsRebuild() || count(t, x, "环境") != 0 {
		t.Error("an index of another version must not serve")
	}
	if gens, _ := filepath.Glob(dir + "/gen-*"); len(gens) != 1 {
		t.Errorf("left over: %v", gens)
	}
}

// While a rebuild runs, the old index serves, and what the feed puts then wins over
// what the rebuild read before.
func TestRebuildBesideFeed(t *testing.T) {
	dir, model := t.TempDir()+"/index", newArchive()
	made(t, dir, model)
	x := open(t, dir, model, search.Options{ShardPages: 200})
	r, err := x.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Begin(t.Context()); archive.KindOf(err) != archive.Busy {
		t.Errorf("a second rebuild: %v, want busy", err)
	}
	if n := count(t, x, "环境保护"); n != 300 {
		t.Errorf("the old index serves %d pages", n)
	}
	putAll(t, x, model, archive.IndexBatch{
		Pages:       []archive.IndexPage{{ID: 7, Text: "更正之后"}},
		RemovePages: []archive.ID{8},
	})
	if err := r.Put(t.Context(), numbered(1, 301)); err != nil {
		t.Fatal(err)
	}
	if err := r.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, b := count(t, x, "环境保护"), count(t, x, "更正之后"); a != 298 || b != 1 {
		t.Errorf("%d old pages and %d corrected, want 298 and 1", a, b)
	}
	if gens, _ := filepath.Glob(dir + "/gen-*"); len(gens) != 1 {
		t.Errorf("left over: %v", gens)
	}
	if err := r.Put(t.Context(), numbered(1, 2)); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("a put after the end: %v", err)
	}
}

func TestAbortRebuild(t *testing.T) {
	dir, model := t.TempDir()+"/index", newArchive()
	made(t, dir, model)
	x := open(t, dir, model, search.Options{ShardPages: 200})
	r, err := x.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Abort(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, x, "环境保护"); n != 300 {
		t.Errorf("%d pages", n)
	}
	if gens, _ := filepath.Glob(dir + "/gen-*"); len(gens) != 1 {
		t.Errorf("left over: %v", gens)
	}
}

// Searches and steps of the feed go on at once; each search sees whole pages.
func TestSearchWhilePutting(t *testing.T) {
	model := newArchive()
	x := open(t, t.TempDir()+"/index", model, search.Options{ShardPages: 150})
	b := numbered(1, 401)
	model.apply(b)
	var work sync.WaitGroup
	work.Go(func() {
		for from := 0; from < len(b.Pages); from += 25 {
			if err := x.Put(t.Context(), archive.IndexBatch{Pages: b.Pages[from : from+25]}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		work.Go(func() {
			last := 0
			for last < 400 && !t.Failed() {
				q, err := search.Parse("兰台 环境保护")
				if err != nil {
					t.Error(err)
				}
				r, err := x.Search(t.Context(), access.All(), q, search.Page{Limit: 20})
				if err != nil || r.Total < last || len(r.Hits) != min(20, r.Total) {
					t.Errorf("%d of %d hits after %d: %v", len(r.Hits), r.Total, last, err)
				}
				last = r.Total
			}
		})
	}
	work.Wait()
}

const crashDir = "LANTAI_SEARCH_CRASH_DIR"

// TestCrashChild is the process that TestKill kills.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("runs only as a child of TestKill")
	}
	x, err := search.Open(dir, newArchive(), search.Options{ShardPages: 100})
	if err != nil {
		t.Fatal(err)
	}
	for from := 1; ; from += 10 {
		if err := x.Put(t.Context(), numbered(from, from+10)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(os.Stderr, "put %d\n", from+9)
	}
}

// What Put has returned for is there after a kill.
func TestKill(t *testing.T) {
	for _, puts := range []int{1, 8, 25} {
		dir := t.TempDir() + "/index"
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
		cmd.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		last := killAfter(t, cmd, out, puts)
		model := newArchive()
		model.apply(numbered(1, last+11))
		x := open(t, dir, model, search.Options{ShardPages: 100})
		if n := count(t, x, "环境保护"); n < last {
			t.Errorf("killed after %d puts: %d pages, Put had returned for %d", puts, n, last)
		}
		putAll(t, x, model, numbered(1, last+11))
		if n := count(t, x, "环境保护"); n != last+10 {
			t.Errorf("put again: %d pages, want %d", n, last+10)
		}
	}
}

// killAfter kills the child after some puts and gives the last page it had put.
func killAfter(t *testing.T, cmd *exec.Cmd, out io.Reader, puts int) int {
	t.Helper()
	last := 0
	for lines, n := bufio.NewScanner(out), 0; lines.Scan(); {
		if s, ok := strings.CutPrefix(lines.Text(), "put "); ok {
			last, _ = strconv.Atoi(s)
			if n++; n == puts {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	_ = cmd.Wait()
	if last < 10*puts {
		t.Fatalf("the child put %d pages only", last)
	}
	return last
}
