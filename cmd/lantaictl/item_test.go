package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What a form says below its fields stands in the command's sentence.
func TestItemTellsWhatIsWrong(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{letter, "通知", "--date", "20211345"}, "日期（20211345）：没有这一天"},
		{[]string{"0001-WS·85-Y-BGS-0001", "通知"}, "年度应为 4 位"},
		{[]string{letter}, "还缺一个"},
	} {
		want := exitFailed
		if len(c.args) == 1 {
			want = exitUsage
		}
		told := said(t, home, want, append([]string{"item", "add"}, c.args...)...)
		if !strings.Contains(told, c.says) || strings.Contains(told, "字段下方") {
			t.Errorf("%v: %s", c.args, told)
		}
	}
	ctl(t, home, exitDone, "item", "add", letter, "通知", "--date", "[1985?]")
}
