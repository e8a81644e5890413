package vault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"lantai/archive"
	"lantai/archive/vault"
)

// The scenario that is killed: two batches, a filing, some of it linked, some not.
// rows.json stands in for the catalogue: where each original lies, committed whole.
const (
	envHome = "LANTAI_VAULT_HOME"
	envKill = "LANTAI_VAULT_KILL" // "step:name#2" kills at its second time
)

// content of a source is a function of its name, longer than one block for some.
func content(name string) string {
	return strings.Repeat(name+"\n", 40_000*(1+len(name)%3))
}

var sources = []string{"a/1.tif", "a/2.tif", "b/001.jpg", "b/档案.png", "b/c/3.tif"}

// scenarioChild does the whole work or what is left of it, as the program does at start.
func scenarioChild() int {
	home := os.Getenv(envHome)
	step, times, _ := strings.Cut(os.Getenv(envKill), "#")
	left, _ := strconv.Atoi(times)
	v, err := vault.Open(filepath.Join(home, "masters"), filepath.Join(home, "manifests"), vault.Options{Step: func(name string) {
		if name != step {
			return
		}
		if left--; left == 0 {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err == nil {
		err = scenario(v, home)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func scenario(v *vault.Vault, home string) error {
	ctx := context.Background()
	rows := map[string]string{} // source → path
	if b, err := os.ReadFile(filepath.Join(home, "rows.json")); err == nil {
		if err := json.Unmarshal(b, &rows); err != nil {
			return err
		}
	}
	save := func() error {
		b, _ := json.Marshal(rows)
		name := filepath.Join(home, "rows.json")
		if err := os.WriteFile(name+"~", b, 0o644); err != nil {
			return err
		}
		return os.Rename(name+"~", name)
	}
	commit := func(moves []vault.Rename) error {
		for _, m := range moves {
			for src, path := range rows {
				if path == m.From {
					rows[src] = m.To
				}
			}
		}
		return save()
	}
	if _, err := v.Recover(ctx, commit); err != nil {
		return err
	}
	for i, id := range []string{"b1", "b2"} {
		if err := receiveAll(ctx, v, id, sources[i*3:min(i*3+3, len(sources))], rows, save); err != nil {
			return err
		}
	}
	var moves []vault.Rename
	for i, src := range []string{"a/1.tif", "b/档案.png"} {
		if strings.HasPrefix(rows[src], "_unfiled") {
			moves = append(moves, vault.Rename{From: rows[src], To: fmt.Sprintf("J001/%d/J001-001-%04d.tif", i, i)})
		}
	}
	if err := v.Move(ctx, moves, commit); err != nil {
		return err
	}
	return v.Refresh(ctx)
}

// receiveAll brings the sources of one batch in, those without a row.
func receiveAll(ctx context.Context, v *vault.Vault, id string, sources []string, rows map[string]string, save func() error) error {
	b, err := v.Batch(id)
	if archive.KindOf(err) == archive.Conflict {
		return nil // closed before
	}
	if err != nil {
		return err
	}
	for _, src := range sources {
		if rows[src] != "" {
			continue
		}
		s, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader(content(src)), Path: vault.Unfiled(id, src).Path})
		if err != nil {
			return err
		}
		rows[src] = s.Path
		if err := save(); err != nil {
			return err
		}
	}
	return b.Close(ctx)
}

func runScenario(t *testing.T, home, kill string) (killed bool) {
	t.Helper()
	out, err := child("scenario", envHome+"="+home, envKill+"="+kill).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

var timestamps = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t`)

// endState is a home's tree with times taken out.
func endState(t *testing.T, home string) map[string]string {
	files := tree(t, home)
	files["manifests/moves.tsv"] = timestamps.ReplaceAllString(files["manifests/moves.tsv"], "T\t")
	return files
}

// Killed at every named step, at its first and at a later time, and killed once more while
// putting right, the work ends as if nothing had happened; and at no moment does half a
// file stand under a final name.
func TestKilledAtEveryStep(t *testing.T) {
	clean := quickDir(t)
	runScenario(t, clean, "")
	want := endState(t, clean)
	noLeftovers(t, clean)
	checkSums(t, clean, "current.sha256")
	whole := map[string]bool{}
	for _, src := range sources {
		whole[content(src)] = true
	}
	for _, step := range vault.Steps() {
		for times := 1; times <= killedTimes; times++ {
			kill := fmt.Sprintf("%s#%d", step, times)
			t.Run(kill, func(t *testing.T) {
				t.Parallel()
				home := quickDir(t)
				killed := runScenario(t, home, kill)
				if !killed && times == 1 {
					t.Error("the step was never reached")
				}
				checkWhole(t, home, whole)
				if killed {
					runScenario(t, home, kill) // may be killed again, while it puts right
					checkWhole(t, home, whole)
				}
				runScenario(t, home, "")
				if d := diffTrees(want, endState(t, home)); d != "" {
					t.Error(d)
				}
				checkSums(t, home, "current.sha256")
			})
		}
	}
}

func checkWhole(t *testing.T, home string, whole map[string]bool) {
	t.Helper()
	for name, c := range tree(t, filepath.Join(home, "masters")) {
		if !leftover.MatchString(name) && !whole[c] {
			t.Errorf("half a file stands under %s", name)
		}
	}
}

func TestRecoverSweeps(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "masters/a/1.tif.0123456789abcdef.part"), "half")
	write(t, filepath.Join(home, "masters/a/unsuspicious.part"), "a whole original")
	write(t, filepath.Join(home, "masters/b/1.tif.0123456789abcdef.part"), "not in a noted folder")
	write(t, filepath.Join(home, "manifests/receiving"), "a\nno/such\n../..\ntorn")
	write(t, filepath.Join(home, "manifests/current-0.part"), "half")
	write(t, filepath.Join(home, "manifests/b7.sha256.open"), sumOf("x")+"  masters/x\n"+"torn")
	v := open(t, home, vault.Options{})
	got, err := v.Recover(context.Background(), nil)
	if err != nil || got.Parts != 1 || !slices.Equal(got.Batches, []string{"b7"}) {
		t.Errorf("%+v %v", got, err)
	}
	left := tree(t, home)
	if len(left) != 3 || left["masters/a/unsuspicious.part"] == "" {
		t.Errorf("%v", left)
	}
	put(t, begin(t, v, "b7"), "y", "y") // the torn line is cut off
	if got := tree(t, home)["manifests/b7.sha256.open"]; got != sumOf("x")+"  masters/x\n"+sumOf("y")+"  masters/y\n" {
		t.Errorf("%q", got)
	}
}
