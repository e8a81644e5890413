package place_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

const (
	envKill   = "LANTAI_PLACE_KILL" // "step:name#2" kills at its second time
	envServer = "LANTAI_PLACE_SERVER"
)

// quickDir is a folder in memory where there is one: tests that end processes, not computers, need
// no disk to wait for.
func quickDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "place")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// openAs opens a folder, or the same folder through a server.
func openAs(server, dir string, opt place.Options) (place.Place, error) {
	if server == "" {
		return place.OpenFolder(dir, opt)
	}
	var s struct {
		Address     place.Address
		Credentials place.Credentials
	}
	if err := json.Unmarshal([]byte(server), &s); err != nil {
		return nil, err
	}
	s.Address.Path = dir
	return place.DialSFTP(context.Background(), s.Address, s.Credentials, opt)
}

func (s *sshd) describe(t testing.TB) string {
	b, err := json.Marshal(map[string]any{"Address": s.address(""), "Credentials": s.creds})
	must(t, err)
	return string(b)
}

// content of a copy is a function of its path, longer than one piece for some.
func content(path string) string { return strings.Repeat(path+"\n", 3_000*(1+len(path)%3)) }

var copies = [][]string{
	{"masters/J001/1/J001-1-0001.tif", "masters/J001/1/J001-1-0002.tif", "masters/J001/2/J001-2-0001.tif"},
	{"masters/J001/2/J001-2-0002.tif", "roots/3/档案.jpg"},
}

const listName = "manifest.txt"

func fullList() string {
	return strings.Join(slices.Concat(copies...), "\n") + "\n"
}

// scenarioChild does the whole work, or what is left of it: two groups, a list that grows, a
// state that is replaced, a file that moves.
func scenarioChild() int {
	step, times, _ := strings.Cut(os.Getenv(envKill), "#")
	left, _ := strconv.Atoi(times)
	opt := place.Options{Step: func(name string) {
		if name != step {
			return
		}
		if left--; left == 0 {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}}
	p, err := openAs(os.Getenv(envServer), os.Getenv(envDir), opt)
	if err == nil {
		err = errors.Join(scenario(p), p.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func scenario(p place.Place) error {
	ctx := context.Background()
	release, err := p.Lock(ctx, "scenario")
	if err != nil {
		return err
	}
	defer release()
	if err := p.Sweep(ctx); err != nil {
		return err
	}
	for i, paths := range copies {
		if err := copyGroup(ctx, p, paths); err != nil {
			return err
		}
		if err := lengthenList(ctx, p, strings.Join(paths, "\n")+"\n"); err != nil {
			return err
		}
		if err := p.Replace(ctx, "state.json", fmt.Appendf(nil, "%d", i)); err != nil {
			return err
		}
	}
	err = p.Move(ctx, "before/moved", "after/moved")
	if archive.KindOf(err) == archive.NotFound {
		return nil
	}
	return err
}

func copyGroup(ctx context.Context, p place.Place, paths []string) error {
	g, err := p.Begin(ctx)
	if err != nil {
		return err
	}
	defer g.Abandon()
	for _, path := range paths {
		if _, err := p.Stat(ctx, path); err == nil {
			continue
		}
		w, err := g.Create(ctx, path)
		if err == nil {
			_, err = io.WriteString(w, content(path))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return err
		}
	}
	results, err := g.Settle(ctx)
	return errors.Join(append(results, err)...)
}

// lengthenList adds lines unless they are there; what was torn off does not count.
func lengthenList(ctx context.Context, p place.Place, lines string) error {
	have := ""
	r, err := p.Open(ctx, listName)
	if err == nil {
		b, rerr := io.ReadAll(r)
		r.Close()
		have, err = string(b), rerr
	}
	if err != nil && archive.KindOf(err) != archive.NotFound {
		return err
	}
	want := fullList()
	at := strings.Index(want, lines)
	if strings.HasPrefix(have, want[:at]+lines) {
		return nil
	}
	return p.Append(ctx, listName, int64(at), []byte(lines))
}

func runScenario(t *testing.T, server, dir, kill string) (killed bool) {
	t.Helper()
	out, err := child("scenario", envServer+"="+server, envDir+"="+dir, envKill+"="+kill).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// tree maps every file below dir, without the lock, to its content.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock.json" {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		all[rel] = string(b)
		return err
	}))
	return all
}

func prepared(t testing.TB) string {
	dir := quickDir(t)
	must(t, os.Mkdir(filepath.Join(dir, "before"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "before/moved"), []byte("moved"), 0o444))
	must(t, os.WriteFile(filepath.Join(dir, listName), []byte("a list that was begun and never counted"), 0o644))
	return dir
}

// Killed at every named step, at its first and later times, and killed once more while going on, the
// work ends as if nothing had happened; at no moment does half a file stand under its name.
func TestKilledAtEveryStep(t *testing.T) {
	server := startSSHD(t).describe(t)
	for kind, server := range map[string]string{"folder": "", "SFTP": server} {
		clean := prepared(t)
		runScenario(t, server, clean, "")
		want := tree(t, clean)
		if len(want) != 8 || want[listName] != fullList() || want["state.json"] != "1" {
			t.Fatalf("%d files", len(want))
		}
		for _, step := range place.Steps() {
			for times := 1; times <= 2; times++ {
				kill := fmt.Sprintf("%s#%d", step, times)
				t.Run(kind+" "+kill, func(t *testing.T) {
					t.Parallel()
					dir := prepared(t)
					killed := runScenario(t, server, dir, kill)
					if !killed && times == 1 {
						t.Error("the step was never reached")
					}
					checkWhole(t, dir)
					if killed {
						runScenario(t, server, dir, kill) // may be killed again
						checkWhole(t, dir)
					}
					runScenario(t, server, dir, "")
					if got := tree(t, dir); !maps.Equal(got, want) {
						t.Errorf("%v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
					}
				})
			}
		}
	}
}

func checkWhole(t *testing.T, dir string) {
	t.Helper()
	got := tree(t, dir)
	for _, path := range slices.Concat(copies...) {
		if c, ok := got[path]; ok && c != content(path) {
			t.Errorf("half a file stands under %s", path)
		}
	}
	if s, ok := got["state.json"]; ok && s != "0" && s != "1" {
		t.Errorf("half a state: %q", s)
	}
	if got["before/moved"] != "moved" && got["after/moved"] != "moved" {
		t.Error("what moved is lost")
	}
}
