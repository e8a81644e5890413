package vault_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lantai/archive/vault"
)

const envSource = "LANTAI_VAULT_SOURCE"

func receiveChild() int {
	home := os.Getenv(envHome)
	v, err := vault.Open(filepath.Join(home, "masters"), filepath.Join(home, "manifests"), vault.Options{})
	if err == nil {
		var b *vault.Batch
		if b, err = v.Batch("b1"); err == nil {
			_, err = b.Receive(context.Background(), vault.Incoming{Source: os.Getenv(envSource), Path: "J001/001/1.tif"})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// The caller commits its row now: a file that strace shows.
	os.WriteFile(filepath.Join(home, "row"), nil, 0o644)
	return 0
}

// The system calls of one Receive, seen from outside: the file is brought to the disk before it gets its
// name, its folder after, its list then, and all that before Receive returns.
func TestOrderOfSystemCalls(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is needed (Debian: apt-get install strace)")
	}
	dir := t.TempDir()
	src := write(t, filepath.Join(dir, "src.tif"), content("src.tif"))
	home, log := filepath.Join(dir, "home"), filepath.Join(dir, "log")
	cmd := child("receive", envHome+"="+home, envSource+"="+src)
	cmd.Path = strace
	cmd.Args = []string{strace, "-f", "-y", "-s", "0", "-o", log,
		"-e", "trace=fsync,fdatasync,linkat,link,rename,renameat,renameat2,openat,mkdirat,unlinkat,fchmod", os.Args[0]}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	q := regexp.QuoteMeta
	part := q(home+"/masters/J001/001/1.tif.") + "[0-9a-f]{16}" + q(".part")
	steps := []struct{ what, pattern string }{
		{"folder made", `mkdirat\(.*"` + q(home+"/masters/J001/001") + `"`},
		{"its parent fsynced", `fsync\(\d+<` + q(home+"/masters/J001") + `>\)`},
		{"unfinished file created", `openat\(.*"` + part + `", O_WRONLY\|O_CREAT\|O_EXCL`},
		{"file read-only", `fchmod\(\d+<` + part + `>, 0444`},
		{"file fsynced", `fsync\(\d+<` + part + `>\)`},
		{"file named", `renameat2\(.*"` + part + `".*"` + q(home+"/masters/J001/001/1.tif") + `", RENAME_NOREPLACE\) = 0`},
		{"folder fsynced", `fsync\(\d+<` + q(home+"/masters/J001/001") + `>\)`},
		{"list fsynced", `fsync\(\d+<` + q(home+"/manifests/b1.sha256.open") + `>\)`},
		{"row committed", `openat\(.*"` + q(home+"/row") + `"`},
	}
	rest := whole(string(text))
	for _, s := range steps {
		at := regexp.MustCompile(s.pattern).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("%q is missing or comes too early; after the step before:\n%s", s.what, rest)
		}
		rest = rest[at[1]:]
	}
	if n := strings.Count(string(text), src); n == 0 {
		t.Error("the source does not show")
	}
	if regexp.MustCompile(q(src) + `", O_(WRONLY|RDWR)`).Match(text) {
		t.Error("the source was opened for writing")
	}
}

// whole puts calls that strace tells in two parts, since another thread came between,
// together where they returned.
func whole(log string) string {
	const cut = " <unfinished ...>"
	resumed := regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	begun := map[string]string{}
	var out strings.Builder
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if first, ok := strings.CutSuffix(line, cut); ok {
			pid, _, _ := strings.Cut(first, " ")
			begun[pid] = first
			continue
		}
		if m := resumed.FindStringSubmatch(line); m != nil {
			line = begun[m[1]] + m[2]
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}
