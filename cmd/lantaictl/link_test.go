package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asked runs link in words.
func asked(t *testing.T, home string, want int, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(context.Background(), append([]string{"link", "--home", home}, args...), strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("link %v: exit %d, want %d\n%s%s", args, code, want, out.String(), errOut.String())
	}
	return out.String()
}

// table reads a CSV file, which must begin with a byte order mark.
func table(t *testing.T, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(b), "\uFEFF")
	if !ok || !strings.Contains(text, "\r\n") {
		t.Errorf("%s is not as spreadsheet programs take it", path)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func ops(t *testing.T, r map[string]any) (ids []string) {
	t.Helper()
	for _, op := range r["ops"].([]any) {
		ids = append(ids, op.(string))
	}
	return ids
}

// TestLink receives a volume before it is catalogued, links it by name, parts it by 页号,
// checks, and takes it all back.
func TestLink(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	for i, name := range []string{"flood-1.jpg", "receipt.jpg", "minutes.jpg"} {
		scan(t, name, filepath.Join(in, "C038+001+002", string(rune('1'+i))+".jpg"))
	}
	number(t, ctl(t, home, exitDone, "ingest", in), "unfiled", 3)
	ctl(t, home, exitDone, "fonds", "add", "C038", "县商业局")
	ctl(t, home, exitDone, "series", "add", "C038-001", "文书", "--scheme", "vol94")
	const volume = "C038-001-002"
	ctl(t, home, exitDone, "item", "add", volume, "案卷", "--pages", "3")

	r := ctl(t, home, exitRefused, "link", "--by", "name")
	if len(r["unmatched"].([]any)) != 3 {
		t.Errorf("%v", r)
	}
	ctl(t, home, exitFailed, "link", "--by", "name", "--separators", "7")
	for _, wrong := range [][]string{{}, {"--by", "name", "--check"}, {"--by", "path"}, {"--undo"}, {"--check", "what"}} {
		ctl(t, home, exitUsage, append([]string{"link"}, wrong...)...)
	}
	ctl(t, home, exitDone, "link", "--separators", "+-_ .", "--remember")
	sheet := filepath.Join(t.TempDir(), "plan.csv")
	number(t, ctl(t, home, exitDone, "link", "--by", "name", "--dry-run", "--report", sheet), "linked", 3)
	if rows := table(t, sheet); len(rows) != 4 || rows[1][1] != "C038+001+002/1.jpg" || rows[1][2] != volume || rows[1][3] != "1" {
		t.Errorf("%q", rows)
	}
	number(t, ctl(t, home, exitDone, "status"), "unlinked", 3)
	byName := ctl(t, home, exitDone, "link", "--by", "name", "--batch", filepath.Base(in))
	number(t, byName, "linked", 3)
	number(t, ctl(t, home, exitDone, "link", "--check"), "checked", 1)

	ctl(t, home, exitDone, "item", "add", volume+"-001", "通知", "--page-no", "1-2")
	report := filepath.Join(t.TempDir(), "found.csv")
	number(t, ctl(t, home, exitRefused, "link", "--by", "range", "--report", report), "linked", 0)
	if rows := table(t, report); len(rows) != 2 || rows[1][0] != volume || rows[1][1] != "案卷" || rows[1][4] != "1" {
		t.Errorf("%q", rows)
	}
	if out := asked(t, home, exitRefused, "--check", "--fonds", "C038"); strings.Count(out, "画幅仍在案卷") != 1 || strings.Contains(out, volume+"-001") {
		t.Errorf("in words: %s", out)
	}
	ctl(t, home, exitFailed, "link", "--check", "--fonds", "C999")
	ctl(t, home, exitDone, "item", "add", volume+"-002", "纪要", "--page-no", "3", "--pages", "1")
	if out := asked(t, home, exitDone, "--by", "range", "--dry-run"); strings.Count(out, volume+"-00") != 3 {
		t.Errorf("in words: %s", out)
	}
	byRange := ctl(t, home, exitDone, "link", "--by", "range")
	number(t, byRange, "linked", 3)
	ctl(t, home, exitDone, "link", "--check")
	testUndoLinks(t, home, append(ops(t, byName), ops(t, byRange)...))
}

// testUndoLinks takes links back, the ops read from standard input.
func testUndoLinks(t *testing.T, home string, ids []string) {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"link", "--undo", "-", "--home", home, "--json"}, strings.NewReader(strings.Join(ids, "\n")), &out, &errOut); code != exitDone {
		t.Fatalf("undo: exit %d\n%s%s", code, out.String(), errOut.String())
	}
	var r map[string]any
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	number(t, r, "undone", len(ids))
	if again := asked(t, home, exitRefused, append([]string{"--undo"}, ids...)...); !strings.Contains(again, "没有可撤销的内容") {
		t.Errorf("undone once more: %s", again)
	}
	number(t, ctl(t, home, exitDone, "status"), "unlinked", 3)
	// Found without its item again, and linked once more.
	if hit := oneHit(t, home, "水费"); hit["code"] != nil {
		t.Errorf("after undo: %v", hit)
	}
	number(t, ctl(t, home, exitDone, "link", "--by", "name"), "linked", 3)
	if hit := oneHit(t, home, "水费"); hit["code"] != "C038-001-002" {
		t.Errorf("after linking again: %v", hit)
	}
}

// Whoever links by path is told which fields there are, what begins the paths, and how
// the command is written.
func TestLinkByPathTellsTheWay(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "C038", "县商业局")
	ctl(t, home, exitDone, "series", "add", "C038-001", "文书", "--scheme", "vol94")
	table := filepath.Join(in, "a.csv")
	if err := os.WriteFile(table, []byte("档号,题名,原文路径\nC038-001-003,卷,D:\\扫描\\1.jpg\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	number(t, ctl(t, home, exitDone, "import", "catalogue", table), "added", 1)
	for _, c := range []struct {
		want  int
		words []string
		args  []string
	}{
		{exitFailed, []string{"没有一个条目有“原文”这个字段", "自定字段：原文路径"}, []string{"--by", "path", "--column", "原文"}},
		{exitRefused, []string{`D:\扫描\1.jpg  C038-001-003`, "--replace"}, []string{"--by", "path", "--column", "原文路径"}},
		{exitUsage, []string{"-column string"}, []string{"--by", "path"}},
	} {
		var out, errOut bytes.Buffer
		code := run(context.Background(), append([]string{"link", "--home", home}, c.args...), nil, &out, &errOut)
		for _, w := range c.words {
			if told := out.String() + errOut.String(); code != c.want || !strings.Contains(told, w) {
				t.Errorf("link %v: exit %d, want %d and %q in\n%s", c.args, code, c.want, w, told)
			}
		}
	}
}
