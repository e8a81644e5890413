package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDeliveredText takes a scan with its text file: counted at first, taken on request,
// found by its words, kept and verified.
func TestDeliveredText(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "通知")
	scan(t, "receipt.jpg", filepath.Join(in, letter+"-0001.jpg"))
	if err := os.WriteFile(filepath.Join(in, letter+"-0001.txt"), []byte("移交 单位 校对 过的 文字"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(in, "说明.txt"), []byte("移交说明"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := ctl(t, home, exitRefused, "ingest", in, "--text")
	number(t, r, "received", 2)
	number(t, r, "pages", 1)
	number(t, r, "texts", 0)
	number(t, r, "text_pages", 1)
	refused := r["refused"].([]any)
	if len(refused) != 1 || refused[0].(map[string]any)["code"] != "text-alone" {
		t.Errorf("refused = %v", refused)
	}
	found := ctl(t, home, exitDone, "search", "校对过的文字")
	number(t, found, "total", 1)
	page := found["hits"].([]any)[0].(map[string]any)["page_id"].(string)
	if text := ctl(t, home, exitDone, "text", page); text["origin"] != "delivered" {
		t.Errorf("text = %v", text)
	}
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 2)
	number(t, v, "ok", 2)
	masters, err := filepath.Glob(filepath.Join(home, "masters", "*", "*", "*", "*.txt"))
	if err != nil || len(masters) != 1 {
		t.Fatalf("kept: %v %v", masters, err)
	}
	if err := os.Chmod(masters[0], 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(masters[0], []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if changed := ctl(t, home, exitDamaged, "verify")["changed"].([]any); len(changed) != 1 {
		t.Errorf("changed = %v", changed)
	}

	number(t, ctl(t, home, exitDone, "recognise", page), "recognised", 1)
	if text := ctl(t, home, exitDone, "text", page); text["origin"] != "recognised" {
		t.Errorf("after recognising again: %v", text)
	}
	number(t, ctl(t, home, exitDone, "ingest", in), "texts", 1)
}
