package main

import (
	"path/filepath"
	"testing"
)

// What an element may be is a list: other codes are refused at entry and found by the check.
func TestWords(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, home, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", "Z001-WS·2011-Y-RSC-0001", "此前登记")
	ctl(t, home, exitDone, "words", "add", "org_code", "BGS", "办公室")
	ctl(t, home, exitDone, "words", "add", "org_code", "RSK", "人事科", "--fonds", "Z001", "--years", "2012-")
	for code, want := range map[string]int{"BGS-0001": exitDone, "RSC-0002": exitFailed, "RSK-0001": exitFailed} {
		ctl(t, home, want, "item", "add", "Z001-WS·2011-Y-"+code, "题")
	}
	ctl(t, home, exitDone, "item", "add", "Z001-WS·2012-Y-RSK-0001", "题")
	if got := ctl(t, home, exitRefused, "code", "check", "Z001"); got["errors"].(float64) != 1 {
		t.Errorf("%v", got)
	}
	ctl(t, home, exitFailed, "words", "add", "year", "2011", "年")
	ctl(t, home, exitFailed, "words", "remove", "org_code", "XXX")
	if got := ctl(t, home, exitDone, "words", "remove", "org_code", "BGS")["words"].([]any); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
