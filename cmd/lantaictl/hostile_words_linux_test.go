package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// queries are questions that mean to stop the search, or to see more than it gives.
var queries = map[string]string{
	"ten megabytes":           strings.Repeat("防汛", 10<<20/6),
	"ten megabytes of blanks": strings.Repeat(" ", 10<<20),
	"ten thousand words":      strings.Repeat("甲 乙丙丁 ", 5000),
	"a thousand exclusions":   strings.Repeat("-甲 ", 1000) + "防汛",
	"a thousand signs of it":  strings.Repeat("-", 3000) + "防汛",
	"not not not":             strings.Repeat("NOT ", 900) + "防汛",
	"a thousand filters":      strings.Repeat("year:1985 ", 390),
	"filters of many values":  "year:" + strings.Repeat("1-9999,", 500) + "1",
	"many codes":              "code:" + strings.Repeat("0,", 1900) + "1",
	"deep brackets":           strings.Repeat("(", 3900) + "防汛" + strings.Repeat(")", 90),
	"deep quotes":             strings.Repeat(`"`, 3901),
	"regex bomb":              "(a+)+$ (.*){1,32000} /(防|汛)*$/",
	"wildcards":               "* ?*?*?*? 防* *汛 %_%",
	"bleve's language":        `+防汛 -汛 text:/.*/ code:"*" ~2 ^99999999 >=1 title:*`,
	"fuzzy":                   "防汛~99999",
	"SQL":                     `' OR 1=1; DROP TABLE holding; --`,
	"LIKE":                    `%' ESCAPE '%`,
	"JSON":                    `{"query":{"match_all":{}},"size":999999999}`,
	"field names":             "access_class:0 item:1 _id:1 facet:x",
	"years of other sizes":    "year:65536-67521 year:-1 year:99999999999999999999",
	"control characters":      "防\x01汛\x1b[31m\x7f\u202e",
	"not UTF-8":               "防\xff\xfe汛\xc3\x28",
	"surrogates and planes":   "\xed\xa0\x80 𠮷𠀀 \U0010ffff",
	"marks without a letter":  strings.Repeat("\u0301", 3000),
	"zero width":              strings.Repeat("\u200b", 3000),
	"grows when folded":       strings.Repeat("ﷺ", 3999),
	"only signs":              strings.Repeat("。，、；：", 700),
	"only stops":              strings.Repeat("的", 3999),
	"one word of 4000 runes":  strings.Repeat("一二三四", 999),
}

// Every query ends with an answer or a sentence, in bounded time.
func TestHostileQueries(t *testing.T) {
	a := newTarget(t)
	for name, q := range queries {
		for _, flags := range [][]string{nil, {"--limit", "2147483647", "--offset", "2147483647"}, {"--order", "code", "--limit", "0"}} {
			var out, told bytes.Buffer
			ctx, cancel := context.WithTimeout(context.Background(), mostTime)
			began := time.Now()
			args := append(append([]string{"search", "--home", a.home, "--json"}, flags...), "--", q)
			code := run(ctx, args, strings.NewReader(""), &out, &told) // arguments of a process are shorter
			took := time.Since(began)
			var r struct {
				Total *int
				Hits  []any
				Error struct{ Kind, Message string }
			}
			switch err := json.Unmarshal(out.Bytes(), &r); {
			case ctx.Err() != nil || took > 5*time.Second:
				t.Errorf("%s: takes %v", name, took)
			case err != nil || code == exitDone && r.Total == nil || code != exitDone && r.Error.Message == "" || r.Error.Kind == "internal":
				t.Errorf("%s: exit %d, %v: %.500s%.500s", name, code, err, out.String(), told.String())
			case code == exitDone && len(r.Hits) > 1:
				t.Errorf("%s finds more than is there: %.500s", name, out.String())
			}
			cancel()
		}
	}
	long := strings.Repeat("防汛", 100<<10/6) // nearly as long as an argument may be
	if r := a.wants([]int{exitFailed}, "search", "--", long); !strings.Contains(r.told, "4000") && !strings.Contains(r.told, "longer") {
		t.Errorf("the length is not told: %s", r.told)
	}
	for _, w := range []string{"防汛", `"防汛"`, "year:1985 防汛"} {
		if got := a.json([]int{exitDone}, "search", w); got["total"] != 1.0 {
			t.Errorf("after it %q finds %v", w, got["total"])
		}
	}
	a.unharmed()
}

// injections are pieces of SQL that end a string, a name or a statement.
var injections = []string{
	`' OR 1=1 --`, `'; DROP TABLE holding; --`, `" OR ""="`, `x'); DELETE FROM op; --`, `1 UNION SELECT 1,2,3`, `\' OR 1=1 --`, `%`, `_`, `%' ESCAPE '\`, `?`, `$1`, `:a`, `@a`,
	`;`, `--`, `/*`, `1;PRAGMA user_version=99`, "\x00", "\xff", `']]>`, "x' || (SELECT sql FROM sqlite_master) || '", `0x41`, `-1`, `99999999999999999999`, `1e400`, `NaN`,
}

// SQL that is written where a person writes words is a word.
func TestHostileSQL(t *testing.T) {
	a := newTarget(t)
	const item = "0001-WS·1985-Y-BGS-0002"
	for _, s := range injections {
		for _, args := range [][]string{
			{"item", "list", "--fonds", s}, {"item", "list", "--series", s}, {"item", "list", "--below", s}, {"container", "list", "--kind", s},
			{"search", "--", s}, {"search", "--order", s, "x"}, {"series", "list", "--", s}, {"fonds", "show", "--", s}, {"fonds", "names", "--", s},
			{"export", "--fonds", s, "--replace", "catalogue", filepath.Join(a.dir, "out.csv")}, {"code", "check", "--", s}, {"code", "gaps", "--", s},
			{"queue", "order", "--fonds", s}, {"queue", "order", "--years", s}, {"queue", "order", "--retention", s}, {"queue", "hours", "--", s}, {"queue", "clear"},
			{"words", "list", "--fonds", s}, {"words", "add", "--fonds", s, "--", "机构", s, s}, {"words", "remove", "--fonds", s, "--", "机构", s},
			{"history", "--before", s, item}, {"trash", "list", "--before", s}, {"audit", "list", "--kind", s}, {"audit", "list", "--before", s}, {"undo", "--", s},
			{"ledger", "show", "--fonds", s}, {"ledger", "add", "--", "0001", s, "accession", s}, {"group", "add", "--", s}, {"group", "put", "--", s, item}, {"group", "show", "--", s},
			{"group", "remove", "--", s}, {"root", "show", "--", s}, {"attach", "--", item, s}, {"text", "--", s}, {"quarantine", "decide", "--secret", "--note", s, "--", s},
			{"link", "--by", "path", "--column", s, "--dry-run"}, {"link", "--by", "path", "--column", "登记号", "--replace", s + "=" + s, "--dry-run"}, {"link", "--by", "name", "--below", s, "--dry-run"},
			{"item", "set", "--own", s + "=" + s, "--", item}, {"item", "set", "--title", s, "--", item}, {"item", "set", "--date", s, "--", item},
			{"item", "set", "--title", "区长办公会议纪要", "--", item}, {"item", "show", "--", item},
		} {
			if strings.ContainsRune(s, 0) {
				continue // no argument of a process has a zero byte
			}
			a.within(args...)
		}
	}
	_ = os.Remove(filepath.Join(a.dir, "out.csv"))
	a.unharmed()
}

// A zero byte, or what is no UTF-8, is told and not stored.
func TestHostileBytes(t *testing.T) {
	a := newTarget(t)
	for _, s := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} {
		for _, args := range [][]string{
			{"item", "add", "0001-WS·1985-Y-BGS-0003", s}, {"item", "set", "--title", s, letter}, {"item", "set", "--own", s + "=1", letter}, {"item", "set", "--own", "备注=" + s, letter},
			{"group", "add", s}, {"fonds", "name", "0001", s}, {"words", "add", "机构", s, s}, {"search", s}, {"item", "list", "--fonds", s},
		} {
			if code := a.within(args...); code == exitDone && args[0] == "item" && args[1] == "add" {
				t.Errorf("lantaictl %q was taken", args)
			}
		}
	}
	a.unharmed()
}
