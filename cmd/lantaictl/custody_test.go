package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// custody makes an archive of two fonds with a target that has all of it.
func custody(t *testing.T) (home, copies string) {
	t.Helper()
	home, copies = filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "copies")
	in := t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	for i, scanned := range []string{"flood-1.jpg", "receipt.jpg"} {
		fonds := []string{"0001", "0002"}[i]
		ctl(t, home, exitDone, "fonds", "add", fonds, "机关"+fonds)
		ctl(t, home, exitDone, "series", "add", fonds+"-WS", "文书档案", "--scheme", "item22")
		code := fonds + "-WS·1985-Y-BGS-0001"
		ctl(t, home, exitDone, "item", "add", code, "关于防汛工作的通知"+fonds)
		scan(t, scanned, filepath.Join(in, code, code+"-0001.jpg"))
	}
	ctl(t, home, exitDone, "ingest", in)
	if err := os.MkdirAll(copies, 0o755); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitDone, "target", "add", "异地", copies)
	number(t, ctl(t, home, exitDone, "backup", "run", "异地"), "copied", 2)
	return home, copies
}

// original finds the only original of a fonds below a folder.
func original(t *testing.T, dir, fonds string) string {
	t.Helper()
	var found string
	err := filepath.WalkDir(filepath.Join(dir, "masters", fonds), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("no original of %s: %v", fonds, err)
	}
	return found
}

func spoil(t *testing.T, path string) {
	t.Helper()
	os.Chmod(path, 0o644)
	b, err := os.ReadFile(path)
	if err == nil {
		b[len(b)/2] ^= 0x40
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func length(t *testing.T, m map[string]any, key string, want int) []any {
	t.Helper()
	list, ok := m[key].([]any)
	if !ok || len(list) != want {
		t.Errorf("%s = %v, want %d", key, m[key], want)
	}
	return list
}

func TestRepair(t *testing.T) {
	home, copies := custody(t)
	first, second := original(t, home, "0001"), original(t, home, "0002")
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, first)
	spoil(t, original(t, copies, "0002"))
	ctl(t, home, exitDamaged, "verify")
	ctl(t, home, exitDamaged, "verify", "--target", "异地")
	r := ctl(t, home, exitDone, "repair")
	number(t, r, "mended", 2)
	number(t, r, "left", 0)
	one := length(t, r, "originals", 1)[0].(map[string]any)
	if one["outcome"] != "mended" || one["code"] != "0001-WS·1985-Y-BGS-0001" || !strings.HasPrefix(one["aside"].(string), "masters/_damaged/") {
		t.Errorf("%v", one)
	}
	if _, err := os.Stat(filepath.Join(home, one["aside"].(string))); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(first); err != nil || !bytes.Equal(b, before) {
		t.Errorf("the original is not back: %v", err)
	}
	length(t, r, "copies", 1)
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "ok", 2)
	length(t, v, "extra", 0)
	number(t, ctl(t, home, exitDone, "verify", "--target", "异地"), "ok", 2)
	number(t, ctl(t, home, exitDone, "repair"), "mended", 0)

	// Where neither is good, both are left and told.
	spoil(t, second)
	spoil(t, original(t, copies, "0002"))
	ctl(t, home, exitDamaged, "verify", "--target", "异地")
	r = ctl(t, home, exitDamaged, "repair", "--target", "异地")
	number(t, r, "left", 2)
	if got := length(t, r, "originals", 1)[0].(map[string]any)["outcome"]; got != "no-copy" {
		t.Errorf("original: %v", got)
	}
	if got := length(t, r, "copies", 1)[0].(map[string]any)["outcome"]; got != "no-original" {
		t.Errorf("copy: %v", got)
	}
	ctl(t, home, exitUsage, "repair", "--only", "both")
	ctl(t, home, exitFailed, "repair", "--target", "没有")

	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"repair", "--home", home}, strings.NewReader(""), &out, &errs); code != exitDamaged || !strings.Contains(out.String(), "0002-WS") {
		t.Errorf("exit %d\n%s%s", code, out.String(), errs.String())
	}
}

func TestDrillAndItsRecord(t *testing.T) {
	home, copies := custody(t)
	scratch := filepath.Join(t.TempDir(), "scratch")
	d := ctl(t, home, exitDone, "drill", "异地", "--scratch", scratch, "--seed", "5", "--volumes", "2", "--note", "年度演练")
	number(t, d, "files", 2)
	number(t, d, "texts", 2)
	length(t, d, "volumes", 2)
	if d["outcome"] != "proven" {
		t.Errorf("%v", d)
	}
	spoil(t, original(t, copies, "0001"))
	number(t, ctl(t, home, exitDamaged, "drill", "异地", "--scratch", scratch), "faults", 1)
	length(t, ctl(t, home, exitDone, "drill", "list"), "drills", 2)
	length(t, ctl(t, home, exitDone, "drill", "list", "没有"), "drills", 0)
	pdf := filepath.Join(t.TempDir(), "演练.pdf")
	ctl(t, home, exitDone, "drill", "record", "1", "--out", pdf)
	isPDF(t, pdf)
	ctl(t, home, exitFailed, "drill", "record", "1", "--out", pdf)
	ctl(t, home, exitDone, "drill", "record", "2", "--out", pdf, "--replace")
	ctl(t, home, exitFailed, "drill", "record", "3", "--out", pdf, "--replace")
	ctl(t, home, exitUsage, "drill", "异地")
	ctl(t, home, exitUsage, "drill", "record", "1")
	status := length(t, ctl(t, home, exitDone, "backup", "status"), "targets", 1)[0].(map[string]any)
	if status["proven"].(float64) == 0 {
		t.Errorf("%v", status)
	}
}

func isPDF(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.Contains(b[len(b)-32:], []byte("%%EOF")) {
		t.Errorf("%s is no PDF: %v", path, err)
	}
}

func TestMediaOfATarget(t *testing.T) {
	home, _ := custody(t)
	m := length(t, ctl(t, home, exitDone, "medium", "list"), "media", 1)[0].(map[string]any)
	number(t, m, "files", 2)
	if m["kind"] != "online" || m["next_check"].(float64) == 0 {
		t.Errorf("%v", m)
	}
	length(t, ctl(t, home, exitDone, "medium", "due"), "due", 0)
	ctl(t, home, exitDone, "medium", "edit", "1", "--serial", "WX42A91C7K01", "--type", "移动硬盘", "--keeping", "青山县 3 排 2 柜", "--capacity", "8001563222016", "--next-check", "2020-01-02")
	due := length(t, ctl(t, home, exitDone, "medium", "due"), "due", 1)[0].(map[string]any)
	if due["kind"] != "medium" || due["method"] != "full" {
		t.Errorf("%v", due)
	}
	number(t, ctl(t, home, exitDone, "medium", "check", "1"), "ok", 2)
	length(t, ctl(t, home, exitDone, "medium", "due"), "due", 0)
	length(t, ctl(t, home, exitDone, "medium", "check", "1", "--method", "SMART", "--note", "正常"), "checks", 2)
	length(t, ctl(t, home, exitDone, "medium", "checks", "1"), "checks", 2)
	ctl(t, home, exitDone, "medium", "cycle", "disk", "6")
	number(t, ctl(t, home, exitDone, "medium", "cycle")["months"].(map[string]any), "disk", 6)
	ctl(t, home, exitFailed, "medium", "cycle", "disk", "0")
	ctl(t, home, exitUsage, "medium", "cycle", "paper", "6")
	pdf := filepath.Join(t.TempDir(), "交接单.pdf")
	ctl(t, home, exitDone, "medium", "slip", "1", "--target", "异地", "--out", pdf, "--taker", "青山县档案馆")
	isPDF(t, pdf)
	ctl(t, home, exitFailed, "medium", "slip", "2", "--out", pdf, "--replace")
	ctl(t, home, exitUsage, "medium", "retire", "1")
	number(t, ctl(t, home, exitDone, "medium", "retire", "1", "--forget-copies"), "forgotten", 2)
	length(t, ctl(t, home, exitDone, "target", "list"), "targets", 0)
}

// A fonds alone comes back, and verifying what came is understandable.
func TestRestoreOfAFonds(t *testing.T) {
	home, copies := custody(t)
	again := filepath.Join(t.TempDir(), "again")
	times := length(t, ctl(t, again, exitDone, "restore", "--from", copies, "--list"), "catalogues", 1)
	r := ctl(t, again, exitDone, "restore", "--from", copies, "--fonds", "0001", "--as-of", times[0].(string)[:15])
	number(t, r, "files", 1)
	number(t, r, "not_brought", 1)
	number(t, r["verified"].(map[string]any), "ok", 1)
	number(t, r["verified"].(map[string]any), "not_restored", 1)
	if r["station"] == ctl(t, home, exitDone, "status")["station"] {
		t.Errorf("it writes under the same station")
	}
	v := ctl(t, again, exitDone, "verify")
	number(t, v, "checked", 1)
	number(t, v, "not_restored", 1)
	length(t, v, "missing", 0)
	number(t, ctl(t, again, exitDone, "search", "水费"), "total", 1) // a text of the other fonds: catalogue and texts are whole
	// What comes later counts again.
	to := original(t, home, "0002")
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(home, to)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Join(again, rel)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(again, rel), b, 0o444); err != nil {
		t.Fatal(err)
	}
	number(t, ctl(t, again, exitDone, "verify"), "ok", 2)
	ctl(t, filepath.Join(t.TempDir(), "x"), exitFailed, "restore", "--from", copies, "--code", "0009-WS·1985-Y-BGS-0001")
	ctl(t, filepath.Join(t.TempDir(), "x"), exitFailed, "restore", "--from", copies, "--as-of", "2020-01-01")
	ctl(t, filepath.Join(t.TempDir(), "x"), exitUsage, "restore", "--from", copies, "--as-of", "gestern")
}
