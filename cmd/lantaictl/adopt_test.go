package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAdoptionCommands uses a disk in place: registered, hashed, checked, taken away,
// brought back elsewhere.
func TestAdoptionCommands(t *testing.T) {
	home, disk := filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "disk")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "县政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "来信")
	scan(t, "receipt.jpg", filepath.Join(disk, letter, letter+"-0001.jpg"))
	scan(t, "receipt.jpg", filepath.Join(disk, "loose.jpg"))
	if err := os.WriteFile(filepath.Join(disk, "notes.txt"), []byte("notes"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := ctl(t, home, exitRefused, "ingest", disk, "--adopt", "--label", "2023 年扫描")
	number(t, r, "received", 2)
	number(t, r, "unfiled", 1)
	number(t, r, "not_taken", 1)
	root := r["root"].(map[string]any)
	if root["added"] != true || root["label"] != "2023 年扫描" {
		t.Errorf("root = %v", root)
	}
	number(t, ctl(t, home, exitDone, "verify"), "not_hashed", 2)
	status := ctl(t, home, exitDone, "status")
	number(t, status["queue"].(map[string]any), "waiting", 2)
	number(t, status["hash"].(map[string]any), "hashed", 0)

	number(t, ctl(t, home, exitDone, "hash", "--root", "2023 年扫描"), "files", 2)
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 2)
	number(t, v, "ok", 2)
	number(t, v, "not_hashed", 0)
	id := root["id"].(string)
	list := filepath.Join(home, "manifests", "root-"+id+".sha256")
	check := exec.Command("sha256sum", "--quiet", "-c", list)
	check.Dir = disk
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}

	moved := disk + "-moved"
	if err := os.Rename(disk, moved); err != nil {
		t.Fatal(err)
	}
	v = ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 0)
	absent := v["absent"].([]any)
	if len(absent) != 1 || len(v["missing"].([]any)) != 0 {
		t.Fatalf("verify with the disk away: %v", v)
	}
	number(t, absent[0].(map[string]any), "files", 2)
	number(t, ctl(t, home, exitDone, "status")["queue"].(map[string]any), "away", 2)
	if p := ctl(t, home, exitDone, "show", letter)["pages"].([]any)[0].(map[string]any); p["original"] != "absent" {
		t.Errorf("a page of the disk that is away: %v", p)
	}
	if e := ctl(t, home, exitFailed, "root", "set", id, t.TempDir())["error"].(map[string]any); e["kind"] != "conflict" {
		t.Errorf("pointing it to another folder: %v", e)
	}
	ctl(t, home, exitDone, "root", "set", id, moved)
	roots := ctl(t, home, exitDone, "root", "list")["roots"].([]any)
	if at := roots[0].(map[string]any); at["present"] != true || at["path"] != moved {
		t.Errorf("root list: %v", at)
	}
	// One flipped byte of the same size and time is damage; another size is told too.
	name := filepath.Join(moved, "loose.jpg")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(name)
	data[len(data)/2] ^= 1
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	changed := ctl(t, home, exitDamaged, "verify")["changed"].([]any)
	if len(changed) != 1 || changed[0].(map[string]any)["root"] != "2023 年扫描" || changed[0].(map[string]any)["path"] != "loose.jpg" {
		t.Errorf("changed = %v", changed)
	}
	if err := os.WriteFile(name, data[:100], 0o644); err != nil {
		t.Fatal(err)
	}
	number(t, ctl(t, home, exitRefused, "ingest", moved, "--adopt"), "changed", 1)
	if got := ctl(t, home, exitDone, "root", "show", id)["changed"].([]any); len(got) != 1 || got[0] != "loose.jpg" {
		t.Errorf("root show: %v", got)
	}
	number(t, ctl(t, home, exitDone, "root", "accept", id), "accepted", 1)
	number(t, ctl(t, home, exitDone, "hash"), "files", 1)
	number(t, ctl(t, home, exitDone, "verify"), "ok", 2)
	if e := ctl(t, home, exitFailed, "root", "add", filepath.Join(moved, letter))["error"].(map[string]any); e["kind"] != "conflict" {
		t.Errorf("a root in a root: %v", e)
	}
}

func TestQueueCommands(t *testing.T) {
	home, disk := filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "disk")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "县政府")
	ctl(t, home, exitFailed, "queue", "order", "--fonds", "0001,0002")
	ctl(t, home, exitDone, "fonds", "add", "0002", "县商业局")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "来信")
	scan(t, "receipt.jpg", filepath.Join(disk, letter, letter+"-0001.jpg"))
	scan(t, "receipt.jpg", filepath.Join(disk, "loose.jpg"))
	ctl(t, home, exitDone, "ingest", disk, "--adopt")
	q := ctl(t, home, exitDone, "queue", "order", "--fonds", "0001,0002", "--years", "1980-1990", "--retention", "永久")
	number(t, q["rules"].([]any)[0].(map[string]any), "waiting", 1)
	number(t, q, "others", 1)
	q = ctl(t, home, exitDone, "queue", "order", "--years", "1958", "--first")
	if rules := q["rules"].([]any); len(rules) != 2 {
		t.Fatalf("rules = %v", rules)
	}
	number(t, q["rules"].([]any)[0].(map[string]any), "waiting", 0)
	q = ctl(t, home, exitDone, "queue", "hours", "19:00-07:00")
	if q["queue"].(map[string]any)["hours"] != "19:00-07:00" {
		t.Errorf("hours: %v", q["queue"])
	}
	number(t, ctl(t, home, exitDone, "queue", "remove", "1")["rules"].([]any)[0].(map[string]any), "waiting", 1)
	if q = ctl(t, home, exitDone, "queue", "clear"); len(q["rules"].([]any)) != 0 {
		t.Errorf("cleared: %v", q)
	}
	number(t, q, "others", 2)
	for _, wrong := range [][]string{{"order"}, {"order", "--years", "x"}, {"hours", "nights"}, {"hours"}, {"remove", "5"}, {"list", "x"}} {
		ctl(t, home, exitUsage, append([]string{"queue"}, wrong...)...)
	}
}
