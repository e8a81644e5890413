package place_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The system calls of a group, seen from outside: what was written is brought to the disk, all at
// once or each file, before any file gets its name; names never replace; folders come to the disk after.
func TestFolderSyncs(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is needed (Debian: apt-get install strace)")
	}
	dir := t.TempDir()
	log := filepath.Join(t.TempDir(), "log")
	cmd := child("scenario", envDir+"="+dir)
	cmd.Path = strace
	cmd.Args = []string{strace, "-f", "-y", "-s", "0", "-o", log, "-e", "trace=fsync,syncfs,renameat2,openat", os.Args[0]}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(log)
	must(t, err)
	q := regexp.QuoteMeta
	all := regexp.MustCompile(`syncfs\(\d+<` + q(dir) + `>`)
	file := regexp.MustCompile(`fsync\(\d+<` + q(dir+"/_incoming/") + `([0-9a-f]{16}\.part)>`)
	name := regexp.MustCompile(`renameat2\(\d+<` + q(dir+"/_incoming") + `>, "([0-9a-f]{16}\.part)", \d+<(` + q(dir) + `/[^>]+)>, "[^"]*", RENAME_NOREPLACE\)`)
	folder := regexp.MustCompile(`fsync\(\d+<(` + q(dir) + `[^>]*)>`)
	part := regexp.MustCompile(`openat\(.*"([0-9a-f]{16}\.part)", O_WRONLY\|O_CREAT\|O_EXCL`)
	unsynced, open, named := map[string]bool{}, map[string]bool{}, 0
	for line := range strings.Lines(string(b)) {
		if m := part.FindStringSubmatch(line); m != nil {
			unsynced[m[1]] = true
		}
		if all.MatchString(line) {
			clear(unsynced)
			clear(open)
		}
		if m := file.FindStringSubmatch(line); m != nil {
			delete(unsynced, m[1])
		}
		if m := folder.FindStringSubmatch(line); m != nil {
			delete(open, m[1])
		}
		if m := name.FindStringSubmatch(line); m != nil {
			named++
			open[m[2]] = true
			if unsynced[m[1]] {
				t.Errorf("named before it was on the disk: %s", line)
			}
		}
	}
	if named != 5 || len(open) > 0 {
		t.Errorf("%d files named, folders not on the disk: %v\n%s", named, open, b)
	}
}
