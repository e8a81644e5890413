package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
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

// What was changed in the catalogue past the program is named by its 档号 and field, though the log is whole.
func TestAuditVerifiesTheTables(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, home, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	const code = "Z001-WS·2011-Y-BGS-0001"
	ctl(t, home, exitDone, "item", "add", code, "工作报告")
	op := ctl(t, home, exitDone, "audit", "list", "--kind", "holding.add")["ops"].([]any)[0].(map[string]any)["op"]
	for _, alter := range []struct {
		sql, reason, noun, field string
		op                       any
		says                     []string
	}{
		{`UPDATE holding SET title = '总结' WHERE title = '工作报告'`, "row-altered", "item", "title", op, []string{code, "题名", "工作报告", "总结", op.(string)}},
		{`UPDATE holding SET title = '工作报告', opening = '开放', access_class = 1000 WHERE title = '总结'`, "row-altered", "item", "opening", op, []string{code, "开放"}},
		{`INSERT INTO person (id, name, roles, clearance, groups, fonds, batches, locked) VALUES (7, '鬼', 'leader', 0, '', '', '', 0)`,
			"row-altered", "item", "opening", op, []string{"开放标识", "人员 7"}}, // nobody has signed in: of records there is the number
		{`UPDATE holding SET opening = '', access_class = 0 WHERE title = '工作报告'`, "row-forged", "person", "", "0", []string{"7"}},
	} {
		db, err := sql.Open("sqlite3", filepath.Join(home, "catalogue.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(alter.sql); err != nil {
			t.Fatal(err)
		}
		db.Close()
		got := ctl(t, home, exitDamaged, "audit", "verify")
		bad, _ := got["first_bad"].(map[string]any)
		row, _ := bad["row"].(map[string]any)
		if got["ok"] != false || bad["reason"] != alter.reason || bad["op"] != alter.op || row["noun"] != alter.noun || row["field"] != alter.field {
			t.Errorf("%s: %v", alter.sql, got)
		}
		var out, errOut bytes.Buffer
		if code := run(context.Background(), []string{"audit", "verify", "--home", home}, nil, &out, &errOut); code != exitDamaged {
			t.Errorf("exit code %d, %s", code, errOut.String())
		}
		for _, word := range alter.says {
			if !strings.Contains(out.String(), word) {
				t.Errorf("%s: %q is not in %q", alter.sql, word, out.String())
			}
		}
	}
}

// The log is listed and exported by who, what, when and which record; nothing of it is taken for a formula.
func TestAuditListAndExport(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, home, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", "Z001-WS·2011-Y-BGS-0001", "=HYPERLINK(\"http://x\")")
	ctl(t, home, exitDone, "item", "add", "Z001-WS·2011-Y-BGS-0002", "工作报告")
	ctl(t, home, exitDone, "item", "set", "Z001-WS·2011-Y-BGS-0002", "--title", "年度工作报告", "--note", "-2+3")
	count := func(want int, args ...string) []any {
		t.Helper()
		ops := ctl(t, home, exitDone, append([]string{"audit", "list"}, args...)...)["ops"].([]any)
		if len(ops) != want {
			t.Errorf("%v: %d ops, want %d: %v", args, len(ops), want, ops)
		}
		return ops
	}
	today, tomorrow := time.Now().Format(time.DateOnly), time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	count(5)
	count(5, "--actor", "1", "--from", today, "--to", today)
	count(0, "--actor", "0")
	count(0, "--from", tomorrow)
	count(0, "--to", "2020-01-01")
	count(3, "--kind", "holding.add, series.add")
	last := count(2, "--subject", "Z001-WS·2011-Y-BGS-0002")[0].(map[string]any)
	if what := last["what"].(string); !strings.Contains(what, "工作报告 → 年度工作报告") || last["subjects"].([]any)[0] != "Z001-WS·2011-Y-BGS-0002" {
		t.Errorf("%v", last)
	}
	ctl(t, home, exitUsage, "audit", "list", "--from", "yesterday")
	ctl(t, home, exitFailed, "audit", "list", "--subject", "Z001-WS·2011-Y-BGS-0009")

	file := filepath.Join(dir, "log.csv")
	if got := ctl(t, home, exitDone, "audit", "export", file, "--kind", "holding.add,holding.edit"); got["rows"].(float64) != 3 {
		t.Errorf("%v", got)
	}
	ctl(t, home, exitFailed, "audit", "export", file)
	ctl(t, home, exitUsage, "audit", "export", filepath.Join(dir, "log.doc"))
	ctl(t, home, exitDone, "audit", "export", filepath.Join(dir, "log.xlsx"))
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][3] != "Z001-WS·2011-Y-BGS-0002" {
		t.Fatalf("%v, %v", rows, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@") {
				t.Errorf("%q may be taken for a formula", cell)
			}
		}
	}
}

// Whoever opens a catalogue that was exchanged or edited is told on standard error, can go on, and can
// accept it, which is logged.
func TestAnOlderCopyIsTold(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "h")
	say := func(want int, args ...string) (string, string) {
		t.Helper()
		var out, errOut bytes.Buffer
		if code := run(context.Background(), append(args, "--home", home), nil, &out, &errOut); code != want {
			t.Fatalf("%v: %d %s", args, code, errOut.String())
		}
		return out.String(), errOut.String()
	}
	say(exitDone, "init")
	catalogue := filepath.Join(home, "catalogue.db")
	say(exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	old, err := os.ReadFile(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	say(exitDone, "fonds", "add", "Z002", "青禾区人民政府")
	if _, told := say(exitDone, "audit", "keep"); told != "" {
		t.Errorf("told %q", told)
	}
	if err := os.WriteFile(catalogue, old, 0o600); err != nil {
		t.Fatal(err)
	}
	listed, told := say(exitDone, "fonds", "list")
	if !strings.Contains(told, "heads.tsv") || !strings.Contains(listed, "Z001") {
		t.Errorf("told %q, listed %q", told, listed)
	}
	say(exitDamaged, "audit", "keep")
	say(exitDone, "audit", "accept")
	if _, told := say(exitDone, "fonds", "list"); told != "" {
		t.Errorf("told %q after it was accepted", told)
	}
	if list, _ := say(exitDone, "audit", "list", "--kind", "audit.accept"); !strings.Contains(list, "认可") {
		t.Errorf("%q", list)
	}
	db, err := sql.Open("sqlite3", catalogue)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE op SET actor = 9, digest = randomblob(32) WHERE number = (SELECT MAX(number) FROM op)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, told := say(exitDone, "fonds", "list"); !strings.Contains(told, "heads.tsv") {
		t.Errorf("edited by hand: told %q", told)
	}
	say(exitDamaged, "audit", "verify")
}
