package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lantai/archive/home"
	"lantai/assets/sample"
)

// What the built program may take at most for an attack, whatever it is. Its data
// segment is limited: where it runs out, the program dies with a "fatal error".
const (
	mostTime   = time.Minute
	mostMemory = "800000" // KB, reserved stacks and arenas included
)

// lantaictl is the program, built once for all attacks.
var lantaictl = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lantaictl")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "lantaictl")
	out, err := exec.Command("go", "build", "-tags", "sqlite_fts5", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := lantaictl(); err == nil {
		_ = os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

// target is an archive that is attacked: two records, one of them with a scan, and a folder
// above it in which nothing else may appear.
type target struct {
	t    *testing.T
	dir  string // of everything
	home string
	bait string // a file outside of the archive that must stay as it is
}

const baited = "this file is none of the archive's"

// prepared is an archive that every attack gets a copy of.
var prepared = sync.OnceValues(func() (string, error) {
	bin, err := lantaictl()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(bin), "prepared")
	home, in := filepath.Join(dir, "home"), filepath.Join(dir, "in", letter)
	if err := os.MkdirAll(in, 0o755); err != nil {
		return "", err
	}
	f, err := fs.ReadFile(sample.Scans(), "flood-1.jpg")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(in, letter+"-0001.jpg"), f, 0o644); err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"init", "--name", "青禾区档案馆"}, {"fonds", "add", "0001", "青禾区人民政府"}, {"series", "add", "0001-WS", "文书档案", "--scheme", "item22"},
		{"item", "add", letter, "关于做好一九八五年防汛工作的通知", "--date", "19850418"},
		{"item", "add", "0001-WS·1985-Y-BGS-0002", "区长办公会议纪要"},
		{"ingest", filepath.Dir(in)},
	} {
		if out, err := exec.Command(bin, append(args, "--home", home)...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%q: %w: %s", args, err, out)
		}
	}
	return home, nil
})

func newTarget(t *testing.T) *target {
	t.Helper()
	from, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	a := &target{t: t, dir: dir, home: filepath.Join(dir, "deep", "down", "home"), bait: filepath.Join(dir, "bait.jpg")}
	if err := os.CopyFS(a.home, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	h, err := home.Open(a.home)
	if err == nil {
		err = h.AcceptMoved()
	}
	if err != nil {
		t.Fatal(err)
	}
	a.write(a.bait, []byte(baited))
	return a
}

func (a *target) write(path string, content []byte) {
	a.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// answer is what the program did.
type answer struct {
	code int
	out  string
	told string
	took time.Duration
}

// run runs the built program; whatever it is given, it ends in bounded time and memory, without
// a panic, and with an exit code that means something.
func (a *target) run(args ...string) answer {
	a.t.Helper()
	bin, err := lantaictl()
	if err != nil {
		a.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), mostTime)
	defer cancel()
	limited := []string{"-c", "ulimit -d " + mostMemory + ` && exec "$0" "$@"`, bin, args[0], "--home", a.home}
	cmd := exec.CommandContext(ctx, "sh", append(limited, args[1:]...)...)
	var out, told bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = a.dir, &out, &told
	cmd.Env = append(os.Environ(), "LANTAI_LANG=en", "TMPDIR="+a.t.TempDir())
	began := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		a.t.Fatal(err)
	}
	r := answer{cmd.ProcessState.ExitCode(), out.String(), told.String(), time.Since(began)}
	said := fmt.Sprintf("lantaictl %.200q: exit %d after %v\n%.2000s%.2000s", args, r.code, r.took.Round(time.Millisecond), r.out, r.told)
	if ctx.Err() != nil {
		a.t.Fatalf("does not end: %s", said)
	}
	for _, bad := range []string{"panic:", "goroutine ", "runtime error", "fatal error", "nil pointer"} {
		if strings.Contains(r.told+r.out, bad) {
			a.t.Errorf("%s: %s", bad, said)
		}
	}
	if r.code < exitDone || r.code > exitDamaged {
		a.t.Errorf("an exit code of no meaning: %s", said)
	}
	if r.code != exitDone && strings.TrimSpace(r.told+r.out) == "" {
		a.t.Errorf("without a word: %s", said)
	}
	return r
}

// within is run without starting the program, for attacks by the hundred.
func (a *target) within(args ...string) (code int) {
	a.t.Helper()
	var out, told bytes.Buffer
	code = run(context.Background(), append([]string{args[0], "--home", a.home}, args[1:]...), strings.NewReader(""), &out, &told)
	if code < exitDone || code > exitDamaged || code != exitDone && out.Len()+told.Len() == 0 {
		a.t.Errorf("lantaictl %.200q: exit %d: %.500s%.500s", args, code, out.String(), told.String())
	}
	return code
}

// wants runs the program and wants one of some exit codes.
func (a *target) wants(codes []int, args ...string) answer {
	a.t.Helper()
	r := a.run(args...)
	if !slices.Contains(codes, r.code) {
		a.t.Errorf("lantaictl %.200q: exit %d, want one of %v\n%.1000s%.1000s", args, r.code, codes, r.out, r.told)
	}
	return r
}

// json runs the program with --json and reads its answer.
func (a *target) json(codes []int, args ...string) map[string]any {
	a.t.Helper()
	r := a.wants(codes, append([]string{args[0], "--json"}, args[1:]...)...)
	got := map[string]any{}
	if err := json.Unmarshal([]byte(r.out), &got); err != nil {
		a.t.Errorf("lantaictl %.200q: %v in %.1000q", args, err, r.out)
	}
	return got
}

// unharmed wants everything outside of the archive to be as it was, the records to be there,
// and originals and log to be whole.
func (a *target) unharmed(also ...string) {
	a.t.Helper()
	if b, err := os.ReadFile(a.bait); err != nil || string(b) != baited {
		a.t.Errorf("the file outside was touched: %v %q", err, b)
	}
	_ = filepath.WalkDir(a.dir, func(path string, e fs.DirEntry, err error) error {
		if path == a.home {
			return fs.SkipDir
		}
		known := path == a.bait || e == nil || e.IsDir() || slices.ContainsFunc(also, func(s string) bool { return strings.HasPrefix(path, s) })
		if !known {
			a.t.Errorf("written outside of the archive: %s", path)
		}
		return err
	})
	a.wants([]int{exitDone}, "verify")
	a.wants([]int{exitDone}, "audit", "verify")
	if s := a.json([]int{exitDone}, "status"); s["items"] != 2.0 || s["fonds"] != 1.0 {
		a.t.Errorf("records are lost or added: %v", s)
	}
}
