package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	standsIn    = "0001-WS·1985-Y-BGS-0002"
	placeholder = "另见涉密目录"
)

// errorOf gives the error of a command that has to fail with an exit code.
func errorOf(t *testing.T, home string, exit int, args ...string) map[string]any {
	t.Helper()
	e, ok := ctl(t, home, exit, args...)["error"].(map[string]any)
	if !ok {
		t.Fatalf("%v: no error", args)
	}
	return e
}

// TestOrdinaryHome goes through every door of an ordinary archive with a secret.
func TestOrdinaryHome(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "关于加强机密文件管理工作的通知")
	for _, args := range [][]string{
		{"fonds", "add", "0002", "绝密★局"},
		{"series", "add", "0001-KJ", "科技档案（机密）", "--scheme", "vol13"},
		{"item", "add", "0001-WS·1985-Y-BGS-0003", "战备报告", "--secrecy", "机密"},
		{"item", "add", "0001-WS·1985-Y-BGS-0003", "战备报告", "--secrecy", "JM"},
		{"item", "add", "0001-WS·1985-Y-BGS-0003", "战备报告机密★10年"},
		{"item", "set", letter, "--secrecy", "秘密"},
		{"item", "set", letter, "--title", "绝密★长期 战备报告"},
		{"item", "set", letter, "--own", "原密级=机密"},
		{"item", "add", "0001-WS·1985-Y-BGS-0003", placeholder, "--secrecy", "机密", "--author", "某局"},
	} {
		if e := errorOf(t, home, exitNotAllowed, args...); e["kind"] != "not-allowed" || e["message"] == "" {
			t.Errorf("%v: %v", args, e)
		}
	}
	ctl(t, home, exitDone, "item", "add", standsIn, placeholder, "--secrecy", "机密")
	for _, args := range [][]string{
		{"item", "set", standsIn, "--note", "在三号柜"},
		{"item", "set", standsIn, "--own", "柜=3"},
	} {
		errorOf(t, home, exitNotAllowed, args...)
	}

	table := filepath.Join(in, "目录.csv")
	write(t, table, "档号,题名,责任者,密级\n"+
		"0001-WS·1985-Y-BGS-0011,甲,某局,\n0001-WS·1985-Y-BGS-0012,乙,某局,机密★10年\n0001-WS·1985-Y-BGS-0013,丙（绝密）,某局,\n"+
		"0001-WS·1985-Y-BGS-0014,"+placeholder+",,绝密\n0001-WS·1985-Y-BGS-0015,"+placeholder+",某局,绝密\n0001-WS·1985-Y-BGS-0016,丁,某局,UM\n")
	r := ctl(t, home, exitRefused, "import", "catalogue", table, "--rejects", filepath.Join(in, "退回.csv"))
	number(t, r, "added", 2)
	number(t, r, "rejected", 4)
	write(t, table, "档号,题名,责任者\n0001-WS·1985-Y-BGS-0014,"+placeholder+",某局\n")
	number(t, ctl(t, home, exitRefused, "import", "catalogue", table, "--update", "--rejects", filepath.Join(in, "退回2.csv")), "rejected", 1)

	scans := filepath.Join(in, "扫描")
	typed(t, filepath.Join(scans, standsIn+"-0001.png"), "会议签到表", "参加人员名单")
	typed(t, filepath.Join(scans, "战备报告（机密）", "1.png"), "会议签到表", "参加人员名单")
	typed(t, filepath.Join(scans, "散页.png"), "会议签到表", "参加人员名单")
	r = ctl(t, home, exitRefused, "ingest", scans)
	number(t, r, "received", 1)
	refused := r["refused"].([]any)
	if len(refused) != 2 || refused[0].(map[string]any)["code"] != "placeholder" || refused[1].(map[string]any)["code"] != "secret" {
		t.Errorf("refused = %v", refused)
	}
	loose := ctl(t, home, exitDone, "attach", letter, unlinkedPage(t, home))
	number(t, loose, "linked", 1)
	page := ctl(t, home, exitDone, "show", letter)["pages"].([]any)[0].(map[string]any)["id"].(string)
	errorOf(t, home, exitNotAllowed, "attach", standsIn, page)

	op := ctl(t, home, exitDone, "trash", "remove", standsIn)["op"].(string)
	ctl(t, home, exitDone, "trash", "restore", op)
	number(t, ctl(t, home, exitDone, "status"), "items", 4)
	if s := ctl(t, home, exitDone, "status"); s["kind"] != "ordinary" || s["class"] != "" {
		t.Errorf("status = %v", s)
	}
}

// unlinkedPage finds the one page that is linked to nothing.
func unlinkedPage(t *testing.T, home string) string {
	t.Helper()
	for _, hit := range ctl(t, home, exitDone, "search", "签到表")["hits"].([]any) {
		if id, ok := hit.(map[string]any)["page_id"].(string); ok {
			return id
		}
	}
	t.Fatal("the page is not found")
	return ""
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestClassifiedHome makes a classified archive, and tries to make it another.
func TestClassifiedHome(t *testing.T) {
	dir := t.TempDir()
	home, ordinary := filepath.Join(dir, "h"), filepath.Join(dir, "o")
	ctl(t, home, exitUsage, "init", "--class", "高密")
	if r := ctl(t, home, exitDone, "init", "--class", "机密"); r["kind"] != "classified" || r["class"] != "机密" {
		t.Errorf("init = %v", r)
	}
	if s := ctl(t, home, exitDone, "status"); s["kind"] != "classified" || s["class"] != "机密" {
		t.Errorf("status = %v", s)
	}
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "战备报告（机密★20年）", "--secrecy", "机密", "--secrecy-term", "20年", "--date", "19850401")
	ctl(t, home, exitDone, "item", "add", "0001-WS·1985-Y-BGS-0002", "战备报告", "--secrecy", "机密", "--secrecy-term", "长期", "--date", "19850401")
	errorOf(t, home, exitNotAllowed, "item", "add", "0001-WS·1985-Y-BGS-0003", "战备报告", "--secrecy", "绝密")
	due := ctl(t, home, exitDone, "declassify")["due"].([]any)
	if len(due) != 1 || due[0].(map[string]any)["code"] != letter || due[0].(map[string]any)["ends"] != "2005-04-01" {
		t.Errorf("due = %v", due)
	}

	// What leaves it says so, comes back, and goes nowhere else.
	table := ctl(t, home, exitDone, "export", "catalogue", filepath.Join(dir, "目录.csv"))["file"].(string)
	text, err := os.ReadFile(table)
	if err != nil || filepath.Base(table) != "机密-目录.csv" || !strings.Contains(strings.SplitN(string(text), "\n", 2)[0], "涉密") {
		t.Errorf("%s: %.60s %v", table, text, err)
	}
	number(t, ctl(t, home, exitDone, "import", "catalogue", table), "already", 2)
	ctl(t, ordinary, exitDone, "init")
	errorOf(t, ordinary, exitNotAllowed, "import", "catalogue", table, "--create-series", "item22")

	for _, edit := range []map[string]any{{"kind": "ordinary", "class": nil}, {"class": "秘密"}, {"class": "绝密"}} {
		editAbout(t, home, edit)
		if e := errorOf(t, home, exitDamaged, "status"); !strings.Contains(e["message"].(string), "lantai.json") {
			t.Errorf("%v: %v", edit, e)
		}
	}
	editAbout(t, home, map[string]any{"kind": "classified", "class": "机密"})
	ctl(t, home, exitDone, "status")
	ctl(t, home, exitDone, "audit", "verify")
}

// editAbout edits lantai.json by hand; nil takes a key away.
func editAbout(t *testing.T, home string, edit map[string]any) {
	t.Helper()
	path := filepath.Join(home, "lantai.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]any{}
	if err := json.Unmarshal(text, &about); err != nil {
		t.Fatal(err)
	}
	for key, value := range edit {
		if about[key] = value; value == nil {
			delete(about, key)
		}
	}
	if text, err = json.Marshal(about); err != nil {
		t.Fatal(err)
	}
	write(t, path, string(text))
}
