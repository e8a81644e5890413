package vault_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/vault"
)

const mendPath = "J001/2011-Y/盒1/J001-WS·2011-Y-0001-0001.tif"

var mendTime = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

// mending makes a vault with one original, and damages it.
func mending(t *testing.T, damage string) (dir string, v *vault.Vault, s vault.Stored) {
	t.Helper()
	dir = quickDir(t)
	v = open(t, dir, vault.Options{})
	b := begin(t, v, "b1")
	s = put(t, b, mendPath, content("m"))
	if err := b.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	full := filepath.Join(dir, "masters", filepath.FromSlash(mendPath))
	var err error
	switch damage {
	case "changed":
		os.Chmod(full, 0o644)
		err = os.WriteFile(full, []byte("somebody else's"), 0o644)
	case "missing":
		err = os.RemoveAll(filepath.Dir(full))
	case "folder":
		if err = os.Remove(full); err == nil {
			err = os.MkdirAll(filepath.Join(full, "x"), 0o755)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, v, s
}

func TestMend(t *testing.T) {
	for damage, aside := range map[string]string{"changed": "somebody else's", "missing": "", "folder": "", "": ""} {
		t.Run(damage, func(t *testing.T) {
			dir, v, s := mending(t, damage)
			for _, bad := range []string{content("m")[1:], content("n")} {
				_, err := v.Mend(context.Background(), s, strings.NewReader(bad), mendTime)
				if damage != "" && archive.KindOf(err) != archive.Damaged {
					t.Errorf("from a copy that is not the original: %v", err)
				}
			}
			m, err := v.Mend(context.Background(), s, strings.NewReader(content("m")), mendTime)
			if err != nil || m.Already != (damage == "") || (m.Aside != "") != (damage == "changed" || damage == "folder") {
				t.Fatalf("%+v, %v", m, err)
			}
			if aside != "" {
				b, err := os.ReadFile(filepath.Join(dir, "masters", m.Aside))
				if err != nil || string(b) != aside || m.Aside != "_damaged/20261127T080000.000Z/"+mendPath {
					t.Errorf("aside %s: %q, %v", m.Aside, b, err)
				}
			}
			intact(t, dir, v, s)
			if again, err := v.Mend(context.Background(), s, strings.NewReader("not read"), mendTime); err != nil || !again.Already {
				t.Errorf("again: %+v, %v", again, err)
			}
		})
	}
}

// intact checks that the original stands in its place, read-only and listed, and that nothing else is there.
func intact(t *testing.T, dir string, v *vault.Vault, s vault.Stored) {
	t.Helper()
	checkSums(t, dir, "current.sha256")
	st, err := os.Stat(filepath.Join(dir, "masters", filepath.FromSlash(s.Path)))
	if err != nil || st.Mode().Perm() != 0o444 {
		t.Errorf("the original: %v, %v", st, err)
	}
	r, err := v.Verify(context.Background(), func(yield func(vault.Expected, error) bool) {
		yield(vault.Expected{Path: s.Path, Bytes: s.Bytes, SHA256: s.SHA256}, nil)
	}, vault.VerifyOptions{})
	if err != nil || r.OK != 1 || !r.Clean() || len(r.Extra) > 0 {
		t.Errorf("verify: %+v, %v", r, err)
	}
}

// What is put aside goes with the original when that goes for good, and no list names it then.
func TestWhatWasPutAsideIsPurgedToo(t *testing.T) {
	for _, how := range []string{"purge", "forget"} {
		t.Run(how, func(t *testing.T) {
			dir, v, s := mending(t, "changed")
			if _, err := v.Mend(context.Background(), s, strings.NewReader(content("m")), mendTime); err != nil {
				t.Fatal(err)
			}
			var err error
			if how == "purge" {
				err = v.Purge(context.Background(), map[string]string{s.Path: s.SHA256})
			} else {
				err = v.Forget(context.Background(), "7", []vault.Stored{s})
			}
			if err != nil {
				t.Fatal(err)
			}
			for path, text := range tree(t, dir) {
				if strings.Contains(text, "somebody else's") || strings.HasPrefix(path, "masters/") {
					t.Errorf("%s is left", path)
				}
				if how == "forget" && strings.Contains(text, "J001-WS") {
					t.Errorf("%s names it: %s", path, text)
				}
			}
		})
	}
}

const envMend = "LANTAI_VAULT_MEND" // the boundary at which the process ends

func mendChild() int {
	dir := os.Getenv(envHome)
	v, err := vault.Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), vault.Options{Step: func(name string) {
		if name == os.Getenv(envMend) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err == nil {
		text := content("m")
		_, err = v.Mend(context.Background(), vault.Stored{Path: mendPath, Bytes: int64(len(text)), SHA256: sumOf(text)}, strings.NewReader(text), mendTime)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Wherever a process ends while it mends, the next one brings the original back, and what was there before is not lost.
func TestMendKilled(t *testing.T) {
	for _, step := range vault.MendSteps() {
		t.Run(step, func(t *testing.T) {
			dir, _, s := mending(t, "changed")
			if err := child("mend", envHome+"="+dir, envMend+"="+step).Run(); err == nil {
				t.Fatal("it was not killed")
			}
			v := open(t, dir, vault.Options{})
			if _, err := v.Recover(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := v.Mend(context.Background(), s, strings.NewReader(content("m")), mendTime.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			intact(t, dir, v, s)
			kept := 0
			for path, text := range tree(t, dir) {
				if strings.Contains(text, "somebody else's") {
					kept++
				}
				if strings.HasSuffix(path, ".part") {
					t.Errorf("%s is left", path)
				}
			}
			if kept != 1 {
				t.Errorf("what was there before is kept %d times", kept)
			}
		})
	}
}
