package main

import (
	"path/filepath"
	"testing"
)

// Every kind of record is added, changed, listed and shown by its own command.
func TestEveryKindHasItsCommand(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆", "--history", "1959年建馆")
	for _, s := range [][]string{{"Z001-WS", "item22", ""}, {"Z001-KU", "vol13", ""}, {"Z001-ZP", "item22", "photo"},
		{"Z001-SW", "item22", "object"}, {"Z001-LX", "item22", "av"}} {
		ctl(t, home, exitDone, "series", "add", s[0], s[0], "--scheme", s[1], "--holds", s[2])
	}
	for _, c := range []struct {
		command, code, series, field, flag, value string
	}{
		{"item", "Z001-WS·2011-Y-BGS-0001", "", "genre", "--genre", "通知"},
		{"container", "Z001-KU·01-001", "", "condition", "--condition", "缺第三页"},
		{"photo", "Z001-ZP·2022-Y-0001", "", "background", "--background", "九八抗洪"},
		{"object", "Z001-SW·JB·2022-Y-0001", "", "awarded_by", "--awarded-by", "省档案局"},
		{"av", "Z001-LX·2022-Y-0001", "", "duration", "--duration", "00:12:30"},
		{"dossier", "Z001-QZJ-01", "Z001", "grouping", "--grouping", "收集"},
	} {
		args := []string{c.command, "add", c.code, "题名", c.flag, c.value, "--own", "柜号=三"}
		if c.series != "" {
			args = append(args, "--series", c.series)
		}
		r := ctl(t, home, exitDone, args...)["record"].(map[string]any)
		if r["kind"] == "" || r[c.field] != c.value {
			t.Errorf("%s: added %v", c.command, r)
		}
		ctl(t, home, exitDone, c.command, "set", c.code, "--location", "一库-03-02-05-A")
		shown := ctl(t, home, exitDone, c.command, "show", c.code)
		if r := shown["record"].(map[string]any); r["location"] != "一库-03-02-05-A" || r[c.field] != c.value || shown["own"].(map[string]any)["柜号"] != "三" {
			t.Errorf("%s: shown %v", c.command, shown)
		}
		listed := ctl(t, home, exitDone, c.command, "list", "--fonds", "Z001")
		if list := listed["records"].([]any); len(list) != 1 || list[0].(map[string]any)["code"] != c.code {
			t.Errorf("%s: listed %v", c.command, listed)
		}
		ctl(t, home, exitFailed, c.command, "set", c.code, "--location", "一库--A")
	}
	ctl(t, home, exitDone, "container", "add", "-", "第一盒", "--kind", "box", "--series", "Z001-WS", "--number", "1", "--spine", "40")
	ctl(t, home, exitFailed, "photo", "set", "Z001-WS·2011-Y-BGS-0001", "--place", "河堤")
	ctl(t, home, exitUsage, "item", "set", "Z001-WS·2011-Y-BGS-0001", "--background", "不是件的字段")
}

func TestLedgerAndGroups(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, home, exitDone, "ledger", "add", "Z001", "2019", "opening", "100")
	line := ctl(t, home, exitDone, "ledger", "add", "Z001", "2020", "destruction", "4", "--document", "销毁清册2020-1")
	lines := ctl(t, home, exitDone, "ledger")["ledger"].([]any)
	if last := lines[len(lines)-1].(map[string]any); last["closed"] != 96.0 || last["fonds_no"] != "Z001" {
		t.Errorf("ledger %v", lines)
	}
	ctl(t, home, exitDone, "ledger", "remove", line["id"].(string))
	ctl(t, home, exitUsage, "ledger", "add", "Z001", "2020", "theft", "1")
	ctl(t, home, exitUsage, "ledger", "add", "Z001", "2020", "opening", "1", "--unit", "barrel")
	ctl(t, home, exitDone, "fonds", "name", "Z001", "青禾县档案馆", "--from", "1959", "--to", "1998")
	if names := ctl(t, home, exitDone, "fonds", "names", "Z001")["names"].([]any); len(names) != 1 {
		t.Errorf("names %v", names)
	}
	ctl(t, home, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", "Z001-WS·2011-Y-BGS-0001", "通知")
	ctl(t, home, exitDone, "group", "add", "抗洪")
	if g := ctl(t, home, exitDone, "group", "put", "抗洪", "Z001-WS·2011-Y-BGS-0001"); len(g["records"].([]any)) != 1 {
		t.Errorf("group %v", g)
	}
	ctl(t, home, exitFailed, "group", "put", "防汛", "Z001-WS·2011-Y-BGS-0001")
	if g := ctl(t, home, exitDone, "group", "take", "抗洪", "Z001-WS·2011-Y-BGS-0001"); len(g["records"].([]any)) != 0 {
		t.Errorf("group %v", g)
	}
}
