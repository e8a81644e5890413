package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lantai/archive/vault"
)

// quickDir is a folder in memory where there is one: tests that end processes, not computers, need
// no disk to wait for.
func quickDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "vault")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func open(t testing.TB, dir string, opt vault.Options) *vault.Vault {
	t.Helper()
	v, err := vault.Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), opt)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func begin(t testing.TB, v *vault.Vault, id string) *vault.Batch {
	t.Helper()
	b, err := v.Batch(id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// put receives bytes that must be taken.
func put(t testing.TB, b *vault.Batch, path, content string) vault.Stored {
	t.Helper()
	s, err := b.Receive(context.Background(), vault.Incoming{Reader: strings.NewReader(content), Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func sumOf(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

// tree maps every file below dir to its content.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		files[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var leftover = regexp.MustCompile(`\.part$|\.open$|/receiving$|moves\.journal$`)

// noLeftovers checks that nothing unfinished lies in a home.
func noLeftovers(t testing.TB, dir string) {
	t.Helper()
	for name := range tree(t, dir) {
		if leftover.MatchString(name) {
			t.Errorf("left over: %s", name)
		}
	}
}

// checkSums has the system's own sha256sum read the lists.
func checkSums(t testing.TB, home string, lists ...string) {
	t.Helper()
	for _, list := range lists {
		cmd := exec.Command("sha256sum", "--check", "--strict", "--quiet", "manifests/"+list)
		cmd.Dir = home
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("sha256sum -c %s: %v\n%s", list, err, out)
		}
	}
}

func diffTrees(want, got map[string]string) string {
	var b bytes.Buffer
	for k, v := range want {
		if w, ok := got[k]; !ok {
			fmt.Fprintf(&b, "missing %s\n", k)
		} else if w != v {
			fmt.Fprintf(&b, "differs %s:\n%.300q\n%.300q\n", k, v, w)
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			fmt.Fprintf(&b, "extra %s\n", k)
		}
	}
	return b.String()
}
