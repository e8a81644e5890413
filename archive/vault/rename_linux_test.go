package vault

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Where renaming is linking and unlinking, an existing name is kept as well.
func TestRenamesNeverReplace(t *testing.T) {
	dir := t.TempDir()
	name := func(s string) string { return filepath.Join(dir, s) }
	for i, rename := range []func(string, string) error{renameNew, linkNew} {
		a, b, c := name(fmt.Sprint("a", i)), name(fmt.Sprint("b", i)), name(fmt.Sprint("c", i))
		os.WriteFile(a, []byte("a"), 0o444)
		os.WriteFile(b, []byte("b"), 0o444)
		if err := rename(a, b); !os.IsExist(err) {
			t.Errorf("rename over another: %v", err)
		}
		if err := rename(a, c); err != nil {
			t.Error(err)
		}
		got, _ := os.ReadFile(c)
		if _, err := os.Stat(a); string(got) != "a" || !os.IsNotExist(err) {
			t.Errorf("%q %v", got, err)
		}
		if err := rename(a, b); !os.IsNotExist(err) {
			t.Errorf("rename what is not there: %v", err)
		}
	}
}

// A process that ended between link and unlink leaves one file under two names; the
// plan is carried out all the same.
func TestHalfRenamedIsFinished(t *testing.T) {
	dir := t.TempDir()
	v, err := Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Join(v.masters, "a"), filepath.Join(v.masters, "b")
	os.WriteFile(from, []byte("x"), 0o444)
	if err := os.Link(from, to); err != nil {
		t.Fatal(err)
	}
	_, sum, _ := Hash(context.Background(), from)
	if err := v.writePlan([]Rename{{From: "a", To: "b", SHA256: sum}}); err != nil {
		t.Fatal(err)
	}
	got, err := v.Recover(context.Background(), nil)
	if err != nil || len(got.Moved) != 1 {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := os.Stat(from); !os.IsNotExist(err) {
		t.Errorf("still under the old name: %v", err)
	}
	if _, err := os.Stat(to); err != nil {
		t.Error(err)
	}
}
