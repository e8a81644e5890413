package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// said runs a command and gives what it told in words.
func said(t *testing.T, home string, want int, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(context.Background(), append([]string{args[0], "--home", home}, args[1:]...), strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("lantaictl %v: exit %d, want %d\n%s%s", args, code, want, out.String(), errOut.String())
	}
	return out.String() + errOut.String()
}

// What a search found: records by their description, and pages by their text, those
// without a record by their file.
func TestSearchTellsWhatItSearched(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "关于做好防汛工作的通知")
	if told := said(t, home, exitDone, "ingest", in); !strings.Contains(told, "没有可接收的文件") {
		t.Errorf("an empty folder: %s", told)
	}
	scan(t, "flood-1.jpg", filepath.Join(in, "IMG_0001.jpg"))
	if err := os.WriteFile(filepath.Join(in, "IMG_0001.txt"), []byte("防汛工作 清除"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitDone, "ingest", in, "--text")
	r := ctl(t, home, exitDone, "search", "防汛工作")
	number(t, r, "searched", 1)
	items := r["items"].([]any)
	if len(items) != 1 || items[0].(map[string]any)["code"] != letter || items[0].(map[string]any)["title"] != "关于做好防汛工作的通知" {
		t.Errorf("items = %v", items)
	}
	told := said(t, home, exitDone, "search", "防汛工作")
	if !strings.Contains(told, letter) || !strings.Contains(told, "IMG_0001.jpg") {
		t.Errorf("told %s", told)
	}
	if told := said(t, home, exitDone, "search", "--", "-清除 防汛工作"); !strings.Contains(told, "找到 0 幅") {
		t.Errorf("a query that begins with a dash: %s", told)
	}
}

// An error does not swallow what was done before it.
func TestReportBesideAnError(t *testing.T) {
	c := &call{json: true, out: &bytes.Buffer{}}
	c.fail(c.beside(context.Canceled, map[string]int{"received": 3}, nil))
	var got struct {
		Error struct {
			Kind   string
			Report map[string]int
		}
	}
	if err := json.Unmarshal(c.out.(*bytes.Buffer).Bytes(), &got); err != nil || got.Error.Kind != "stopped" || got.Error.Report["received"] != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}
