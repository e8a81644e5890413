package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A log fits itself, and a head that was kept; a head that says otherwise, or that the log
// does not reach, shows a log that was written anew or cut off.
func TestAudit(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, home, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	if got := ctl(t, home, exitDone, "audit", "verify"); got["ok"] != true || got["first_bad"] != nil || got["ops"].(float64) < 2 {
		t.Errorf("%v", got)
	}
	head := ctl(t, home, exitDone, "audit", "head")["heads"].([]any)[0].(map[string]any)
	number := int(head["number"].(float64))
	write := func(name string, number int, digest string) string {
		file := filepath.Join(dir, name)
		line := strings.Join([]string{"1", strconv.Itoa(number), head["op"].(string), head["time"].(string), digest}, "  ")
		if err := os.WriteFile(file, []byte("\ufeff"+line+"\r\n\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	digest := head["digest"].(string)
	if got := ctl(t, home, exitDone, "audit", "verify", "--head", write("same", number, strings.ToUpper(digest))); got["ok"] != true {
		t.Errorf("against its own head: %v", got)
	}
	for name, file := range map[string]string{
		"head-differs": write("other", number, strings.Repeat("0", 64)),
		"missing":      write("behind", number+5, digest),
	} {
		bad := ctl(t, home, exitDamaged, "audit", "verify", "--head", file)["first_bad"].(map[string]any)
		if bad["reason"] != name {
			t.Errorf("%s: %v", name, bad)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bad"), []byte("nothing of use"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitFailed, "audit", "verify", "--head", filepath.Join(dir, "bad"))
	ops := ctl(t, home, exitDone, "audit", "list", "--kind", "series.add")["ops"].([]any)
	if len(ops) != 1 || ops[0].(map[string]any)["kind"] != "series.add" {
		t.Errorf("%v", ops)
	}
}
