package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/station"
)

// small makes an archive with one record.
func small(t *testing.T) string {
	t.Helper()
	h := filepath.Join(t.TempDir(), "h")
	ctl(t, h, exitDone, "init")
	ctl(t, h, exitDone, "fonds", "add", "Z001", "青禾区档案馆")
	ctl(t, h, exitDone, "series", "add", "Z001-WS", "文书", "--scheme", "item22")
	ctl(t, h, exitDone, "item", "add", "Z001-WS·2011-Y-BGS-0001", "报告", "--opening", "开放")
	return h
}

// What takes one of some words refuses all others, says which there are, and takes what
// people call them too.
func TestWrongChoicesAreTold(t *testing.T) {
	h := small(t)
	for _, c := range []struct {
		args []string
		has  []string
	}{
		{[]string{"audit", "list", "--kind", "nonsense"}, []string{"holding.add", "登记条目"}},
		{[]string{"audit", "export", "log.csv", "--kind", "login,nonsense"}, []string{"holding.add"}},
		{[]string{"person", "add", "甲", "--role", "chief", "--new-password-fd", "0"}, []string{"archivist", "档案员"}},
		{[]string{"person", "add", "甲", "--clearance", "顶级", "--new-password-fd", "0"}, []string{"绝密"}},
		{[]string{"series", "add", "Z001-KJ", "科技", "--scheme", "nonsense"}, []string{"item22", "vol94"}},
		{[]string{"series", "add", "Z001-KJ", "科技", "--holds", "nonsense"}, []string{"photo"}},
		{[]string{"ledger", "add", "Z001", "2020", "theft", "1"}, []string{"opening", "destruction"}},
		{[]string{"ledger", "add", "Z001", "2020", "opening", "1", "--unit", "barrel"}, []string{"volume"}},
		{[]string{"export", "catalogue", "x.csv", "--format", "doc"}, []string{"xlsx"}},
		{[]string{"import", "catalogue", "x.csv", "--encoding", "ebcdic"}, []string{"gb18030"}},
		{[]string{"import", "catalogue", "x.csv", "--create-series", "nonsense"}, []string{"photo02"}},
		{[]string{"search", "报告", "--order", "colour"}, []string{"relevance"}},
		{[]string{"link", "--by", "smell"}, []string{"name", "range"}},
		{[]string{"code", "renumber", "Z001-WS·2011-Y-BGS", "--by", "size"}, []string{"date", "title"}},
		{[]string{"container", "add", "Z001-WS·2011-Y-BGS-0009", "x", "--kind", "crate"}, []string{"volume", "album"}},
		{[]string{"sample", "--scale", "huge"}, []string{"district"}},
		{[]string{"audit", "print"}, []string{"verify", "export"}},
	} {
		told := said(t, h, exitUsage, c.args...)
		for _, word := range append(c.has, "没有更改任何内容") {
			if !strings.Contains(first(told), word) {
				t.Errorf("%v does not say %q: %s", c.args, word, first(told))
			}
		}
	}
	told := said(t, filepath.Join(t.TempDir(), "new"), exitUsage, "init", "--class", "顶级")
	if !strings.Contains(first(told), "绝密") {
		t.Errorf("%s", told)
	}
	if got := ctl(t, h, exitDone, "audit", "list", "--kind", "登记条目,series.add")["ops"].([]any); len(got) != 2 {
		t.Errorf("by their words: %v", got)
	}
}

func first(told string) string {
	line, _, _ := strings.Cut(told, "\n")
	return line
}

// inner are words of the program's inside, which say nothing to a person.
var inner = regexp.MustCompile(`sql:|strconv|no such file|may not|not-found|: invalid|: conflict|find holding|（）|\(\)|: \.|permission denied|bad file descriptor`)

// Errors end with a sentence for what is wrong, in the language that is asked for, and
// nothing of the program's inside; --verbose has that.
func TestErrorsAreSentences(t *testing.T) {
	h, none := small(t), filepath.Join(t.TempDir(), "none")
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(h)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		home   string
		want   int
		args   []string
		zh, en string
	}{
		{copied, exitFailed, []string{"status"}, "移动或复制过", "moved, copied"},
		{none, exitFailed, []string{"status"}, "没有兰台档案库", "no Lantai archive"},
		{h, exitFailed, []string{"show", "Z001-WS·2011-Y-BGS-9999"}, "没有找到档号为“Z001-WS·2011-Y-BGS-9999”的条目", "no record with the code"},
		{h, exitUsage, []string{"show", " "}, "有一个参数是空的", "empty"},
		{h, exitUsage, []string{"show", "--fond", "x", "y"}, "没有 --fond 这个选项", "no flag --fond"},
		{h, exitUsage, []string{"history", "x", "--limit", "many"}, "--limit 不能是“many”", "--limit cannot be"},
		{h, exitUsage, []string{"history", "x", "--limit", "0"}, "--limit 不能是“0”", "--limit cannot be"},
		{h, exitUsage, []string{"show", "a", "b"}, "个数不对", "number of arguments"},
		{h, exitFailed, []string{"fonds", "show", "Z9"}, "没有找到档号为“Z9”", "no record"},
		{h, exitFailed, []string{"fonds", "add", "Z001", "又一"}, "全宗“Z001”已经登记", "registered already"},
		{h, exitFailed, []string{"series", "list", "Z9"}, "没有登记全宗“Z9”", "not registered"},
		{h, exitFailed, []string{"root", "show", "5"}, "没有名称或编号为“5”的存储位置", "no storage root"},
		{h, exitFailed, []string{"text", "5"}, "没有编号为 5 的画幅", "no page with the number 5"},
		{h, exitUsage, []string{"undo", "x"}, "“x”不是编号", "no number"},
		{h, exitFailed, []string{"purge", "--cleared", "5"}, "没有登记过这个编号的载体", "No medium"},
		{h, exitFailed, []string{"purge", "x", "--agree"}, "没有这一项清除申请", "Nobody asked"},
		{h, exitFailed, []string{"audit", "verify", "--head", none}, "不在，或者不能读", "is not there, or cannot be read"},
		{h, exitFailed, []string{"audit", "keep", none}, "日志头不能留存到", "Heads cannot be kept"},
		{h, exitUsage, []string{"audit", "list", "--from", "yesterday"}, "不是日期或时刻", "neither a day nor a moment"},
		{h, exitFailed, []string{"person", "lock", "甲"}, "没有名为“甲”的用户", "no account named"},
		{h, exitFailed, []string{"person", "add", "甲", "--new-password-fd", "0"}, "口令须为 8 至 200 个字符", "8 to 200 characters"},
		{h, exitFailed, []string{"person", "add", "甲", "--role", "auditor", "--new-password-fd", "0"}, "第一个用户须是安全保密管理员", "first account"},
		{h, exitFailed, []string{"person", "add", "甲", "--new-password-fd", "977"}, "没有读到口令", "No password was read"},
		{h, exitFailed, []string{"export", "catalogue", filepath.Join(none, "x.csv")}, "不能写文件", "cannot be written"},
	} {
		for language, want := range map[string]string{"zh_Hans": c.zh, "en": c.en} {
			t.Setenv("LANTAI_LANG", language)
			told := said(t, c.home, c.want, c.args...)
			sentences, _, _ := strings.Cut(told, "lantaictl "+c.args[0]+" [")
			if !strings.Contains(sentences, want) || inner.MatchString(strings.ReplaceAll(sentences, none, "X")) {
				t.Errorf("%v in %s: %s", c.args, language, sentences)
			}
		}
	}
	if told := said(t, h, exitFailed, "show", "Z9", "--verbose"); !strings.Contains(told, "find holding Z9: not-found") {
		t.Errorf("no details: %s", told)
	}
}

// Help that is asked for is no wrong use, and stands on standard output in the language
// that is asked for, with examples that fit the flags.
func TestHelp(t *testing.T) {
	for language, word := range map[string]string{"zh_Hans": "例：", "en": "Examples:"} {
		t.Setenv("LANTAI_LANG", language)
		for _, name := range []string{"person", "audit", "purge"} {
			var out, errOut bytes.Buffer
			if code := run(context.Background(), []string{name, "-h"}, strings.NewReader(""), &out, &errOut); code != exitDone || errOut.Len() > 0 {
				t.Errorf("%s -h: exit %d, %s", name, code, errOut.String())
			}
			_, examples, ok := strings.Cut(out.String(), word+"\n")
			if !ok {
				t.Fatalf("%s -h in %s: %s", name, language, out.String())
			}
			for _, f := range regexp.MustCompile(` --([a-z-]+)`).FindAllStringSubmatch(examples, -1) {
				if !strings.Contains(out.String(), "  -"+f[1]+"\n") && !strings.Contains(out.String(), "  -"+f[1]+" ") {
					t.Errorf("%s has no flag %s: %s", name, f[1], examples)
				}
			}
		}
	}
}

// Who may see a record and not edit it learns who changed which fields and when, and no
// value; totals of what nobody counts for an account are no zeros.
func TestHistoryAndStatusByRole(t *testing.T) {
	h := small(t)
	const code = "Z001-WS·2011-Y-BGS-0001"
	ctl(t, h, exitDone, "item", "set", code, "--title", "工作报告", "--note", "内部备注")
	ctl(t, h, exitDone, "item", "set", code, "--note", "")
	ctl(t, h, exitDone, "item", "add", "Z001-WS·2011-Y-BGS-0002", "移走的", "--opening", "开放")
	removed := ctl(t, h, exitDone, "history", "Z001-WS·2011-Y-BGS-0002")["id"].(string)
	ctl(t, h, exitDone, "trash", "remove", "Z001-WS·2011-Y-BGS-0002")
	withPeople(t, h, map[string]access.Role{"李明": access.Archivist, "阅览一": access.ReadingRoom, "孙工": access.Worker, "审计": access.Auditor})
	as := func(who string, want int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		args = append(args, "--home", h, "--as", who, "--password-fd", "0")
		if got := run(context.Background(), args, strings.NewReader(password+"\n"), &out, &errOut); got != want {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, got, want, out.String(), errOut.String())
		}
		return out.String()
	}
	for _, form := range [][]string{{"history", code}, {"history", code, "--json"}} {
		if told := as("李明", exitDone, form...); !strings.Contains(told, "内部备注") || strings.Contains(told, "withheld") {
			t.Errorf("the archivist reads: %s", told)
		}
		told := as("阅览一", exitDone, form...)
		if strings.Contains(told, "内部备注") || strings.Contains(told, "报告") || !strings.Contains(told, "备注") && !strings.Contains(told, `"note"`) {
			t.Errorf("the reading room reads: %s", told)
		}
	}
	as("李明", exitDone, "history", removed)
	as("阅览一", exitFailed, "history", removed)
	for who, want := range map[string]string{"李明": "条目 1 条", "孙工": "只看交给他的批次", "审计": "看不到任何条目"} {
		told := as(who, exitDone, "status")
		if !strings.Contains(told, want) || who != "李明" && strings.Contains(told, "条目 0 条") {
			t.Errorf("the status for %s: %s", who, told)
		}
	}
	if told := as("审计", exitDone, "status", "--json"); !strings.Contains(told, `"items":0`) {
		t.Errorf("the fixed form: %s", told)
	}
}

const password = "correct-horse"

// withPeople adds an administrator and accounts with one role each.
func withPeople(t *testing.T, dir string, roles map[string]access.Role) {
	t.Helper()
	ctx := context.Background()
	h, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.OpenHome(ctx, h, station.Options{Light: true})
	if err != nil {
		t.Fatal(err)
	}
	add := func(name, roles string) {
		n := station.NewPerson{Person: archive.Person{Name: name, Roles: roles, Clearance: int(access.Internal)}, Password: password}
		if _, err := s.AddPerson(ctx, s.Actor(), n); err != nil {
			t.Fatal(err)
		}
	}
	add("王玉", "")
	if err := s.SignIn(ctx, "王玉", password); err != nil {
		t.Fatal(err)
	}
	for name, role := range roles {
		add(name, string(role))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
