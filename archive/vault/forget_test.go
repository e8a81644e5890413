package vault_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/vault"
)

// What is forgotten stands in no list under any of the paths it had, what lay under the
// same paths at other times stays, and the lists check.
func TestForget(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	long := "_unfiled/b1/secret-folder/inner/" + strings.Repeat("secret-name", 3) + ".tif"
	put(t, b, long, "the secret")
	put(t, b, "J001/secret-2.tif", "the second secret")
	put(t, b, "J001/1.tif", "ordinary")
	if _, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader("odd"), Path: "J001/odd_.tif", Wanted: "J001/odd?.tif"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	step := func(from, to string) {
		t.Helper()
		if err := v.Move(ctx, []vault.Rename{{From: from, To: to}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	step(long, "J001/secret-1.tif")
	step("J001/secret-1.tif", "J001/9.tif")
	// Another original came to where it had lain.
	c := begin(t, v, "b2")
	put(t, c, "J001/secret-1.tif", "innocent")
	if err := c.Close(ctx); err != nil {
		t.Fatal(err)
	}
	only := begin(t, v, "b3") // of it nothing is left
	put(t, only, "J002/secret/3.tif", "the third secret")
	gone := []vault.Stored{{Path: "J001/9.tif", SHA256: sumOf("the secret")}, {Path: "J001/secret-2.tif", SHA256: sumOf("the second secret")},
		{Path: "J002/secret/3.tif", SHA256: sumOf("the third secret")}}
	if err := v.Forget(ctx, "77", gone); archive.KindOf(err) != archive.Busy {
		t.Errorf("while something is received: %v", err)
	}
	if err := only.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := v.Forget(ctx, "77", []vault.Stored{{Path: "../rows"}}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a path that leads out: %v", err)
	}
	for range 2 { // the second time it is gone already
		if err := v.Forget(ctx, "77", gone); err != nil {
			t.Fatal(err)
		}
	}
	now := tree(t, home)
	for name, content := range now {
		if name == "masters/J001/secret-1.tif" {
			continue
		}
		for line := range strings.SplitSeq(content, "\n") {
			innocent := strings.Contains(line, sumOf("innocent"))
			if strings.Contains(name+line, "secret") && !innocent {
				t.Errorf("left in %s: %s", name, line)
			}
		}
	}
	for _, dir := range []string{"J002", "_unfiled/b1/secret-folder"} {
		if _, err := os.Stat(filepath.Join(home, "masters", dir)); !os.IsNotExist(err) {
			t.Errorf("the folder %s: %v", dir, err)
		}
	}
	if _, there := now["manifests/b3.sha256"]; there {
		t.Error("a list of nothing is left")
	}
	if !strings.Contains(now["manifests/names.tsv"], "odd?.tif") || strings.Count(now["manifests/purged.tsv"], "masters/_purged/77/") != 3 {
		t.Errorf("names %q, purged %q", now["manifests/names.tsv"], now["manifests/purged.tsv"])
	}
	if info, err := os.Stat(filepath.Join(home, "manifests", "b1.sha256")); err != nil || info.Mode().Perm() != 0o444 {
		t.Errorf("the list of the batch: %v, %v", info.Mode(), err)
	}
	checkSums(t, home, "current.sha256", "b1.sha256", "b2.sha256")
	if err := v.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	checkSums(t, home, "current.sha256")
	again := begin(t, v, "b4") // the folder is made again
	put(t, again, "J002/secret/4.tif", "another")
	if err := again.Close(ctx); err != nil {
		t.Fatal(err)
	}
	checkSums(t, home, "current.sha256")
	noLeftovers(t, home)
}
