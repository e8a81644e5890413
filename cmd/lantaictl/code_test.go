package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// arranged makes an archive with two classes of documents and two volumes.
func arranged(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z109", "区政府办公室")
	ctl(t, home, exitDone, "series", "add", "Z109-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "series", "add", "Z109-KU", "会计档案", "--scheme", "vol13")
	for n := range 4 {
		ctl(t, home, exitDone, "item", "add", fmt.Sprintf("%s%04d", y, n+1), fmt.Sprint("永久 ", n+1), "--date", fmt.Sprintf("201103%02d", n+1))
		ctl(t, home, exitDone, "item", "add", fmt.Sprintf("%s%04d", d30, n+1), fmt.Sprint("三十年 ", n+1), "--date", fmt.Sprintf("201103%02d", n+1))
	}
	for _, code := range []string{"001", "001-001", "001-002", "001-003", "002", "002-001"} {
		ctl(t, home, exitDone, "item", "add", "Z109-KU·2017-"+code, "凭证 "+code)
	}
	return home
}

const y, d30 = "Z109-WS·2011-Y-BGS-", "Z109-WS·2011-D30-BGS-"

func moves(r map[string]any) (list []string) {
	for _, m := range r["moves"].([]any) {
		one := m.(map[string]any)
		list = append(list, one["old"].(string)+" → "+one["new"].(string))
	}
	return list
}

func TestCodesAreArranged(t *testing.T) {
	home := arranged(t)
	r := ctl(t, home, exitDone, "code", "move", d30+"0002", "--to", y, "--dry-run")
	if got := moves(r); len(got) != 5 || got[0] != d30+"0003 → "+d30+"0002" || got[2] != d30+"0002 → "+y+"0003" || r["op"] != nil {
		t.Fatalf("%v", r)
	}
	if said := said(t, home, exitDone, "show", d30+"0002"); !strings.Contains(said, "三十年 2") {
		t.Fatalf("the preview changed something: %s", said)
	}
	op := ctl(t, home, exitDone, "code", "move", d30+"0002", "--to", y)["op"].(string)
	if said := said(t, home, exitDone, "show", y+"0003"); !strings.Contains(said, "三十年 2") {
		t.Errorf("%s", said)
	}
	ctl(t, home, exitDone, "undo", op)
	ctl(t, home, exitDone, "code", "insert", y+"0001", "插件", "--pages", "3")
	ctl(t, home, exitDone, "code", "insert", "Z109-KU·2017-002", "插卷")
	if said := said(t, home, exitDone, "show", "Z109-KU·2017-003-001"); !strings.Contains(said, "凭证 002-001") {
		t.Errorf("%s", said)
	}
	ctl(t, home, exitDone, "code", "split", "Z109-KU·2017-001", "--from", "3", "--title", "下册")
	ctl(t, home, exitDone, "code", "bind", y+"0002", "--new", "Z109-KU·2017-", "--title", "专卷")
	ctl(t, home, exitDone, "code", "unbind", "Z109-KU·2017-002", "--to", "Z109-KU·2017-001-")
	ctl(t, home, exitDone, "code", "split", y, "--from", "3", "--to", d30)
	ctl(t, home, exitDone, "code", "renumber", d30, "--by", "date")
	r = ctl(t, home, exitDone, "code", "gaps", "Z109")
	number(t, r, "missing", 0)
	if n := len(r["classes"].([]any)); n != 6 { // two of documents, the volumes, the inside of three of them
		t.Errorf("%d classes: %v", n, r)
	}
	ctl(t, home, exitUsage, "code", "move")
	ctl(t, home, exitUsage, "code", "shuffle", y)
	ctl(t, home, exitFailed, "code", "renumber", "Z109-XX")
}

func TestCodesOfFiledClasses(t *testing.T) {
	home := arranged(t)
	ctl(t, home, exitDone, "trash", "remove", y+"0002")
	r := ctl(t, home, exitRefused, "code", "gaps", y)
	number(t, r, "missing", 1)
	if told := said(t, home, exitNotAllowed, "code", "file", y); !strings.Contains(told, y+"0002") || !strings.Contains(told, "空号说明") {
		t.Error(told)
	}
	ctl(t, home, exitDone, "code", "vacant", y+"0002", "--reason", "重复件剔除")
	ctl(t, home, exitDone, "code", "file", y, d30)
	for _, args := range [][]string{{"move", d30 + "0001", "--to", y}, {"renumber", y}, {"insert", y + "0001", "插件"}} {
		if told := said(t, home, exitNotAllowed, append([]string{"code"}, args...)...); !strings.Contains(told, "已归档，档号不再变动") || !strings.Contains(told, y+"0005") {
			t.Errorf("%v: %s", args, told)
		}
	}
	r = ctl(t, home, exitRefused, "code", "renumber", y, "--dry-run")
	if why := r["refused"].([]any)[0].(map[string]any); why["why"] != "filed" || why["want"] != y+"0005" {
		t.Errorf("%v", r)
	}
	if told := said(t, home, exitNotAllowed, "item", "add", y+"0009", "晚到"); !strings.Contains(told, "应为 "+y+"0005") {
		t.Error(told)
	}
	ctl(t, home, exitDone, "item", "add", y+"0005", "晚到")
	ctl(t, home, exitNotAllowed, "trash", "remove", y+"0005")
	ctl(t, home, exitDone, "code", "accession", y)
	ctl(t, home, exitFailed, "code", "correct", y+"0001", y+"0100")
	ctl(t, home, exitDone, "code", "correct", y+"0001", y+"0100", "--reason", "原号有误")
	if said := said(t, home, exitDone, "show", y+"0001"); !strings.Contains(said, y+"0100") || !strings.Contains(said, "旧档号 "+y+"0001：原号有误") {
		t.Error(said)
	}
	ctl(t, home, exitDone, "rebuild", "index")
	found := ctl(t, home, exitDone, "search", y+"0001")
	if list := found["items"].([]any); len(list) != 1 || list[0].(map[string]any)["code"] != y+"0100" {
		t.Errorf("the former code finds %v", found)
	}
	h := ctl(t, home, exitDone, "history", y+"0001")
	first := h["events"].([]any)[0].(map[string]any)
	if first["kind"] != "code.correct" || first["reason"] != "原号有误" || first["what"] != "changed" {
		t.Errorf("%v", first)
	}
	c := ctl(t, home, exitDone, "code", "check", "Z109")
	number(t, c, "errors", 0)
}

func TestTrash(t *testing.T) {
	home := arranged(t)
	const volume = "Z109-KU·2017-001"
	r := ctl(t, home, exitDone, "trash", "remove", volume, "--dry-run")
	number(t, r, "records", 4)
	op := ctl(t, home, exitDone, "trash", "remove", volume)["op"].(string)
	list := ctl(t, home, exitDone, "trash", "list")["removals"].([]any)
	if one := list[0].(map[string]any); len(list) != 1 || one["op"] != op || one["records"] != 4.0 || one["restored"] != false {
		t.Fatalf("%v", list)
	}
	root := list[0].(map[string]any)["roots"].([]any)[0].(map[string]any)
	if events := ctl(t, home, exitDone, "history", root["id"].(string))["events"].([]any); len(events) != 2 {
		t.Errorf("%v", events)
	}
	ctl(t, home, exitDone, "item", "add", volume, "占用")
	if told := said(t, home, exitFailed, "trash", "restore", op); !strings.Contains(told, volume+" 已是另一条目的档号") {
		t.Error(told)
	}
	ctl(t, home, exitDone, "trash", "remove", volume)
	number(t, ctl(t, home, exitDone, "trash", "restore", op), "kept", 0)
	ctl(t, home, exitDone, "show", volume+"-003")
	ctl(t, home, exitFailed, "trash", "restore", op)
	ctl(t, home, exitFailed, "trash", "restore", "12345")
}

func TestKindsFollowFromTheSeries(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "A182", "区政府")
	for _, c := range []struct{ series, scheme, code, kind string }{
		{"A182-ZP", "item22", "A182-ZP·2022-Y-0001", "photo"}, {"A182-SW·JB", "item22", "A182-SW·JB·2022-Y-0001", "object"},
		{"A182-LX", "item13", "A182-LX·2022·Y-001", "av"}, {"A182-TS", "book", "A182-TS-00001", "book"}, {"A182-WS", "item22", "A182-WS·2022-Y-0001", "item"},
	} {
		ctl(t, home, exitDone, "series", "add", c.series, c.series, "--scheme", c.scheme)
		if got := ctl(t, home, exitDone, "item", "add", c.code, "题")["record"].(map[string]any)["kind"]; got != c.kind {
			t.Errorf("%s is a %v", c.code, got)
		}
	}
	ctl(t, home, exitDone, "series", "add", "A182-XC", "相册", "--scheme", "vol13", "--holds", "photo")
	if got := ctl(t, home, exitDone, "item", "add", "A182-XC-001", "一册")["record"].(map[string]any)["kind"]; got != "album" {
		t.Errorf("%v", got)
	}
	if got := ctl(t, home, exitDone, "item", "add", "A182-XC-001-001", "一张")["record"].(map[string]any)["kind"]; got != "photo" {
		t.Errorf("%v", got)
	}
	ctl(t, home, exitUsage, "series", "add", "A182-XD", "相册", "--scheme", "vol13", "--holds", "volume")
}
